"""duckdb and ADBC: results as Arrow tables, streams, data frames and arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pcishield.exceptions import (
    ApprovalDenied,
    LimitExceeded,
    MaskedWriteBack,
    MaskingError,
    StatementDenied,
)
from pcishield.testing import make_pan
from tests.unit.drivers.plain.conftest import ALLOW_ALL, Guarded, approve, each

pa = pytest.importorskip("pyarrow", reason="pyarrow is an optional dependency")

PAN = make_pan()
MASK = f"{'*' * 12}{PAN[-4:]}"
Guard = Callable[..., Guarded]
adbc = each("adbc postgresql", "adbc sqlite")
every = each("duckdb", "adbc postgresql", "adbc sqlite")

pytestmark = pytest.mark.filterwarnings("ignore:Arrow output on a DB-API result:UserWarning")


def table_of(cursor: Any) -> Any:
    """Fetch an Arrow table, whichever driver's the cursor is."""
    for name in ("to_arrow_table", "fetch_arrow_table"):
        if hasattr(type(cursor._pcishield[0]), name):
            return getattr(cursor, name)()
    raise AssertionError("no table")


@every
def test_a_version_has_the_methods_that_its_driver_has(guard: Guard, name: str) -> None:
    """Programs ask by ``hasattr()`` which way to a table there is; DuckDB 2 has renamed some."""
    cursor = guard(name).connect().cursor()
    ways = {
        "arrow", "df", "fetch_arrow_reader", "fetch_arrow_table", "fetch_df", "fetch_polars", "fetch_record_batch",
        "fetchallarrow", "fetchdf", "fetchnumpy", "pl", "to_arrow_reader", "to_arrow_table",
    }  # fmt: skip
    raw = cursor._pcishield[0]

    assert {way for way in ways if hasattr(raw, way)} == {way for way in ways if hasattr(cursor, way)}
    cursor.close()


@every
def test_columns_without_card_data_keep_their_type(guard: Guard, name: str) -> None:
    """A masked text column stays text; a column of numbers that holds a card number becomes text; others stay."""
    guarded = guard(name)
    guarded.fill((1, PAN), (2, None))
    cursor = guarded.connect().cursor()
    cursor.execute(f"SELECT id, card_number, id + 0.5 AS ratio FROM {guarded.table} ORDER BY id")
    table = table_of(cursor)
    cursor.close()

    assert ["id", "card_number", "ratio"] == table.column_names
    assert [1, 2] == table.column("id").to_pylist()
    assert pa.types.is_integer(table.schema.field("id").type)
    assert [MASK, None] == table.column("card_number").to_pylist()
    assert ["attempt", "result"] == guarded.types("attempt", "result", "fetch")


@pytest.mark.parametrize("on_exceeded", ["error", "truncate"])
@every
def test_limits_hold_for_tables(guard: Guard, name: str, on_exceeded: str) -> None:
    """Rows of a table count as rows, whether the limit raises or truncates."""
    guarded = guard(name, policy=ALLOW_ALL | {"limits": {"rows": 2, "on_exceeded": on_exceeded}})
    guarded.fill((1, "a"), (2, "b"), (3, "c"))
    cursor = guarded.connect().cursor()
    cursor.execute(f"SELECT id FROM {guarded.table}")
    if on_exceeded == "error":
        with pytest.raises(LimitExceeded):
            table_of(cursor)
    else:
        assert 2 == table_of(cursor).num_rows
    cursor.close()


@every
def test_a_byte_limit_holds_for_tables(guard: Guard, name: str) -> None:
    """What is handed out is weighed as rows are."""
    guarded = guard(name, policy=ALLOW_ALL | {"limits": {"bytes": 30, "on_exceeded": "truncate"}})
    cursor = guarded.connect().cursor()
    cursor.execute(f"SELECT '{'a' * 20}' AS x UNION ALL SELECT '{'b' * 20}'")

    assert 1 == table_of(cursor).num_rows
    cursor.close()


