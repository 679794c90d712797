#!/usr/bin/env python3
"""Verify a pcishield audit directory. One file, Python 3.9+, only the standard library.

    python standalone.py DIR [--key VKEY] [--anchor FILE]...

It shares no line of code with pcishield, so that it can be read, and trusted, by itself. With the package
``cryptography`` installed, signatures are checked by that; else by the code below (slow, from RFC 8032).

What is checked, in this order:

 1. ``index.jsonl``: one line per shard, numbered, chained by SHA-256, each signed by the key that the line before
    names; the first by the pinned key (--key; else the file ``vkey``, which proves less).
 2. ``<shard>/segments/*.jsonl``: every line is canonical JSON (RFC 8785 without floats), in sequence, and names the
    SHA-256 of the line before it; the first is the one that the index names.
 3. ``<shard>/checkpoints.txt``: every C2SP checkpoint is signed by the shard's key, and its root is that of the
    RFC 6962 Merkle tree over so many lines.
 4. What shards say about each other (``log.open``, ``log.recover``), and checkpoints that were kept elsewhere.
 5. Of a shard whose lines retention removed (``log.purge``): that it was old enough, and that the subtree roots in the
    tombstone give the root that the shard's key had signed.

Hashes: line ``SHA256(0x00 || line)``, node ``SHA256(0x01 || left || right)``. Exit status: 0 in order, 2 not.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import hashlib
import json
import os
import re
import sys
from typing import Any

Key = tuple[str, bytes, bytes]  # name, key id, public key
Point = tuple[int, int, int, int]  # extended coordinates

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

ZERO = "0" * 64
errors = 0
warnings = 0
tombs: dict[str, Any] = {}  # shard: (where, log.purge record)


def error(where: str, message: str) -> None:
    """Report something that must not be."""
    global errors
    errors += 1
    if errors <= 100:
        print(f"ERROR {where}: {message}")


def warning(where: str, message: str) -> None:
    """Report something that a person should know."""
    global warnings
    warnings += 1
    if warnings <= 100:
        print(f"WARNING {where}: {message}")


# --- Ed25519 (RFC 8032, section 6), only where cryptography is not installed ---

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y: int, sign: int) -> int | None:
    """Return the x of a point with this y, or None."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if y >= P or (square == 0 and sign):
        return None
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point(data: bytes) -> Point | None:
    """Decode a point to extended coordinates, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(a: Point, b: Point) -> Point:
    """Add two points."""
    one, two = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    three, four = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(factor: int, base: Point) -> Point:
    """Multiply a point."""
    result: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = add(result, base)
        base = add(base, base)
        factor >>= 1
    return result


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE: Any = point(BASE_Y.to_bytes(32, "little"))


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the Ed25519 signature is right."""
    if len(public) != 32 or len(signature) != 64:
        return False
    if Ed25519PublicKey is not None:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
            return True
        except (InvalidSignature, ValueError):
            return False
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 == (left[1] * right[2] - right[1] * left[2]) % P


# --- Keys, notes, trees ---


def parse_vkey(text: str) -> Key:
    """Return (name, key id, public key) of "name+id+base64"."""
    name, identifier, data = text.strip().split("+", 2)
    raw = base64.b64decode(data, validate=True)
    wanted = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if raw[:1] != b"\x01" or len(raw) != 33 or wanted.hex() != identifier:
        raise ValueError("not an Ed25519 vkey")
    return name, wanted, raw[1:]


def parse_note(note: str, key: Key) -> tuple[int, bytes]:
    """Return (size, root) of a checkpoint that the key signed, or raise ValueError."""
    text, blank, tail = note.rpartition("\n\n")
    text += "\n"
    verified = False
    for line in tail.rstrip("\n").split("\n"):
        dash, name, data = line.split(" ")
        raw = base64.b64decode(data, validate=True)
        if dash != "\u2014":
            raise ValueError("malformed signature line")
        if name == key[0] and raw[:4] == key[1]:
            if not signed(key[2], text.encode(), raw[4:]):
                raise ValueError("wrong signature")
            verified = True
    if not blank or not verified:
        raise ValueError("not signed by the expected key")
    origin, size, root = text.split("\n")[:3]
    if origin != key[0] or not re.fullmatch("0|[1-9][0-9]*", size):
        raise ValueError("malformed checkpoint")
    return int(size), base64.b64decode(root, validate=True)


def split_notes(text: str) -> list[str]:
    """Split a file of notes (text, blank line, signatures, blank line)."""
    parts = text.split("\n\n")
    return [f"{parts[i]}\n\n{parts[i + 1]}\n" for i in range(0, len(parts) - 1, 2)]


