"""The golden cases: what comes in, what goes out."""

from __future__ import annotations

import pytest

from pcishield.masking import Masker
from tests.masking_cases import Case, cases, published

PLAIN = Masker()
OPENED = Masker(decoders=("url", "hex", "base64"))
CATEGORIES = ("separators", "groupings", "digits", "embedded", "neighbours", "frames", "boundaries")
ALL = [case for category in CATEGORIES for case in cases(category)]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_golden(case: Case):
    """What the file says comes out, comes out."""

    assert case.masked == PLAIN.mask(case.text)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_masking_twice_is_masking_once(case: Case):
    """A mask holds nothing that is found again."""

    assert case.masked == PLAIN.mask(case.masked)
    assert [] == PLAIN.scan(PLAIN.mask_text(case.text))


@pytest.mark.parametrize("case", cases("encodings"), ids=lambda case: case.name)
def test_encodings_are_opened_on_demand(case: Case):
    """Closed by default; opened, the number in it is masked."""

    assert case.text == PLAIN.mask(case.text)
    assert case.masked == OPENED.mask(case.text)


@pytest.mark.parametrize("brand, number", published())
def test_published_test_numbers_are_found_with_their_brand(brand: str, number: str):
    """The finding names the network, the length and the place."""

    (finding,) = PLAIN.scan(f"x {number} y")

    assert (2, 2 + len(number), "pan", len(number)) == (finding.start, finding.end, finding.cls, finding.length)
    assert brand in finding.brands
