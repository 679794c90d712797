"""``pgconn.trace()``: libpq's trace of the protocol, without what it says of data.

libpq writes to a file in memory, each time when it has sent something; what is there is looked at after each step of
the connection. The user's file gets each message with its direction, length and type, and of its content what cannot
be data: states, counts, tags, names, and SQL without literals. Rows, parameters, COPY data and all texts of the
server are withheld, and so is everything whose shape is not known.

What the guard itself asks the server is not traced.
A connection is traced by a class of its own, so that one that is not traced pays nothing.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import psycopg
from psycopg import pq

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["available", "flush", "paused", "set_flags", "start", "stop", "told"]

_ATTRIBUTE = "_pcishield_trace"
_READABLE = 140000
"""The version of libpq whose trace has one line a message."""

_HEAD = re.compile(
    rb"((?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,6}\t)?[FB]\t(?:\d{1,10}|NN)\t)([A-Za-z]{1,40})(?:\t(.*))?", re.DOTALL
)
_START = re.compile(rb"^(?=(?:\d{4}-\d\d-\d\d [\d:.]+\t)?[FB]\t(?:\d{1,10}|NN)\t[A-Za-z]{1,40}(?:\t|$))", re.MULTILINE)
_NAME = rb'"[A-Za-z0-9_]{0,12}"'
_EMPTY = frozenset({
    b"BindComplete", b"CloseComplete", b"CopyDone", b"EmptyQueryResponse", b"Flush", b"NoData", b"ParseComplete",
    b"PortalSuspended", b"Sync", b"Terminate",
})  # fmt: skip
_PASSED = {
    b"Close": re.compile(rb" [PS] " + _NAME),
    b"CommandComplete": re.compile(rb' "[A-Z ]{1,60}(?: \d{1,9}){0,2}"'),
    b"Describe": re.compile(rb" [PS] " + _NAME),
    b"Execute": re.compile(rb" " + _NAME + rb" \d{1,10}"),
    b"ReadyForQuery": re.compile(rb" [ITE]"),
}
"""What may be told of the content, by the type of message: only when all of it looks like this."""
_SQL = {
    b"Parse": re.compile(rb'( %b )"(.*)"( \d{1,5}(?: \d{1,10}| NNNN)*)' % _NAME, re.DOTALL),
    b"Query": re.compile(rb'( )"(.*)"()', re.DOTALL),
}
_ROW = re.compile(rb" \d{1,4}(?= |$)")
_WITHHELD = b" [withheld]"
_OTHERS = frozenset({
    b"Bind", b"CopyBothResponse", b"CopyData", b"CopyFail", b"CopyInResponse", b"CopyOutResponse", b"DataRow",
    b"ErrorResponse", b"FunctionCall", b"FunctionCallResponse", b"NoticeResponse", b"NotificationResponse",
    b"ParameterDescription", b"ParameterStatus", b"RowDescription",
})  # fmt: skip

Tell = Callable[[str], str]


def told(message: bytes, template: Tell, mask: Tell) -> bytes:
    """Return what may be told of one message, empty for what is none.

    Args:
        message: As libpq writes it, without the line break; raw, with data.
        template: From SQL to SQL without literals.
        mask: Masks card data in names.
    """
    found = _HEAD.fullmatch(message)
    if found is None:
        return b""
    head, kind, content = found.groups()
    if kind not in _EMPTY and kind not in _PASSED and kind not in _SQL and kind not in _OTHERS:
        # Whoever makes a server's message chooses the words that follow a line break in it.
        kind, content = b"Unknown", b""
    if content is None:
        return bytes(head + kind)
    try:
        shown = _content(kind, content, template, mask)
    except Exception:
        shown = _WITHHELD
    return bytes(head + kind + b"\t" + shown)


def _content(kind: bytes, content: bytes, template: Tell, mask: Tell) -> bytes:
    if (shape := _PASSED.get(kind)) is not None and shape.fullmatch(content):
        return content
    if (shape := _SQL.get(kind)) is not None and (found := shape.fullmatch(content)):
        before, sql, after = found.groups()
        return b'%b"%b"%b' % (before, _through(template, sql), after)
    if kind == b"RowDescription":
        return _through(mask, content)
    if kind == b"DataRow" and (columns := _ROW.match(content)):
        return columns.group() + _WITHHELD
    return _WITHHELD


def _through(tell: Tell, data: bytes) -> bytes:
    return tell(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


class _Trace:
    """One trace of one connection.

    Args:
        pgconn: libpq's connection; kept, so that it goes after the file that it writes to.
        session: Of the guarded connection.
        out: The user's file descriptor.
    """

    def __init__(self, pgconn: Any, session: Session, out: int) -> None:
        self._pgconn = pgconn
        self._session = session
        self._out = out
        self.flags = 0
        self._rest = b""
        self._file = os.memfd_create("pcishield-trace", os.MFD_CLOEXEC)
        fcntl.fcntl(self._file, fcntl.F_SETFL, os.O_APPEND)
        try:
            pgconn.trace(self._file)
        except BaseException:
            os.close(self._file)
            raise

    def flush(self) -> None:
        """Hand on what libpq has written since."""
        size = os.fstat(self._file).st_size
        if not size:
            return
        # libpq's buffer goes to the file when it is full, in the middle of a message too.
        raw, newline, self._rest = (self._rest + os.pread(self._file, size, 0)).rpartition(b"\n")
        os.ftruncate(self._file, 0)
        messages = (told(part, self._template, self._session.mask_text) for part in _split(raw + newline))
        shown = b"".join(message + b"\n" for message in messages if message)
        try:
            while shown:
                shown = shown[os.write(self._out, shown) :]
        except OSError:
            pass  # libpq does not look either whether its trace could be written

    def _template(self, sql: str) -> str:
        parts = self._session.parts
        return parts.record_text(parts.known.get(self._session.dialect, sql).statement.template)

    def pause(self) -> None:
        """Let nothing be traced until :meth:`resume`."""
        if self._pgconn.status == pq.ConnStatus.OK:
            self._pgconn.untrace()  # which empties libpq's buffer
        self.flush()

    def resume(self) -> None:
        """Go on."""
        if self._pgconn.status == pq.ConnStatus.OK:
            self._pgconn.trace(self._file)
            self._pgconn.set_trace_flags(self.flags)

    def end(self) -> None:
        """Stop, unless the connection has ended by itself."""
        self.pause()
        self._close()

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __del__(self) -> None:
        # libpq must not go on with a number that is the next file's: first it stops, then it is closed.
        if getattr(self, "_file", -1) >= 0:
            if self._pgconn.status == pq.ConnStatus.OK:
                self._pgconn.untrace()
            self._close()


_traces: WeakValueDictionary[int, _Trace] = WeakValueDictionary()
"""By the id of libpq's connection, which a trace keeps."""


