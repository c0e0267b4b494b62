"""Bodies as they arrive: undone from gzip, deflate or br piece by piece, never beyond a limit of decoded bytes."""

from __future__ import annotations

import zlib
from typing import Protocol

ACCEPT_ENCODING = "gzip, deflate, br"

_PIECE = 65_536
"""Most bytes that one step decodes, so that a bomb costs no more than the limit and one piece."""

_RAW_SLACK = 65_536
"""How far the encoded bytes may exceed the limit: an encoding that grows its text is still read, endless empty members are not."""


class TooLongError(ValueError):
    """The body goes over its limit."""


class DecodingError(ValueError):
    """The body is not what its Content-Encoding says, or ends too early."""


class _Step(Protocol):
    """One decoder: `decode` yields at most `most` bytes; `pending` says that more can be had without new input."""

    pending: bool
    done: bool

    def decode(self, data: bytes, most: int) -> bytes: ...


class Body:
    """Collects one body; raises TooLongError at the limit and DecodingError for broken encodings."""

    def __init__(self, coding: str | None, limit_bytes: int) -> None:
        self._step = _step(coding)
        self._limit = limit_bytes
        self._pieces: list[bytes] = []
        self._size = 0
        self._raw = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes as they came."""
        self._raw += len(data)
        if self._raw > self._limit + _RAW_SLACK:
            raise TooLongError
        if self._step is None:
            self._keep(data)
            return
        self._keep(self._step.decode(data, _PIECE))
        while self._step.pending:
            self._keep(self._step.decode(b"", _PIECE))

    def value(self) -> bytes:
        """The whole decoded body, once all of it was fed."""
        if self._step is not None and self._raw and not self._step.done:
            raise DecodingError("the encoded body ends too early")
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            raise TooLongError
        if piece:
            self._pieces.append(piece)


def _step(coding: str | None) -> _Step | None:
    name = (coding or "identity").strip().lower()
    if name in ("identity", ""):
        return None
    if name in ("gzip", "x-gzip"):
        return _Gzip()
    if name == "deflate":
        return _Deflate()
    if name == "br":
        return _Brotli()
    raise DecodingError(f"it is encoded as '{name[:40]}', which was not asked for")


class _Gzip:
    """gzip, of one or more members (RFC 1952, 2.2); what follows the last member is ignored, as browsers do."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._rest = b""
        self.pending = False
        self.done = False

    def decode(self, data: bytes, most: int) -> bytes:
        data = self._rest + data
        if self._inflater.eof and data:
            data = self._next_member(data)
        out = _inflated(self._inflater, data, most)
        self._rest = self._inflater.unconsumed_tail or self._inflater.unused_data
        self.done = self._inflater.eof
        self.pending = bool(self._inflater.unconsumed_tail) or (self.done and self._rest.startswith(b"\x1f\x8b"))
        return out

    def _next_member(self, data: bytes) -> bytes:
        if not data.startswith(b"\x1f\x8b"):
            return data[:1] if data == b"\x1f" else b""
        self._inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return data


class _Deflate:
    """deflate: zlib's format as RFC 9110 says, or the bare stream that some servers send."""

    def __init__(self) -> None:
        self._inflater: zlib._Decompress | None = None
        self._rest = b""
        self.pending = False
        self.done = False

    def decode(self, data: bytes, most: int) -> bytes:
        data = self._rest + data
        if self._inflater is None:
            if len(data) < 2:
                self._rest = data
                return b""
            zlibbed = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._inflater = zlib.decompressobj(zlib.MAX_WBITS if zlibbed else -zlib.MAX_WBITS)
        out = b"" if self._inflater.eof else _inflated(self._inflater, data, most)
        self._rest = self._inflater.unconsumed_tail
        self.done, self.pending = self._inflater.eof, bool(self._rest)
        return out


class _Brotli:
    """br (RFC 7932)."""

    def __init__(self) -> None:
        import brotli

        self._error = brotli.error
        self._decoder = brotli.Decompressor()
        self._rest = b""
        self.pending = False
        self.done = False

    def decode(self, data: bytes, most: int) -> bytes:
        if self.done:
            return b""
        try:
            out: bytes = self._decoder.process(data, output_buffer_limit=most)
        except self._error as error:
            raise DecodingError("the body is not valid br") from error
        self.done = self._decoder.is_finished()
        self.pending = not self.done and not self._decoder.can_accept_more_data()
        return out


def _inflated(inflater: zlib._Decompress, data: bytes, most: int) -> bytes:
    try:
        return inflater.decompress(data, most)
    except zlib.error as error:
        raise DecodingError("the body is not valid gzip or deflate") from error
