#!/usr/bin/env python3
"""Verify a pcishield audit directory. One file, Python 3.9+, only the standard library.

    python standalone.py DIR [--key VKEY] [--anchor FILE]...

It shares no line of code with pcishield, so that it can be read, and trusted, by itself. With the package
``cryptography`` installed, signatures are checked by that; else by the code below (slow, from RFC 8032).

What is checked, in this order:

 1. ``index.jsonl``: one line per shard, numbered, chained by SHA-256, each signed by the key that the line before
    names; the first by the pinned key (--key; else the file ``vkey``, which proves less).
 2. ``<shard>/segments/*.jsonl``: every line is canonical JSON (RFC 8785 without floats), in sequence, and names the
    SHA-256 of the line before it; the first is the one that the index names. It holds only fields of the table below,
    of the right type, those that its type needs, and the six facts of PCI DSS 10.2.2. Clocks do not go back unsaid.
 3. ``<shard>/checkpoints.txt``: every C2SP checkpoint is signed by the shard's key, and its root is that of the
    RFC 6962 Merkle tree over so many lines.
 4. What shards say about each other (``log.open``, ``log.recover``, ``key.rotate``), and checkpoints that were kept
    elsewhere: those given, and those that anchors acknowledged (``anchors/*/acks.jsonl``; not the receipts themselves).
 5. Of a shard whose lines retention removed (``log.purge``): that it was old enough, and that the subtree roots in the
    tombstone give the root that the shard's key had signed.

Hashes: line ``SHA256(0x00 || line)``, node ``SHA256(0x01 || left || right)``. Exit status: 0 in order, 2 not.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import errno
import hashlib
import io
import json
import os
import pathlib
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
tombs: dict[str, Any] = {}  # shard: (where, log.purge record, number of lines, root)
begun: dict[str, Any] = {}  # shard: (where, log.open record)
announced: list[Any] = []  # (where, key.rotate record)
ABSENT = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP)
BROKEN = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)


def shown(text: str) -> str:
    """Escape what a terminal would obey, so that no name in the directory can pass for a line of this report."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def error(where: str, message: str) -> None:
    """Report something that must not be."""
    global errors
    errors += 1
    if errors <= 100:
        print(shown(f"ERROR {where}: {message}"))


def warning(where: str, message: str) -> None:
    """Report something that a person should know."""
    global warnings
    warnings += 1
    if warnings <= 100:
        print(shown(f"WARNING {where}: {message}"))


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


