"""What a function that is not the database's own may read, told from its text in the catalog.

Rules (fail closed, "only ever mask more"):

- Every word of the text counts, those in strings and comments too: a table, view or function that is named is read.
- A function named in the text, and the query of a view, are followed as well.
- Text that builds statements (EXECUTE), calls what reads elsewhere (dblink, ``query_to_xml``), or names where the
  database keeps values of columns, may read anything; so may a function whose text is not at hand.
- Code that is no SQL (C, functions that an SQLite application registers) is taken to compute from its arguments.
"""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from pcishield.statement.catalog import Catalog, TableInfo
from pcishield.statement.functions import is_builtin, risk

__all__ = ["overloaded", "reads_elsewhere", "tables_read"]

_WORD = re.compile(r"[^\W\d][\w$]*")
_NAMED = re.compile(r"\b(?:from|join)\s+([\w$`\".]+)")
_BUILT = frozenset({"execute", "prepare", "refcursor", "execute_sql"})
_HOLDS_VALUES = re.compile(r"\b(?:pg_stat(?:s|istic)\w*|pg_authid|pg_shadow|pg_largeobject|mysql)\b|u&['\"]")
_ELSEWHERE = frozenset({"opaque", "file-access", "network-access", "process-access"})

Found = frozenset[TableInfo] | None

_known: WeakKeyDictionary[Catalog, dict[str, Found]] = WeakKeyDictionary()
_overloads: WeakKeyDictionary[Catalog, frozenset[str]] = WeakKeyDictionary()


def tables_read(catalog: Catalog, name: str) -> frozenset[TableInfo] | None:
    """Return the tables that a function may read beside its arguments; ``None`` when that cannot be told.

    Args:
        catalog: Of the database.
        name: Of the function, in lower case, with its schema or without.
    """
    known = _known.setdefault(catalog, {})
    if name not in known:
        known[name] = _follow(catalog, name)
    return known[name]


def reads_elsewhere(name: str) -> bool:
    """Tell whether one of the dangerous functions returns what it reads: a file, another database, SQL it is given."""
    return risk(name) in _ELSEWHERE


def overloaded(catalog: Catalog) -> frozenset[str]:
    """Return the names that PostgreSQL has itself and somebody has given to a function of another type as well."""
    found = _overloads.get(catalog)
    if found is None:
        names = catalog.functions if catalog.dialect == "postgres" else ()
        found = frozenset(name for name in names if "." not in name and is_builtin(name, catalog.dialect))
        _overloads[catalog] = found
    return found


def _follow(catalog: Catalog, name: str) -> Found:
    by_name: dict[str, list[TableInfo]] = {}
    for info in catalog.tables.values():
        if info.kind != "system":
            by_name.setdefault(info.table.name.lower(), []).append(info)
    odd = [table for table in by_name if _WORD.fullmatch(table) is None]
    texts = [catalog.bodies.get(name)]
    seen = {name}
    found: set[TableInfo] = set()
    while texts:
        text = texts.pop()
        if text is None:
            return None
        text = text.lower()
        words = set(_WORD.findall(text))
        if not words.isdisjoint(_BUILT) or _HOLDS_VALUES.search(text) or any(risk(w) in _ELSEWHERE for w in words):
            return None
        if catalog.dialect == "mysql" and not all(_is_known(target, by_name) for target in _NAMED.findall(text)):
            return None  # the database shows a user the text of functions, but not every table in it
        for table in [w for w in words if w in by_name] + [t for t in odd if t in text.replace('""', '"')]:
            for info in by_name[table]:
                if info not in found:
                    found.add(info)
                    if info.kind in {"view", "matview"}:
                        texts.append(info.definition or None)
        for function in words & catalog.functions.keys() - seen:
            seen.add(function)
            texts.append(catalog.bodies.get(function))
    return frozenset(found)


def _is_known(target: str, by_name: dict[str, list[TableInfo]]) -> bool:
    return target.replace("`", "").replace('"', "").rpartition(".")[2] in by_name
