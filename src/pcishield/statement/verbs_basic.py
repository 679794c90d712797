"""Statements that are not queries in all dialects known at a basic level; see also ``verbs_other``.

Read from their first words, as what the most dangerous of these databases makes of them. What none of them knows is
``unparsable``.
"""

from __future__ import annotations

from pcishield.statement.draft import Draft
from pcishield.statement.fragment import Fragment, Reading
from pcishield.statement.query import calls
from pcishield.statement.registry import HANDLERS, OTHERS, inner
from pcishield.statement.verbs_ddl import alter, comment, create, drop, truncate
from pcishield.statement.verbs_postgres import described

__all__: list[str] = []

_TRANSACTION = frozenset({"TRANSACTION", "TRAN", "WORK", "DEFERRED", "IMMEDIATE", "EXCLUSIVE", ";"})
_GUARDING = frozenset(
    """enable_external_access allow_unsigned_extensions allow_community_extensions lock_configuration
    autoload_known_extensions autoinstall_known_extensions
    custom_extension_repository allowed_directories allowed_paths disabled_filesystems
    secret_directory search_path schema enable_logging log_query_path role authorization""".split()
)
"""Settings that guard data, or change what a name means; all of T-SQL's and Oracle's SET that do not are harmless."""


def _tcl(draft: Draft, reading: Reading, f: Fragment) -> None:
    """Transactions; BEGIN with anything else behind it is a block of code."""
    if f.word(0) == "BEGIN" and f.n > 1 and f.word(1) not in _TRANSACTION:
        draft.set("opaque", "opaque", detail="a block of code")
        calls(draft, reading, f)
        return
    draft.set("tcl")


def _code(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("opaque" if f.word(0) == "DECLARE" else "call", "opaque", detail=f.word(0))
    calls(draft, reading, f)
    if f.n > 1 and "xp_" in f.v[1].lower():
        draft.hazard("process-access", f.v[1].lower())


def _set(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("set")
    words = {value.lower() for value in f.v}
    if f.word(0) == "USE":
        if words & {"role", "secondary"}:
            draft.hazard("role-change", "USE ROLE")
    elif words & _GUARDING or any(kind == "S" for kind in f.k[:2]):
        draft.hazard("session-change", f.v[1].lower() if f.n > 1 else "")
    if "(" in f.u and "SELECT" in f.u:
        draft.hazard("session-variable", "SET")
    calls(draft, reading, f)


def _grant(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("dcl", "dcl", detail=f.word(0))


def _copy(draft: Draft, reading: Reading, f: Fragment) -> None:
    """COPY, EXPORT, UNLOAD, PUT, GET, BACKUP: files and stages."""
    reads = "FROM" in f.u and f.word(0) == "COPY"
    draft.set(
        "import" if reads else "export", "copy-import" if reads else "copy-export", "file-access", detail=f.word(0)
    )
    table, _ = f.name(f.skip(1, "INTO"), reading.dialect)
    draft.touch(table, "write" if reads else "read")
    calls(draft, reading, f)


def _explain(draft: Draft, reading: Reading, f: Fragment) -> None:
    start = next((i for i in range(1, f.n) if f.u[i] in _BEGINS), -1)
    draft.set("explain")
    draft.outputs = None
    if start < 0:
        draft.unparsable("EXPLAIN of a statement that is not understood")
        return
    found = inner(draft, reading, f.sub(start))
    if found.kind in {"unknown", "empty"}:
        draft.take(found)
        draft.unparsable("EXPLAIN of a statement that is not understood")
    elif "ANALYZE" in f.u[1:start] or "PROFILE" in f.u[1:start]:
        draft.take(found)
    else:
        described(draft, found)


_BEGINS = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "("})


def _show(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("show")
    draft.outputs = None
    if "SELECT" in f.u:
        # DESCRIBE SELECT tells the columns; SUMMARIZE tells their values.
        draft.take(inner(draft, reading, f.sub(f.u.index("SELECT"))))


def _summarize(draft: Draft, reading: Reading, f: Fragment) -> None:
    # It shows values of columns that it does not name, so nobody can say what is masked.
    draft.unparsable("SUMMARIZE")


def _admin(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("admin", "admin", detail=f.word(0))
    calls(draft, reading, f)


def _extension(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("admin", "load-extension", detail=f.word(0))


def _attach(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("admin", "attach", "file-access", detail="ATTACH")


def _lock(draft: Draft, reading: Reading, f: Fragment) -> None:
    draft.set("lock", "lock", detail="LOCK")
    draft.touch(f.name(f.skip(1, "TABLE"), reading.dialect)[0], "read")


HANDLERS[OTHERS] = {
    **dict.fromkeys(("ABORT", "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVE", "SAVEPOINT", "RELEASE", "START"), _tcl),
    **dict.fromkeys(("CALL", "DECLARE", "DO", "EXEC", "EXECUTE", "IF", "WHILE", "FOR", "LOOP", "PREPARE"), _code),
    **dict.fromkeys(("BACKUP", "BULK", "COPY", "EXPORT", "GET", "IMPORT", "PUT", "RESTORE", "UNLOAD"), _copy),
    **dict.fromkeys(("DBCC", "KILL", "SHUTDOWN", "RECONFIGURE", "CHECKPOINT", "VACUUM", "ANALYZE", "OPTIMIZE"), _admin),
    **dict.fromkeys(("GRANT", "REVOKE", "DENY", "REVERT"), _grant),
    **dict.fromkeys(("SHOW", "DESCRIBE", "DESC", "LIST", "LS"), _show),
    **dict.fromkeys(("SET", "RESET", "USE", "UNSET"), _set),
    **dict.fromkeys(("INSTALL", "LOAD", "FORCE"), _extension),
    **dict.fromkeys(("ATTACH", "DETACH"), _attach),
    **dict.fromkeys(("COMMENT",), comment),
    "ALTER": alter,
    "CREATE": create,
    "DROP": drop,
    "EXPLAIN": _explain,
    "LOCK": _lock,
    "PRAGMA": _set,
    "RENAME": alter,
    "SUMMARIZE": _summarize,
    "TRUNCATE": truncate,
    "UNDROP": alter,
}