def unbase64(text: str) -> bytes:
    """Decode base64 in its one canonical form, or raise ValueError."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 is not canonical")
    return data


def parse_vkey(text: str) -> Key:
    """Return (name, key id, public key) of "name+id+base64"."""
    name, identifier, data = text.strip().split("+", 2)
    raw = unbase64(data)
    wanted = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if raw[:1] != b"\x01" or len(raw) != 33 or wanted.hex() != identifier or not re.fullmatch(r"[^\s+]+", name):
        raise ValueError("not an Ed25519 vkey")
    return name, wanted, raw[1:]


def parse_note(note: str, key: Key) -> tuple[int, bytes]:
    """Return (size, root) of a checkpoint that the key signed, or raise ValueError."""
    text, blank, tail = note.rpartition("\n\n")
    text += "\n"
    if not blank or not tail.endswith("\n") or any(letter < " " and letter != "\n" for letter in note):
        raise ValueError("not a signed note")
    verified = False
    signatures = tail[:-1].split("\n")
    for line in signatures:
        dash, name, data = (*line.split(" "), "", "", "")[:3]
        raw = unbase64(data)
        if dash != "\u2014" or line.count(" ") != 2 or len(raw) < 5 or not re.fullmatch(r"[^\s+]+", name):
            raise ValueError("malformed signature line")
        if name == key[0] and raw[:4] == key[1]:
            if not signed(key[2], text.encode(), raw[4:]):
                raise ValueError("wrong signature")
            verified = True
    if not verified or len(signatures) > 64:
        raise ValueError("not signed by the expected key")
    origin, size, root = (*text[:-1].split("\n"), "", "")[:3]
    if origin != key[0] or not re.fullmatch("0|[1-9][0-9]{0,15}", size) or len(unbase64(root)) != 32:
        raise ValueError("malformed checkpoint")
    return int(size), unbase64(root)


def split_notes(text: str) -> list[str]:
    """Split a file of notes (text, blank line, signatures, blank line); what is not whole at the end is left out."""
    parts = text.split("\n\n")
    return [f"{parts[i]}\n\n{parts[i + 1]}\n" for i in range(0, len(parts) - 2, 2)]


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


# What may stand in a record: "parent kind field..." and "type needed-field...". Made from pcishield's definition by
# tests/unit/audit/standalone_table.py; a test compares.
FIELDS = """
- bool many truncated; - int bytes duration_us mono_us records rows segment seq shard_no shield_us size statements v; -
items columns findings; - list-str weakened; - map-int masked; - map-str cut settings; - object access actor anchor
approval cells control db decision error finding hold limit parameters previous purged recording recovered sink src
statement; - signed lag_us rowcount step_us; - str attempt boot cause commit component connection deployment environment
flush hint masker method mode next_vkey object origin outcome package parent policy prev previous_policy python reason
root session shard ts type vkey; access int records; access str action query; actor list-str attested groups; actor
map-str attributes claims evidence; actor str agent agent_instance agent_model agent_version db_user level reason
session source task tenant ticket user; anchor int size; anchor str name receipt; approval int needed; approval list-str
approvers groups; approval map-str evidence; approval signed estimate; approval str approver at channel digest expires
id reason shown; cells int masked scanned unmasked; columns[] int cells; columns[] str class name treatment; control int
lost queued refused; control str cause from name to; db bool tls; db signed backend_pid skew_us; db str credential
driver driver_version name port profile server server_version system tls_version user version; decision int approvals;
decision list-str rules; decision map-int limits; decision map-str formats; decision str code hint observed outcome
policy reason rule; error signed code; error str class sqlstate template; finding int count; finding str class column
detail kind table; findings[] int count; findings[] str class column kind table; hold str name since until; limit int
allowed seen; limit str action name; parameters bool pan; parameters int count sets; parameters list-int lengths;
parameters list-str types; previous int size; previous str root shard state; purged int records; purged list-str peaks;
purged str last shard until; recording bool ended; recording int rows size; recording str digest id key; recovered int
sealed size torn; recovered str root shard; sink str cursor name; src int pid; src str app host ip program thread;
statement int count; statement list-str actions columns functions hazards; statement map-str classes tables; statement
str commit dialect fingerprint kind summary template
"""
TYPES = """
log.open cause component deployment flush origin package shard_no vkey; log.recover component recovered; log.rotate
component segment; log.close cause component records; log.purge cause component purged; hold.set component hold;
hold.release component hold; key.rotate component next_vkey; key.rewrap component object; key.destroy component object;
session.open component; session.close component; identity.verified component; identity.refused component reason;
connection.open db; connection.weakened db weakened; credential.ended component object; credential.changed component
method object; connection.close db; attempt db decision statement; decision db decision statement; result attempt db;
fetch attempt db; denied db; approval.requested approval db; approval.granted approval db; approval.denied approval db;
approval.expired approval db; approval.revoked approval db; approval.void approval db; approval.break_glass approval db;
review.task approval db; review.closed approval db; approval.used approval db; limit db limit; finding db finding;
policy.loaded component policy; policy.changed component policy; shield.disable component; control.fail component
control; control.restore component control; control.test component control; clock.step component step_us; heartbeat
component size; audit.access access component; anchor.ack anchor component; sink.pause component sink; sink.resume
component sink; recording db recording
"""
KINDS: dict[str, Any] = {
    "str": str, "int": int, "signed": int, "bool": bool, "object": dict, "items": list, "list": list, "map": dict
}  # fmt: skip
LEAP = r"[0-9]{2}(?:0[48]|[2468][048]|[13579][26])-|(?:[02468][048]|[13579][26])00-"  # years with a 29 February
DAY = (
    r"(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    rf"|02-(?:0[1-9]|1[0-9]|2[0-8])|(?<={LEAP})02-29)"
)
STAMP = re.compile(DAY + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z")
groups = [group.split() for group in FIELDS.split(";")]
shapes = {(name if at == "-" else f"{at}.{name}"): kind for at, kind, *known in groups for name in known}
needed = {kind: fields for kind, *fields in (group.split() for group in TYPES.split(";"))}


def content(record: dict[str, Any]) -> None:
    """Refuse a record with an unknown type or field, a field of another type, or without what it needs."""
    kind = record["type"]
    if kind not in needed:
        raise ValueError("record type is unknown")
    for name, value in record.items():
        typed(name, value)
    if not STAMP.fullmatch(record["ts"]):
        raise ValueError("ts is no time stamp with microseconds in UTC")
    lacking = [name for name in (*needed[kind], "actor", "src") if record.get(name) is None]
    if lacking:
        raise ValueError(f"field missing: {', '.join(sorted(lacking))}")
    if not (
        record["actor"].get("user") and record["src"].get("host") and record.get("outcome")
        and (record.get("db") or record.get("component"))
    ):  # fmt: skip
        raise ValueError("a fact of PCI DSS 10.2.2 is missing: user, outcome, host, or database or component")


def typed(path: str, value: Any) -> None:
    """Refuse a value of another type than its field has, all the way down."""
    shape, _, item = shapes.get(path, "").partition("-")
    if not shape:
        raise ValueError(f"field is not classified: {path}")
    if type(value) is not KINDS[shape]:
        raise ValueError(f"field has the wrong type: {path}")
    items = value if shape == "list" else value.values() if shape == "map" else ()
    if any(type(one) is not KINDS[item] for one in items):
        raise ValueError(f"field has the wrong type: an item of {path}")
    if any(one < 0 for one in ([value] if shape == "int" else items if item == "int" else ())):
        raise ValueError(f"field is negative: {path}")
    for name, inner in value.items() if shape == "object" else ():
        typed(f"{path}.{name}", inner)
    for one in value if shape == "items" else ():
        for name, inner in one.items():
            typed(f"{path}[].{name}", inner)


def moment(text: str) -> datetime.datetime:
    """Return a time stamp of the log, or raise ValueError."""
    if not STAMP.fullmatch(text):
        raise ValueError("not a time stamp")
    return datetime.datetime.strptime(text.replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S.%f%z")


def back(record: dict[str, Any], last: tuple[str, int]) -> str:
    """Return which clock goes back from the line before, "" when none does. Two seconds go without saying."""
    if record["ts"] < last[0] and record["type"] != "clock.step":
        try:
            late = (moment(record["ts"]) + datetime.timedelta(seconds=2)).isoformat()[:19]
        except BROKEN:
            late = ""
        if last[0][:19] > late:
            return "the wall clock goes back and no clock.step says so"
    return "the monotonic clock goes back" if last[0] and record["mono_us"] < last[1] else ""


def last_names(kind: str) -> set[str]:
    """Return the names of the fields of this kind, without those that they are in."""
    return {path.rpartition(".")[2] for path, other in shapes.items() if other == kind} - {"v"}


VARIED = re.compile(
    rb'"((?:attempt|connection|prev|session|ts)":"(?=[0-9A-Za-z._:/-]*")|'
    rb'(?:%b)":(?=(?:0|[1-9][0-9]{0,14})[,}])|(?:%b)":(?=(?:0|-?[1-9][0-9]{0,14})[,}]))([0-9A-Za-z._:/-]*)'
    % tuple("|".join(sorted(found)).encode() for found in (last_names("int"), last_names("signed") - last_names("int")))
)


def taken_apart(line: bytes) -> tuple[tuple[bytes, ...], list[bytes]]:
    """Return a line without the values of the fields that vary from line to line, and these values.

    It is a short cut for the many lines that repeat themselves: with a line that is in order, every other one is that
    is the same but for these values. They are strings and integers that are canonical whatever they are, and what says
    which is left in.
    """
    parts = VARIED.split(line)
    values = parts[2::3]
    del parts[2::3]
    return tuple(parts), values


def places(rest: tuple[bytes, ...]) -> list[int] | None:
    """Return which of the values are those of seq, prev, ts and mono_us; None when more than one may be."""
    fields = rest[1::2]
    wanted = (b'seq":', b'prev":"', b'ts":"', b'mono_us":')
    return [fields.index(name) for name in wanted] if all(fields.count(name) == 1 for name in wanted) else None


def tried(act: Any, path: str, nothing: Any) -> Any:
    """Return what can be read at a path, nothing when it is not there."""
    try:
        return act(path)
    except OSError as problem:
        if problem.errno not in ABSENT:
            error(path, f"cannot be read: {problem.strerror}")
        return nothing


def read(*path: str) -> bytes:
    """Return the content of a file, empty when it is not there."""
    found: bytes = tried(lambda path: pathlib.Path(path).read_bytes(), os.path.join(*path), b"")
    return found


def names(*path: str) -> list[str]:
    """Return the names in a folder, sorted."""
    return sorted(tried(os.listdir, os.path.join(*path), []))


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
            signature = unbase64(entry["sig"])
            body = encode({name: value for name, value in entry.items() if name != "sig"})
            if sorted(entry) != ["next", "no", "open", "prev", "shard", "sig", "ts", "v", "vkey"] or entry["v"] != 1:
                raise ValueError("not an index entry of version 1")
            entry["key"], following = parse_vkey(entry["vkey"]), parse_vkey(entry["next"])
            if entry["no"] != number:
                raise ValueError(f"shard number {entry['no']} where {number} must stand")
            if entry["prev"] != prev:
                raise ValueError("does not follow the line before it")
            if key is None or not signed(key[2], b"pcishield-index-v1\n" + body.encode(), signature):
                raise ValueError("not signed by the key before it")
            if entry["shard"] in [known["shard"] for known in entries]:
                raise ValueError("the shard is entered twice")
        except BROKEN as problem:
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
    known: dict[tuple[bytes, ...], list[int]] = {}
    segments = names(root, folder, "segments")
    for number, name in enumerate(segments):
        path = f"{folder}/segments/{name}"
        if name != f"{number:08d}.jsonl":
            error(path, f"stands where segment {number:08d}.jsonl belongs")
        if closed:
            error(path, "follows after log.close")
        lines = read(root, path).split(b"\n")
        torn = lines.pop()
        last = ("", 0)
        for count, line in enumerate(lines, 1):
            where = f"{path}:{count}"
            leaf = hashlib.sha256(b"\x00" + line)
            leaves.append(leaf.digest())
            seq, before, prev = seq + 1, prev, leaf.hexdigest()
            rest, values = taken_apart(line)
            at = known.get(rest)
            if (
                at
                and values[at[0]] == b"%d" % seq
                and values[at[1]] == before.encode()
                and not closed
                and len(line) <= 65535
                and STAMP.fullmatch(ts := values[at[2]].decode())
                and last[0] <= ts
                and last[1] <= int(values[at[3]])
            ):
                last = (ts, int(values[at[3]]))
                continue
            try:
                record = canonical(line)
                kind = in_place(record, line, entry, seq, before)
                if closed:
                    raise ValueError("lines follow after log.close")
                closed = where if kind == "log.close" else None
                content(record)
                if backwards := back(record, last):
                    raise ValueError(backwards)
                last = (record["ts"], record["mono_us"])
                if kind == "log.purge":
                    tombs[record["purged"]["shard"]] = (where, record, *buried(where, record))
                if kind == "log.open":
                    begun[entry["shard"]] = (where, record)
                if kind == "key.rotate":
                    announced.append((where, record))
                claim = record.get("recovered") if kind == "log.recover" else None
                claim = record.get("previous") if kind == "log.open" else claim
                if claim and claim.get("state") != "missing" and "size" in claim and "root" in claim:
                    claims.append((where, claim, kind == "log.recover"))
                if len(known) < 10_000 and not kind.startswith("log.") and (at := places(rest)):
                    known[rest] = at
            except BROKEN as problem:
                plain = type(problem) is ValueError
                error(where, str(problem) if plain else f"not canonical ({type(problem).__name__})")
        if torn:
            (warning if number == len(segments) - 1 and not closed else error)(
                f"{path}:{len(lines) + 1}", "a part of a line"
            )
    if segments and (not leaves or leaves[0].hex() != entry["open"]):
        error(folder, "missing, or its first line is not the one that the index names")
    return leaves, claims, closed


def in_place(record: dict[str, Any], line: bytes, entry: dict[str, Any], seq: int, prev: str) -> str:
    """Refuse a record that stands where another belongs; return its type."""
    if len(line) > 65535:
        raise ValueError("longer than 65535 bytes")
    if record["v"] != 1 or record["shard"] != entry["shard"]:
        raise ValueError("of another shard or version")
    if record["seq"] != seq:
        raise ValueError(f"seq {record['seq']} where {seq} belongs")
    if record["prev"] != prev:
        raise ValueError("does not name the line before it: that one, or this one, was changed")
    kind = str(record["type"])
    if (kind == "log.open") != (seq == 0):
        raise ValueError("log.open is not the first line")
    if kind == "log.open" and (record["vkey"], record["shard_no"]) != (entry["vkey"], entry["no"]):
        raise ValueError("does not fit the index")
    return kind


def check_shard(root: str, entry: dict[str, Any], shard: dict[str, Any]) -> None:
    """Check files and checkpoints of a shard; note the wanted tree sizes."""
    folder, key = shard["folder"], entry["key"]
    if read(root, folder, "vkey").decode("utf-8", "replace").strip() != entry["vkey"]:
        error(f"{folder}/vkey", "is not the shard's key")
    manifest = {
        "v": 1, "created": entry["ts"], "deployment": shard["deployment"], "origin": key[0], "shard": entry["shard"],
        "shard_no": entry["no"], "vkey": entry["vkey"],
    }  # fmt: skip
    if read(root, folder, "MANIFEST.json").rstrip(b"\n") != encode(manifest).encode():
        error(f"{folder}/MANIFEST.json", "missing, or does not fit the index")
    notes = split_notes(read(root, folder, "checkpoints.txt").decode("utf-8", "replace"))
    last = read(root, folder, "checkpoint").decode("utf-8", "replace")
    size, known = -1, set()
    for number, note in enumerate([*notes, last], 1):
        where = f"{folder}/checkpoints.txt#{number}" if number <= len(notes) else f"{folder}/checkpoint"
        try:
            found = parse_note(note, key)
            if number > len(notes):
                if found not in known:
                    raise ValueError("is not in checkpoints.txt")
                continue
            before, size = size, found[0]
            known.add(found)
            shard["wanted"].append((where, *found))
            if size <= before:
                raise ValueError("is not larger than the one before it")
        except BROKEN as problem:
            error(where, str(problem) if note else "is missing")


def buried(where: str, record: dict[str, Any]) -> tuple[int, bytes]:
    """Return (number of lines, root) of what a tombstone is about, or raise ValueError. Say if it came too early."""
    gone = record["purged"]
    size, peaks, last = gone["records"], [base64.b64decode(peak, validate=True) for peak in gone["peaks"]], gone["last"]
    age = (moment(record["ts"]) - moment(gone["until"])).total_seconds() / 86400
    limit = 90 if record["cause"] == "archive" else 365
    if bin(size).count("1") != len(peaks) or not isinstance(last, str):  # noqa: FURB161 (Python 3.9)
        raise ValueError("the tombstone makes no sense")
    if age < limit:
        error(where, f"{gone['shard']} went {age:.0f} days after its last record; {limit} are to be kept")
    node = peaks[-1] if peaks else hashlib.sha256(b"").digest()
    for peak in reversed(peaks[:-1]):
        node = hashlib.sha256(b"\x01" + peak + node).digest()
    return size, node


def check_tomb(entry: dict[str, Any], shard: dict[str, Any]) -> dict[int, bytes]:
    """Check what is left of a shard whose lines went; return {size: root} of what was signed and of its tombstone."""
    folder = shard["folder"]
    if entry["shard"] not in tombs:
        error(folder, "the index has this shard and its lines are not there: deleted")
        return {}
    where, record, size, root = tombs[entry["shard"]]
    signed_here = [(size, root) for at, size, root in shard["wanted"] if at.startswith(f"{folder}/checkpoints.txt#")]
    fits = (size, root) in [*signed_here, *shard["recovered"]]
    if not fits:
        error(where, f"the tombstone of {folder} is not about what was signed: lines were lost or made up")
    for at, other, _ in shard["wanted"]:
        if other > size:
            error(at, f"does not fit the tombstone of {folder}")
    if fits:
        warning(folder, f"its {size} lines went ({record['cause']}) on {record['ts'][:10]}; the tombstone fits")
    return {**dict(signed_here), size: root}


def check_claims(entries: list[dict[str, Any]], shards: dict[str, dict[str, Any]], anchors: list[Any]) -> None:
    """Add what others say about each shard to what its tree must show."""
    by_name = {entry["shard"]: entry for entry in entries}
    for shard in list(shards.values()):
        for where, claim, recovered in shard["claims"]:
            about = shards.get(claim.get("shard"))
            if about is None:
                error(where, "speaks of a shard that is not in the index: deleted, or made up")
                continue
            try:
                point = (claim["size"], unbase64(claim["root"]))
            except ValueError as problem:
                error(where, str(problem))
                continue
            about["wanted"].append((where, *point))
            if recovered:
                about["recovered"].append(point)
                if len(about["leaves"]) > claim["size"]:
                    error(about["folder"], "has lines that were added after its process was found dead")
    for where, note, name in anchors:
        origin = note.split("\n", 1)[0].rpartition("/")[2] if name is None else name
        try:
            if origin not in by_name:
                raise ValueError(f"shard {origin} is not in the index: deleted, or an older copy of the directory")
            shards[origin]["wanted"].append((where, *parse_note(note, by_name[origin]["key"])))
        except BROKEN as problem:
            error(where, str(problem))


def check_epochs(root: str, entries: list[dict[str, Any]], closed: list[str]) -> None:
    """Check that the key of an epoch was announced by the key before it, and only such keys."""
    keys = {entry["shard"]: entry["vkey"] for entry in entries}
    index = read(root, "index.jsonl").decode("utf-8", "replace")  # as it is now: it may have grown
    for where, record in announced:
        shard = record.get("object")
        if keys.get(shard, record["next_vkey"]) != record["next_vkey"]:
            error(where, f"announces another key for shard {shard} than the index has")
        if f'"{shard}"' not in index:
            error(where, f"announces shard {shard}, which the index does not have")
    known, last = [record.get("object") for _, record in announced], dict[str, str]()
    for entry in entries:
        where, record = begun.get(entry["shard"], ("", None))
        if not record:
            last.clear()  # its lines went, and it may have been of any process
            continue
        process = encode([record.get("boot"), record["src"].get("host"), record["src"].get("pid")])
        if record["cause"] == "epoch" and entry["shard"] not in known and last.get(process) in closed:
            error(where, "begins an epoch, and no key.rotate names its key")
        last[process] = entry["shard"]


def given_notes(paths: list[str]) -> list[Any]:
    """Return (where, checkpoint, None) of every checkpoint that was kept elsewhere."""
    found: list[Any] = []
    for path in paths:
        notes = split_notes(read(path).decode("utf-8", "replace").rstrip("\n") + "\n\n")
        if not notes:
            error(path, "holds no checkpoints")
        found += [(f"anchor {len(found) + number}", note, None) for number, note in enumerate(notes, 1)]
    return found


def acknowledged(root: str) -> list[Any]:
    """Return (where, checkpoint, shard) of every checkpoint that an anchor acknowledged."""
    found: list[Any] = []
    for name in names(root, "anchors"):
        path = f"anchors/{name}/acks.jsonl"
        lines = read(root, path).split(b"\n")
        if lines.pop():
            warning(path, "the last line is incomplete")
        for number, line in enumerate(lines, 1):
            try:
                ack = json.loads(line.decode(), parse_constant=no_float)
                base64.b64decode(ack["receipt"], validate=True)
                note = str(ack["note"])
                note.encode()
                if ack["kind"] is None or ack["shard"] is None:
                    raise ValueError("no kind or shard")
                found.append((f"{path}:{number}", note, ack["shard"]))
            except BROKEN:
                error(f"{path}:{number}", "is no acknowledgement of an anchor")
    return found


def check_root(root: str, pinned: str | None) -> tuple[Key | None, str]:
    """Check the files in the root; return the key to trust for the first index entry, and the deployment's name."""
    stored = read(root, "vkey").decode("utf-8", "replace").strip()
    key, deployment = None, ""
    try:
        key = parse_vkey(pinned or stored)
        if pinned and parse_vkey(stored) != key:
            error("vkey", "the directory begins with another key than the pinned one")
    except BROKEN as problem:
        error("vkey", str(problem))
    if not pinned:
        warning("vkey", "the key was taken from the directory itself; give --key")
    try:
        manifest = canonical(read(root, "MANIFEST.json").rstrip(b"\n"))
        deployment = str(manifest.get("deployment", ""))
        wanted = {"v": 1, "format": "pcishield-audit", "deployment": deployment, "genesis": stored}
        if encode(manifest) != encode(wanted):
            raise ValueError("missing, damaged, or names another key")
    except BROKEN as problem:
        error("MANIFEST.json", str(problem))
    return key, deployment


