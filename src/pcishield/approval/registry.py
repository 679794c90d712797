"""Who may approve: names, groups and public keys, known to the side that enforces.

Where there is a registry, an answer out of a store counts only with a decision that is signed by a key registered
to its approver, or by one that the approver's ID token names (:mod:`pcishield.runtime.attester`), for this request, and
for what had to be shown of it. The store, and whoever can write to it, can
then withhold an approval, but not make one: :meth:`Registry.verified` works out the state anew, from signatures alone.
Groups are the registry's or the token's, never what an answer says.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pcishield.approval.codec import BadApproval, scope_from_json
from pcishield.approval.shown import shown_digest
from pcishield.approval.signing import BadDecision, SignedDecision, claimed_approver, read_decision
from pcishield.approval.state import Approval, IllegalTransition
from pcishield.core.decision import ApprovalAnswer, Principal
from pcishield.exceptions import IdentityRequired

__all__ = ["Registered", "Registry", "key_text", "parse_key"]

_PREFIX = "ed25519:"


@dataclass(frozen=True, slots=True)
class Registered:
    """An approver: a human.

    Attributes:
        name: As in answers.
        key: Raw Ed25519 public key, 32 bytes.
        groups: Groups of the human.
    """

    name: str
    key: bytes
    groups: frozenset[str] = frozenset()


class Registry:
    """The registered approvers.

    Args:
        approvers: Each name once.
        break_glass: Groups whose members may break the glass.
        attest: From an ID token, the raw key that a decision was signed with and the decision's time (seconds since
            1970) to the human who had signed in with that key; raises IdentityRequired. ``None`` accepts no tokens.

    Raises:
        ValueError: A name twice, or one key for two humans.
    """

    def __init__(
        self,
        approvers: tuple[Registered, ...],
        break_glass: frozenset[str] = frozenset(),
        attest: Callable[[str, bytes, float], Principal] | None = None,
    ) -> None:
        names = [one.name for one in approvers]
        if len(set(names)) < len(names):
            raise ValueError(f"registered twice: {', '.join(sorted({n for n in names if names.count(n) > 1}))}")
        if len({one.key for one in approvers}) < len(approvers):
            raise ValueError("two approvers have the same key; each human needs a key of their own")
        self.approvers: Mapping[str, Registered] = {one.name: one for one in approvers}
        self.break_glass = break_glass
        self.attest = attest
        self._keys = {one.name: one.key for one in approvers}

    def verified(self, approval: Approval, now: datetime) -> Approval:
        """Return the approval as its valid signatures make it.

        What the store says of states that refuse (denied, expired, revoked, used) is taken as it is; that it is
        approved, and for which scope, is not.

        Args:
            approval: As a store gave it; its request must be the one that was made (compare it before).
            now: Timezone-aware.
        """
        fresh = Approval(approval.request, use_within=approval.use_within)
        voids = list(approval.voids)
        for answer in approval.answers:
            try:
                fresh = self._counted(fresh, answer, now)
            except (BadApproval, BadDecision, IllegalTransition) as error:
                voids.append(replace(answer, void=str(error)))
        if approval.state in ("pending", "approved"):
            return replace(
                fresh.at(now),
                voids=tuple(voids),
                voids_dropped=approval.voids_dropped,
                leased_uses=approval.leased_uses,
                leased_rows=approval.leased_rows,
                logged=approval.logged,
            )
        return replace(
            fresh, state=approval.state, voids=tuple(voids), scope=None, usable_until=approval.usable_until,
            changed_at=approval.changed_at, changed_by=approval.changed_by, logged=approval.logged,
        )  # fmt: skip

    def read(
        self, approval: Approval, text: str, now: datetime, *, token: Any = None, key: Any = None
    ) -> tuple[SignedDecision, Principal]:
        """Check a signed decision for ``approval`` and return it with its approver.

        Args:
            approval: What it is for.
            text: As made by :func:`~pcishield.approval.signing.sign_decision`; untrusted.
            now: Timezone-aware.
            token: ID token of an approver who has signed in; untrusted. ``None`` for a registered key.
            key: With a token, the public key as :func:`key_text` writes it; untrusted.

        Raises:
            BadDecision: It counts for nothing.
        """
        request = approval.request
        keys = self._keys if token is None else {claimed_approver(text): _given_key(key)}
        decision = read_decision(
            text, keys, request=request.id, digest=request.digest, shown=shown_digest(request), now=now,
            max_age_seconds=(now - request.requested_at).total_seconds() + 60,
        )  # fmt: skip
        if token is not None:
            return decision, self._signed_in(decision, token, keys[decision.approver], now)
        who = self.approvers[decision.approver]
        return decision, Principal(who.name, groups=who.groups, level="attested")

    def _signed_in(self, decision: SignedDecision, token: Any, key: bytes, now: datetime) -> Principal:
        """Return the human that the token names, if it was issued for this key and held when the decision was made."""
        if self.attest is None:
            raise BadDecision("approvers do not sign in here (approval.oidc)")
        try:
            by = self.attest(token, key, min(decision.moment, now).timestamp())
        except IdentityRequired as error:
            raise BadDecision(f"the approver's ID token was refused: {error.reason}") from None
        if by.user != decision.approver:
            raise BadDecision("the decision is in another name than the ID token")
        if by.agent:
            raise BadDecision(f"{by.agent} is an agent, and agents do not approve")
        return by

    def _counted(self, approval: Approval, answer: ApprovalAnswer, now: datetime) -> Approval:
        text = answer.evidence.get("decision")
        if not isinstance(text, str):
            raise BadDecision("the answer is not signed")
        evidence = dict(answer.evidence)
        decision, by = self.read(approval, text, now, token=evidence.get("token"), key=evidence.get("key"))
        evidence |= {f"token_{name}": value for name, value in by.evidence.items()}
        if (decision.approver, decision.approved) != (answer.approver, answer.approved):
            raise BadDecision("the answer says something else than the decision that was signed")
        # The store's word for when it came in proves nothing; the approver's own is signed.
        at = min(decision.moment, now)
        if decision.action == "break-glass":
            return approval.break_glass(by, self.break_glass, decision.reason, at, evidence=evidence)
        if decision.action != "answer":
            raise BadDecision("the decision is of an unknown kind")
        scope = scope_from_json(decision.scope)
        return approval.answered(by, decision.approved, at, decision.reason, scope=scope, evidence=evidence)


def _given_key(text: Any) -> bytes:
    try:
        return parse_key(text if isinstance(text, str) else "")
    except ValueError as error:
        raise BadDecision(f"the answer's key cannot be read: {error}") from None


def key_text(key: bytes) -> str:
    """Return a public key as it is registered: ``ed25519:`` and base64."""
    return _PREFIX + base64.b64encode(key).decode("ascii")


def parse_key(text: str) -> bytes:
    """Return the raw public key, 32 bytes, of :func:`key_text`. Raises ValueError."""
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not a public key") from None
    if not text.startswith(_PREFIX) or len(key) != 32:
        raise ValueError("write a public key as ed25519:<base64 of 32 bytes>, as keygen prints it")
    return key
