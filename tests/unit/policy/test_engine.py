"""How rules combine into one decision."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pcishield.core.decision import Limits, Principal
from pcishield.statement.facts import Statement
from tests.unit.policy.build import (
    ALICE,
    BOT,
    allow,
    ask,
    context,
    decide,
    deny,
    outcome,
    policy,
    several,
    statement,
)

SELECT = statement("select", read="orders")
DELETE = statement("delete", write="orders")
UNREADABLE = statement("unknown", hazards="unparsable")
EVERYTHING = allow()


def test_deny_beats_approval_beats_allow() -> None:
    """The strictest rule that touches a statement decides, whatever the order in the file."""
    rules = [EVERYTHING, ask(actions=["delete", "update"]), deny(actions=["delete"])]

    for order in (rules, rules[::-1]):
        chosen = policy(*order)
        assert ["allow", "require_approval", "deny"] == [
            outcome(chosen, of) for of in (SELECT, statement("update", write="orders"), DELETE)
        ]


def test_what_no_rule_allows_is_denied_by_default() -> None:
    """The refusal says that no rule spoke, and for what."""
    decision = decide(policy(allow(actions=["select"])), DELETE)

    assert ("deny", None, "default") == (decision.outcome, decision.rule, decision.code)
    assert "no rule allows delete on orders" == decision.reason


@pytest.mark.parametrize("default", ["allow", "require_approval", "deny"])
def test_the_default_is_what_the_policy_says(default: str) -> None:
    """The default applies only where no rule does."""
    chosen = policy(allow(actions=["select"]), default=default)

    assert ["allow", default] == [outcome(chosen, SELECT), outcome(chosen, DELETE)]


def test_a_question_stays_one_where_the_default_is_milder() -> None:
    """What a rule asks about is asked even when other parts of the statement fall to a default that allows."""
    chosen = policy(ask(actions=["delete"]), default="allow")

    assert "require_approval" == outcome(chosen, statement("delete", read="customers", write="orders"))
    assert "require_approval" == outcome(chosen, statement("delete", write="orders", hazards="opaque"))


def test_a_policy_says_whether_time_matters() -> None:
    """Whoever keeps decisions needs to know which may be kept."""
    window = {"windows": [{"timezone": "UTC", "from": "08:00"}]}

    assert [False, True] == [policy(allow()).timed, policy(allow(**window)).timed]


def test_a_fact_needs_no_permission() -> None:
    """A hazard that the whole policy tolerates is a fact that rules may use, and nothing else."""
    chosen = policy(allow(actions=["select"]), deny(hazards=["x-a"], tables=["cards"]), tolerate=["x-*"])

    assert "allow" == outcome(chosen, statement("select", read="orders", hazards="x-a x-b"))
    assert "deny" == outcome(chosen, statement("select", read="cards", hazards="x-a"))
    assert "deny" == outcome(chosen, statement("select", read="orders", hazards="opaque"))


def test_a_hazard_must_be_tolerated_where_something_is_changed() -> None:
    """Being tolerated for one table is not being tolerated for another that the same statement changes."""
    chosen = policy(
        allow(actions=["select"]),
        allow(tables=["tmp"], actions=["delete"]) | {"tolerate": ["no-where"]},
        allow(tables=["orders"], actions=["delete"]),
    )

    assert "allow" == outcome(chosen, statement("delete", "select", read="orders", write="tmp", hazards="no-where"))
    assert "deny" == outcome(chosen, statement("delete", write="tmp orders", hazards="no-where"))


def test_the_default_may_have_words_of_its_own() -> None:
    """A policy tells callers in its own words what is not allowed, and what is."""
    decision = decide(policy(allow(actions=["select"]), default_reason="reads only", default_hint="SELECT"), DELETE)

    assert ("reads only", "SELECT") == (decision.reason, decision.hint)


def test_several_missing_permissions_are_counted() -> None:
    """The reason names the first, the explanation all."""
    decision = decide(policy(allow(actions=["tcl"])), statement("select", read="a b c"))

    assert "no rule allows select on a (and 2 more)" == decision.reason
    assert tuple(f"no rule allows select on {name}" for name in "abc") == decision.because


@pytest.mark.parametrize("default", ["allow", "require_approval", "deny"])
def test_what_could_not_be_parsed_is_denied_whatever_the_default(default: str) -> None:
    """Not understood is not harmless."""
    decision = decide(policy(allow(actions=["select"]), default=default), UNREADABLE)

    assert ("deny", "unparsable", None) == (decision.outcome, decision.code, decision.rule)
    assert ("simplify",) == decision.remedies


@pytest.mark.parametrize(
    "unread",
    [statement("unknown"), statement(kind="unknown"), statement(), statement("select", "unknown", read="orders")],
)
def test_an_unknown_action_counts_as_unparsable(unread: Statement) -> None:
    """An analyser that forgets the hazard must not open a way in."""
    assert "unparsable" == decide(policy(EVERYTHING, default="allow"), unread).code


def test_a_rule_may_deny_the_unparsable_by_name() -> None:
    """The code stays the same, the words are the rule's."""
    decision = decide(policy(EVERYTHING, deny(hazards=["unparsable"]) | {"reason": "no riddles"}), UNREADABLE)

    assert ("unparsable", "rule-1", "no riddles") == (decision.code, decision.rule, decision.reason)


