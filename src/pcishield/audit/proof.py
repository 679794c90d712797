"""Proofs that leave the log: one record is in it, and one state of it is a prefix of a later one.

The text form of an inclusion proof is c2sp.org/tlog-proof@v1: the index, the hashes from the leaf's sibling upwards,
and the signed checkpoint they lead to. With the record's line and the shard's public key it needs nothing else.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence

from pcishield.audit.checkpoint import Checkpoint, NoteError, VerifierKey, open_checkpoint, parse_checkpoint
from pcishield.audit.merkle import inclusion_proof, leaf_hash, verify_inclusion

__all__ = ["ProofError", "make_proof", "open_proof"]

_MAGIC = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,15})\Z")


class ProofError(ValueError):
    """A proof is malformed, or does not show what it should."""


def make_proof(index: int, leaves: Sequence[bytes], note: str) -> str:
    """Return the tlog-proof of one record.

    Args:
        index: The record's ``seq``.
        leaves: Leaf hashes of the shard, at least as many as the checkpoint covers.
        note: The signed checkpoint.

    Raises:
        ProofError: The checkpoint does not cover the record, or does not fit the leaves.
    """
    checkpoint = parse_checkpoint(note)
    if not 0 <= index < checkpoint.size <= len(leaves):
        raise ProofError(f"record {index} is not covered by the checkpoint at {checkpoint.size} lines")
    path = inclusion_proof(index, leaves[: checkpoint.size])
    if not verify_inclusion(leaves[index], index, checkpoint.size, path, checkpoint.root):
        raise ProofError("the checkpoint is not of these lines")
    return "\n".join([_MAGIC, f"index {index}", *(b64encode(node).decode() for node in path), "", note])


def open_proof(proof: str, line: bytes, key: VerifierKey) -> tuple[int, Checkpoint]:
    """Check a tlog-proof.

    Args:
        proof: The text, untrusted.
        line: The record's line without line feed, untrusted.
        key: The shard's key, trusted.

    Returns:
        The record's index and the checkpoint.

    Raises:
        ProofError: It does not show that ``line`` is in the log of ``key``.
    """
    head, blank, note = proof.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines[0] != _MAGIC:
        raise ProofError("not a tlog-proof of version 1")
    if len(lines) > 1 and lines[1].startswith("extra "):
        del lines[1]
    matched = _INDEX.match(lines[1]) if len(lines) > 1 else None
    if matched is None:
        raise ProofError("the proof has no index")
    try:
        path = [b64decode(node, validate=True) for node in lines[2:]]
        checkpoint = open_checkpoint(note, key)
    except NoteError as error:
        raise ProofError(f"checkpoint: {error}") from None
    except ValueError:
        raise ProofError("a hash is not base64") from None
    index = int(matched[1])
    if any(len(node) != 32 for node in path):
        raise ProofError("a hash is not 32 bytes")
    if not verify_inclusion(leaf_hash(line), index, checkpoint.size, path, checkpoint.root):
        raise ProofError("the record is not in the log that the checkpoint signs")
    return index, checkpoint
