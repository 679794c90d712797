"""Running the tests that a policy carries, and telling which rules they exercise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pcishield.core.decision import Context, Decision, Principal
from pcishield.policy._analysis import Analysis
from pcishield.policy.model import TestModel

if TYPE_CHECKING:
    from pcishield.policy.engine import Engine

__all__ = ["Coverage", "Outcome", "coverage", "run_tests"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one test in one dialect.

    Attributes:
        index: Position of the test in the policy.
        problem: What differs from what is expected, "" when nothing does.
    """

    index: int
    test: TestModel
    dialect: str
    decision: Decision
    problem: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a rule is exercised.

    Attributes:
        blocks: Tests in which the rule took part in a denial, a question or, for a rule that allows, a pass.
        passes: Tests that name the rule and pass it by: near misses that must stay allowed.
    """

    rule: str
    effect: str
    blocks: int
    passes: int

    @property
    def covered(self) -> bool:
        """Whether there is a test each way; for a rule that allows, one is enough."""
        return self.blocks > 0 and (self.effect == "allow" or self.passes > 0)


def run_tests(engine: Engine, analysis: Analysis) -> Iterator[Outcome]:
    """Judge every test of the policy in every dialect that it names."""
    for index, test in enumerate(engine.model.tests):
        for dialect in test.dialects:
            statement = analysis.analyze(test.sql, dialect)
            classes = test.classes if test.classes is not None else analysis.classify(statement)
            pan = test.pan_in_literals or any(map(analysis.contains_pan, statement.literals))
            decision = engine.decide(statement, _context(test, dialect, classes, pan))
            yield Outcome(index, test, dialect, decision, _difference(engine, test, decision))


def coverage(engine: Engine, outcomes: Iterator[Outcome], own: int | None = None) -> list[Coverage]:
    """Count by rule, in the order of the policy.

    Args:
        engine: The policy.
        outcomes: Of its tests.
        own: How many of its rules, from the first, to look at: inherited rules are tested where they are written.
    """
    blocks: dict[str, int] = {}
    passes: dict[str, int] = {}
    for outcome in outcomes:
        for rule in outcome.decision.rules:
            blocks[rule] = blocks.get(rule, 0) + 1
        if outcome.test.rule and outcome.test.rule not in outcome.decision.rules:
            passes[outcome.test.rule] = passes.get(outcome.test.rule, 0) + 1
    return [
        Coverage(rule.id, rule.model.effect, blocks.get(rule.id, 0), passes.get(rule.id, 0))
        for rule in engine.rules[:own]
    ]


def _context(test: TestModel, dialect: str, classes: Mapping[str, str], pan_in_literals: bool) -> Context:
    who = test.principal
    return Context(
        principal=Principal(
            user=who.user,
            agent=who.agent,
            groups=frozenset(who.groups),
            attributes=dict(who.attributes),
            level=who.level,
        ),
        dialect=dialect,
        database=test.database,
        environment=test.environment,
        now=test.now,
        parameter_count=test.parameters,
        many=test.many,
        pan_in_parameters=test.pan_in_parameters,
        pan_in_literals=pan_in_literals,
        masked_write_back=test.masked_write_back,
        classes=classes,
        extra_hazards=frozenset(test.hazards),
    )


def _difference(engine: Engine, test: TestModel, decision: Decision) -> str:
    outcome = decision.observed or decision.outcome
    by = f"by {', '.join(decision.rules)}" if decision.rules else f"by {decision.code}"
    if outcome != test.expect:
        because = f" ({'; '.join(decision.because)})" if decision.because else ""
        return f"expected {test.expect}, got {outcome} {by}{because}"
    if test.code and decision.code != test.code:
        return f"expected the code {test.code}, got {decision.code}"
    if test.rule:
        effects = {rule.id: rule.model.effect for rule in engine.rules}
        if test.rule not in effects:
            return f"there is no rule {test.rule}"
        named = test.rule in decision.rules
        if test.expect == effects[test.rule] and not named:
            return f"expected {test.expect} by rule {test.rule}, got it {by}"
        if test.expect != effects[test.rule] and named:
            return f"expected rule {test.rule} to pass this by, but it applied"
    return ""
