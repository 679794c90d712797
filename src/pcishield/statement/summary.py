"""One plain sentence about a statement, for the person who is asked to approve it."""

from __future__ import annotations

from pcishield.statement.draft import Draft

__all__ = ["summarise"]

_VERBS = {
    "select": "Reads", "insert": "Inserts into", "update": "Updates", "delete": "Deletes from", "merge": "Merges into",
    "truncate": "Empties", "ddl": "Changes the structure of", "dcl": "Changes rights", "tcl": "Controls a transaction",
    "export": "Exports", "import": "Loads rows into", "call": "Calls a procedure", "set": "Changes a setting",
    "show": "Shows settings or structure", "explain": "Explains a query on", "prepare": "Prepares a statement on",
    "execute": "Runs a prepared statement", "lock": "Locks", "notify": "Sends or awaits a notification",
    "admin": "Acts on the server", "opaque": "Runs code that cannot be read", "empty": "Does nothing",
    "unknown": "Is not understood",
}  # fmt: skip
_WRITES = frozenset({"insert", "update", "delete", "merge", "truncate", "import"})
_LOUD = ("no-where", "tautological-where", "drop", "file-access", "process-access", "network-access", "opaque")
_PHRASES = {
    "no-where": "every row, since there is no WHERE clause",
    "tautological-where": "every row, since the WHERE clause excludes none",
    "drop": "something is destroyed",
    "file-access": "files of the server are used",
    "process-access": "a program is started",
    "network-access": "another server is contacted",
    "opaque": "part of it is code that cannot be read",
}


def summarise(draft: Draft) -> str:
    """Say what ``draft`` does; holds no literal."""
    verb = _VERBS.get(draft.kind, draft.kind)
    written = list(dict.fromkeys(str(t) for t, a in draft.relations if a != "read"))
    read = list(dict.fromkeys(str(t) for t, a in draft.relations if a == "read"))
    tables = written if draft.kind in _WRITES and written else written + [t for t in read if t not in written]
    text = f"{verb} {_list(tables)}".rstrip()
    if draft.kind in _WRITES and [t for t in read if t not in written]:
        text += f", reading {_list([t for t in read if t not in written])}"
    ids = {h.id for h in draft.hazards}
    phrases = [_PHRASES[h] for h in _LOUD if h in ids]
    return text + (": " + "; ".join(phrases) if phrases else "") + "."


def _list(tables: list[str]) -> str:
    return ", ".join(tables[:6]) + (f" and {len(tables) - 6} more" if len(tables) > 6 else "")
