"""The guarded pyodbc (5): closed proxies, for its classes cannot be subclassed.

How the database reads SQL is asked from the ODBC driver once the connection is open (``SQL_DBMS_NAME``); a database
that pcishield does not know is refused. Catalog functions (``tables()``, ``columns()``, ...) are judged and recorded
as a SELECT from ``information_schema``. Limit: an output converter is the application's code and sees raw values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pcishield.drivers.generic import CONNECTION, CURSOR, PlainDriver, libpq
from pcishield.drivers.generic.closed import ClosedConnection, ClosedCursor
from pcishield.drivers.generic.opening import allow, system_ca
from pcishield.exceptions import ConfigurationError
from pcishield.runtime.surface import Surface

if TYPE_CHECKING:
    from pcishield.credentials.settings import ProfileSettings
    from pcishield.runtime.opening import Opening

__all__ = ["PLAIN", "SURFACES"]

_DBMS_NAME = 17  # SQL_DBMS_NAME
_DIALECTS = {"mariadb": "mysql", "microsoft sql server": "tsql", "mysql": "mysql", "oracle": "oracle",
             "postgresql": "postgres", "sqlite": "sqlite"}  # fmt: skip
_CATALOG = frozenset({"columns", "foreignKeys", "getTypeInfo", "primaryKeys", "procedureColumns", "procedures",
                      "rowIdColumns", "rowVerColumns", "statistics", "tablePrivileges", "tables"})  # fmt: skip
_HANDLE = "The ODBC handle would send SQL past the guard."


class _Cursor(ClosedCursor):
    __slots__ = ()

    def execute(self, sql: Any, *parameters: Any) -> Any:
        """Parameters may stand one by one, as pyodbc takes them."""
        if len(parameters) == 1 and isinstance(parameters[0], (tuple, list)):
            parameters = tuple(parameters[0])
        return self._send("execute", (sql, parameters) if parameters else (sql,), {})

    def fetchval(self) -> Any:
        """Return the first value of the next row, masked."""
        row = self.fetchone()
        return None if row is None else row[0]


def _catalog(name: str) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        raw = self._pcishield[0]
        text = f"SELECT * FROM information_schema.{name.lower()}"  # noqa: S608  (a name of the Surface)
        self._run(name, text, None, lambda: getattr(raw, name)(*args, **kwargs))
        return self

    method.__name__ = name
    return method


for _name in _CATALOG:
    setattr(_Cursor, _name, _catalog(_name))


class _Connection(ClosedConnection):
    __slots__ = ()

    def execute(self, *args: Any) -> Any:
        """Open a cursor and execute on it."""
        return self.cursor().execute(*args)


_CONNECTION = Surface(
    owner="pyodbc.Connection",
    statement=frozenset({"execute"}),
    cursor=CONNECTION.cursor,
    blocked={"hdbc": _HANDLE, "set_attr": "ODBC attributes can switch on traces and statement logs."},
    passed=CONNECTION.passed
    | {"__enter__", "__exit__", "add_output_converter", "clear_output_converters", "closed", "fetch_decimal_as_string",
       "compat_diagrec_byte_length", "decimal_mode", "get_output_converter", "getinfo", "maxwrite",
       "readvar_initsize", "remove_output_converter", "searchescape", "setdecoding", "setencoding", "timeout"},
)  # fmt: skip
_CURSOR = Surface(
    owner="pyodbc.Cursor",
    statement=(CURSOR.statement - {"callproc"}) | _CATALOG,
    row=CURSOR.row | {"__next__", "fetchval"},
    rows=CURSOR.rows,
    stream=CURSOR.stream | {"__iter__"},
    cursor=CURSOR.cursor,
    blocked={"hstmt": _HANDLE, "messages": "Messages of the server quote values.",
             "rows_as_dicts": "Make dictionaries of the description and the rows."},
    passed=frozenset({"__enter__", "__exit__", "arraysize", "cancel", "close", "commit", "fast_executemany", "noscan",
                      "rollback", "rowcount", "setinputsizes", "setoutputsize", "skip"}),
)  # fmt: skip
SURFACES = (_CONNECTION, _CURSOR)


def _dialect(connection: Any) -> str:
    name = str(connection.getinfo(_DBMS_NAME))
    if name.lower() not in _DIALECTS:
        raise ConfigurationError(f"pyodbc: {name} is no database whose SQL pcishield can read: {sorted(_DIALECTS)}")
    return _DIALECTS[name.lower()]


def _origin(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[str, str]:
    text = str(args[0]) if args else ""
    given = {key.strip().lower(): value for key, _, value in (part.partition("=") for part in text.split(";"))}
    given |= {key.lower(): str(value) for key, value in kwargs.items()}
    return given.get("database", given.get("dsn", "")), given.get("uid", given.get("user", ""))


def _rebuild(row: Any, masked: tuple[Any, ...], renamed: Mapping[str, str]) -> Any:
    if not renamed and all(new is old for new, old in zip(masked, row, strict=True)):
        return row
    _, (description, names, *_values) = row.__reduce__()
    if renamed:
        description = tuple((renamed.get(column[0], column[0]), *column[1:]) for column in description)
        names = {renamed.get(name, name): index for name, index in names.items()}
    return type(row)(description, names, *masked)


_BESIDE = frozenset({"autocommit", "encoding", "readonly", "timeout"})
"""What may be said beside a profile. Any other keyword would become part of the connection string."""


def _by_profile(
    opening: Opening, profile: ProfileSettings, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    allow(opening.name, args, kwargs, _BESIDE)
    given = {name: str(value) for name, value in profile.options.items()}
    driver = next((value for name, value in given.items() if name.lower() in {"driver", "dsn"}), "")
    if not driver:
        raise ConfigurationError(f"profile {opening.name}: options: pyodbc wants DRIVER, the name of an ODBC driver")
    found = {**given, "DATABASE": profile.dbname, **_server(opening, profile, driver)}
    if opening.user:
        found["UID"] = opening.user
    if opening.password is not None:
        found["PWD"] = opening.password
    return (";".join(f"{name}={_quoted(name, value)}" for name, value in found.items()),), kwargs


def _quoted(name: str, value: str) -> str:
    """Return a value in braces where it needs them: not every ODBC driver takes them off again."""
    if name.lower() in {"driver", "pqopt", "pwd"} or any(sign in value for sign in ";{}="):
        return "{" + value.replace("}", "}}") + "}"
    return value


def _server(opening: Opening, profile: ProfileSettings, driver: str) -> dict[str, str]:
    """Return what says where to and how safely, which each ODBC driver has its own words for.

    Raises:
        ConfigurationError: Nobody knows how this one is told about TLS.
    """
    port, mode, authority = str(profile.port or ""), profile.tls_mode, profile.tls_ca
    verified = mode.startswith("verify")
    found = {"SERVER": profile.host, "PORT": port}
    name = driver.lower()
    if "postgres" in name:
        # Parameters of libpq: what is here wins over the environment.
        options = {"hostaddr": "", "passfile": "", **libpq.introduced(opening, lambda _: "")}
        if mode:
            found["SSLmode"] = {"off": "disable"}.get(mode, mode)
        if verified and (authority := authority or system_ca()):
            options["sslrootcert"] = authority
        found["pqopt"] = libpq.conninfo(options)
    elif "sql server" in name:
        found = {"SERVER": f"{profile.host},{port}" if port else profile.host, "APP": opening.application_name()}
        if mode and (mode == "verify-ca" or authority):
            raise ConfigurationError(
                f"profile {opening.name}: {driver} verifies against the machine's authorities and the host's name"
            )
        if mode:
            found |= {
                "Encrypt": "no" if mode == "off" else "yes",
                "TrustServerCertificate": "no" if verified else "yes",
            }
    elif "maria" in name or "mysql" in name:
        if "maria" in name and mode:
            found |= {"FORCETLS": "0" if mode == "off" else "1", "SSLVERIFY": "1" if verified else "0"}
        elif mode:
            found["SSLMODE"] = {"off": "DISABLED", "require": "REQUIRED", "verify-ca": "VERIFY_CA"}.get(
                mode, "VERIFY_IDENTITY"
            )
        if verified and (authority := authority or system_ca()):
            found["SSLCA"] = authority
    elif mode not in {"", "off"}:
        raise ConfigurationError(
            f"profile {opening.name}: nobody knows how the ODBC driver {driver} is told to use TLS; say so in options, "
            "and tls = 'off'"
        )
    return {key: value for key, value in found.items() if value}


_DRIVER = PlainDriver(
    "pyodbc", _dialect, _CONNECTION, _CURSOR, names=frozenset({"BinaryNull", "Row", "dataSources", "drivers"}),
    connection_class=_Connection, cursor_class=_Cursor, origin=_origin, rebuild=_rebuild,
    by_profile=_by_profile,
)  # fmt: skip
PLAIN = {_DRIVER.module: _DRIVER}
