"""Rows that cannot be masked are not handed out, and the log says so: on every driver, by every way to fetch."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from pcishield.audit.records import unclassified
from pcishield.exceptions import AuditUnavailable, MaskingError
from pcishield.testing import RecordingLog, make_pan
from tests.plain_drivers import PLAIN

PAN = make_pan()
ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}
CONNECT: dict[str, tuple[str, str, Callable[[Any, Any], Any]]] = {
    plain.name: (plain.module, plain.home, plain.connect) for plain in PLAIN
} | {
    "mysql.connector": ("mysql.connector", "mysql_params", lambda m, params: m.connect(**params, use_pure=True)),
    "psycopg": ("psycopg", "pg_dsn", lambda module, dsn: module.connect(dsn)),
    "sqlite3": ("sqlite3", "tmp_path", lambda module, path: module.connect(path / "withheld.db")),
}
SQL = f"SELECT '{PAN}' AS a, 1 AS b"
FETCH: dict[str, Callable[[Any], Any]] = {
    "fetchone": lambda cursor: cursor.fetchone(),
    "fetchmany": lambda cursor: cursor.fetchmany(2),
    "fetchall": lambda cursor: cursor.fetchall(),
}


@pytest.fixture
def unmaskable(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Break the masking of rows, cells and tables of a shield; the error has the value."""

    def broken(*arguments: Any, **named: Any) -> Any:
        raise RuntimeError(f"cannot mask {PAN}")

    def apply(shield: Any) -> None:
        plan = type(shield.masker.plan(None, ()))
        for name in ("mask", "mask_row", "mask_cell", "mask_arrow"):
            monkeypatch.setattr(plan, name, broken)

    return apply


def withheld(log: RecordingLog) -> list[dict[str, Any]]:
    """What the log says of rows that were not handed out."""
    assert PAN not in str(log.records)
    assert [] == [path for record in log.records for path in unclassified(record)]
    assert 0 == sum(record.get("rows", 0) for record in log.records)
    return [record for record in log.records if record["type"] == "fetch"]


@pytest.mark.parametrize("how", list(FETCH))
@pytest.mark.parametrize("name", list(CONNECT))
def test_the_log_says_that_rows_were_withheld(
    request: pytest.FixtureRequest, make_shield: Any, unmaskable: Callable[[Any], None], name: str, how: str
) -> None:
    """A fetch that failed stands beside the RESULT of the statement, which has succeeded."""
    module, home, connect = CONNECT[name]
    raw = pytest.importorskip(module, reason=f"{module} is an optional dependency", exc_type=ImportError)
    log = RecordingLog()
    shield = make_shield(policy=ALLOW_ALL, audit=log)
    connection = connect(shield.guard(raw), request.getfixturevalue(home))
    cursor = connection.cursor()
    unmaskable(shield)
    with pytest.raises(MaskingError):
        cursor.execute(SQL)  # some drivers fetch here
        FETCH[how](cursor)
    with contextlib.suppress(Exception):
        cursor.close()
    connection.close()

    (record,) = withheld(log)
    attempt = log.records[int(record["attempt"].removeprefix("memory/"))]
    assert ("failure", "MaskingError", 0) == (record["outcome"], record["error"]["class"], record["rows"])
    assert ("attempt", "select") == (attempt["type"], attempt["statement"]["kind"])


@pytest.mark.postgres
def test_the_log_says_so_of_awaited_rows(make_shield: Any, pg_dsn: str, unmaskable: Callable[[Any], None]) -> None:
    """The asynchronous way is the same."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    log = RecordingLog()
    shield = make_shield(policy=ALLOW_ALL, audit=log)

    async def ask() -> None:
        async with await shield.guard(psycopg).AsyncConnection.connect(pg_dsn) as connection:
            cursor = await connection.execute(SQL)
            unmaskable(shield)
            with pytest.raises(MaskingError):
                await cursor.fetchall()

    asyncio.run(ask())

    (record,) = withheld(log)
    assert "MaskingError" == record["error"]["class"]


@pytest.mark.postgres
@pytest.mark.parametrize("form", ["binary", "text"])
def test_the_log_says_so_of_copy(make_shield: Any, pg_dsn: str, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """A number in binary form has no room for a mask; in text form, a record may have a cell too many."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    log = RecordingLog()
    shield = make_shield(policy=ALLOW_ALL, audit=log)
    with shield.guard(psycopg).connect(pg_dsn) as connection:
        if form == "text":
            from pcishield.drivers.generic import copy_out

            monkeypatch.setattr(copy_out.TextCopyOut, "_text", lambda self, body: [(body, body, False)])
        copied = f"COPY (SELECT {PAN}::bigint AS a, 1 AS b) TO STDOUT (FORMAT {form})"
        with pytest.raises(MaskingError), connection.cursor().copy(copied) as copy:
            list(copy)

    (record,) = withheld(log)
    assert ("failure", "MaskingError") == (record["outcome"], record["error"]["class"])
    assert "attempt" == log.records[int(record["attempt"].removeprefix("memory/"))]["type"]


def test_where_the_log_fails_as_well_that_is_what_is_raised(
    make_shield: Any, unmaskable: Callable[[Any], None]
) -> None:
    """Nothing is handed out then either, and no frame that the error leads to has the value."""
    import sqlite3

    log = RecordingLog()
    shield = make_shield(policy=ALLOW_ALL, audit=log)
    connection = shield.guard(sqlite3).connect(":memory:")
    cursor = connection.execute(SQL)
    unmaskable(shield)

    log.broken = True
    with pytest.raises(AuditUnavailable) as raised:
        cursor.fetchall()
    log.broken = False
    connection.close()

    assert PAN not in shown(raised.value)


def shown(error: BaseException | None) -> str:
    """Everything that an error and those before it show, with the variables of the guard's own frames."""
    found = []
    while error is not None:
        frame = error.__traceback__
        found.append(repr(error))
        while frame is not None:
            if "pcishield" in frame.tb_frame.f_globals.get("__name__", ""):
                found.append(repr({k: v for k, v in frame.tb_frame.f_locals.items() if k not in {"self", "SQL"}}))
            frame = frame.tb_next
        error = error.__cause__ or error.__context__
    return "\n".join(found)
