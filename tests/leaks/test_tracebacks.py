"""Error trackers keep the variables of every frame of a traceback: no raw row is in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

import pytest

from pcishield.testing import RecordingLog, make_pan
from tests.leaks.table import Value, leaks
from tests.plain_drivers import PLAIN, Plain

PAN = make_pan()
VALUE = Value("pan", "x", "text", PAN, (PAN,))
ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow", "limits": {"rows": 1}}
DRIVERS = (
    Plain("sqlite3", "sqlite3", "tmp_path", lambda m, path: m.connect(path / "x.db"), "?", ("", "", "", "")),
    Plain("psycopg", "psycopg", "pg_dsn", lambda m, dsn: m.connect(dsn), "%s", ("", "", "", "")),
    Plain("mysql.connector", "mysql.connector", "mysql_params", lambda m, params: m.connect(**params, use_pure=True),
          "%s", ("", "", "", "")),
    *PLAIN,
)  # fmt: skip

TAKES: dict[str, Callable[[Any], Any]] = {
    "fetchone": lambda cursor: (cursor.fetchone(), cursor.fetchone()),
    "fetchmany": lambda cursor: cursor.fetchmany(2),
    "fetchall": lambda cursor: cursor.fetchall(),
    "iteration": lambda cursor: list(iter(cursor.fetchone, None)),
}


def _joined(plain: Plain) -> str:
    """An expression that the server makes a card number of, so that the statement holds none."""
    front, back = PAN[:8], PAN[8:]
    bars = "sql" not in plain.module.lower() or "sqlite" in plain.name.lower()
    return f"'{front}' || '{back}'" if bars else f"CONCAT('{front}', '{back}')"


def _computed(plain: Plain) -> str:
    kind = "SIGNED" if "my" in plain.module.lower() else "BIGINT"
    return f"CAST({PAN[:-1]} AS {kind}) * 10 + {PAN[-1]}"


def _variables(error: BaseException) -> Iterator[Any]:
    seen: BaseException | None = error
    while seen is not None:
        frame = seen.__traceback__
        while frame is not None:
            if "/tests/" not in frame.tb_frame.f_code.co_filename:
                kept = dict(frame.tb_frame.f_locals)
                yield {name: value for name, value in kept.items() if isinstance(value, (str, bytes, int, list, tuple))}
            frame = frame.tb_next
        seen = seen.__cause__ or seen.__context__


@pytest.mark.parametrize("take", TAKES)
@pytest.mark.parametrize("kind", ["limit", "masking"])
@pytest.mark.parametrize(
    "plain", [pytest.param(p, id=p.name, marks=[getattr(pytest.mark, m) for m in p.pytest_marks]) for p in DRIVERS]
)
def test_no_raw_row_is_in_a_traceback(
    request: pytest.FixtureRequest, make_shield: Callable[..., Any], plain: Plain, kind: str, take: str
) -> None:
    """Neither when a limit is passed, nor when a value cannot be masked."""
    raw = plain.load()
    settings = {"masking": {"numeric_pan": "error"}} if kind == "masking" else {}
    shield = make_shield(settings, policy=ALLOW_ALL, audit=RecordingLog())
    cell = _computed(plain) if kind == "masking" else _joined(plain)
    with closing(plain.connect(shield.guard(raw), request.getfixturevalue(plain.home))) as connection:
        cursor = connection.cursor()
        with pytest.raises(raw.Error) as raised:
            # Some drivers fetch, and mask, when they execute.
            cursor.execute(f"SELECT 7 AS k, {cell} AS x UNION ALL SELECT 8, {cell}")
            TAKES[take](cursor)
        with suppress(raw.Error):
            cursor.close()  # rows may be unread
        with suppress(raw.Error):
            connection.rollback()

    assert [] == leaks(VALUE, list(_variables(raised.value)))
    assert [] == leaks(VALUE, raised.value)
