"""Options of COPY TO STDOUT are read from the text as PostgreSQL reads them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg._encodings import pg2pyenc

from pcishield.core.result import ResultColumn
from pcishield.drivers.generic.copy_options import CopyOptions, copy_out_options
from pcishield.drivers.generic.copy_out import TextCopyOut
from pcishield.drivers.generic.postgres import Unreadable


def codec(name: str) -> str:
    """Psycopg's, as the drivers give one."""
    return pg2pyenc(name.encode())


CSV = {"format": "csv", "delimiter": ",", "null": ""}

READ: dict[str, CopyOptions] = {
    "COPY t TO STDOUT": CopyOptions("SELECT * FROM t"),
    "copy only_t to stdout;": CopyOptions("SELECT * FROM only_t"),
    'COPY s."T x" (a, "B") TO STDOUT': CopyOptions('SELECT a, "B" FROM s."T x" '),
    "COPY (SELECT ')' FROM t) TO STDOUT": CopyOptions("SELECT ')' FROM t"),
    "COPY (SELECT 1) TO STDOUT CSV": CopyOptions("SELECT 1", **CSV),
    "COPY t TO STDOUT WITH CSV HEADER": CopyOptions("SELECT * FROM t", header=True, **CSV),
    "COPY t TO STDOUT (FORMAT 'csv', HEADER off)": CopyOptions("SELECT * FROM t", **CSV),
    "COPY t TO STDOUT (format text, delimiter E'\\t', null 'x')": CopyOptions("SELECT * FROM t", null="x"),
    "COPY t TO STDOUT DELIMITER AS '|' NULL AS ''": CopyOptions("SELECT * FROM t", delimiter="|", null=""),
    "COPY t TO STDOUT (FORMAT csv, FORCE_QUOTE (a, b), QUOTE $$'$$)": CopyOptions(
        "SELECT * FROM t", quote="'", escape="'", **CSV
    ),
    "COPY t TO STDOUT CSV FORCE QUOTE a, delimiter DELIMITER '|' HEADER": CopyOptions(
        "SELECT * FROM t", header=True, **CSV | {"delimiter": "|"}
    ),
    "COPY t TO STDOUT WITH CSV FORCE QUOTE * QUOTE AS '|'": CopyOptions(
        "SELECT * FROM t", quote="|", escape="|", **CSV
    ),
    "COPY t TO STDOUT (FORMAT csv, HEADER 1, FORCE_QUOTE *, DELIMITER ';')": CopyOptions(
        "SELECT * FROM t", header=True, **CSV | {"delimiter": ";"}
    ),
    "COPY BINARY t TO STDOUT": CopyOptions("SELECT * FROM t", format="binary"),
    "COPY t TO STDOUT WITH BINARY": CopyOptions("SELECT * FROM t", format="binary"),
    "COPY t TO STDOUT (ENCODING 'LATIN1')": CopyOptions("SELECT * FROM t", encoding="iso8859-1"),
    "COPY (SELECT 'to stdout csv' /* TO STDOUT BINARY */) TO STDOUT -- csv": CopyOptions(
        "SELECT 'to stdout csv' /* TO STDOUT BINARY */"
    ),
}


@pytest.mark.parametrize(("text", "expected"), READ.items(), ids=READ)
def test_options_are_read(text: str, expected: CopyOptions) -> None:
    """Old and new forms, quotes, comments, dollar quotes."""
    assert expected == copy_out_options(text, codec)


@pytest.mark.parametrize("text", ["COPY t FROM STDIN", "COPY t TO '/tmp/x'", "SELECT 1", "", "COPY to FROM STDIN"])
def test_other_statements_are_no_copy_out(text: str) -> None:
    """Nothing that sends no rows is taken for one that does."""
    assert copy_out_options(text, codec) is None


@pytest.mark.parametrize(
    "text",
    [
        "COPY t TO STDOUT (FORMAT parquet)",
        "COPY t TO STDOUT (FORMAT csv",
        "COPY t TO STDOUT WITH NONSENSE",
        "COPY t TO STDOUT DELIMITER",
        "COPY t TO STDOUT (ENCODING 'nonsense')",
        "COPY TO STDOUT",
        "COPY t TO STDOUT CSV FORCE",
        "COPY t TO STDOUT CSV FORCE NOT NULL a",
        "COPY t TO STDOUT (HEADER -0)",
        "COPY t TO STDOUT (HEADER 00)",
        'COPY t TO STDOUT (HEADER "false")',
        "COPY t TO STDOUT (HEADER E'\\x66alse')",
        "COPY t TO STDOUT (FORMAT csv, DELIMITER ','\n'|')",
        "COPY t TO STDOUT (FORMAT csv, DELIMITER U&'\\007c')",
        "COPY t TO STDOUT (FORMAT csv, DELIMITER E'\\u007c')",
        "COPY t TO STDOUT (FORMAT csv, DELIMITER '\\|')",
        "COPY t TO STDOUT (FORMAT csv, QUOTE '')",
    ],
)
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    """An unknown option means that records cannot be told apart: refused."""
    with pytest.raises(Unreadable):
        copy_out_options(text, codec)


class _Guard:
    ended = False

    def row(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple("MASK" if isinstance(cell, str) and "secret" in cell else cell for cell in row)


def _masker(width: int, options: CopyOptions) -> TextCopyOut:
    operation: Any = SimpleNamespace(
        result=lambda columns: _Guard(),
        finish=lambda: None,
        session=SimpleNamespace(mask_text=lambda text: text, bind=lambda error: error),
    )
    columns = [ResultColumn(f"c{n}", "text") for n in range(width)]
    return TextCopyOut(operation, columns, options, "utf-8")


def _dump(cell: str | None) -> str:
    if cell is None:
        return "\\N"
    return cell.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _dump_csv(cell: str | None) -> str:
    if cell is None:
        return ""
    quoted = '"' + cell.replace('"', '""') + '"'
    return quoted if not cell or any(char in cell for char in ',"\n\r') else cell


CELLS = st.one_of(st.none(), st.text("ab\\\t\n\r\",;'xNß", max_size=8), st.just("a secret\tthing"))


@pytest.mark.parametrize(("raw", "expected"), [("a\\|secret|b\n", "MASK|b\n"), ("a\\\\|b\n", "a\\\\|b\n")])
def test_a_delimiter_in_a_value_has_a_backslash_before_it(raw: str, expected: str) -> None:
    """In text format; a backslash of the value's own is doubled."""
    masker = _masker(2, CopyOptions(delimiter="|"))

    assert expected == (masker.feed(raw.encode()) + masker.finish()).decode()


TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1))


@given(TABLES, st.booleans(), st.data())
def test_records_survive_any_cut(table: list[list[str | None]], csv: bool, data: st.DataObject) -> None:
    """However the stream is cut into blocks, the records come out the same, with only the secret cells changed."""
    dump, delimiter = (_dump_csv, ",") if csv else (_dump, "\t")
    options = CopyOptions(**CSV) if csv else CopyOptions()
    raw = "".join(delimiter.join(map(dump, row)) + "\n" for row in table).encode()
    expected = "".join(
        delimiter.join("MASK" if cell and "secret" in cell else dump(cell) for cell in row) + "\n" for row in table
    ).encode()
    masker = _masker(len(table[0]), options)
    out = b""
    while raw:
        cut = data.draw(st.integers(1, len(raw)))
        out += masker.feed(raw[:cut])
        raw = raw[cut:]

    assert expected == out + masker.finish()
