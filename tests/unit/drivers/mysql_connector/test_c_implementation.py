"""The C implementation, where its extension loads only with the OpenSSL that comes with the driver.

Python has loaded the system's OpenSSL by the time that a test imports the driver, and 26.10's extension needs a newer
one. A new interpreter that finds the driver's copy first runs the tests of this directory with the extension.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import mysql.connector
import pytest

pytestmark = pytest.mark.mysql


def _environment(mysql_params: dict[str, Any]) -> dict[str, str]:
    vendor = Path(mysql.connector.__file__).parents[1] / "vendor"
    user, password = quote(mysql_params["user"]), quote(mysql_params["password"])
    server = f"{mysql_params['host']}:{mysql_params['port']}/{mysql_params['database']}"
    return os.environ | {
        "LD_LIBRARY_PATH": str(vendor),
        "PCISHIELD_TEST_MYSQL": f"mysql://{user}:{password}@{server}",
    }


@pytest.mark.skipif(mysql.connector.HAVE_CEXT, reason="the extension loads here, so its tests have been run")
def test_c_implementation(mysql_params: dict[str, Any]) -> None:
    """All tests pass on the C implementation that are not about pure Python or asyncio alone, and the surface's too."""
    environment = _environment(mysql_params)
    probe = subprocess.run(
        [sys.executable, "-c", "import ssl, _mysql_connector"], env=environment, capture_output=True, timeout=60
    )
    if probe.returncode != 0:
        pytest.skip("the C extension cannot be loaded on this machine")
    root = Path(__file__).parents[4]
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "[c or surface",
            str(Path(__file__).parent), str(root / "tests" / "surface" / "test_mysql_connector.py"),
        ],
        env=environment, capture_output=True, text=True, timeout=110, cwd=root,
    )  # fmt: skip

    assert 0 == done.returncode, done.stdout[-4000:]
