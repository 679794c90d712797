"""Any DB-API 2.0 module (PEP 249) behind a closed proxy: what is not on the list is not there.

For drivers that have no guarded subclasses. Rules:

- The proxies of connection and cursor have the names of their Surface and nothing else; whatever else the driver's
  object has raises an error that is a StatementDenied and an AttributeError, so ``hasattr`` says no.
- The module stand-in has ``connect``, PEP 249's names, exceptions and constants. Classes, functions and submodules
  are handed out only when the :class:`PlainDriver` names them; its classes of connections and cursors have stand-ins
  for annotations and ``isinstance()``.
- Rows are masked as tuples; dictionaries, lists and named tuples are rebuilt as what they were. A row of another
  class comes out as it is when nothing in it is masked, else as a plain tuple.

Limits: the driver's C functions do not take a proxy for the real object; what the driver offers beside PEP 249
needs a Surface that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pcishield.drivers.generic.classes import stand_in
from pcishield.drivers.generic.closed import CONSTANTS, ClosedConnection, ClosedCursor
from pcishield.drivers.generic.messages import make_scrub
from pcishield.drivers.generic.opening import Attempt, attempted, prepared
from pcishield.drivers.generic.rows import rebuilt, somebodys_code
from pcishield.exceptions import ConfigurationError, PolicyViolation, ShieldError
from pcishield.runtime.opening import taken
from pcishield.runtime.surface import Surface

if TYPE_CHECKING:
    from pcishield.credentials.settings import ProfileSettings
    from pcishield.runtime.opening import Opening
    from pcishield.runtime.session import Enforcer, Session

__all__ = ["CONNECTION", "CURSOR", "DIALECTS", "PlainDriver", "guard_module", "origin"]

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
    "cx_Oracle": "oracle",
    "mariadb": "mysql",
    "pg8000": "postgres",
    "pymssql": "tsql",
    "snowflake.connector": "snowflake",
}
"""How the databases of well-known modules without a Surface of their own read SQL, by module name."""

_MODULE = frozenset(
    {
        "BINARY", "Binary", "DATETIME", "DataError", "DatabaseError", "Date", "DateFromTicks", "Error",
        "IntegrityError", "InterfaceError", "InternalError", "NUMBER", "NotSupportedError", "OperationalError",
        "ProgrammingError", "ROWID", "STRING", "Time", "TimeFromTicks", "Timestamp", "TimestampFromTicks", "Warning",
        "__version__", "apilevel", "paramstyle", "threadsafety",
    }
)  # fmt: skip


def origin(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[str, str]:
    """Return database and user as the arguments of ``connect`` name them: keywords, or a URL without its password."""
    named = next((kwargs[name] for name in ("database", "dbname", "db") if name in kwargs), "")
    user = kwargs.get("user", "")
    first = args[0] if args and isinstance(args[0], str) else kwargs.get("uri", "")
    if not named and isinstance(first, str) and "://" in first:
        try:
            parts = urlsplit(first)
            named, user = parts.path.lstrip("/"), user or parts.username or ""
        except ValueError:
            named = ""
    return named if isinstance(named, str) else "", user if isinstance(user, str) else ""


Args = tuple[Any, ...]
Keywords = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlainDriver:
    """What a plain DB-API 2.0 driver needs to be guarded.

    Attributes:
        module: Its name.
        dialect: How its database reads SQL, as sqlglot names it; or a function that asks the open connection.
            The connection is then opened first, and closed again when the session is refused.
        connection: Names of its connections, beyond PEP 249 when it has more that are harmless.
        cursor: Likewise of its cursors.
        names: Names of the module that are handed out as they are, e.g. a submodule with cursor classes. None of
            them may open a connection.
        text: From what ``execute`` was given to SQL text; for drivers that take more than ``str``.
        connection_class: The proxy of its connections.
        cursor_class: The proxy of its cursors.
        origin: From the arguments of ``connect`` to database and user, for the records.
        rebuild: From a row of the driver's and its masked cells to a row.
        opened: Prepares a connection of the driver's before it is guarded.
        by_profile: The arguments of ``connect`` for an opening by a profile, its password among them, from those
            beside its name. Without it the driver takes no profiles.
        introduce: Tells the database who is asking, by a connection of the driver's.
        refused: Arguments of ``connect`` that would hand the driver's own connection to the application.
    """

    module: str
    dialect: str | Callable[[Any], str]
    connection: Surface = CONNECTION
    cursor: Surface = CURSOR
    names: frozenset[str] = frozenset()
    text: Callable[[Any, Any], Any] | None = None
    connection_class: type[Any] = ClosedConnection
    cursor_class: type[Any] = ClosedCursor
    origin: Callable[[tuple[Any, ...], Mapping[str, Any]], tuple[str, str]] = origin
    rebuild: Callable[[Any, tuple[Any, ...], Mapping[str, str]], Any] = rebuilt
    opened: Callable[[Any], None] | None = None
    by_profile: Callable[[Opening, ProfileSettings, Args, Keywords], tuple[Args, Keywords]] | None = None
    introduce: Callable[[Any, Opening], None] | None = None
    refused: frozenset[str] = frozenset()

    @property
    def listed(self) -> bool:
        """Whether its cursors have the names of PEP 249 alone, and nothing is known about the driver's own."""
        return self.cursor is CURSOR


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
        # pg8000.legacy is a module of pg8000.
        dialect = DIALECTS.get(module.__name__) or DIALECTS.get(module.__name__.partition(".")[0])
        if dialect is None:
            raise ConfigurationError(
                f"{module.__name__}: unknown SQL dialect; give a PlainDriver(module, dialect) as second argument"
            )
        driver = PlainDriver(module.__name__, dialect)
    connect = _connect(module, enforcer, driver)
    guarded = ModuleType(module.__name__, module.__doc__)
    guarded.__dict__.update(
        {name: value for name, value in vars(module).items() if name in driver.names or _harmless(name, value)}
    )
    for surface in (driver.connection, driver.cursor):
        home, _, name = surface.owner.rpartition(".")
        kind = vars(module).get(name)
        if home and isinstance(kind, type):
            guarded.__dict__[name] = stand_in(kind)
    guarded.__dict__["connect"] = connect
    return guarded


