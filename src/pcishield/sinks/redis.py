"""Adds records to a Redis stream, each exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pcishield.runtime.sink import BaseSink, Entry, Secret

__all__ = ["RedisSink"]

# One script, so that the stream and the memory of what it holds move together.
_ADD = """
local last = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '-1')
for i = 2, #ARGV, 2 do
  local seq = tonumber(ARGV[i])
  if seq > last then
    redis.call('XADD', KEYS[1], '*', 'id', ARGV[1] .. '/' .. ARGV[i], 'record', ARGV[i + 1])
    last = seq
  end
end
redis.call('HSET', KEYS[2], ARGV[1], last)
"""


class RedisSink(BaseSink):
    """``XADD`` to ``stream`` with fields ``id`` and ``record``; a hash beside it knows the last one of each shard.

    Redis answers before it has written to its disk unless it runs with ``appendfsync always``; ``replicas`` waits for
    so many replicas before the batch counts.
    """

    kind: ClassVar[str] = "redis"
    requires: ClassVar[tuple[str, str]] = ("redis", "redis")
    url: Secret
    stream: str = "pcishield:audit"
    replicas: int = 0

    def connect(self) -> Any:
        """Make a client; it connects at first use."""
        import redis

        seconds = self.timeout
        return redis.Redis.from_url(self.url.get_secret_value(), socket_timeout=seconds, socket_connect_timeout=seconds)

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Add what the stream does not have."""
        values = [value for entry in entries for value in (entry.seq, entry.data)]
        connection.eval(_ADD, 2, self.stream, f"{{{self.stream}}}:last", entries[0].shard, *values)
        if self.replicas and connection.wait(self.replicas, int(self.timeout * 1000)) < self.replicas:
            raise ConnectionError(0, "fewer Redis replicas confirmed than the sink wants")
