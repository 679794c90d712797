"""What SQLite's full-text and R-tree tables keep beside themselves, as views of the table whose content it is.

``ft_data.block`` holds the words of ``ft``, a card number among them in pieces; so does ``term`` of a table that lists
an index (``fts5vocab``, ``fts4aux``). Their columns are called nothing that tells, and no value shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pcishield.statement.catalog_rows import Row, text_of
from pcishield.statement.lexer import lex

__all__ = ["as_views"]

_SHADOWS = {
    "fts5": ("data", "idx", "content", "docsize", "config"),
    "fts4": ("content", "segments", "segdir", "docsize", "stat"),
    "rtree": ("node", "rowid", "parent"),
}
_MODULES = {"fts3": "fts4", "rtree_i32": "rtree", "geopoly": "rtree"}
_LISTS = frozenset({"fts5vocab", "fts4aux"})
_COUNTS = frozenset(
    """id docid rowid nodeno parentnode segid pgno blockid level idx start_block leaves_end_block end_block sz size k v
    doc cnt col offset documents occurrences languageid origin""".split()
)
"""Columns of theirs that count and number."""


def as_views(texts: list[Row], columns: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of ``texts`` and ``columns`` with such tables as views; see ``ask_sqlite``."""
    names: dict[tuple[str, str], list[str]] = {}
    for row in columns:
        if row[3] is not None:
            names.setdefault((row[0], row[1]), []).append(text_of(row[3]))
    found = {key: _view(key, base, names) for key, base in _bases(texts).items()}
    return (
        [(*row[:3], found.get((row[0], row[1]), row[3])) for row in texts],
        [(*row[:2], "view" if (row[0], row[1]) in found else row[2], *row[3:]) for row in columns],
    )


def _bases(texts: list[Row]) -> dict[tuple[str, str], tuple[str, str]]:
    """Whose content a table holds."""
    here = {(row[0], row[1].lower()): (row[0], row[1]) for row in texts}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for schema, table, _, text in texts:
        module, arguments = _module(text)
        for suffix in _SHADOWS.get(module, ()):
            shadow = here.get((schema, f"{table}_{suffix}".lower()))
            if shadow is not None:
                found[shadow] = (schema, table)
        if module in _LISTS and arguments:
            # ``fts5vocab(ft, row)``, ``fts5vocab(main, ft, row)``, ``fts4aux(ft)``, ``fts4aux(main, ft)``
            named = arguments[: len(arguments) - (module == "fts5vocab")]
            base = here.get((named[0].lower() if len(named) > 1 else schema, named[-1].lower())) if named else None
            if base is not None:
                found[(schema, table)] = base
    return found


def _module(text: str) -> tuple[str, list[str]]:
    """Name and arguments of the module of CREATE VIRTUAL TABLE."""
    if text[:20].upper() != "CREATE VIRTUAL TABLE":
        return "", []
    lexed: Any = lex(text, "sqlite")
    if lexed.error or "USING" not in lexed.upper:
        return "", []
    at = lexed.upper.index("USING") + 1
    name = lexed.values[at].lower()
    inside = zip(lexed.kinds[at + 2 :], lexed.values[at + 2 :], strict=True)
    return _MODULES.get(name, name), [value for kind, value in inside if kind in {"W", "Q", "S"}]


def _view(key: tuple[str, str], base: tuple[str, str], names: dict[tuple[str, str], list[str]]) -> str:
    content = names.get(base, [])
    parts = []
    for name in names.get(key, []):
        number = name[1 : len(name) - len(name[1:].lstrip("0123456789"))]
        if number and name[0] == "c" and int(number) < len(content) and key[1].lower().endswith("_content"):
            value = _quoted(content[int(number)])
        elif name.lower() in _COUNTS:
            value = "0"
        else:
            value = " || ".join(["''", *map(_quoted, content)])
        parts.append(f"{value} AS {_quoted(name)}")
    source = _quoted(base[1]) if base[0] == "main" else f"{_quoted(base[0])}.{_quoted(base[1])}"
    return f"CREATE VIEW v AS SELECT {', '.join(parts)} FROM {source}"  # noqa: S608  (text to be understood, not run)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
