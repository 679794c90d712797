"""Closed proxies of a driver's connection and cursor: what their Surface does not list is not there.

A driver that has more to offer than PEP 249 derives from these classes, defines the methods that it guards, and
names them in its Surface; see ``drivers/pyodbc.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import MethodType
from typing import TYPE_CHECKING, Any, NoReturn

from pcishield.core.result import ResultColumn
from pcishield.drivers.generic.frames import masked
from pcishield.drivers.generic.rows import PARAMETER_NAMES, TEXT_NAMES, argument, cells, listed, somebodys_code
from pcishield.drivers.generic.state import CursorState
from pcishield.exceptions import ShieldError, StatementDenied, bind_error

if TYPE_CHECKING:
    from pcishield.drivers.generic import PlainDriver
    from pcishield.runtime.session import Session
    from pcishield.runtime.surface import Surface

__all__ = ["CONSTANTS", "Closed", "ClosedConnection", "ClosedCursor", "TableMethod", "calling"]

CONSTANTS = (bool, int, float, str, bytes, frozenset)

_NO_TEXT = (bool, complex, dict, float, frozenset, int, list, set, tuple, type(None))
"""What no driver takes for a statement: a mistake in the program, and nothing to judge."""

_ERRORS = frozenset(
    {
        "DataError", "DatabaseError", "Error", "IntegrityError", "InterfaceError", "InternalError", "NotSupportedError",
        "OperationalError", "ProgrammingError", "Warning",
    }
)  # fmt: skip
"""Exceptions that a connection may have as attributes (an optional extension of PEP 249)."""


class Closed:
    """A proxy that has nothing of its own. ``_pcishield`` is (raw object, session, surface, driver)."""

    __slots__ = ("__weakref__", "_pcishield")

    def __init__(self, raw: Any, session: Session, surface: Surface, driver: PlainDriver) -> None:
        object.__setattr__(self, "_pcishield", (raw, session, surface, driver))

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self._pcishield[0])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raw, session, surface, _ = self._pcishield
        if name in surface.passed:
            value = getattr(raw, name)
            if callable(value) and not isinstance(value, type):
                return self._chained(calling(session, value, (*CONSTANTS, type(raw)), about=self._about))
            return session.mask_text(value) if isinstance(value, str) else value
        if name in _ERRORS:
            error = getattr(raw, name, None)
            if isinstance(error, type) and issubclass(error, Exception):
                return error
        raise self._absent(name)

    def __setattr__(self, name: str, value: Any) -> None:
        raw, _, surface, _ = self._pcishield
        if name not in surface.passed:
            raise self._absent(name)
        setattr(raw, name, value)

    def _chained(self, call: Callable[..., Any]) -> Callable[..., Any]:
        raw = self._pcishield[0]

        def chained(*args: Any, **kwargs: Any) -> Any:
            value = call(*args, **kwargs)
            if value is raw:
                return self  # connection.begin().execute()
            return None if isinstance(value, type(raw)) else value

        return chained

    def _about(self) -> str | None:
        """Return the statement that errors of the driver's methods are about; see :meth:`Session.sanitise`."""
        return None

    def _absent(self, name: str) -> Exception:
        raw, _, surface, driver = self._pcishield
        # What this class has itself, and the driver's object at this moment has not, is nothing that is blocked.
        if name.startswith("_") or not hasattr(type(raw), name) or hasattr(type(self), name):
            return AttributeError(f"{type(raw).__qualname__!r} object has no attribute {name!r}")
        hint = surface.blocked.get(name, "Use the names of PEP 249, or give pcishield a PlainDriver that names it.")
        error = StatementDenied(
            f"{driver.module}: {type(raw).__qualname__}.{name} is blocked: pcishield does not know what it hands out "
            f"or sends. {hint}",
            rule="surface.blocked",
            hint=hint,
        )
        return bind_error(error, AttributeError)

    def __repr__(self) -> str:
        return f"<guarded {type(self._pcishield[0]).__qualname__}>"

    def __reduce_ex__(self, protocol: Any = None) -> NoReturn:
        raise TypeError(f"cannot pickle {type(self._pcishield[0]).__qualname__!r} object")

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


def calling(
    session: Session,
    method: Callable[..., Any],
    keep: tuple[type, ...] = CONSTANTS,
    about: Callable[[], str | None] = lambda: None,
) -> Callable[..., Any]:
    """Return ``method`` with its errors sanitised and what it returns dropped, unless that is a plain value."""

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            value = method(*args, **kwargs)
        except BaseException as error:
            session.sanitise(error, about())
            raise
        if isinstance(value, str):
            return session.mask_text(value)
        return value if value is None or isinstance(value, keep) else None

    return call


