"""What an attack on an audit directory is, and what attacks are made of; see :mod:`tests.unit.audit.attacks`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson

from pcishield.audit.merkle import leaf_hash
from tests.unit.audit.logs import build, build_epochs, build_purged, lines, write_lines


@dataclass(frozen=True)
class Attack:
    """One attack. ``where``: shards by number in braces. ``peers``: who does not notice (AUDIT 1)."""

    name: str
    act: Callable[[Path], None]
    code: str
    where: str
    message: str
    level: str = "error"
    peers: str = ""
    log: str = "closed"


ATTACKS: list[Attack] = []
LOGS = {"closed": build, "purged": build_purged, "epochs": build_epochs}
ALONE: dict[str, str] = orjson.loads(Path(__file__).with_name("alone.json").read_bytes())
"""What the single-file verifier says, by attack."""


def attack(
    name: str, code: str, where: str, message: str, level: str = "error", peers: str = "",
    log: str = "closed",
) -> Callable[..., None]:  # fmt: skip
    """Register an attack; ``log``: name of the log in :data:`LOGS` that it is on."""

    def register(act: Callable[[Path], None]) -> None:
        ATTACKS.append(Attack(name, act, code, where, message, level, peers, log))

    return register


def edit(directory: Path, number: int, old: bytes, new: bytes, shard: int = 0, segment: int = 0) -> None:
    """Change one line (from 1)."""
    content = lines(directory, shard, segment)
    assert content[number - 1].count(old) >= 1
    content[number - 1] = content[number - 1].replace(old, new, 1)
    write_lines(directory, content, shard, segment)


def rehash(directory: Path, shard: int, old: bytes, new: bytes, number: int) -> None:
    """Change a line and compute the chain anew from there, as one without the key can."""
    content = lines(directory, shard)
    content[number - 1] = content[number - 1].replace(old, new, 1)
    for at in range(number, len(content)):
        record = orjson.loads(content[at])
        record["prev"] = leaf_hash(content[at - 1]).hex()
        content[at] = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
    write_lines(directory, content, shard)
