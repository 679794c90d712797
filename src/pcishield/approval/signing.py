"""Decisions that speak for themselves: an approver's answer, signed with the approver's own key.

What is signed is the canonical JSON (RFC 8785 subset: sorted keys, no white space, ASCII) of an object with the
request's id and digest, the digest of what the approver was shown, the verdict, its scope, the approver, the reason
and the time, preceded by a line that names the purpose, so that a signature made for something else is never a
decision. Ed25519 (RFC 8032).

Replay is harmless: the request's id and digest are in it, and a request takes one answer per human.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["MAX_SIZE", "BadDecision", "SignedDecision", "claimed_approver", "read_decision", "sign_decision"]

MAX_SIZE = 8192
"""Bytes; a longer decision is refused before it is parsed."""

_PURPOSE = b"pcishield approval decision v2\n"


class BadDecision(ValueError):
    """The decision is forged, garbled, late, for another request, or by somebody unknown. It counts for nothing."""


@dataclass(frozen=True, slots=True)
class SignedDecision:
    """What an approver signed.

    Attributes:
        request: Id of the approval request.
        digest: The request's digest, so that the answer cannot be carried to another one.
        approved: The verdict.
        approver: Name under which the key is registered.
        at: RFC 3339 UTC time of the signature.
        reason: Free text.
        shown: Digest of the text that the approver was shown (:func:`pcishield.approval.shown.shown_digest`).
        scope: As JSON (:func:`pcishield.approval.codec.scope_to_json`); empty for a single use.
        action: ``answer``, ``break-glass``.
    """

    request: str
    digest: str
    approved: bool
    approver: str
    at: str
    reason: str = ""
    shown: str = ""
    scope: str = ""
    action: str = "answer"

    @property
    def moment(self) -> datetime:
        """``at`` in UTC. Raises BadDecision."""
        return _time(self.at)

    def message(self) -> bytes:
        """Return the bytes that are signed."""
        return _PURPOSE + json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode("ascii")


def sign_decision(decision: SignedDecision, key: Ed25519PrivateKey) -> str:
    """Return the decision with its signature as one line of JSON, to be sent to whoever waits for it."""
    signature = base64.b64encode(key.sign(decision.message())).decode("ascii")
    return json.dumps(asdict(decision) | {"signature": signature}, sort_keys=True, separators=(",", ":"))


def read_decision(
    text: str | bytes,
    keys: Mapping[str, bytes],
    *,
    request: str,
    digest: str,
    shown: str = "",
    now: datetime,
    tolerance_seconds: float = 60.0,
    max_age_seconds: float = 900.0,
) -> SignedDecision:
    """Check a signed decision and return it.

    Args:
        text: As made by :func:`sign_decision`; untrusted.
        keys: Approver to raw Ed25519 public key, 32 bytes.
        request: Id of the request that is waiting.
        digest: Its digest.
        shown: Digest of what an approver has to be shown of it; empty skips the comparison.
        now: Timezone-aware.
        tolerance_seconds: How far the approver's clock may be ahead.
        max_age_seconds: How old a decision may be.

    Raises:
        BadDecision: Anything is not as it must be.
    """
    if len(text) > MAX_SIZE:
        raise BadDecision(f"the decision is longer than {MAX_SIZE} bytes")
    decision, signature = _parsed(text)
    key = keys.get(decision.approver)
    if key is None:
        raise BadDecision("the approver has no registered key")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, decision.message())
    except (InvalidSignature, ValueError):
        raise BadDecision("the signature is not the approver's") from None
    # Only now is the content the approver's own word.
    if decision.request != request or decision.digest != digest:
        raise BadDecision("the decision is for another request")
    if shown and decision.shown != shown:
        raise BadDecision("the approver was shown something else")
    age = (now - _time(decision.at)).total_seconds()
    if age < -tolerance_seconds:
        raise BadDecision("the decision is from the future; check the clocks")
    if age > max_age_seconds:
        raise BadDecision("the decision is too old")
    return decision


def claimed_approver(text: str | bytes) -> str:
    """Return whom a decision says that it is by, nothing of which is checked. Raises BadDecision."""
    if len(text) > MAX_SIZE:
        raise BadDecision(f"the decision is longer than {MAX_SIZE} bytes")
    return _parsed(text)[0].approver


def _parsed(text: str | bytes) -> tuple[SignedDecision, bytes]:
    try:
        data: Any = json.loads(text)
        signature = base64.b64decode(data.pop("signature"), validate=True)
        decision = SignedDecision(**data)
    except (AttributeError, TypeError, KeyError, ValueError, RecursionError, binascii.Error):
        raise BadDecision("the decision cannot be read") from None
    wanted = {"approved": bool}
    if not all(isinstance(value, wanted.get(name, str)) for name, value in asdict(decision).items()):
        raise BadDecision("the decision has a field of the wrong type")
    return decision, signature


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadDecision("the decision's time cannot be read") from None
    if moment.tzinfo is None:
        raise BadDecision("the decision's time has no offset")
    return moment.astimezone(UTC)