def test_a_number_in_the_middle_of_a_stream_is_an_error(guard: Guard) -> None:
    """A stream has one schema: a card number among the numbers of a later batch raises, and is not handed out."""
    guarded = guard("adbc sqlite")
    guarded.fill((1, "x"))
    cursor = guarded.connect().cursor()
    cursor.execute(f"SELECT {guarded.plain.mark} + 0 AS amount FROM {guarded.table}", (int(PAN),))
    reader = cursor.fetch_record_batch()

    with pytest.raises(MaskingError, match="in the middle of a stream"):
        reader.read_all()
    cursor.close()


def test_frames_keep_clean_columns(guard: Guard) -> None:
    """pandas and numpy: types of clean columns are the driver's; missing values stay missing."""
    pandas = pytest.importorskip("pandas", reason="pandas is an optional dependency")
    guarded = guard("duckdb")
    guarded.fill((1, PAN), (2, None))
    connection = guarded.connect()
    columns = "id, card_number, DATE '2026-02-03' AS day, [id, 2] AS list, id / 2 AS half"
    sql = f"SELECT {columns} FROM {guarded.table} ORDER BY id"
    frame = connection.execute(sql).df()
    arrays = connection.execute(sql).fetchnumpy()

    assert [MASK, None] == [None if pandas.isna(v) else v for v in frame["card_number"]]
    assert ["int32", "float64"] == [str(frame[c].dtype) for c in ("id", "half")]
    assert frame["day"].dtype.kind == "M"
    assert [MASK, None] == list(arrays["card_number"])
    assert "int32" == str(arrays["id"].dtype)


def test_frames_hold_mappings_and_words_masked(guard: Guard) -> None:
    """Keys of a MAP, numbers in a STRUCT, and the words of an ENUM that no row has."""
    pytest.importorskip("pandas", reason="pandas is an optional dependency")
    guarded = guard("duckdb", policy=ALLOW_ALL)
    connection = guarded.connect()
    sql = f"SELECT map([n], [7]) AS m, {{'a': n::BIGINT}} AS s, 'a'::ENUM('{PAN}', 'a') AS e FROM (SELECT '{PAN}' AS n)"

    frame = connection.execute(sql).df()
    assert ({MASK: 7}, {"a": MASK}, "a") == tuple(frame.iloc[0])
    assert [] == [word for word in getattr(frame["e"].dtype, "categories", ()) if word == PAN]
    arrays = connection.execute(sql).fetchnumpy()
    assert PAN not in repr({name: (list(values), values) for name, values in arrays.items()})


def test_a_type_holds_no_words_of_an_enum(guard: Guard) -> None:
    """DuckDB's description has the type, and an ENUM's type its words, of a declared column too."""
    connection = guard("duckdb", policy=ALLOW_ALL).connect()
    plain = connection.execute("SELECT 'a'::ENUM('a', 'b') AS e, 1 AS n").description
    number = connection.execute(f"SELECT 'a'::ENUM('{PAN}', 'a') AS e").description
    connection.execute("CREATE TABLE codes (cvv ENUM('123', '456'))")
    code = connection.execute("SELECT cvv FROM codes").description

    assert "ENUM('a', 'b')" == str(plain[0][1])
    assert str(plain[1][1]) in ("INTEGER", "NUMBER")  # the latter of DuckDB 1.1
    assert ["VARCHAR", "VARCHAR"] == [str(column[1]) for column in (*number, *code)]


def test_what_a_limit_cuts_off_is_not_in_the_result(guard: Guard) -> None:
    """Neither in the buffers of a table nor in the array that a shorter one would be a part of."""
    pytest.importorskip("pandas", reason="pandas is an optional dependency")
    guarded = guard("duckdb", policy=ALLOW_ALL | {"limits": {"rows": 1, "on_exceeded": "truncate"}})
    connection = guarded.connect()
    sql = f"SELECT * FROM (VALUES ('a longer text', 1), ('{PAN}', {PAN})) AS t (note, number)"
    result = connection.execute(sql)
    table = (result.to_arrow_table if hasattr(result, "to_arrow_table") else result.fetch_arrow_table)()
    arrays = connection.execute(sql).fetchnumpy()
    frame = connection.execute(sql).df()

    assert [{"note": "a longer text", "number": 1}] == table.to_pylist()
    buffers = [b.to_pybytes() for column in table.columns for chunk in column.chunks for b in chunk.buffers() if b]
    assert not any(PAN.encode() in b or int(PAN).to_bytes(8, "little") in b for b in buffers)
    assert not any(PAN in str(values.base) for values in arrays.values())
    assert 1 == len(frame)
    assert PAN not in str(frame["number"].to_numpy().base)


