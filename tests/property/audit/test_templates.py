"""A filled template is byte for byte the record that would have been encoded."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from pcishield.audit.canonical import Preencoded
from pcishield.audit.chain import Chain
from pcishield.audit.template import RecordTemplate

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
BASE: dict[str, Any] = {
    "actor": Preencoded({"user": "maria 100%", "level": "os"}),
    "db": Preencoded({"system": "sqlite"}),
    "src": Preencoded({"host": "h"}),
    "outcome": "success",
}


@given(TEXT, TEXT, st.integers(0, 2**53 - 1), st.integers(0, 10**6), st.text("abcdef0123456789/", min_size=1))
def test_filling_is_encoding(method: str, environment: str, rows: int, duration: int, attempt: str) -> None:
    """Any constant text, percent signs and braces included, and any values in the slots."""
    fixed = BASE | {"method": method, "environment": environment}
    template = RecordTemplate("result", fixed, ("attempt", "duration_us", "rows"))
    values = (orjson.dumps(attempt), b"%d" % duration, b"%d" % rows)
    whole, filled = Chain("s1", 7, "ab" * 32), Chain("s1", 7, "ab" * 32)

    for _ in range(2):
        expected = whole.link(
            "result", fixed | {"attempt": attempt, "duration_us": duration, "rows": rows}, "2026-01-01T00:00:00.0Z", 5
        )
        assert expected == filled.fill(template, values, "2026-01-01T00:00:00.0Z", 5)
    assert (whole.seq, whole.prev) == (filled.seq, filled.prev)


def test_a_template_follows_the_log_into_the_next_shard() -> None:
    """The shard's name is part of the line, so another shard gives another line."""
    template = RecordTemplate("result", BASE, ("attempt",))

    for shard in ("s1", "s2", "s1"):
        line, _ = Chain(shard).fill(template, (b'"a/1"',), "t", 1)
        assert shard == orjson.loads(line)["shard"]
