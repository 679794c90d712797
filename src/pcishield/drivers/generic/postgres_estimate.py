"""How many rows PostgreSQL expects a statement to touch, from the plan that ``EXPLAIN (FORMAT JSON)`` tells."""

from __future__ import annotations

from typing import Any

__all__ = ["EXPLAINED", "planned_rows"]

EXPLAINED = frozenset({"delete", "insert", "merge", "select", "update"})
"""Kinds of statements that can be explained."""


def planned_rows(plan: dict[str, Any]) -> int:
    """Rows of the plan; of a statement that changes rows without returning them, those that it reads to change."""
    if plan.get("Node Type") == "ModifyTable" and not plan.get("Plan Rows"):
        return sum(planned_rows(part) for part in plan.get("Plans", ()))
    return int(plan.get("Plan Rows", 0))
