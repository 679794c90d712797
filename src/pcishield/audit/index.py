r"""The index of a deployment: which shards there are, in which order, under which keys.

``index.jsonl`` has one canonical JSON line per shard. Entry *i* names the shard, its public key, the leaf hash of
its first line, and the key that signs entry *i + 1*; it is signed by the key that entry *i - 1* named. The auditor
pins one key, the first (``vkey`` in the directory's root, to be kept elsewhere too).

- Forward security: a process erases the index key it used and leaves only its successor on disk. Who steals that
  one can add entries from then on, and cannot change those before. The shard's own key never leaves the process.
- A deleted, copied, reordered or inserted shard breaks the numbers, the hashes, or the signatures.
- An older copy of the whole directory is *not* detected here; that takes an anchor outside the host.

Signed bytes: ``b"pcishield-index-v1\n"`` + the canonical line without its ``sig`` field. ``prev`` is the hex
SHA-256 of the line before it (with ``sig``), 64 zeros in the first.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pcishield.audit.canonical import CanonicalError, canonical_json, parse_canonical
from pcishield.audit.chain import ZERO
from pcishield.audit.checkpoint import NoteError, NoteSigner, VerifierKey, decode_base64

__all__ = ["IndexEntry", "IndexEntryError", "entry_line", "parse_entry"]

_DOMAIN = b"pcishield-index-v1\n"
_SHARD = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}\Z", re.ASCII)
_FIELDS = frozenset({"v", "no", "shard", "vkey", "next", "open", "prev", "ts", "sig"})


class IndexEntryError(ValueError):
    """An index line is malformed or not signed as it must be."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One line of the index.

    Attributes:
        no: Number of the shard, from 0.
        shard: Its name.
        vkey: The shard's public key.
        next: The key that signs the next entry.
        open: Hex leaf hash of the shard's first line.
        prev: Hex SHA-256 of the index line before.
        ts: When, RFC 3339 UTC.
        digest: Hex SHA-256 of this line.
    """

    no: int
    shard: str
    vkey: VerifierKey
    next: VerifierKey
    open: str
    prev: str
    ts: str
    digest: str = ""


def entry_line(entry: IndexEntry, signer: NoteSigner) -> bytes:
    """Return the signed line, without line feed."""
    body: dict[str, Any] = {
        "v": 1, "no": entry.no, "shard": entry.shard, "vkey": str(entry.vkey), "next": str(entry.next),
        "open": entry.open, "prev": entry.prev, "ts": entry.ts,
    }  # fmt: skip
    body["sig"] = b64encode(signer.sign(_DOMAIN + canonical_json(body))).decode()
    return canonical_json(body)


def parse_entry(line: bytes, key: VerifierKey | None, no: int = 0, prev: str = ZERO) -> IndexEntry:
    """Read and check one line.

    Args:
        line: Untrusted, without line feed.
        key: The key that must have signed it; ``None`` skips the signature (only for reading one's own).
        no: The number it must have.
        prev: The hash that it must name.

    Raises:
        IndexEntryError: Malformed, out of order, or not signed by ``key``.
    """
    try:
        body = parse_canonical(line)
    except CanonicalError as error:
        raise IndexEntryError(str(error)) from None
    if body.keys() != _FIELDS or body["v"] != 1:
        raise IndexEntryError("not an index entry of version 1")
    texts = ("shard", "vkey", "next", "open", "prev", "ts", "sig")
    if not all(isinstance(body[name], str) for name in texts) or type(body["no"]) is not int:
        raise IndexEntryError("a field has the wrong type")
    if not _SHARD.match(body["shard"]):
        # It becomes a path, also where the entry's signature is wrong and only what is there is to be told.
        raise IndexEntryError("what it calls a shard is no name of one")
    if body["no"] != no:
        raise IndexEntryError(f"shard number {body['no']} where {no} must stand")
    if body["prev"] != prev:
        raise IndexEntryError("does not follow the line before it")
    try:
        signature = decode_base64(body.pop("sig"))
        entry = IndexEntry(
            body["no"], body["shard"], VerifierKey.parse(body["vkey"]), VerifierKey.parse(body["next"]),
            body["open"], body["prev"], body["ts"], sha256(line).hexdigest(),
        )  # fmt: skip
    except (NoteError, ValueError) as error:
        raise IndexEntryError(f"malformed key or signature: {error}") from None
    if key is not None and not key.verify(_DOMAIN + canonical_json(body), signature):
        raise IndexEntryError("not signed by the key that the entry before it names")
    return entry
