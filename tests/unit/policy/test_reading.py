"""Which policies let nobody do more than read: in doubt, one that might is not among them."""

from __future__ import annotations

from typing import Any

import pytest

from pcishield import Policy

READS = {"id": "reads", "effect": "allow", "when": {"actions": ["select", "show", "tcl", "set", "empty"]}}
BASE: dict[str, Any] = {"name": "p", "schema": 1, "default": "deny"}


@pytest.mark.parametrize(
    ("pack", "expected"), [("read-only", True), ("pci", False), ("agent", False), ("analytics", False)]
)
def test_of_the_packs_one_only_reads(pack: str, expected: bool) -> None:
    """``read-only`` does; the others let somebody write something."""
    assert Policy.pack(pack).reads_only is expected


WRITERS: dict[str, dict[str, Any]] = {
    "default allows": {"default": "allow"},
    "default asks": {"default": "require_approval"},
    "observes": {"mode": "observe"},
    "templates": {"mode": "templates", "templates": [{"fingerprint": "0123456789abcdef"}]},
    "a rule for everything": {"rules": [{"id": "all", "effect": "allow"}]},
    "a rule without actions": {"rules": [{"id": "own", "effect": "allow", "when": {"tables": ["own.*"]}}]},
    "one user may insert": {
        "rules": [READS, {"id": "w", "effect": "allow", "when": {"actions": ["insert"], "users": ["ana"]}}]
    },
    "deletes are asked about": {
        "rules": [READS, {"id": "w", "effect": "require_approval", "reason": "r", "when": {"actions": ["delete"]}}]
    },
    "a denial has an exception": {
        "rules": [
            {"id": "all", "effect": "allow"},
            {
                "id": "no", "effect": "deny", "reason": "r", "unless": {"users": ["ana"]},
                "when": {"actions": ["insert", "update", "delete"]},
            },
        ]
    },
    "functions may write": {"tolerate": ["impure-function"], "rules": [READS]},
}  # fmt: skip


@pytest.mark.parametrize("more", WRITERS.values(), ids=WRITERS.keys())
def test_a_policy_that_may_let_somebody_write_does_not_only_read(more: dict[str, Any]) -> None:
    """Whoever, whenever, and also after an approval."""
    assert Policy.from_mapping(BASE | more).reads_only is False


READERS: dict[str, dict[str, Any]] = {
    "no rules": {},
    "actions that read": {"rules": [READS]},
    "access that reads": {"rules": [{"id": "r", "effect": "allow", "when": {"access": ["read"]}}]},
    "everything else denied": {
        "rules": [
            {"id": "all", "effect": "allow", "when": {"tables": ["*"]}},
            {
                "id": "no", "effect": "deny", "reason": "r",
                "when": {
                    "actions": [
                        "insert", "update", "delete", "merge", "truncate", "ddl", "dcl", "import", "call", "prepare",
                        "execute", "lock", "admin", "opaque", "unknown",
                    ]
                },
            },
        ]
    },
}  # fmt: skip


@pytest.mark.parametrize("more", READERS.values(), ids=READERS.keys())
def test_a_policy_that_permits_reading_alone_only_reads(more: dict[str, Any]) -> None:
    """By what it allows, or by what it denies without exception."""
    assert Policy.from_mapping(BASE | more).reads_only is True
