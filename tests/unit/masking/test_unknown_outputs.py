"""What cannot be told is not shown: unknown outputs over classified columns, and columns nobody can read."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

import pytest

from pcishield import Masker, analyze
from pcishield.core.result import ResultColumn
from pcishield.masking import MaskStats
from pcishield.testing import make_pan

MASKER = Masker()
PIECES = analyze("SELECT substr(card_number, 1, 8) AS a FROM payments", "postgres")
PLAIN = analyze("SELECT id FROM users", "postgres")


def test_unknown_outputs_over_a_classified_column_are_redacted() -> None:
    """Without lineage, a column that the metadata does not name could be made of the card number."""
    plan = MASKER.plan(replace(PIECES, outputs=None), [ResultColumn("a", "text")])

    assert ("redact-all",) == plan.columns


@pytest.mark.parametrize("kernel", ["auto", "python"])
@pytest.mark.parametrize(
    "expression",
    [
        "CASE WHEN pan LIKE '4%' THEN 1 END",
        "nullif(substr(pan, 1, 1), '4')",
        "CASE substr(pan, 2, 1) WHEN '1' THEN 'x' END",
        "iif(substr(pan, 3, 1) = '1', 1, NULL)",
        "json_extract('{\"4\": 1}', '$.' || substr(pan, 1, 1))",
        "unhex(substr(pan, 1, 1) || 'g')",
    ],
)
def test_null_is_an_answer_too(kernel: Any, expression: str) -> None:
    """Whether a computed value is NULL may depend on the digits, so it is not shown; a bare column's NULL is."""
    statement = analyze(f"SELECT {expression} AS x, pan FROM cards", "sqlite")
    plan = Masker(kernel=kernel).plan(statement, [ResultColumn("x", "other"), ResultColumn("pan", "text")])
    stats = MaskStats()
    rows = plan.mask([(None, None), (1, None)], stats)

    assert [("[REDACTED:pan]", None)] * 2 == rows
    assert {("x", "pan"): 2} == stats.masked


def test_unknown_outputs_without_classified_columns_are_scanned() -> None:
    """Ordinary statements whose outputs are not known go on working."""
    plan = MASKER.plan(replace(PLAIN, outputs=None), [ResultColumn("id", "text")])

    assert ("scan",) == plan.columns


def test_bytes_that_are_no_text_are_redacted_in_an_opaque_column() -> None:
    """Text is scanned as ever, in tuples too; the eight bytes of a number are not handed out."""
    pan = make_pan()
    sent = struct.pack(">q", int(pan))
    shown = "*" * 12 + pan[-4:]

    for statement in (PLAIN, None):
        plan = MASKER.plan(statement, [ResultColumn("id", "opaque")])
        stats = MaskStats()
        rows = [(sent,), (None,), (b"blue",), (pan.encode(),), ((1, sent, pan),), ([b"red", sent],), (7,)]

        assert [
            ("[REDACTED:opaque]",),
            (None,),
            (b"blue",),
            (shown.encode(),),
            ((1, "[REDACTED:opaque]", shown),),
            ([b"red", "[REDACTED:opaque]"],),
            (7,),
        ] == plan.mask(rows, stats)
        assert 3 == stats.masked["id", "opaque"]


def test_an_opaque_column_made_of_a_card_number_is_redacted_whole() -> None:
    """Lineage wins: what is computed from a classified column is not shown, readable or not."""
    plan = MASKER.plan(PIECES, [ResultColumn("a", "opaque")])

    assert [("[REDACTED:pan]",)] == plan.mask([(b"readable",)], MaskStats())
