"""The public face of masking."""

from __future__ import annotations

import pytest

from pcishield.core.result import ResultColumn
from pcishield.exceptions import ConfigurationError
from pcishield.masking import Masker, MaskStats
from pcishield.testing import assert_no_pan, make_pan

PAN = make_pan()


def last4(pan: str) -> str:
    return "*" * (len(pan) - 4) + pan[-4:]


def test_a_card_number_in_text_shows_its_last_four_digits():
    """Shape and the text around stay."""

    assert f"paid by {last4(PAN)}, thanks" == Masker().mask(f"paid by {PAN}, thanks")


@pytest.mark.parametrize(
    "brand, length", [("visa", 13), ("amex", 15), ("mastercard", 16), ("unionpay", 19), ("maestro", 12)]
)
def test_every_length_is_masked(brand: str, length: int):
    """The mask is as long as the number."""

    pan = make_pan(brand, length)

    assert last4(pan) == Masker().mask(pan)


def test_a_number_becomes_text_null_or_an_error():
    """``numeric_pan`` decides."""

    assert last4(PAN) == Masker().mask(int(PAN))
    assert Masker(numeric_pan="null").mask(int(PAN)) is None


def test_clean_values_are_the_same_objects():
    """Nothing is copied that need not be."""

    rows = [(1, "a" * 30, {"k": [1, 2.5, "x" * 40]}), (2, None, b"\xff" * 20)]
    before = [*rows]

    assert Masker().mask_rows(rows) is rows
    assert all(new is old for new, old in zip(rows, before, strict=True))


def test_a_column_called_cvv_is_redacted_whole():
    """Sensitive authentication data shows nothing."""

    rows = Masker().mask_rows([(1, "123"), (2, None)], ["id", "cvv"])

    assert [(1, "[REDACTED:sad.cvc]"), (2, None)] == rows


def test_statistics_count_declared_and_undeclared():
    """A hit in a column nobody declared is a finding."""

    stats = MaskStats()
    plan = Masker().plan(None, [ResultColumn("card_number", "text"), ResultColumn("note", "text")])
    plan.mask([(PAN, f"see {PAN}")], stats)

    assert ("format:pan", "scan") == plan.columns
    assert {("card_number", "pan"): 1, ("note", "pan"): 1} == stats.masked
    assert {("note", "pan"): 1} == stats.findings
    assert 2 == stats.cells


def test_every_problem_of_the_settings_is_named_at_once():
    """One error, all problems."""

    with pytest.raises(ConfigurationError) as caught:
        Masker(formats={"pan": "first9", "sad.cvc": "last4"}, numeric_pan="maybe", decoders=("rot13",))

    assert 4 == len(caught.value.problems)


def test_masks_are_recognised_for_write_back():
    """A mask, a redaction, nested or in bytes."""

    masker = Masker()

    assert masker.is_masked_form(masker.mask(PAN))
    assert masker.is_masked_form(["x", {"k": "a [REDACTED:sad.cvc] b"}])
    assert not masker.is_masked_form("**** is four stars, 1234 is a number")


def test_assert_no_pan_sees_nested_values():
    """The helper fails without showing the value."""

    assert_no_pan({"a": ["x", 1]})
    with pytest.raises(AssertionError) as caught:
        assert_no_pan({"a": [f"x {PAN}"]})

    assert PAN not in str(caught.value)


@pytest.mark.parametrize("kernel", ["python", "auto"])
def test_a_column_called_ean_or_imei_keeps_such_numbers(kernel: str):
    """The name says what they are; a number that is no such number is masked there as anywhere."""

    # Each passes Luhn and would do for a card.
    ean, imei = "400638" + "1000093", "353" + "0000000000003"
    masker = Masker(kernel=kernel)
    rows = masker.mask_rows([(ean, int(imei)), (PAN, ean), (f"x {PAN}", None)], ["product_ean", "imei"])

    assert [(ean, int(imei)), (last4(PAN), last4(ean)), (f"x {last4(PAN)}", None)] == rows
    assert last4(ean) == masker.mask(ean)
