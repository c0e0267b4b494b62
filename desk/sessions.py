"""Who is signed in: sessions in memory, so that a restart ends them all; the start token; the password."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from desk.answers import Editor

IDLE_SECONDS = 12 * 3600.0
MOST_SESSIONS = 512
"""Sessions kept; beyond, the one that was idle longest ends, those that nobody signed in to first."""

FREE_TRIES = 5
MOST_PAUSE_SECONDS = 900.0
SCRYPT = {"n": 2**14, "r": 8, "p": 1}
"""Cost of comparing a password: 16 MiB and some 50 ms, as RFC 7914 has it for interactive use."""


@dataclass(slots=True)
class Session:
    """One browser; nobody is signed in while `editor` is None. `entered` says that the token or password was given."""

    id: str
    token: str
    editor: Editor | None = None
    entered: bool = False
    seen: float = 0.0
    said: str = ""
    """What the next page tells."""
    opened: set[tuple[str, str]] = field(default_factory=set)
    """Article and record of each source that was opened and is in no log yet."""


class Sessions:
    """Every session, by the value of its cookie."""

    def __init__(self, elapsed: Callable[[], float] = monotonic) -> None:
        self._elapsed = elapsed
        self._sessions: dict[str, Session] = {}
        self._start: str | None = secrets.token_urlsafe(32)

    @property
    def start_token(self) -> str:
        """What the address printed at the start carries; worth one session."""
        return self._start or ""

    def redeem(self, token: str) -> bool:
        """Whether a token is the start token, which is then spent."""
        if self._start is None or not hmac.compare_digest(token.encode(), self._start.encode()):
            return False
        self._start = None
        return True

    def open(self, editor: Editor | None = None, *, entered: bool = False) -> Session:
        """A new session, with an identity that no earlier one had."""
        now = self._elapsed()
        self._forget(now)
        made = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), editor, entered, now)
        self._sessions[made.id] = made
        return made

    def find(self, identity: str | None) -> Session | None:
        """The session of a cookie, or None when it never was one or has ended."""
        found = self._sessions.get(identity or "")
        now = self._elapsed()
        if found is None or now - found.seen > IDLE_SECONDS:
            return None
        found.seen = now
        return found

    def close(self, session: Session) -> None:
        self._sessions.pop(session.id, None)

    def _forget(self, now: float) -> None:
        for old in [s for s in self._sessions.values() if now - s.seen > IDLE_SECONDS]:
            del self._sessions[old.id]
        while len(self._sessions) >= MOST_SESSIONS:
            oldest = min(self._sessions.values(), key=lambda s: (s.entered, s.seen))
            del self._sessions[oldest.id]


@dataclass(slots=True)
class _Tries:
    failed: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Door:
    """The password of the desk, and how often it may be tried: after five failures from an address it waits, twice as long each time."""

    password: str
    elapsed: Callable[[], float] = monotonic
    _salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    _tries: dict[str, _Tries] = field(default_factory=dict)
    _hash: bytes = b""

    def __post_init__(self) -> None:
        self._hash = self._of(self.password)

    def waits(self, peer: str) -> float:
        """Seconds until an address may try again, 0 when it may."""
        return max(self._tries.get(peer, _Tries()).until - self.elapsed(), 0.0)

    def opens(self, peer: str, given: str) -> bool:
        """Whether the password is right; a wrong one counts against the address it came from."""
        if self.waits(peer):
            return False
        if hmac.compare_digest(self._of(given), self._hash):
            self._tries.pop(peer, None)
            return True
        if len(self._tries) >= MOST_SESSIONS:
            del self._tries[next(iter(self._tries))]
        tries = self._tries.setdefault(peer, _Tries())
        tries.failed += 1
        if tries.failed >= FREE_TRIES:
            tries.until = self.elapsed() + min(2.0 ** (tries.failed - FREE_TRIES), MOST_PAUSE_SECONDS)
        return False

    def _of(self, text: str) -> bytes:
        return hashlib.scrypt(text.encode("utf-8", "surrogatepass"), salt=self._salt, **SCRYPT)
