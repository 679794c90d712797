"""A high pass rate does not prove interception: count what reached the database, and look each up in the audit log.

Every statement carries a label in a column alias (aliases survive in the log's literal-free template). A
:class:`Workout` sends one by every way a driver has; afterwards the labels that the database saw must all be in
``attempt`` records, and none may be attempted twice for one call.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

__all__ = ["attempted", "labels"]

LABEL = re.compile(r"\bway_[a-z_]+\b")


def labels(texts: Iterable[str]) -> Counter[str]:
    """Count the statements that carry each label."""
    return Counter(label for text in texts for label in set(LABEL.findall(text)))


def attempted(audit_dir: Path) -> Counter[str]:
    """Count the attempts in an audit directory, by label."""
    lines = [line for segment in audit_dir.rglob("*.jsonl") for line in segment.read_text("utf-8").splitlines()]
    records = [json.loads(line) for line in lines]
    return labels(r["statement"]["template"] for r in records if r.get("type") == "attempt")
