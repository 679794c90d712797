"""What the single-file verifier knows of the records, made from their definition: it shares no code, so it has a copy.

``python -m tests.unit.audit.standalone_table`` prints both tables, to be put into ``cli/standalone.py``.
"""

from __future__ import annotations

import textwrap

from pcishield.audit.records import FIELDS, TYPES, Field


def _kind(path: str, field: Field) -> str:
    if any(other.startswith(f"{path}[].") for other in FIELDS):
        return "items"
    if field.shape in ("list", "map"):
        return f"{field.shape}-{'int' if field.content == 'number' else 'str'}"
    return field.shape


def fields_table() -> str:
    """``parent kind name...`` of every field, ``-`` for no parent; separated by semicolons."""
    groups: dict[tuple[str, str], list[str]] = {}
    for path, field in FIELDS.items():
        parent, _, name = path.rpartition(".")
        groups.setdefault((parent or "-", _kind(path, field)), []).append(name)
    return "; ".join(f"{parent} {kind} {' '.join(sorted(names))}" for (parent, kind), names in sorted(groups.items()))


def types_table() -> str:
    """``type needed-field...`` of every record type, without ``actor`` and ``src``; separated by semicolons."""
    return "; ".join(f"{name} {' '.join(sorted(kind.required - {'actor', 'src'}))}" for name, kind in TYPES.items())


if __name__ == "__main__":
    for name, table in (("FIELDS", fields_table()), ("TYPES", types_table())):
        print(f'{name} = """')
        print(textwrap.fill(table, 120, break_on_hyphens=False))
        print('"""')
