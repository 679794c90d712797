"""Every statement of the pair files is understood as its file says."""

from __future__ import annotations

import pytest

from pcishield.statement import HAZARDS, Statement, analyze
from tests.statement_pairs import Pair, load


def _tables(statement: Statement, access: str) -> set[str]:
    return {str(r.table) for r in statement.relations if r.access == access}


def _check(pair: Pair, statement: Statement) -> None:
    if "kind" in pair.facts:
        assert pair.facts["kind"] == statement.kind
    for access, key in (("write", "writes"), ("read", "reads"), ("ddl", "ddl")):
        expected = pair.names(key)
        if expected is not None:
            assert expected == _tables(statement, access)
    assert (pair.names("actions") or set()) <= statement.actions
    if "out" in pair.facts:
        assert statement.outputs is not None
        assert pair.facts["out"] == "|".join(
            f"{o.name}:{o.derivation}:{'+'.join(sorted(map(str, o.sources)))}" for o in statement.outputs
        )


@pytest.mark.parametrize("pair", load(benign=False), ids=str)
def test_adversarial_statement_shows_its_hazards(pair: Pair) -> None:
    """What a statement could do is among its hazards, and its kind says what it does."""
    statement = analyze(pair.sql, pair.dialect)

    _check(pair, statement)
    assert (pair.names("hazards") or set()) <= statement.hazard_ids


@pytest.mark.parametrize("pair", load(benign=True), ids=str)
def test_benign_statement_is_understood_and_harmless(pair: Pair) -> None:
    """An ordinary statement is understood and has no hazard above a mere fact, unless its file says so."""
    statement = analyze(pair.sql, pair.dialect)
    serious = {h for h in statement.hazard_ids if HAZARDS[h].severity != "info"}

    _check(pair, statement)
    assert "unknown" not in statement.actions
    assert (pair.names("only") or set()) == serious


def test_corpus_is_large() -> None:
    """There are at least 500 adversarial and 300 benign statements."""
    assert len(load(benign=False)) >= 500
    assert len(load(benign=True)) >= 300


def test_every_hazard_has_a_statement() -> None:
    """No hazard is without an adversarial statement that shows it."""
    shown = set().union(*(pair.names("hazards") or set() for pair in load(benign=False)))

    assert set(HAZARDS) - shown <= {
        "not-in-catalog",
        "opaque-view",
    }  # of a catalog: tests/unit/statement/test_catalog.py
