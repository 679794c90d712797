"""Sinks that speak to another host: real servers, private to the tests, behind a network that fails on command."""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import ssl
import struct
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from pcishield.testing import SinkContract
from tests.faults import FaultProxy
from tests.unit.sinks.receivers import (
    SECRET,
    HttpReceiver,
    SyslogReceiver,
    certificate,
    syslog_parts,
    webhook_ids,
)

MATRIX = os.environ.get("PCISHIELD_SINK_MATRIX") == "1"
"""The long form: servers themselves are killed with -9 and started again (``nox -s sinks``)."""


class Networked(SinkContract):
    """A sink behind a proxy to ``_server``."""

    load = 400 if MATRIX else 40
    kills = 20 if MATRIX else 1
    proxy: FaultProxy

    @pytest.fixture(autouse=True)
    def _between(self, proxy_to: Callable[[int | str], FaultProxy], _server: int | str) -> None:
        self.proxy = proxy_to(_server)

    def cut(self) -> None:
        self.proxy.cut()

    def stall(self) -> None:
        self.proxy.stall()

    def restore(self) -> None:
        self.proxy.restore()


class TestWebhook(Networked):
    @pytest.fixture(autouse=True)
    def _server(self) -> Iterator[int]:
        self.receiver = HttpReceiver()
        yield self.receiver.port
        self.receiver.close()

    def table(self) -> Mapping[str, Any]:
        return {"kind": "webhook", "url": f"http://127.0.0.1:{self.proxy.port}/x", "secret": SECRET, "timeout": 0.3}

    def stored(self) -> list[str]:
        return webhook_ids(self.receiver)

    def fill(self) -> None:
        self.receiver.full = True

    def empty(self) -> None:
        self.receiver.full = False


class TestSyslogTcp(Networked):
    @pytest.fixture(autouse=True)
    def _server(self) -> Iterator[int]:
        self.receiver = SyslogReceiver()
        yield self.receiver.port
        self.receiver.close()

    def table(self) -> Mapping[str, Any]:
        where = {"host": "127.0.0.1", "port": self.proxy.port, "transport": "tcp"}
        return {"kind": "syslog", **where, "timeout": 0.3}

    def stored(self) -> list[str]:
        return self.receiver.ids()

    def stall(self) -> None:
        # The answer is the end of the connection, which the proxy would pass on.
        self.receiver.slow = True

    def fill(self) -> None:
        self.receiver.full = True

    def restore(self) -> None:
        self.receiver.full = self.receiver.slow = False
        super().restore()

    empty = restore


class TestSyslogTls(Networked):
    @pytest.fixture(autouse=True)
    def _server(self, tmp_path: Path) -> Iterator[int]:
        self.paths = certificate(tmp_path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.paths)
        self.receiver = SyslogReceiver(context)
        yield self.receiver.port
        self.receiver.close()

    def table(self) -> Mapping[str, Any]:
        where = {"host": "localhost", "port": self.proxy.port, "ca_file": str(self.paths[0])}
        return {"kind": "syslog", **where, "timeout": 0.5, "format": "leef"}

    def stored(self) -> list[str]:
        assert all(syslog_parts(message)[-1].startswith(b"LEEF:2.0|") for message in self.receiver.messages)
        return self.receiver.ids()

    def stall(self) -> None:
        self._skip("see TestSyslogTcp")

    def test_another_hosts_certificate_is_refused(self, tmp_path: Path) -> None:
        """Nothing is sent to a server whose name is not in its certificate."""
        from pcishield.runtime.shipper import Shipper
        from pcishield.sinks import KINDS

        log = self._log(tmp_path / "audit")
        self._write(log, 1)
        log.close()
        shipper = Shipper(tmp_path / "audit", [KINDS.make({**self.table(), "host": "127.0.0.1"}, "sink")])

        assert not shipper.finish(0.2)
        assert "SSLCertVerificationError" in shipper.metrics()["syslog"]["error"]
        assert [] == self.receiver.messages


