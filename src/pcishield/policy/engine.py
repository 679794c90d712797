"""One policy: rules, roles and limits, and the decision they give.

Order of judgement:

1. A value to be stored that is one of our masks is refused (``masked-write-back``), in observe mode too.
2. ``deny`` rules, then ``require_approval`` rules: any that touches the statement.
3. In templates mode the statement's fingerprint must be approved for the caller; that permits all it needs.
   Else everything it needs must be permitted by a rule that allows, or one that asks. Every hazard it has must be
   tolerated or asked about, in templates mode too. What is left over gets ``default``.
4. What could not be parsed is denied whatever the default is, unless a rule names the hazard ``unparsable``.
5. Several statements in one text: each is judged, the strictest answer counts.

``decide`` never raises: an error inside is a denial with code ``policy-error``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from pcishield.core.decision import Context, Decision, Limits, Outcome, Principal, Recording
from pcishield.policy.globs import Globs
from pcishield.policy.limits import Budget, merge_limits, narrowest
from pcishield.policy.model import PolicyModel
from pcishield.policy.reading import never, reads_only
from pcishield.policy.roles import Role, compile_role, widest
from pcishield.policy.rules import Conditions, Rule, compile_limits, compile_rule
from pcishield.policy.subject import Subject, hides_a_name, take_apart
from pcishield.statement.facts import Statement, TableRef

__all__ = ["Engine"]

_CACHE = 8192
_SEVERITY: dict[Outcome, int] = {"allow": 0, "require_approval": 1, "deny": 2}
_UNPARSABLE = frozenset({"unparsable"})
_FAILED = Decision(
    "deny",
    code="policy-error",
    reason="the policy could not judge this statement",
    hint="This is a fault of the policy, not of the statement: report it; repeating does not help.",
)


@dataclass(frozen=True, slots=True)
class _Template:
    users: Globs | None
    groups: Globs | None
    agents: Globs | None

    def is_for(self, principal: Principal) -> bool:
        return (
            (self.users is None or self.users(principal.user))
            and (self.agents is None or self.agents(principal.agent))
            and (self.groups is None or any(map(self.groups, principal.groups)))
        )


class Engine:
    """A compiled policy. Immutable but for its cache; thread-safe.

    Args:
        model: Validated, inheritance resolved.
    """

    def __init__(self, model: PolicyModel) -> None:
        self.model = model
        self.name = model.name
        self.mode = model.mode or "enforce"
        self.default: Outcome = model.default or "deny"
        self.rules = tuple(compile_rule(rule, model.search_path) for rule in model.rules)
        self.roles: tuple[Role, ...] = tuple(compile_role(name, role) for name, role in model.roles.items())
        self.budgets = tuple(Budget.from_model(budget) for budget in model.budgets)
        content = json.dumps(
            model.model_dump(mode="json", exclude={"tests", "description"}, exclude_none=True),
            sort_keys=True,
            separators=(",", ":"),
        )
        self.digest = hashlib.sha256(content.encode()).hexdigest()
        self.label = f"{model.name}@{self.digest[:12]}"
        self._denying = tuple(rule for rule in self.rules if rule.model.effect == "deny")
        self._asking = tuple(rule for rule in self.rules if rule.model.effect == "require_approval")
        self._allowing = tuple(rule for rule in self.rules if rule.model.effect == "allow")
        self._limits = compile_limits(model.limits)
        self._tolerated = Globs(model.tolerate or ())
        recording = model.recording
        self._recording = Recording(**recording.model_dump(exclude={"record"})) if recording else Recording()
        self._records = recording is not None and recording.record
        self._recorded = {rule.id: rule.record for rule in model.rules if rule.record is not None}
        self._templates: dict[str, list[_Template]] = {}
        for template in model.templates:
            self._templates.setdefault(template.fingerprint, []).append(
                _Template(_globs(template.users), _globs(template.groups), _globs(template.agents))
            )
        self._timed: tuple[Conditions, ...] = tuple(
            conditions
            for rule in self.rules
            for conditions in (rule.when, rule.unless, rule.auto)
            if conditions and conditions.times
        )
        self._cache: dict[tuple[Any, ...], tuple[Mapping[str, str], Decision]] = {}

    def decide(self, statement: Statement, context: Context) -> Decision:
        """Return the decision; never raises.

        Repeated for the same ``Statement`` object and an equal context, it is answered from a cache.
        """
        key = (
            statement, context.principal, context.environment, context.database, context.driver, context.dialect,
            context.parameter_count > 0, context.many, context.pan_in_parameters, context.pan_in_literals,
            context.masked_write_back, context.extra_hazards,
            tuple([c.in_time(context, unknown=False) for c in self._timed]) if self._timed and context.now else None,
        )  # fmt: skip
        try:
            known = self._cache.get(key)
            if known is not None and (known[0] is context.classes or known[0] == context.classes):
                return known[1]
            decision = self._judged(statement, context)
            if len(self._cache) >= _CACHE:
                # Oldest half out: cheaper than exact recency, and a hit stays one look-up.
                for old in list(self._cache)[: _CACHE // 2]:
                    self._cache.pop(old, None)
            self._cache[key] = (context.classes, decision)
        except Exception as error:
            return replace(_FAILED, policy=self.label, because=(f"judging it raised {type(error).__name__}",))
        return decision

    @property
    def timed(self) -> bool:
        """Whether a decision depends on when it is asked for."""
        return bool(self._timed)

    @property
    def reads_only(self) -> bool:
        """Whether nobody can do more than read, not even after an approval; see :mod:`pcishield.policy.reading`."""
        return reads_only(self)

    def never(
        self, action: str, table: TableRef | None = None, hazards: Iterable[str] = (), database: str = ""
    ) -> bool:
        """Tell whether nobody can do this, at no time and not after an approval; see :mod:`.reading`."""
        return never(self, action, table, hazards, database)

    def tolerates(self, hazard: str) -> bool:
        """Tell whether the hazard is a mere fact, which no rule need permit."""
        return self._tolerated(hazard)

    @property
    def records(self) -> bool:
        """Whether a decision may want a recording."""
        return self._records or any(self._recorded.values())

    def formats_for(self, principal: Principal, environment: str = "") -> Mapping[str, str]:
        """Return the mask format by class that the principal's roles give; classes not named have the default."""
        formats: dict[str, list[str]] = {}
        for role in self.roles:
            if role.has(principal, environment):
                for cls, name in role.model.formats.items():
                    formats.setdefault(cls, []).append(name)
        return MappingProxyType({cls: widest(cls, names) for cls, names in formats.items()})

    def budgets_for(self, principal: Principal) -> tuple[Budget, ...]:
        """Return the budgets that the principal's statements count against."""
        return tuple(budget for budget in self.budgets if budget.is_for(principal))

    def limits_for(self, principal: Principal, environment: str = "") -> Limits:
        """Return the limits of the policy, as the principal's roles change them."""
        own = [role.limits for role in self.roles if role.limits is not None and role.has(principal, environment)]
        return merge_limits(self._limits, own)

    def _judged(self, statement: Statement, context: Context) -> Decision:
        if context.masked_write_back and self.model.masked_write_back != "allow":
            return Decision(
                "deny",
                code="masked-write-back",
                reason="a value to be stored is a masked card number; storing it would destroy the real one",
                hint="Leave the column out of the statement, or copy it inside the database by key.",
                remedies=("omit-column",),
                because=("a literal or parameter is one of our masked forms",),
                policy=self.label,
            )
        verdicts = [self._one(subject) for subject in self._subjects(statement, context)]
        worst = max(verdicts, key=lambda verdict: _SEVERITY[verdict.outcome])
        principal, environment = context.principal, context.environment
        limits = narrowest([self.limits_for(principal, environment), *(verdict.limits for verdict in verdicts)])
        decision = replace(
            worst,
            rules=tuple(dict.fromkeys(rule for verdict in verdicts for rule in verdict.rules)),
            approvals=max(verdict.approvals for verdict in verdicts),
            approver_groups=tuple(dict.fromkeys(group for verdict in verdicts for group in verdict.approver_groups)),
            estimate=any(verdict.estimate for verdict in verdicts),
            auto=worst.auto if all(v.auto for v in verdicts if v.outcome == "require_approval") else "",
            because=tuple(dict.fromkeys(line for verdict in verdicts for line in verdict.because)),
            remedies=tuple(dict.fromkeys(word for verdict in verdicts for word in verdict.remedies)),
            limits=limits,
            formats=self.formats_for(principal, environment),
            policy=self.label,
            recording=self._recording_for(verdicts),
        )
        if self.mode == "observe":
            decision = replace(decision, limits=replace(limits, on_exceeded="observe"))
            if decision.outcome != "allow":
                return replace(decision, outcome="allow", code="observe", observed=decision.outcome)
        return decision

    def _recording_for(self, verdicts: list[Decision]) -> Recording | None:
        """Return what to record: a matching rule that says so wins over one that does not, and over the policy."""
        said = [self._recorded[rule] for verdict in verdicts for rule in verdict.rules if rule in self._recorded]
        return self._recording if (any(said) if said else self._records) else None

    def _subjects(self, statement: Statement, context: Context) -> list[Subject]:
        parts = statement.parts or (statement,)
        several = statement.count > 1
        # A hazard of the text as a whole, or one that only the caller saw, weighs on each part.
        common = statement.hazard_ids.difference(*(part.hazard_ids for part in parts)) | context.extra_hazards
        return [take_apart(part, context, several=several, hazards=_hazards(part) | common) for part in parts]

    def _one(self, subject: Subject) -> Decision:
        for rule in self._denying:
            if rule.touches(subject):
                denied = [rule, *(other for other in self._denying if other is not rule and other.touches(subject))]
                return self._by_rule("deny", denied, subject)
        by_template = self.mode == "templates"
        if by_template and not self._approved_template(subject):
            return Decision(
                "deny",
                code="template",
                reason="only approved statements may run here, and this is not one of them",
                hint="Use one of the application's own statements, or have this one approved.",
                remedies=("use-approved-statement",),
                because=(f"fingerprint {subject.statement.fingerprint} is not approved for this principal",),
            )
        asking = [rule for rule in self._asking if rule.touches(subject)]
        allowing = [rule for rule in self._allowing if rule.applies(subject)]
        return self._permitted(subject, asking, allowing, by_template=by_template)

    def _permitted(self, subject: Subject, asking: list[Rule], allowing: list[Rule], *, by_template: bool) -> Decision:
        database = subject.context.database
        rules = [*asking, *allowing]
        used: dict[Rule, None] = dict.fromkeys(asking)
        missing: list[str] = []
        for need in subject.needs:
            by = [rule for rule in rules if rule.permits(need, database)]
            used.update(dict.fromkeys(by))
            if not by and not by_template:
                missing.append(f"no rule allows {need}")
        missing.extend(
            f"no rule allows the hazard {hazard}"
            for hazard in sorted(subject.hazards)
            if not self._tolerated(hazard) and not _answered(hazard, subject, asking, allowing)
        )
        limits = narrowest(rule.limits for rule in used)
        if missing:
            return self._by_default(subject, missing, asking, limits)
        if asking:
            return replace(self._by_rule("require_approval", asking, subject), limits=limits)
        if by_template:
            approved = f"fingerprint {subject.statement.fingerprint} is approved"
            return Decision("allow", code="template", limits=limits, because=(approved,))
        ids = tuple(rule.id for rule in used)
        return Decision("allow", rule=ids[0] if ids else None, rules=ids, limits=limits,
                        because=tuple(f"{need}: allowed by {', '.join(ids)}" for need in subject.needs))  # fmt: skip

    def _by_default(self, subject: Subject, missing: list[str], asking: list[Rule], limits: Limits) -> Decision:
        unreadable = not _UNPARSABLE.isdisjoint(subject.hazards)
        outcome: Outcome = "deny" if unreadable else self.default
        if outcome != "deny" and asking:
            return replace(self._by_rule("require_approval", asking, subject), limits=limits)
        if outcome == "allow":
            return Decision("allow", code="default", limits=limits, because=tuple(missing))
        reason = self.model.default_reason or f"{missing[0]}" + (f" (and {len(missing) - 1} more)" * (len(missing) > 1))
        hint = self.model.default_hint
        if unreadable:
            reason = "the statement could not be understood, so what it would do is unknown"
            hint = "Write it in plain SQL of this database, one statement at a time, without comments that hide text."
        return Decision(
            outcome,
            rules=tuple(rule.id for rule in asking),
            code="unparsable" if unreadable else "default",
            reason=reason,
            hint=hint,
            because=tuple(missing),
            limits=limits,
            remedies=("simplify",) if unreadable else (),
        )

    def _by_rule(self, outcome: Outcome, rules: list[Rule], subject: Subject) -> Decision:
        first = rules[0]
        return Decision(
            outcome,
            rule=first.id,
            rules=tuple(rule.id for rule in rules),
            code="unparsable" if _names_unparsable(first, subject) else "rule",
            reason=first.model.reason,
            hint=first.model.hint,
            approvals=max(rule.model.approvals for rule in rules),
            approver_groups=tuple(dict.fromkeys(group for rule in rules for group in rule.model.approver_groups or ())),
            estimate=any(rule.model.estimate for rule in rules),
            auto=first.id if outcome == "require_approval" and all(r.answers_itself(subject) for r in rules) else "",
            because=tuple(line for rule in rules for line in rule.facts(subject)),
            remedies=tuple(dict.fromkeys(word for rule in rules for word in rule.model.remedy)),
        )

    def _approved_template(self, subject: Subject) -> bool:
        if subject.statement.actions <= {"tcl", "empty"}:
            return True
        if hides_a_name(subject.statement.template):
            # Its fingerprint is that of any other name in the same place.
            return False
        templates = self._templates.get(subject.statement.fingerprint, ())
        return any(template.is_for(subject.context.principal) for template in templates)


