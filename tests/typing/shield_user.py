"""Code as a user of the shield itself writes it; checked by mypy and pyright, never run."""

from __future__ import annotations

import sqlite3
from typing import assert_type

import pcishield
from pcishield import Masker, Policy, Shield, StatementDenied, acting_as, analyze, configure, current_shield
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Context, Decision, Principal
from pcishield.statement.facts import Statement


def approve(request: ApprovalRequest) -> ApprovalAnswer:
    return ApprovalAnswer(approved="no-where" not in request.hazards, approver="zoe", reason="TICKET-42")


async def approve_later(request: ApprovalRequest) -> bool:
    return request.database == "staging"


def guards(directory: str) -> str:
    with Shield(policy="agent", audit=directory, approver=approve) as shield, acting_as(user="maria", agent="bot"):
        connection = shield.connect(sqlite3, "shop.db")
        try:
            connection.execute("DROP TABLE payments")
        except StatementDenied as error:
            assert_type(error.decision, Decision | None)
            assert_type(error.rule, str | None)
            return error.hint
    return ""


def decides(path: str) -> bool:
    policy = Policy.load(path)
    statement = analyze("SELECT 1", "sqlite")
    assert_type(statement, Statement)
    return policy.decide(statement, Context(principal=Principal(user="maria"))).allowed


def masks(text: str) -> str:
    masker = Masker()
    assert_type(masker.mask_text(text), str)
    return masker.mask_text(text)


def process_wide() -> Shield:
    configure("pcishield.toml", approver=approve_later)
    assert_type(current_shield(), Shield)
    assert pcishield.__version__
    return current_shield()
