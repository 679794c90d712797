"""The compiled kernel and the reference decide alike. Without the kernel, the reference is held against itself."""

from __future__ import annotations

import array
import ctypes
import gc
import random
import sys
import weakref
from collections.abc import Callable

import pytest
from hypothesis import given

from pcishield.exceptions import ConfigurationError, MaskingError
from pcishield.masking import Masker
from pcishield.masking._select import native_problem
from pcishield.masking.iin import luhn_valid
from pcishield.testing import make_pan
from tests.corpora import NEGATIVES, negatives, positives
from tests.masking_cases import cases
from tests.property.masking.strategies import cells, texts

NATIVE = native_problem() is None
FAST = Masker(kernel="auto")
SLOW = Masker(kernel="python")
needs_kernel = pytest.mark.skipif(not NATIVE, reason="the compiled kernel is optional and was not built here")


def fresh(text: str) -> str:
    """Return a text like ``text`` that nobody else holds, as drivers make them."""
    return (text + "-")[:-1]


# The UTF-8 that CPython keeps with a text; extension modules read it there.
in_utf8 = ctypes.PYFUNCTYPE(ctypes.c_char_p, ctypes.py_object)(("PyUnicode_AsUTF8", ctypes.pythonapi))


@given(cells)
def test_values_come_out_alike(value: object):
    """The same value of the same type, whichever masks it."""

    assert repr(SLOW.mask(value)) == repr(FAST.mask(value))


@given(texts, texts)
def test_rows_come_out_alike(one: str, two: str):
    """The same for whole rows, in declared columns and in others."""

    columns = ["note", "card_number", "cvv"]

    expected = SLOW.mask_rows([(one, two, "1")], columns)

    assert expected == FAST.mask_rows([(one, two, "1")], columns)
    assert expected == FAST.mask_rows([(fresh(one), fresh(two), "1")], columns)


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


SPOKEN = ["{}", "paid with {}", "{} to be refunded", "café {}", "{} \u2713"]


@pytest.mark.parametrize("column", ["note", "card_number"])
@pytest.mark.parametrize("text", SPOKEN)
def test_a_text_that_somebody_holds_stays_as_it_is(text: str, column: str):
    """Whoever kept a cell, by itself or as a key, keeps what it was; the row has a mask."""

    pan = make_pan("visa", 16)
    kept = text.format(pan)
    keys = {fresh(kept): 1}
    rows = [(kept,), (next(iter(keys)),), (sys.intern(fresh(kept)),), (fresh(kept),)]
    masks = FAST.mask_rows(rows, [column])

    assert kept == text.format(pan)
    assert keys[kept] == 1
    assert sys.intern(fresh(kept)) == kept
    assert {*masks} == {(SLOW.mask_rows([(kept,)], [column])[0][0],)}
    assert pan not in str(masks)


@pytest.mark.parametrize("text", SPOKEN)
def test_a_mask_is_a_text_like_any_other(text: str):
    """Also where it was written over the number: hash, UTF-8 and length are its own."""

    pan = make_pan("visa", 16)
    cell = fresh(text.format(pan))
    hash(cell), in_utf8(cell)
    rows = [(cell,)]
    del cell
    ((mask,),) = FAST.mask_rows(rows, ["note"])
    like = "".join([*mask])

    assert hash(mask) == hash(like)
    assert {like: 1}[mask] == 1
    assert in_utf8(mask) == like.encode()
    assert pan.encode() not in in_utf8(mask)


def test_a_row_that_somebody_holds_stays_as_it_is():
    """Its cells are in no other hands than its own, and still are not the kernel's to change."""

    pan = make_pan("visa", 16)
    row = (fresh(pan), 1)
    rows = [row]
    masks = FAST.mask_rows(rows, ["note", "n"])

    assert row == (pan, 1)
    assert pan not in str(masks)