def _names_unparsable(rule: Rule, subject: Subject) -> bool:
    return (
        "unparsable" in subject.hazards
        and rule.when is not None
        and rule.when.hazards is not None
        and (rule.when.hazards("unparsable"))
    )


def _answered(hazard: str, subject: Subject, asking: list[Rule], allowing: list[Rule]) -> bool:
    """Tell whether a rule that asks answers for the hazard, or rules that allow tolerate it in all that is done."""
    if any(rule.permits_hazard(hazard) for rule in asking):
        return True
    # A hazard belongs to the whole statement: the rules that permit what it changes must all tolerate it, and when
    # it changes nothing, those that permit what it reads.
    tolerant = [rule for rule in allowing if rule.permits_hazard(hazard)]
    needs = [need for need in subject.needs if need.access != "read"] or subject.needs
    database = subject.context.database
    return bool(tolerant) and all(any(rule.permits(need, database) for rule in tolerant) for need in needs)


def _hazards(statement: Statement) -> frozenset[str]:
    # "unknown" without a hazard would be an analyser's slip; it must not become a way in.
    if "unknown" in statement.actions or statement.kind == "unknown" or not statement.actions:
        return statement.hazard_ids | _UNPARSABLE
    return statement.hazard_ids


def _globs(patterns: Iterable[str] | None) -> Globs | None:
    return Globs(patterns) if patterns is not None else None
