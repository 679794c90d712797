"""Approvals as data and rules: requests, states, quorums, grants. Their I/O is in ``approvers``."""

from __future__ import annotations

from pcishield.approval.binding import binding_digest
from pcishield.approval.grants import Grant
from pcishield.approval.quorum import quorum_met
from pcishield.approval.state import Approval, IllegalTransition, State

__all__ = ["Approval", "Grant", "IllegalTransition", "State", "binding_digest", "quorum_met"]
