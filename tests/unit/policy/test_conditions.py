"""Every condition, in both directions: what restricts applies when anything meets it, what permits when all does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pcishield.core.decision import Context
from pcishield.statement.facts import ColumnRef, OutputColumn, Statement
from tests.unit.policy.build import ALICE, BOT, allow, ask, context, deny, outcome, policy, statement, table, use

READ = statement("select", read="orders customers")
PAN = {"cards.pan": "pan", "cvv": "sad.cvc"}


def judge(condition: dict[str, Any], of: Statement, where: Context | None = None) -> tuple[bool, bool]:
    """Return whether a rule with the condition denies, and whether one allows."""
    denies = outcome(policy(allow() | {"tolerate": ["*"]}, deny(**condition)), of, where) == "deny"
    allows = outcome(policy(allow(**condition) | {"tolerate": ["*"]}), of, where) == "allow"
    return denies, allows


ALL, SOME, NONE = (True, True), (True, False), (False, False)


@pytest.mark.parametrize(
    ("condition", "of", "expected"),
    [
        ({"actions": ["select"]}, READ, ALL),
        ({"actions": ["select"]}, statement("select", "insert", read="a", write="b"), SOME),
        ({"actions": ["delete"]}, READ, NONE),
        ({"tables": ["orders"]}, READ, SOME),
        ({"tables": ["orders", "customers"]}, READ, ALL),
        ({"tables": ["*"]}, READ, ALL),
        ({"tables": ["cards"]}, READ, NONE),
        (
            {"tables": ["orders"], "actions": ["delete"]},
            statement("delete", "select", read="orders", write="tmp"),
            NONE,
        ),
        ({"access": ["read"]}, READ, ALL),
        ({"access": ["read"]}, statement("insert", read="a", write="b"), SOME),
        ({"access": ["write"]}, statement("insert", write="b"), ALL),
        ({"access": ["ddl"]}, READ, NONE),
        ({"functions": ["lo_*"]}, replace(READ, functions=frozenset({"LO_EXPORT", "now"})), SOME),
        ({"functions": ["lo_*", "now"]}, replace(READ, functions=frozenset({"LO_EXPORT", "now"})), ALL),
        ({"functions": ["lo_*"]}, READ, (False, True)),
        ({"hazards": ["opaque"]}, statement("select", hazards="opaque drop"), ALL),
        ({"hazards": ["opaque"]}, READ, NONE),
        ({"several": True}, READ, NONE),
        ({"several": False}, READ, ALL),
        ({"literals": True}, replace(READ, literals=("x",)), ALL),
        ({"literals": True}, READ, NONE),
        ({"parameters": True}, replace(READ, parameters=1), ALL),
        ({"parameters": False}, replace(READ, parameters=1), NONE),
    ],
)
def test_conditions_on_the_statement(condition: dict[str, Any], of: Statement, expected: tuple[bool, bool]) -> None:
    """A rule that denies asks for any, a rule that allows for all."""
    assert expected == judge(condition, of)


@pytest.mark.parametrize(
    ("condition", "uses", "expected"),
    [
        ({"columns": ["cards.pan"]}, [use("cards.pan")], ALL),
        ({"columns": ["cards.pan"]}, [use("cards.pan"), use("cards.id")], SOME),
        ({"columns": ["cards.*"]}, [use("cards.pan"), use("cards.id")], ALL),
        ({"columns": ["cards.pan"]}, [use("pan")], SOME),
        ({"classes": ["pan"]}, [use("cards.pan")], ALL),
        ({"classes": ["pan"]}, [use("Cards.PAN"), use("cards.id")], SOME),
        ({"classes": ["sad.*"]}, [use("cards.cvv")], ALL),
        ({"classes": ["sad.*"]}, [use("cards.id")], NONE),
        ({"classes": ["*"]}, [use("cards.id")], NONE),
        ({"clauses": ["where"]}, [use("cards.pan", "where")], ALL),
        ({"clauses": ["where"]}, [use("cards.pan", "select")], NONE),
        ({"wrapped": True}, [use("cards.pan", "where", wrapped=True)], ALL),
        ({"wrapped": False}, [use("cards.pan", "where", wrapped=True)], NONE),
        (
            {"classes": ["pan"], "clauses": ["where", "join"], "wrapped": True},
            [use("cards.pan", "select"), use("cards.id", "where", wrapped=True), use("cards.pan", "where")],
            NONE,
        ),
        (
            {"classes": ["pan"], "clauses": ["where", "join"], "wrapped": True},
            [use("cards.pan", "join", wrapped=True)],
            ALL,
        ),
    ],
)
def test_conditions_on_columns_hold_for_one_use(
    condition: dict[str, Any], uses: list[Any], expected: tuple[bool, bool]
) -> None:
    """Column, class, clause and wrapping must meet in the same use of a column."""
    used = {str(one.column).lower() for one in uses} | {one.column.name.lower() for one in uses}
    classes = {name: cls for name, cls in PAN.items() if name in used}

    assert expected == judge(
        condition, statement("select", read="cards", columns=tuple(uses)), context(classes=classes)
    )


def test_a_class_without_a_known_use_still_counts() -> None:
    """A classified column behind a star has no clause, but the statement touches it."""
    where = context(classes={"vault.cards.pan": "pan"})

    assert (True, True) == judge({"classes": ["pan"]}, statement("select", read="vault.cards"), where)
    assert (True, True) == judge({"columns": ["cards.pan"]}, statement("select"), context(classes={"cards.pan": "pan"}))
    assert (False, False) == judge({"classes": ["pan"], "clauses": ["where"]}, statement("select"), where)


STAR = OutputColumn("*", "star", frozenset({ColumnRef("*", table("cards"))}))


@pytest.mark.parametrize(
    ("condition", "outputs", "expected"),
    [
        ({"lineage": ["star", "unknown"]}, (STAR,), ALL),
        ({"lineage": ["unknown"]}, None, ALL),
        ({"lineage": ["star"]}, (STAR, OutputColumn("n", "safe")), SOME),
        ({"lineage": ["derived"]}, (OutputColumn("n", "safe"),), NONE),
        ({"columns": ["cards.pan"]}, (STAR,), SOME),
        ({"columns": ["cards.*"]}, (STAR,), ALL),
        ({"columns": ["orders.*"]}, (STAR,), NONE),
        ({"columns": ["cards.*"]}, None, SOME),
        ({"columns": ["cards.pan"]}, None, SOME),
        ({"columns": ["orders.pan"]}, None, NONE),
    ],
)
def test_conditions_on_lineage(
    condition: dict[str, Any], outputs: tuple[OutputColumn, ...] | None, expected: tuple[bool, bool]
) -> None:
    """A star may be any column; columns that could not be followed are not the permitted ones."""
    assert expected == judge(condition, statement("select", read="cards", outputs=outputs))


@pytest.mark.parametrize(
    ("condition", "where", "holds"),
    [
        ({"users": ["alice"]}, context(), True),
        ({"users": ["bob"]}, context(), False),
        ({"groups": ["sup*"]}, context(), True),
        ({"groups": ["dba"]}, context(), False),
        ({"agents": ["*"]}, context(), False),
        ({"agents": ["*"]}, context(BOT), True),
        ({"levels": ["explicit", "attested"]}, context(), True),
        ({"levels": ["attested"]}, context(), False),
        ({"databases": ["shop*"]}, context(database="shop_eu"), True),
        ({"databases": ["shop*"]}, context(), False),
        ({"drivers": ["psycopg"]}, context(), True),
        ({"dialects": ["mysql"]}, context(), False),
        ({"environments": ["staging"]}, context(environment="staging"), True),
        ({"environments": ["production"]}, context(), True),
        ({"environments": ["staging"]}, context(), False),
        ({"attributes": {"ticket": ["T-*"]}}, context(replace(ALICE, attributes={"ticket": "T-1"})), True),
        ({"attributes": {"ticket": ["*"]}}, context(), False),
        ({"attributes": {"ticket": ["*"]}}, context(replace(ALICE, attributes={"ticket": None})), False),
        ({"attributes": {"vip": ["true"]}}, context(replace(ALICE, attributes={"vip": True})), True),
        ({"attributes": {"tags": ["a"]}}, context(replace(ALICE, attributes={"tags": ["b", "a"]})), True),
        ({"attributes": {"n": ["7"], "m": ["8"]}}, context(replace(ALICE, attributes={"n": 7, "m": 7})), False),
        ({"many": True}, context(many=True), True),
        ({"many": True}, context(), False),
        ({"parameters": True}, context(parameter_count=2), True),
        ({"pan_in_parameters": True}, context(pan_in_parameters=True), True),
        ({"pan_in_parameters": True}, context(), False),
        ({"pan_in_literals": False}, context(), True),
        ({"pan_in_literals": False, "many": False}, context(pan_in_literals=True), False),
    ],
)
def test_conditions_on_caller_and_place(condition: dict[str, Any], where: Context, holds: bool) -> None:
    """Who and where are facts, so both directions agree."""
    assert (holds, holds) == judge(condition, READ, where)


OFFICE = {"windows": [{"days": ["mon-fri"], "from": "08:00", "to": "18:00", "timezone": "Europe/Berlin"}]}


@pytest.mark.parametrize(
    ("condition", "now", "holds"),
    [
        (OFFICE, "2026-03-02T09:00:00+01:00", True),
        (OFFICE, "2026-03-02T19:00:00+01:00", False),
        ({"not_before": datetime(2026, 1, 1, tzinfo=UTC)}, "2026-01-01T00:00:00+00:00", True),
        ({"not_before": datetime(2026, 1, 1, tzinfo=UTC)}, "2025-12-31T23:59:59+00:00", False),
        ({"not_after": datetime(2026, 1, 1, tzinfo=UTC)}, "2026-01-01T00:00:00+00:00", False),
        ({"not_after": datetime(2026, 1, 1, tzinfo=UTC)}, "2025-12-31T23:59:59+00:00", True),
    ],
)
def test_conditions_on_time(condition: dict[str, Any], now: str, holds: bool) -> None:
    """Windows by the clock, and moments between which a rule is in force."""
    assert (holds, holds) == judge(condition, READ, context(now=datetime.fromisoformat(now)))


@pytest.mark.parametrize("condition", [OFFICE, {"not_after": datetime(2026, 1, 1, tzinfo=UTC)}])
def test_an_unknown_time_counts_against_the_statement(condition: dict[str, Any]) -> None:
    """Without a clock a rule that denies applies, and a rule that allows does not."""
    assert (True, False) == judge(condition, READ, context())


def test_a_cached_decision_ends_with_its_window() -> None:
    """Time is part of the question, so the cache does not carry a permission over closing time."""
    chosen = policy(allow(**OFFICE))
    moments = ("09:00", "17:59", "18:00", "09:00")

    assert ["allow", "allow", "deny", "allow"] == [
        outcome(chosen, READ, context(now=datetime.fromisoformat(f"2026-03-02T{clock}:00+01:00"))) for clock in moments
    ]


def test_an_exception_to_a_permission_applies_to_any_part() -> None:
    """An allow-all-but-cards rule does not allow a join with cards."""
    chosen = policy(allow(actions=["select"]) | {"unless": {"tables": ["cards"]}})

    assert ["allow", "deny"] == [outcome(chosen, statement("select", read=names)) for names in ("a", "a cards")]


def test_an_exception_to_a_restriction_needs_all_parts() -> None:
    """A rule about deletes outside staging_* still asks when anything else is deleted, read or hazardous too."""
    chosen = policy(allow() | {"tolerate": ["x-a"]}, ask(actions=["delete"]) | {"unless": {"tables": ["staging_*"]}})

    assert "allow" == outcome(chosen, statement("delete", write="staging_1"))
    assert "require_approval" == outcome(chosen, statement("delete", write="staging_1", read="orders"))
    assert "require_approval" == outcome(chosen, statement("delete", write="orders"))


def test_an_exception_for_hazards_needs_all_hazards_to_be_named() -> None:
    """Excepting one hazard does not except another that comes with it."""
    chosen = policy(allow() | {"tolerate": ["x-*"]}, ask(actions=["select"]) | {"unless": {"hazards": ["x-a", "x-b"]}})

    assert ["require_approval", "allow", "allow", "require_approval"] == [
        outcome(chosen, statement("select", hazards=hazards)) for hazards in ("", "x-a", "x-a x-b", "x-a x-c")
    ]


def test_a_rule_that_applies_without_conditions_says_so() -> None:
    """The explanation never leaves the reason out."""
    decided = policy(ask()).decide(READ, context())
    timed = policy(ask(users=["alice"])).decide(READ, context())

    assert ("rule rule-0 applies to everything",) == decided.because
    assert ("users: rule rule-0",) == timed.because


def test_the_explanation_names_the_facts() -> None:
    """Hazards, needs, uses of columns and functions that made a rule apply are listed."""
    of = statement(
        "select", read="cards", hazards="opaque", columns=(use("cards.pan", "where", wrapped=True),),
        functions=frozenset({"pg_sleep"}),
    )  # fmt: skip
    chosen = policy(deny(hazards=["opaque"], actions=["select"], classes=["pan"], functions=["pg_*"], users=["alice"]))

    assert (
        "hazard opaque: rule rule-0",
        "select on cards: rule rule-0",
        "cards.pan (pan) in where: rule rule-0",
        "function pg_sleep: rule rule-0",
        "users: rule rule-0",
    ) == chosen.decide(of, context(classes={"cards.pan": "pan"})).because
