"""What holds for every text and every value."""

from __future__ import annotations

import random

from hypothesis import example, given
from hypothesis import strategies as st

from pcishield.masking import Masker
from pcishield.masking.formats import TRUNCATIONS
from pcishield.masking.scanner import ascii_digits
from pcishield.testing import make_pan
from tests.corpora import FORMS
from tests.property.masking.strategies import cells, pans, seeds, texts

MASKERS = {name: Masker(formats={"pan": name}) for name in TRUNCATIONS}
MASKER = MASKERS["last4"]


@given(texts, st.sampled_from(TRUNCATIONS))
def test_a_mask_is_clean_and_final(text: str, name: str):
    """Nothing is found in what masking returns, and masking it again changes nothing."""

    masked = MASKERS[name].mask(text)

    assert [] == MASKERS[name].scan(masked)
    assert masked == MASKERS[name].mask(masked)


@given(texts)
def test_masking_in_place_is_clean_and_final(text: str):
    """The same holds for text that is no cell."""

    masked = MASKER.mask_text(text)

    assert [] == MASKER.scan(masked)
    assert masked == MASKER.mask_text(masked)


@given(pans, st.sampled_from(sorted(FORMS)), seeds, texts, texts)
def test_no_written_number_survives(pan: str, form: str, seed: int, before: str, after: str):
    """Whatever stands on the lines around it, the digits of a number do not come out."""

    text = f"{before}\n{FORMS[form](pan, random.Random(seed))}\n{after}"

    assert pan not in ascii_digits(MASKER.mask_text(text).split("\n")[before.count("\n") + 1])


@given(cells)
def test_a_masked_value_is_clean_and_final(value: object):
    """Values of any type and depth: scanned again they are clean, masked again they stay what they are."""

    masked = MASKER.mask(value)

    assert not MASKER.contains_pan(masked)
    assert MASKER.mask(masked) is masked


@given(texts)
def test_findings_are_in_order_and_apart(text: str):
    """Spans are inside the text, ordered, and do not overlap."""

    position = 0
    for finding in MASKER.scan(text):
        assert position <= finding.start < finding.end <= len(text)
        position = finding.end


@given(pans, st.sampled_from(TRUNCATIONS))
def test_formats_nest(pan: str, name: str):
    """What a format shows, every more permitted format shows as well: several roles learn no more than one."""

    wider = [MASKERS[other].mask(pan) for other in TRUNCATIONS[TRUNCATIONS.index(name) :]]
    if name == "redact":
        return

    shown = [{index for index, char in enumerate(mask) if char != "*"} for mask in wider]
    assert all(shown[0] <= more for more in shown)
    assert len(shown[-1]) <= 12 and (len(pan) - len(shown[-1]) >= 4)


@given(st.from_regex(r"[0-9]{12,19}|[0-9]{0,6}\*{4,10}[0-9]{0,4}", fullmatch=True), st.sampled_from(TRUNCATIONS))
@example("411111******1111", "last4")
def test_a_declared_column_shows_no_more_than_its_format(text: str, name: str):
    """Luhn or not, masked elsewhere or not: at most ten digits (twelve with eight in front) are left; final."""

    masked = MASKERS[name].mask(text, "pan")

    assert sum(map(str.isdigit, masked)) <= {"redact": 0, "last4": 4, "first6_last4": 10, "first8_last4": 12}[name]
    assert masked == MASKERS[name].mask(masked, "pan")


@given(pans)
def test_equal_numbers_have_equal_tokens(pan: str):
    """Written with blanks or without, as text or as a number, a token is the same; and it is no card number."""

    from pcishield.masking import TokenKeys

    masker = Masker(formats={"pan": "token"}, token_keys=TokenKeys({"a": b"k" * 32}, "a"))
    token = masker.mask(pan)

    assert token == masker.mask(int(pan)) == masker.mask(pan, "pan")
    # Where the number without its last group is a number as well, it is not known which one it is.
    assert masker.mask(" ".join(pan[i : i + 4] for i in range(0, len(pan), 4))) in (token, "[REDACTED:pan]")
    assert token != masker.mask(make_pan("visa", 13)) or pan == make_pan("visa", 13)
    assert token == masker.mask(token) and masker.is_masked_form(token)
