"""What the database saw and the audit log does not have: the join of both, as data.

A statement of the database's log belongs to a connection of ours by its session tag (``application_name``), else by the
server's process or connection id at a time when that connection was open. Within a connection it is matched with an
attempt of the same fingerprint: literals, parameters, white space and case do not count. Each attempt answers for one
statement, one with ``many`` for any number.

Limits: what drivers send of themselves with a fixed text (BEGIN, SET NAMES, ...) is not in the audit log and is counted
apart, and so is fetching from cursors; a connection whose ``connection.open`` was purged cannot be matched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["Connections", "Reconciliation", "Seen", "Unmatched", "reconcile", "reconcile_totals"]

_FIXED = re.compile(
    r"\s*(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE\s+TRANSACTION|DEALLOCATE|DISCARD"
    r"|SET\s+NAMES|SET\s+(?:SESSION\s+)?(?:TRANSACTION|CHARACTERISTICS)|SELECT\s+@@\w+|SELECT\s+DATABASE\(\)"
    r"|SET\s+(?:SESSION\s+|@@session\.)?(?:autocommit|time_zone|sql_mode|wait_timeout|character_set\w*)\s*=)"
    # No further statement, no sub-query, no call.
    r"(?:\b|(?<=\W))[\w\s,\"'@.=+:$-]*;?\s*",
    re.IGNORECASE,
)
_DECLARED = re.compile(r"\s*DECLARE\s+\S+\s+[A-Z\s]*?CURSOR\s+(?:WITH(?:OUT)?\s+HOLD\s+)?FOR\s+(.*)", re.I | re.S)
"""What a driver makes of a query for a server side cursor; the attempt is about the query."""
_FETCHED = re.compile(r"\s*(FETCH|MOVE|CLOSE)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """One statement in the database's own log.

    Attributes:
        at: When, timezone-aware.
        pid: Process or connection id of the server.
        sql: As logged, untrusted; may hold literals.
        user: Database user, "" when the log does not say.
        database: Database, likewise.
        app: ``application_name`` or program, likewise.
        host: Client, likewise.
        where: ``file:line``.
    """

    at: datetime
    pid: int
    sql: str
    user: str = ""
    database: str = ""
    app: str = ""
    host: str = ""
    where: str = ""


_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Connection:
    id: str
    pid: int = 0
    opened: datetime = _NEVER
    closed: datetime | None = None
    attempts: Counter[str] = field(default_factory=Counter)
    many: set[str] = field(default_factory=set)


class Connections:
    """The audit log's side: its connections and what they attempted.

    Args:
        records: Of types ``connection.open``, ``connection.close`` and ``attempt``, in any order.
        tag: Finds a session tag in ``application_name``; group 1 is the beginning of the connection's id.
    """

    def __init__(self, records: Iterable[Mapping[str, Any]], tag: re.Pattern[str]) -> None:
        self._tag = tag
        found: dict[str, _Connection] = {}
        self.fingerprints: Counter[str] = Counter()
        self.repeated: set[str] = set()
        self.first = _NEVER
        for record in records:
            connection = found.setdefault(str(record.get("connection")), _Connection(str(record.get("connection"))))
            at, db = datetime.fromisoformat(str(record["ts"])), record.get("db") or {}
            self.first = min(self.first, at)
            connection.opened = min(connection.opened, at)
            connection.pid = int(db.get("backend_pid") or 0) or connection.pid
            if record["type"] == "connection.close":
                connection.closed = at
            elif record["type"] == "attempt":
                fingerprint = str((record.get("statement") or {}).get("fingerprint"))
                connection.attempts[fingerprint] += 1
                self.fingerprints[fingerprint] += 1
                if record.get("many"):
                    connection.many |= {fingerprint, _single(str(record["statement"].get("template")))}
                    self.repeated.add(fingerprint)
        self.all = list(found.values())
        self._pids: dict[int, list[_Connection]] = {}
        for connection in self.all:
            self._pids.setdefault(connection.pid, []).append(connection)

    def of(self, seen: Seen, skew: timedelta) -> list[_Connection]:
        """Return the connections that a statement can be of: one by its tag, else all by pid and time."""
        if (tag := self._tag.search(seen.app)) is not None:
            return [connection for connection in self.all if connection.id.startswith(tag[1])]
        return [
            connection
            for connection in (self._pids.get(seen.pid, []) if seen.pid else [])
            if connection.opened - skew <= seen.at
            and (connection.closed is None or seen.at <= connection.closed + skew)
        ]


def _single(template: str) -> str:
    """Return the template with one row of VALUES: some drivers send all rows of executemany in one statement."""
    return template.replace("), ...", ")")


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Statements that the audit log does not have.

    Attributes:
        why: ``no-session``: no connection of ours; ``no-attempt``: a connection of ours, and no such attempt in it;
            ``more``: seen more often than attempted (totals only).
        template: SQL without literals.
        count: How many.
        first: The first of them.
    """

    why: str
    template: str
    count: int
    first: Seen


