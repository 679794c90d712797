"""What is taken out of a JSON document by a key that is card data's name: masked as the document is."""

from __future__ import annotations

from typing import Any

import pytest

from pcishield.core.result import ResultColumn
from pcishield.masking import Masker, MaskStats
from pcishield.statement import analyze
from pcishield.testing import make_pan

PAN = make_pan()
LAST4 = "*" * (len(PAN) - 4) + PAN[-4:]


def _shown(sql: str, value: Any, dialect: str = "postgres") -> Any:
    plan = Masker().plan(analyze(sql, dialect), [ResultColumn("x")])
    return plan.mask([(value,)], MaskStats())[0][0]


WHOLE = [
    ("postgres", "doc ->> 'pan'"), ("postgres", "(doc -> 'card' ->> 'card_number')::text"),
    ("postgres", "doc #>> '{card,pan}'"), ("postgres", "doc['pan']"),
    ("postgres", "jsonb_extract_path_text(doc, 'card', 'pan')"), ("postgres", "jsonb_path_query_first(doc, '$.pan')"),
    ("mysql", "doc->>'$.pan'"), ("mysql", "JSON_EXTRACT(doc, '$.card.pan')"), ("mysql", "JSON_VALUE(doc, '$.pan')"),
    ("sqlite", "doc ->> 'pan'"), ("sqlite", "json_extract(doc, '$.pan')"),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "taken"), WHOLE)
def test_the_value_of_a_key_has_the_format_of_its_class(dialect: str, taken: str) -> None:
    """As the value of a column of that name, and as in the whole document."""
    assert LAST4 == _shown(f"SELECT {taken} AS x FROM t", PAN, dialect)


@pytest.mark.parametrize(("dialect", "taken"), WHOLE)
def test_what_is_made_of_a_key_is_redacted(dialect: str, taken: str) -> None:
    """A piece of the number does not look like one."""
    cut = "SELECT substr({}, 1, 8) AS x FROM t", "SELECT reverse(y) AS x FROM (SELECT {} AS y FROM t) q"

    assert ["[REDACTED:pan]"] * 2 == [_shown(sql.format(taken), PAN[:8], dialect) for sql in cut]


@pytest.mark.parametrize("taken", ["doc ->> 'cvv'", "doc #>> '{card,cvv}'", "doc -> 'cvv'", "left(doc ->> 'cvv', 1)"])
def test_a_security_code_is_never_shown(taken: str) -> None:
    """Three digits look like nothing."""
    assert "[REDACTED:sad.cvc]" == _shown(f"SELECT {taken} AS x FROM t", "123")


@pytest.mark.parametrize(
    "taken",
    [
        "doc ->> 'brand'", "doc -> 'card' ->> 'brand'", "lower((doc -> 'pan') ->> 'state')", "doc #>> '{card,brand}'",
        "jsonb_path_query_first(doc, '$.card.brand')", "doc - 'pan'", "doc -> 'pan' -> 0 ->> 'x'",
    ],
)  # fmt: skip
def test_other_keys_are_ordinary(taken: str) -> None:
    """The last key of a path counts."""
    assert "visa" == _shown(f"SELECT {taken} AS x FROM t", "visa")


@pytest.mark.parametrize("asked", ["length(doc ->> 'pan')", "count(doc ->> 'pan')", "count(DISTINCT doc ->> 'pan')"])
def test_how_many_and_how_long_are_shown(asked: str) -> None:
    """As of a column."""
    assert 16 == _shown(f"SELECT {asked} AS x FROM t", 16)


def test_a_part_of_a_document_that_is_card_data_is_redacted() -> None:
    """Whatever its key is called: nobody knows what is in there."""
    assert "[REDACTED:pan]" == _shown("SELECT card_number ->> 'pan' AS x FROM t", PAN)


def test_what_is_added_to_a_number_is_no_key() -> None:
    """``pan + '-42…'``: how long the sum is tells where the number lies."""
    assert "[REDACTED:pan]" == _shown("SELECT length((pan + '-42')::text) AS x FROM t", 16)
