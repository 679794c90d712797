"""The result of a stream does not depend on where its pieces end."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcishield.masking import Masker
from pcishield.masking.scanner import REACH
from pcishield.testing import make_pan
from tests.masking_cases import Case, cases
from tests.property.masking.strategies import texts

MASKER = Masker()
CATEGORIES = ("separators", "groupings", "digits", "embedded", "neighbours", "frames", "boundaries")
ALL = [case for category in CATEGORIES for case in cases(category)]

PAN = make_pan().encode()
SHOWN = b"*" * 12 + PAN[-4:]


def streamed(pieces: list[bytes]) -> bytes:
    stream = MASKER.stream()
    return b"".join([*map(stream.feed, pieces), stream.finish()])


def cut(data: bytes, at: list[int]) -> list[bytes]:
    borders = [0, *sorted(at), len(data)]
    return [data[low:high] for low, high in zip(borders, borders[1:], strict=False)]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_every_split_of_every_case(case: Case):
    """Cut anywhere, inside a character too, the stream says what the text says."""

    data = case.text.encode("utf-8", "surrogateescape")
    expected = MASKER.mask_text(case.text).encode("utf-8", "surrogateescape")

    for position in range(len(data) + 1):
        assert expected == streamed([data[:position], data[position:]])


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_every_case_in_a_long_line(case: Case):
    """In a line much longer than what is held back, pieces of any size make no difference."""

    rng = random.Random(case.name)
    filler = "".join(rng.choices("abc xyz,:12", k=2 * REACH + 300))
    line = f"{filler}, {case.text} ,{filler}" * 2
    data = line.encode("utf-8", "surrogateescape")
    expected = MASKER.mask_text(line).encode("utf-8", "surrogateescape")

    for _ in range(3):
        pieces = cut(data, [rng.randrange(len(data)) for _ in range(rng.randrange(1, 12))])
        assert expected == streamed(pieces)
    assert expected == streamed([data[i : i + 97] for i in range(0, len(data), 97)])


@given(st.lists(texts, max_size=30), st.lists(st.integers(0, 10_000), max_size=8))
def test_any_text_any_cut(parts: list[str], at: list[int]):
    """The same for generated text, much of it longer than what is held back."""

    text = " ".join(parts)
    data = text.encode("utf-8", "surrogatepass")
    whole = data.decode("utf-8", "surrogateescape")

    assert MASKER.mask_text(whole).encode("utf-8", "surrogateescape") == streamed(
        cut(data, [a % (len(data) + 1) for a in at])
    )


def test_a_line_is_handed_on_when_it_ends():
    """What cannot be a part of a card number any more is not held back."""

    stream = MASKER.stream()

    assert b"4 1\n" == stream.feed(b"4 1\n")
    assert b"%b\n" % SHOWN == stream.feed(b"%b\n4242" % PAN)
    assert b"4242 0\n" == stream.feed(b" 0\n")
    assert b"" == stream.finish()


def test_a_delimiter_ends_every_number():
    """In COPY's text format a tab stands between columns."""

    stream = MASKER.stream(delimiter="\t")

    assert b"4111\t1111\t1111\t1111\n" == stream.feed(b"4111\t1111\t1111\t1111\n")
    assert b"7\t%b\n" % SHOWN == stream.feed(b"7\t%b\n" % PAN)


def test_bytes_that_are_no_utf8_pass_unchanged():
    """A stream in another encoding is masked where it is ASCII, and otherwise what it was."""

    data = b"\xff\xfe %b \x80\xc3\n\xc3" % PAN

    assert b"\xff\xfe %b \x80\xc3\n\xc3" % SHOWN == streamed([data[:3], data[3:]])


def test_memory_of_a_long_line_is_bounded():
    """Of a line without end, only what a decision can still depend on is kept."""

    stream = MASKER.stream()
    for _ in range(200):
        stream.feed(b"x 12 34 " * 1000)

    assert len(stream._held) + len(stream._behind) + stream._fresh_size <= 8_000 + 8 * REACH