class ClosedConnection(Closed):
    """A connection of PEP 249."""

    __slots__ = ()

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        """Open a guarded cursor."""
        raw, session, _, driver = self._pcishield
        if driver.listed and (name := somebodys_code(args, kwargs, driver.module, type(raw).__module__)):
            session.refuse(
                "cursor", f"{name} is a class or function of the application, which the driver would give its rows.",
                "Use the driver's own cursor classes, or give pcishield a driver class that guards it.",
            )  # fmt: skip
        try:
            made = raw.cursor(*args, **kwargs)
        except BaseException as error:
            session.sanitise(error)
            raise
        return driver.cursor_class(made, session, driver.cursor, driver, self)

    def close(self) -> None:
        """Close the connection and its session."""
        raw, session, _, _ = self._pcishield
        calling(session, raw.close)()
        session.close()

    def __enter__(self) -> Any:
        raw, session, _, driver = self._pcishield
        entered = raw.__enter__()
        if entered is not raw and hasattr(entered, "fetchone"):
            return driver.cursor_class(entered, session, driver.cursor, driver, self)
        return self

    def __exit__(self, *details: object) -> Any:
        return calling(self._pcishield[1], self._pcishield[0].__exit__)(*details)

    def __del__(self) -> None:
        self._pcishield[1].abandon()


def _where_the_driver_has_it(method: Callable[..., Any]) -> Any:
    """Make ``method`` absent from the cursors of a driver that lacks it: programs ask by ``hasattr``."""

    def bound(self: Any) -> Any:
        raw, _, _, _ = self._pcishield
        if not hasattr(raw, method.__name__):
            raise AttributeError(f"{type(raw).__qualname__!r} object has no attribute {method.__name__!r}")
        return method.__get__(self)

    return property(bound, doc=method.__doc__)