def test_polars_frames_are_masked(guard: Guard) -> None:
    """ADBC's fetch_polars."""
    polars = pytest.importorskip("polars", reason="polars is an optional dependency")
    guarded = guard("adbc sqlite")
    guarded.fill((1, PAN))
    cursor = guarded.connect().cursor()
    if not hasattr(type(cursor._pcishield[0]), "fetch_polars"):
        cursor.close()
        pytest.skip("this version of ADBC has no fetch_polars")
    raw = cursor._pcishield[0]
    raw.execute("SELECT 1 AS a, 2 AS b")
    if not isinstance(raw.fetch_polars(), polars.DataFrame):
        cursor.close()
        pytest.skip("this version of ADBC makes no frame with this one of polars")
    cursor.execute(f"SELECT * FROM {guarded.table}")
    frame = cursor.fetch_polars()
    cursor.close()

    assert isinstance(frame, polars.DataFrame)
    assert [(1, MASK)] == frame.rows()


@adbc
def test_ingesting_is_judged_as_what_it_does(guard: Guard, name: str) -> None:
    """Appending is an INSERT, replacing drops a table, and masks are not written back."""
    guarded = guard(name)
    guarded.fill()
    cursor = guarded.connect().cursor()
    rows = pa.table({"id": pa.array([1], pa.int32()), "card_number": [PAN]})

    cursor.adbc_ingest(guarded.table, rows, mode="append")
    with pytest.raises(ApprovalDenied):
        cursor.adbc_ingest(guarded.table, rows, mode="replace")
    with pytest.raises(MaskedWriteBack):
        cursor.adbc_ingest(guarded.table, pa.table({"id": [2], "card_number": [MASK]}), mode="append")
    cursor.execute(f"SELECT card_number FROM {guarded.table}")
    assert [(MASK,)] == cursor.fetchall()
    cursor.close()
    assert [True] == [r["parameters"].get("pan") for r in guarded.log.records if r.get("method") == "adbc_ingest"
                      and r["type"] == "attempt"]  # fmt: skip


@adbc
@pytest.mark.parametrize("form", ["batch", "batches", "generator", "reader", "dataset", "scanner"])
def test_ingestion_takes_what_the_driver_takes(guard: Guard, name: str, form: str) -> None:
    """Batches in a list, datasets and their scanners too, and all of it is looked at."""
    from pyarrow import dataset

    guarded = guard(name, policy=ALLOW_ALL)
    guarded.fill((1, PAN))
    table = pa.table({"id": pa.array([2, 3], pa.int32()), "card_number": [PAN, PAN]})
    data = {
        "batch": lambda: table.to_batches()[0], "batches": lambda: table.to_batches(max_chunksize=1),
        "generator": lambda: iter(table.to_batches(max_chunksize=1)), "reader": table.to_reader,
        "dataset": lambda: dataset.dataset(table), "scanner": lambda: dataset.dataset(table).scanner(),
    }[form]()  # fmt: skip
    cursor = guarded.connect().cursor()
    cursor.adbc_ingest(guarded.table, data, mode="append")
    cursor.execute(f"SELECT card_number FROM {guarded.table} ORDER BY id")

    assert [(MASK,)] * 3 == cursor.fetchall()
    cursor.close()
    assert [True] == [r["parameters"].get("pan") for r in guarded.log.records if r.get("method") == "adbc_ingest"
                      and r["type"] == "attempt"]  # fmt: skip


