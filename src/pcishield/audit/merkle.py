"""The RFC 6962 Merkle tree over the lines of a shard.

- Leaf hash: ``SHA-256(0x00 || line)``, the line without its line feed. Node: ``SHA-256(0x01 || left || right)``.
  The root of the empty tree is ``SHA-256("")`` (RFC 6962 section 2.1).
- :class:`Frontier` keeps only the roots of the perfect subtrees to the left, so a log of any length
  costs at most 64 hashes of memory.
- Proofs are lists of 32-byte hashes in the order of RFC 6962 sections 2.1.1 (inclusion) and 2.1.2
  (consistency); the checks are those of RFC 9162 sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from pcishield.core.compiled import compiled

__all__ = [
    "EMPTY_ROOT",
    "Frontier",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "node_level",
    "pure_python_node_hash",
    "pure_python_node_level",
    "root_hash",
    "verify_consistency",
    "verify_inclusion",
]

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(line: bytes) -> bytes:
    """Return the 32-byte hash of a line (no line feed)."""
    return sha256(b"\x00" + line).digest()


def pure_python_node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def pure_python_node_level(level: list[bytes]) -> list[bytes]:
    """Return the nodes above those of ``level``; an odd last one stands for itself."""
    pairs = iter(level)
    found = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
    if len(level) & 1:
        found.append(level[-1])
    return found


node_hash, node_level = pure_python_node_hash, pure_python_node_level
if (_compiled := compiled("pcishield.audit._sha256")) is not None:
    node_hash, node_level = _compiled.node_hash, _compiled.node_level


class Frontier:
    """The right edge of a growing tree.

    Attributes:
        size: Number of leaves.
        peaks: Roots of the perfect subtrees, largest first; their sizes are the set bits of ``size``.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError("number of peaks does not fit the size")

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        peaks, size, node = self.peaks, self.size, leaf
        while size & 1:
            node = node_hash(peaks.pop(), node)
            size >>= 1
        peaks.append(node)
        self.size += 1

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes, in order. Level by level where the tree is aligned, which is faster than one by one."""
        position, total = 0, len(leaves)
        while position < total:
            width = 256 if self.size % 256 == 0 else 1
            if width == 1 or total - position < width:
                self.append(leaves[position])
                position += 1
                continue
            self._append_subtree(root_hash(leaves[position : position + width]), width)
            position += width

    def _append_subtree(self, node: bytes, width: int) -> None:
        """Add the root of a perfect subtree; ``size`` must be a multiple of ``width``, a power of two."""
        size = self.size // width
        while size & 1:
            node = node_hash(self.peaks.pop(), node)
            size >>= 1
        self.peaks.append(node)
        self.size += width

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        if not self.peaks:
            return EMPTY_ROOT
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def copy(self) -> Frontier:
        """Return an independent copy."""
        return Frontier(self.size, self.peaks)


def root_hash(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash of leaf hashes (RFC 6962 section 2.1)."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        level = node_level(level)
    return level[0]


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size`` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the hashes that lead from leaf ``index`` to the root, sibling of the leaf first.

    Raises:
        ValueError: ``index`` is not in the tree.
    """
    if not 0 <= index < len(leaves):
        raise ValueError("index is not in the tree")
    path: list[bytes] = []
    while len(leaves) > 1:
        middle = _split(len(leaves))
        if index < middle:
            path.append(root_hash(leaves[middle:]))
            leaves = leaves[:middle]
        else:
            path.append(root_hash(leaves[:middle]))
            leaves, index = leaves[middle:], index - middle
    path.reverse()
    return path


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``leaf`` is number ``index`` of the tree of ``size`` leaves with ``root``."""
    if not 0 <= index < size or any(len(one) != 32 for one in (leaf, root, *proof)):
        return False
    node, fn, sn = leaf, index, size - 1
    for sibling in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(sibling, node)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and node == root


def consistency_proof(old_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the hashes that show the tree of the first ``old_size`` leaves to be a prefix of the whole.

    Raises:
        ValueError: ``old_size`` is larger than the tree, or negative.
    """
    if not 0 <= old_size <= len(leaves):
        raise ValueError("the old tree is not smaller than the new one")
    if old_size in (0, len(leaves)):
        return []
    path: list[bytes] = []
    complete = True
    while old_size != len(leaves):
        middle = _split(len(leaves))
        if old_size <= middle:
            path.append(root_hash(leaves[middle:]))
            leaves = leaves[:middle]
        else:
            path.append(root_hash(leaves[:middle]))
            leaves, old_size, complete = leaves[middle:], old_size - middle, False
    if not complete:
        path.append(root_hash(leaves))
    path.reverse()
    return path


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether the old tree is a prefix of the new one."""
    if not 0 <= old_size <= new_size:
        return False
    if old_size == 0 and old_root != EMPTY_ROOT:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for node in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(node, old), node_hash(node, new)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == old_root and new == new_root