def roots(leaves: list[bytes], sizes: set[int]) -> dict[int, bytes]:
    """Return {size: root} for the wanted sizes."""
    found: dict[int, bytes] = {}
    peaks: list[bytes] = []
    if 0 in sizes:
        found[0] = hashlib.sha256(b"").digest()
    for count, node in enumerate(leaves, 1):
        bit = count
        while not bit & 1:
            node = hashlib.sha256(b"\x01" + peaks.pop() + node).digest()
            bit >>= 1
        peaks.append(node)
        if count in sizes:
            root = peaks[-1]
            for peak in reversed(peaks[:-1]):
                root = hashlib.sha256(b"\x01" + peak + root).digest()
            found[count] = root
    return found


# --- Lines ---


def no_float(text: str) -> None:
    """Refuse numbers with a fraction or an exponent."""
    raise ValueError("a float")


decode = json.JSONDecoder(parse_float=no_float, parse_constant=no_float).decode
encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
BIG = re.compile(r"[0-9]{16,}")


def canonical(line: bytes) -> dict[str, Any]:
    """Parse a line, or raise ValueError if it is not the one form of its object."""
    text = line.decode()
    value = decode(text)
    if not isinstance(value, dict) or encode(value) != text:
        raise ValueError("not canonical")
    if BIG.search(text):
        small(value)
    return value


def small(value: Any) -> None:
    """Refuse integers of 2**53 or more."""
    if isinstance(value, int) and not -(2**53) < value < 2**53:
        raise ValueError("an integer is too large")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        small(item)


NUMBER = rb"(?:0|-?[1-9][0-9]{0,14})"
VARY = {
    "attempt": rb'"[0-9A-Za-z._-]+/[0-9]+"',
    "connection": rb'"[0-9a-f]+"',
    "mono_us": NUMBER,
    "prev": rb'"(?P<prev>[0-9a-f]{64})"',
    "seq": rb"(?P<seq>0|[1-9][0-9]{0,14})",
    "ts": rb'"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"',
}


def alike(record: dict[str, Any]) -> re.Pattern[bytes]:
    """Return a pattern of lines that are canonical because this one is: only the values of some fields differ.

    It is a short cut for the many lines that repeat themselves. What it leaves open is canonical whatever it is.
    """
    fields = []
    for name in sorted(record):
        value = record[name]
        if name in VARY:
            pattern = VARY[name]
        elif type(value) is int and name != "v":
            pattern = NUMBER
        else:
            pattern = re.escape(encode(value).encode())
        fields.append(re.escape(encode(name).encode()) + b":" + pattern)
    return re.compile(b"\\{" + b",".join(fields) + b"\\}")


def read(*path: str) -> bytes:
    """Return the content of a file, empty when it is not there."""
    try:
        with open(os.path.join(*path), "rb") as file:
            return file.read()
    except OSError:
        return b""


def names(*path: str) -> list[str]:
    """Return the names in a folder, sorted."""
    try:
        return sorted(os.listdir(os.path.join(*path)))
    except OSError:
        return []


def read_index(root: str, key: Key | None) -> list[dict[str, Any]]:
    """Check the index; return its entries."""
    lines = read(root, "index.jsonl").split(b"\n")
    if lines.pop():
        warning(f"index.jsonl:{len(lines) + 1}", "the last line is incomplete")
    entries: list[dict[str, Any]] = []
    prev = ZERO
    for number, line in enumerate(lines):
        where = f"index.jsonl:{number + 1}"
        try:
            entry = canonical(line)
            signature = base64.b64decode(entry["sig"], validate=True)
            body = encode({name: value for name, value in entry.items() if name != "sig"})
            entry["key"], following = parse_vkey(entry["vkey"]), parse_vkey(entry["next"])
            if entry["v"] != 1 or entry["no"] != number or entry["prev"] != prev:
                raise ValueError("out of order")
            if key is None or not signed(key[2], b"pcishield-index-v1\n" + body.encode(), signature):
                raise ValueError("not signed by the key before it")
        except (ValueError, KeyError, TypeError) as problem:
            error(where, f"bad index entry: {problem}")
            return entries
        entries.append(entry)
        key, prev = following, hashlib.sha256(line).hexdigest()
    if not entries:
        error("index.jsonl", "missing or empty")
    return entries


