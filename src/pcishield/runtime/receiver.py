"""A small HTTP server for answers that come in from outside: one process, bounded bodies, bounded time.

It answers POST on the paths that were given and nothing else. Put a proxy with TLS before it, or mount the approver's
``handle`` into a web application that is there already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

__all__ = ["Handler", "Receiver"]

Handler = Callable[[Mapping[str, str], bytes], tuple[int, str]]
"""Takes headers (names in lower case) and body, both untrusted; returns status and a text to answer with."""

_MAX_BODY = 1 << 20
_TIMEOUT = 10.0


class Receiver:
    """Listens until it is closed.

    Args:
        routes: Path to handler.
        host: Address to listen at.
        port: 0 for any that is free; see :attr:`port`.
    """

    def __init__(self, routes: Mapping[str, Handler], *, host: str = "127.0.0.1", port: int = 0) -> None:
        handler = type("_Handler", (_Handler,), {"routes": dict(routes), "timeout": _TIMEOUT})
        self._server = ThreadingHTTPServer((host, port), handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, args=(0.1,), name="pcishield-receiver", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening. Idempotent."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    routes: Mapping[str, Handler]
    server_version = "pcishield"
    sys_version = ""

    def do_POST(self) -> None:
        """Answer one message."""
        handler = self.routes.get(self.path.partition("?")[0])
        if handler is None:
            self._answer(404, "not found")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _MAX_BODY:
            self.close_connection = True
            self._answer(413, "say how long it is, and no more than a megabyte")
            return
        try:
            body = self.rfile.read(int(length))
        except OSError:
            self.close_connection = True
            return
        try:
            status, text = handler({name.lower(): value for name, value in self.headers.items()}, body)
        except Exception as error:
            status, text = 500, type(error).__name__
        self._answer(status, text)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: paths and addresses of approvers are nobody's business."""

    def _answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
