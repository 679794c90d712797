"""Count the statements inside the real drivers, below every wrapper, while a foreign suite runs guarded.

Used by the runs that put a suite of SQLAlchemy or Django on the guard, in the suite's own process; compared there
with the attempts in the audit log.
"""

from __future__ import annotations

import functools
import json
import sys
import threading
import types
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["ALLOW_ALL", "Counted", "count"]

# Observe: a suite sends nonsense on purpose, which no enforcing policy lets through. Masking stays on.
ALLOW_ALL = {"name": "allow-all", "schema": 1, "default": "allow", "mode": "observe"}


class Counted:
    """What has been counted.

    Attributes:
        sent: Ids of the attempts whose statements the driver has sent, where it can be told which.
        numbers: ``statements`` that the driver has sent, and ``unjudged`` ones among them.
    """

    def __init__(self) -> None:
        self.sent: set[str] = set()
        self.numbers: Counter[str] = Counter({"statements": 0, "unjudged": 0})
        self.settle: Callable[[list[dict[str, Any]]], None] = lambda attempts: None

    def note(self, attempt: str | None) -> None:
        """Count one statement with the id of its attempt, or without one."""
        self.numbers["statements"] += 1
        if attempt:
            self.sent.add(attempt)
        else:
            self.numbers["unjudged"] += 1

    def result(self, audit: Path) -> dict[str, int]:
        """Compare with a closed log and return all numbers."""
        records = [
            json.loads(line)
            for segment in audit.rglob("*.jsonl")
            for line in segment.read_text("utf-8").splitlines()
        ]  # fmt: skip
        attempts = [record for record in records if record.get("type") == "attempt"]
        self.settle(attempts)
        known = {f"{record['shard']}/{record['seq']}" for record in attempts}
        return dict(self.numbers) | {"attempts": len(attempts), "missing": len(self.sent - known)}


def count(driver: str) -> Counted:
    """Start to count in a driver, by its module's name."""
    counted = Counted()
    {
        "MySQLdb": _mysqlclient,
        "mysql.connector": _mysql_connector,
        "psycopg": _psycopg,
        "psycopg2": _psycopg2,
        "pymysql": _pymysql,
        "sqlite3": _sqlite3,
    }[driver](counted)
    return counted


def _psycopg(counted: Counted) -> None:
    from psycopg._cursor_base import BaseCursor
    from psycopg.client_cursor import ClientCursorMixin

    from pcishield.drivers.psycopg._cursor import is_guarded
    from pcishield.drivers.psycopg._rows import current

    def counting(original: Any) -> Any:
        @functools.wraps(original)
        def send(self: Any, *args: Any, **kwargs: Any) -> Any:
            operation = current(self).operation if is_guarded(self) else None
            counted.note(getattr(operation, "attempt_id", None))
            return original(self, *args, **kwargs)

        return send

    for cls, name in ((BaseCursor, "_execute_send"), (BaseCursor, "_send_query_prepared"),
                      (ClientCursorMixin, "_execute_send")):  # fmt: skip
        setattr(cls, name, counting(cls.__dict__[name]))


def _mysql_connector(counted: Counted) -> None:
    import mysql.connector

    from pcishield.drivers.mysql_connector.state import is_own, running

    def counting(original: Any) -> Any:
        @functools.wraps(original)
        def send(self: Any, statement: Any, *args: Any, **kwargs: Any) -> Any:
            state = running.get()
            if not ((state is not None and state.asking) or is_own(statement)):
                own = state is not None and state is self.__dict__.get("_pcishield") and state.executing is not None
                counted.note(state.executing.attempt_id if own else None)
            return original(self, statement, *args, **kwargs)

        return send

    classes = (mysql.connector.connection.MySQLConnection, getattr(mysql.connector, "CMySQLConnection", None))
    for cls in filter(None, classes):
        for name in ("cmd_query", "cmd_stmt_execute"):
            setattr(cls, name, counting(getattr(cls, name)))


