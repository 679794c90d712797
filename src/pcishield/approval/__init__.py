"""Approvals as data and rules: requests, states, quorums, grants, decisions. Their I/O is in ``approvers``."""

from __future__ import annotations

from pcishield.approval.binding import binding_digest
from pcishield.approval.grants import Grant, Question
from pcishield.approval.quorum import quorum_met
from pcishield.approval.registry import Registered, Registry
from pcishield.approval.shown import shown, shown_digest
from pcishield.approval.state import Approval, IllegalTransition, State
from pcishield.approval.store import ApprovalStore, NoSuchApproval, StoreUnavailable

__all__ = [
    "Approval",
    "ApprovalStore",
    "Grant",
    "IllegalTransition",
    "NoSuchApproval",
    "Question",
    "Registered",
    "Registry",
    "State",
    "StoreUnavailable",
    "binding_digest",
    "quorum_met",
    "shown",
    "shown_digest",
]
