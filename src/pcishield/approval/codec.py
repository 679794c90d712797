"""Approvals as JSON, for stores and for the wire. A text that is not exactly an approval is refused.

The form has a version; a newer one is refused rather than half understood.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from pcishield.approval.state import TRANSITIONS, Approval
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest, Principal, Scope

__all__ = ["MAX_SIZE", "BadApproval", "approval_from_json", "approval_to_json", "request_to_dict", "scope_from_json",
           "scope_to_json"]  # fmt: skip

MAX_SIZE = 4 << 20
"""Bytes; a longer approval is refused before it is parsed."""

_VERSION = 1


class BadApproval(ValueError):
    """The text is no approval of ours: damaged, cut short, or of a newer version."""


def approval_to_json(approval: Approval) -> str:
    """Return the approval as one line of JSON, keys sorted."""
    data: dict[str, Any] = {"v": _VERSION}
    for one in fields(approval):
        value = getattr(approval, one.name)
        if one.name == "request":
            value = request_to_dict(value)
        elif one.name in ("answers", "voids"):
            value = [_answer_to_dict(answer) for answer in value]
        elif one.name == "scope":
            value = _scope_to_dict(value)
        data[one.name] = _plain(value)
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def approval_from_json(text: str | bytes) -> Approval:
    """Return the approval.

    Raises:
        BadApproval: The text is none.
    """
    if len(text) > MAX_SIZE:
        raise BadApproval(f"longer than {MAX_SIZE} bytes")
    try:
        data = json.loads(text)
        if data.pop("v") != _VERSION:
            raise BadApproval("written by another version of pcishield")
        approval = Approval(
            **data
            | {
                "request": _request(data["request"]),
                "answers": tuple(map(_answer, data["answers"])),
                "voids": tuple(map(_answer, data["voids"])),
                "scope": _scope(data["scope"]),
                "use_within": timedelta(seconds=data["use_within"]),
                "usable_until": _moment(data["usable_until"]),
                "changed_at": _moment(data["changed_at"]),
                "logged": tuple(data.get("logged", ())),
            }
        )
        _check(approval)
    except BadApproval:
        raise
    except (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise BadApproval(f"not an approval ({type(error).__name__})") from None
    return approval


def request_to_dict(request: ApprovalRequest) -> dict[str, Any]:
    """Return a request as plain JSON types."""
    data = {one.name: _plain(getattr(request, one.name)) for one in fields(request) if one.name != "principal"}
    who = request.principal
    data["principal"] = {
        one.name: _plain(getattr(who, one.name)) for one in fields(who) if one.name not in ("evidence", "attested")
    }
    return data


def scope_to_json(scope: Scope | None) -> str:
    """Return a scope as canonical JSON, empty for none."""
    return "" if scope is None else json.dumps(_scope_to_dict(scope), sort_keys=True, separators=(",", ":"))


def scope_from_json(text: str) -> Scope | None:
    """Return the scope. Raises BadApproval."""
    if not text:
        return None
    try:
        return _scope(json.loads(text))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise BadApproval("not a scope") from None


def _scope_to_dict(scope: Scope | None) -> dict[str, Any] | None:
    return None if scope is None else {one.name: _plain(getattr(scope, one.name)) for one in fields(scope)}


def _answer_to_dict(answer: ApprovalAnswer) -> dict[str, Any]:
    data = {one.name: _plain(getattr(answer, one.name)) for one in fields(answer) if one.name != "scope"}
    data["scope"] = _scope_to_dict(answer.scope)
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, frozenset | set):
        return sorted(str(item) for item in value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _request(data: dict[str, Any]) -> ApprovalRequest:
    lists = {name: tuple(data[name]) for name in ("tables", "hazards", "actions", "classes", "groups")}
    if not all(isinstance(item, str) for items in lists.values() for item in items):
        raise BadApproval("a list of the request holds something else than text")
    who = data["principal"]
    known = {one.name for one in fields(Principal)}
    principal = Principal(
        **{name: value for name, value in who.items() if name in known} | {"groups": frozenset(who["groups"])}
    )
    moments = {name: _wanted(data[name]) for name in ("requested_at", "expires_at")}
    return ApprovalRequest(**data | lists | moments | {"principal": principal})


def _answer(data: dict[str, Any]) -> ApprovalAnswer:
    answer = ApprovalAnswer(
        **data | {"scope": _scope(data["scope"]), "at": _moment(data["at"]), "groups": frozenset(data["groups"])}
    )
    texts = (answer.approver, answer.reason, answer.void)
    if not all(isinstance(text, str) for text in texts) or not isinstance(answer.evidence, dict):
        raise BadApproval("an answer has a field of the wrong type")
    if type(answer.approved) is not bool or type(answer.break_glass) is not bool:
        raise BadApproval("an answer is neither yes nor no")
    return answer


def _scope(data: dict[str, Any] | None) -> Scope | None:
    if data is None:
        return None
    scope = Scope(
        **data
        | {
            "not_after": _wanted(data["not_after"]),
            "templates": frozenset(data["templates"]),
            "tables": tuple(data["tables"]),
        }
    )
    if type(scope.uses) is not int or (scope.rows is not None and type(scope.rows) is not int):
        raise BadApproval("a scope has a count of the wrong type")
    if not all(isinstance(text, str) for text in (*scope.templates, *scope.tables, scope.window)):
        raise BadApproval("a scope has a name of the wrong type")
    return scope


def _moment(text: str | None) -> datetime | None:
    return None if text is None else _wanted(text)


def _wanted(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise BadApproval("a time has no offset")
    return moment


def _check(approval: Approval) -> None:
    request = approval.request
    texts = (request.id, request.template, request.summary, request.fingerprint, request.digest, request.database,
             request.reason, request.policy, request.connection, request.parameters, request.principal.user,
             request.principal.agent, request.principal.reason, approval.changed_by, approval.review,
             approval.reviewed_by)  # fmt: skip
    counts = (approval.leased_uses, approval.leased_rows, approval.voids_dropped, request.approvals)
    if not all(isinstance(text, str) for text in texts) or not all(type(count) is int for count in counts):
        raise BadApproval("a field has the wrong type")
    if not all(isinstance(mark, str) for mark in approval.logged):
        raise BadApproval("a mark of the log has the wrong type")
    if approval.state not in TRANSITIONS:
        raise BadApproval("an unknown state")