def _split(raw: bytes) -> list[bytes]:
    """Cut at each line that begins a message; SQL and texts of the server may have several lines."""
    starts = [found.start() for found in _START.finditer(raw)]
    return [raw[start : end - 1] for start, end in zip(starts, [*starts[1:], len(raw)], strict=True)]


def available() -> bool:
    """Whether a trace can be read before the user sees it."""
    return hasattr(os, "memfd_create") and pq.version() >= _READABLE


def start(connection: Any, pgconn: Any, session: Session, out: int) -> None:
    """Trace a guarded connection to ``out``; the trace before, if there is one, ends."""
    stop(connection)
    connection.__dict__[_ATTRIBUTE] = _traces[id(pgconn)] = _Trace(pgconn, session, out)
    cls: Any = type(connection)
    connection.__class__ = _traced(cls)


def stop(connection: Any) -> None:
    """End the trace of a connection, if there is one."""
    trace: _Trace | None = connection.__dict__.pop(_ATTRIBUTE, None)
    if trace is not None:
        trace.end()
        connection.__class__ = type(connection).__base__


def set_flags(connection: Any, pgconn: Any, flags: int) -> None:
    """Say how libpq is to write, of a trace that has been started."""
    pgconn.set_trace_flags(flags)
    trace: _Trace | None = connection.__dict__.get(_ATTRIBUTE)
    if trace is not None:
        trace.flags = flags


@contextmanager
def paused(pgconn: Any) -> Iterator[None]:
    """Keep out of the trace what the guard itself asks."""
    trace = _traces.get(id(pgconn))
    if trace is None:
        yield
        return
    trace.pause()
    try:
        yield
    finally:
        trace.resume()


def flush(connection: Any) -> None:
    """Hand on what has been traced so far."""
    trace: _Trace | None = connection.__dict__.get(_ATTRIBUTE)
    if trace is not None:
        trace.flush()


@lru_cache(maxsize=256)
def _traced(cls: type) -> type:
    """Return the subclass of a guarded connection class that hands on its trace after each step."""
    wait, close = cls.wait, cls.close  # type: ignore[attr-defined]

    def traced_wait(self: Any, gen: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return wait(self, gen, *args, **kwargs)
        finally:
            flush(self)

    async def traced_async_wait(self: Any, gen: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await wait(self, gen, *args, **kwargs)
        finally:
            flush(self)

    def traced_close(self: Any) -> None:
        close(self)
        flush(self)

    async def traced_async_close(self: Any) -> None:
        await close(self)
        flush(self)

    asynchronous = issubclass(cls, psycopg.AsyncConnection)
    names = {
        "__doc__": cls.__doc__,
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "__slots__": (),
        "close": traced_async_close if asynchronous else traced_close,
        "wait": traced_async_wait if asynchronous else traced_wait,
    }
    return type(cls.__name__, (cls,), names)