def read_lines(root: str, folder: str, entry: dict[str, Any]) -> tuple[list[bytes], list[Any], str | None]:
    """Check every line of a shard; return leaf hashes, claims about other shards, and whether it was closed."""
    leaves: list[bytes] = []
    claims: list[Any] = []
    closed: str | None = None
    seq, prev = -1, ZERO
    patterns: list[re.Pattern[bytes]] = []
    made = 0
    segments = names(root, folder, "segments")
    for number, name in enumerate(segments):
        path = f"{folder}/segments/{name}"
        if name != f"{number:08d}.jsonl":
            error(path, "a segment is missing before it")
        lines = read(root, path).split(b"\n")
        if lines.pop():
            report = warning if number == len(segments) - 1 else error
            report(f"{path}:{len(lines) + 1}", "a part of a line")
        for count, line in enumerate(lines, 1):
            where = f"{path}:{count}"
            fits = next((fits for pattern in patterns if (fits := pattern.fullmatch(line))), None)
            if (
                fits
                and int(fits["seq"]) == seq + 1
                and fits["prev"] == prev.encode()
                and not closed
                and len(line) <= 65535
            ):
                seq += 1
                leaf = hashlib.sha256(b"\x00" + line)
                leaves.append(leaf.digest())
                prev = leaf.hexdigest()
                continue
            try:
                record = canonical(line)
                if len(line) > 65535 or record["v"] != 1 or record["shard"] != entry["shard"]:
                    raise ValueError("of another shard or version, or too long")
                if record["seq"] != seq + 1:
                    raise ValueError(f"seq {record['seq']} where {seq + 1} belongs")
                if record["prev"] != prev:
                    raise ValueError("does not name the line before it: that one, or this one, was changed")
                kind = record["type"]
                if closed:
                    raise ValueError("follows after log.close")
                if (kind == "log.open") != (seq == -1):
                    raise ValueError("log.open is not the first line")
                if kind == "log.open" and (record["vkey"], record["shard_no"]) != (entry["vkey"], entry["no"]):
                    raise ValueError("does not fit the index")
                if kind == "log.purge":
                    tombs[record["purged"]["shard"]] = (where, record)
                claim = record.get("recovered") if kind == "log.recover" else record.get("previous")
                if claim and claim.get("state") != "missing":
                    claims.append((where, claim, kind == "log.recover"))
                closed = where if kind == "log.close" else None
                seq = record["seq"]
                if not fits and made < 500 and not kind.startswith("log.") and "previous" not in record:
                    pattern = alike(record)
                    if pattern.fullmatch(line):
                        patterns = [pattern, *patterns[:3]]
                        made += 1
            except (ValueError, KeyError, TypeError, RecursionError) as problem:
                error(where, str(problem) or type(problem).__name__)
                seq += 1
            leaf = hashlib.sha256(b"\x00" + line)
            leaves.append(leaf.digest())
            prev = leaf.hexdigest()
    if segments and (not leaves or leaves[0].hex() != entry["open"]):
        error(folder, "missing, or its first line is not the one that the index names")
    return leaves, claims, closed


def check_shard(root: str, entry: dict[str, Any], shard: dict[str, Any]) -> None:
    """Check files and checkpoints of a shard; note the wanted tree sizes."""
    folder, key = shard["folder"], entry["key"]
    if read(root, folder, "vkey").decode("utf-8", "replace").strip() != entry["vkey"]:
        error(f"{folder}/vkey", "is not the shard's key")
    try:
        manifest = json.loads(read(root, folder, "MANIFEST.json"))
        if (manifest["shard"], manifest["shard_no"], manifest["vkey"]) != (entry["shard"], entry["no"], entry["vkey"]):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        error(f"{folder}/MANIFEST.json", "does not fit the index")
    notes = split_notes(read(root, folder, "checkpoints.txt").decode("utf-8", "replace"))
    last = read(root, folder, "checkpoint").decode("utf-8", "replace")
    if last not in notes:
        error(f"{folder}/checkpoint", "missing, or not in checkpoints.txt")
    size = -1
    for number, note in enumerate(notes, 1):
        where = f"{folder}/checkpoints.txt#{number}"
        try:
            before, (size, root_hash) = size, parse_note(note, key)
            if size <= before:
                raise ValueError("is not larger than the one before it")
            shard["wanted"].append((where, size, root_hash))
        except ValueError as problem:
            error(where, str(problem))


