"""Logs of databases, read: what their lines say that a client sent, as ``pcishield.audit.reconcile.Seen``.

- PostgreSQL ``csvlog`` and ``jsonlog`` with ``log_statement = all`` (``statement:``, ``execute NAME:``), and pgaudit's
  ``AUDIT: SESSION`` lines in them. Where both log a statement it is counted once per source; use one of them.
- MySQL and MariaDB ``general_log`` files; MariaDB's ``server_audit`` files.
- ``pg_stat_statements`` as CSV with a header that names ``query`` and ``calls``.

A line that is none of these is skipped where the format allows for others (a server's log holds much else) and is an
error where it does not.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from pcishield.audit.reconcile import Seen

__all__ = ["FORMATS", "general_log", "pg_csvlog", "pg_jsonlog", "pg_stat_statements", "server_audit"]

_STATEMENT = re.compile(r"(?:duration: [\d.]+ ms  )?(?:statement|execute [^:]*): (.*)", re.DOTALL)


def pg_csvlog(text: str, name: str = "", zone: tzinfo = UTC) -> Iterator[Seen]:
    """Yield what a PostgreSQL ``csvlog`` says (https://www.postgresql.org/docs/current/runtime-config-logging.html).

    Args:
        text: Content of the file.
        name: Its name, for messages.
        zone: Of time stamps that have another zone than UTC or GMT.

    Raises:
        ValueError: A row has not the columns of a csvlog.
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    for row in reader:
        if len(row) < 23:
            raise ValueError(f"{name}:{reader.line_num}: not a csvlog: {len(row)} columns")
        if not row[3]:
            continue
        if (sql := _postgres_sql(row[13])) is not None:
            yield Seen(
                _postgres_time(row[0], zone), int(row[3]), sql, row[1], row[2], row[22], row[4],
                f"{name}:{reader.line_num}",
            )  # fmt: skip


def pg_jsonlog(text: str, name: str = "", zone: tzinfo = UTC) -> Iterator[Seen]:
    """Yield what a PostgreSQL ``jsonlog`` says. Arguments as for :func:`pg_csvlog`. Raises ValueError."""
    for number, line in enumerate(text.splitlines(), 1):
        try:
            row: dict[str, Any] = json.loads(line)
        except ValueError:
            raise ValueError(f"{name}:{number}: not a jsonlog") from None
        if (sql := _postgres_sql(str(row.get("message", "")))) is not None and row.get("pid"):
            yield Seen(
                _postgres_time(str(row["timestamp"]), zone), int(row["pid"]), sql, str(row.get("user", "")),
                str(row.get("dbname", "")), str(row.get("application_name", "")), str(row.get("remote_host", "")),
                f"{name}:{number}",
            )  # fmt: skip


def _postgres_sql(message: str) -> str | None:
    if message.startswith("AUDIT: "):
        # type, statement id, substatement id, class, command, object type, object, statement, parameters
        fields = next(csv.reader(io.StringIO(message.removeprefix("AUDIT: "), newline="")))
        return fields[7] if len(fields) > 7 and fields[0] == "SESSION" and fields[2] == "1" else None
    found = _STATEMENT.fullmatch(message)
    return found[1] if found is not None else None


def _postgres_time(text: str, zone: tzinfo) -> datetime:
    stamp, _, name = text.rpartition(" ")
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC if name in ("UTC", "GMT") else zone)


_MARIADB_TIME = re.compile(r"(\d{6})\s+(\d{1,2}:\d\d:\d\d)")
_ENTRY = re.compile(
    r"(?:(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))|(\d{6}\s+\d{1,2}:\d\d:\d\d))?\s*(\d+) ([A-Z][A-Za-z ]+)\t"
)
_COMMANDS = frozenset({"Query", "Execute"})


