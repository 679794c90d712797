"""Policies proposed from what was really done."""

from __future__ import annotations

import tomllib
from typing import Any

from pcishield.core.decision import Principal
from pcishield.policy import Policy
from pcishield.policy.learning import learn, observe
from tests.unit.policy.build import context, outcome, statement

PRINT = {name: f"{number:032x}" for number, name in enumerate(("read", "join", "update", "begin", "ping", "drop"), 1)}


def attempt(name: str, actions: list[str], tables: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "type": "attempt",
        "actor": {"user": more.pop("user", "alice"), "agent": more.pop("agent", "bot")},
        "statement": {
            "fingerprint": PRINT[name], "template": f"{name} 'x' \"y\"", "actions": actions, "tables": tables or {},
            **more,
        },
    }  # fmt: skip


LOG = [
    attempt("read", ["select"], {"orders": "read"}),
    attempt("read", ["select"], {"orders": "read"}),
    attempt("join", ["select"], {"orders": "read", "customers": "read"}),
    attempt("update", ["update"], {"orders": "read,write"}),
    attempt("begin", ["tcl"]),
    attempt("ping", ["select"]),
    attempt("drop", ["ddl"], {"orders": "ddl"}, hazards=["drop"]),
    attempt("ping", ["select"], agent="", user="carol"),
    {"type": "attempt"},
    {"type": "denied", "statement": {"fingerprint": "00"}, "actor": {}},
    {"type": "attempt", "statement": {}, "actor": {}},
]


def test_what_ran_is_counted_by_caller_and_statement() -> None:
    """The most frequent comes first; incomplete records and other types are passed over."""
    found = observe(LOG)

    assert ("bot", "alice", PRINT["read"], 2) == (found[0].agent, found[0].user, found[0].fingerprint, found[0].runs)
    assert 7 == len(found)
    assert (("orders", "read"), ("orders", "write")) == next(
        one.relations for one in found if one.fingerprint == PRINT["update"]
    )


def test_learned_rules_permit_what_was_done_and_no_more() -> None:
    """The proposal loads, and is least privilege by agent, action and table."""
    text = learn(LOG)
    policy = Policy.from_mapping(tomllib.loads(text))
    bot = context(Principal("dora", agent="bot"))

    assert "# Left out: 1 statements with hazards (drop)." in text
    for of in (
        statement("select", read="orders customers"), statement("update", read="orders", write="orders"),
        statement("tcl"), statement("select"),
    ):  # fmt: skip
        assert "allow" == outcome(policy, of, bot)
        assert "deny" == outcome(policy, of, context(Principal("dora", agent="other")))
    for of in (
        statement("select", read="cards"), statement("update", write="customers"), statement("ddl", ddl="orders"),
        statement("select", read="orders", hazards="opaque"),
    ):  # fmt: skip
        assert "deny" == outcome(policy, of, bot)


def test_learned_templates_permit_the_statements_themselves() -> None:
    """Fingerprints, for the agent that used them."""
    policy = Policy.from_mapping(tomllib.loads(learn(LOG, "templates", "approved")))
    bot = context(Principal("dora", agent="bot"))

    assert ("approved", "templates") == (policy.name, policy.mode)
    assert "allow" == outcome(policy, statement("select", read="orders", fingerprint=PRINT["read"]), bot)
    assert "deny" == outcome(policy, statement("select", read="orders", fingerprint=PRINT["read"]))
    assert "deny" == outcome(policy, statement("ddl", ddl="orders", fingerprint=PRINT["drop"]), bot)
    assert "read 'x' \"y\"" == policy.model.templates[0].sql


def test_names_are_meant_literally() -> None:
    """A table or an agent whose name has glob characters or quotes stays one name."""
    log = [attempt("read", ["select"], {'we*ird"t?': "read"}, agent="a\nb")]
    policy_text = learn(log)
    policy = tomllib.loads(policy_text)

    assert ['we[*]ird"t[?]'] == policy["rules"][0]["when"]["tables"]
    assert ["a\nb"] == policy["rules"][0]["when"]["agents"]


def test_nothing_learned_is_still_a_policy() -> None:
    """An empty log proposes to deny everything, and says from how little."""
    text = learn([])

    assert text.startswith("# Proposed from 0 runs of 0 statements.")
    assert "deny" == outcome(Policy.from_mapping(tomllib.loads(text)), statement("select"))


def test_an_agent_is_named_literally_in_what_is_learned() -> None:
    """A name with the signs of a glob permits itself, and not what the glob would match."""
    record = attempt("read", ["select"], {"orders": "read"}, agent="bot[12]*")
    policy = Policy.from_mapping(tomllib.loads(learn([record], "templates", "approved")))

    assert policy.model.templates[0].agents == ["bot?12?[*]"]