def moment(text: str) -> datetime.datetime:
    """Return a time stamp of the log."""
    return datetime.datetime.strptime(text.replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S.%f%z")


def check_tomb(entry: dict[str, Any], shard: dict[str, Any]) -> dict[int, bytes]:
    """Check what is left of a shard whose lines went; return {size: root} of what was signed and of its tombstone."""
    folder = shard["folder"]
    if entry["shard"] not in tombs:
        error(folder, "its lines are missing")
        return {}
    where, record = tombs[entry["shard"]]
    known = {size: root for _, size, root in shard["wanted"]}
    try:
        gone = record["purged"]
        size, peaks = gone["records"], [base64.b64decode(peak, validate=True) for peak in gone["peaks"]]
        age = (moment(record["ts"]) - moment(gone["until"])).total_seconds() / 86400
        limit = 90 if record["cause"] == "archive" else 365
        if age < limit:
            error(where, f"{folder} went {age:.0f} days after its last record; {limit} are to be kept")
        if not peaks or len(bin(size).replace("0", "")) - 1 != len(peaks):
            raise ValueError("the number of peaks does not fit")
        node = peaks[-1]
        for peak in reversed(peaks[:-1]):
            node = hashlib.sha256(b"\x01" + peak + node).digest()
        if known.get(size) != node or max(known) > size:
            raise ValueError("it does not fit what was signed")
    except (ValueError, KeyError, TypeError) as problem:
        error(where, f"the tombstone of {folder} is wrong: {problem}")
        return {}
    warning(folder, f"its {size} lines went ({record['cause']}) on {record['ts'][:10]}; the tombstone fits")
    return known


def check_claims(entries: list[dict[str, Any]], shards: dict[str, dict[str, Any]], anchors: list[str]) -> None:
    """Add what others say about each shard to what its tree must show."""
    by_name = {entry["shard"]: entry for entry in entries}
    for shard in list(shards.values()):
        for where, claim, recovered in shard["claims"]:
            about = shards.get(claim.get("shard"))
            if about is None:
                error(where, "speaks of a shard that is not there")
                continue
            about["wanted"].append((where, claim["size"], base64.b64decode(claim["root"])))
            if recovered and len(about["leaves"]) > claim["size"]:
                error(about["folder"], "has lines that were added after its process was found dead")
    for note in anchors:
        origin = note.split("\n", 1)[0].rpartition("/")[2]
        if origin not in by_name:
            error("anchor", f"shard {origin} is not in the index: deleted, or an older copy of the directory")
            continue
        try:
            shards[origin]["wanted"].append(("anchor", *parse_note(note, by_name[origin]["key"])))
        except ValueError as problem:
            error("anchor", str(problem))


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--key", help="the pinned key, as text or as a file")
    parser.add_argument("--anchor", action="append", default=[], help="file of checkpoints that were kept elsewhere")
    given = parser.parse_args()
    root = given.directory
    stored = read(root, "vkey").decode("utf-8", "replace").strip()
    pinned = read(given.key).decode().strip() if given.key and os.path.exists(given.key) else given.key
    try:
        key: Key | None = parse_vkey(pinned or stored)
    except ValueError as problem:
        key = None
        error("vkey", str(problem))
    if not pinned:
        warning("vkey", "the key was taken from the directory itself; give --key")
    elif pinned != stored:
        error("vkey", "the directory begins with another key than the pinned one")
    try:
        if json.loads(read(root, "MANIFEST.json"))["genesis"] != stored:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        error("MANIFEST.json", "missing, damaged, or names another key")

    entries = read_index(root, key)
    shards: dict[str, dict[str, Any]] = {}
    for entry in entries:
        unborn = f".{entry['shard']}.new"
        folder = unborn if not names(root, entry["shard"]) and names(root, unborn) else entry["shard"]
        leaves, claims, closed = read_lines(root, folder, entry)
        shard: dict[str, Any] = {"folder": folder, "leaves": leaves, "claims": claims, "wanted": []}
        shard["gone"] = not names(root, folder, "segments")
        shards[entry["shard"]] = shard
        check_shard(root, entry, shard)
        if closed and max((size for _, size, _ in shard["wanted"]), default=0) < len(leaves):
            error(closed, "the shard was closed and its last checkpoint is missing")
        if not closed and not shard["gone"]:
            warning(folder, "no log.close: its process is alive, or died")
    for name in names(root):
        if name not in shards and os.path.isdir(os.path.join(root, name, "segments")) and not name.startswith("."):
            error(name, "a shard that the index does not know")
    check_claims(entries, shards, [note for path in given.anchor for note in split_notes(read(path).decode() + "\n")])
    total = sealed = 0
    for entry in entries:
        shard = shards[entry["shard"]]
        if shard["gone"]:
            found = check_tomb(entry, shard)
        else:
            found = roots(shard["leaves"], {size for _, size, _ in shard["wanted"]})
        for where, size, wanted in shard["wanted"]:
            if found.get(size) != wanted:
                error(where, f"is about {size} lines of {shard['folder']}, which are missing or were changed")
        total += len(shard["leaves"])
        sealed += max((size for _, size, _ in shard["wanted"]), default=0)
    print(f"{total} records in {len(shards)} shards, {sealed} under a signature; {errors} errors, {warnings} warnings")
    print("FAILED" if errors else "OK")
    return 2 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
