"""Rules that the server fixtures share: environment first, else a private server, else skip or fail."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

__all__ = ["unavailable"]


def unavailable(server: str, reason: str) -> NoReturn:
    """Skip the test, or fail it where a missing server is an error (``PCISHIELD_REQUIRE_SERVERS=1``)."""
    if os.environ.get("PCISHIELD_REQUIRE_SERVERS") == "1":
        pytest.fail(f"PCISHIELD_REQUIRE_SERVERS=1 and there is no {server}: {reason}", pytrace=False)
    pytest.skip(f"no {server}: {reason}")
