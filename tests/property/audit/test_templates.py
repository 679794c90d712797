"""A filled template is byte for byte the record that would have been encoded."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcishield.audit.canonical import Preencoded
from pcishield.audit.chain import Chain, PurePythonChain, RecordError
from pcishield.audit.tail import PurePythonTail, PurePythonTemplate, Tail, Template

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
BASE: dict[str, Any] = {
    "actor": Preencoded({"user": "maria 100%", "level": "os"}),
    "db": Preencoded({"system": "sqlite"}),
    "src": Preencoded({"host": "h"}),
    "outcome": "success",
}


WALL = st.integers(0, 4_000_000_000 * 10**9)
VALUES = st.tuples(
    st.text("abcdef0123456789/", min_size=1).map(orjson.dumps), st.integers(0, 10**6).map(lambda n: b"%d" % n),
    st.integers(0, 2**53 - 1).map(lambda n: b"%d" % n),
)  # fmt: skip
SLOTS = ("attempt", "duration_us", "rows")


@given(TEXT, TEXT, VALUES, WALL)
def test_filling_is_encoding(method: str, environment: str, values: tuple[bytes, ...], wall: int) -> None:
    """Any constant text, percent signs and braces included, and any values in the slots."""
    fixed = BASE | {"method": method, "environment": environment}
    template = Template("result", fixed, SLOTS)
    varying = dict(zip(SLOTS, map(orjson.loads, values), strict=True))
    whole, filled = Chain("s1", 7, "ab" * 32), Chain("s1", 7, "ab" * 32)

    for _ in range(2):
        assert whole.link("result", fixed | varying, wall, 5) == filled.fill(template, values, wall, 5)
    assert (whole.seq, whole.prev, whole.leaves) == (filled.seq, filled.prev, filled.leaves)


@given(TEXT, st.lists(st.tuples(VALUES, WALL, st.integers(10**9, 10**18)), min_size=1, max_size=5))
def test_the_compiled_tail_writes_what_the_other_writes(
    method: str, records: list[tuple[tuple[bytes, ...], int, int]]
) -> None:
    """Lines, hashes and numbers are the same, whatever the clocks show."""
    fixed = BASE | {"method": method}
    one, other = Tail("s1", 7, "ab" * 32), PurePythonTail("s1", 7, "ab" * 32)
    template, reference = Template("result", fixed, SLOTS), PurePythonTemplate("result", fixed, SLOTS)
    begun = min(mono for _, _, mono in records)
    assert one.since(begun) == other.since(begun)

    for values, wall, mono in records:
        line = other.line_of(reference, values, wall, mono)
        assert line == one.line_of(template, values, wall, mono)
        one.push(line)
        other.push(line)
    assert (other.prev, other.mark(), other.leaves) == (one.prev, one.mark(), one.leaves)


SCALARS = st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.text() | st.floats() | st.binary(max_size=3)
ANY = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)  # fmt: skip
NAMES = [
    "method",
    "rows",
    "attempt",
    "duration_us",
    "statement",
    "decision",
    "columns",
    "outcome",
    "error",
    "cut",
    "x",
    "v",
]


@given(
    st.sampled_from(["attempt", "result", "denied", "heartbeat", "nothing"]),
    st.dictionaries(st.sampled_from(NAMES), ANY | st.sampled_from([{"rows": 1}, {"template": "a" * 70_000}])),
    st.booleans(),
    WALL,
)
def test_the_compiled_chain_links_what_the_other_links(
    kind: str, fields: dict[str, Any], whole: bool, wall: int
) -> None:
    """Any fields: the same line, or the same refusal, and the chain goes on alike."""
    fields = BASE | fields if whole else fields
    one, other = Chain("s1", 7, "ab" * 32), PurePythonChain("s1", 7, "ab" * 32)

    for _ in range(2):
        assert tried(one, kind, fields, wall) == tried(other, kind, fields, wall)
    assert (other.seq, other.prev, other.leaves) == (one.seq, one.prev, one.leaves)


def tried(chain: Any, kind: str, fields: dict[str, Any], wall: int) -> object:
    """Return the line, or what was said against it."""
    try:
        return chain.link(kind, fields, wall, 5)
    except RecordError as error:
        return str(error)


def test_a_mapping_of_any_kind_makes_a_record() -> None:
    """Also one that is no dictionary, and objects in it."""
    for chain in (Chain("s1"), PurePythonChain("s1")):
        line = chain.link("result", MappingProxyType(BASE | {"attempt": "a/1", "rows": 1}), 0, 0)

        assert orjson.loads(line)["rows"] == 1


@pytest.mark.parametrize(
    ("values", "wall", "mono"), [((b"1",), 0, 0), ((b'"a/1"', b"1"), 0, 0), ((b'"a/1"',), -1, 0), ((b'"a/1"',), 0, -5)]
)
@pytest.mark.parametrize("kind", [(Tail, Template), (PurePythonTail, PurePythonTemplate)], ids=["chosen", "python"])
def test_what_does_not_fit_is_refused(kind: Any, values: tuple[bytes, ...], wall: int, mono: int) -> None:
    """Too few values, too many, or a clock before its beginning."""
    tail, template = kind[0]("s1"), kind[1]("result", BASE, ("attempt",) if len(values) < 2 else ())
    tail.since(0)
    if wall == mono == 0 and len(values) == 1:
        template = kind[1]("result", BASE, ("attempt", "rows"))

    with pytest.raises(ValueError):
        tail.line_of(template, values, wall, mono)
    assert 0 == tail.seq


def test_a_template_follows_the_log_into_the_next_shard() -> None:
    """The shard's name is part of the line, so another shard gives another line."""
    template = Template("result", BASE, ("attempt",))

    for shard in ("s1", "s2", "s1"):
        line = Chain(shard).fill(template, (b'"a/1"',), 0, 1)
        assert shard == orjson.loads(line)["shard"]


@pytest.mark.parametrize("kind", [Tail, PurePythonTail], ids=["chosen", "python"])
def test_what_was_not_written_can_be_taken_back(kind: Any) -> None:
    """The chain goes on as if the line had never been."""
    tail = kind("s1")
    tail.push(b"first")
    before = tail.mark()
    tail.push(b"second")
    tail.take_back()
    assert before == tail.mark()
    tail.push(b"second")
    tail.push(b"third")
    tail.back_to(before)
    assert before == tail.mark()