def _mysqlclient(counted: Counted) -> None:
    from MySQLdb import connections

    original = connections.Connection.query

    @functools.wraps(original)
    def query(self: Any, *args: Any, **kwargs: Any) -> Any:
        state = getattr(self, "_pcishield", None)
        # What the guard asks while the connection opens is its own.
        if not (state is not None and state.operation is None):
            counted.note(getattr(getattr(state, "operation", None), "attempt_id", None))
        return original(self, *args, **kwargs)

    connections.Connection.query = query


def _pymysql(counted: Counted) -> None:
    from pymysql import connections
    from pymysql.constants import COMMAND

    original = connections.Connection._execute_command

    @functools.wraps(original)
    def send(self: Any, command: Any, sql: Any) -> Any:
        state = getattr(self, "_pcishield", None)
        # What the connection asks while it opens (character set, autocommit, the clock) is the guard's and its own.
        if command == COMMAND.COM_QUERY and not (state is not None and state.operation is None):
            counted.note(getattr(getattr(state, "operation", None), "attempt_id", None))
        return original(self, command, sql)

    connections.Connection._execute_command = send


class _Psycopg2:
    """A profile hook: psycopg2's methods are C, and no wrapper stands below them."""

    METHODS = frozenset({"callproc", "copy_expert", "copy_from", "copy_to", "execute", "executemany"})

    def __init__(self, counted: Counted) -> None:
        from psycopg2 import extensions

        import pcishield.drivers.psycopg2 as driver

        self._counted, self._cursor = counted, extensions.cursor
        package = Path(driver.__file__).parent
        self._gate = str(package / "cursor.py")
        self._inner = {str(package / "asking.py"), str(package / "catalog.py")}

    def __call__(self, frame: types.FrameType, event: str, argument: Any) -> None:
        if event != "c_call" or getattr(argument, "__name__", "") not in self.METHODS:
            return
        cursor = getattr(argument, "__self__", None)
        if not isinstance(cursor, self._cursor) or frame.f_code.co_filename in self._inner:
            return
        state = getattr(cursor, "_pcishield", None) if frame.f_code.co_filename == self._gate else None
        if state is not None and cursor.closed:
            return  # handed on for the driver's own complaint
        self._counted.note(getattr(getattr(state, "tried", None), "attempt_id", None))
        if state is None:
            self._counted.numbers[f"unjudged in {frame.f_code.co_filename}:{frame.f_code.co_name}"] += 1


def _psycopg2(counted: Counted) -> None:
    calls = _Psycopg2(counted)

    def settle(attempts: list[dict[str, Any]]) -> None:
        sys.setprofile(None)
        threading.setprofile(None)

    counted.settle = settle
    threading.setprofile(calls)
    sys.setprofile(calls)


def _sqlite3(counted: Counted) -> None:
    import pcishield.drivers.sqlite3 as driver
    from tests.conformance.run_sqlite3 import METHODS, Calls

    class Located(Calls):
        def _kind(self, frame: types.FrameType, unguarded: bool) -> str:
            kind = super()._kind(frame, unguarded)
            if kind == "unjudged":
                code = frame.f_code
                counted.numbers[f"unjudged in {code.co_filename}:{code.co_name}"] += 1
            return kind

    calls = Located(Path(driver.__file__).parent)

    def settle(attempts: list[dict[str, Any]]) -> None:
        sys.setprofile(None)
        threading.setprofile(None)
        found = sum(record["method"] in METHODS for record in attempts)
        counted.numbers["statements"] = calls.counts["statements"]
        # A statement that the driver itself refused was judged all the same, and is none that was sent.
        counted.numbers["unjudged"] = calls.counts["unjudged"] + max(0, calls.counts["statements"] - found)

    counted.settle = settle
    threading.setprofile(calls)
    sys.setprofile(calls)
