"""Large objects: all of one is read, judged and masked as ``SELECT lo_get(oid)``, and handed out in pieces.

A piece by itself may end in the middle of a card number, where no scanner sees one. Every other method is judged as the
function of the server that it stands for, and then is the driver's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg2
from psycopg2 import extensions

from pcishield.drivers.generic.copy_in import CopyIn
from pcishield.drivers.generic.state import CursorState
from pcishield.drivers.psycopg2.cursor import GuardedCursor
from pcishield.drivers.psycopg2.surfaces import LOBJECT
from pcishield.exceptions import MaskingError, StatementDenied
from pcishield.runtime.dress import refuse_copy
from pcishield.runtime.stamp import under
from pcishield.runtime.surface import build

__all__ = ["GuardedLobject", "lobject_factory"]

_Raw: Any = extensions.lobject
_BLOCK = 1 << 16


def __init__(  # noqa: N807
    self: Any, conn: Any, oid: Any = 0, mode: Any = "", new_oid: Any = 0, new_file: Any = None
) -> None:
    def begin() -> None:
        _Raw.__init__(self, conn, oid, mode, new_oid, new_file)

    if not isinstance(conn, extensions.connection):
        begin()  # raises, as the driver does
    session = getattr(conn, "_pcishield", None)
    if session is None:
        raise StatementDenied(
            "psycopg2.extensions.lobject: this guarded large object was made for a connection that is not guarded.",
            rule="surface.blocked",
            hint="Connect through the guarded module, or use the large object class of the driver.",
        )
    self._pcishield, self._pcishield_connection = CursorState(session), conn
    if oid:
        _run(self, "SELECT lo_open(%s::oid, %s)", (oid, mode), "lobject", begin)
    elif new_file is None:
        _run(self, "SELECT lo_create(%s::oid)", (new_oid,), "lobject", begin)
    else:

        def store() -> None:
            _look_through(self._pcishield, new_file)
            begin()

        _run(self, "SELECT lo_import(%s, %s::oid)", (new_file, new_oid), "lobject", store)


def _run(self: Any, text: str, parameters: tuple[Any, ...], method: str, call: Callable[[], Any]) -> Any:
    self._pcishield_content = None
    return self._pcishield.send(text, parameters, method, call, lambda: (False, None))


def _look_through(state: CursorState, name: str) -> None:
    assert state.tried is not None
    looked = CopyIn(state.tried, state.session, "latin-1")
    try:
        with open(name, "rb") as file:
            while block := file.read(_BLOCK):
                looked.check(block)
    except OSError:
        return  # the driver's attempt fails as well, and says how


def _content(self: Any) -> bytes:
    """Return all of the object, masked."""
    if self._pcishield_content is None:
        with self._pcishield_connection.cursor(cursor_factory=GuardedCursor) as cursor:
            cursor.execute("SELECT lo_get(%s::oid)", (self.oid,))
            ((value,),) = cursor.fetchall()
        self._pcishield_content = value.encode() if isinstance(value, str) else bytes(value)
    content: bytes = self._pcishield_content
    return content


def read(self: Any, size: int = -1) -> Any:
    position = _Raw.tell(self)
    _Raw.read(self, 0)  # raises where it was not opened for reading
    fresh = self._pcishield_content is None
    content = _content(self)
    if fresh:
        length = _Raw.seek(self, 0, 2)
        _Raw.seek(self, position, 0)
        if length != len(content):
            self._pcishield_content = None
            raise self._pcishield.session.bind(
                MaskingError("the large object holds card data and cannot be masked in place; it is not handed out")
            )
    if "w" in self.mode:
        self._pcishield_content = None  # a savepoint may take back what was read; opened for reading it stays the same
    piece = content[position:] if size < 0 else content[position : position + size]
    _Raw.seek(self, position + len(piece), 0)
    if "b" in self.mode:
        return piece
    return piece.decode(extensions.encodings.get(self._pcishield_connection.encoding, "utf-8"))


def write(self: Any, data: Any) -> Any:
    state = self._pcishield

    def store() -> Any:
        if self._pcishield_looked is None:
            # One for all that is written: a value may be cut between two calls.
            self._pcishield_looked = CopyIn(state.tried, state.session, "utf-8")
        if isinstance(data, (bytes, str)):  # anything else psycopg2 refuses
            self._pcishield_looked.check(data.encode() if isinstance(data, str) else data)
        return _Raw.write(self, data)

    return _run(self, "SELECT lo_put(%s::oid, %s, %s)", (self.oid, 0, data), "lobject.write", store)


def truncate(self: Any, length: int = 0) -> Any:
    text = "SELECT lo_truncate64(%s, %s)"
    return _run(self, text, (self.oid, length), "lobject.truncate", lambda: _Raw.truncate(self, length))


def unlink(self: Any) -> Any:
    return _run(self, "SELECT lo_unlink(%s::oid)", (self.oid,), "lobject.unlink", lambda: _Raw.unlink(self))


def export(self: Any, filename: str) -> None:
    if self._pcishield_connection.autocommit:
        raise psycopg2.ProgrammingError("can't use a lobject outside of transactions")
    content = _content(self)
    try:
        with open(filename, "wb") as file:
            file.write(content)
    except OSError as error:
        raise psycopg2.OperationalError(str(error)) from None


GuardedLobject: type = build(
    _Raw,
    LOBJECT,
    {},
    slots=False,
    names={
        "__doc__": _Raw.__doc__,
        "__init__": __init__,
        "__reduce_ex__": refuse_copy,
        "_pcishield": None,
        "_pcishield_connection": None,
        "_pcishield_content": None,
        "_pcishield_looked": None,
        "export": export,
        "read": read,
        "truncate": truncate,
        "unlink": unlink,
        "write": write,
    },
)
"""Every guarded large object is one of these; a user's class gets it beneath itself."""


def lobject_factory(factory: Any) -> Any:
    """Return the guarded counterpart of a ``lobject_factory``; ``None`` stands for the driver's class.

    Raises:
        TypeError: It is no subclass of the driver's class; psycopg2 says so too.
    """
    if factory is None or factory is _Raw:
        return GuardedLobject
    if isinstance(factory, type) and issubclass(factory, _Raw):
        return under(factory, GuardedLobject)
    raise TypeError("lobject_factory must be a subclass of psycopg2.extensions.lobject")
