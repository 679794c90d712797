"""The two loops that fulfil a flow's effects: one blocks, one awaits. Nothing else differs.

``AppendRecord`` is answered without awaiting unless the log waits for the disk (``flush`` group or always).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Protocol

from pcishield.core.decision import Decision
from pcishield.core.effects import AppendRecord, Decide, Effect, RunCall

__all__ = ["Handlers", "adrive", "drive"]


class Handlers(Protocol):
    """What fulfils the effects of one operation."""

    @property
    def waits_for_disk(self) -> bool:
        """Whether answering AppendRecord may take as long as the disk does."""
        ...

    def decide(self) -> Decision:
        """Answer Decide."""
        ...

    def ask(self, decision: Decision) -> Any:
        """Answer AskApproval, blocking."""
        ...

    async def aask(self, decision: Decision) -> Any:
        """Answer AskApproval, awaiting."""
        ...

    def append(self, effect: AppendRecord) -> str:
        """Answer AppendRecord."""
        ...


def drive(flow: Generator[Effect, Any, Any], handlers: Handlers, call: Callable[[], Any]) -> Any:
    """Run ``flow`` to its end with blocking handlers and return its value."""
    try:
        effect = flow.send(None)
        while True:
            kind = type(effect)
            try:
                if kind is RunCall:
                    value = call()
                elif kind is AppendRecord:
                    value = handlers.append(effect)  # type: ignore[arg-type]
                elif kind is Decide:
                    value = handlers.decide()
                else:
                    value = handlers.ask(effect.decision)  # type: ignore[union-attr]
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(value)
    except StopIteration as stop:
        return stop.value


async def adrive(flow: Generator[Effect, Any, Any], handlers: Handlers, call: Callable[[], Awaitable[Any]]) -> Any:
    """Run ``flow`` to its end, awaiting the call and the approver, and return its value."""
    try:
        effect = flow.send(None)
        while True:
            kind = type(effect)
            try:
                if kind is RunCall:
                    value = await call()
                elif kind is AppendRecord:
                    if handlers.waits_for_disk and effect.durable:  # type: ignore[union-attr]
                        # Shielded: a cancelled task must not leave it open whether the record was written.
                        value = await asyncio.shield(asyncio.to_thread(handlers.append, effect))  # type: ignore[arg-type]
                    else:
                        value = handlers.append(effect)  # type: ignore[arg-type]
                elif kind is Decide:
                    value = handlers.decide()
                else:
                    value = await handlers.aask(effect.decision)  # type: ignore[union-attr]
            except BaseException as error:
                effect = flow.throw(error)
            else:
                effect = flow.send(value)
    except StopIteration as stop:
        return stop.value