def test_a_syslog_server_that_ends_without_its_goodbye_has_died(tmp_path: Path) -> None:
    """Once it has said it, as RFC 5425 wants; of a server that never does, the end of the connection is enough."""
    from pcishield.sinks.syslog import SyslogSink

    certificate_path, key_path = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_path, key_path)
    polite = iter([False, True, False, True])
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for says in polite:
                with context.wrap_socket(server.accept()[0], server_side=True) as stream:
                    while stream.recv(4096):
                        pass
                    if says:
                        stream.unwrap()

        thread = Thread(target=serve, daemon=True)
        thread.start()
        sink = SyslogSink(host="localhost", port=server.getsockname()[1], ca_file=str(certificate_path), timeout=5)
        sink.transmit([b"first"])
        sink.transmit([b"second"])
        with pytest.raises(ConnectionError, match="goodbye"):
            sink.transmit([b"third"])
        sink.transmit([b"third"])
        thread.join(5)


def test_a_reset_before_the_tls_handshake_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """``wrap_socket`` gives out no socket then, and does not close it either."""
    from pcishield.sinks.syslog import SyslogSink

    with socket.create_server(("127.0.0.1", 0)) as server:
        connect = socket.create_connection

        def then_reset(*arguments: Any) -> socket.socket:
            made = connect(*arguments)
            with server.accept()[0] as accepted:
                accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            select.select([made], [], [], 5)
            return made

        monkeypatch.setattr(socket, "create_connection", then_reset)
        sink = SyslogSink(host="localhost", port=server.getsockname()[1], timeout=5)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(OSError, match="reset") as caught:
                sink.transmit([b"a message"])
            caught.value.__traceback__ = None
            del caught
            gc.collect()


def test_syslog_udp_sends_one_datagram_a_record(tmp_path: Path) -> None:
    """RFC 5426: no framing, priority 13 * 8 + 5, the id in the structured data."""
    from pcishield.runtime.shipper import Shipper
    from pcishield.sinks.syslog import SyslogSink

    contract = SinkContract()
    log = contract._log(tmp_path / "audit")
    contract._write(log, 3)
    log.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        sink = SyslogSink(host="127.0.0.1", port=server.getsockname()[1], transport="udp")
        assert Shipper(tmp_path / "audit", [sink]).finish(5)
        messages = [server.recv(65_535) for _ in range(8)]

    parts = [syslog_parts(message) for message in messages]
    assert [b"%d" % number for number in range(8)] == [part[7] for part in parts]
    assert (b"109", b"pcishield", b"attempt") == (parts[1][0], parts[1][3], parts[1][5])
    assert 1 == json.loads(parts[1][-1])["seq"]


class TestRedis(Networked):
    exactly_once = True

    @pytest.fixture(autouse=True)
    def _server(self, redis_server: Any) -> Iterator[int]:
        import redis

        self.stream = f"audit:{uuid4().hex}"
        self.client = redis.Redis(port=redis_server.port)
        yield redis_server.port
        self.empty()
        self.client.close()

    def table(self) -> Mapping[str, Any]:
        url = f"redis://127.0.0.1:{self.proxy.port}/0"
        return {"kind": "redis", "url": url, "stream": self.stream, "timeout": 0.3}

    def stored(self) -> list[str]:
        return [fields[b"id"].decode() for _, fields in self.client.xrange(self.stream)]

    def fill(self) -> None:
        self.client.config_set("maxmemory", 1)

    def empty(self) -> None:
        self.client.config_set("maxmemory", 0)