def check_strangers(root: str, shards: dict[str, dict[str, Any]]) -> None:
    """Report what does not belong into the directory."""
    known = {"MANIFEST.json", "index.jsonl", "open", "private", "vkey", ".lock", "sinks", "search", "anchors", *shards}
    for name in names(root):
        if name in known:
            continue
        unborn = name.startswith(".") and name.endswith(".new")
        if unborn and len(read(root, name, "segments", "00000000.jsonl").splitlines()) <= 1:
            warning(name, "a process died while it opened a shard; nothing was logged there")
        elif name[:6].isdigit() or (os.path.isdir(os.path.join(root, name)) and names(root, name)):
            error(name, "a shard that the index does not know: inserted, or the index was cut")
        else:
            warning(name, "does not belong into an audit directory")


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--key", help="the pinned key, as text or as a file")
    parser.add_argument("--anchor", action="append", default=[], help="file of checkpoints that were kept elsewhere")
    given = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # whatever the terminal's encoding has
    root, pinned = given.directory, given.key
    if pinned and os.path.exists(pinned):
        pinned = read(pinned).decode("utf-8", "replace").strip()
    key, deployment = check_root(root, pinned)
    entries = read_index(root, key)
    shards: dict[str, dict[str, Any]] = {}
    for entry in entries:
        unborn = f".{entry['shard']}.new"
        folder = unborn if not names(root, entry["shard"]) and names(root, unborn) else entry["shard"]
        leaves, claims, closed = read_lines(root, folder, entry)
        shard: dict[str, Any] = {"folder": folder, "leaves": leaves, "claims": claims, "wanted": [], "recovered": []}
        shard["gone"], shard["deployment"], shard["closed"] = not names(root, folder, "segments"), deployment, closed
        shards[entry["shard"]] = shard
        check_shard(root, entry, shard)
        if closed and max((size for _, size, _ in shard["wanted"]), default=0) < len(leaves):
            error(closed, "the shard was closed and its last checkpoint is missing")
        if not closed and not shard["gone"]:
            warning(folder, "no log.close: its process is alive, or died")
    check_strangers(root, shards)
    check_epochs(root, entries, [name for name, shard in shards.items() if shard["closed"]])
    check_claims(entries, shards, given_notes(given.anchor) + acknowledged(root))
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
