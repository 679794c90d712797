"""Databases' logs, read, and joined with records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pcishield.audit.dblogs import general_log, pg_csvlog, pg_jsonlog, pg_stat_statements, server_audit
from pcishield.audit.reconcile import Connections, Seen, reconcile
from pcishield.identity import TAG
from pcishield.statement import analyze

T0 = datetime(2026, 11, 29, 3, 0, 0, tzinfo=UTC)
CSV = (
    '2026-11-29 03:00:01.123 UTC,"app","shop",4711,"10.0.0.1:5432",65a.1,1,"idle",2026-11-29 03:00:00 UTC,3/1,0,LOG,'
    '00000,"{message}",,,,,,,,,"{app}","client backend",,0\n'
)


def understand(sql: str) -> tuple[str, str]:
    """As the command does it."""
    statement = analyze(sql, "postgres")
    return statement.fingerprint, statement.template


def at(seconds: float) -> str:
    """A record's time stamp."""
    return (T0 + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def connection(
    number: int, pid: int, start: float, end: float | None, *sqls: str, tag: str = ""
) -> list[dict[str, Any]]:
    """Records of one connection; a ``*`` before the text makes it an executemany."""
    base = {"connection": f"{tag}{number:032}"[:32], "db": {"system": "postgres", "backend_pid": pid}}
    records = [base | {"type": "connection.open", "ts": at(start)}]
    for sql in sqls:
        fingerprint, template = understand(sql.removeprefix("*"))
        about = {"fingerprint": fingerprint, "template": template}
        records.append(base | {"type": "attempt", "ts": at(start + 1), "statement": about, "many": sql[0] == "*"})
    if end is not None:
        records.append(base | {"type": "connection.close", "ts": at(end)})
    return records


def seen(sql: str, pid: int = 7, seconds: float = 5, app: str = "") -> Seen:
    """A statement of the database's log."""
    return Seen(T0 + timedelta(seconds=seconds), pid, sql, app=app)


def result(ours: list[dict[str, Any]], *those: Seen, **options: Any) -> list[tuple[str, int]]:
    """(why, count) of what is unmatched."""
    found = reconcile(Connections(ours, TAG), those, understand, **options)
    return [(one.why, one.count) for one in found.unmatched]


def test_an_attempt_answers_for_one_statement() -> None:
    """The same statement once more, by the same process at the same time, has no attempt."""
    ours = connection(1, 7, 0, 10, "SELECT a FROM t WHERE b = 1")

    assert [] == result(ours, seen("select A from T where B = 'x'"))
    assert [("no-attempt", 1)] == result(ours, *[seen("SELECT a FROM t WHERE b = $1")] * 2)


def test_executemany_answers_for_any_number_and_for_rows_in_one_statement() -> None:
    """Some drivers send a statement per row, others one with all rows."""
    ours = connection(1, 7, 0, 10, "*INSERT INTO t VALUES (1)")

    assert [] == result(ours, *[seen("INSERT INTO t VALUES (1)")] * 5, seen("INSERT INTO t VALUES (1), (2), (3)"))


def test_a_process_id_counts_only_while_the_connection_was_open() -> None:
    """Servers give ids anew; before and after, within the clocks' skew, another connection is meant."""
    ours = connection(1, 7, 0, 10, "SELECT 1")

    assert [] == result(ours, seen("SELECT 1", seconds=11), skew=timedelta(seconds=2))
    assert [("no-session", 1)] == result(ours, seen("SELECT 1", seconds=13), skew=timedelta(seconds=2))


def test_a_tag_wins_over_the_process_id() -> None:
    """Behind a pooler the id that we know is the pooler's; an unknown tag is nobody's."""
    tag = "00112233aabb"
    ours = connection(1, 7, 0, 10, "SELECT 1", tag=tag) + connection(2, 8, 0, 10)

    assert [] == result(ours, seen("SELECT 1", pid=8, app=f"pcishield:{tag} shop"))
    assert [("no-session", 1)] == result(ours, seen("SELECT 1", pid=7, app="pcishield:ffffffffffff shop"))


def test_what_drivers_send_of_themselves_is_counted_apart() -> None:
    """In connections of ours only: a stranger's COMMIT belongs to a stranger's work."""
    ours = connection(1, 7, 0, 10)
    found = reconcile(
        Connections(ours, TAG),
        [seen("BEGIN"), seen("COMMIT"), seen("SET NAMES utf8mb4"), seen("COMMIT", pid=9)],
        understand,
    )

    assert (3, [("no-session", 1)]) == (found.fixed, [(one.why, one.count) for one in found.unmatched])


@pytest.mark.parametrize("sql", ["BEGIN; DROP TABLE t", "SET autocommit = (SELECT 1 FROM cards)", "COMMITMENT"])
def test_more_than_a_fixed_text_is_not_of_the_driver(sql: str) -> None:
    """Nothing can hide behind the beginning of a harmless statement."""
    assert [("no-attempt", 1)] == result(connection(1, 7, 0, 10), seen(sql))


def test_server_side_cursors_are_about_their_query() -> None:
    """DECLARE is matched by the query in it; fetching from it is the driver's."""
    ours = connection(1, 7, 0, 10, "SELECT a FROM t")
    declared = 'DECLARE "x" NO SCROLL CURSOR WITH HOLD FOR SELECT a FROM t'

    assert [] == result(ours, seen(declared), seen('FETCH FORWARD 100 FROM "x"'), seen('CLOSE "x"'))
    assert [("no-attempt", 1)] == result(ours, seen(declared.replace("FROM t", "FROM cards")))


def test_what_is_older_or_ignored_is_counted() -> None:
    """Statements from before the log begins say nothing; others are left out on request."""
    ours = connection(1, 7, 0, 10)
    found = reconcile(
        Connections(ours, TAG), [seen("SELECT 1", seconds=-60), seen("SELECT 2", app="monitor")], understand,
        ignore=lambda one: one.app == "monitor",
    )  # fmt: skip

    assert (1, 1, 0) == (found.before, found.ignored, found.missing)


def test_attempts_that_the_database_did_not_log_are_counted() -> None:
    """Refused by the server, or logging was off."""
    found = reconcile(
        Connections(connection(1, 7, 0, 10, "SELECT 1", "SELECT 2 + 2"), TAG), [seen("SELECT 1")], understand
    )

    assert (1, 1) == (found.matched, found.unseen)


@pytest.mark.parametrize(
    ("message", "sql"),
    [
        ("statement: SELECT 1", "SELECT 1"),
        ("execute <unnamed>: SELECT $1", "SELECT $1"),
        ("execute _pg3_0: SELECT\n 1", "SELECT\n 1"),
        ("duration: 0.123 ms  statement: SELECT 1", "SELECT 1"),
        ('AUDIT: SESSION,1,1,READ,SELECT,,,"SELECT ""a"", 1 FROM t",<not logged>', 'SELECT "a", 1 FROM t'),
    ],
)
def test_statements_of_csvlog_are_read(message: str, sql: str) -> None:
    """log_statement's simple and extended protocol, durations, and pgaudit's session lines."""
    text = CSV.format(message=message.replace('"', '""'), app="shop")
    found = list(pg_csvlog(text, "pg.csv"))

    assert [(4711, sql, "app", "shop", "shop")] == [(s.pid, s.sql, s.user, s.database, s.app) for s in found]
    assert T0 + timedelta(seconds=1.123) == found[0].at


@pytest.mark.parametrize(
    "message",
    ["parse x: SELECT 1", "bind x: SELECT 1", "connection authorized", "AUDIT: SESSION,1,2,READ,SELECT,,,SELECT 1,",
     "AUDIT: OBJECT,1,1,READ,SELECT,TABLE,public.t,SELECT 1,"],
)  # fmt: skip
def test_other_lines_of_csvlog_are_not_statements(message: str) -> None:
    """Parse and bind repeat what execute says; pgaudit's sub-statements and objects repeat the session's line."""
    assert [] == list(pg_csvlog(CSV.format(message=message, app=""), "pg.csv"))


def test_what_is_no_csvlog_is_refused() -> None:
    """With file and line, not as an empty result that looks good."""
    with pytest.raises(ValueError, match=r"x\.csv:1: not a csvlog: 3 columns"):
        list(pg_csvlog("a,b,c\n", "x.csv"))
    with pytest.raises(ValueError, match=r"x\.json:1: not a jsonlog"):
        list(pg_jsonlog("no\n", "x.json"))
    with pytest.raises(ValueError, match="does not name query and calls"):
        list(pg_stat_statements("a,b\n1,2\n", "x.csv"))


GENERAL = (
    "/usr/sbin/mariadbd, Version: 11.4.2-MariaDB. started with:\n"
    "Tcp port: 3306  Unix socket: /run/s\n"
    "Time\t\t    Id Command\tArgument\n"
    "261129  3:00:01\t     5 Connect\troot@localhost on shop using TCP/IP\n"
    "\t\t     5 Query\tSELECT 1\n"
    "  FROM t\n"
    "261129  3:00:02\t     6 Prepare\tSELECT ?\n"
    "\t\t     6 Execute\tSELECT 5\n"
    "\t\t     5 Quit\t\n"
)


def test_a_general_log_is_read() -> None:
    """Several lines of one statement, time stamps that are left out, and only what was executed."""
    found = [(s.pid, s.sql, s.user, s.database, s.at.second) for s in general_log(GENERAL, "general.log")]

    assert [(5, "SELECT 1\n  FROM t", "root", "shop", 1), (6, "SELECT 5", "", "", 2)] == found


def test_a_general_log_of_mysql_8_is_read() -> None:
    """ISO time stamps with a zone."""
    text = "2026-11-29T03:00:01.500000Z\t    8 Query\tSELECT 1\n"

    assert [(8, "SELECT 1", T0 + timedelta(seconds=1.5))] == [(s.pid, s.sql, s.at) for s in general_log(text, "x")]


def test_server_audit_is_read() -> None:
    """Quoted statements with escaped quotes and line feeds; connects and tables are not statements."""
    text = (
        "20261129 03:00:01,db1,root,10.0.0.1,5,0,CONNECT,shop,,0\n"
        "20261129 03:00:01,db1,root,10.0.0.1,5,11,QUERY,shop,'SELECT \\'a\\',\\n 1',0\n"
        "20261129 03:00:01,db1,root,10.0.0.1,5,11,READ,shop,t,\n"
    )

    assert [(5, "SELECT 'a',\n 1", "root", "shop", "10.0.0.1")] == [
        (s.pid, s.sql, s.user, s.database, s.host) for s in server_audit(text, "x")
    ]
