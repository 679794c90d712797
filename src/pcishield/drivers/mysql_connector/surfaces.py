"""The public names of mysql.connector's classes, 9.1 to 26.10, each in one bucket.

Connections: ``gate`` are the methods that all SQL passes; ``statement`` those that send something else which is
judged as SQL; ``rows`` those that hand out what the server sent. Names in ``row``, ``stream`` and ``passed`` are
the driver's own code, which reaches server and rows only through the guarded names.
"""

from __future__ import annotations

from pcishield.runtime.surface import Surface

__all__ = ["AIO_CONNECTION", "AIO_CURSOR", "AIO_POOL", "CONNECTION", "CURSOR", "POOL", "POOLED", "SURFACES"]

_GATES = frozenset({"cmd_query", "cmd_query_iter", "cmd_stmt_execute", "cmd_stmt_prepare"})
_STATEMENTS = frozenset({"cmd_init_db", "cmd_process_kill", "cmd_refresh", "cmd_shutdown", "info_query"})
_BOTH = frozenset(
    {
        "can_consume_results", "charset", "charset_id", "client_flags", "close", "cmd_change_user", "cmd_debug",
        "cmd_ping", "cmd_quit", "cmd_reset_connection", "cmd_statistics", "cmd_stmt_close", "cmd_stmt_fetch",
        "cmd_stmt_reset", "cmd_stmt_send_long_data", "collation", "commit", "connect", "connection_id",
        "consume_results", "converter_class", "database", "disconnect", "get_self", "get_server_info",
        "get_server_version", "get_warnings", "handle_unread_result", "have_next_result", "in_transaction",
        "is_connected", "is_secure", "isset_client_flag", "ping", "pool_config_version", "python_charset",
        "query_attrs", "query_attrs_append", "query_attrs_clear", "query_attrs_remove", "raise_on_warnings",
        "read_timeout", "reconnect", "reset_session", "rollback", "server_host", "server_info", "server_port",
        "server_version", "set_allow_local_infile_in_path", "set_charset_collation", "set_client_flags",
        "set_converter_class", "shutdown", "sql_mode", "start_transaction", "time_zone", "unix_socket",
        "unread_result", "use_unicode", "user", "write_timeout", "autocommit",
    }
)  # fmt: skip

CONNECTION = Surface(
    owner="mysql.connector.MySQLConnection",
    gate=_GATES,
    statement=_STATEMENTS,
    row=frozenset({"get_row"}),
    rows=frozenset({"get_rows"}),
    cursor=frozenset({"cursor"}),
    passed=_BOTH
    | {
        "__enter__", "__exit__", "cmd_process_info", "config", "set_login", "set_unicode",
        # The C implementation alone.
        "fetch_eof_columns", "fetch_eof_status", "free_result", "is_closed", "more_results", "next_result",
        "num_rows", "prepare_for_mysql", "result_set_available", "set_character_set_name", "warning_count",
    },
)  # fmt: skip

AIO_CONNECTION = Surface(
    owner="mysql.connector.aio.MySQLConnection",
    gate=_GATES,
    statement=_STATEMENTS,
    row=frozenset({"get_row"}),
    rows=frozenset({"get_rows"}),
    cursor=frozenset({"cursor"}),
    passed=_BOTH
    | {
        "__aenter__", "__aexit__", "add_cursor", "get_autocommit", "get_database", "get_sql_mode", "get_time_zone",
        "is_socket_connected", "loop", "remove_cursor", "set_autocommit", "set_database", "set_sql_mode",
        "set_time_zone",
    },
)  # fmt: skip

_CURSOR_PASSED = frozenset(
    {
        "add_attribute", "clear_attributes", "close", "column_names", "description", "fetchwarnings",
        "get_attributes", "getlastrowid", "lastrowid", "named_tuple", "read_timeout", "remove_attribute", "reset",
        "rowcount", "statement", "warning_count", "warnings", "with_rows", "write_timeout",
    }
)  # fmt: skip

CURSOR = Surface(
    owner="mysql.connector.cursor.MySQLCursor",
    statement=frozenset({"callproc", "execute", "executemany"}),
    row=frozenset({"fetchone"}),
    rows=frozenset({"fetchall", "fetchmany"}),
    stream=frozenset({"__iter__", "__next__", "fetchsets"}),
    cursor=frozenset({"nextset", "stored_results"}),
    passed=_CURSOR_PASSED | {"__enter__", "__exit__", "setinputsizes", "setoutputsize"},
)

AIO_CURSOR = Surface(
    owner="mysql.connector.aio.cursor.MySQLCursor",
    statement=frozenset({"callproc", "execute", "executemany"}),
    row=frozenset({"fetchone"}),
    rows=frozenset({"fetchall", "fetchmany"}),
    stream=frozenset({"__aiter__", "__anext__", "__next__", "fetchsets"}),
    cursor=frozenset({"nextset", "stored_results"}),
    passed=_CURSOR_PASSED | {"__aenter__", "__aexit__", "executemulti"},  # the last is execute() by another name
)

POOL = Surface(
    owner="mysql.connector.pooling.MySQLConnectionPool",
    cursor=frozenset({"add_connection", "get_connection"}),
    passed=frozenset({"pool_name", "pool_size", "reset_session", "set_config"}),
)

AIO_POOL = Surface(
    owner="mysql.connector.aio.pooling.MySQLConnectionPool",
    cursor=frozenset({"add_connection", "get_connection"}),
    passed=frozenset({"can_reset_session", "close_pool", "initialize_pool", "pool_name", "pool_size", "set_config"}),
)

POOLED = Surface(
    owner="mysql.connector.pooling.PooledMySQLConnection",
    passed=frozenset({"__aenter__", "__aexit__", "__enter__", "__exit__", "close", "config", "pool_name"}),
)
"""A pooled handle forwards every other name to its connection, which is a guarded one."""

SURFACES = (CONNECTION, AIO_CONNECTION, CURSOR, AIO_CURSOR, POOL, AIO_POOL, POOLED)
