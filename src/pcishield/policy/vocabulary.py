"""The words a policy may use: effects, actions, clauses, mask formats, and the hazards that are known.

A policy package may not import masking or the analyser, so names shared with them are repeated here; a test
compares them.
"""

from __future__ import annotations

from typing import Final, Literal

__all__ = [
    "CLAUSES",
    "DEFAULT_SCHEMAS",
    "DIALECTS",
    "DISCLOSURE",
    "FORMATS",
    "HAZARDS",
    "TABLELESS",
    "WRITE_ACTIONS",
    "Clause",
    "Effect",
    "Format",
    "Lineage",
]

Effect = Literal["allow", "deny", "require_approval"]
Format = Literal["redact", "last4", "first6_last4", "first8_last4", "token"]
Clause = Literal[
    "select", "where", "join", "group", "having", "order", "window", "set", "insert", "returning", "values", "other"
]
Lineage = Literal["verbatim", "derived", "safe", "star", "unknown"]

DIALECTS: Final = ("postgres", "mysql", "sqlite", "duckdb", "tsql", "oracle", "snowflake", "bigquery")

CLAUSES: Final[frozenset[str]] = frozenset(Clause.__args__)  # type: ignore[attr-defined]

FORMATS: Final[frozenset[str]] = frozenset(Format.__args__)  # type: ignore[attr-defined]

DISCLOSURE: Final[dict[str, int]] = {"redact": 0, "last4": 1, "first6_last4": 2, "first8_last4": 3}
"""Truncation formats by what they show. Each shows all that the ones before it show (PCI SSC FAQ 1091), so the
formats of several roles can be joined without showing more than the widest. ``token`` stands outside: a keyed
hash beside a truncation of the same number needs further controls (PCI DSS 3.5.1)."""

WRITE_ACTIONS: Final = frozenset({"insert", "update", "delete", "merge", "truncate", "import"})
"""Actions whose object is a relation with ``write`` access."""

TABLELESS: Final = frozenset({"tcl", "set", "notify", "empty"})
"""Actions that never name a table."""

DEFAULT_SCHEMAS: Final = frozenset({"public", "main", "temp"})
"""Schemas that an unqualified name stands for: PostgreSQL ``public``, SQLite ``main`` and ``temp``."""

HAZARDS: Final = frozenset(
    """
    admin advisory-lock ambiguous-quoting attach bulk-export confusable-name copy-export copy-import
    credential-introspection cross-join dcl ddl denial-of-service drop executable-comment file-access impure-function
    load-extension lock multiple-statements network-access no-where not-in-catalog notify opaque
    placeholder-in-literal process-access relocation role-change session-change session-variable statistics-access
    tautological-where truncate unicode-escape unparsable writable-schema
    """.split()
)
"""Hazards that the analyser can report. A policy may name others if they begin with ``x-``: the caller's own."""
