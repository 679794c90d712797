"""A TCP proxy that fails on command: the network between a sink and its server, as it is on bad days."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Iterator
from urllib.parse import urlencode


class FaultProxy:
    """Forwards ``port`` to a server on this machine, a port or a Unix socket, until told otherwise.

    ``cut`` refuses new connections and resets those that are open, what was in flight is lost; ``stall`` forwards
    requests and holds the answers back, so that work is done and never confirmed; ``restore`` ends both.
    """

    def __init__(self, target: int | str) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._alarms: set[socket.socket] = set()
        self._stalled = False
        self._listener: socket.socket | None = None
        self.port = 0
        self.restore()

    def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def restore(self) -> None:
        if self._stalled:
            self._reset()
        self._stalled = False
        if self._listener is None:
            self._listen()

    def stall(self) -> None:
        self._stalled = True

    def cut(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            # close() alone leaves a thread in accept(), and the port open with it.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self._reset()

    close = cut

    def _reset(self) -> None:
        with self._lock:
            # The thread closes what it reads from: shutdown() would say that all had been read.
            for alarm in self._alarms:
                alarm.send(b"!")

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = self._connect()
            except OSError:
                client.close()
                continue
            alarm, heard = socket.socketpair()
            with self._lock:
                self._alarms.add(alarm)
            threading.Thread(target=self._forward, args=(client, server, alarm, heard), daemon=True).start()

    def _connect(self) -> socket.socket:
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target), 5)
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._target)
        return server

    def _forward(
        self, client: socket.socket, server: socket.socket, alarm: socket.socket, heard: socket.socket
    ) -> None:
        waiting = [client, server]
        for one in waiting:
            one.settimeout(10)  # of a peer that does not read: the alarm would not be heard
        try:
            while waiting:
                readable, _, _ = select.select([heard, *waiting], [], [])
                if heard in readable:
                    raise ConnectionResetError
                for one in readable:
                    data = one.recv(65_536)
                    other = server if one is client else client
                    if not data:
                        waiting.remove(one)
                        with contextlib.suppress(OSError):
                            other.shutdown(socket.SHUT_WR)
                    elif not (self._stalled and one is server):
                        other.sendall(data)
        except OSError:
            # A reset is passed on as one.
            for one in (client, server):
                with contextlib.suppress(OSError):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        finally:
            with self._lock:
                self._alarms.discard(alarm)
            for one in (client, server, alarm, heard):
                one.close()


@contextlib.contextmanager
def behind_a_proxy(dsn: str) -> Iterator[tuple[str, FaultProxy]]:
    """Give the address of a PostgreSQL behind a proxy, and the proxy."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(dsn)
    host, port = str(parts.get("host") or "127.0.0.1"), int(parts.get("port") or 5432)
    proxy = FaultProxy(f"{host}/.s.PGSQL.{port}" if host.startswith("/") else port)
    parts |= {"host": "127.0.0.1", "port": proxy.port}
    query = urlencode({name: value for name, value in parts.items() if value})
    try:
        yield f"postgresql:///?{query}", proxy
    finally:
        proxy.close()
