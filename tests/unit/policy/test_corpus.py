"""The statements of the analyser's corpus, judged by the packs."""

from __future__ import annotations

import pytest

from pcishield.core.decision import Context, Decision, Principal
from pcishield.masking import Masker
from pcishield.policy import Policy
from pcishield.statement import analyze
from pcishield.statement.hazards import HAZARDS
from tests.statement_pairs import Pair, load

MASKER = Masker()
SOMEBODY = Principal("somebody", level="explicit")
READS = {"select", "tcl", "set", "show", "explain", "prepare", "empty"}


def judge(pack: str, pair: Pair) -> Decision:
    statement = analyze(pair.sql, pair.dialect)
    context = Context(SOMEBODY, pair.dialect, classes=MASKER.classify(statement))
    return Policy.pack(pack).decide(statement, context)


def test_pci_lets_every_benign_statement_run() -> None:
    """What applications, mappers and tools send runs, but for what is a hazard even there: migrations, say."""
    blocked = []
    for pair in load(benign=True):
        decision = judge("pci", pair)
        # A hazard that the corpus itself expects (only=ddl), or looking for a security code, is asked about on purpose.
        if not decision.allowed and "only" not in pair.facts and decision.rule != "sad-probe":
            blocked.append(f"{pair}: {decision.rule}")

    assert [] == blocked


def test_pci_asks_about_the_hazards_of_benign_statements_and_denies_none() -> None:
    """Somebody can approve a migration."""
    assert [] == [str(pair) for pair in load(benign=True) if judge("pci", pair).outcome == "deny"]


def test_pci_stops_every_adversarial_statement_but_masked_reads() -> None:
    """An adversarial statement that runs has no hazard but facts, and only reads; what it reads is masked."""
    passed = [pair for pair in load(benign=False) if judge("pci", pair).allowed]
    worse = []
    for pair in passed:
        statement = analyze(pair.sql, pair.dialect)
        serious = {
            hazard
            for hazard in statement.hazard_ids - {"multiple-statements"}
            if HAZARDS[hazard].severity not in ("info", "low")
        }
        if serious or not statement.actions <= READS:
            worse.append(str(pair))

    assert [] == worse


def test_read_only_lets_nothing_adversarial_write() -> None:
    """Whatever passes, only reads."""
    passed = [pair for pair in load(benign=False) if judge("read-only", pair).allowed]

    assert [] == [str(pair) for pair in passed if not analyze(pair.sql, pair.dialect).actions <= READS]


def test_nothing_adversarial_is_easier_for_an_agent() -> None:
    """What pci stops, the agent pack does not let run."""
    stopped = [pair for pair in load(benign=False) if not judge("pci", pair).allowed]

    assert [] == [str(pair) for pair in stopped if judge("agent", pair).allowed]


def test_nobody_probes_a_card_number_unasked() -> None:
    """A question about part of a number is one wherever it stands: a condition, a row count, an order, an error."""
    probes = [pair for pair in load(benign=False) if "/probes" in pair.source]
    passed = {
        pack: [str(pair) for pair in probes if judge(pack, pair).allowed] for pack in ("pci", "agent", "read-only")
    }

    assert {"pci": [], "agent": [], "read-only": []} == passed


COUNTS = [
    "SELECT count(*) FROM cards WHERE pan IS NULL",
    "SELECT merchant_id, count(DISTINCT pan) AS n FROM cards GROUP BY merchant_id ORDER BY n DESC LIMIT 10",
    "SELECT merchant_id FROM cards GROUP BY merchant_id HAVING count(DISTINCT pan) > 3 LIMIT 10",
    "SELECT length(pan) AS l, count(*) FROM cards GROUP BY length(pan)",
]


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize("sql", COUNTS)
def test_counting_card_numbers_is_no_probe(sql: str, dialect: str) -> None:
    """How many there are, how long they are or whether one is missing says nothing of what they are."""
    pair = Pair(dialect, sql, True, sql, {})

    assert ["allow"] * 3 == [judge(pack, pair).outcome for pack in ("pci", "agent", "analytics")]


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM (SELECT pan FROM cards INTERSECT SELECT '4111') q",
        "SELECT '4111' EXCEPT SELECT pan FROM cards",
        "SELECT count(*) FROM (SELECT pan FROM cards WHERE id = 1 UNION SELECT '4111') q",
    ],
)
def test_set_operation_compares_like_an_equality(sql: str, dialect: str) -> None:
    """An agent may not ask whether a number is stored, in whatever words."""
    assert "agent-card-order" == judge("agent", Pair(dialect, sql, False, sql, {})).rule


@pytest.mark.parametrize("pack", ["pci", "agent", "read-only", "analytics"])
@pytest.mark.parametrize("written", ["'41111111' || '11111111'", "('4111'::text || '1111') || '11111111'"])
def test_a_card_number_in_pieces_is_in_the_text(pack: str, written: str) -> None:
    """Whether it is written as one string or as several."""
    assert "allow" not in Policy.pack(pack).explain(f"SELECT id FROM cards WHERE pan IN ({written})").split("\n\n")[-1]