def _connect(module: ModuleType, enforcer: Callable[[], Enforcer], driver: PlainDriver) -> Callable[..., Any]:
    raw_connect = module.connect  # install() may put the guarded one in its place

    def error_class(error: ShieldError) -> type[Exception]:
        kind: type[Exception] = (
            module.ProgrammingError if isinstance(error, PolicyViolation) else module.OperationalError
        )
        return kind

    def session_for(dialect: str, opening: Opening, args: Args, kwargs: Keywords) -> Session:
        database, user = driver.origin(args, kwargs)
        server = {}
        if opening.profile is not None:
            database, user = opening.profile.dbname, opening.user
            server = {"server": opening.profile.host} if opening.profile.host else {}
        session: Session

        def classified(name: str) -> bool:
            return session.parts.masker.classify_column(name) is not None

        session = enforcer().open_session(
            dialect=dialect, driver=driver.module, database=database, user=user, info=server, error_class=error_class,
            scrub=make_scrub(dialect, classified), opening=opening,
        )  # fmt: skip
        return session

    def opened(opening: Opening, args: Args, kwargs: Keywords) -> Any:
        if opening.profile is not None:
            if driver.by_profile is None:
                raise ConfigurationError(f"profile {opening.name}: {driver.module} takes no profiles")
            # Into variables of this frame: whoever calls drops it from the traceback.
            args, kwargs = driver.by_profile(opening, opening.profile, args, kwargs)
        return raw_connect(*args, **kwargs)

    def connect(*args: Any, **kwargs: Any) -> Any:
        if given := sorted(name for name in driver.refused if kwargs.get(name) is not None):
            raise ConfigurationError(
                f"{driver.module}.connect: {', '.join(given)}: it would be given the connection that nobody guards; "
                "connect without it, and use the guarded connection"
            )
        if driver.listed and (name := somebodys_code(args, kwargs, driver.module, module.Error.__module__)):
            raise ConfigurationError(
                f"{driver.module}.connect: {name} is a class or function of the application, which could be given the "
                "connection that nobody guards; connect without it, and use the guarded connection"
            )
        opening = taken() or prepared(enforcer(), module, driver.module)

        def opened_session(attempt: Attempt) -> tuple[Any, Session]:
            if isinstance(driver.dialect, str):
                attempt.session = session_for(driver.dialect, opening, args, kwargs)
            raw = opened(opening, args, kwargs)
            attempt.close = raw.close
            if not isinstance(driver.dialect, str):
                attempt.session = session_for(driver.dialect(raw), opening, args, kwargs)
            if driver.opened is not None:
                driver.opened(raw)
            if driver.introduce is not None and opening.introduces != "never":
                driver.introduce(raw, opening)
            assert attempt.session is not None
            return raw, attempt.session

        raw, session = attempted(opening, opened_session)
        return driver.connection_class(raw, session, driver.connection, driver)

    connect.__doc__ = raw_connect.__doc__
    return connect


def _harmless(name: str, value: Any) -> bool:
    if name in _MODULE:
        return True
    if isinstance(value, type):
        return issubclass(value, BaseException)
    return not name.startswith("_") and isinstance(value, CONSTANTS)
