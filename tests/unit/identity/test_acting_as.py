"""acting_as: what it binds, where it is kept, and that the asserted never passes for the attested."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from pcishield import ConfigurationError, acting_as
from pcishield.core.decision import Principal
from pcishield.identity import Agent, carry, current_principal

TOKEN = Principal(
    user="alice", agent="reporter", groups=frozenset({"support", "dba"}), level="attested", source="oidc",
    attributes={"token.department": "payments"}, attested=frozenset({"user", "agent", "groups", "attributes"}),
    evidence={"issuer": "https://id.example"},
)  # fmt: skip


def who() -> str:
    found = current_principal()
    return found.user if found else "nobody"


def test_everything_that_is_said_is_in_the_principal() -> None:
    """Human, agent in detail, groups, tenant, session, task, reason, ticket."""
    agent = Agent("reporter", instance="i-7", version="2.1", model="m-large")

    with acting_as(
        "maria", agent, ["support"], "s-1", "refund", {"region": "eu"}, tenant="shop", task="t-3", ticket="T-9"
    ):
        principal = current_principal()

    assert Principal(
        user="maria", agent="reporter", groups=frozenset({"support"}), session="s-1", reason="refund",
        attributes={"region": "eu"}, level="explicit", agent_instance="i-7", agent_version="2.1",
        agent_model="m-large", tenant="shop", task="t-3", ticket="T-9", source="acting_as",
    ) == principal  # fmt: skip
    assert "maria" == principal.human


def test_tasks_and_to_thread_keep_the_principal() -> None:
    """asyncio carries it, and two tasks do not see each other's."""

    async def one(user: str) -> list[str]:
        with acting_as(user):
            await asyncio.sleep(0)
            return [who(), await asyncio.to_thread(who)]

    async def both() -> list[list[str]]:
        return await asyncio.gather(one("ann"), one("bob"))

    assert [["ann", "ann"], ["bob", "bob"]] == asyncio.run(both())


@pytest.mark.parametrize("start", ["thread", "executor", "callback"])
def test_carry_takes_the_principal_where_python_does_not(start: str) -> None:
    """Plain threads, pools and a framework's callbacks from threads of its own; nothing stays behind in them."""
    seen: list[str] = []

    def work() -> None:
        seen.append(who())

    with acting_as("ann"):
        carried = carry(work)
    if start == "thread":
        thread = threading.Thread(target=carried)
        thread.start()
        thread.join()
    else:
        with ThreadPoolExecutor(1) as pool:
            (pool.submit(carried) if start == "executor" else pool.submit(lambda: carried())).result()
            pool.submit(work).result()

    assert "ann" == seen[0]
    assert {"nobody"} >= set(seen[1:])
    assert "nobody" == who()


def test_carry_takes_a_coroutine_function_too() -> None:
    """A callback that a framework awaits elsewhere."""

    async def callback() -> str:
        await asyncio.sleep(0)
        return who()

    with acting_as("ann"):
        carried = carry(callback)

    assert "ann" == asyncio.run(carried())


def test_an_attested_principal_takes_what_the_token_does_not_say() -> None:
    """Task and ticket are the caller's; the record can tell, for only the attested fields are named so."""
    with acting_as(TOKEN, task="t-1", ticket="T-2", attributes={"screen": "refunds"}) as principal:
        pass

    assert "attested" == principal.level
    assert ("t-1", "T-2") == (principal.task, principal.ticket)
    assert {"screen": "refunds", "token.department": "payments"} == dict(principal.attributes)
    assert not {"task", "ticket"} & principal.attested


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"groups": ["support", "admin"]}, "groups: the token does not attest admin"),
        ({"agent": "other"}, "agent: is attested"),
        ({"attributes": {"token.department": "board"}}, "for claims"),
    ],
)
def test_nothing_attested_can_be_changed(said: dict[str, Any], message: str) -> None:
    """Neither a group added, nor the agent replaced, nor a claim invented."""
    with pytest.raises(ConfigurationError, match=message), acting_as(TOKEN, **said):
        pass
    with acting_as(TOKEN), pytest.raises(ConfigurationError, match=message), acting_as(**said):
        pass


def test_groups_can_be_given_up() -> None:
    """Least privilege for a part of the work."""
    with acting_as(TOKEN), acting_as(groups=["support"]) as principal:
        pass

    assert (frozenset({"support"}), "attested") == (principal.groups, principal.level)


def test_another_user_is_asserted_and_inherits_no_group() -> None:
    """The attestation of one human does not cover another; that of the agent stays."""
    with acting_as(TOKEN, session="s-1"), acting_as("mallory") as principal:
        pass

    assert ("mallory", "explicit", frozenset(), "reporter", "s-1") == (
        principal.user, principal.level, principal.groups, principal.agent, principal.session
    )  # fmt: skip
    assert frozenset({"agent"}) == principal.attested


def test_an_attested_principal_without_evidence_is_refused() -> None:
    """Nobody becomes attested by writing the word."""
    with pytest.raises(ConfigurationError, match="holds no evidence"), acting_as(Principal("eve", level="attested")):
        pass


@pytest.mark.parametrize("user", [None, ""])
def test_nobody_is_an_error(user: str | None) -> None:
    """There is always a human."""
    with pytest.raises(ConfigurationError, match="user is empty"), acting_as(user, agent="bot"):
        pass


def test_an_explicit_block_inside_of_another_adds_to_it() -> None:
    """As it has been: what is left out is the outer one's."""
    with acting_as("ann", "bot", ["support"], reason="refund") as outer, acting_as(task="t-2") as inner:
        pass

    assert replace(outer, task="t-2") == inner