def test_a_rule_may_ask_about_the_unparsable() -> None:
    """Whoever wants a human to read it can have that."""
    assert "require_approval" == outcome(policy(ask(hazards=["unparsable"])), UNREADABLE)


def test_a_hazard_must_be_tolerated_by_name() -> None:
    """A rule that allows never covers a hazard that it does not name."""
    hazardous = statement("select", read="orders", hazards="opaque")

    assert "deny" == outcome(policy(EVERYTHING), hazardous)
    assert "allow" == outcome(policy(allow() | {"tolerate": ["opaque"]}), hazardous)
    assert "allow" == outcome(policy(allow(hazards=["opaque"])), hazardous)
    assert "deny" == outcome(policy(allow(hazards=["opaque"])), SELECT)


def test_a_question_about_one_hazard_does_not_answer_for_another() -> None:
    """What nobody thought of stays with the default."""
    chosen = policy(EVERYTHING, ask(hazards=["opaque"]))

    assert "require_approval" == outcome(chosen, statement("select", hazards="opaque"))
    assert "deny" == outcome(chosen, statement("select", hazards="opaque x-new"))


def test_a_question_about_all_hazards_answers_for_all() -> None:
    """An approver sees every hazard, so a rule without hazards of its own covers them."""
    assert "require_approval" == outcome(policy(ask(actions=["select"])), statement("select", hazards="x-a x-b"))


def test_permissions_of_several_rules_add_up() -> None:
    """Reading by one rule and writing by another make INSERT ... SELECT possible."""
    chosen = policy(allow(actions=["select"], tables=["a"]), allow(actions=["insert"], tables=["b"]))
    decision = decide(chosen, statement("insert", "select", read="a", write="b"))

    assert ("allow", ("rule-0", "rule-1")) == (decision.outcome, decision.rules)
    assert "deny" == outcome(chosen, statement("insert", "select", read="b", write="a"))
    assert "deny" == outcome(chosen, statement("insert", "select", read="a c", write="b"))


def test_a_hidden_write_is_not_covered_by_a_permission_to_read() -> None:
    """A SELECT whose WITH deletes needs both."""
    assert "deny" == outcome(policy(allow(actions=["select"])), statement("select", "delete", read="a", write="a"))


def test_an_update_may_look_at_its_own_table_only() -> None:
    """Permission to update includes reading the rows to be updated, and no other table."""
    chosen = policy(allow(actions=["update"], tables=["a"]))

    assert "allow" == outcome(chosen, statement("update", read="a", write="a"))
    assert "deny" == outcome(chosen, statement("update", read="a b", write="a"))
    assert "deny" == outcome(policy(allow(actions=["insert"])), statement("insert", read="a", write="a"))