@dataclass(slots=True)
class Reconciliation:
    """The result.

    Attributes:
        unmatched: What the database saw and we did not, most frequent first.
        matched: Statements with their attempt.
        fixed: Statements of the driver or of the guard itself in connections of ours.
        before: Statements from before the audit log begins.
        ignored: Left out on request.
        unseen: Attempts that the database's log does not have: refused by the server, or not logged there.
    """

    unmatched: list[Unmatched] = field(default_factory=list)
    matched: int = 0
    fixed: int = 0
    before: int = 0
    ignored: int = 0
    unseen: int = 0

    @property
    def missing(self) -> int:
        """Statements without attempt."""
        return sum(one.count for one in self.unmatched)


def reconcile(
    ours: Connections,
    seen: Iterable[Seen],
    understand: Callable[[str], tuple[str, str]],
    *,
    skew: timedelta = timedelta(seconds=5),
    ignore: Callable[[Seen], bool] = lambda seen: False,
    own: Callable[[str], bool] = lambda sql: False,
) -> Reconciliation:
    """Join the database's log with ours.

    Args:
        ours: The audit log's side.
        seen: The database's side, in order.
        understand: SQL to (fingerprint, literal-free text).
        skew: How far the clocks of both may be apart.
        ignore: What is none of our business: replication, monitoring, other applications.
        own: Which SQL the guard itself sends in connections of ours, to the letter: what it asks the catalog.
    """
    result = Reconciliation()
    left = {connection.id: connection.attempts.copy() for connection in ours.all}
    groups: dict[tuple[str, str, str, str], list[Seen]] = {}
    for one in seen:
        if ignore(one):
            result.ignored += 1
            continue
        if one.at < ours.first - skew:
            result.before += 1
            continue
        connections = ours.of(one, skew)
        declared = _DECLARED.match(one.sql)
        fingerprint, template = understand(declared[1] if declared is not None else one.sql)
        for connection in connections:
            attempts = left[connection.id]
            if attempts[fingerprint] > 0 or _single(template) in connection.many:
                attempts[fingerprint] -= fingerprint not in connection.many
                result.matched += 1
                break
        else:
            if connections and (_FIXED.fullmatch(one.sql) or _FETCHED.match(one.sql) or own(one.sql)):
                result.fixed += 1
                continue
            why = "no-attempt" if connections else "no-session"
            groups.setdefault((why, template, one.user, one.app), []).append(one)
    for (why, template, _, _), those in groups.items():
        result.unmatched.append(Unmatched(why, template, len(those), those[0]))
    result.unmatched.sort(key=lambda found: -found.count)
    result.unseen = sum(
        count
        for connection in ours.all
        for fingerprint, count in left[connection.id].items()
        if fingerprint not in connection.many
    )
    return result


def reconcile_totals(
    ours: Connections,
    totals: Iterable[tuple[str, int, Seen]],
    understand: Callable[[str], tuple[str, str]],
    own: str = "",
) -> Reconciliation:
    """Join numbers of executions per statement (``pg_stat_statements``) with the attempts of the whole audit log.

    Args:
        ours: The audit log's side.
        totals: (SQL, calls, where it is from).
        understand: SQL to (fingerprint, literal-free text).
        own: What the guard itself asks of a new connection; here literals are gone.
    """
    result = Reconciliation()
    asked = understand(own)[0] if own else ""
    calls: dict[str, tuple[str, int, Seen]] = {}
    for sql, count, seen in totals:
        fingerprint, template = understand(sql)
        if _FIXED.fullmatch(sql) or fingerprint == asked:
            result.fixed += count
            continue
        _, before, _ = calls.get(fingerprint, ("", 0, seen))
        calls[fingerprint] = (template, before + count, seen)
    for fingerprint, (template, count, seen) in calls.items():
        known = ours.fingerprints[fingerprint]
        if fingerprint in ours.repeated or count <= known:
            result.matched += count
            continue
        result.matched += known
        result.unmatched.append(Unmatched("more" if known else "no-session", template, count - known, seen))
    result.unmatched.sort(key=lambda found: -found.count)
    result.unseen = sum(count for fingerprint, count in ours.fingerprints.items() if fingerprint not in calls)
    return result
