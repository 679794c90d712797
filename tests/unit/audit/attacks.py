"""The attack matrix: what somebody does to an audit directory, and what verification says.

``python -m tests.unit.audit.attacks`` prints the table of docs/audit.md.
"""

from __future__ import annotations

from tests.unit.audit import attacks_on_files, attacks_on_keys
from tests.unit.audit.attack import ALONE, ATTACKS

__all__ = ["ATTACKS", "table"]
assert attacks_on_files and attacks_on_keys


def table() -> str:
    """The matrix as Markdown."""
    rows = ["| attack | found as | message | the single file says | not noticed by |", f"|{' --- |' * 5}"]
    for one in ATTACKS:
        names = [f"*shard {number}*" for number in range(5)]
        where, message = one.where.format(*names), one.message.format(*names)
        found, alone = f"{one.level} `{one.code}` at {where}", ALONE.get(one.name, "")
        rows.append(f"| {one.name} | {found} | {message} | {alone} | {one.peers} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
