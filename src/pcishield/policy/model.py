"""What a policy file may say: strict models; an unknown key, a wrong type or an empty list is an error.

Every list means "any of"; every further key narrows. An empty list is refused rather than taken for "nothing"
or for "everything".
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pcishield.core.decision import Level
from pcishield.core.windows import Window, minute_of_day, parse_days, zone
from pcishield.policy.globs import glob_problem
from pcishield.policy.vocabulary import DIALECTS, Clause, Effect, Lineage, format_problem
from pcishield.statement.facts import ACTIONS, Access

__all__ = [
    "BudgetModel",
    "ConditionsModel",
    "LimitsModel",
    "PolicyModel",
    "RecordingModel",
    "RoleModel",
    "RuleModel",
    "TemplateModel",
    "TestModel",
    "TestPrincipalModel",
    "WindowModel",
]


def _glob(parts: int) -> AfterValidator:
    def check(pattern: str) -> str:
        if problem := glob_problem(pattern, parts):
            raise ValueError(f"bad glob {pattern!r}: {problem}")
        return pattern

    return AfterValidator(check)


def _one_of(what: str, known: tuple[str, ...]) -> AfterValidator:
    def check(word: str) -> str:
        if word not in known:
            raise ValueError(f"unknown {what} {word!r}; known are {', '.join(known)}")
        return word

    return AfterValidator(check)


def _distinct(items: list[Any]) -> list[Any]:
    twice = sorted({str(item) for item in items if items.count(item) > 1})
    if twice:
        raise ValueError(f"listed twice: {', '.join(twice)}")
    return items


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("give the offset from UTC, e.g. 2026-01-31T18:00:00+01:00")
    return moment


Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Count = Annotated[int, Field(ge=0)]
Name = Annotated[str, _glob(1)]
Hazards = Annotated[list[Name], Field(min_length=1), AfterValidator(_distinct)]
Names = Annotated[list[Name], Field(min_length=1), AfterValidator(_distinct)]
Group = Annotated[str, Field(min_length=1, max_length=128)]
Tables = Annotated[list[Annotated[str, _glob(3)]], Field(min_length=1), AfterValidator(_distinct)]
Columns = Annotated[list[Annotated[str, _glob(4)]], Field(min_length=1), AfterValidator(_distinct)]
Actions = Annotated[list[Annotated[str, _one_of("action", ACTIONS)]], Field(min_length=1), AfterValidator(_distinct)]
Dialects = Annotated[list[Annotated[str, _one_of("dialect", DIALECTS)]], Field(min_length=1), AfterValidator(_distinct)]
Moment = Annotated[datetime, AfterValidator(_aware)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class WindowModel(_Strict):
    """When: days and a span of the day in a time zone."""

    days: list[str] = Field(default=["mon-sun"], min_length=1)
    start: str = Field(default="00:00", alias="from")
    end: str = Field(default="24:00", alias="to")
    timezone: str

    @model_validator(mode="after")
    def _check(self) -> WindowModel:
        self.compiled()
        return self

    def compiled(self) -> Window:
        """Return the window as the engine uses it. Raises ValueError."""
        start, end = minute_of_day(self.start), minute_of_day(self.end)
        if start == end or start == 1440:
            raise ValueError("a window that starts and ends at the same time, or starts at 24:00, never matches")
        return Window(parse_days(self.days), start, end, zone(self.timezone))


class ConditionsModel(_Strict):
    """What a statement, a caller and a moment must be like. All given keys must hold.

    ``tables``, ``actions`` and ``access`` must hold for the same table; ``columns``, ``classes``, ``clauses``,
    ``wrapped`` and ``stars`` for the same use of a column. ``stars`` asks for a ``*`` whose columns are not known.
    """

    actions: Actions | None = None
    access: Annotated[list[Access], Field(min_length=1)] | None = None
    tables: Tables | None = None
    columns: Columns | None = None
    classes: Names | None = None
    clauses: Annotated[list[Clause], Field(min_length=1)] | None = None
    wrapped: bool | None = None
    stars: bool | None = None
    lineage: Annotated[list[Lineage], Field(min_length=1)] | None = None
    hazards: Hazards | None = None
    functions: Names | None = None
    users: Names | None = None
    groups: Names | None = None
    agents: Names | None = None
    levels: Annotated[list[Level], Field(min_length=1)] | None = None
    attributes: Annotated[dict[str, Names], Field(min_length=1)] | None = None
    databases: Names | None = None
    environments: Names | None = None
    dialects: Dialects | None = None
    drivers: Names | None = None
    windows: Annotated[list[WindowModel], Field(min_length=1)] | None = None
    not_before: Moment | None = None
    not_after: Moment | None = None
    parameters: bool | None = None
    literals: bool | None = None
    several: bool | None = None
    many: bool | None = None
    pan_in_parameters: bool | None = None
    pan_in_literals: bool | None = None

    @model_validator(mode="after")
    def _check(self) -> ConditionsModel:
        if not self.model_fields_set:
            raise ValueError("no condition given; leave the table out to mean 'always'")
        if self.not_before and self.not_after and self.not_before >= self.not_after:
            raise ValueError("not_before is not before not_after: this never matches")
        return self


class LimitsModel(_Strict):
    """Budgets that hold while a result is consumed, see ``core.decision.Limits``."""

    rows: Count | None = None
    bytes: Count | None = None
    session_rows: Count | None = None
    session_statements: Count | None = None
    on_exceeded: Literal["error", "truncate"] = "error"


class RecordingModel(_Strict):
    """What of a session is recorded for replay, see ``core.decision.Recording``.

    ``record`` is what holds where no rule that matched says ``record`` itself.
    """

    record: bool = True
    rows: Annotated[int, Field(ge=0, le=100_000)] = 100
    every: Annotated[int, Field(ge=1)] = 1
    cell_chars: Annotated[int, Field(ge=1, le=10_000)] = 200
    session_bytes: Annotated[int, Field(ge=65_536, le=1 << 32)] = 16 << 20


class RuleModel(_Strict):
    """One rule. ``tolerate`` names hazards that an allowing rule lets pass."""

    id: Id
    effect: Effect
    reason: str = Field(default="", max_length=400)
    hint: str = Field(default="", max_length=400)
    requirement: list[str] = []
    remedy: list[Id] = []
    when: ConditionsModel | None = None
    unless: ConditionsModel | None = None
    tolerate: Hazards | None = None
    approvals: Annotated[int, Field(ge=1, le=10)] = 1
    approver_groups: Annotated[list[Group], Field(min_length=1, max_length=10)] | None = None
    estimate: bool = False
    auto_approve: ConditionsModel | None = None
    limits: LimitsModel | None = None
    record: bool | None = None
    override: bool = False

    @model_validator(mode="after")
    def _check(self) -> RuleModel:
        if self.effect == "allow":
            if self.approvals != 1:
                raise ValueError("approvals has no meaning in a rule that allows")
        elif self.tolerate is not None:
            raise ValueError("tolerate belongs to rules that allow; use unless.hazards to make an exception")
        if self.effect == "deny":
            if self.limits is not None:
                raise ValueError("limits have no meaning in a rule that denies")
            if self.approvals != 1:
                raise ValueError("approvals has no meaning in a rule that denies")
        if self.effect != "require_approval":
            for name in ("approver_groups", "estimate", "auto_approve"):
                if name in self.model_fields_set:
                    raise ValueError(f"{name} has only a meaning in a rule that asks for approval")
        if self.auto_approve is not None and (self.approvals != 1 or self.approver_groups):
            raise ValueError("auto_approve cannot stand in for several people or for groups")
        if self.effect != "allow" and not self.reason:
            raise ValueError("a rule that denies or asks needs a reason: it is what the caller is told")
        return self


class RoleModel(_Strict):
    """Who sees which class in which format, and with which limits."""

    users: Names | None = None
    groups: Names | None = None
    agents: Names | None = None
    levels: Annotated[list[Level], Field(min_length=1)] | None = None
    environments: Names | None = None
    formats: dict[str, str] = {}
    justification: str = ""
    limits: LimitsModel | None = None

    @model_validator(mode="after")
    def _check(self) -> RoleModel:
        if not (self.users or self.groups or self.agents or self.levels):
            raise ValueError("a role without users, groups, agents or levels matches nobody")
        for cls, name in self.formats.items():
            if problem := format_problem(cls, name):
                raise ValueError(f"formats: {problem}")
            if name in ("first6_last4", "first8_last4") and not self.justification.strip():
                raise ValueError(
                    f"formats.{cls}: showing more than the last four digits needs a justification (PCI DSS 3.4.1)"
                )
        return self


class BudgetModel(_Strict):
    """What may be used up in a window of time; counted by the runtime on what is really handed out."""

    id: Id
    scope: Literal["session", "principal", "agent", "deployment"]
    window_seconds: Annotated[int, Field(ge=1)] | None = None
    users: Names | None = None
    groups: Names | None = None
    agents: Names | None = None
    rows: Count | None = None
    bytes: Count | None = None
    masked_cells: Count | None = None
    statements: Count | None = None
    classified_predicates: Count | None = None
    on_exceeded: Literal["error", "truncate", "require_approval"] = "error"
    reason: str = ""
    hint: str = ""

    @model_validator(mode="after")
    def _check(self) -> BudgetModel:
        if all(
            amount is None
            for amount in (self.rows, self.bytes, self.masked_cells, self.statements, self.classified_predicates)
        ):
            raise ValueError(
                "a budget without rows, bytes, masked_cells, statements or classified_predicates limits nothing"
            )
        if self.window_seconds is None and self.scope != "session":
            raise ValueError("window_seconds is missing: only a session ends by itself")
        return self


class TemplateModel(_Strict):
    """One approved statement of ``mode = "templates"`` (PCI DSS 7.2.6)."""

    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{8,128}$")]
    sql: str = ""
    approved_by: str = ""
    users: Names | None = None
    groups: Names | None = None
    agents: Names | None = None


class TestPrincipalModel(_Strict):
    """Who asks in a test."""

    user: str = "tester"
    agent: str = ""
    groups: list[str] = []
    level: Level = "explicit"
    attributes: dict[str, str | int | bool] = {}


class TestModel(_Strict):
    """A statement and what the policy must say about it."""

    __test__ = False

    sql: Annotated[str, Field(min_length=1)]
    expect: Effect
    rule: str = ""
    note: str = ""
    code: str = ""
    dialects: Dialects = ["postgres"]
    principal: TestPrincipalModel = TestPrincipalModel()
    environment: str = "production"
    database: str = ""
    now: Moment | None = None
    classes: dict[str, str] | None = None
    hazards: list[str] = []
    parameters: Count = 0
    many: bool = False
    pan_in_parameters: bool = False
    pan_in_literals: bool = False
    masked_write_back: bool = False


class PolicyModel(_Strict):
    """A whole policy file. ``tolerate`` names hazards that are mere facts: no rule need permit them."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    schema_version: Annotated[Literal[1], Field(alias="schema")] = 1
    description: str = ""
    extends: str | None = None
    mode: Literal["enforce", "observe", "templates"] | None = None
    default: Effect | None = None
    default_reason: str = ""
    default_hint: str = ""
    masked_write_back: Literal["deny", "allow"] | None = None
    tolerate: Hazards | None = None
    search_path: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)] | None = None
    disable: Annotated[list[Id], Field(min_length=1), AfterValidator(_distinct)] | None = None
    limits: LimitsModel | None = None
    recording: RecordingModel | None = None
    rules: list[RuleModel] = []
    roles: dict[Id, RoleModel] = {}
    budgets: list[BudgetModel] = []
    templates: list[TemplateModel] = []
    tests: list[TestModel] = []
