"""What a fault of a model's endpoint means, by its words: a server's behaviour, and what has to come of it.

A fault is a sentence of the corpus. The first entry of MEANINGS whose pattern it holds says what the endpoint does; a
sentence that none holds is an error, never a pass.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from author_sample import KEY
from model_server import Reply

ACCEPTED, DROPPED, WITHOUT, DEFERRED = "accepted", "dropped", "without", "deferred"
"""The author's article is out; it is not; it is without what is wrong, or waits; its theme is left for the next run."""

Honest = Callable[[dict[str, Any]], Reply]
Spoil = Callable[[Reply], Reply]
CANARY = "fault-canary"


@dataclass
class Faulty:
    """A model that answers honestly but for replies `first` to `first + times - 1`; `forbidden` must be on no page."""

    spoil: Spoil
    expect: str
    times: float = float("inf")
    forbidden: list[str] = field(default_factory=list)
    wait: float | None = None
    """Seconds that the endpoint asks to wait."""
    closed: bool = False
    """There is no endpoint at all."""
    first: int = 0
    honest: Honest = lambda request: Reply("{}")
    seen: int = 0
    moments: list[float] = field(default_factory=list)

    def __call__(self, request: dict[str, Any]) -> Reply:
        self.moments.append(time.monotonic())
        n, self.seen = self.seen, self.seen + 1
        reply = self.honest(request)
        return self.spoil(reply) if self.first <= n < self.first + self.times else reply


def fault_of(text: str) -> Faulty:
    """The behaviour that a fault of the corpus means; raises LookupError for one that is not known."""
    for pattern, make in MEANINGS:
        if match := re.search(pattern, text, re.IGNORECASE):
            return make(match)
    raise LookupError(f"unknown fault {text!r}: add it to MEANINGS of tests/model_faults.py")


def content(change: Callable[[str], str | None]) -> Spoil:
    return lambda reply: replace(reply, content=change(reply.content or ""))


def tree(change: Callable[[str, Any], Any]) -> Spoil:
    """Changes every value of an answer's object, by the key it stands under."""

    def walk(key: str, value: Any) -> Any:
        if isinstance(value, dict):
            value = {k: walk(k, v) for k, v in value.items()}
        elif isinstance(value, list):
            value = [walk(key, v) for v in value]
        return change(key, value)

    return content(lambda text: json.dumps(walk("", json.loads(text)), ensure_ascii=False))


def status(match: re.Match[str]) -> Faulty:
    """`http-429 with Retry-After 20`, `http-500 x3 then 200`, `http-401`."""
    code, again, wait = int(match["status"]), match["times"], match["wait"]
    headers = {"Retry-After": wait} if wait else {}
    body = json.dumps({"error": {"message": f"status {code}"}}).encode()
    faulty = Faulty(lambda reply: Reply(status=code, headers=headers, raw=body), DROPPED, float(again) if again else float("inf"))
    if code == 429:
        faulty.times, faulty.expect, faulty.wait = float(again or 1), ACCEPTED, float(wait or 0)
    elif again and int(again) <= 3 and code >= 500:
        faulty.expect = ACCEPTED
    return faulty


def changed_figure(match: re.Match[str]) -> Faulty:
    forbidden = ["$9.7 billion", "9.7 billion"]

    def change(key: str, value: Any) -> Any:
        return re.sub(r"\$?\d+(\.\d+)? (b|m)illion", "$9.7 billion", value) if isinstance(value, str) and key != "quote" else value

    return Faulty(tree(change), WITHOUT, forbidden=forbidden)


