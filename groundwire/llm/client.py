"""One OpenAI-compatible endpoint over HTTP: the one importer of openai, itself imported only when a model is asked.

The client's own retries are the only ones, at most four requests for one question, and only where nothing was paid: no
connection, 429, 5xx. A request that was sent and not answered whole is not repeated; it may have been paid for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import monotonic, time
from typing import Any

import httpx2
import openai
from pydantic import BaseModel

from groundwire import __version__
from groundwire.errors import ModelError

MAX_RETRIES = 3
CONNECT_SECONDS = 10.0
LOOK_UP_SECONDS = 10.0
MAX_BODY_BYTES = 8 * 1024 * 1024
"""An answer of the most tokens that are asked for has some 40 KiB."""
MAX_TOKENS_BELIEVED = 10_000_000
MIN_SECRET = 8
"""A shorter key is a placeholder ("ollama", "none"), and a word that texts may hold."""

_WHY = "groundwire"
"""The extension of a response that this transport made or marked."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that arrived whole as HTTP: its text, its tokens where the endpoint said, and why it cannot be used, if so."""

    text: str
    input_tokens: int | None = None
    output_tokens: int | None = None
    fault: tuple[str, str] | None = None


class Client:
    """Asks one endpoint; waits as long as `until` (monotonic) allows when it is told to wait.

    `secrets` are taken out of every text that comes back.
    """

    def __init__(self, base_url: str, api_key: str | None, until: float, secrets: tuple[str, ...] = ()) -> None:
        self.base_url = base_url
        self.reached = False
        """Whether the endpoint answered the last question that was looked up, whatever it said."""
        self._key = api_key
        self._secrets = tuple(secret for secret in secrets or (api_key or "",) if len(secret) >= MIN_SECRET)
        # One connection a request: on a kept one a disconnection would not tell whether the request was read.
        transport = httpx2.HTTPTransport(limits=httpx2.Limits(max_keepalive_connections=0))
        headers = {"Accept-Encoding": "identity"}
        self._http = httpx2.Client(transport=_Once(transport, until), follow_redirects=False, headers=headers)
        try:
            # A local server needs no key, but the library refuses to start without one.
            self._client = openai.OpenAI(base_url=base_url, api_key=api_key or "none", max_retries=MAX_RETRIES, http_client=self._http)
        except (httpx2.InvalidURL, UnicodeError):
            raise ModelError("unreachable", f"{base_url}: is no address that can be asked; check llm.base_url") from None

    def complete(self, body: Mapping[str, Any], seconds: float) -> Reply:
        """The answer to one request; raises ModelError.

        Kinds: "unreachable", "http STATUS" and "deferred" cost nothing; "timeout", "broken" and "answer" may have been paid.
        """
        timeout = httpx2.Timeout(seconds, connect=CONNECT_SECONDS)
        try:
            raw = self._client.chat.completions.with_raw_response.create(**body, timeout=timeout)
            return self._reply(raw.http_response.content)
        except openai.APIStatusError as error:
            raise self._refused(error, seconds) from None
        except openai.APIConnectionError:
            raise ModelError("unreachable", f"{self.base_url}: cannot be reached; check llm.base_url, and that the server runs") from None
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ModelError("answer", f"{self.base_url}: {self.clean(str(error))}") from None

    def look_up(self, path: str, question: Mapping[str, str] | None = None) -> Any:
        """The JSON at a path beside the endpoint's own, or None: asking costs nothing and is no call."""
        url = str(httpx2.URL(f"{self.base_url.rstrip('/')}/").join(path))
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            found = self._http.request("POST" if question else "GET", url, json=question, headers=headers, timeout=LOOK_UP_SECONDS)
            self.reached = _WHY not in found.extensions
            return json.loads(found.content) if found.status_code == 200 else None
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError):
            return None

    def clean(self, text: str) -> str:
        """A text of the endpoint as one line of at most 300 characters, without any key."""
        return " ".join(self._redacted(text).split())[:300]

    def _redacted(self, text: str) -> str:
        text = text.encode("utf-8", "replace").decode("utf-8")
        for secret in self._secrets:
            text = text.replace(secret, "[key]")
        return text

    def _reply(self, content: bytes) -> Reply:
        try:
            found = _Completion.model_validate(json.loads(content))
        except (ValueError, RecursionError):  # ValidationError is a ValueError
            raise ModelError(
                "answer", f"{self.base_url}: answered with what is no chat completion; does llm.base_url end in /v1?"
            ) from None
        if not found.choices:
            said = f": {self.clean(json.dumps(found.error))}" if found.error else ""
            raise ModelError("answer", f"{self.base_url}: answered without a choice{said}")
        choice = found.choices[0]
        text = self._redacted(_text(choice.message.content))
        fault = _fault(choice, text)
        return Reply(text, _read(found.usage), _count(found.usage, "completion_tokens"), fault)

    def _refused(self, error: openai.APIStatusError, seconds: float) -> ModelError:
        why = error.response.extensions.get(_WHY)
        if why == "timeout":
            return ModelError("timeout", f"{self.base_url}: no whole answer within {seconds:.0f} s (llm.timeout_seconds)")
        if why == "broken":
            return ModelError("broken", f"{self.base_url}: the connection broke before the answer was whole; it is never read as whole")
        said = self.clean(f"{error.message} {error.code or ''}")
        if isinstance(why, float) or (error.status_code == 429 and "insufficient_quota" not in said):
            wait = f"asks to wait {why:.0f} s" if isinstance(why, float) else "has too many requests"
            return ModelError("deferred", f"{self.base_url}: {wait}; left for the next run")
        if "content_filter" in said or "content management policy" in said:
            return ModelError("refused", f"{self.base_url}: {said}")
        return ModelError(f"http {error.status_code}", f"{self.base_url}: {said}")


