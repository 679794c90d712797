"""Text in, facts out: the only entry to statement understanding.

The answer is cached by dialect, text and catalog. Texts without literals have a cache of their own, so that
a flood of different literals cannot drive parameterised statements out.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from pcishield.statement import (  # noqa: F401  (they register themselves)
    verbs_basic,
    verbs_mysql,
    verbs_other,
    verbs_postgres,
    verbs_sqlite,
)
from pcishield.statement.catalog import Catalog
from pcishield.statement.catalog_changes import after
from pcishield.statement.draft import Draft
from pcishield.statement.facts import Hazard, Statement
from pcishield.statement.fragment import Fragment, Reading
from pcishield.statement.joined import joined
from pcishield.statement.lexer import Lexed, LexerSettings, lex
from pcishield.statement.normalise import fingerprint, normalise
from pcishield.statement.registry import read_statement
from pcishield.statement.summary import summarise
from pcishield.statement.told_apart import names_in_literals, with_places

__all__ = ["analyze", "cache_clear"]

Key = tuple[str, str, LexerSettings | None]

MAX_CACHED = 4096
MAX_CACHED_LITERAL = 512
MAX_CACHED_CHARS = 20_000


class _Cache:
    """Statements analysed with one catalog, or with none."""

    __slots__ = ("literal", "parameterised")

    def __init__(self) -> None:
        self.parameterised: dict[Key, Statement] = {}
        self.literal: dict[Key, Statement] = {}


_plain = _Cache()
_by_catalog: WeakKeyDictionary[Catalog, _Cache] = WeakKeyDictionary()
"""A catalog that was replaced takes its statements with it."""

_NAMES = {
    "postgresql": "postgres", "psycopg": "postgres", "mariadb": "mysql", "sqlite3": "sqlite", "mssql": "tsql",
    "sqlserver": "tsql", "redshift": "redshift",
}  # fmt: skip


def analyze(sql: str, dialect: str, schema: Catalog | None = None, settings: LexerSettings | None = None) -> Statement:
    """Understand ``sql``.

    Args:
        sql: Untrusted text, one or several statements, with the placeholders of any driver.
        dialect: ``postgres``, ``mysql``, ``sqlite``, or another name that sqlglot knows.
        schema: What is known about the tables; without it ``*`` stays a star.
        settings: What is known about the session's quoting.

    Returns:
        The facts. Never raises for bad SQL: ``kind`` is then ``unknown``, with the hazard ``unparsable``.
    """
    key = (sql, dialect, settings)
    cache = _plain if schema is None else _by_catalog.get(schema) or _by_catalog.setdefault(schema, _Cache())
    found = cache.parameterised.get(key) or cache.literal.get(key)
    if found is not None:
        return found
    return _miss(key, schema, cache)


def cache_clear() -> None:
    """Forget every cached statement."""
    _plain.parameterised.clear()
    _plain.literal.clear()
    _by_catalog.clear()


def _miss(key: Key, schema: Catalog | None, cache: _Cache) -> Statement:
    sql, dialect, settings = key
    name = _NAMES.get(dialect, dialect)
    try:
        found = _understand(sql, name, schema, settings)
    except RecursionError:
        # Depends on the caller's stack as well: not cached.
        return _failed(sql, name, "the statement is nested too deeply")
    except Exception as error:  # whatever breaks here must end in a refusal, not in the application
        return _failed(sql, name, f"{type(error).__name__} while reading")
    if len(sql) <= MAX_CACHED_CHARS:
        _remember(key, found, cache)
    return found


def _remember(key: Key, found: Statement, known: _Cache) -> None:
    cache, limit = (known.literal, MAX_CACHED_LITERAL) if found.literals else (known.parameterised, MAX_CACHED)
    if len(cache) >= limit:
        for old in list(cache)[: limit // 4]:
            cache.pop(old, None)
    cache[key] = found


def _failed(sql: str, dialect: str, why: str) -> Statement:
    digest = fingerprint(dialect, sql)
    return Statement(
        dialect=dialect,
        kind="unknown",
        actions=frozenset({"unknown"}),
        fingerprint=digest,
        template="(not understood)",
        outputs=None,
        hazards=(Hazard("unparsable", why),),
        literals=(sql,),
        summary="A text that is not understood.",
    )


def _understand(sql: str, dialect: str, schema: Catalog | None, settings: LexerSettings | None) -> Statement:
    lexed = lex(sql, dialect, settings)
    if lexed.error:
        return _failed(sql, dialect, lexed.error)
    parts = _split(lexed, dialect)
    if len(parts) == 1:
        start, end = parts[0]
        found = _one(lexed, start, end, dialect, schema, lexed.hazards)
        if lexed.executable:
            found = _without_executable(found, sql, dialect, schema, settings)
        return found
    statements: list[Statement] = []
    for start, end in parts:
        statements.append(_one(lexed, start, end, dialect, schema, []))
        schema = None if schema is None else after(statements[-1], schema)
    return _several(tuple(statements), lexed, dialect)


def _split(lexed: Lexed, dialect: str) -> list[tuple[int, int]]:
    """Ranges of the single statements; the empty ones between semicolons are left out."""
    if not lexed.breaks:
        return [(0, len(lexed.kinds))]
    found: list[tuple[int, int]] = []
    start = 0
    stops = [*lexed.breaks, len(lexed.kinds)]
    for stop in stops:
        if stop > start and start >= 0:
            if _has_body(lexed, start) or (dialect == "mysql" and _is_compound(lexed, start)):
                end = len(lexed.kinds) - (lexed.upper[-1] == ";")
                found.append((start, end))
                break
            found.append((start, stop))
        start = stop + 1
    return found or [(0, 0)]


_ROUTINES = frozenset({"TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "RULE", "PACKAGE"})


def _is_compound(lexed: Lexed, start: int) -> bool:
    """Whether MariaDB's compound statement follows, which goes to the end of the text."""
    first, second = lexed.upper[start], lexed.upper[min(start + 1, len(lexed.upper) - 1)]
    return (first == "BEGIN" and second == "NOT") or first in {"IF", "LOOP", "WHILE", "REPEAT", "CASE", "FOR"}


