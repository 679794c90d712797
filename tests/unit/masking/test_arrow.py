"""Arrow tables: what holds a card number is rebuilt, everything else is handed on as it is."""

from __future__ import annotations

import decimal
from typing import Any

import pytest

from pcishield.exceptions import MaskingError
from pcishield.masking import Masker
from pcishield.testing import make_pan

arrow = pytest.importorskip("pyarrow", reason="pyarrow is optional")

PAN = make_pan()
LAST4 = "*" * 12 + PAN[-4:]


@pytest.fixture(params=["auto", "python"])
def masker(request: pytest.FixtureRequest) -> Masker:
    """Both ways to the same answer."""
    return Masker(kernel=request.param)


def masked(masker: Masker, values: list[Any], kind: Any) -> Any:
    return masker.mask_arrow(arrow.table({"n": arrow.array(values, kind)})).column("n")


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
def test_text_keeps_its_type(masker: Masker, kind: str):
    """Every layout of text, with nulls around."""

    column = masked(masker, ["a", None, f"n {PAN}"], getattr(arrow, kind)())

    assert ["a", None, f"n {LAST4}"] == column.to_pylist()
    assert getattr(arrow, kind)() == column.type


@pytest.mark.parametrize("kind", ["binary", "large_binary"])
def test_bytes_keep_their_type(masker: Masker, kind: str):
    """Both layouts of binary data."""

    column = masked(masker, [b"a", None, PAN.encode()], getattr(arrow, kind)())

    assert [b"a", None, LAST4.encode()] == column.to_pylist()


@pytest.mark.parametrize("kind", [arrow.int64(), arrow.uint64(), arrow.decimal128(20, 0)], ids=str)
def test_numbers_become_text(masker: Masker, kind: Any):
    """As a single value would; nulls stay."""

    numbers = [1, None, int(PAN)]
    values = [n if n is None or not arrow.types.is_decimal(kind) else decimal.Decimal(n) for n in numbers]

    assert ["1", None, LAST4] == masked(masker, values, kind).to_pylist()


def test_nested_and_dictionary_columns_are_followed(masker: Masker):
    """Lists, structs and dictionaries."""

    lists = masked(masker, [[PAN, "a"], None], arrow.list_(arrow.string()))
    structs = masked(masker, [{"a": PAN}], arrow.struct([("a", arrow.string())]))
    coded = masker.mask_arrow(arrow.table({"n": arrow.array([PAN, "a", PAN]).dictionary_encode()})).column("n")

    assert [[LAST4, "a"], None] == lists.to_pylist()
    assert [{"a": LAST4}] == structs.to_pylist()
    assert [LAST4, "a", LAST4] == coded.to_pylist()


def test_a_number_inside_of_a_nested_column_is_refused(masker: Masker):
    """It cannot become text there: no table is handed out."""

    with pytest.raises(MaskingError):
        masked(masker, [[int(PAN)]], arrow.list_(arrow.int64()))


def test_a_clean_table_is_the_same_object(masker: Masker):
    """Buffers included; and clean columns beside an affected one keep theirs."""

    clean = arrow.table({"a": ["x", "y"], "b": [1, 2]})
    mixed = arrow.table({"a": ["x", "y"], "n": [PAN, "y"]})

    assert clean is masker.mask_arrow(clean)
    before = [buffer and buffer.address for buffer in mixed.column("a").chunk(0).buffers()]
    after = [buffer and buffer.address for buffer in masker.mask_arrow(mixed).column("a").chunk(0).buffers()]
    assert before == after


def test_slices_are_read_at_their_offset(masker: Masker):
    """What a slice leaves out is not looked at, what it holds is."""

    table = arrow.table({"n": [PAN, "a", f"x {PAN}"], "i": [int(PAN), 5, 7]})

    assert ["a", f"x {LAST4}"] == masker.mask_arrow(table.slice(1)).column("n").to_pylist()
    assert [5, 7] == masker.mask_arrow(table.slice(1)).column("i").to_pylist()


def test_words_that_no_row_has_are_looked_at(masker: Masker):
    """A dictionary, or an enum, holds more than the rows that were selected, nested or not."""

    words = arrow.array([PAN, "a"]).dictionary_encode()
    nested = arrow.ListArray.from_arrays(arrow.array([0, 1], arrow.int32()), words.slice(1))
    coded = masker.mask_arrow(arrow.table({"n": words.slice(1)})).column("n")
    clean = arrow.table({"n": arrow.array(["b", "a"]).dictionary_encode().slice(1)})

    assert ["a"] == coded.to_pylist()
    assert ["a"] == coded.chunk(0).dictionary.to_pylist()
    assert clean is masker.mask_arrow(clean)
    lists = masker.mask_arrow(arrow.table({"n": nested})).column("n")
    assert [["a"]] == lists.to_pylist()
    assert ["a"] == lists.chunk(0).values.dictionary.to_pylist()


def test_a_card_number_in_the_name_of_a_field_is_refused(masker: Masker):
    """A type cannot be masked, and a struct of another type would lose its values."""

    with pytest.raises(MaskingError, match="name of a field"):
        masked(masker, [{PAN: 1}], arrow.struct([(PAN, arrow.int64())]))
    with pytest.raises(MaskingError, match="name of a field"):
        masked(masker, [None], arrow.list_(arrow.struct([(PAN, arrow.int64())])))
