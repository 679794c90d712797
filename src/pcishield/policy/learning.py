"""Least-privilege rules, proposed from what an audit log shows was really done (PCI DSS 7.2.5, 7.2.6).

Only statements that ran (``attempt`` records) and that had no hazard are proposed. The proposal is a policy file to
read and correct, not one to trust: it permits what was done, not what was meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pcishield.policy.subject import hides_a_name
from pcishield.policy.vocabulary import WRITE_ACTIONS

__all__ = ["Observed", "learn", "observe", "write_rules", "write_templates"]


_NAMES_TABLES = WRITE_ACTIONS | {"select", "export", "ddl", "dcl"}


@dataclass(frozen=True, slots=True)
class Observed:
    """One statement that somebody ran.

    Attributes:
        agent: Agent or program; "" when there was none.
        user: The human.
        relations: Table and access (``read``, ``write``, ``ddl``), sorted.
        runs: How often it ran.
    """

    agent: str
    user: str
    fingerprint: str
    template: str
    actions: frozenset[str]
    relations: tuple[tuple[str, str], ...]
    hazards: frozenset[str]
    runs: int


def observe(records: Iterable[Mapping[str, Any]]) -> list[Observed]:
    """Return what ran, by agent, user and statement; the most frequent first.

    Args:
        records: Audit records, untrusted. Anything that is no complete ``attempt`` is passed over.
    """
    counted: dict[tuple[str, str, str], int] = {}
    facts: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for record in records:
        statement, actor = record.get("statement"), record.get("actor")
        if record.get("type") != "attempt" or not isinstance(statement, Mapping) or not isinstance(actor, Mapping):
            continue
        fingerprint = str(statement.get("fingerprint", ""))
        if not fingerprint:
            continue
        key = (str(actor.get("agent", "")), str(actor.get("user", "")), fingerprint)
        counted[key] = counted.get(key, 0) + 1
        facts.setdefault(key, statement)
    found = [_observed(key, facts[key], runs) for key, runs in counted.items()]
    return sorted(found, key=lambda one: (-one.runs, one.agent, one.fingerprint))


def learn(
    records: Iterable[Mapping[str, Any]], kind: Literal["rules", "templates"] = "rules", name: str = "learned"
) -> str:
    """Return a proposed policy file as TOML text.

    Args:
        records: Audit records, untrusted.
        kind: Rules by action and table, or approved statements by fingerprint.
        name: Name of the policy.
    """
    observed = observe(records)
    return write_templates(observed, name) if kind == "templates" else write_rules(observed, name)


def write_templates(observed: Iterable[Observed], name: str) -> str:
    """Return a policy that permits exactly the observed statements, by fingerprint."""
    usable, left_out = _split(observed)
    lines = _head(name, usable, left_out, 'mode = "templates"')
    for one in usable:
        lines += ["", f"# ran {one.runs} times", "[[templates]]", f"fingerprint = {_text(one.fingerprint)}"]
        lines += [f"sql = {_text(one.template)}", *_who(one)]
    return "\n".join(lines) + "\n"


def write_rules(observed: Iterable[Observed], name: str) -> str:
    """Return a policy that permits each agent the observed actions on the observed tables."""
    usable, left_out = _split(observed)
    lines = _head(name, usable, left_out, 'default = "deny"')
    by_caller: dict[tuple[str, ...], list[Observed]] = {}
    for one in usable:
        by_caller.setdefault(tuple(_who(one, "when.")), []).append(one)
    for number, (who, statements) in enumerate(sorted(by_caller.items()), 1):
        tables: dict[str, set[str]] = {}
        for one in statements:
            for action, table in _needs(one):
                tables.setdefault(action, set()).add(table)
        grouped: dict[tuple[str, ...], list[str]] = {}
        for action, names in sorted(tables.items()):
            grouped.setdefault(tuple(sorted(names - {""})), []).append(action)
        # Without a table condition a rule for SELECT would permit every table, which nobody has shown a need for.
        # Any rule that permits SELECT permits one without tables.
        grouped[()] = [action for action in grouped.pop((), []) if action not in _NAMES_TABLES]
        for part, (names_of, actions) in enumerate(filter(lambda item: item[1], grouped.items()), 1):
            lines += ["", f"# from {len(statements)} statements", "[[rules]]", f'id = "learned-{number}-{part}"']
            lines += ['effect = "allow"', 'requirement = ["7.2.5", "7.2.6"]', *who]
            lines.append(f"when.actions = {_list(actions)}")
            if names_of:
                lines.append(f"when.tables = {_list(names_of)}")
    return "\n".join(lines) + "\n"


def _observed(key: tuple[str, str, str], statement: Mapping[str, Any], runs: int) -> Observed:
    agent, user, fingerprint = key
    return Observed(
        agent=agent,
        user=user,
        fingerprint=fingerprint,
        template=str(statement.get("template", "")),
        actions=frozenset(map(str, statement.get("actions", ()))),
        relations=_relations(statement),
        hazards=frozenset(map(str, statement.get("hazards", ()))),
        runs=runs,
    )


def _relations(statement: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    tables = statement.get("tables")
    items = tables.items() if isinstance(tables, Mapping) else ()
    return tuple(
        sorted({(str(table), one) for table, access in items for one in str(access).replace(",", " ").split()})
    )


def _needs(one: Observed) -> set[tuple[str, str]]:
    # The same reading as when deciding (see subject.py): UPDATE and DELETE may look at their own table.
    written = {table for table, access in one.relations if access == "write"}
    needs: set[tuple[str, str]] = set()
    for table, access in one.relations:
        if access == "read":
            if table not in written or not one.actions & {"update", "delete", "merge"}:
                needs.add(("select", table))
        else:
            wanted = one.actions & (WRITE_ACTIONS if access == "write" else {"ddl", "dcl", "truncate"})
            needs.update((action, table) for action in wanted or one.actions)
    return needs | {(action, "") for action in one.actions - {action for action, _ in needs}}


def _split(observed: Iterable[Observed]) -> tuple[list[Observed], list[Observed]]:
    usable: list[Observed] = []
    left_out: list[Observed] = []
    for one in observed:
        doubtful = one.hazards or "unknown" in one.actions or not one.actions or hides_a_name(one.template)
        (left_out if doubtful else usable).append(one)
    return usable, left_out


def _head(name: str, usable: list[Observed], left_out: list[Observed], setting: str) -> list[str]:
    runs = sum(one.runs for one in usable)
    lines = [f"# Proposed from {runs} runs of {len(usable)} statements. Read it before you use it."]
    if left_out:
        hazards = ", ".join(sorted({hazard for one in left_out for hazard in one.hazards})) or "unknown actions"
        lines.append(f"# Left out: {len(left_out)} statements with hazards ({hazards}).")
    return [*lines, f"name = {_text(name)}", "schema = 1", setting]


def _who(one: Observed, prefix: str = "") -> list[str]:
    # A template or rule is for the agent where there is one: humans come and go, an agent's needs do not.
    return [f"{prefix}agents = {_list([one.agent])}"] if one.agent else [f"{prefix}users = {_list([one.user])}"]


def _list(items: Iterable[str]) -> str:
    return "[" + ", ".join(_text(_quoted(item)) for item in items) + "]"


def _quoted(name: str) -> str:
    # A name is meant literally, not as a glob; a glob cannot say a bracket, so any one sign stands for it.
    return "".join(f"[{char}]" if char in "*?" else "?" if char in "[]" else char for char in name)


def _text(value: str) -> str:
    # JSON strings are TOML basic strings, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