def _has_body(lexed: Lexed, start: int) -> bool:
    """Whether CREATE of a routine follows, whose body holds semicolons: all the rest is taken as its body."""
    if lexed.upper[start] not in {"CREATE", "ALTER"}:
        return False
    stop = next((b for b in lexed.breaks if b > start), len(lexed.upper))
    head = lexed.upper[start:stop]
    return not _ROUTINES.isdisjoint(head[:14]) and "BEGIN" in head


def _one(
    lexed: Lexed, start: int, end: int, dialect: str, schema: Catalog | None, hazards: list[tuple[str, str]]
) -> Statement:
    fragment = Fragment.of(lexed, start, end)
    draft = Draft()
    read_statement(draft, Reading(dialect, lexed.strings, schema), fragment)
    if draft.kind == "unknown" and lexed.modulo:
        draft = _as_modulo(draft, lexed, start, end, dialect, schema)
    for name, detail in hazards:
        draft.hazard(name, detail)
    return _frozen(draft, lexed, start, end, dialect)


def _as_modulo(draft: Draft, lexed: Lexed, start: int, end: int, dialect: str, schema: Catalog | None) -> Draft:
    """``a %s`` did not parse with a placeholder: a driver without parameters sends a modulo."""
    fragment = Fragment.of(lexed, start, end)
    fragment.c = list(fragment.c)
    for i, kind in enumerate(fragment.k):
        if kind == "P" and fragment.v[i].startswith("%") and i and fragment.operand(i - 1):
            fragment.c[i] = f"% {fragment.v[i][-1]}"
    again = Draft()
    read_statement(again, Reading(dialect, lexed.strings, schema), fragment)
    return draft if again.kind == "unknown" else again