class TestNats(Networked):
    exactly_once = True

    @pytest.fixture(autouse=True)
    def _server(self, nats_server: Any) -> int:
        self.port = nats_server.port
        self.stream = f"s{uuid4().hex}"
        self._manage("add_stream", name=self.stream, subjects=[self.stream], discard="new")
        return nats_server.port

    def _manage(self, method: str, **options: Any) -> Any:
        import asyncio

        import nats

        async def call() -> Any:
            client = await nats.connect(f"nats://127.0.0.1:{self.port}")
            try:
                return await getattr(client.jetstream(), method)(**options)
            finally:
                await client.close()

        return asyncio.run(call())

    def table(self) -> Mapping[str, Any]:
        servers = [f"nats://127.0.0.1:{self.proxy.port}"]
        return {"kind": "nats", "servers": servers, "subject": self.stream, "timeout": 0.5}

    def stored(self) -> list[str]:
        import asyncio

        import nats

        async def read() -> list[str]:
            client = await nats.connect(f"nats://127.0.0.1:{self.port}")
            stream = client.jetstream()
            found = []
            for number in range(1, (await stream.stream_info(self.stream)).state.last_seq + 1):
                message = await stream.get_msg(self.stream, number)
                found.append(message.headers["Nats-Msg-Id"])
            await client.close()
            return found

        return asyncio.run(read())

    def fill(self) -> None:
        # Two loads are sent before the fault and two after it. A limit below what the stream holds would not refuse
        # the next message but delete the oldest, and how many it holds changes between asking and telling.
        self._manage("update_stream", name=self.stream, subjects=[self.stream], discard="new", max_msgs=3 * self.load)

    def empty(self) -> None:
        self._manage("update_stream", name=self.stream, subjects=[self.stream], discard="new", max_msgs=-1)


class TestRabbitmq(Networked):
    # It syncs for every confirm.
    load = 100 if MATRIX else 6

    def stall(self) -> None:
        if not MATRIX:
            self._skip("takes two heartbeats of a second and more; run nox -s sinks")
        super().stall()

    @pytest.fixture(autouse=True)
    def _server(self, rabbitmq_server: Any) -> Iterator[int]:
        import pika

        self.queue = f"audit-{uuid4().hex}"
        self.connection = pika.BlockingConnection(
            pika.ConnectionParameters("127.0.0.1", rabbitmq_server.port, heartbeat=0)
        )
        self.channel = self.connection.channel()
        self.kept: list[str] = []
        yield rabbitmq_server.port
        self.channel.queue_delete(self.queue)
        self.connection.close()

    def table(self) -> Mapping[str, Any]:
        url = f"amqp://guest:guest@127.0.0.1:{self.proxy.port}/%2f"
        return {"kind": "rabbitmq", "url": url, "routing_key": self.queue, "timeout": 1.0}

    def stored(self) -> list[str]:
        while True:
            method, properties, _ = self.channel.basic_get(self.queue, auto_ack=True)
            if method is None:
                return self.kept
            self.kept.append(properties.message_id)