def test_a_select_without_tables_needs_no_table() -> None:
    """SELECT 1, as pools send it, passes wherever reading is allowed at all."""
    chosen = policy(allow(actions=["select"], tables=["orders"], access=["read"]))

    assert "allow" == outcome(chosen, statement("select"))
    assert "deny" == outcome(chosen, statement("insert"))


def test_ddl_and_privileges_need_their_own_permission() -> None:
    """A table that is changed in structure is no table that is written."""
    chosen = policy(allow(actions=["ddl"], tables=["tmp_*"]), allow(access=["write"]))

    assert "allow" == outcome(chosen, statement("ddl", ddl="tmp_1"))
    assert "deny" == outcome(chosen, statement("ddl", ddl="orders"))
    assert "deny" == outcome(chosen, statement("dcl", ddl="tmp_1"))


def test_a_masked_value_to_be_stored_is_refused() -> None:
    """Even where everything is allowed, and in observe mode, because masking stays on there."""
    where = context(masked_write_back=True)
    for mode in ("enforce", "observe"):
        decision = decide(policy(EVERYTHING, mode=mode), statement("update", write="orders"), where)
        assert ("deny", "masked-write-back", None) == (decision.outcome, decision.code, decision.rule)
        assert ("omit-column",) == decision.remedies

    assert "allow" == outcome(policy(EVERYTHING, masked_write_back="allow"), statement("update", write="a"), where)


def test_observe_mode_lets_pass_and_says_what_it_would_have_done() -> None:
    """The record shows the rule that would have refused."""
    decision = decide(policy(deny(actions=["delete"]), mode="observe"), DELETE)

    assert ("allow", "observe", "deny", "rule-0") == (
        decision.outcome, decision.code, decision.observed, decision.rule,
    )  # fmt: skip
    assert "observe mode; enforced it would be deny" in decision.explain()


def test_observe_mode_leaves_an_allowed_statement_alone() -> None:
    """What would be allowed anyway is simply allowed."""
    decision = decide(policy(EVERYTHING, mode="observe"), SELECT)

    assert ("allow", "rule", None) == (decision.outcome, decision.code, decision.observed)


def test_a_policy_that_fails_denies() -> None:
    """An error while judging is a denial with a code of its own, and tells no value."""
    chosen = policy(allow(attributes={"ticket": ["*"]}))
    chosen.formats_for = lambda *_: {}[1]  # type: ignore[method-assign]
    decision = decide(chosen, SELECT, context(replace(ALICE, attributes={"ticket": "T-1"})))

    assert ("deny", "policy-error", chosen.label) == (decision.outcome, decision.code, decision.policy)
    assert ("judging it raised KeyError",) == decision.because


def test_an_unhashable_context_denies() -> None:
    """Nothing that a caller puts into a context makes ``decide`` raise."""
    bad = context(extra_hazards=["opaque"])  # a list where a set belongs

    assert "policy-error" == decide(policy(EVERYTHING), SELECT, bad).code


def test_of_several_statements_the_strictest_answer_counts() -> None:
    """One bad statement refuses the whole text."""
    chosen = policy(allow(actions=["select"]), ask(actions=["update"]))
    update = statement("update", write="orders")

    assert ["allow", "require_approval", "deny", "deny"] == [
        outcome(chosen, several(*parts))
        for parts in ((SELECT, SELECT), (SELECT, update), (SELECT, DELETE), (update, DELETE))
    ]


def test_a_hazard_of_the_whole_text_weighs_on_every_part() -> None:
    """Several statements are fine for reads only: the exception is judged part by part."""
    chosen = policy(
        allow(actions=["select", "delete"]) | {"tolerate": ["x-several"]},
        ask(hazards=["x-several"]) | {"unless": {"actions": ["select"]}},
    )

    assert "allow" == outcome(chosen, several(SELECT, SELECT, hazards="x-several"))
    assert "require_approval" == outcome(chosen, several(SELECT, DELETE, hazards="x-several"))


