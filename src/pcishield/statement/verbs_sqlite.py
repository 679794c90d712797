"""SQLite's statements that are not queries, read from their tokens. Source: ``parse.y`` and sqlite.org/lang.html."""

from __future__ import annotations

from pcishield.statement.draft import Draft
from pcishield.statement.facts import OutputColumn
from pcishield.statement.fragment import Fragment, Reading
from pcishield.statement.query import calls, read_query
from pcishield.statement.registry import HANDLERS, inner
from pcishield.statement.settings import sqlite_pragma
from pcishield.statement.verbs_ddl import alter, create, drop
from pcishield.statement.verbs_postgres import described

__all__ = ["attach", "detach"]


def _tcl(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("tcl")


def _statement(draft: Draft, reading: Reading, f: Fragment) -> None:
    """Queries and writes; conflict clauses that the parser need not see are taken out."""
    word = f.word(0)
    if word == "REPLACE":
        f.c[0] = "INSERT OR REPLACE"
    start = f.find("UPDATE") if word == "WITH" else 0
    if start >= 0 and f.word(start) == "UPDATE" and f.word(start + 1) == "OR":
        f.c[start + 1] = f.c[start + 2] = ""
    if word == "WITH":
        at = f.find("REPLACE")
        if at > 0 and f.word(at + 1) == "INTO":
            f.c[at] = "INSERT OR REPLACE"
    read_query(draft, reading, f)


def _explain(draft: Draft, reading: Reading, f: Fragment) -> None:
    """EXPLAIN [QUERY PLAN] never runs the statement."""
    found = inner(draft, reading, f.sub(3 if f.at(1, "QUERY", "PLAN") else 1))
    draft.set("explain")
    draft.outputs = None
    if found.kind in {"unknown", "empty"}:
        draft.take(found)
        draft.unparsable("EXPLAIN of a statement that is not understood")
        return
    described(draft, found)
    names = _PLAN if f.at(1, "QUERY", "PLAN") else _PROGRAM
    draft.outputs = tuple([OutputColumn(name, "safe") for name in names])


_PLAN = ("id", "parent", "notused", "detail")
_PROGRAM = ("addr", "opcode", "p1", "p2", "p3", "p4", "p5", "comment")


def _pragma(draft: Draft, reading: Reading, f: Fragment) -> None:
    table, i = f.name(1, reading.dialect)
    if table is None:
        draft.unparsable("PRAGMA without a name")
        return
    value = None
    if f.word(i) in {"=", "("} and i + 1 < f.n:
        value = f.v[i + 1].lower()
        if value in {"-", "+"} and i + 2 < f.n:
            value += f.v[i + 2]
    hazard = sqlite_pragma(table.name, value)
    reads = value is None or f.word(i) == "("
    draft.set("show" if reads and not hazard else "set")
    draft.outputs = None
    if hazard:
        draft.hazard(hazard, f"PRAGMA {table.name}")


def attach(draft: Draft, reading: Reading, f: Fragment) -> None:
    """ATTACH DATABASE."""
    draft.set("admin", "attach", "file-access", detail="ATTACH")
    calls(draft, reading, f)


def detach(draft: Draft, reading: Reading, f: Fragment) -> None:
    """DETACH DATABASE: what it takes away, and which table a name means from then on, concerns the whole session."""
    draft.set("admin", "session-change", detail="DETACH")


def _vacuum(draft: Draft, reading: Reading, f: Fragment) -> None:
    if "INTO" in f.u:
        draft.set("export", "file-access", "bulk-export", "relocation", detail="VACUUM INTO")
    else:
        draft.set("admin", "admin", detail="VACUUM")
    calls(draft, reading, f)


def _maintain(draft: Draft, reading: Reading, f: Fragment) -> None:
    """ANALYZE, which an application does for itself; REINDEX writes every index, and keeps other writers out."""
    draft.set("admin", *(["admin"] if f.word(0) == "REINDEX" else []), detail=f.word(0))
    draft.touch(f.name(1, reading.dialect)[0], "read")


HANDLERS["sqlite"] = {
    **dict.fromkeys(("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"), _tcl),
    **dict.fromkeys(("SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE", "WITH", "VALUES"), _statement),
    "ALTER": alter,
    "ANALYZE": _maintain,
    "ATTACH": attach,
    "CREATE": create,
    "DETACH": detach,
    "DROP": drop,
    "EXPLAIN": _explain,
    "PRAGMA": _pragma,
    "REINDEX": _maintain,
    "VACUUM": _vacuum,
}