def changed_quote(match: re.Match[str]) -> Faulty:
    def change(key: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if key == "quote":
            return re.sub(r"\b(will|can|has)\b", "zorblat", value, count=1)
        return re.sub(r"“(\w+) (\w+)", r"“\1 zorblat \2", value)

    return Faulty(tree(change), WITHOUT, forbidden=["zorblat"])


def foreign_facts(match: re.Match[str]) -> Faulty:
    number = int(match["number"])

    def change(key: str, value: Any) -> Any:
        return number if key in ("facts", "page", "source") and isinstance(value, int) else value

    return Faulty(tree(change), WITHOUT)


def planted(text: str, *forbidden: str) -> Callable[[re.Match[str]], Faulty]:
    """Every sentence of an answer with a text of its own behind it."""

    def change(key: str, value: Any) -> Any:
        return f"{value} {text}" if isinstance(value, str) and key in ("text", "heading", "headline", "question", "about") else value

    return lambda match: Faulty(tree(change), WITHOUT, forbidden=list(forbidden))


def extra_key(match: re.Match[str]) -> Faulty:
    def change(key: str, value: Any) -> Any:
        return value | {match["key"]: f'<b onclick="{CANARY}()">{CANARY}</b>'} if isinstance(value, dict) else value

    return Faulty(tree(change), ACCEPTED, forbidden=[CANARY])


def refusing(match: re.Match[str]) -> Faulty:
    """An article of the right form in which nothing is said but that the model will not."""
    said = "I am sorry, but I cannot help with that request."

    def change(key: str, value: Any) -> Any:
        if isinstance(value, dict) and "text" in value and "facts" in value:
            return value | {"text": said, "facts": [], "kind": "frame"}
        return said if key in ("heading", "question") and isinstance(value, str) else value

    return Faulty(tree(change), DROPPED, forbidden=["cannot help with that"])


def simple(spoil: Spoil, expect: str, **more: Any) -> Callable[[re.Match[str]], Faulty]:
    return lambda match: Faulty(spoil, expect, **more)


def raw(body: bytes, status: int = 200) -> Spoil:
    return lambda reply: Reply(raw=body, status=status)


ERROR = json.dumps({"error": {"message": f"the key {KEY} is not valid"}}).encode()

MEANINGS: tuple[tuple[str, Callable[[re.Match[str]], Faulty]], ...] = (
    (r"connection refused|unreachable|no endpoint|host not found|DNS", simple(lambda reply: reply, DROPPED, closed=True)),
    (r"echo|repeats? the key|key in (the|an) (answer|error|body)", simple(raw(ERROR, 401), DROPPED)),
    (r"http[- ](?P<status>\d{3})(?:.*?retry-after[: ]*(?P<wait>\d+))?(?:.*?x ?(?P<times>\d+))?", status),
    (r"usage.*(missing|none|absent|null)|(no|without|missing) usage", simple(lambda reply: replace(reply, usage=False), ACCEPTED)),
    (r"usage.*(zero|0\b)", simple(lambda reply: replace(reply, read_tokens=-1), ACCEPTED)),
    (
        r"num_ctx|prompt_tokens|prompt (was )?(cut|truncated)|truncat\w+ prompt",
        simple(lambda reply: replace(reply, read_tokens=64), DROPPED),
    ),
    (r"finish_reason.?=.?length|cut (json|off|short)", simple(lambda r: Reply((r.content or "")[:-20], finish_reason="length"), DROPPED)),
    (r"stream stops|mid-?way|connection (drop|break|reset|closed)|disconnect", simple(lambda r: replace(r, breaks_after=90), DROPPED)),
    (r"time-?out|hangs|never answers|no answer|slow", simple(lambda r: replace(r, pause=0.2), DROPPED)),
    (r"fence|```", simple(content(lambda text: f"```json\n{text}\n```"), ACCEPTED)),
    (r"<?think", simple(content(lambda text: f"<think>What {{may}} it be? {CANARY}</think>\n{text}"), ACCEPTED, forbidden=[CANARY])),
    (
        r"(prose|words|text|chatter) (before|around|after)|preamble",
        simple(content(lambda t: f"Sure, here it is:\n{t}\nI hope it helps."), ACCEPTED),
    ),
    (r"empty|null content|no content|white ?space", simple(content(lambda text: None), DROPPED)),
    (r"extra (key|field|property|member)s? ?['\"`]?(?P<key>\w+)", extra_key),
    (r"wrong schema|wrong (type|shape|form)|missing (key|field)", simple(content(lambda text: '{"answer": [1, 2, 3]}'), DROPPED)),
    (r"(source|fact|record|page|citation) (number )?(?P<number>\d+)", foreign_facts),
    (r"quot\w*.*(chang|alter|invent|not in)|(chang|alter|invent)\w*.*quot", changed_quote),
    (r"(figure|number|amount|value).*(->|→|chang|alter|swap|invent|wrong)", changed_figure),
    (r"(link|url|address)", planted("See https://evil-canary.example/buy for more.", "evil-canary")),
    (r"(markup|script|html) in", planted(f"<script>{CANARY}()</script>", f"<script>{CANARY}")),
    (r"name (that|which|not|of)|invented name", planted("Gregor Stahlbrenner agrees.", "Stahlbrenner")),
    (r"finish_reason.?=.?content_filter", simple(lambda reply: replace(reply, finish_reason="content_filter"), DROPPED)),
    (r"refus\w* (text|as article)|filter.*text|refusal", refusing),
    (r"not json|no json|invalid json|plain (text|prose)", simple(content(lambda text: "Velmora Grid builds a plant."), DROPPED)),
    (r"html (page|instead|body)|proxy page|captive", simple(raw(b"<html><body>Sign in</body></html>"), DROPPED)),
    (r"no choices?|choices", simple(raw(b'{"object": "chat.completion", "choices": []}'), DROPPED)),
    (r"nest|recurs", simple(content(lambda text: '{"facts":' * 50_000), DROPPED)),
    (r"huge|too (large|long)|endless|oversi", simple(content(lambda text: "word " * 2_000_000), DROPPED)),
    (r"control|bidi|zero.?width|unicode", planted("\u202e\u200b\x07", "\u202e", "\x07")),
    (r"redirect", simple(lambda r: Reply(status=307, headers={"Location": "http://127.0.0.1:9/v1"}, raw=b""), DROPPED)),
)
