"""Signed decisions: what is not exactly the approver's fresh word for this request counts for nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from pcishield.approval.signing import BadDecision, SignedDecision, read_decision, sign_decision

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {"zoe": KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)}
DECISION = SignedDecision("r1", "d" * 64, True, "zoe", NOW.isoformat(), "agreed")
SIGNED = sign_decision(DECISION, KEY)


def read(text: str | bytes, **changes: Any) -> SignedDecision:
    return read_decision(text, KEYS, **({"request": "r1", "digest": "d" * 64, "now": NOW} | changes))


def changed(**fields: Any) -> str:
    return json.dumps(json.loads(SIGNED) | fields)


def test_a_signed_decision_is_read_back() -> None:
    """What was signed is what is read."""

    assert DECISION == read(SIGNED)


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (changed(approved=False), {}, "signature"),
        (changed(reason="other"), {}, "signature"),
        (changed(approver="yan"), {}, "no registered key"),
        (changed(approved=1), {}, "wrong type"),
        (changed(extra=1), {}, "cannot be read"),
        (changed(signature="AA=="), {}, "signature"),
        (changed(signature=None), {}, "cannot be read"),
        ("[]", {}, "cannot be read"),
        ("{}", {}, "cannot be read"),
        ("[" * 5000, {}, "cannot be read"),
        (" " * 9000, {}, "longer than"),
        (SIGNED, {"request": "r2"}, "another request"),
        (SIGNED, {"digest": "e" * 64}, "another request"),
        (SIGNED, {"now": NOW + timedelta(hours=1)}, "too old"),
        (SIGNED, {"now": NOW - timedelta(hours=1)}, "future"),
    ],
)
def test_anything_else_is_refused(text: str, options: dict[str, Any], message: str) -> None:
    """Forged, garbled, oversized, late, early and misdirected decisions each have their reason."""

    with pytest.raises(BadDecision, match=message):
        read(text, **options)


@pytest.mark.parametrize("at", ["yesterday", "2026-01-31T12:00:00"])
def test_a_time_that_says_nothing_is_refused(at: str) -> None:
    """A signed decision without a real moment cannot be judged for freshness."""

    with pytest.raises(BadDecision, match="time"):
        read(sign_decision(replace(DECISION, at=at), KEY))


def test_a_signature_for_something_else_is_no_decision() -> None:
    """The purpose line keeps other signatures of the same key out."""
    data = json.loads(SIGNED)
    body = {name: value for name, value in data.items() if name != "signature"}
    import base64

    other = base64.b64encode(KEY.sign(json.dumps(body, sort_keys=True, separators=(",", ":")).encode())).decode()

    with pytest.raises(BadDecision, match="signature"):
        read(json.dumps(body | {"signature": other}))


def _flip(position: int, bit: int) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        index = position % len(data)
        return data[:index] + bytes([data[index] ^ (1 << bit)]) + data[index + 1 :]

    return flip


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_no_flipped_bit_changes_a_decision(position: int, bit: int) -> None:
    """A changed byte is refused, or changes nothing that is read."""
    try:
        assert DECISION == read(_flip(position, bit)(SIGNED.encode()))
    except BadDecision:
        pass
