"""``pcishield scan``: places and counts, never a value."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import typer
from typer.testing import CliRunner

from pcishield.cli.scan import scan
from pcishield.exceptions import ConfigurationError
from pcishield.testing import make_pan

PAN = make_pan()
APP = typer.Typer()
APP.command()(scan)


def run(*arguments: str, data: str | None = None):
    return CliRunner().invoke(APP, list(arguments), input=data)


def found(*arguments: str) -> dict[str, dict[str, object]]:
    outcome = run(*arguments, "--json")
    assert PAN not in outcome.output
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), repr(outcome.exception)
    return {row["location"]: row for row in json.loads(outcome.output)["found"]}


def test_text_names_the_line(tmp_path: Path):
    """Line, class, brand and count; exit status 1."""

    path = tmp_path / "app.log"
    path.write_text(f"nothing 12345\npaid {PAN} and {PAN}\n")
    outcome = run(str(path))

    assert 1 == outcome.exit_code
    assert "app.log:2" in outcome.output
    assert "visa" in outcome.output
    assert PAN not in outcome.output


def test_nothing_found_is_exit_status_zero(tmp_path: Path):
    """So that a build can depend on it."""

    path = tmp_path / "clean.txt"
    path.write_text("1700000000003\n")

    assert 0 == run(str(path)).exit_code


def test_standard_input():
    """``-`` reads lines."""

    outcome = run("-", data=f"x {PAN}\n")

    assert 1 == outcome.exit_code
    assert "-:1" in outcome.output


def test_csv_counts_by_column(tmp_path: Path):
    """The header names the columns, and a column of codes is found by its name."""

    path = tmp_path / "export.csv"
    path.write_text(f"id;note;cvv\n1;{PAN};123\n2;x {PAN};\n")
    rows = found(str(path))

    assert (2, "row 1") == (rows["export.csv:note"]["count"], rows["export.csv:note"]["first"])
    assert ("sad.cvc", 1) == (rows["export.csv:cvv"]["class"], rows["export.csv:cvv"]["count"])


def test_jsonl_counts_by_key(tmp_path: Path):
    """Nested keys are paths; numbers count as well as text; a line that is no JSON is text."""

    path = tmp_path / "events.jsonl"
    path.write_text(json.dumps({"a": {"n": [int(PAN), PAN]}}) + f"\nbroken {PAN}\n")
    rows = found(str(path))

    assert 2 == rows["events.jsonl:$.a.n[]"]["count"]
    assert 1 == rows["events.jsonl:2"]["count"]


def test_sqlite_counts_by_table_and_column(tmp_path: Path):
    """By content, not by file name; sampled or full; nothing is written."""

    path = tmp_path / "shop"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE pay (id INTEGER, n INTEGER, note TEXT, raw BLOB)")
        connection.executemany(
            "INSERT INTO pay VALUES (?, ?, ?, ?)", [(i, int(PAN), "x", PAN.encode()) for i in range(5)]
        )
        connection.commit()
    before = path.read_bytes()

    assert {"pay.n": 5, "pay.raw": 5} == {name: row["count"] for name, row in found(str(path)).items()}
    assert {"pay.n": 2, "pay.raw": 2} == {n: r["count"] for n, r in found(f"sqlite:///{path}", "--sample", "2").items()}
    assert before == path.read_bytes()


def test_mysql_counts_by_table_and_column(mysql_params: dict[str, Any]):
    """Of one database, sampled or full; nothing is written."""

    mysql = pytest.importorskip("mysql.connector", reason="mysql.connector is an optional dependency")
    user, password = (quote(str(mysql_params.get(key, "")), safe="") for key in ("user", "password"))
    address = f"{mysql_params['host']}:{mysql_params['port']}/pcishield_scan"
    with closing(mysql.connect(**mysql_params)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("CREATE DATABASE pcishield_scan")
        try:
            cursor.execute("CREATE TABLE pcishield_scan.pay (id INT, `no``te` TEXT, n BIGINT, raw VARBINARY(40))")
            rows = [(i, f"paid {PAN}", int(PAN), PAN.encode()) for i in range(5)]
            cursor.executemany("INSERT INTO pcishield_scan.pay VALUES (%s, %s, %s, %s)", rows)
            connection.commit()
            full = found(f"mysql://{user}:{password}@{address}")
            sampled = found(f"mysql://{user}:{password}@{address}", "--sample", "2")
            wrong = run(f"mysql://nobody:secretword@{address}")
        finally:
            cursor.execute("DROP DATABASE pcishield_scan")

    places = ["pcishield_scan.pay.n", "pcishield_scan.pay.no`te", "pcishield_scan.pay.raw"]
    assert dict.fromkeys(places, 5) == {name: row["count"] for name, row in full.items()}
    assert dict.fromkeys(places, 2) == {name: row["count"] for name, row in sampled.items()}
    assert isinstance(wrong.exception, ConfigurationError)
    assert "secretword" not in str(wrong.exception)


def test_postgres_counts_by_table_and_column(pg_dsn: str):
    """As the others; read over a server-side cursor in a read-only transaction."""

    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA pcishield_scan")
        try:
            connection.execute("CREATE TABLE pcishield_scan.pay (id int, note text, n numeric)")
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO pcishield_scan.pay VALUES (%s, %s, %s)", [(i, PAN, PAN) for i in range(3)]
                )
            rows = found(pg_dsn)
        finally:
            connection.execute("DROP SCHEMA pcishield_scan CASCADE")

    mine = {name: row["count"] for name, row in rows.items() if name.startswith("pcishield_scan.")}
    assert {"pcishield_scan.pay.note": 3, "pcishield_scan.pay.n": 3} == mine


def test_a_table_is_printed_without_values(tmp_path: Path):
    """Location, class, count, brand and the first place; how many more there are behind the limit."""

    path = tmp_path / "app.log"
    path.write_text(f"{PAN}\n" * 3)
    outcome = run(str(path), "--limit", "1")

    assert 1 == outcome.exit_code
    assert ["location", "class", "count", "brands", "first"] == outcome.output.splitlines()[3].split()
    assert "… and 2 more places" in outcome.output
    assert PAN not in outcome.output


def test_a_name_that_holds_a_number_is_masked(tmp_path: Path):
    """A place is not printed as it is."""

    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps({PAN: PAN}) + "\n")

    assert all(PAN not in location for location in found(str(path)))


@pytest.mark.parametrize("arguments", [("/no/such/file",), ("-", "--format", "parquet"), ("-", "--format", "rot13")])
def test_bad_targets_are_one_clear_error(arguments: tuple[str, ...]):
    """Our own error, which the command line prints in one line."""

    outcome = run(*arguments, data="")

    assert isinstance(outcome.exception, ConfigurationError)


@pytest.mark.parametrize("module, suffix", [("gzip", ".gz"), ("bz2", ".bz2"), ("lzma", ".xz")])
def test_what_is_compressed_is_read(tmp_path: Path, module: str, suffix: str):
    """In the form that the name says without the suffix."""

    path = tmp_path / f"cards.csv{suffix}"
    path.write_bytes(import_module(module).compress(f"id,number\n1,{PAN}\n".encode()))

    assert {f"cards.csv{suffix}:number"} == set(found(str(path)))


@pytest.mark.parametrize(
    "name, data",
    [
        ("damaged.gz", b"\x1f\x8b" + PAN.encode()),
        ("cut.txt.gz", gzip.compress(PAN.encode() * 100, mtime=0)[:-12]),
        ("archive.zip", b"PK\x03\x04" + PAN.encode()),
        ("packed.zst", b"\x28\xb5\x2f\xfd" + PAN.encode()),
        ("no.parquet", b"PAR1" + PAN.encode()),
        ("no.sqlite", PAN.encode()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_one_clear_error(tmp_path: Path, name: str, data: bytes):
    """Not "nothing found", and no traceback with what stands in the file."""

    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow", reason="pyarrow is an optional dependency")
    path = tmp_path / name
    path.write_bytes(data)
    outcome = run(str(path))

    assert isinstance(outcome.exception, ConfigurationError)
    assert PAN not in f"{outcome.output} {outcome.exception}"


def test_a_directory_is_read_file_by_file(tmp_path: Path):
    """By the path below it; links are not followed."""

    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.log").write_text(f"paid {PAN}\n")
    (tmp_path / "cards.csv").write_text(f"id,number\n1,{PAN}\n")
    (tmp_path / "again").symlink_to(tmp_path)

    assert {"logs/app.log:1", "cards.csv:number"} == set(found(str(tmp_path)))


@pytest.mark.parametrize(
    "data", ["id,number\r1,{}\r", "id,number\r\n1,{}\r\n", 'id,number\n1,"{}', "id,number\n\x00,{}\n"]
)
def test_csv_of_odd_dialects_is_read(tmp_path: Path, data: str):
    """Old line ends, quotes that do not end, null characters."""

    path = tmp_path / "odd.csv"
    path.write_bytes(data.format(PAN).encode())

    assert {"odd.csv:number"} == set(found(str(path)))