class _Message(BaseModel):
    content: Any = None
    refusal: Any = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: Any = None


class _Completion(BaseModel):
    """As much of a chat completion as is used; servers differ in all the rest."""

    choices: list[_Choice] | None = None
    usage: Any = None
    error: Any = None


def _text(content: Any) -> str:
    """The text of a message; some servers send it in parts."""
    parts = content if isinstance(content, list) else [content]
    said = [p.get("text") if isinstance(p, dict) else p for p in parts]
    return "".join(s for s in said if isinstance(s, str))


def _fault(choice: _Choice, text: str) -> tuple[str, str] | None:
    if choice.finish_reason == "length":
        return "cut off", "the answer was cut short; it is never read as whole"
    if choice.finish_reason == "content_filter" or choice.message.refusal:
        return "refused", "the model declined to answer"
    return None if text.strip() else ("empty", "the model answered with nothing")


def _count(usage: Any, key: str) -> int | None:
    """A count of tokens; none of what cannot be one, nothing among it: an answer never costs nothing."""
    n = usage.get(key) if isinstance(usage, dict) else None
    return n if isinstance(n, int) and not isinstance(n, bool) and 0 < n <= MAX_TOKENS_BELIEVED else None


def _read(usage: Any) -> int | None:
    """The tokens of a prompt; some gateways count those that they had cached apart."""
    read = _count(usage, "prompt_tokens")
    cached = _count(usage.get("prompt_tokens_details"), "cached_tokens") if isinstance(usage, dict) else None
    return read + cached if read and cached and cached > read else read


class _Once(httpx2.BaseTransport):
    """Sends a request, and reads the whole answer under one deadline; what may have been paid is marked not to be repeated."""

    def __init__(self, inner: httpx2.BaseTransport, until: float) -> None:
        self._inner, self._until = inner, until

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        seconds = request.extensions.get("timeout", {}).get("read") or LOOK_UP_SECONDS
        end = monotonic() + seconds
        try:
            response = self._inner.handle_request(_anonymous(request))
            content = _whole(response, end)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
            raise
        except UnicodeError as error:  # a name that cannot be one, on its way to be resolved
            raise httpx2.ConnectError(str(error)) from None
        except httpx2.TimeoutException:
            return _final("timeout")
        except httpx2.TransportError:
            return _final("broken")
        if content is None:
            return _final("broken")
        answer = httpx2.Response(response.status_code, headers=response.headers, stream=httpx2.ByteStream(content))
        wait = _retry_after(response.headers.get("retry-after"))
        if wait and response.status_code >= 400 and wait > self._until - monotonic():
            answer.headers["x-should-retry"] = "false"
            answer.extensions[_WHY] = wait
        return answer

    def close(self) -> None:
        self._inner.close()


def _anonymous(request: httpx2.Request) -> httpx2.Request:
    """The request without what the library tells of this machine, and of an account that the environment names for another endpoint."""
    told = [(n, v) for n, v in request.headers.items() if not n.startswith(("x-stainless", "openai-", "user-agent"))]
    headers = [*told, ("User-Agent", f"groundwire/{__version__}")]
    assert isinstance(request.stream, httpx2.SyncByteStream)
    return httpx2.Request(request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions)


def _whole(response: httpx2.Response, end: float) -> bytes | None:
    """The body as sent; None when it is larger than any answer."""
    content = bytearray()
    assert isinstance(response.stream, httpx2.SyncByteStream)
    try:
        for part in response.stream:
            content += part
            if len(content) > MAX_BODY_BYTES:
                return None
            if monotonic() > end:
                raise httpx2.ReadTimeout("no whole answer in time")
    finally:
        response.close()
    return bytes(content)


def _final(why: str) -> httpx2.Response:
    return httpx2.Response(599, headers={"x-should-retry": "false"}, content=b"", extensions={_WHY: why})


def _retry_after(value: str | None) -> float | None:
    """Seconds that a Retry-After asks to wait (RFC 9110, 10.2.3), or None."""
    if not value:
        return None
    try:
        return float(value) if value.strip().isdecimal() else parsedate_to_datetime(value).timestamp() - time()
    except (ValueError, TypeError, OverflowError):
        return None
