"""Every reason for care that :func:`~pcishield.statement.analyze` can give, in one table.

A hazard says what a statement *can* do, not that it is wrong: the policy decides. ``info`` hazards are facts
that matter only together with something else (a classified column, a budget); on their own they must not
block an ordinary application.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["HAZARDS", "HazardType", "Severity"]

Severity = Literal["info", "low", "medium", "high", "critical"]


@dataclass(frozen=True, slots=True)
class HazardType:
    """One kind of hazard.

    Attributes:
        id: Stable name, used in policies and records.
        severity: How bad at worst; ``info`` is a mere fact.
        text: What it means, for a person.
    """

    id: str
    severity: Severity
    text: str


_TABLE: tuple[tuple[str, Severity, str], ...] = (
    # not understood
    ("unparsable", "critical", "The text is not understood, so nothing can be said about what it does."),
    (
        "opaque",
        "critical",
        "Code whose effect cannot be read from the text: DO, dynamic SQL, SQL passed to a function.",
    ),
    ("multiple-statements", "high", "Several statements in one text."),
    ("executable-comment", "high", "A comment that the server executes, or skips, depending on its version."),
    ("ambiguous-quoting", "high", "Another session setting would end a string elsewhere."),
    ("confusable-name", "medium", "A name mixes letters of several scripts and may look like another one."),
    ("unicode-escape", "info", "A name or string is written with U& escapes."),
    ("placeholder-in-literal", "info", "A driver placeholder stands inside a literal, where values are not quoted."),
    # destructive
    ("no-where", "high", "UPDATE or DELETE of every row."),
    (
        "tautological-where",
        "high",
        "UPDATE or DELETE whose condition is not seen to leave any row out.",
    ),
    ("truncate", "critical", "Empties a table."),
    ("drop", "critical", "Destroys an object, column, constraint or partition."),
    ("ddl", "high", "Changes the structure of the database."),
    ("dcl", "critical", "Changes who may do what."),
    # the session and the server
    ("role-change", "critical", "Continues with the rights of another role."),
    ("session-change", "high", "Changes a setting that guards data or changes how SQL is read."),
    ("lax-integrity", "info", "Lets the session write what the database would refuse otherwise: keys, strict values."),
    ("admin", "high", "Acts on the server itself: configuration, replication, other sessions, maintenance."),
    ("read-write", "info", "Begins a transaction that writes, also in a session that was opened to read only."),
    ("lock", "medium", "Locks a table explicitly."),
    ("advisory-lock", "medium", "Takes an application-level lock that others may wait for."),
    (
        "transaction-lock",
        "info",
        "Takes an application-level lock of one key that ends with the transaction, or in MySQL with the session.",
    ),
    ("sequence", "info", "Moves a sequence on, or sets it, or a number that SQLite keeps for the application."),
    ("denial-of-service", "high", "Can keep the server busy for long: sleeping, unbounded series or recursion."),
    # ways out of, and into, the database
    ("file-access", "critical", "Reads or writes files of the server, large objects or raw pages."),
    ("network-access", "critical", "Makes the server talk to another one."),
    ("process-access", "critical", "Starts a program or loads code into the server."),
    ("load-extension", "critical", "Loads an extension, plug-in or library."),
    ("attach", "high", "Opens another database file in this session."),
    ("writable-schema", "critical", "Writes the tables in which the database describes itself."),
    ("copy-export", "high", "COPY ... TO: rows leave in bulk."),
    ("copy-import", "medium", "COPY ... FROM: rows are loaded in bulk."),
    ("notify", "info", "Sends a message to other sessions; data may leave in it."),
    # data that moves or is probed
    ("relocation", "info", "Rows are copied to a place where other rules may apply (PCI DSS 3.4.2)."),
    ("bulk-export", "info", "A read without a small LIMIT and without an equality condition."),
    ("cross-join", "info", "A join without a condition."),
    ("credential-introspection", "critical", "Reads where the database keeps passwords or keys."),
    ("statistics-access", "high", "Reads optimizer statistics, which hold sample values of columns."),
    ("impure-function", "medium", "Calls a function that is not a known built-in; what it does is not known."),
    ("not-in-catalog", "info", "Names a table that the catalog at hand does not know."),
    ("opaque-view", "info", "Names a view whose definition may not be read or is not understood."),
    ("session-variable", "info", "Stores a value in a variable of the session."),
)

HAZARDS: dict[str, HazardType] = {id: HazardType(id, severity, text) for id, severity, text in _TABLE}
"""By id, in the order of the documentation."""