@needs_kernel
def test_the_collector_need_not_follow_rows_of_plain_values():
    """Masked or clean, on its list or taken out of somebody else's: it finds nothing in them that it could collect."""

    pan = make_pan("visa", 16)
    held = (fresh(pan), 1)
    rows = [(fresh("nothing"), n, None, 2.5, b"x") for n in range(3)] + [(fresh(pan), n, True, 1, 1) for n in range(3)]

    assert all(gc.is_tracked(row) for row in [*rows, held])
    assert not any(gc.is_tracked(row) for row in FAST.mask_rows(rows, [*"abcde"]))
    assert not any(gc.is_tracked(row) for row in FAST.mask_rows([held], ["note", "n"]))


@pytest.mark.parametrize("inside", [list, dict, lambda: (1, []), type("Plain", (), {})])
def test_the_collector_still_finds_cycles_in_rows(inside: Callable[[], object]):
    """What holds a container stays on its list."""

    class Sign:
        pass

    sign = Sign()
    gone = weakref.ref(sign)
    keeps: list[object] = [sign]
    row = (fresh(make_pan("visa", 16)), inside(), keeps)
    rows = FAST.mask_rows([row], ["note", "inside", "keeps"])
    keeps.append(rows[0])
    keeps.append(row)
    assert gc.is_tracked(rows[0])
    del sign, keeps, row, rows
    gc.collect()

    assert gone() is None


NOTES = [
    "paid with {} on 2026-01-31",
    "paid with {} 2026-01-31 10:15",
    "order 4711, {}, 19.99 EUR",
    "2026-01-31 {} ok",
    "{} 12/27",
    "tel. 555-0134: {}, 30.01.2026",
]

AROUND = [
    *NOTES, "{} exp", "{} 12/27 123", "{}, 01/31/2026", "{}|12|27|123", "{} exp 12/27 123", "[{},5)", "({},17)",
    "{}.25", "{}.00", "{} 0005 1230 7", "card {} 0005 1230 07", "{} 4111", "{} cvv 123", "{}: 1.5E3",
    "1234 5678 9012 {}", "{}=27122011",
    "{}<b>5</b>", "{}%205", "{},\t01.27\x1c999",
]  # fmt: skip


@needs_kernel
@pytest.mark.parametrize("note", NOTES)
def test_figures_beside_a_number_cost_no_second_look(note: str):
    """Dates, amounts and order numbers around a plainly written number are settled by the kernel itself."""

    pan = make_pan()
    text = note.format(" ".join(pan[i : i + 4] for i in range(0, 16, 4)))

    assert FAST._kernel.mask(text, 0, True) == SLOW.mask(text) != text


@pytest.mark.parametrize("note", AROUND)
@pytest.mark.parametrize("lead", ["last4", "first6_last4", "first8_last4"])
def test_figures_beside_a_number_are_judged_alike(note: str, lead: str):
    """With a code, the other bound of a range or more digits, it is what the reference says, whatever is shown."""

    rng = random.Random(11)
    fast, slow = (Masker(kernel=kernel, formats={"pan": lead}) for kernel in ("auto", "python"))

    for _ in range(40):
        pan = make_pan("visa", 16, rng)
        for separator in ("", " ", "-"):
            text = note.format(separator.join(pan[i : i + 4] for i in range(0, 16, 4)))
            assert slow.mask(text) == fast.mask(text)
            assert [(slow.mask(text),)] == fast.mask_rows([(fresh(text),)], ["note"])


@needs_kernel
def test_a_mask_that_would_be_a_number_with_what_follows_is_judged_alike():
    """The last four digits and the twelve behind them may be a card number themselves: then nothing is shown."""

    rng = random.Random(12)
    hidden = 0
    while hidden < 10:
        pan = make_pan("visa", 16, rng)
        if pan[12] != "4":
            continue
        body = pan[12:] + "9" + "".join(rng.choices("0123456789", k=10))  # No month.
        other = next(body + digit for digit in "0123456789" if luhn_valid(body + digit))
        text = f"{pan} {other[4:8]} {other[8:12]} {other[12:]}"
        masked = FAST.mask(text)
        hidden += 1

        assert SLOW.mask(text) == masked
        assert FAST.mask_rows([(fresh(text),)], ["note"]) == [(masked,)]
        assert masked.startswith("*" * 16)
