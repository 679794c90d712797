"""Private Redis, NATS and RabbitMQ servers from the installed programs; they may be killed, and keep their data."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import FaultProxy
from tests.servers import unavailable


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A program that listens on a port of its own."""

    def __init__(self, name: str, command: list[str], port: int, env: dict[str, str] | None = None) -> None:
        self.name = name
        self.port = port
        self._command = command
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 60) -> None:
        quiet = subprocess.DEVNULL
        # A session of its own, so that a kill reaches what a start script started.
        self._process = subprocess.Popen(
            self._command, stdout=quiet, stderr=quiet, stdin=quiet, env=self._env, start_new_session=True
        )
        deadline = time.monotonic() + seconds
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                unavailable(self.name, "the installed program does not start")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


def _program(name: str, *candidates: str) -> str:
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = next(filter(None, (shutil.which(candidate, path=path) for candidate in candidates)), None)
    return found or unavailable(name, f"{candidates[0]} is not installed")


@pytest.fixture(scope="session")
def broker_folder() -> Iterator[Path]:
    """A folder for the servers' data."""
    folder = Path(tempfile.mkdtemp(prefix="pcishield-brokers-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server(broker_folder: Path) -> Iterator[Server]:
    """Redis that writes everything to its disk before it answers."""
    port, folder = free_port(), broker_folder / "redis"
    folder.mkdir()
    server = Server("Redis", [
        _program("Redis", "redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
        "--save", "", "--appendonly", "yes", "--appendfsync", "always",
    ], port)  # fmt: skip
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def nats_server(broker_folder: Path) -> Iterator[Server]:
    """NATS with JetStream."""
    port = free_port()
    program = _program("NATS", "nats-server")
    server = Server(
        "NATS", [program, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(broker_folder / "nats")], port
    )
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def rabbitmq_server(broker_folder: Path) -> Iterator[Server]:
    """RabbitMQ with a node, a port and a port mapper of its own."""
    port, mapper, folder = free_port(), free_port(), broker_folder / "rabbitmq"
    folder.mkdir()
    program = _program("RabbitMQ", "/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server")
    (folder / "plugins").write_text("[].\n")
    (folder / "empty.conf").write_text("")
    env = os.environ | {
        "HOME": str(folder), "ERL_EPMD_PORT": str(mapper), "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"pcishield{secrets.token_hex(4)}@localhost", "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port), "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"), "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"), "RABBITMQ_CONFIG_FILE": str(folder / "empty"),
        "RABBITMQ_PID_FILE": str(folder / "pid"), "RABBITMQ_CONF_ENV_FILE": "/dev/null",
    }  # fmt: skip
    server = Server("RabbitMQ", [program], port, env)
    server.start(90)
    yield server
    server.kill()
    if epmd := shutil.which("epmd"):
        subprocess.run([epmd, "-port", str(mapper), "-kill"], capture_output=True, check=False)


@pytest.fixture
def proxy_to() -> Iterator[object]:
    """Make proxies that can fail; all are closed after the test."""
    made: list[FaultProxy] = []

    def make(port: int) -> FaultProxy:
        made.append(FaultProxy(port))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()
