"""The Kafka sink against librdkafka's mock cluster, which runs in a process of its own, to be stopped and gone on."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest

from pcishield.testing import SinkContract

CLUSTER = """
import sys
from confluent_kafka import Producer
owner = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock"})
broker = next(iter(owner.list_topics(timeout=10).brokers.values()))
print(f"{broker.host}:{broker.port}", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The cluster's process, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    yield process, process.stdout.readline().strip()
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


class TestKafka(SinkContract):
    load = 30

    @pytest.fixture(autouse=True)
    def _server(self, cluster: tuple[subprocess.Popen[str], str]) -> Iterator[None]:
        self.process, self.address = cluster
        self.topic = f"audit-{uuid4().hex}"
        yield
        self.restore()

    def table(self) -> Mapping[str, Any]:
        quick = {"socket.timeout.ms": 1000, "reconnect.backoff.max.ms": 200}
        return {"kind": "kafka", "servers": self.address, "topic": self.topic, "timeout": 1.0, "config": quick}

    def stored(self) -> list[str]:
        from confluent_kafka import Consumer, TopicPartition

        consumer = Consumer({"bootstrap.servers": self.address, "group.id": "t", "fetch.wait.max.ms": 5})
        found: list[tuple[int, int, str]] = []
        for number in consumer.list_topics(self.topic, 10).topics[self.topic].partitions:
            end = consumer.get_watermark_offsets(TopicPartition(self.topic, number), 10)[1]
            consumer.assign([TopicPartition(self.topic, number, 0)])
            while not found or sum(partition == number for partition, *_ in found) < end:
                if not end:
                    break
                message = consumer.poll(10)
                assert message is not None and message.error() is None
                headers = dict(message.headers())
                found.append((number, message.offset(), headers["id"].decode()))
                assert headers["id"].decode().startswith(message.key().decode() + "/")
        consumer.close()
        return [record for _, _, record in sorted(found)]

    def cut(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    stall = cut

    def restore(self) -> None:
        self.process.send_signal(signal.SIGCONT)
