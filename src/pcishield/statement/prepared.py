"""EXECUTE by SQL, understood as the statement that was prepared under its name.

``EXECUTE p`` says nothing of what it runs, so alone it is opaque. Who has seen ``PREPARE p AS ...`` on the same
connection knows: then it is judged by what was prepared.
"""

from __future__ import annotations

from dataclasses import replace

from pcishield.statement.facts import Statement

__all__ = ["OPAQUE", "traced"]

OPAQUE = "EXECUTE of a prepared statement"
"""Detail of the hazard that an EXECUTE has before it is traced."""


def traced(statement: Statement, prepared: Statement) -> Statement:
    """Return ``statement`` with what it really does.

    Args:
        statement: One ``EXECUTE p``, ``EXPLAIN ANALYZE EXECUTE p`` or ``CREATE TABLE ... AS EXECUTE p``.
        prepared: The ``PREPARE p AS ...`` that the server has accepted on the same connection.

    Returns:
        The facts of both; the hazards of both but the opaque EXECUTE. Fingerprint and template stay those of the
        text that is sent, by which the database's own log is compared with ours.
    """
    hazards = [h for h in statement.hazards if h.id != "opaque" or h.detail != OPAQUE]
    return replace(
        statement,
        actions=(statement.actions | prepared.actions) - {"opaque", "prepare"},
        relations=tuple(dict.fromkeys((*statement.relations, *prepared.relations))),
        columns=tuple(dict.fromkeys((*statement.columns, *prepared.columns))),
        functions=statement.functions | prepared.functions,
        outputs=prepared.outputs if statement.kind == "execute" else statement.outputs,
        hazards=tuple(dict.fromkeys((*hazards, *prepared.hazards))),
        literals=(*statement.literals, *prepared.literals),
        summary=f"{statement.summary} {prepared.summary}".strip(),
    )
