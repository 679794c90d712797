"""Private names of drivers that the guards use, and why no public one does."""

from __future__ import annotations

__all__ = ["PRIVATE_NAMES"]

PRIVATE_NAMES: dict[str, dict[str, str]] = {
    "mysql.connector": {
        "_CONNECTION_POOLS": "Pools by name are the module's; guarded ones must not be found by unguarded code.",
        "_cmysql": "The C connection knows base tables and columns (fetch_fields), which its wrapper drops.",
        "_columns": "The C implementation's current column descriptions; a new list is a new result set.",
        "_columns_desc": "The same of the pure implementation.",
        "_connection": "A cursor has no public way to its connection.",
        "_database": "Configured before the session is opened, which is before there is a server to ask.",
        "_description": "The unbound value of description, to recognise the list.",
        "_execute_query": "An alias of the unguarded cmd_query in the C class; init_command is sent through it.",
        "_executed": "The text that was sent, parameters included; statement and str() read it.",
        "_fetch_warnings": "Warnings quote data; they are cleaned before the driver turns them into exceptions.",
        "_full_msg": "What str() of an error returns.",
        "_handle_load_data_infile": "Sends a local file because the server asked for it.",
        "_host": "For the record of the session, before connecting.",
        "_nextrow": "The row read ahead; dropped when a limit ends the result.",
        "_open_connection": "Where connecting begins, after all configuration, also on reconnecting.",
        "_port": "For the record of the session, before connecting.",
        "_protocol": "Parses column packets, and drops base tables and columns.",
        "_query_attrs": "Values that travel with a statement and that SQL can read.",
        "_stmt": "The C prepared statement, whose unread rows are freed when a limit ends the result.",
        "_stored_results": "Cursors that callproc has made, of the driver's classes.",
        "_unix_socket": "For the record of the session, before connecting.",
        "_unread_result": "Told that the rows of a C prepared statement are gone.",
        "_user": "For the record of the session, before connecting.",
    },
    "sqlite3": {
        "sqlite3.dump._iterdump": "Connection.iterdump is this generator on a connection; the guard runs it on a "
        "stand-in, so that a dump is what this Python version makes, of masked rows.",
    },
}
"""By driver: dotted name to reason."""
