"""One Shield for the whole table: opening a log for each of its cells would take longer than the cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def leaks_shield(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The pci pack without an approver, its log on a file."""
    from pcishield.shield import Shield

    with Shield({}, audit=tmp_path_factory.mktemp("leaks") / "audit") as shield:
        yield shield


@pytest.fixture(scope="session")
def approving_shield(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Likewise, and whatever needs approval gets it: what comes out is looked through."""
    from pcishield.core.decision import ApprovalAnswer
    from pcishield.shield import Shield

    def approve(request: Any) -> ApprovalAnswer:
        return ApprovalAnswer(approved=True, approver="leak table", reason="what comes out is looked through")

    with Shield({}, audit=tmp_path_factory.mktemp("leaks") / "approving", approver=approve) as shield:
        yield shield
