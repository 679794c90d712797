"""Fifty processes want the same approval. One gets it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pcishield.approval import Approval
from pcishield.approval.store import give_answer
from pcishield.approvers import open_queue
from pcishield.core.decision import Principal
from tests.approvals.conftest import SHARED, a_request

PROCESSES = 50


@pytest.mark.parametrize("kind", SHARED)
def test_of_fifty_processes_exactly_one_uses_an_approval(kind: str, queue_url: Callable[[str], str]) -> None:
    """Started at the same moment by a pipe that closes; each opens the queue for itself."""
    url = queue_url(kind)
    request = a_request()
    store = open_queue(url)
    store.add(Approval(request))
    give_answer(store, request.id, Principal("zoe"), True, datetime.now(UTC))
    store.close()
    gate, opener = os.pipe()
    children = [_fork(gate, opener, url, request.digest) for _ in range(PROCESSES)]
    os.close(gate)
    os.close(opener)
    results = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]

    assert {0: 1, 3: PROCESSES - 1} == {code: results.count(code) for code in set(results)}
    again = open_queue(url)
    assert "used" == again.get(request.id).state
    again.close()


def _fork(gate: int, opener: int, url: str, digest: str) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.close(opener)
        store: Any = open_queue(url)
        os.read(gate, 1)
        claimed = store.claim(digest, lambda approval: approval.claimed(digest, datetime.now(UTC)))
        status = 3 if claimed is None else 0
    finally:
        os._exit(status)