def _frozen(draft: Draft, lexed: Lexed, start: int, end: int, dialect: str) -> Statement:
    whole = start == 0 and end == len(lexed.kinds)
    shown = lexed.shown if whole else lexed.shown[start:end]
    kinds = lexed.kinds if whole else lexed.kinds[start:end]
    upper, values = lexed.upper[start:end], lexed.values[start:end]
    if "N" in kinds and ("BY" in upper or "DISTINCT" in upper):
        shown = with_places(shown, upper, values, kinds)
    template, exact = normalise(shown)
    if "S" in kinds and (names := names_in_literals(draft, kinds, upper, values, dialect)):
        exact += f"\0{names}"
    if whole:
        literals = (*lexed.strings, *lexed.numbers) if lexed.strings or lexed.numbers else ()
    else:
        literals = tuple(lexed.values[i] for i in range(start, end) if lexed.kinds[i] in "SN")
    if len(literals) > 1:
        literals += joined(kinds, upper, values)
    return Statement(
        dialect=dialect,
        kind=draft.kind,
        actions=frozenset(draft.actions),
        fingerprint=fingerprint(dialect, exact),
        template=template,
        relations=draft.frozen_relations(),
        columns=draft.frozen_columns(),
        functions=frozenset(draft.functions),
        outputs=draft.outputs,
        hazards=tuple(draft.hazards),
        count=0 if draft.kind == "empty" else 1,
        parameters=kinds.count("P"),
        literals=literals,
        summary=summarise(draft),
        declares=draft.declares,
        refers=draft.refers,
    )


def _several(parts: tuple[Statement, ...], lexed: Lexed, dialect: str) -> Statement:
    template, exact = normalise(lexed.shown)
    returning = [p.outputs for p in parts if p.outputs is None or p.outputs]
    hazards: dict[Hazard, None] = {Hazard("multiple-statements", f"{len(parts)} statements"): None}
    for part in parts:
        hazards |= dict.fromkeys(part.hazards)
    for name, detail in lexed.hazards:
        hazards[Hazard(name, detail)] = None
    unknown = any(p.kind == "unknown" for p in parts)
    return Statement(
        dialect=dialect,
        kind="unknown" if unknown else "multiple",
        actions=frozenset().union(*(p.actions for p in parts)),
        fingerprint=fingerprint(dialect, exact),
        template=template,
        relations=tuple(dict.fromkeys(r for p in parts for r in p.relations)),
        columns=tuple(dict.fromkeys(c for p in parts for c in p.columns)),
        functions=frozenset().union(*(p.functions for p in parts)),
        outputs=returning[-1] if returning else (),
        hazards=tuple(hazards),
        count=len(parts),
        parts=parts,
        parameters=sum(p.parameters for p in parts),
        literals=tuple(literal for part in parts for literal in part.literals) or (*lexed.strings, *lexed.numbers),
        summary=" Then: ".join(p.summary for p in parts[:5]) + (" ..." if len(parts) > 5 else ""),
    )


def _without_executable(
    found: Statement, sql: str, dialect: str, schema: Catalog | None, settings: LexerSettings | None
) -> Statement:
    """Add what the text does on a server that skips the executable comments."""
    lexed = lex(sql, dialect, settings, skip_executable=True)
    if lexed.error:
        return _failed(sql, dialect, lexed.error)
    parts = [_one(lexed, start, end, dialect, schema, []) for start, end in _split(lexed, dialect)]
    hazards = dict.fromkeys(found.hazards) | dict.fromkeys(h for p in parts for h in p.hazards if h.id != "unparsable")
    return Statement(
        **{
            **{name: getattr(found, name) for name in Statement.__slots__},
            "hazards": tuple(hazards),
            "actions": found.actions.union(*(p.actions - {"unknown", "empty"} for p in parts)),
            "relations": tuple(dict.fromkeys((*found.relations, *(r for p in parts for r in p.relations)))),
            "outputs": found.outputs if all(p.outputs == found.outputs for p in parts) else None,
        }
    )
