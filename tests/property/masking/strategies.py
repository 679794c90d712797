"""Text that is full of things that look like card data."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from pcishield.masking.scanner import SEPARATORS
from pcishield.testing import make_pan
from tests.corpora import BRANDS, FORMS, NEGATIVES

__all__ = ["cells", "pans", "texts"]

seeds = st.integers(0, 2**32 - 1)


def _pan(choice: tuple[tuple[str, int], int]) -> str:
    (brand, length), seed = choice
    return make_pan(brand, length, random.Random(seed))


pans = st.tuples(st.sampled_from(BRANDS), seeds).map(_pan)
_written = st.tuples(pans, st.sampled_from(list(FORMS.values())), seeds).map(lambda t: t[1](t[0], random.Random(t[2])))
_ordinary = st.tuples(st.sampled_from(list(NEGATIVES.values())), seeds).map(lambda t: t[0](random.Random(t[1])))
_digits = st.text("0123456789", min_size=1, max_size=24)
_gaps = st.text(SEPARATORS, min_size=1, max_size=5)
_signs = st.sampled_from(
    ["*", "****", "^", "=", "D", "F", ";", "?", "%", "%20", "%34", "+", "\\u00a0", "\\uff14", "\\t", "&nbsp;",
     "&#160;", "\n", ",", ":", "e", "E5", "a", "x", "0x", "5A08", "5711", "0200", "cvv ", "card ", "pan=", "00", "000",
     ".", "..", "-", "[REDACTED:pan]", "{", "}", "[", "]", '"', '"cvv":', '"pan":', "|12|27|123", " 12/27 ", "1227",
     "DE", "\ud800", "\U0001d7d2", "\u0664"]
)  # fmt: skip
fragments = st.one_of(pans, _written, _ordinary, _digits, _gaps, _signs, st.text(max_size=8))
texts = st.lists(fragments, max_size=8).map("".join)

cells = st.recursive(
    st.one_of(
        texts,
        texts.map(lambda t: t.encode("utf-8", "surrogatepass")),
        st.binary(max_size=40),
        pans.map(int),
        st.integers(-(10**25), 10**25),
        st.floats(),
        pans.map(float),
        st.decimals(),
        st.none(),
        st.booleans(),
        st.dates(),
        st.uuids(),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.one_of(texts, st.sampled_from(["cvv", "card_number", "x", "track2"])), inner, max_size=4),
    ),
    max_leaves=8,
)
