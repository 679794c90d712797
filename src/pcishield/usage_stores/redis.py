"""Budgets counted in Redis, by one script: prune, add and read are one step, by the server's clock."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import redis

from pcishield.runtime.budgets import PARTS, Totals, UsageUnavailable

__all__ = ["RedisCounters"]

_PREFIX = "pcishield:budget:"
_SECONDS = 2.0
_SCRIPT = """
local width, add = tonumber(ARGV[1]), ARGV[7]
local part, oldest = 0, -1
if width > 0 then
  local now = redis.call('TIME')
  part = math.floor((now[1] * 1000 + math.floor(now[2] / 1000)) / width)
  oldest = part - tonumber(ARGV[8])
end
for i = 1, 4 do
  local amount = tonumber(ARGV[1 + i])
  if amount > 0 then redis.call('HINCRBY', KEYS[1], part .. ':' .. i, amount) end
end
local totals = {0, 0, 0, 0}
local all = redis.call('HGETALL', KEYS[1])
for j = 1, #all, 2 do
  local p, i = string.match(all[j], '^(%d+):(%d)$')
  if width > 0 and tonumber(p) <= oldest then
    redis.call('HDEL', KEYS[1], all[j])
  else
    totals[tonumber(i)] = totals[tonumber(i)] + tonumber(all[j + 1])
  end
end
if width > 0 then redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', oldest) end
local known = 0
if ARGV[6] ~= '' then
  if redis.call('ZSCORE', KEYS[2], ARGV[6]) then known = 1 end
  if add == '1' then redis.call('ZADD', KEYS[2], part, ARGV[6]) end
end
if width > 0 then
  redis.call('PEXPIRE', KEYS[1], width * (tonumber(ARGV[8]) + 1))
  redis.call('PEXPIRE', KEYS[2], width * (tonumber(ARGV[8]) + 1))
end
return {totals[1], totals[2], totals[3], totals[4], redis.call('ZCARD', KEYS[2]), known}
"""


class RedisCounters:
    """See :class:`pcishield.runtime.budgets.Counters`.

    Args:
        address: As of ``redis.Redis.from_url``; may hold a password.
    """

    def __init__(self, address: str) -> None:
        client: Any = redis.Redis.from_url(address, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)
        self._client = client
        self._script = client.register_script(_SCRIPT)

    def count(
        self, key: tuple[str, ...], window_seconds: int | None, amounts: Sequence[int], predicate: str | None, add: bool
    ) -> Totals:
        """See :class:`~pcishield.runtime.budgets.Counters`."""
        # Names of people stay out of the store, and both keys of a budget in one slot of a cluster.
        digest = sha256(repr(key).encode("utf-8", "replace")).hexdigest()[:32]
        width = 0 if window_seconds is None else max(window_seconds * 1000 // PARTS, 1)
        arguments = [width, *amounts, predicate or "", int(add), PARTS]
        try:
            found = self._script(keys=[f"{_PREFIX}{{{digest}}}", f"{_PREFIX}{{{digest}}}:predicates"], args=arguments)
        except (redis.RedisError, OSError) as error:
            raise UsageUnavailable(type(error).__name__) from None
        *totals, predicates, known = map(int, found)
        return Totals(tuple(totals), predicates, bool(known))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
