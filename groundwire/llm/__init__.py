"""The language model behind any OpenAI-compatible endpoint.

Stages use what is named here. `client` is the one importer of openai, and is loaded only when a model is asked.
"""

from groundwire.llm.asking import MAX_ANSWER_TOKENS, Message, Model, PlannedCall, prompt_tokens
from groundwire.llm.endpoint import Endpoint, Found
from groundwire.llm.keys import Keys
from groundwire.llm.tokens import estimate_tokens

__all__ = ["MAX_ANSWER_TOKENS", "Endpoint", "Found", "Keys", "Message", "Model", "PlannedCall", "estimate_tokens", "prompt_tokens"]
