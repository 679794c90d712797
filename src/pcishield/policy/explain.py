"""A decision, told to a person: what the statement does, which rules spoke, what would make it pass."""

from __future__ import annotations

from pcishield.core.decision import Context, Decision
from pcishield.policy.subject import readable
from pcishield.statement.facts import Statement

__all__ = ["explain"]


def explain(statement: Statement, context: Context, decision: Decision) -> str:
    """Return several lines; no literal of the statement is in them."""
    lines = [
        f"statement  {statement.kind} ({', '.join(sorted(statement.actions))}), {context.dialect or statement.dialect}",
    ]
    for access, word in (("read", "reads"), ("write", "writes"), ("ddl", "changes")):
        if tables := statement.tables(access):  # type: ignore[arg-type]
            lines.append(f"{word:<10} {', '.join(map(readable, tables))}")
    if statement.functions:
        lines.append(f"calls      {', '.join(sorted(map(readable, statement.functions)))}")
    if context.classes:
        lines.append("classified " + ", ".join(f"{readable(n)} ({c})" for n, c in sorted(context.classes.items())))
    lines.extend(
        f"hazard     {hazard.id}{f': {readable(hazard.detail)}' if hazard.detail else ''}"
        for hazard in statement.hazards
    )
    principal = context.principal
    who = principal.user + (f" through {principal.agent}" if principal.agent else "")
    lines.append(f"asked by   {who} in {context.environment or 'production'}")
    lines.append("")
    lines.append(decision.explain())
    return "\n".join(lines)