class ClosedCursor(Closed):
    """A cursor of PEP 249."""

    __slots__ = ("_connection", "_state")

    def __init__(self, raw: Any, session: Session, surface: Surface, driver: PlainDriver, connection: Any) -> None:
        super().__init__(raw, session, surface, driver)
        object.__setattr__(self, "_connection", connection)
        object.__setattr__(self, "_state", CursorState(session))

    def _about(self) -> str | None:
        operation = self._state.operation
        return None if operation is None else operation.sql

    @property
    def connection(self) -> Any:
        """The guarded connection."""
        return self._connection

    @property
    def description(self) -> Any:
        """The columns, their names masked."""
        raw, session, _, _ = self._pcishield
        # Until a statement ran, it is of what was asked while the connection was opened (DuckDB).
        described = raw.description
        if described is None or self._state.tried is None:
            return None
        names = [column[0] for column in described]
        if all(session.mask_text(name) == name for name in names if isinstance(name, str)):
            return described
        return tuple((session.mask_text(column[0]), *column[1:]) for column in described)

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """Judge, run, and record one statement."""
        return self._send("execute", args, kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> Any:
        """Judge, run, and record one statement for many sets of parameters."""
        return self._send("executemany", args, kwargs)

    @_where_the_driver_has_it
    def callproc(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Judge and run a stored procedure; its out-parameters come back masked."""
        raw, _, _, _ = self._pcishield
        parameters = list(args[0]) if args else []
        text = f"CALL {name}({', '.join('?' for _ in parameters)})"
        returned = self._run("callproc", text, parameters, lambda: raw.callproc(name, *args, **kwargs))
        if not isinstance(returned, Sequence):
            return None
        assert self._state.operation is not None
        columns = tuple(ResultColumn(f"{name}.{index}") for index in range(len(returned)))
        return self._state.operation.result(columns).rows([tuple(returned)])[0]

    def _send(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raw, session, _, driver = self._pcishield
        many = method == "executemany"
        given, args, kwargs = argument(args, kwargs, 0, TEXT_NAMES)
        text = driver.text(given, raw) if driver.text is not None else given
        if isinstance(text, (bytes, bytearray)):
            text = bytes(text).decode("utf-8", "surrogateescape")
        if isinstance(text, _NO_TEXT):
            raise TypeError(f"{method}() argument 1 must be str, not {type(text).__name__}")
        if not isinstance(text, str):
            session.refuse(method, f"a {type(given).__name__} is no SQL text.", "Give the statement as str.")
        text = str.__str__(text)
        parameters, args, kwargs = argument(args, kwargs, 1, PARAMETER_NAMES, many)
        if driver.listed:
            self._check_others(method, args, kwargs)
        call = getattr(raw, method)
        value = self._run(method, text, parameters, lambda: call(*args, **kwargs), many)
        return self if value is raw else value if isinstance(value, (int, type(None))) else None

    def _check_others(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Refuse arguments beside those of PEP 249 that could take rows, as pg8000's ``stream`` does."""
        names = TEXT_NAMES + PARAMETER_NAMES
        others = {f"argument {number}": value for number, value in enumerate(args[2:], 3)}
        others |= {name: value for name, value in kwargs.items() if name not in names}
        for name, value in others.items():
            if value is not None and not isinstance(value, CONSTANTS):
                self._pcishield[1].refuse(
                    method, f"{name} is a {type(value).__name__}, which the driver could hand rows to.",
                    "Fetch the rows, or give pcishield a driver class that guards it.",
                )  # fmt: skip

    def _run(self, method: str, text: str, parameters: Any, call: Callable[[], Any], many: bool = False) -> Any:
        return self._state.send(text, parameters, method, call, self._answer, many)

    def _answer(self) -> tuple[bool, Any]:
        raw = self._pcishield[0]
        return raw.description is not None, raw.rowcount

    def _columns(self) -> Sequence[ResultColumn]:
        return [ResultColumn(str(column[0])) for column in self._pcishield[0].description or ()]

    def fetchone(self, *args: Any, **kwargs: Any) -> Any:
        """Fetch one row, masked."""
        rows = self._masked(listed(self._fetch("fetchone", args, kwargs)))
        return rows[0] if rows else None

    def fetchmany(self, *args: Any, **kwargs: Any) -> Any:
        """Fetch some rows, masked."""
        return self._sequence("fetchmany", args, kwargs)

    def fetchall(self, *args: Any, **kwargs: Any) -> Any:
        """Fetch all rows, masked."""
        return self._sequence("fetchall", args, kwargs)

    def _sequence(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        fetched = self._fetch(method, args, kwargs)
        kind = tuple if isinstance(fetched, tuple) else list
        fetched = list(fetched or ())
        return kind(self._masked(fetched))

    @_where_the_driver_has_it
    def nextset(self, *args: Any, **kwargs: Any) -> Any:
        """Go to the next result."""
        raw, session, _, _ = self._pcishield
        more = calling(session, raw.nextset, about=self._about)(*args, **kwargs)
        self._state.next_result()
        return more

    def close(self, *args: Any, **kwargs: Any) -> None:
        """Close the cursor."""
        self._fetch("close", args, kwargs)
        self._state.finish()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row

    def __enter__(self) -> Any:
        self._pcishield[0].__enter__()
        return self

    def __exit__(self, *details: object) -> Any:
        return calling(self._pcishield[1], self._pcishield[0].__exit__, about=self._about)(*details)

    def _fetch(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raw = self._pcishield[0]
        return self._state.fetched(lambda: getattr(raw, method)(*args, **kwargs))

    def _table(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Fetch a table, a data frame or the like, masked."""
        # The columns first: some drivers forget them with the last row.
        result = self._state.guard(self._columns) if self._state.operation is not None else None
        try:
            return masked(result or self._state.guard(self._columns), self._fetch(method, args, kwargs))
        except ShieldError as error:
            # Without the frames that hold the table.
            failed = error.with_traceback(None)
        raise failed

    def _masked(self, rows: list[Any]) -> list[Any]:
        if not rows:
            return []
        result = self._state.guard(self._columns)
        if result.ended:
            return []
        try:
            clean = result.rows([cells(row) for row in rows])
        except BaseException:
            rows.clear()  # nothing raw stays in the variables of a traceback
            raise
        renamed = self._state.renamed(result)
        return [self._pcishield[3].rebuild(row, new, renamed) for row, new in zip(rows, clean, strict=False)]


class TableMethod:
    """The method ``name`` of a closed cursor, that hands out the result as a table, masked.

    A driver of a version without it has none: programs ask by ``hasattr()``.
    """

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __get__(self, cursor: Any, owner: type | None = None) -> Any:
        if cursor is None:
            return self
        getattr(cursor._pcishield[0], self.__name__)  # or the driver's own AttributeError
        return MethodType(self, cursor)

    def __call__(self, cursor: ClosedCursor, *args: Any, **kwargs: Any) -> Any:
        """Fetch the table."""
        return cursor._table(self.__name__, args, kwargs)
