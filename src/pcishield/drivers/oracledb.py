"""The guarded oracledb (thin mode of 2 to 26): closed proxies.

Rules: large objects are fetched as values (``defaults.fetch_lobs`` off for the statement), so that they are masked as
any cell. What hands out data in another way is blocked: pools, data frames, queues, SODA, pipelines, implicit results.
Limits: asynchronous connections are not offered; a row factory, and in- and output type handlers, are the
application's code and see raw values. Its tests run without a server, for none can be installed with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pcishield.drivers.generic import CONNECTION, CURSOR, PlainDriver
from pcishield.drivers.generic.closed import ClosedConnection, ClosedCursor
from pcishield.drivers.generic.opening import allow, tls_context
from pcishield.runtime.surface import Surface

if TYPE_CHECKING:
    from pcishield.credentials.settings import ProfileSettings
    from pcishield.runtime.opening import Opening

__all__ = ["PLAIN", "SURFACES"]

_ROWS = "Fetch rows from a cursor; they are masked."
_ADMIN = "Administer the database with a tool made for it."
_SQL = "Say it in SQL, by execute()."


class _Cursor(ClosedCursor):
    __slots__ = ()

    def callproc(self, name: str, parameters: Any = None, keyword_parameters: Any = None) -> Any:
        """Judge and run a stored procedure; its out-parameters come back masked."""
        args = ((parameters,) if parameters is not None else ()) + (
            (keyword_parameters,) if keyword_parameters is not None else ()
        )
        return super().callproc(name, *args)


class _Connection(ClosedConnection):
    __slots__ = ()


_CONNECTION = Surface(
    owner="oracledb.Connection",
    cursor=CONNECTION.cursor,
    blocked={
        **dict.fromkeys(("fetch_df_all", "fetch_df_batches", "getSodaDatabase", "queue", "direct_path_load",
                         "createlob", "decode_oson", "encode_oson", "gettype", "subscribe", "unsubscribe"), _ROWS),
        **dict.fromkeys(("shutdown", "startup", "changepassword", "tpc_recover", "handle"), _ADMIN),
        **dict.fromkeys(("prepare", "operation_callback", "round_trip_callback"), _SQL),
        "inputtypehandler": "Convert values before they are bound.",
        "outputtypehandler": "It would be called with raw values; convert the masked ones.",
        "warning": "Server warnings quote values.",
    },
    passed=CONNECTION.passed
    | {"__enter__", "__exit__", "action", "begin", "begin_sessionless_transaction", "callTimeout", "call_timeout",
       "cancel", "clear_app_context", "clear_end_user_security_context", "client_identifier", "clientinfo",
       "current_schema", "db_domain", "db_name", "db_unique_name", "dbop", "dsn", "econtext_id", "edition",
       "external_name", "host", "instance_name", "internal_name", "is_healthy", "ltxid", "maxBytesPerCharacter",
       "max_identifier_length", "max_open_cursors", "module", "msgproperties", "ping", "port", "protocol",
       "proxy_user", "resume_sessionless_transaction", "sdu", "serial_num", "service_name", "session_id",
       "set_app_context", "set_end_user_security_context", "set_opentelemetry_trace_context", "stmtcachesize",
       "supports_opentelemetry_tracing", "suspend_sessionless_transaction", "tag", "thin", "tpc_begin", "tpc_commit",
       "tpc_end", "tpc_forget", "tpc_prepare", "tpc_rollback", "transaction_in_progress", "transaction_priority",
       "username", "version", "xid"},
)  # fmt: skip
_CURSOR = Surface(
    owner="oracledb.Cursor",
    statement=CURSOR.statement,
    row=CURSOR.row | {"__next__"},
    rows=CURSOR.rows,
    stream=frozenset({"__iter__"}),
    cursor=CURSOR.cursor,
    blocked={
        **dict.fromkeys(("arrayvar", "bindvars", "fetchvars", "getimplicitresults", "rowfactory", "var", "callfunc"),
                        "A variable would hold raw values; select them."),
        **dict.fromkeys(("parse", "prepare"), _SQL),
        **dict.fromkeys(("getbatcherrors", "warning"), "Server messages quote values."),
        "handle": _ADMIN,
        "inputtypehandler": "Convert values before they are bound.",
        "outputtypehandler": "It would be called with raw values; convert the masked ones.",
        "statement": "It is the text that you gave.",
    },
    passed=(CURSOR.passed - {"rownumber"})
    | {"__enter__", "__exit__", "bindnames", "getarraydmlrowcounts", "prefetchrows", "scrollable"},
)  # fmt: skip
SURFACES = (_CONNECTION, _CURSOR)


_BESIDE = frozenset({"disable_oob", "edition", "events", "expire_time", "retry_count", "retry_delay", "sdu",
                     "stmtcachesize", "tcp_connect_timeout"})  # fmt: skip
"""What may be said beside a profile."""


def _by_profile(
    opening: Opening, profile: ProfileSettings, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    allow(opening.name, args, kwargs, _BESIDE)
    found: dict[str, Any] = {"host": profile.host or "127.0.0.1", "service_name": profile.dbname, "user": opening.user}
    if opening.password is not None:
        found["password"] = opening.password
    mode = profile.tls_mode
    if mode in {"", "off"}:
        found |= {"protocol": "tcp", "port": profile.port or 1521}
    else:
        found |= {"protocol": "tcps", "port": profile.port or 2484, "ssl_context": tls_context(profile),
                  "ssl_server_dn_match": mode == "verify-full"}  # fmt: skip
    return (), {**profile.options, **kwargs, **found}


def _introduce(raw: Any, opening: Opening) -> None:
    # V$SESSION.CLIENT_IDENTIFIER, which auditing shows too; sent along with the first statement.
    raw.client_identifier = opening.application_name()


_DRIVER = PlainDriver(
    "oracledb", "oracle", _CONNECTION, _CURSOR, names=frozenset({"DbType", "defaults", "makedsn"}),
    connection_class=_Connection, cursor_class=_Cursor, by_profile=_by_profile, introduce=_introduce,
    refused=frozenset({"conn_class", "on_connect_callback", "operation_callback", "pool", "pool_alias",
                       "round_trip_callback"}),
)  # fmt: skip
PLAIN = {_DRIVER.module: _DRIVER}
