"""Approvals in Redis, for agents and approvers on many hosts that have one.

A document per approval, replaced by compare-and-swap in a script; a lock per approval keeps honest processes from
working out the same step twice. Each change is published, which wakes the waiting.

Limits:

- A Redis that brings back an older state after a restart would bring back used approvals. So it must write each change
  to its disk before it answers (``appendonly yes``, ``appendfsync always``); one that does not, or does not say, is
  refused. A replica that takes over may lack the last changes all the same: run the queue on one server, or in
  PostgreSQL.
- The password belongs into the URL here; none of our texts shows it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.exceptions import LockError
from redis.retry import Retry

from pcishield.approval.codec import BadApproval, approval_from_json, approval_to_json
from pcishield.approval.state import Approval, IllegalTransition, State
from pcishield.approval.store import NoSuchApproval, StoreUnavailable

__all__ = ["RedisStore"]

_PREFIX = "pcishield:{approvals}:"  # one slot of a cluster
_CHANNEL = f"{_PREFIX}news"
_SLICE = 1.0
_CHUNK = 200
_MOST = 1000
_LOCKED_SECONDS = 10.0
_SWAP = """
local before = redis.call('GET', KEYS[1])
if (before or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[4])
redis.call('ZADD', KEYS[3], ARGV[3], ARGV[4])
if ARGV[5] == '1' then redis.call('SADD', KEYS[4], ARGV[4]) else redis.call('SREM', KEYS[4], ARGV[4]) end
redis.call('PUBLISH', ARGV[6], ARGV[4])
return 1
"""


class RedisStore:
    """Implements :class:`pcishield.approval.store.ApprovalStore` in a Redis database.

    Args:
        url: As of ``redis.Redis.from_url``.
        timeout_seconds: How long connecting, an answer or a lock may take before the store counts as unavailable.
    """

    def __init__(self, url: str, *, timeout_seconds: float = 5.0) -> None:
        client: Any = redis.Redis.from_url(
            url, socket_timeout=timeout_seconds, socket_connect_timeout=timeout_seconds, decode_responses=True,
            retry=Retry(NoBackoff(), 0),
        )  # fmt: skip
        self._client = client
        self._timeout = timeout_seconds
        self._script = client.register_script(_SWAP)
        self._listening = threading.Lock()
        self._listener: Any = None
        self._pid = os.getpid()
        self._durable = False

    def __repr__(self) -> str:
        return "RedisStore(...)"

    def add(self, approval: Approval) -> None:
        """Keep a new approval."""
        with self._reporting():
            if not self._swapped("", approval):
                raise StoreUnavailable(f"the approval queue in Redis has another approval {approval.request.id}")

    def get(self, id: str) -> Approval:
        """Return one."""
        with self._reporting():
            return approval_from_json(self._body(id))

    def change(self, id: str, step: Callable[[Approval], Approval]) -> Approval:
        """Replace one by what ``step`` makes of it."""
        with self._reporting(), self._locked(id):
            while True:
                before = self._body(id)
                changed = step(approval_from_json(before))
                if self._swapped(before, changed):
                    return changed

    def claim(self, digest: str, step: Callable[[Approval], Approval]) -> Approval | None:
        """Change an approved one of that digest."""
        for approval in reversed(self.find(digest)):
            if approval.state == "approved":
                try:
                    return self.change(approval.request.id, step)
                except IllegalTransition:
                    continue
        return None

    def find(self, digest: str) -> list[Approval]:
        """Return all of a request digest, the newest first."""
        with self._reporting():
            return self._read(self._client.zrevrange(_of_digest(digest), 0, _MOST - 1))

    def entries(self, states: Collection[State] = (), limit: int = 1000) -> list[Approval]:
        """Return those in ``states``, all by default, the newest first."""
        found: list[Approval] = []
        with self._reporting():
            start = 0
            while len(found) < limit:
                ids = self._client.zrevrange(f"{_PREFIX}all", start, start + _CHUNK - 1)
                if not ids:
                    break
                found += [one for one in self._read(ids) if not states or one.state in states]
                start += _CHUNK
        return found[:limit]

    def grants(self, user: str) -> list[Approval]:
        """Return approved ones that have a scope."""
        with self._reporting():
            scoped = self._read(self._client.smembers(f"{_PREFIX}scoped"))
        return [one for one in scoped if one.state == "approved" and one.request.principal.user == user][:_MOST]

    def wait(self, seconds: float) -> None:
        """Return when something may have changed, after ``seconds`` at the latest."""
        # One thread listens, the others wait for it; nobody waits longer than a slice without looking for himself.
        if not self._listening.acquire(timeout=min(seconds, _SLICE)):
            return
        try:
            with self._reporting():
                self._heard().get_message(ignore_subscribe_messages=True, timeout=min(seconds, _SLICE))
        except StoreUnavailable:
            listener, self._listener = self._listener, None
            if listener is not None:
                with suppress(redis.RedisError, OSError):
                    listener.close()
            time.sleep(min(seconds, _SLICE / 4))
            raise
        finally:
            self._listening.release()

    def close(self) -> None:
        """Close the connections. Idempotent."""
        listener, self._listener = self._listener, None
        with suppress(redis.RedisError, OSError):
            if listener is not None and self._pid == os.getpid():
                listener.close()
            self._client.close()

    def _heard(self) -> Any:
        if self._pid != os.getpid():
            # After a fork the inherited subscription is the parent's: it is left alone, not closed.
            if self._listener is not None:
                _inherited.append(self._listener)
            self._listener, self._pid = None, os.getpid()
        if self._listener is None:
            listener = self._client.pubsub()
            listener.subscribe(_CHANNEL)
            self._listener = listener
        return self._listener

    def _body(self, id: str) -> str:
        body = self._client.get(_of_id(id))
        if body is None:
            raise NoSuchApproval(id)
        return str(body)

    def _read(self, ids: Iterable[str]) -> list[Approval]:
        keys = [_of_id(id) for id in ids]
        bodies = self._client.mget(keys) if keys else []
        return [approval_from_json(body) for body in bodies if body is not None]

    def _swapped(self, before: str, approval: Approval) -> bool:
        self._check()
        request = approval.request
        keys = [_of_id(request.id), f"{_PREFIX}all", _of_digest(request.digest), f"{_PREFIX}scoped"]
        scoped = approval.scope is not None and approval.state == "approved"
        arguments = [before, approval_to_json(approval), request.requested_at.timestamp(), request.id, int(scoped),
                     _CHANNEL]  # fmt: skip
        return bool(self._script(keys=keys, args=arguments))

    def _check(self) -> None:
        """Refuse a server that may forget: what was used would be approved again."""
        if self._durable:
            return
        try:
            on = self._client.config_get("appendonly").get("appendonly") == "yes"
            always = self._client.config_get("appendfsync").get("appendfsync") == "always"
        except redis.ResponseError:
            raise StoreUnavailable(
                "the approval queue in Redis: it does not say whether it writes to its disk before it answers; allow "
                "CONFIG GET, or keep the queue in PostgreSQL"
            ) from None
        if not (on and always):
            raise StoreUnavailable(
                "the approval queue in Redis: after a restart it could have forgotten what was used; set appendonly "
                "yes and appendfsync always, or keep the queue in PostgreSQL"
            )
        self._durable = True

    @contextmanager
    def _locked(self, id: str) -> Iterator[None]:
        lock = self._client.lock(f"{_of_id(id)}:lock", timeout=_LOCKED_SECONDS, sleep=0.005,
                                 blocking_timeout=self._timeout)  # fmt: skip
        if not lock.acquire():
            raise StoreUnavailable(f"the approval queue in Redis: approval {id} is locked by another process")
        try:
            yield
        finally:
            with suppress(LockError, redis.RedisError, OSError):  # it ends by itself
                lock.release()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except (redis.RedisError, OSError) as error:
            raise StoreUnavailable(f"the approval queue in Redis fails with {type(error).__name__}") from None
        except BadApproval as error:
            raise StoreUnavailable(f"the approval queue in Redis holds a damaged entry: {error}") from None


_inherited: list[Any] = []
"""Subscriptions of a parent process: kept, since dropping one would end the parent's."""


def _of_id(id: str) -> str:
    return f"{_PREFIX}one:{id}"


def _of_digest(digest: str) -> str:
    return f"{_PREFIX}digest:{digest}"
