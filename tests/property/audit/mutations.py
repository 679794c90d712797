"""Changes to an audit directory, drawn at random: of bytes, lines, values, files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random
from typing import Any

import orjson

from pcishield.audit.merkle import leaf_hash
from tests.unit.audit.logs import shards

SPECIAL = [
    b"", b"\n", b"\n\n", b"\r\n", b"\x00", b"\xff", b"\xef\xbb\xbf", b"{}", b"[]", b"null", b'"', b"0", b"-1", b"1e9",
    b"9007199254740993", b"[" * 2000, b'{"a":' * 300, b"\\ud800", "\u2014 ".encode(), b"=", b"+", b" ", b"A" * 70_000,
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2**53 - 1, 2**53, 1.5, "", "x", "000000-0a/1", "9999-12-31T23:59:59.999999Z",
    "2026-99-99T99:99:99.999999Z", "0000-01-01T00:00:00.000000Z", "\x00\x7f\u2028\U0001f600", [], {}, [[]], [None],
    ["x"], [1], {"a": 1}, {"size": 1, "root": "AA==", "shard": "x"}, {"shard": [], "size": -1, "root": "A"},
    {"kind": "x"}, [{"name": "x"}], [{"name": 1}], [{"other": 1}], "log.open", "log.purge", "log.recover",
    "log.close", "attempt",
]  # fmt: skip


def mutate(directory: Path, rng: Random) -> str:
    """Change something; return what, for the message of a failure."""
    kinds = [of_bytes, of_bytes, of_lines, of_values, of_values, of_values, of_files]
    return rng.choice(kinds)(directory, rng)


def files(directory: Path) -> list[Path]:
    """All files but private ones."""
    return sorted(path for path in directory.rglob("*") if path.is_file() and "private" not in path.parts)


def of_bytes(directory: Path, rng: Random) -> str:
    """Change, remove, insert or repeat some bytes of a file."""
    path = rng.choice(files(directory) or [directory / "new"])
    data = b"" if not path.exists() else path.read_bytes()
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.choice([0, 1, 1, 2, 30, 1000]))
    new = rng.choice([b"", *SPECIAL, data[at:end] * 2, bytes([rng.randrange(256)])])
    path.write_bytes(data[:at] + new + data[end:])
    return f"{path.relative_to(directory)}: bytes {at} to {end} became {new[:40]!r}"


def of_lines(directory: Path, rng: Random) -> str:
    """Swap, repeat, remove or move lines, also between files."""
    there = files(directory)
    if not there:
        return "nothing"
    path, other = rng.choice(there), rng.choice(there)
    lines, others = path.read_bytes().split(b"\n"), other.read_bytes().split(b"\n")
    at, source = rng.randrange(len(lines)), rng.randrange(len(others))
    what = rng.choice(["replace", "insert", "remove", "cut"])
    if what == "replace":
        lines[at] = others[source]
    elif what == "insert":
        lines.insert(at, others[source])
    elif what == "remove":
        del lines[at]
    else:
        del lines[at + 1 :]
    path.write_bytes(b"\n".join(lines))
    return f"{path.relative_to(directory)}: {what} line {at + 1}, line {source + 1} of {other.relative_to(directory)}"


def _change(value: Any, rng: Random) -> Any:
    """Change one thing somewhere in a JSON value."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        name = rng.choice(sorted(value))
        kind = rng.randrange(8)
        if kind == 0:
            return {key: one for key, one in value.items() if key != name}
        if kind == 1:
            return value | {
                rng.choice(["new", "seq", "attempt", "previous", "recovered", "purged"]): rng.choice(VALUES)
            }
        return value | {name: _change(value[name], rng)}
    if isinstance(value, list) and value and rng.random() < 0.5:
        return [*value[:-1], _change(value[-1], rng)]
    return rng.choice(VALUES)


def of_values(directory: Path, rng: Random) -> str:
    """Change a value of a record near the end of a shard, and chain and write what follows anew as the log would.

    Where no signature covers it, only what the record says can tell.
    """
    there = shards(directory)
    if not there:
        return "nothing"
    shard = rng.choice(there)
    path = next((one for one in sorted((shard / "segments").iterdir(), reverse=True) if one.is_file()), None)
    lines = path.read_bytes().splitlines() if path else []
    if path is None or not lines:
        return "nothing"
    try:
        at = max(len(lines) - rng.randrange(1, 6), 0)
        record = _change(orjson.loads(lines[at]), rng)
        lines[at] = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
        for following in range(at + 1, len(lines)):
            record = orjson.loads(lines[following]) | {"prev": leaf_hash(lines[following - 1]).hex()}
            lines[following] = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
    except (ValueError, TypeError, IndexError):
        return "nothing"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return f"{path.relative_to(directory)}: line {at + 1} became {lines[at][:2000]!r}"


def of_files(directory: Path, rng: Random) -> str:
    """Remove, copy, rename or replace a file or a folder."""
    everything = sorted(path for path in directory.rglob("*") if "private" not in path.parts)
    path, other = rng.choice(everything), rng.choice(everything)
    name = rng.choice(["x", "000009-0a", ".x.new", "00000002.jsonl", "notes.txt", "\udcff", "a\nOK"])
    what = rng.choice(["remove", "copy", "rename", "link", "folder", "add"])
    if what == "add" and not (path.parent / name).is_dir():
        (path.parent / name).write_bytes(rng.choice(SPECIAL))
    elif what == "rename" and not (path.parent / name).exists():
        path.rename(path.parent / name)
    elif what == "copy" and path.is_file() and other.is_file():
        path.write_bytes(other.read_bytes())
    elif what == "copy" and path.is_dir() and not (path.parent / name).exists():
        shutil.copytree(path, path.parent / name, symlinks=True)
    else:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        if what == "link":
            os.symlink(rng.choice(["nowhere", ".", path.name]), path)
        elif what == "folder":
            path.mkdir()
    return f"{what} {path.relative_to(directory)} ({other.relative_to(directory)}, {name!r})"
