"""What a process that died left behind, put under the signature of one that lives.

The lines after a dead process's last checkpoint are covered by no signature of its own. The next process counts and
hashes them and records size and root (``log.recover``), so that from then on they cannot be cut or changed unseen.
Nothing of the dead shard is changed.
"""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

from pcishield.audit.checkpoint import NoteError, parse_checkpoint
from pcishield.audit.merkle import Frontier, leaf_hash

__all__ = ["describe_crashed"]


def describe_crashed(directory: Path) -> dict[str, Any]:
    """Return the field ``recovered`` for the shard in ``directory``.

    Raises:
        OSError: It cannot be read.
    """
    tree = Frontier()
    torn = 0
    for path in sorted((directory / "segments").glob("*.jsonl")):
        with path.open("rb") as lines:
            leaves = []
            for line in lines:
                if line.endswith(b"\n"):
                    leaves.append(leaf_hash(line[:-1]))
                else:
                    torn += len(line)
            tree.extend(leaves)
    try:
        sealed = parse_checkpoint((directory / "checkpoint").read_text("utf-8")).size
    except (OSError, NoteError, UnicodeDecodeError):
        sealed = 0
    return {
        "shard": directory.name,
        "size": tree.size,
        "root": b64encode(tree.root()).decode(),
        "sealed": sealed,
        "torn": torn,
    }
