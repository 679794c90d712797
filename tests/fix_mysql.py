"""A MariaDB or MySQL for the run: ``PCISHIELD_TEST_MYSQL``, else a private mariadbd on a temporary directory."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.servers import unavailable

START_SECONDS = 60


@pytest.fixture(scope="session")
def mysql_params() -> Iterator[dict[str, Any]]:
    """Keyword arguments for ``mysql.connector.connect``: a user with all rights on a server for the tests alone.

    The server is shared by the whole run: make tables ``TEMPORARY`` or drop them.
    """
    given = os.environ.get("PCISHIELD_TEST_MYSQL")
    if given:
        yield _parse(given)
        return
    server, install = _find("mariadbd", "mysqld"), _find("mariadb-install-db", "mysql_install_db")
    if server is None or install is None:
        unavailable("MariaDB", "set PCISHIELD_TEST_MYSQL=mysql://user:password@host:port/database or install mariadbd")
    directory = Path(tempfile.mkdtemp(prefix="pcishield-my-"))
    try:
        yield from _run(server, install, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _parse(dsn: str) -> dict[str, Any]:
    parts = urlsplit(dsn)
    return {
        "host": parts.hostname or "127.0.0.1",
        "port": parts.port or 3306,
        "user": unquote(parts.username or "root"),
        "password": unquote(parts.password or ""),
        "database": parts.path.lstrip("/") or "test",
    }


def _find(*names: str) -> str | None:
    # Debian puts the server where a normal user's PATH does not look.
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/libexec"])
    return next(filter(None, (shutil.which(name, path=path) for name in names)), None)


def _run(server: str, install: str, directory: Path) -> Iterator[dict[str, Any]]:
    user = [f"--user={os.environ.get('USER', 'root')}"] if os.geteuid() == 0 else []
    data, log = directory / "data", directory / "log"
    # A server that starts removes all temporary tables in its tmpdir, also those of other servers, which crash then.
    temporary = directory / "tmp"
    temporary.mkdir()
    common = ["--no-defaults", f"--datadir={data}", f"--tmpdir={temporary}", *user]
    installed = subprocess.run(
        [install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
        capture_output=True, text=True, timeout=START_SECONDS, check=False,
    )  # fmt: skip
    if installed.returncode != 0:
        unavailable("MariaDB", f"{install} failed: {installed.stderr.strip()[-300:]}")
    port = _free_port()
    options = [
        "--bind-address=127.0.0.1", f"--port={port}", f"--socket={directory / 's'}", f"--pid-file={directory / 'pid'}",
        f"--log-error={log}", "--skip-networking=0", "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve",
        # What clients say about themselves is in its tables.
        "--performance-schema=ON",
        # A connection that a failed test left open must fail the next DDL, not stop the run for a day.
        "--lock-wait-timeout=10", "--innodb-lock-wait-timeout=10",
    ]  # fmt: skip
    process = subprocess.Popen([server, *common, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        params = {"host": "127.0.0.1", "port": port, "user": "root", "password": "", "database": "test"}
        _wait(process, params, log)
        yield params
    finally:
        process.terminate()
        try:
            process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], params: dict[str, Any], log: Path) -> None:
    """Wait until the server answers, and make the database."""
    try:
        import mysql.connector
    except ImportError as error:
        unavailable("MariaDB client", str(error))
    deadline = time.monotonic() + START_SECONDS
    server = {key: value for key, value in params.items() if key != "database"}
    while True:
        try:
            connection = mysql.connector.connect(**server, use_pure=True)
        except mysql.connector.Error as error:
            if process.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text(errors="replace")[-500:] if log.exists() else ""
                unavailable("MariaDB", f"it does not start ({type(error).__name__}): {tail}")
            time.sleep(0.1)
            continue
        cursor = connection.cursor()
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS {params['database']}")
        cursor.close()
        connection.close()
        return
