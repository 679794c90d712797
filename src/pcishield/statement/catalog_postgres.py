"""PostgreSQL's catalog: what to ask, all of it or what has certain names, and what the rows mean.

A relation is one row, and what was made of a row is made once: a catalog that is read again costs what has changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pcishield.statement.catalog import Catalog, TableInfo
from pcishield.statement.catalog_rows import KINDS, Row, functions_of
from pcishield.statement.facts import TableRef

__all__ = ["all_queries", "build", "has_triggers", "named_queries", "patched", "without_names"]

# A view that another session is changing is left out, for its definition could not be read without waiting.
# Without oids: a table that was dropped and made again gives the same rows. One row for a relation, whose columns are a
# list, NOT NULL those with a mark and dropped ones empty, so that an index can name them by number: it is the rows that
# cost, here and on the way, and not what is in them.
_QUERIES = {
    "columns": """
        SELECT n.nspname, c.relname, c.relkind::text, pg_catalog.array_to_json(ARRAY(
               SELECT CASE WHEN a.attisdropped THEN '' WHEN a.attnotnull THEN '!' || a.attname ELSE '?' || a.attname END
               FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum))::text
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') {named}AND n.nspname <> 'pg_catalog'
          AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_toast'""",
    "generated": """
        SELECT n.nspname, c.relname, a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
        FROM pg_catalog.pg_attrdef d
        JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated <> ''
        JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT a.attisdropped {named}ORDER BY n.nspname, c.relname, a.attnum""",
    "system": """
        SELECT n.nspname, pg_catalog.array_to_json(ARRAY(
               SELECT c.relname FROM pg_catalog.pg_class c
               WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'v')))::text
        FROM pg_catalog.pg_namespace n WHERE n.nspname IN ('pg_catalog', 'information_schema')""",
    "views": """
        SELECT n.nspname, c.relname, pg_catalog.pg_get_viewdef(c.oid)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('v', 'm') AND n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.relation = c.oid AND l.granted
                          AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_catalog.pg_backend_pid())""",
    "keys": """
        SELECT n.nspname, c.relname, pg_catalog.string_agg(i.indkey::text, ',' ORDER BY i.indkey::text)
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL {named}AND n.nspname <> 'pg_catalog'
          AND n.nspname !~ '^pg_toast' GROUP BY 1, 2""",
    "functions": """
        SELECT n.nspname, p.proname, p.provolatile::text,
               CASE WHEN a.aggfnoid IS NOT NULL
                    THEN pg_catalog.concat_ws(' ', a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn)
                    WHEN l.lanname IN ('c', 'internal') THEN ''
                    WHEN l.lanname NOT IN ('sql', 'plpgsql') THEN NULL
                    WHEN p.prosrc = '' THEN pg_catalog.pg_get_functiondef(p.oid)
                    ELSE p.prosrc END
        FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        JOIN pg_catalog.pg_language l ON l.oid = p.prolang
        LEFT JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = p.oid
        WHERE n.nspname <> 'pg_catalog' AND n.nspname <> 'information_schema' ORDER BY 1, 2, p.oid""",
    "triggers": "SELECT pg_catalog.count(*)::text FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D'",
    "search_path": "SELECT pg_catalog.unnest(pg_catalog.current_schemas(true))",
}
_ALWAYS = frozenset({"views", "search_path"})
"""Asked for in full beside what has certain names."""
_NAMES = re.compile(r"AND c\.relname IN \((?:'[A-Za-z_][A-Za-z0-9_$]*'(?:, )?)+\) ")
_REMEMBERED = 65_536
"""Relations, of all databases."""
_TEMP = "pg_temp_"
Answers = Mapping[str, Iterable[Row]]
Name = tuple[str, str]
"""Of a relation: its schema, and its own."""


def all_queries() -> dict[str, str]:
    """Return the queries to ask, by name."""
    return {name: " ".join(sql.split()).replace("{named}", "") for name, sql in _QUERIES.items()}


def named_queries(names: Iterable[str]) -> dict[str, str]:
    """Return the queries to ask about relations of these names, in any schema.

    Args:
        names: Letters, digits, ``_`` and ``$``: they are put into the text.
    """
    condition = f"AND c.relname IN ({', '.join(repr(name) for name in sorted(names))}) "
    if _NAMES.fullmatch(condition) is None:
        raise ValueError("names that cannot be asked for")
    return {
        name: " ".join(sql.split()).replace("{named}", condition)
        for name, sql in _QUERIES.items()
        if "{named}" in sql or name in _ALWAYS
    }