class TestS3(Networked):
    exactly_once = True

    @pytest.fixture(autouse=True)
    def _server(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
        import boto3
        from moto.server import ThreadedMotoServer

        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        port = server.get_host_and_port()[1]
        self.client = boto3.client("s3", region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{port}")
        self.bucket = f"audit-{uuid4().hex}"
        self.client.create_bucket(Bucket=self.bucket, ObjectLockEnabledForBucket=True)
        yield port
        self.client.close()
        server.stop()

    def table(self) -> Mapping[str, Any]:
        endpoint = f"http://127.0.0.1:{self.proxy.port}"
        where = {"bucket": self.bucket, "endpoint": endpoint, "region": "us-east-1", "retain_days": 1}
        return {"kind": "s3", **where, "timeout": 1.0}

    def stored(self) -> list[str]:
        found = []
        for item in self.client.list_objects_v2(Bucket=self.bucket).get("Contents", ()):
            body = self.client.get_object(Bucket=self.bucket, Key=item["Key"])
            assert "COMPLIANCE" == body["ObjectLockMode"]
            records = map(json.loads, body["Body"].read().splitlines())
            found += [f"{record['shard']}/{record['seq']}" for record in records]
        return found


class TestOtel(Networked):
    @pytest.fixture(autouse=True)
    def _server(self) -> Iterator[int]:
        self.receiver = HttpReceiver()
        yield self.receiver.port
        self.receiver.close()

    def table(self) -> Mapping[str, Any]:
        return {"kind": "otel", "endpoint": f"http://127.0.0.1:{self.proxy.port}", "timeout": 0.5}

    def _signals(self) -> tuple[list[dict[str, Any]], list[Any]]:
        from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        logs, spans = [], []
        for path, headers, body in self.receiver.bodies:
            if headers.get("content-encoding") == "gzip":
                import gzip

                body = gzip.decompress(body)
            if path == "/v1/logs":
                for resource in ExportLogsServiceRequest.FromString(body).resource_logs:
                    logs += [_attributes(r) for scope in resource.scope_logs for r in scope.log_records]
            else:
                assert "/v1/traces" == path
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    spans += [span for scope in resource.scope_spans for span in scope.spans]
        return logs, spans

    def stored(self) -> list[str]:
        return [attributes["log.record.uid"] for attributes in self._signals()[0]]

    def fill(self) -> None:
        self.receiver.full = True

    def empty(self) -> None:
        self.receiver.full = False

    def test_a_statement_is_a_span_with_the_database_conventions(self, tmp_path: Path) -> None:
        """The span says what was asked, how long it took, and is the same one when it is sent again."""
        self.test_a_repetition_changes_nothing(tmp_path)
        spans = self._signals()[1]
        attributes = _attributes(spans[0])

        assert ("sqlite", "shop.db", "select") == tuple(
            attributes[name] for name in ("db.system.name", "db.namespace", "db.operation.name")
        )
        assert "Käufe" == attributes["db.collection.name"]
        assert 512_000 == spans[0].end_time_unix_nano - spans[0].start_time_unix_nano
        assert 20 == len(spans)
        assert 10 == len({span.span_id for span in spans})


def _attributes(signal: Any) -> dict[str, Any]:
    return {item.key: item.value.string_value or item.value.int_value for item in signal.attributes}


class TestPostgres(Networked):
    exactly_once = True

    @pytest.fixture(autouse=True)
    def _server(self, pg_dsn: str) -> Iterator[int | str]:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        self.parts = conninfo_to_dict(pg_dsn)
        self.name = f"audit_{uuid4().hex}"
        self.connection = psycopg.connect(pg_dsn, autocommit=True)
        info = self.connection.info
        yield f"{info.host}/.s.PGSQL.{info.port}" if info.host.startswith("/") else info.port
        self.empty()
        self.connection.execute(f"DROP TABLE IF EXISTS {self.name}")
        self.connection.execute(f"DROP FUNCTION IF EXISTS {self.name}_refuse")
        self.connection.close()

    def table(self) -> Mapping[str, Any]:
        from urllib.parse import quote

        parts = self.parts
        secret = f":{quote(str(parts['password']), safe='')}" if parts.get("password") else ""
        dsn = f"postgresql://{parts.get('user', 'postgres')}{secret}@127.0.0.1:{self.proxy.port}/{parts['dbname']}"
        return {"kind": "sql", "dsn": dsn, "table": self.name, "timeout": 1.0}

    def stored(self) -> list[str]:
        rows = self.connection.execute(f"SELECT shard, seq FROM {self.name} ORDER BY shard, seq")
        return [f"{shard}/{seq}" for shard, seq in rows.fetchall()]

    def fill(self) -> None:
        self.connection.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        self.connection.execute("SELECT pg_reload_conf()")

    def empty(self) -> None:
        self.connection.execute("SET default_transaction_read_only = off")
        self.connection.execute("ALTER SYSTEM RESET default_transaction_read_only")
        self.connection.execute("SELECT pg_reload_conf()")

    def test_a_server_that_falls_silent_right_after_the_connection_is_a_failure(self) -> None:
        """libpq would wait for the answer to the first question without end."""
        import psycopg

        from pcishield.sinks.sql._dialects import dialect_of

        dsn = self.table()["dsn"]
        dialect = dialect_of(dsn)
        connection = dialect.connect(dsn, 1.0)
        self.stall()
        asking = ThreadPoolExecutor(1).submit(dialect.prepare, connection, self.name)
        try:
            with pytest.raises(psycopg.OperationalError):
                asking.result(30)
        finally:
            self.restore()
            connection.close()

    @pytest.mark.parametrize("change", ["UPDATE {} SET type = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
    def test_the_table_is_append_only(self, tmp_path: Path, change: str) -> None:
        """A trigger refuses to change or delete a record, also to the superuser."""
        import psycopg

        self.test_a_repetition_changes_nothing(tmp_path)
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            self.connection.execute(change.format(self.name))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestMariadb(Networked):
    exactly_once = True

    @pytest.fixture(autouse=True)
    def _server(self, mysql_params: dict[str, Any]) -> Iterator[int]:
        import mysql.connector

        self.params = mysql_params
        self.name = f"audit_{uuid4().hex}"
        self.connection = mysql.connector.connect(**mysql_params, use_pure=True, autocommit=True)
        yield int(mysql_params["port"])
        with self.connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {self.name}")
        self.connection.close()
        with warnings.catch_warnings():
            # mysql.connector leaves the socket of a failed handshake to the collector.
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    def table(self) -> Mapping[str, Any]:
        secret = f":{self.params['password']}" if self.params["password"] else ""
        dsn = f"mysql://{self.params['user']}{secret}@127.0.0.1:{self.proxy.port}/{self.params['database']}"
        return {"kind": "sql", "dsn": dsn, "table": self.name, "timeout": 1.0}

    def stored(self) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT shard, seq FROM {self.name} ORDER BY shard, seq")
            return [f"{shard}/{seq}" for shard, seq in cursor.fetchall()]

    @pytest.mark.parametrize("change", ["UPDATE {} SET type = 'x'", "DELETE FROM {}"])
    def test_the_table_is_append_only(self, tmp_path: Path, change: str) -> None:
        """A trigger refuses to change or delete a record."""
        import mysql.connector

        self.test_a_repetition_changes_nothing(tmp_path)
        with pytest.raises(mysql.connector.Error, match="append-only"), self.connection.cursor() as cursor:
            cursor.execute(change.format(self.name))


class Killed:
    """No proxy: the server's own process is killed with -9 under load, and started again on its data."""

    server: Any
    proxy: Any

    @pytest.fixture(autouse=True)
    def _between(self, request: pytest.FixtureRequest, _server: int) -> None:
        self.server = request.getfixturevalue(self.program)
        self.proxy = SimpleNamespace(port=self.server.port)

    program: str

    def cut(self) -> None:
        self.server.kill()

    def restore(self) -> None:
        if not self.server.answers():
            self.server.start(90)

    def stall(self) -> None:
        os.killpg(self.server._process.pid, signal.SIGSTOP)

    def fill(self) -> None:
        pytest.skip("see the class without a kill")


class Stopped(Killed):
    """Likewise, and slowness is a stopped process."""

    def restore(self) -> None:
        if self.server._process is not None:
            os.killpg(self.server._process.pid, signal.SIGCONT)
        super().restore()


if MATRIX:

    class TestRedisKilled(Stopped, TestRedis):
        program = "redis_server"

    class TestNatsKilled(Stopped, TestNats):
        program = "nats_server"

    class TestRabbitmqKilled(Killed, TestRabbitmq):
        program = "rabbitmq_server"

        def restore(self) -> None:
            import pika

            super().restore()
            self.connection = pika.BlockingConnection(
                pika.ConnectionParameters("127.0.0.1", self.server.port, heartbeat=0)
            )
            self.channel = self.connection.channel()

        def stall(self) -> None:
            pytest.skip("see TestRabbitmq")
