"""``executemany`` with an iterator that fails on the way, and what DuckDB says it has written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from pcishield.testing import RecordingLog
from tests.plain_drivers import PLAIN, Plain

ALLOW_ALL = {"name": "everything", "schema": 1, "default": "allow"}
DRIVERS = (
    Plain("sqlite3", "sqlite3", "tmp_path", lambda m, path: m.connect(path / "x.db"), "?", ("", "", "", "")),
    Plain("psycopg", "psycopg", "pg_dsn", lambda m, dsn: m.connect(dsn), "%s", ("", "", "", "")),
    Plain("mysql.connector", "mysql.connector", "mysql_params", lambda m, params: m.connect(**params, use_pure=True),
          "%s", ("", "", "", "")),
    *PLAIN,
)  # fmt: skip


class Indexed:
    """A sequence that has an index and nothing else."""

    def __getitem__(self, index: int) -> tuple[int]:
        return [(1,), (2,)][index]


def _sets() -> Iterator[tuple[int]]:
    yield (1,)
    yield (2,)
    raise LookupError("no third one")


def _tried(plain: Plain, module: Any, home: Any, sets: Callable[[], Any]) -> Any:
    with closing(plain.connect(module, home)) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE TEMPORARY TABLE iterated (a INTEGER)")
        error = None
        try:
            cursor.executemany(f"INSERT INTO iterated VALUES ({plain.mark})", sets())
        except Exception as caught:
            error = (type(caught), str(caught))
        cursor.execute("SELECT a FROM iterated ORDER BY a")
        rows = [tuple(row) for row in cursor.fetchall()]
        cursor.close()
    return error, rows


@pytest.mark.parametrize("sets", [_sets, Indexed, lambda: None], ids=["failing", "indexed", "none"])
@pytest.mark.parametrize(
    "plain", [pytest.param(p, id=p.name, marks=[getattr(pytest.mark, m) for m in p.pytest_marks]) for p in DRIVERS]
)
def test_the_driver_gets_what_the_iterator_gives(
    request: pytest.FixtureRequest, make_shield: Callable[..., Any], plain: Plain, sets: Callable[[], Any]
) -> None:
    """The sets before the failure, and then the failure, in its own way."""
    if sets is not _sets and plain.name.startswith(("adbc", "duckdb", "pyodbc")):
        pytest.skip("takes lists and iterators only")
    raw, home = plain.load(), request.getfixturevalue(plain.home)
    guarded = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(raw)

    assert _tried(plain, raw, home, sets) == _tried(plain, guarded, home, sets)


def test_duckdb_says_how_many_rows_it_has_written(tmp_path: Any, make_shield: Callable[..., Any]) -> None:
    """The count is no column of a table, and comes out as it is."""
    duckdb = pytest.importorskip("duckdb", reason="duckdb is an optional dependency")
    module = make_shield(policy=ALLOW_ALL, audit=RecordingLog()).guard(duckdb)
    with closing(module.connect(str(tmp_path / "x.duckdb"))) as connection:
        connection.execute("CREATE TABLE t (a INTEGER, card_number VARCHAR)")

        assert [(2,)] == connection.execute("INSERT INTO t VALUES (1, 'x'), (2, 'y')").fetchall()
        assert (2,) == connection.execute("UPDATE t SET a = 3").fetchone()
        assert [2] == connection.execute("DELETE FROM t").df()["Count"].tolist()
