"""Laws that hold for every policy and every statement."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pcishield.core.decision import Context, Principal
from pcishield.exceptions import ConfigurationError
from pcishield.policy import Policy
from pcishield.policy.engine import Engine
from pcishield.policy.lint import problems
from pcishield.policy.model import PolicyModel
from pcishield.statement.facts import (
    ACTIONS,
    ColumnRef,
    ColumnUse,
    Hazard,
    OutputColumn,
    Relation,
    Statement,
    TableRef,
)

SEVERITY = {"allow": 0, "require_approval": 1, "deny": 2}

NAMES = st.sampled_from(["a", "b", "cards", "Orders", "*", "x.y"])
SCHEMAS = st.sampled_from(["", "public", "vault"])
TABLES = st.builds(TableRef, st.sampled_from(["a", "b", "cards", "Orders"]), SCHEMAS)
COLUMNS = st.builds(ColumnRef, st.sampled_from(["id", "pan", "*"]), st.none() | TABLES)
HAZARDS = st.sampled_from(["opaque", "no-where", "unparsable", "x-own"])
CLAUSES = st.sampled_from(["select", "where", "order", "other"])
PARTS = st.builds(
    Statement,
    dialect=st.just("postgres"),
    kind=st.sampled_from(ACTIONS),
    actions=st.frozensets(st.sampled_from(ACTIONS), max_size=3),
    fingerprint=st.just("00" * 16),
    template=st.just("..."),
    relations=st.lists(st.builds(Relation, TABLES, st.sampled_from(["read", "write", "ddl"])), max_size=3).map(tuple),
    columns=st.lists(st.builds(ColumnUse, COLUMNS, CLAUSES, st.booleans()), max_size=3).map(tuple),
    functions=st.frozensets(st.sampled_from(["now", "lo_export"]), max_size=2),
    outputs=st.none()
    | st.lists(
        st.builds(
            OutputColumn,
            st.just("c"),
            st.sampled_from(["verbatim", "derived", "safe", "star", "unknown"]),
            st.frozensets(COLUMNS, max_size=2),
        ),
        max_size=2,
    ).map(tuple),
    hazards=st.lists(st.builds(Hazard, HAZARDS), max_size=2).map(tuple),
)


def join(parts: list[Statement]) -> Statement:
    return Statement(
        dialect="postgres", kind="multiple", actions=frozenset().union(*(part.actions for part in parts)),
        fingerprint="11" * 16, template="...", hazards=tuple(hazard for part in parts for hazard in part.hazards),
        parts=tuple(parts), count=len(parts),
    )  # fmt: skip


STATEMENTS = PARTS | st.lists(PARTS, min_size=2, max_size=3).map(join)
CONTEXTS = st.builds(
    Context,
    principal=st.builds(
        Principal,
        st.sampled_from(["alice", "bob"]),
        st.sampled_from(["", "bot"]),
        st.frozensets(st.sampled_from(["g", "h"])),
    ),
    dialect=st.just("postgres"),
    classes=st.dictionaries(
        st.sampled_from(["pan", "cards.pan", "cvv"]), st.sampled_from(["pan", "sad.cvc"]), max_size=2
    ),
    environment=st.sampled_from(["", "staging"]),
    pan_in_parameters=st.booleans(),
    masked_write_back=st.booleans(),
    extra_hazards=st.frozensets(HAZARDS, max_size=1),
)


def some(words: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)


CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "actions": some(["select", "insert", "update", "delete", "ddl", "tcl"]),
        "access": some(["read", "write", "ddl"]),
        "tables": some(["a", "cards", "*", "vault.*", "vault.cards", "public.a"]),
        "columns": some(["pan", "cards.*", "*.id"]),
        "classes": some(["pan", "sad.*", "*"]),
        "clauses": some(["where", "select"]),
        "lineage": some(["star", "unknown", "derived"]),
        "hazards": some(["opaque", "no-*", "unparsable"]),
        "functions": some(["lo_*", "now"]),
        "users": some(["alice", "*"]),
        "agents": some(["*", "bot"]),
        "groups": some(["g", "h*"]),
        "environments": some(["staging", "production"]),
        "pan_in_parameters": st.booleans(),
        "wrapped": st.booleans(),
        "several": st.booleans(),
    },
).filter(bool)
RULES = st.fixed_dictionaries(
    {"effect": st.sampled_from(["allow", "require_approval", "deny"]), "reason": st.just("because")},
    optional={"when": CONDITIONS, "unless": CONDITIONS},
)


def make(rules: list[dict[str, Any]], **more: Any) -> Policy | None:
    data = {"name": "test", "rules": [{"id": f"r{n}", **rule} for n, rule in enumerate(rules)], **more}
    try:
        return Policy.from_mapping(data)
    except ConfigurationError as error:
        # Random rules are often dead; whatever else is refused would be a fault.
        dead = ("can never", "denies everything", "never matches")
        if not all(any(words in line for words in dead) for line in error.problems):
            raise
        return None


DEFAULTS = st.sampled_from(["allow", "require_approval", "deny"])


@settings(max_examples=150)
@given(st.lists(RULES, max_size=4), DEFAULTS, STATEMENTS, CONTEXTS)
def test_deciding_never_fails(rules: list[dict[str, Any]], default: str, of: Statement, where: Context) -> None:
    """Whatever the statement, there is an outcome, and never by accident."""
    policy = make(rules, default=default)
    if policy is not None:
        decision = policy.decide(of, where)
        assert decision.outcome in SEVERITY
        assert decision.code != "policy-error"
        assert decision is policy.decide(of, where)
        assert decision.explain()


@settings(max_examples=150)
@given(st.lists(RULES, max_size=3), RULES, DEFAULTS, STATEMENTS, CONTEXTS)
def test_a_further_rule_that_denies_never_permits(
    rules: list[dict[str, Any]], extra: dict[str, Any], default: str, of: Statement, where: Context
) -> None:
    """Adding a denial leaves every outcome the same or makes it a denial."""
    before = make(rules, default=default)
    after = make([*rules, {**extra, "effect": "deny"}], default=default)
    if before is not None and after is not None:
        was, now = before.decide(of, where).outcome, after.decide(of, where).outcome
        assert now in (was, "deny")


@settings(max_examples=150)
@given(st.lists(RULES, max_size=3), RULES, STATEMENTS, CONTEXTS)
def test_a_further_rule_that_allows_overrules_no_other(
    rules: list[dict[str, Any]], extra: dict[str, Any], of: Statement, where: Context
) -> None:
    """A permission fills gaps; what a rule denies or asks about stays so."""
    before = make(rules, default="deny")
    after = make([*rules, {**extra, "effect": "allow"}], default="deny")
    if before is not None and after is not None:
        was, now = before.decide(of, where), after.decide(of, where)
        assert SEVERITY[now.outcome] <= SEVERITY[was.outcome]
        if was.rule is not None:
            assert (was.outcome, was.rule) == (now.outcome, now.rule) or was.outcome == "allow"


@settings(max_examples=150)
@given(st.lists(RULES, max_size=3), DEFAULTS, st.lists(PARTS, min_size=2, max_size=3), CONTEXTS)
def test_a_text_is_judged_as_strictly_as_its_strictest_part(
    rules: list[dict[str, Any]], default: str, parts: list[Statement], where: Context
) -> None:
    """Joining statements hides nothing."""
    policy = make([rule for rule in rules if "several" not in str(rule)], default=default)
    if policy is not None:
        worst = max((policy.decide(part, where).outcome for part in parts), key=SEVERITY.__getitem__)
        assert worst == policy.decide(join(parts), where).outcome


@settings(max_examples=150)
@given(st.lists(RULES, max_size=3), DEFAULTS, STATEMENTS, CONTEXTS, HAZARDS)
def test_a_further_hazard_never_makes_a_statement_harmless(
    rules: list[dict[str, Any]], default: str, of: Statement, where: Context, hazard: str
) -> None:
    """Where rules do not permit by hazard, one more hazard is never an advantage."""
    rules = [rule for rule in rules if "hazards" not in str(rule)]
    policy = make(rules, default=default)
    if policy is not None:
        from dataclasses import replace

        worse = replace(where, extra_hazards=where.extra_hazards | {hazard})
        assert SEVERITY[policy.decide(of, worse).outcome] >= SEVERITY[policy.decide(of, where).outcome]


@settings(max_examples=150)
@given(st.lists(RULES, max_size=3), STATEMENTS, CONTEXTS)
def test_observe_mode_blocks_masks_only_and_hides_nothing(
    rules: list[dict[str, Any]], of: Statement, where: Context
) -> None:
    """What observe mode reports is what enforcing would have said."""
    enforcing, observing = make(rules, default="deny"), make(rules, default="deny", mode="observe")
    if enforcing is not None and observing is not None:
        strict, lenient = enforcing.decide(of, where), observing.decide(of, where)
        if strict.code == "masked-write-back":
            assert "deny" == lenient.outcome
        else:
            assert ("allow", strict.outcome) == (lenient.outcome, lenient.observed or "allow")


@settings(max_examples=150)
@given(st.lists(RULES, min_size=2, max_size=3), STATEMENTS, CONTEXTS)
def test_a_rule_called_unreachable_never_decides(rules: list[dict[str, Any]], of: Statement, where: Context) -> None:
    """The linter is never wrong about a dead rule: without it, every outcome is the same."""
    data = {"name": "test", "default": "deny", "rules": [{"id": f"r{n}", **rule} for n, rule in enumerate(rules)]}
    model = PolicyModel.model_validate(data)
    dead = {problem.path[1] for problem in problems(model) if "can never" in problem.message}
    for index in dead:
        kept = [rule for position, rule in enumerate(model.rules) if position != index]
        without = Engine(model.model_copy(update={"rules": kept}))
        with_it = Engine(model).decide(of, where)
        assert (with_it.outcome, with_it.reason) == (
            without.decide(of, where).outcome,
            without.decide(of, where).reason,
        )
        assert with_it.rule != f"r{index}"