def general_log(text: str, name: str = "", zone: tzinfo = UTC) -> Iterator[Seen]:
    """Yield what a general query log says. MariaDB writes local time without a zone, and only when it changes.

    Args:
        text: Content of the file.
        name: Its name, for messages.
        zone: Of MariaDB's time stamps.
    """
    at = datetime.min.replace(tzinfo=UTC)
    users: dict[int, tuple[str, str, str]] = {}
    open_: tuple[int, int, str, list[str]] | None = None

    def done() -> Iterator[Seen]:
        if open_ is not None and open_[2] in _COMMANDS:
            user, host, database = users.get(open_[1], ("", "", ""))
            yield Seen(at, open_[1], "\n".join(open_[3]).rstrip("\n"), user, database, "", host, f"{name}:{open_[0]}")

    for number, line in enumerate(text.split("\n"), 1):
        entry = _ENTRY.match(line)
        if entry is None:
            if open_ is not None and not line.startswith(("Time  ", "Tcp port:")) and ", Version: " not in line:
                open_[3].append(line)
            continue
        yield from done()
        at = _mysql_time(entry[1], entry[2], zone) or at
        pid, command, rest = int(entry[3]), entry[4].strip(), line[entry.end() :]
        open_ = (number, pid, command, [rest])
        if command == "Connect" and (found := re.match(r"([^@]*)@(\S+)(?: (?:as anonymous )?on (\S*))?", rest)):
            users[pid] = (found[1], found[2], found[3] or "")
        elif command == "Init DB":
            user, host, _ = users.get(pid, ("", "", ""))
            users[pid] = (user, host, rest.strip())
    yield from done()


def _mysql_time(new: str | None, old: str | None, zone: tzinfo) -> datetime | None:
    if new:
        return datetime.fromisoformat(new)
    if old:
        day, clock = old.split()
        return datetime.strptime(f"{day} {clock}", "%y%m%d %H:%M:%S").replace(tzinfo=zone)
    return None


_AUDIT_LINE = re.compile(
    r"(\d{8} \d\d:\d\d:\d\d),([^,]*),([^,]*),([^,]*),(\d+),(\d+),([A-Z_]+),([^,]*),(.*),(-?\d+)\Z", re.DOTALL
)


def server_audit(text: str, name: str = "", zone: tzinfo = UTC) -> Iterator[Seen]:
    """Yield what MariaDB's ``server_audit`` plugin wrote (QUERY events). Arguments as for :func:`general_log`."""
    for number, line in enumerate(text.splitlines(), 1):
        found = _AUDIT_LINE.match(line)
        if found is None or not found[7].startswith("QUERY"):
            continue
        at = datetime.strptime(found[1], "%Y%m%d %H:%M:%S").replace(tzinfo=zone)
        quoted = found[9]
        sql = quoted[1:-1] if quoted[:1] == quoted[-1:] == "'" else quoted
        sql = re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1]), sql)
        yield Seen(at, int(found[5]), sql, found[3], found[8], "", found[4], f"{name}:{number}")


def pg_stat_statements(text: str, name: str = "") -> Iterator[tuple[str, int, Seen]]:
    """Yield (SQL, calls, origin) of ``pg_stat_statements`` as CSV.

    Raises:
        ValueError: The header does not name ``query`` and ``calls``.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not {"query", "calls"} <= set(reader.fieldnames or ()):
        raise ValueError(f"{name}: the header does not name query and calls")
    for row in reader:
        seen = Seen(datetime.max.replace(tzinfo=UTC), 0, row["query"], row.get("user") or "", row.get("database") or "",
                    where=f"{name}:{reader.line_num}")  # fmt: skip
        yield row["query"], int(row["calls"]), seen


FORMATS: dict[str, Callable[[str, str, tzinfo], Iterable[Seen]]] = {
    "pg-csv": pg_csvlog,
    "pg-json": pg_jsonlog,
    "mysql-general": general_log,
    "mariadb-audit": server_audit,
}
"""Formats by their name on the command line."""