def test_a_hazard_of_one_part_does_not_weigh_on_others() -> None:
    """Only the part that has the hazard needs it tolerated."""
    chosen = policy(allow(actions=["select"]), allow(actions=["delete"]) | {"tolerate": ["x-a"]})

    assert "allow" == outcome(chosen, several(SELECT, replace(DELETE, hazards=statement(hazards="x-a").hazards)))
    assert "deny" == outcome(chosen, several(replace(SELECT, hazards=statement(hazards="x-a").hazards), DELETE))


def test_a_hazard_that_only_the_caller_saw_counts() -> None:
    """Hazards of a session come with the context."""
    chosen = policy(EVERYTHING, deny(hazards=["x-session"]))

    assert "deny" == outcome(chosen, SELECT, context(extra_hazards=frozenset({"x-session"})))


def test_all_rules_and_remedies_are_listed() -> None:
    """An agent sees at once all that it has to change."""
    rules = [
        deny(actions=["delete"]) | {"remedy": ["add-where"], "hint": "name the rows"},
        deny(tables=["orders"]) | {"remedy": ["other-table", "add-where"]},
    ]
    decision = decide(policy(*rules), DELETE)

    assert ("rule-0", ("rule-0", "rule-1"), ("add-where", "other-table")) == (
        decision.rule, decision.rules, decision.remedies,
    )  # fmt: skip
    assert "name the rows" == decision.hint
    assert (
        "deny by rule rule-0 of " + decision.policy,
        "  reason: because",
        "  - delete on orders: rule rule-0",
        "  - delete on orders: rule rule-1",
        "  hint: name the rows",
        "  remedies: add-where, other-table",
    ) == tuple(decision.explain().splitlines())


def test_the_most_demanding_question_sets_the_number_of_approvers() -> None:
    """Two rules that ask are answered by as many as the stricter needs."""
    rules = [ask(actions=["delete"]), ask(tables=["orders"]) | {"approvals": 2}]

    assert 2 == decide(policy(*rules), DELETE).approvals
    assert 2 == decide(policy(*rules), several(DELETE, SELECT)).approvals


def test_limits_narrow() -> None:
    """All limits that apply hold; an error is stricter than a cut."""
    chosen = policy(
        allow(actions=["select"]) | {"limits": {"rows": 100, "on_exceeded": "truncate"}},
        allow(tables=["orders"]) | {"limits": {"rows": 50, "bytes": 10, "on_exceeded": "truncate"}},
        allow(tables=["other"]) | {"limits": {"rows": 1}},
        limits={"session_rows": 1000, "on_exceeded": "truncate"},
    )

    assert Limits(rows=50, bytes=10, session_rows=1000, on_exceeded="truncate") == decide(chosen, SELECT).limits


def test_a_question_keeps_its_limits() -> None:
    """An approved statement is still bounded by the rules that matched."""
    chosen = policy(EVERYTHING | {"limits": {"rows": 9}}, ask(actions=["select"]) | {"limits": {"rows": 5}})

    assert Limits(rows=5) == decide(chosen, SELECT).limits


def test_a_role_changes_the_policys_limits_and_no_rules() -> None:
    """A role may widen what the policy sets for everybody; what a rule sets stays."""
    roles = {
        "exporter": {"groups": ["support"], "limits": {"rows": 5000}},
        "bulk": {"users": ["alice"], "limits": {"rows": 9000, "on_exceeded": "truncate"}},
    }
    limits = {"rows": 10, "bytes": 7}
    chosen = policy(EVERYTHING, limits=limits, roles=roles)
    stranger = context(Principal("mallory"))

    assert Limits(rows=9000, bytes=7, on_exceeded="truncate") == decide(chosen, SELECT).limits
    assert Limits(rows=10, bytes=7) == decide(chosen, SELECT, stranger).limits
    assert 100 == decide(policy(EVERYTHING | {"limits": {"rows": 100}}, limits=limits, roles=roles), SELECT).limits.rows


