"""How many tokens a text has, without a tokenizer: none works offline for every model."""

from __future__ import annotations

import re

CHARACTERS_PER_TOKEN = 3
"""For prices and budgets, so cautious: tokenizers of 2023 to 2026 make a token of 3.5 to 5 characters of English."""

BYTES_PER_TOKEN = 2
"""The same for letters outside ASCII, by their bytes in UTF-8: a token for a Cyrillic letter, 1.5 for a Chinese one."""

MOST_CHARACTERS_PER_TOKEN = 6
MOST_BYTES_PER_TOKEN = 10
"""For telling that a server read less than it was sent, so generous: English prose reaches 5.2 characters a token with
the largest vocabularies, Cyrillic and Arabic 3.5 to 4 letters (8 bytes), Chinese 1.6 (5 bytes). A server that reports
fewer tokens than that has not read everything."""

LEAST_TO_JUDGE = 256
"""Shorter prompts are never judged: no server's context is that small, and templates weigh in."""

USUAL_CONTEXTS = frozenset({2048, 4096, 8192, 16384, 32768})
"""A prompt of exactly so many tokens was cut at a context length: Ollama cuts at num_ctx and reports just that. By chance a
prompt has such a length once in some ten thousand."""

MESSAGE_TOKENS = 8
"""What a chat template puts around one message."""

_RUN = re.compile(r"(.)\1{3,}", re.DOTALL)


def estimate_tokens(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return _by(text, CHARACTERS_PER_TOKEN, BYTES_PER_TOKEN) + 1


def least_tokens(text: str) -> int:
    """The fewest tokens that any usual tokenizer makes of a text."""
    return _by(_RUN.sub(r"\1\1\1", text), MOST_CHARACTERS_PER_TOKEN, MOST_BYTES_PER_TOKEN)


def was_cut(text: str, read_tokens: int, context_tokens: int | None) -> bool:
    """Whether a server that reports to have read so many tokens of a prompt cannot have read all of it."""
    if least_tokens(text) < LEAST_TO_JUDGE:
        return False
    at_limit = read_tokens in USUAL_CONTEXTS or (context_tokens is not None and read_tokens >= context_tokens)
    return read_tokens < least_tokens(text) or (at_limit and estimate_tokens(text) > read_tokens)


def _by(text: str, characters: int, bytes_: int) -> int:
    ascii_ = sum(map(str.isascii, text)) if not text.isascii() else len(text)
    other = len(text.encode("utf-8", "replace")) - ascii_
    return ascii_ // characters + other // bytes_
