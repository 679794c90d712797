"""Statements, contexts and policies made by hand, so that these tests need no SQL parser."""

from __future__ import annotations

from typing import Any

from pcishield.core.decision import Context, Decision, Principal
from pcishield.policy import Policy
from pcishield.statement.facts import ColumnRef, ColumnUse, Hazard, OutputColumn, Relation, Statement, TableRef

ALICE = Principal(user="alice", groups=frozenset({"support"}), level="explicit")
BOT = Principal(user="alice", agent="shop-assistant", groups=frozenset({"support"}), level="explicit")


def table(name: str) -> TableRef:
    catalog, schema, name = ["", "", *name.split(".")][-3:]
    return TableRef(name, schema, catalog)


def use(name: str, clause: str = "select", wrapped: bool = False) -> ColumnUse:
    owner, _, column = name.rpartition(".")
    return ColumnUse(ColumnRef(column, table(owner) if owner else None), clause, wrapped)


def statement(
    *actions: str,
    read: str = "",
    write: str = "",
    ddl: str = "",
    hazards: str = "",
    columns: tuple[ColumnUse, ...] = (),
    outputs: tuple[OutputColumn, ...] | None = (),
    **more: Any,
) -> Statement:
    """Make a statement; tables and hazards as words separated by spaces."""
    relations = [
        Relation(table(name), access)
        for access, names in (("read", read), ("write", write), ("ddl", ddl))
        for name in names.split()
    ]
    return Statement(
        dialect=more.pop("dialect", "postgres"),
        kind=more.pop("kind", actions[0] if actions else "unknown"),
        actions=frozenset(actions),
        fingerprint=more.pop("fingerprint", "0123456789abcdef"),
        template=more.pop("template", "..."),
        relations=tuple(relations),
        columns=columns,
        outputs=outputs,
        hazards=tuple(map(Hazard, hazards.split())),
        **more,
    )


def several(*parts: Statement, hazards: str = "") -> Statement:
    return statement(
        *frozenset().union(*(part.actions for part in parts)),
        kind="multiple",
        hazards=" ".join([hazards, *(hazard.id for part in parts for hazard in part.hazards)]),
        parts=parts,
        count=len(parts),
    )


def context(principal: Principal = ALICE, **more: Any) -> Context:
    return Context(principal=principal, dialect="postgres", driver="psycopg", **more)


def policy(*rules: dict[str, Any], **more: Any) -> Policy:
    """Make a policy; a rule without id or reason gets one."""
    filled = [
        {"id": f"rule-{index}", **({} if rule.get("effect") == "allow" else {"reason": "because"}), **rule}
        for index, rule in enumerate(rules)
    ]
    return Policy.from_mapping({"name": "test", "default": "deny", "rules": filled, **more})


def allow(**when: Any) -> dict[str, Any]:
    return {"effect": "allow", **({"when": when} if when else {})}


def deny(**when: Any) -> dict[str, Any]:
    return {"effect": "deny", "when": when}


def ask(**when: Any) -> dict[str, Any]:
    return {"effect": "require_approval", **({"when": when} if when else {})}


def outcome(chosen: Policy, of: Statement, where: Context | None = None) -> str:
    return chosen.decide(of, where or context()).outcome


def decide(chosen: Policy, of: Statement, where: Context | None = None) -> Decision:
    return chosen.decide(of, where or context())
