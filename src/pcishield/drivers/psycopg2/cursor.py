"""The guarded cursor: judges before ``execute``, masks after every fetch.

psycopg2's own row factory stays off: rows arrive as plain tuples, are masked, and only then become what
``DictCursor`` and its kin make of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from psycopg2 import InterfaceError, ProgrammingError, extensions, sql

from pcishield.core.result import ResultColumn
from pcishield.drivers.generic.postgres import KINDS
from pcishield.drivers.generic.rows import listed
from pcishield.drivers.generic.state import CursorState
from pcishield.drivers.psycopg2.copy import copying, file_for
from pcishield.drivers.psycopg2.parameters import fixed
from pcishield.drivers.psycopg2.surfaces import CURSOR
from pcishield.drivers.psycopg2.underway import Underway
from pcishield.exceptions import ShieldError, StatementDenied
from pcishield.runtime.dress import refuse_copy
from pcishield.runtime.guard import outside
from pcishield.runtime.hide import classified
from pcishield.runtime.parameters import collected, replayed
from pcishield.runtime.stamp import stamp, under
from pcishield.runtime.surface import build

__all__ = ["GuardedCursor", "RawCursor", "cursor_factory", "send_page", "text_of"]

RawCursor: Any = extensions.cursor
_description = RawCursor.description.__get__
_rowcount = RawCursor.rowcount.__get__
_query = RawCursor.query.__get__
_raw_factory = RawCursor.row_factory


def _state(cursor: Any) -> CursorState:
    state: CursorState | None = cursor._pcishield
    if state is None:
        connection = cursor.connection
        if connection is None:  # a subclass that does not call __init__
            raise InterfaceError("the cursor has no connection: its class does not call cursor.__init__()")
        session = getattr(connection, "_pcishield", None)
        if session is None:
            raise StatementDenied(
                "psycopg2.extensions.cursor: this guarded cursor was made for a connection that is not guarded.",
                rule="surface.blocked",
                hint="Connect through the guarded module, or use the cursor class of the driver.",
            )
        state = cursor._pcishield = CursorState(session)
    return state


def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
    RawCursor.__init__(self, *args, **kwargs)
    _state(self)


def _text(cursor: Any, query: Any) -> Any:
    """Return the statement as it will be sent."""
    if isinstance(query, sql.Composable):
        query = query.as_string(cursor)
    if isinstance(query, str):
        return str.__str__(query)
    return bytes(query) if isinstance(query, (bytes, bytearray)) else query


def _shown(cursor: Any, text: Any) -> str:
    if isinstance(text, str):
        return text
    codec = extensions.encodings.get(cursor.connection.encoding, "utf-8")
    return str(text.decode(codec, "surrogateescape"))


def text_of(cursor: Any, query: Any) -> str:
    """Return the text of a statement of any spelling."""
    return _shown(cursor, _text(cursor, query))


def execute(self: Any, query: Any, vars: Any = None) -> None:
    state = _state(self)
    text = _text(self, query)
    if not isinstance(text, (str, bytes)) or self.closed:
        RawCursor.execute(self, text, vars)  # raises, as the driver does
        state.session.refuse("execute", f"a {type(query).__name__} is no SQL text.", "Give the statement as str.")
    shown = _shown(self, text)
    apart, seen, handed = fixed(shown, vars, self.connection)
    if not apart:
        text, seen, handed = RawCursor.mogrify(self, text, vars), None, None
        shown = _shown(self, text)
    _send(self, state, "execute", shown, seen, lambda: RawCursor.execute(self, text, handed))


def executemany(self: Any, query: Any, vars_list: Any) -> None:
    state = _state(self)
    text = _text(self, query)
    given, error = collected(vars_list)
    if not isinstance(text, (str, bytes)) or self.closed:
        RawCursor.executemany(self, text, [])
        state.session.refuse("executemany", f"a {type(query).__name__} is no SQL text.", "Give the statement as str.")
    shown = _shown(self, text)
    sets = [fixed(shown, one, self.connection) for one in given]
    if not all(apart for apart, _, _ in sets):
        state.session.refuse(
            "executemany", "a parameter is written into the statement as SQL.", "Use execute() for AsIs and its like."
        )
    seen, handed = [one[1] for one in sets], replayed([one[2] for one in sets], error)
    call = lambda: RawCursor.executemany(self, text, handed)  # noqa: E731
    _send(self, state, "executemany", shown, seen, call, many=True)


def callproc(self: Any, procname: Any, parameters: Any = None) -> Any:
    state = _state(self)
    marks = ", ".join("%s" for _ in parameters or ())
    text = f"SELECT * FROM {procname}({marks})"  # noqa: S608  (as psycopg2 writes it)
    apart, seen, handed = fixed(text, parameters, self.connection)
    if not apart:
        state.session.refuse("callproc", "a parameter is written as SQL.", "Call the function in a SELECT.")
    return _send(self, state, "callproc", text, seen, lambda: RawCursor.callproc(self, procname, handed))


def copy_expert(self: Any, sql: Any, file: Any, size: Any = 8192) -> None:
    state = _state(self)
    text = _text(self, sql)
    if not isinstance(text, (str, bytes)) or self.closed:
        RawCursor.copy_expert(self, text, None)  # raises, as the driver does
        state.session.refuse("copy_expert", f"a {type(sql).__name__} is no SQL text.", "Give the statement as str.")
    _copy(self, state, "copy_expert", text, file, size)


def copy_from(
    self: Any, file: Any, table: Any, sep: Any = "\t", null: Any = "\\N", size: Any = 8192, columns: Any = None
) -> None:
    _copy(self, _state(self), "copy_from", copying(self, "FROM stdin", table, sep, null, columns), file, size)


def copy_to(self: Any, file: Any, table: Any, sep: Any = "\t", null: Any = "\\N", columns: Any = None) -> None:
    _copy(self, _state(self), "copy_to", copying(self, "TO stdout", table, sep, null, columns), file, 8192)


def _copy(self: Any, state: CursorState, method: str, text: Any, file: Any, size: Any) -> None:
    if self.connection.async_:
        raise ProgrammingError(f"{method} cannot be used in asynchronous mode")
    shown = _shown(self, text)
    between = file_for(self, state, method, shown, file)
    call = lambda: between.run(lambda: RawCursor.copy_expert(self, text, between, size))  # noqa: E731
    _send(self, state, method, shown, None, call)


def _send(
    self: Any, state: CursorState, method: str, text: str, seen: Any, call: Callable[[], Any], many: bool = False
) -> Any:
    underway = _underway(self, method)

    def answer() -> tuple[bool, Any] | None:
        if underway is not None:
            assert state.tried is not None
            underway.sent(state.tried, state, self)
            return None
        # A named cursor has no description before its first fetch.
        return self.name is not None or _description(self) is not None, _rowcount(self)

    begun, before = False, state.tried

    def begin() -> Any:
        nonlocal begun
        begun = True
        return call()

    try:
        value = state.send(text, seen, method, begin, answer, many)
    except ShieldError:
        if not begun:
            state.tried = before  # what the driver shows as sent is that one still
            # The driver lets go of the last result, as after any error, before it finds no value for the placeholder.
            with suppress(Exception):
                RawCursor.execute(self, "%s", ())
            if self.name is None:
                state.operation = None  # the driver forgets the rows, but not what described them
        raise
    assert state.operation is not None
    if self.name is not None:
        state.session.declared.remember_cursor(self.name, state.operation)
    elif state.operation.statement is not None and state.operation.statement.count > 1:
        state.part = state.operation.statement.count - 1  # psycopg2 keeps the last result only
    return value


def send_page(self: Any, method: str, text: str, seen: list[Any], page: bytes) -> None:
    """Send ``page``, which holds ``text`` once for each set of parameters in ``seen``, as one statement."""
    _send(self, _state(self), method, text, seen, lambda: RawCursor.execute(self, page), many=True)


def _underway(self: Any, method: str) -> Underway | None:
    """Return what an asynchronous connection waits for; ``None`` for a synchronous one.

    Raises:
        psycopg2.Error: It is busy.
    """
    connection = self.connection
    underway: Underway | None = connection._pcishield_underway
    if underway is not None:
        underway.refuse_busy(connection, method)
    return underway


def _fetching(self: Any, method: str) -> CursorState:
    """Return the state of a cursor that is about to fetch.

    A named cursor that has executed nothing fetches from one that SQL has declared, of the same name.
    """
    state = _state(self)
    _underway(self, method)
    if self.name is None or self.closed:
        return state
    if state.operation is not None:
        state.session.declared.check_cursor(self.name, state.operation)
    else:
        text = f"FETCH FORWARD ALL FROM {extensions.quote_ident(self.name, self)}"
        state.send(text, None, method, lambda: None, lambda: (True, None))
    return state


def _columns(cursor: Any) -> Sequence[ResultColumn]:
    return [ResultColumn(column[0], KINDS.get(column[1], "other")) for column in _description(cursor) or ()]


def _masked(self: Any, state: CursorState, rows: Any) -> list[Any]:
    if not rows:
        return []
    result = state.guard(lambda: _columns(self))
    if result.ended:
        return []
    try:
        clean = result.rows(list(rows))
    finally:
        rows = ()  # nothing raw stays in the variables of a traceback, whether masking raises or a row factory
    if state.factory is None:
        return clean
    with outside():
        return [_made(self, state.factory, row) for row in clean]


def _made(cursor: Any, factory: Any, row: tuple[Any, ...]) -> Any:
    """Fill a row object, as psycopg2 does."""
    made = factory(cursor)
    for index, value in enumerate(row):
        made[index] = value
    return made


def _one(self: Any, method: str, fetch: Callable[[Any], Any]) -> Any:
    state = _fetching(self, method)
    rows = _masked(self, state, listed(state.fetched(lambda: fetch(self))))
    return rows[0] if rows else None


def fetchone(self: Any) -> Any:
    return _one(self, "fetchone", RawCursor.fetchone)


def __next__(self: Any) -> Any:  # noqa: N807
    # StopIteration is no failure of the driver's.
    row = _one(self, "next", _raw_next)
    if row is None:
        raise StopIteration
    return row


def _raw_next(cursor: Any) -> Any:
    try:
        return RawCursor.__next__(cursor)
    except StopIteration:
        return None


def fetchmany(self: Any, *args: Any, **kwargs: Any) -> Any:
    state = _fetching(self, "fetchmany")
    return _masked(self, state, state.fetched(lambda: RawCursor.fetchmany(self, *args, **kwargs)))


def fetchall(self: Any) -> Any:
    state = _fetching(self, "fetchall")
    return _masked(self, state, state.fetched(lambda: RawCursor.fetchall(self)))


def __iter__(self: Any) -> Any:  # noqa: N807
    RawCursor.__iter__(self)
    return self


def close(self: Any) -> None:
    state = self._pcishield
    try:
        RawCursor.close(self)
    except BaseException as error:
        if state is not None:
            state.session.sanitise(error, None if state.operation is None else state.operation.sql)
        raise
    if state is not None:
        if self.name is not None and state.operation is not None:
            state.session.declared.closed_cursor(self.name, state.operation)
        state.finish()


def _get_description(self: Any) -> Any:
    described, state = _description(self), _state(self)
    mask = state.session.mask_text
    if state.operation is None and state.tried is not None:
        return None
    if described is None or all(mask(column[0]) == column[0] for column in described):
        return described
    return tuple(extensions.Column(mask(column[0]), *tuple(column)[1:]) for column in described)


def _get_query(self: Any) -> Any:
    """The text that was sent, masked; without literals where classified columns are touched."""
    state, query = _state(self), _query(self)
    operation = state.tried
    if query is None or operation is None or operation.statement is None:
        return query and state.session.mask_text(_shown(self, query)).encode("utf-8", "surrogateescape")
    session = state.session
    hidden = classified(session.parts.known.get(session.dialect, operation.sql))
    text = operation.statement.template if hidden else _shown(self, query)
    return session.mask_text(text).encode("utf-8", "surrogateescape")


def _get_row_factory(self: Any) -> Any:
    state = self._pcishield
    return None if state is None else state.factory


def _set_row_factory(self: Any, factory: Any) -> None:
    _state(self).factory = factory


GuardedCursor: type = build(
    RawCursor,
    CURSOR,
    {},
    slots=False,
    names={
        "__doc__": RawCursor.__doc__,
        "__init__": __init__,
        "__iter__": __iter__,
        "__next__": __next__,
        "__reduce_ex__": refuse_copy,
        "_pcishield": None,
        "callproc": callproc,
        "close": close,
        "copy_expert": copy_expert,
        "copy_from": copy_from,
        "copy_to": copy_to,
        "description": property(_get_description),
        "execute": execute,
        "executemany": executemany,
        "fetchall": fetchall,
        "fetchmany": fetchmany,
        "fetchone": fetchone,
        "query": property(_get_query),
        "row_factory": property(_get_row_factory, _set_row_factory),
    },
)
"""Every guarded cursor is one of these; a user's cursor class gets it beneath itself."""


def cursor_factory(factory: Any) -> Any:
    """Return the guarded counterpart of a ``cursor_factory``; ``None`` stands for the driver's class."""
    if factory is None or factory is RawCursor:
        return GuardedCursor
    if isinstance(factory, type) and issubclass(factory, RawCursor):
        return under(factory, GuardedCursor)

    def make(*args: Any, **kwargs: Any) -> Any:
        made = factory(*args, **kwargs)
        if type(made) is RawCursor:
            return GuardedCursor(*args, **kwargs)  # it has run nothing yet, so another one is as good
        if issubclass(type(made), RawCursor) and not isinstance(made, GuardedCursor):
            wanted = _raw_factory.__get__(made)
            _raw_factory.__set__(made, None)
            made = stamp(made, GuardedCursor)
            made.row_factory = wanted
        return made

    return make
