"""The words a policy may use: effects, actions, clauses, mask formats, and the hazards that are known.

A policy package may not import masking or the analyser, so names shared with them are repeated here; a test
compares them.
"""

from __future__ import annotations

import re
from typing import Final, Literal

__all__ = [
    "CLAUSES",
    "DEFAULT_SCHEMAS",
    "DIALECTS",
    "FORMATS",
    "HAZARDS",
    "OTHER_FORMATS",
    "TABLELESS",
    "WRITE_ACTIONS",
    "Clause",
    "Effect",
    "Lineage",
    "format_problem",
    "formats_of",
]

Effect = Literal["allow", "deny", "require_approval"]
Clause = Literal[
    "select", "where", "join", "group", "having", "order", "window", "set", "insert", "returning", "values", "other"
]
Lineage = Literal["verbatim", "derived", "safe", "star", "unknown"]

DIALECTS: Final = ("postgres", "mysql", "sqlite", "duckdb", "tsql", "oracle", "snowflake", "bigquery")

CLAUSES: Final[frozenset[str]] = frozenset(Clause.__args__)  # type: ignore[attr-defined]

FORMATS: Final[dict[str, tuple[str, ...]]] = {
    "pan": ("redact", "last4", "first6_last4", "first8_last4", "token"),
    "cardholder": ("redact", "initials", "none"),
    "expiry": ("redact", "year", "none"),
}
"""Mask formats by class. Each shows all that the ones before it show (PCI SSC FAQ 1091), so the formats of several
roles can be joined without showing more than the widest; but ``token`` stands outside: a keyed hash beside a
truncation of the same number needs further controls (PCI DSS 3.5.1). ``none`` leaves a class unmasked."""

OTHER_FORMATS: Final = ("redact", "last4", "none")
"""Formats of any other class; sensitive authentication data (``sad.*``) has ``redact`` only."""

WRITE_ACTIONS: Final = frozenset({"insert", "update", "delete", "merge", "truncate", "import"})
"""Actions whose object is a relation with ``write`` access."""

TABLELESS: Final = frozenset({"tcl", "set", "notify", "empty"})
"""Actions that never name a table."""

DEFAULT_SCHEMAS: Final = frozenset({"public", "main", "temp"})
"""Schemas that an unqualified name stands for: PostgreSQL ``public``, SQLite ``main`` and ``temp``."""

HAZARDS: Final = frozenset(
    """
    admin advisory-lock ambiguous-quoting attach bulk-export confusable-name copy-export copy-import
    credential-introspection cross-join dcl ddl denial-of-service drop executable-comment file-access
    impure-function lax-integrity load-extension lock multiple-statements network-access no-where not-in-catalog
    opaque-view notify opaque placeholder-in-literal process-access read-write relocation role-change sequence
    session-change session-variable statistics-access tautological-where transaction-lock truncate unicode-escape
    unparsable writable-schema
    """.split()
)
"""Hazards that the analyser can report. A policy may name others if they begin with ``x-``: the caller's own."""


def formats_of(cls: str) -> tuple[str, ...]:
    """Return the formats that a class may have, the strictest first."""
    if cls == "sad" or cls.startswith("sad."):
        return ("redact",)
    return FORMATS.get(cls, OTHER_FORMATS)


def format_problem(cls: str, name: str) -> str:
    """Return why a class cannot have a format, "" when it can."""
    known = formats_of(cls)
    if not re.fullmatch(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*", cls):
        return f"{cls!r} is no class name: lower case words joined by dots"
    if name in known:
        return ""
    if len(known) == 1:
        return f"{cls}: sensitive authentication data is always redacted (PCI DSS 3.3.1)"
    return f"{cls}: unknown format {name!r}; known are {', '.join(known)}"