def test_templates_mode_runs_approved_statements_only() -> None:
    """The fingerprint decides, for those it was approved for; transactions are always possible."""
    fingerprint = "ab" * 16
    chosen = policy(
        deny(tables=["secrets"]),
        mode="templates",
        templates=[
            {"fingerprint": fingerprint, "agents": ["shop-*"]},
            {"fingerprint": "cd" * 16, "users": ["alice"]},
            {"fingerprint": "ef" * 16, "groups": ["nobody"]},
        ],
    )
    known = statement("select", read="orders", fingerprint=fingerprint)
    robot = context(BOT)

    assert ("allow", "template", None) == (
        decide(chosen, known, robot).outcome, decide(chosen, known, robot).code, decide(chosen, known, robot).rule,
    )  # fmt: skip
    assert "deny" == outcome(chosen, replace(known, hazards=statement(hazards="opaque").hazards), robot)
    assert ("deny", "template") == (decide(chosen, known).outcome, decide(chosen, known).code)
    assert "allow" == outcome(chosen, statement("select", read="a", fingerprint="cd" * 16))
    assert "deny" == outcome(chosen, statement("select", read="a", fingerprint="ef" * 16))
    assert "deny" == outcome(chosen, statement("select", read="a", fingerprint="99" * 16), robot)
    assert "allow" == outcome(chosen, statement("tcl"), robot)
    assert "deny" == outcome(chosen, several(known, statement("tcl"), DELETE), robot)
    assert "rule" == decide(chosen, statement("select", read="secrets", fingerprint=fingerprint), robot).code


def test_a_repeated_question_is_answered_from_the_cache() -> None:
    """Same statement, equal context, same classes: the very same decision."""
    chosen = policy(EVERYTHING)

    assert decide(chosen, SELECT) is decide(chosen, SELECT)
    assert decide(chosen, SELECT) is not decide(chosen, replace(SELECT))


@pytest.mark.parametrize(
    "changed",
    [
        {"environment": "staging"},
        {"database": "hr"},
        {"parameter_count": 1},
        {"many": True},
        {"pan_in_parameters": True},
        {"pan_in_literals": True},
        {"masked_write_back": True},
        {"classes": {"pan": "pan"}},
        {"extra_hazards": frozenset({"x-a"})},
    ],
)
def test_the_cache_tells_contexts_apart(changed: dict[str, object]) -> None:
    """Whatever a rule may look at is part of the question."""
    chosen = policy(EVERYTHING)

    assert decide(chosen, SELECT) is not decide(chosen, SELECT, context(**changed))


def test_the_cache_tells_principals_apart_by_attributes_too() -> None:
    """Attributes are no part of a principal's hash, but of what rules see."""
    chosen = policy(allow(attributes={"ticket": ["T-*"]}))
    with_ticket = context(replace(ALICE, attributes={"ticket": "T-1"}))

    assert ["deny", "allow", "deny"] == [
        outcome(chosen, SELECT, where) for where in (context(), with_ticket, context(replace(ALICE, attributes={})))
    ]


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements that never repeat do not fill the memory."""
    monkeypatch.setattr("pcishield.policy.engine._CACHE", 8)
    chosen = policy(EVERYTHING)
    for _ in range(50):
        decide(chosen, replace(SELECT))

    assert len(chosen._cache) <= 8


def test_the_label_names_the_content() -> None:
    """Another rule is another version; other words about it are not."""
    one, other = policy(EVERYTHING), policy(allow(actions=["select"]))

    assert one.label.startswith("test@")
    assert 12 == len(one.label.partition("@")[2])
    assert one.label == policy(EVERYTHING, description="words").label
    assert one.label != other.label


def test_an_identifier_that_could_hold_a_card_number_is_not_shown() -> None:
    """A table name of twelve digits and more does not get into a reason."""
    name = "t" + "4" * 16
    decision = decide(policy(allow(actions=["tcl"])), statement("select", read=name))

    assert "no rule allows select on <identifier>" == decision.reason
    assert name not in decision.explain()
