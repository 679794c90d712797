"""The compiled kernel and the reference decide alike. Without the kernel, the reference is held against itself."""

from __future__ import annotations

import array
import random

import pytest
from hypothesis import given

from pcishield.exceptions import ConfigurationError, MaskingError
from pcishield.masking import Masker
from pcishield.masking._select import native_problem
from pcishield.testing import make_pan
from tests.corpora import NEGATIVES, negatives, positives
from tests.masking_cases import cases
from tests.property.masking.strategies import cells, texts

NATIVE = native_problem() is None
FAST = Masker(kernel="auto")
SLOW = Masker(kernel="python")
needs_kernel = pytest.mark.skipif(not NATIVE, reason="the compiled kernel is optional and was not built here")


@given(cells)
def test_values_come_out_alike(value: object):
    """The same value of the same type, whichever masks it."""

    assert repr(SLOW.mask(value)) == repr(FAST.mask(value))


@given(texts, texts)
def test_rows_come_out_alike(one: str, two: str):
    """The same for whole rows, in declared columns and in others."""

    columns = ["note", "card_number", "cvv"]

    assert SLOW.mask_rows([(one, two, "1")], columns) == FAST.mask_rows([(one, two, "1")], columns)


@given(texts)
def test_findings_are_alike(text: str):
    """Place, class, brands and length."""

    assert SLOW.scan(text) == FAST.scan(text)


def test_written_numbers_are_found_alike():
    """Every form of every brand; and every one is found."""

    for form, pan, text in positives(per=1):
        assert SLOW.scan(text) == FAST.scan(text), form
        assert FAST.scan(text), (form, len(pan))


@pytest.mark.parametrize("name", sorted(NEGATIVES))
def test_ordinary_text_is_judged_alike(name: str):
    """What chance lets through, it lets through in both."""

    for text in negatives(name, 300):
        assert SLOW.scan(text) == FAST.scan(text)


@pytest.mark.parametrize("case", cases("embedded") + cases("boundaries"), ids=lambda case: case.name)
def test_golden_cases_in_rows(case):
    """The golden cases again, by the way that rows take."""

    assert [(7, case.masked)] == FAST.mask_rows([(7, case.text)])


@needs_kernel
def test_offsets_outside_the_data_are_refused():
    """No offset makes the kernel read outside the buffer it was given."""

    kernel = FAST._kernel
    data = b"x" * 40

    for offsets in ([0, 41], [-1, 5], [20, 10], [0, 2**31 - 1]):
        with pytest.raises(ValueError, match="outside"):
            kernel.cells(data, memoryview(array.array("i", offsets)), 0, 1)
    with pytest.raises(ValueError, match="fewer"):
        kernel.cells(data, memoryview(array.array("i", [0, 4])), 0, 2)


@needs_kernel
def test_cells_of_a_buffer_are_found_by_number():
    """Joined values and offsets, as Arrow has them; 32 and 64 bits."""

    pan = make_pan().encode()
    values = [b"abc", pan, b"", b"x" * 30, b"n " + pan]
    data = b"".join(values)
    ends = [0]
    for value in values:
        ends.append(ends[-1] + len(value))

    assert [1, 4] == FAST._kernel.cells(data, memoryview(array.array("i", ends)), 0, 5)
    assert [4] == FAST._kernel.cells(data, memoryview(array.array("q", ends)), 2, 3)


@needs_kernel
def test_whole_numbers_of_a_buffer_are_found_by_place():
    """Negative ones too, and the ends of 64 bits are no trouble."""

    numbers = array.array("q", [0, int(make_pan()), -int(make_pan()), -(2**63), 2**63 - 1])

    assert [1, 2] == FAST._kernel.numbers(memoryview(numbers))


@needs_kernel
def test_a_row_of_the_wrong_width_hands_out_nothing():
    """A kernel that is told of two columns refuses rows of three, and rows that are no tuples."""

    from pcishield.core.result import ResultColumn
    from pcishield.masking import MaskStats

    plan = FAST.plan(None, [ResultColumn("a"), ResultColumn("b")])

    for rows in ([(1, 2, 3)], [[1, 2]], [None]):
        with pytest.raises(MaskingError):
            plan.mask(rows, MaskStats())


def test_the_kernel_can_be_chosen(monkeypatch: pytest.MonkeyPatch):
    """By setting, and by the environment, which wins; another word is an error."""

    assert "python" == Masker(kernel="python").kernel
    monkeypatch.setenv("PCISHIELD_KERNEL", "python")
    assert "python" == Masker(kernel="auto").kernel
    monkeypatch.setenv("PCISHIELD_KERNEL", "fortran")
    with pytest.raises(ConfigurationError, match="fortran"):
        Masker()


def test_random_rows_keep_their_clean_objects():
    """Only the cells that changed are new objects."""

    rng = random.Random(5)
    rows = [(rng.random(), f"id {n}", make_pan(rng=rng) if n % 3 == 0 else "x" * 20) for n in range(300)]
    before = [*rows]
    FAST.mask_rows(rows)

    for old, new in zip(before, rows, strict=True):
        assert (old is new) == (len(old[2]) == 20)
        assert old[1] is new[1]
