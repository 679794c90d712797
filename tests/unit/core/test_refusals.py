"""What a refusal tells a program: stable keys, JSON, no value of the statement; whole after pickling."""

from __future__ import annotations

import json
import pickle
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from pcishield import exceptions
from pcishield.core.decision import Decision
from pcishield.exceptions import PolicyViolation, bind_error
from pcishield.testing import make_pan

KEYS = [
    "error", "outcome", "code", "rule", "reason", "hint", "remedies", "because", "policy", "record_id", "request_id",
]  # fmt: skip
CODES = {
    "ApprovalDenied": "approval-denied",
    "ApprovalExpired": "approval-expired",
    "ApprovalPending": "approval-pending",
    "IdentityRequired": "identity",
    "LimitExceeded": "limit",
    "MaskedWriteBack": "masked-write-back",
    "PolicyViolation": "default",
    "StatementDenied": "default",
}
CLASSES = [
    found
    for name in exceptions.__all__
    if isinstance(found := getattr(exceptions, name), type) and issubclass(found, PolicyViolation)
]
DECISION = Decision(
    "deny", rule="no-where", rules=("no-where",), code="default", reason="it changes every row", hint="Add a WHERE.",
    policy="agent@0123456789ab", remedies=("add-where",), because=("hazard no-where: rule no-where",),
)  # fmt: skip


def refusal(cls: type[PolicyViolation], driver_class: type[Exception] | None) -> PolicyViolation:
    """Make a refusal as the shield raises it, bound to a driver's class when one is given."""
    more: dict[str, Any] = {"request_id": "q-1"} if cls is exceptions.ApprovalPending else {}
    error = cls(decision=DECISION, record_id="r-1", **more)
    return error if driver_class is None else bind_error(error, driver_class)  # type: ignore[return-value]


@pytest.mark.parametrize("driver_class", [None, sqlite3.ProgrammingError], ids=["own", "bound"])
@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
class TestEveryRefusal:
    """Each class, as raised by the shield and as a driver's error."""

    def test_tells_a_program_what_was_refused_and_what_helps(self, cls: Any, driver_class: Any) -> None:
        """The keys are the documented ones, and the values survive JSON."""
        told = json.loads(json.dumps(refusal(cls, driver_class).as_dict()))
        pending = cls is exceptions.ApprovalPending
        expected = dict(zip(KEYS, [
            cls.__name__, "pending" if pending else "deny", CODES[cls.__name__], "no-where", "it changes every row",
            "Add a WHERE.", ["add-where"], ["hazard no-where: rule no-where"], "agent@0123456789ab", "r-1",
            "q-1" if pending else None,
        ], strict=True))  # fmt: skip
        assert (expected, KEYS) == (told, list(told))

    def test_is_the_same_after_pickling(self, cls: Any, driver_class: Any) -> None:
        """A worker's refusal reaches its parent: class, text, decision and what it tells a program."""
        error = refusal(cls, driver_class)
        again = pickle.loads(pickle.dumps(error))
        assert (type(error), str(error), error.decision, error.as_dict()) == (
            type(again), str(again), again.decision, again.as_dict(),
        )  # fmt: skip

    def test_has_every_key_without_a_decision(self, cls: Any, driver_class: Any) -> None:
        """A refusal by the guard itself tells its own words under the same keys."""
        error = cls("connection.dump: blocked.", rule="surface.blocked", hint="Use a cursor.")
        if driver_class is not None:
            error = bind_error(error, driver_class)
        told = error.as_dict()
        assert (KEYS, "surface.blocked", "Use a cursor.", [], []) == (
            list(told), told["rule"], told["hint"], told["remedies"], told["because"],
        )  # fmt: skip


def test_every_subclass_is_covered() -> None:
    """A class added later must be given a code here."""
    assert sorted(CODES) == sorted(cls.__name__ for cls in CLASSES)


def test_a_driver_refusal_tells_the_agent_nothing_of_its_values(make_shield: Callable[..., Any]) -> None:
    """Out of a real driver: the rule, the record and a remedy, and neither the literal nor the parameter."""
    from pcishield.drivers.sqlite3 import connect

    shield = make_shield({"policy": "agent"})
    pan = make_pan("visa")
    with closing(connect(shield, ":memory:")) as connection, pytest.raises(sqlite3.ProgrammingError) as caught:
        connection.execute(f"SELECT id FROM cards WHERE pan = '{pan}' AND note = 'tulip' AND name = ?", ("daffodil",))
    error = caught.value
    assert isinstance(error, PolicyViolation)
    told = error.as_dict()
    text = json.dumps(told)
    assert ("deny", "agent-card-text", True, False) == (
        told["outcome"], told["rule"], bool(told["record_id"] and told["remedies"]),
        any(word in text for word in (pan, "tulip", "daffodil")),
    )  # fmt: skip