def without_names(text: str) -> str:
    """Return what was asked about relations of certain names as it is asked about all."""
    return _NAMES.sub("", text)


def build(answers: Answers) -> Catalog:
    """Build the catalog from the rows of :func:`all_queries`; equal rows give the same parts."""
    answers = _own(answers)
    tables: dict[TableRef, TableInfo] = {}
    for schema, listed in answers.get("system", ()):
        tables.update(_system(schema, listed))
    tables.update(_relations(answers))
    functions, bodies = _functions(tuple(map(tuple, answers.get("functions", ()))))
    return Catalog("postgres", MappingProxyType(tables), _path(answers), functions, bodies)


def has_triggers(answers: Answers) -> bool:
    """Whether something may happen at each change of a table, by the rows of :func:`all_queries`."""
    return [row[0] for row in answers["triggers"]] != ["0"]


def patched(catalog: Catalog, names: frozenset[str], answers: Answers) -> Catalog:
    """Return a catalog with the rows of :func:`named_queries` in place of what it has of these names.

    Without sequences, which come and go with tables whose text does not name them.
    """
    answers = _own(answers)
    views = _views(answers)
    tables = {}
    for table, info in catalog.tables.items():
        if info.kind == "system" or (table.name not in names and info.kind != "sequence"):
            if info.kind in {"view", "matview"}:
                definition = views.get((table.schema, table.name), "")
                info = info if info.definition == definition else replace(info, definition=definition)
            tables[table] = info
    tables.update(_relations(answers))
    return replace(catalog, tables=MappingProxyType(tables), search_path=_path(answers))


def _own(answers: Answers) -> dict[str, list[Row]]:
    """Leave out other sessions' temporary tables, and call this one's schema by the name it has for itself."""
    path = {str(row[0]) for row in answers.get("search_path", ())}
    return {name: _without_others(rows, path) for name, rows in answers.items()}


def _without_others(rows: Iterable[Row], path: set[str]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if not str(row[0]).startswith(_TEMP):
            found.append(row)
        elif row[0] in path:
            found.append(("pg_temp", *row[1:]))
    return found


def _path(answers: Mapping[str, list[Row]]) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in answers["search_path"] if row[0])


def _views(answers: Mapping[str, list[Row]]) -> dict[Name, str]:
    return {(schema, name): (text or "").strip().rstrip(";") for schema, name, text in answers["views"]}


def _relations(answers: Mapping[str, list[Row]]) -> dict[TableRef, TableInfo]:
    views = _views(answers)
    keys: dict[Name, str] = {(schema, name): numbers for schema, name, numbers in answers["keys"]}
    generated: dict[Name, tuple[tuple[str, str], ...]] = {}
    for schema, name, column, text in answers["generated"]:
        generated[schema, name] = (*generated.get((schema, name), ()), (column, text or ""))
    found = {}
    for schema, name, kind, columns in answers["columns"]:
        at = (schema, name)
        info = _relation(schema, name, kind, columns, views.get(at, ""), keys.get(at, ""), generated.get(at, ()))
        found[info.table] = info
    return found


@lru_cache(_REMEMBERED)
def _relation(
    schema: str, name: str, kind: str, columns: str, view: str, keys: str, generated: tuple[tuple[str, str], ...]
) -> TableInfo:
    marked: list[str] = json.loads(columns)
    named = [column[1:] for column in marked]
    return TableInfo(
        table=TableRef(name, schema),
        columns=tuple(column for column in named if column),
        kind=KINDS.get(kind, "table"),
        definition=view,
        generated=MappingProxyType(dict(generated)),
        keys=tuple(_columns(named, key) for key in keys.split(",") if key and min(map(int, key.split())) > 0),
        required=frozenset(column[1:] for column in marked if column[:1] == "!"),
    )


def _columns(named: list[str], key: str) -> frozenset[str]:
    """The columns of an index by their numbers, which are from one and never given again."""
    return frozenset(named[int(number) - 1] for number in key.split())


@lru_cache(64)
def _system(schema: str, listed: str) -> dict[TableRef, TableInfo]:
    refs = (TableRef(name, schema) for name in json.loads(listed))
    return {ref: TableInfo(ref, (), kind="system") for ref in refs}


@lru_cache(64)
def _functions(rows: tuple[tuple[Any, ...], ...]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    functions, bodies = functions_of(rows)
    return MappingProxyType(functions), MappingProxyType(bodies)
