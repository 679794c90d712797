"""What running a statement means for a catalog that was read before."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType

from pcishield.statement.catalog import Catalog
from pcishield.statement.facts import Statement

__all__ = ["after", "catalog_effect", "changed_names", "changes_catalog"]

_FULL = frozenset({"ddl", "dcl", "admin"})
_HIDDEN = frozenset({"call", "execute", "opaque", "unknown"})
_FULL_HAZARDS = frozenset({"role-change", "attach", "writable-schema", "load-extension"})


def catalog_effect(statement: Statement) -> str:
    """Return what running ``statement`` means for a catalog that was read before.

    Returns:
        ``all``: it is stale. ``path``: names may be looked up elsewhere. ``maybe``: what it runs cannot be seen and
        may have changed something. ``end``: a transaction or savepoint ends, which may take changes back. "": nothing.
    """
    actions, hazards = statement.actions, statement.hazard_ids
    if actions & _FULL or hazards & _FULL_HAZARDS:
        return "all"
    if "session-change" in hazards or any(p.template[:4].upper() == "USE " for p in (statement, *statement.parts)):
        return "path"
    if actions & _HIDDEN or "impure-function" in hazards:
        return "maybe"
    return "end" if "tcl" in actions else ""


def changes_catalog(statement: Statement) -> bool:
    """Whether what ``statement`` does may have made a catalog stale."""
    return catalog_effect(statement) in {"all", "path", "maybe"}


_USE = re.compile(r"USE (?:`(?P<quoted>(?:[^`]|``)+)`|(?P<plain>[\w$]+))", re.IGNORECASE)


def after(statement: Statement, catalog: Catalog) -> Catalog:
    """Return what is known of the tables for what follows ``statement`` in the same text: nothing can be read between.

    Where names are looked up elsewhere from now on, those without a schema are not known; but after MySQL's USE. Of
    what has changed nothing is known.
    """
    effect = catalog_effect(statement)
    if effect == "all":
        changed = changed_names(statement)
        left = {} if changed is None else {t: info for t, info in catalog.tables.items() if t.name not in changed}
        return replace(catalog, tables=MappingProxyType(left))
    if effect != "path":
        return catalog
    used = _USE.fullmatch(statement.template)
    if used is None:
        return replace(catalog, search_path=())
    return replace(catalog, search_path=(used["plain"] or used["quoted"].replace("``", "`"),))


_NAMED = re.compile(
    r"CREATE (?:(?:GLOBAL |LOCAL )?TEMP(?:ORARY)? |UNLOGGED )?TABLE\b(?!.*\bPARTITION\b)"
    r"|(?P<view>CREATE (?:OR REPLACE )?(?:(?:GLOBAL |LOCAL )?TEMP(?:ORARY)? )?VIEW\b)"
    r"|CREATE (?:UNIQUE )?INDEX\b[^(]*\([^(]*\)$"
    r"|DROP (?:TABLE|VIEW)\b(?!.*\bCASCADE\b)"
    r"|COMMENT ON\b",
    re.IGNORECASE | re.DOTALL,
)
"""Statements of PostgreSQL's that change no relation but those that they name.

Not so others: CASCADE, and ALTER of a table with children, reach relations that the text does not have; DROP INDEX does
not name its table; the bounds of a partition are computed.
"""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")
"""What is the same in a statement, in the catalog and in a question about it: not cut, not encoded, not quoted."""
_DDL, _VIEW = frozenset({"ddl"}), frozenset({"ddl", "select"})


def changed_names(statement: Statement) -> frozenset[str] | None:
    """Return the names, without a schema, of all relations that a PostgreSQL statement changes.

    Who asks has to look after what no text shows: the definition of a view is written in the words of the search path,
    in which a new table may come first; a partitioned table takes its partitions with it, and any table its sequences;
    an event trigger may do anything.

    Returns:
        ``None`` where there may be others.
    """
    found: set[str] = set()
    for part in statement.parts or (statement,):
        effect = catalog_effect(part)
        if not effect:
            continue
        named = _NAMED.match(part.template)
        if effect != "all" or named is None or not part.hazard_ids.isdisjoint({"impure-function", *_FULL_HAZARDS}):
            return None
        if not part.actions <= (_VIEW if named["view"] else _DDL):
            return None
        names = [relation.table.name for relation in part.relations if relation.access == "ddl"]
        if not names or not all(map(_NAME.fullmatch, names)):
            return None
        if part.template[:7].upper() != "COMMENT":
            found.update(names, map(str.lower, names))
    return frozenset(found)
