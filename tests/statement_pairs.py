"""Reads the pair files below ``tests/data/statement``; see the README there."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

__all__ = ["DATA", "Pair", "load", "schema"]

DATA = Path(__file__).parent / "data" / "statement"


@dataclass(frozen=True)
class Pair:
    """One statement and the facts that are expected of it."""

    dialect: str
    source: str
    benign: bool
    sql: str
    facts: dict[str, str] = field(hash=False)

    def __str__(self) -> str:
        return self.source

    def names(self, key: str) -> set[str] | None:
        """The listed names; ``-`` is the empty list, ``None`` means nothing is said."""
        value = self.facts.get(key)
        if value is None:
            return None
        return set() if value == "-" else set(value.split(","))


def _facts(text: str) -> dict[str, str]:
    found = dict(item.split("=", 1) for item in text.replace("\\ ", "\0").split() if "=" in item)
    return {key: value.replace("\0", " ") for key, value in found.items()}


def _read(path: Path, dialect: str) -> list[Pair]:
    lines = path.read_text(encoding="utf-8").split("\n")
    head = lines[0].removeprefix("--!").strip()
    kind, _, rest = head.partition(" ")
    defaults, found = _facts(rest), []
    own: dict[str, str] = {}
    body: list[str] = []
    start = 1
    for number, line in enumerate(lines[1:], 2):
        if line.startswith("--@"):
            own = _facts(line[3:])
        elif line == ";;":
            sql = "\n".join(body)
            name = f"{dialect}/{path.stem}:{start}"
            found.append(Pair(dialect, name, kind == "benign", sql, {**defaults, **own}))
            own, body = {}, []
        elif line or body:
            if not body:
                start = number
            body.append(line)
    assert not body and not own, f"{path}: the last statement does not end with ;;"
    return found


@lru_cache(maxsize=1)
def _all() -> tuple[Pair, ...]:
    return tuple(
        pair
        for folder in sorted(p for p in DATA.iterdir() if p.is_dir())
        for path in sorted(folder.glob("*.sql"))
        for pair in _read(path, folder.name)
    )


def load(dialect: str | None = None, *, benign: bool | None = None) -> list[Pair]:
    """All pairs, or those of one dialect, or only the benign or the adversarial ones."""
    return [p for p in _all() if dialect in (None, p.dialect) and benign in (None, p.benign)]


def schema(dialect: str) -> str:
    """SQL that makes the tables the statements speak of."""
    return (DATA / f"schema.{dialect}.sql").read_text(encoding="utf-8")