@adbc
def test_what_is_told_about_tables_is_masked(guard: Guard, name: str) -> None:
    """A name in a schema and among the objects of the database may be a card number."""
    guarded = guard(name, policy=ALLOW_ALL)
    guarded.fill((1, PAN))
    connection = guarded.connect()
    cursor = connection.cursor()
    cursor.execute(f'ALTER TABLE {guarded.table} ADD COLUMN "x{PAN}" INTEGER')
    schemas = [
        connection.adbc_get_table_schema(guarded.table),
        connection.adbc_get_objects(depth="all", table_name_filter=guarded.table).read_all().to_pylist(),
    ]
    if "postgres" in name:  # the other one cannot tell without running the statement
        schemas.append(cursor.adbc_execute_schema(f"SELECT * FROM {guarded.table}"))
    cursor.close()

    assert [(False, True)] * len(schemas) == [(PAN in str(s), f"x{MASK}" in str(s)) for s in schemas]


@adbc
def test_substrait_plans_are_refused(guard: Guard, name: str) -> None:
    """Bytes are a plan, which nobody here can read."""
    cursor = guard(name).connect().cursor()

    with pytest.raises(StatementDenied, match="Substrait"):
        cursor.execute(b"SELECT 1")
    cursor.close()


def test_duckdb_sees_registered_frames_only(guard: Guard) -> None:
    """Not the variables of whoever calls, which would be the guard's own."""
    guarded = guard("duckdb")
    connection = guarded.connect()
    given = pa.table({"card_number": [PAN]})
    args = given

    with pytest.raises(guarded.raw.Error, match="does not exist"):
        connection.execute("SELECT * FROM args")
    connection.register("given", args)
    assert [(MASK,)] == connection.execute("SELECT * FROM given").fetchall()


def test_duckdb_appends_are_judged(guard: Guard) -> None:
    """append() is an INSERT of its frame."""
    pandas = pytest.importorskip("pandas", reason="pandas is an optional dependency")
    guarded = guard("duckdb")
    guarded.fill()
    connection = guarded.connect()
    connection.append(guarded.table, pandas.DataFrame({"id": [1], "card_number": [PAN]}, dtype=object))

    with pytest.raises(MaskedWriteBack):
        connection.append(guarded.table, pandas.DataFrame({"id": [2], "card_number": [MASK]}))
    assert [(1, MASK)] == connection.execute(f"SELECT * FROM {guarded.table}").fetchall()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM 'cards.csv'",
        "SELECT * FROM read_csv('cards.csv')",
        "COPY t TO 'cards.csv'",
        "EXPORT DATABASE 'out'",
        "INSTALL httpfs",
        "ATTACH 'other.db'",
        "SUMMARIZE t",
        "SELECT * FROM query('SELECT 1')",
    ],
)
def test_duckdb_files_and_extensions_are_refused(guard: Guard, sql: str) -> None:
    """The pci pack lets no statement read or write the machine's files, or load code."""
    with pytest.raises((ApprovalDenied, StatementDenied)):
        guard("duckdb").connect().execute(sql)


def test_duckdb_structure_needs_approval_and_then_runs(guard: Guard) -> None:
    """CREATE and DROP are understood, so somebody can approve them."""
    guarded = guard("duckdb", approver=approve)
    connection = guarded.connect()
    connection.execute("CREATE TABLE t (id INTEGER, card_number VARCHAR)")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE t")

    assert 2 == len(guarded.types("attempt"))


def test_pyodbc_rows_stay_rows(guard: Guard) -> None:
    """A masked row is a pyodbc.Row still: by name, by number, with its description."""
    guarded = guard("pyodbc, SQLite")
    guarded.fill((1, PAN))
    row = guarded.connect().execute(f"SELECT id, card_number FROM {guarded.table} WHERE id = ?", 1).fetchone()

    assert isinstance(row, guarded.raw.Row)
    assert (1, MASK, MASK) == (row.id, row.card_number, row[1])
    assert "card_number" == row.cursor_description[1][0]


def test_pyodbc_rows_have_masked_names(guard: Guard) -> None:
    """In their description, and as attributes."""
    guarded = guard("pyodbc, SQLite", policy=ALLOW_ALL)
    row = guarded.connect().execute(f'SELECT 7 AS "x{PAN}", 8 AS n').fetchone()

    assert [f"x{MASK}", "n"] == [column[0] for column in row.cursor_description]
    assert (7, 8) == (getattr(row, f"x{MASK}"), row.n)
    assert not hasattr(row, f"x{PAN}")
