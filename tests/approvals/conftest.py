"""Queues of every kind, empty, and requests to put into them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from pcishield.approval import Approval
from pcishield.approvers import open_queue
from pcishield.core.decision import ApprovalRequest, Principal
from pcishield.runtime.memory_store import MemoryStore

KINDS = ("memory", "sqlite", "postgres", "redis")
SHARED = ("sqlite", "postgres", "redis")


def a_request(**changes: Any) -> ApprovalRequest:
    """Made now, by maria through a bot, open for fifteen minutes."""
    now = datetime.now(UTC)
    request = ApprovalRequest(
        id=uuid4().hex, template="DELETE FROM public.orders WHERE true", summary="Deletes from public.orders.",
        fingerprint="f" * 16, digest=uuid4().hex * 2, tables=("public.orders",), hazards=("no-where",),
        actions=("delete",), classes=(), principal=Principal("maria", agent="bot", reason="clean up"), database="shop",
        rule="hazards", reason="touches every row", requested_at=now, expires_at=now + timedelta(minutes=15),
        policy="p@1", connection="postgres h:5432/shop as app",
    )  # fmt: skip
    return replace(request, **changes)


@pytest.fixture
def queue_url(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Make the URL of an empty queue of a kind."""
    made: list[str] = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/approvals.db"
        if kind == "redis":
            pytest.importorskip("redis", reason="redis is an optional dependency")
            port = request.getfixturevalue("redis_server").port
            _flush(port)
            return f"redis://127.0.0.1:{port}/3"
        dsn = request.getfixturevalue("pg_dsn")
        made.append(dsn)
        _drop(dsn)
        return str(dsn)

    yield make
    for dsn in made:
        _drop(dsn)


def _flush(port: int) -> None:
    import redis

    with redis.Redis(port=port, db=3) as client:
        client.flushdb()


def _drop(dsn: str) -> None:
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET client_min_messages = error")
        connection.execute("DROP TABLE IF EXISTS pcishield_approvals")


@pytest.fixture
def open_store(queue_url: Callable[[str], str]) -> Iterator[Callable[[str], Any]]:
    """Open stores of a kind on one and the same queue; all are closed after the test."""
    opened: list[Any] = []
    urls: dict[str, str] = {}

    def open_one(kind: str) -> Any:
        if kind == "memory":
            store: Any = MemoryStore()
        else:
            url = urls.setdefault(kind, "") or queue_url(kind)
            urls[kind] = url
            store = open_queue(url)
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, open_store: Callable[[str], Any]) -> Any:
    """An empty store, of each kind."""
    return open_store(request.param)


@pytest.fixture(params=SHARED)
def two_stores(request: pytest.FixtureRequest, open_store: Callable[[str], Any]) -> tuple[Any, Any]:
    """Two openings of the same queue, as two processes have them."""
    return open_store(request.param), open_store(request.param)


class FakeService:
    """An HTTP server of the test: ``received`` has what came, ``answers`` what it says by path."""

    def __init__(self) -> None:
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        from threading import Thread

        self.received: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: dict[str, Callable[[dict[str, str], bytes], tuple[int, dict[str, str], bytes]]] = {}
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                service.received.append((self.path, headers, body))
                answer = service.answers.get(self.path, lambda headers, body: (200, {}, b""))
                status, more, content = answer(headers, body)
                self.send_response(status)
                for name, value in (more | {"Content-Length": str(len(content))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def service() -> Iterator[FakeService]:
    """A fake of the other side, over HTTP."""
    fake = FakeService()
    yield fake
    fake.close()


class Asked:
    """An approver that was called in a thread, the sync or the async way; ``result()`` waits for what it returned."""

    def __init__(self, approver: Any, request: ApprovalRequest, asynchronous: bool = False) -> None:
        import asyncio
        from concurrent.futures import Future
        from threading import Thread

        self._future: Future[Any] = Future()

        def work() -> None:
            try:
                answers = asyncio.run(approver.ask_async(request)) if asynchronous else approver(request)
                self._future.set_result(answers)
            except BaseException as error:
                self._future.set_exception(error)

        self.thread = Thread(target=work)
        self.thread.start()

    def result(self, seconds: float = 20) -> Any:
        try:
            return self._future.result(seconds)
        finally:
            self.thread.join(seconds)


def eventually(check: Callable[[], Any], seconds: float = 20) -> Any:
    """Repeat ``check`` until it gives something true."""
    import time

    until = time.monotonic() + seconds
    while not (found := check()):
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.01)
    return found


@pytest.fixture
def waiting() -> Approval:
    """A request that waits for one approver."""
    return Approval(a_request())
