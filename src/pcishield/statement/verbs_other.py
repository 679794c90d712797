"""Statements that are not queries in dialects without a reader of their own: DuckDB in full, of others the standard's.

What is not listed stays ``unparsable``; so does SUMMARIZE, which shows values of columns that nobody names. DuckDB's
files and extensions are those of the application's own machine.
"""

from __future__ import annotations

from pcishield.statement.draft import Draft
from pcishield.statement.fragment import Fragment, Reading
from pcishield.statement.functions import risk
from pcishield.statement.query import calls, read_query
from pcishield.statement.registry import HANDLERS, Handler, inner
from pcishield.statement.verbs_ddl import alter, comment, create, drop, truncate
from pcishield.statement.verbs_postgres import copy, described
from pcishield.statement.verbs_sqlite import attach, detach

__all__: list[str] = []

_BEGIN = frozenset({"", "TRAN", "TRANSACTION", "WORK"})
_HARMLESS = frozenset(
    """timezone time zone search_path schema threads worker_threads memory_limit max_memory default_order
    default_null_order preserve_insertion_order enable_progress_bar enable_object_cache calendar default_collation
    python_enable_replacements python_scan_all_frames nls_date_format nls_timestamp_format nocount ansi_nulls
    quoted_identifier dateformat language lock_timeout datefirst""".split()
)
"""Settings that change neither what a statement reads as nor what it may do."""


def _begin(draft: Draft, reading: Reading, f: Fragment) -> None:
    if f.word(1) not in _BEGIN:
        draft.unparsable("a block of statements")
        return
    draft.set("tcl")


def _tcl(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("tcl")


def _dcl(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("dcl", "dcl", detail=f.word(0))


def _call(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("call", "opaque", detail=f.word(0))
    draft.outputs = None
    calls(draft, reading, f)
    if f.n > 1 and any(value.lower().startswith("xp_") for value in f.v[1:6]):
        draft.hazard("process-access", "an extended procedure")


def _explain(draft: Draft, reading: Reading, f: Fragment) -> None:
    runs = f.word(1) == "ANALYZE"
    found = inner(draft, reading, f.sub(2 if runs else 1))
    draft.set("explain")
    draft.outputs = None
    if found.kind in {"unknown", "empty"}:
        draft.take(found)
        draft.unparsable("EXPLAIN of a statement that is not understood")
    elif runs:
        draft.take(found, hazards=True)
        draft.actions |= found.actions
    else:
        described(draft, found)


def _set(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("set")
    i = f.skip(1, "SESSION", "LOCAL", "GLOBAL", "VARIABLE")
    if f.word(i) == "TRANSACTION":
        draft.set("tcl")
        return
    if not f.is_name(i) or f.v[i].lower() not in _HARMLESS:
        draft.hazard("session-change", f.v[i].lower() if f.is_name(i) else "SET")
    calls(draft, reading, f)


def _pragma(draft: Draft, reading: Reading, f: Fragment) -> None:
    called = f.word(2) == "("
    draft.set("show" if called or f.n == 2 else "set")
    draft.outputs = None
    name = f.v[1].lower() if f.n > 1 else ""
    if called and name not in _TELLING:
        draft.hazard(risk(name) or risk(f"pragma_{name}") or "opaque", f"PRAGMA {name}")
    elif not called and f.n > 2:
        draft.hazard("session-change", "PRAGMA")


_TELLING = frozenset({"show", "table_info"})


def _show(draft: Draft, reading: Reading, f: Fragment) -> None:
    """SHOW, DESCRIBE: of the structure alone."""
    draft.set("show")
    draft.outputs = None


def _use(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("set")
    if f.n > 2 and f.word(1) in {"ROLE", "SECONDARY"}:
        draft.hazard("role-change", "USE ROLE")


def _extension(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("admin", "load-extension", detail=f.word(0))


def _whole(draft: Draft, reading: Reading, f: Fragment) -> None:
    kind = "export" if f.word(0) == "EXPORT" else "import"
    draft.set(kind, "file-access", *(("bulk-export", "relocation") if kind == "export" else ()), detail=f.word(0))


def _maintain(draft: Draft, reading: Reading, f: Fragment) -> None:
    if f.at(0, "FORCE", "INSTALL"):
        _extension(draft, reading, f)
        return
    draft.set("admin")
    if f.is_name(1):
        draft.touch(f.name(1, reading.dialect)[0], "read")


_STANDARD: dict[str, Handler] = {
    **dict.fromkeys(("COMMIT", "ROLLBACK", "SAVEPOINT", "START"), _tcl),
    **dict.fromkeys(("GRANT", "REVOKE"), _dcl),
    "ALTER": alter,
    "BEGIN": _begin,
    "CALL": _call,
    "COMMENT": comment,
    "CREATE": create,
    "DROP": drop,
    "SET": _set,
    "TRUNCATE": truncate,
}

HANDLERS["oracle"] = _STANDARD | {"EXPLAIN": _explain}
HANDLERS["snowflake"] = _STANDARD | dict.fromkeys(("DESCRIBE", "SHOW"), _show) | {"USE": _use}
HANDLERS["tsql"] = _STANDARD | {"SAVE": _tcl, "USE": _use} | dict.fromkeys(("EXEC", "EXECUTE"), _call)
HANDLERS["duckdb"] = {
    **_STANDARD,
    **dict.fromkeys(("ABORT", "END", "RELEASE"), _tcl),
    **dict.fromkeys(("DESCRIBE", "DESC", "SHOW"), _show),
    **dict.fromkeys(("EXPORT", "IMPORT"), _whole),
    **dict.fromkeys(("INSTALL", "LOAD"), _extension),
    **dict.fromkeys(("ANALYZE", "CHECKPOINT", "FORCE", "VACUUM"), _maintain),
    "ATTACH": attach,
    "COPY": copy,
    "DETACH": detach,
    "FROM": read_query,
    "EXPLAIN": _explain,
    "PRAGMA": _pragma,
    "RESET": _set,
    "USE": _use,
}
