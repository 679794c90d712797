"""Any DB-API 2.0 module (PEP 249) behind a closed proxy: what is not on the list is not there.

For drivers that have no guarded subclasses. Rules:

- The proxies of connection and cursor have the names of their Surface and nothing else; whatever else the driver's
  object has raises an error that is a StatementDenied and an AttributeError, so ``hasattr`` says no.
- The module stand-in has ``connect``, PEP 249's names, exceptions and constants. Classes, functions and submodules
  are handed out only when the :class:`PlainDriver` names them.
- Rows are masked as tuples; dictionaries, lists and named tuples are rebuilt as what they were. A row of another
  class comes out as it is when nothing in it is masked, else as a plain tuple.

Limits: the driver's C functions do not take a proxy for the real object; what the driver offers beside PEP 249
needs a Surface that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from pcishield.core.result import ResultColumn
from pcishield.exceptions import ConfigurationError, PolicyViolation, ShieldError, StatementDenied, bind_error
from pcishield.runtime.surface import Surface

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation
    from pcishield.runtime.result import ResultGuard
    from pcishield.runtime.session import Enforcer, Session

__all__ = ["CONNECTION", "CURSOR", "DIALECTS", "PlainDriver", "guard_module"]

CONNECTION = Surface(
    owner="Connection",
    cursor=frozenset({"cursor"}),
    passed=frozenset({"autocommit", "close", "commit", "rollback"}),
)
CURSOR = Surface(
    owner="Cursor",
    statement=frozenset({"callproc", "execute", "executemany"}),
    row=frozenset({"description", "fetchone"}),
    rows=frozenset({"fetchall", "fetchmany"}),
    stream=frozenset({"nextset"}),
    cursor=frozenset({"connection"}),
    passed=frozenset({"arraysize", "close", "lastrowid", "rowcount", "rownumber", "scroll", "setinputsizes",
                      "setoutputsize"}),
)  # fmt: skip

DIALECTS: dict[str, str] = {
    "MySQLdb": "mysql",
    "cx_Oracle": "oracle",
    "duckdb": "duckdb",
    "mariadb": "mysql",
    "oracledb": "oracle",
    "pg8000": "postgres",
    "psycopg2": "postgres",
    "pymssql": "tsql",
    "pymysql": "mysql",
    "snowflake.connector": "snowflake",
}
"""How the databases of well-known modules read SQL, by module name."""

_MODULE = frozenset(
    {
        "BINARY", "Binary", "DATETIME", "DataError", "DatabaseError", "Date", "DateFromTicks", "Error",
        "IntegrityError", "InterfaceError", "InternalError", "NUMBER", "NotSupportedError", "OperationalError",
        "ProgrammingError", "ROWID", "STRING", "Time", "TimeFromTicks", "Timestamp", "TimestampFromTicks", "Warning",
        "__version__", "apilevel", "paramstyle", "threadsafety",
    }
)  # fmt: skip
_CONSTANTS = (bool, int, float, str, bytes, frozenset)
_TEXT_NAMES = ("operation", "query", "sql", "statement")
_PARAMETER_NAMES = ("args", "parameters", "params", "seq_of_parameters", "seq_of_params", "vars", "vars_list")


@dataclass(frozen=True, slots=True)
class PlainDriver:
    """What a plain DB-API 2.0 driver needs to be guarded.

    Attributes:
        module: Its name.
        dialect: How its database reads SQL, as sqlglot names it.
        connection: Names of its connections, beyond PEP 249 when it has more that are harmless.
        cursor: Likewise of its cursors.
        names: Names of the module that are handed out as they are, e.g. a submodule with cursor classes. None of
            them may open a connection.
        text: From what ``execute`` was given to SQL text; for drivers that take more than ``str``.
    """

    module: str
    dialect: str
    connection: Surface = CONNECTION
    cursor: Surface = CURSOR
    names: frozenset[str] = frozenset()
    text: Callable[[Any, Any], str] | None = None


class _Closed:
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
            return _calling(session, value) if callable(value) else value
        raise self._absent(name)

    def __setattr__(self, name: str, value: Any) -> None:
        raw, _, surface, _ = self._pcishield
        if name not in surface.passed:
            raise self._absent(name)
        setattr(raw, name, value)

    def _absent(self, name: str) -> Exception:
        raw, _, surface, driver = self._pcishield
        if name.startswith("_") or not hasattr(type(raw), name):
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


def _calling(session: Session, method: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            value = method(*args, **kwargs)
        except BaseException as error:
            session.sanitise(error)
            raise
        return value if value is None or isinstance(value, _CONSTANTS) else None

    return call


class _Connection(_Closed):
    __slots__ = ()

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        raw, session, _, driver = self._pcishield
        return _Cursor(raw.cursor(*args, **kwargs), session, driver.cursor, driver, self)

    def close(self) -> None:
        raw, session, _, _ = self._pcishield
        _calling(session, raw.close)()
        session.close()

    def __enter__(self) -> Any:
        raw, session, _, driver = self._pcishield
        entered = raw.__enter__()
        if entered is not raw and hasattr(entered, "fetchone"):
            return _Cursor(entered, session, driver.cursor, driver, self)
        return self

    def __exit__(self, *details: object) -> Any:
        return self._pcishield[0].__exit__(*details)

    def __del__(self) -> None:
        self._pcishield[1].abandon()


class _Cursor(_Closed):
    __slots__ = ("_connection", "_operation", "_result")

    def __init__(self, raw: Any, session: Session, surface: Surface, driver: PlainDriver, connection: Any) -> None:
        super().__init__(raw, session, surface, driver)
        self._put(None, None)
        object.__setattr__(self, "_connection", connection)

    def _put(self, operation: Operation | None, result: ResultGuard | None) -> None:
        object.__setattr__(self, "_operation", operation)
        object.__setattr__(self, "_result", result)

    @property
    def connection(self) -> Any:
        return self._connection

    @property
    def description(self) -> Any:
        raw, session, _, _ = self._pcishield
        described = raw.description
        names = [column[0] for column in described or ()]
        if all(session.mask_text(name) == name for name in names if isinstance(name, str)):
            return described
        return tuple((session.mask_text(column[0]), *column[1:]) for column in described)

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        return self._send("execute", args, kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> Any:
        return self._send("executemany", args, kwargs)

    def _send(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raw, session, _, driver = self._pcishield
        given, args, kwargs = _argument(args, kwargs, 0, _TEXT_NAMES)
        text = driver.text(given, raw) if driver.text is not None else given
        if isinstance(text, (bytes, bytearray)):
            text = bytes(text).decode("utf-8", "surrogateescape")
        if not isinstance(text, str):
            session.refuse(method, f"a {type(given).__name__} is no SQL text.", "Give the statement as str.")
        text = str.__str__(text)
        parameters, args, kwargs = _argument(args, kwargs, 1, _PARAMETER_NAMES, method == "executemany")
        value = self._run(text, parameters, method, lambda: getattr(raw, method)(*args, **kwargs))
        return self if value is raw else value if isinstance(value, (int, type(None))) else None

    def callproc(self, name: str, *args: Any, **kwargs: Any) -> Any:
        raw, _, _, _ = self._pcishield
        parameters = list(args[0]) if args else []
        text = f"CALL {name}({', '.join('?' for _ in parameters)})"
        returned = self._run(text, parameters, "callproc", lambda: raw.callproc(name, *args, **kwargs))
        if not isinstance(returned, Sequence):
            return None
        assert self._operation is not None
        columns = tuple(ResultColumn(f"{name}.{index}") for index in range(len(returned)))
        return self._operation.result(columns).rows([tuple(returned)])[0]

    def _run(self, text: str, parameters: Any, method: str, call: Callable[[], Any]) -> Any:
        raw, session, _, _ = self._pcishield
        if self._operation is not None:
            self._operation.finish()
        operation = session.operation(text, parameters, method=method, many=method == "executemany")

        def work() -> Any:
            value = call()
            if raw.description is None:
                operation.finish(raw.rowcount if isinstance(raw.rowcount, int) else None)
            else:
                operation.pending(True)
            return value

        value = session.run(operation, work)
        self._put(operation, None)
        return value

    def fetchone(self, *args: Any, **kwargs: Any) -> Any:
        row = self._fetch("fetchone", args, kwargs)
        rows = [] if row is None else self._masked([row])
        return rows[0] if rows else None

    def fetchmany(self, *args: Any, **kwargs: Any) -> list[Any]:
        return self._masked(self._fetch("fetchmany", args, kwargs))

    def fetchall(self, *args: Any, **kwargs: Any) -> list[Any]:
        return self._masked(self._fetch("fetchall", args, kwargs))

    def nextset(self, *args: Any, **kwargs: Any) -> Any:
        more = self._fetch("nextset", args, kwargs)
        self._put(self._operation, None)
        return more if isinstance(more, (bool, int, type(None))) else bool(more)

    def close(self, *args: Any, **kwargs: Any) -> None:
        self._fetch("close", args, kwargs)
        if self._operation is not None:
            self._operation.finish()

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
        return self._pcishield[0].__exit__(*details)

    def _fetch(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raw, session, _, _ = self._pcishield
        try:
            value = getattr(raw, method)(*args, **kwargs)
        except BaseException as error:
            session.sanitise(error)
            if self._operation is not None:
                self._operation.fail(error)
            raise
        if not value and self._operation is not None and method.startswith("fetch"):
            self._operation.finish()
        return value

    def _masked(self, rows: Any) -> list[Any]:
        raw, session, _, _ = self._pcishield
        if not rows:
            return []
        if self._operation is None:
            session.refuse("fetch", "these rows are of a statement that nothing has judged.", "Use execute() first.")
        if self._result is None:
            columns = tuple(ResultColumn(str(column[0])) for column in raw.description or ())
            self._put(self._operation, self._operation.result(columns))
        result = self._result
        assert result is not None
        if result.ended:
            return []
        rows = list(rows)
        masked = result.rows([_cells(row) for row in rows])
        return [_rebuilt(row, cells) for row, cells in zip(rows, masked, strict=False)]


def _cells(row: Any) -> tuple[Any, ...]:
    return tuple(row.values()) if isinstance(row, Mapping) else tuple(row)


def _rebuilt(row: Any, cells: tuple[Any, ...]) -> Any:
    """Make of masked cells what the row was."""
    kind = type(row)
    if kind is tuple:
        return cells
    if isinstance(row, Mapping):
        return kind(zip(row.keys(), cells, strict=True))
    if kind is list:
        return list(cells)
    if isinstance(row, tuple) and hasattr(kind, "_make"):
        return kind._make(cells)
    unchanged = all(new is old for new, old in zip(cells, _cells(row), strict=True))
    return row if unchanged else cells


def _argument(
    args: tuple[Any, ...], kwargs: dict[str, Any], index: int, names: tuple[str, ...], listed: bool = False
) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
    """Find an argument by position or by one of its names; with ``listed`` an iterator is made a list first."""

    def fixed(value: Any) -> Any:
        return list(value) if listed and value is not None and not isinstance(value, (list, tuple)) else value

    if len(args) > index:
        value = fixed(args[index])
        return value, (*args[:index], value, *args[index + 1 :]), kwargs
    for name in names:
        if name in kwargs:
            value = fixed(kwargs[name])
            return value, args, {**kwargs, name: value}
    return None, args, kwargs


def guard_module(module: ModuleType, enforcer: Callable[[], Enforcer], driver: PlainDriver | None = None) -> ModuleType:
    """Return a stand-in for a DB-API 2.0 module.

    Args:
        module: The driver.
        enforcer: Called at each connect for the shield to use.
        driver: What is known about it; by default its name tells the dialect and PEP 249 the rest.

    Raises:
        ConfigurationError: It is no DB-API 2.0 module, or nobody knows how its database reads SQL.
    """
    if not callable(getattr(module, "connect", None)) or not hasattr(module, "paramstyle"):
        raise ConfigurationError(
            f"{module.__name__} has no Surface, and it is no DB-API 2.0 module either: it lacks connect or paramstyle"
        )
    if driver is None:
        if module.__name__ not in DIALECTS:
            raise ConfigurationError(
                f"{module.__name__}: unknown SQL dialect; give a PlainDriver(module, dialect) as second argument"
            )
        driver = PlainDriver(module.__name__, DIALECTS[module.__name__])
    known = driver
    raw_connect = module.connect  # install() may put the guarded one in its place

    def error_class(error: ShieldError) -> type[Exception]:
        kind: type[Exception] = (
            module.ProgrammingError if isinstance(error, PolicyViolation) else module.OperationalError
        )
        return kind

    def connect(*args: Any, **kwargs: Any) -> Any:
        named = next((kwargs[name] for name in ("database", "dbname", "db") if name in kwargs), "")
        user = kwargs.get("user", "")
        session = enforcer().open_session(
            dialect=known.dialect,
            driver=known.module,
            database=named if isinstance(named, str) else "",
            user=user if isinstance(user, str) else "",
            error_class=error_class,
        )
        try:
            raw = raw_connect(*args, **kwargs)
        except BaseException as error:
            session.sanitise(error)
            session.close()
            raise
        return _Connection(raw, session, known.connection, known)

    connect.__doc__ = raw_connect.__doc__
    guarded = ModuleType(module.__name__, module.__doc__)
    guarded.__dict__.update(
        {name: value for name, value in vars(module).items() if name in driver.names or _harmless(name, value)}
    )
    guarded.__dict__["connect"] = connect
    return guarded


def _harmless(name: str, value: Any) -> bool:
    if name in _MODULE:
        return True
    if isinstance(value, type):
        return issubclass(value, BaseException)
    return not name.startswith("_") and isinstance(value, _CONSTANTS)
