r"""The base class of sinks: options checked by name, one connection that is made again after every failure.

A sink is a class with its options as fields and up to three methods::

    class Tray(BaseSink):
        path: str

        def connect(self):                     # once, and again after every failure
            return open(self.path, "ab")

        def deliver(self, connection, entries):  # raises on failure; the batch is repeated
            connection.writelines(entry.data + b"\n" for entry in entries)
            connection.flush()

``deliver`` returns when the other side has *confirmed* the entries, not when they were sent. What is repeated has the
same ids, so that the other side can tell.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, SecretStr, ValidationError

from pcishield.audit.encoders import Encoder, encoder
from pcishield.exceptions import ConfigurationError

__all__ = ["BasePlugin", "BaseSink", "Entry", "Secret"]

_inherited: list[Any] = []
"""Connections of a parent process; kept, since their finalizers would speak to the parent's peers."""


def _secret(value: Any) -> Any:
    """Read ``{env = NAME}`` or ``{file = PATH}``."""
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"env"}:
        if (found := os.environ.get(str(value["env"]))) is None:
            raise ValueError(f"the environment variable {value['env']} is not set")
        return found
    if set(value) == {"file"}:
        try:
            return Path(str(value["file"])).expanduser().read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"the file {value['file']} cannot be read ({type(error).__name__})") from None
    raise ValueError("give a text, {env = NAME} or {file = PATH}")


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
"""An option that no message shows: a text, ``{env = NAME}`` or ``{file = PATH}``."""


class Entry:
    """One record on its way.

    Attributes:
        record: The record as JSON-like data.
        id: ``<shard>/<seq>``, the same at every repetition.
        shard: Its shard.
        seq: Its number in the shard.
        line: The canonical line as it is in the log, without line feed.
        data: The record in the sink's ``format``.
    """

    __slots__ = ("data", "id", "line", "record", "seq", "shard")

    def __init__(self, line: bytes, encode: Encoder) -> None:
        self.record: dict[str, Any] = orjson.loads(line)
        self.shard: str = self.record["shard"]
        self.seq: int = self.record["seq"]
        self.id = f"{self.shard}/{self.seq}"
        self.line = line
        self.data = encode(self.record, line)


class BasePlugin(BaseModel):
    """Options as fields, checked when it is made. Base of sinks and anchors.

    Raises:
        ConfigurationError: Names every option that is unknown, missing or wrong.
    """

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True, arbitrary_types_allowed=True)

    kind: ClassVar[str] = ""
    """What ``kind`` in the configuration says."""
    requires: ClassVar[tuple[str, str]] = ("", "")
    """A module that must be installed, and the extra of pcishield that brings it."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] = ""
    timeout: Annotated[float, Field(gt=0, le=600, strict=False)] = 10.0

    def __init__(self, **options: Any) -> None:
        options.setdefault("name", self.kind)
        try:
            super().__init__(**options)
        except ValidationError as error:
            found = [self._problem(item) for item in error.errors()]
            raise ConfigurationError(f"{self._label()}: " + "; ".join(found), found) from None
        module, extra = self.requires
        if module and find_spec(module) is None:
            raise ConfigurationError(f"{self._label()}: {module} is not installed: pip install 'pcishield[{extra}]'")

    @classmethod
    def _label(cls) -> str:
        return f"{cls.kind or cls.__name__} {'sink' if issubclass(cls, BaseSink) else 'anchor'}"

    @classmethod
    def _problem(cls, item: Any) -> str:
        where = ".".join(map(str, item["loc"])) or "options"
        if item["type"] == "extra_forbidden":
            return f"{where}: unknown option; it has {', '.join(sorted(cls.model_fields))}"
        return f"{where}: {str(item['msg']).removeprefix('Value error, ')}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    __str__ = __repr__


class BaseSink(BasePlugin):
    """A sink with one connection. Implements :class:`pcishield.typing.Sink`.

    Attributes:
        name: Name of its cursor; two sinks of one log must not share it. Default the kind.
        timeout: Seconds that one call to the other side may take.
        format: How records are encoded: ``json`` (the line as it is), ``ocsf``, ``ecs``, ``cef``, ``leef``.
        batch_records: Records in a batch at most.
        batch_bytes: Bytes in a batch at most; also what is held in memory.
        max_backoff: Seconds between two tries at most.
    """

    idle_seconds: ClassVar[float] = 0
    """Age at which an unused connection is made anew, because the other side drops silent ones; 0 for never."""

    format: Literal["json", "ocsf", "ecs", "cef", "leef"] = "json"
    batch_records: Annotated[int, Field(ge=1, le=100_000)] = 500
    batch_bytes: Annotated[int, Field(ge=1 << 16, le=1 << 28)] = 1 << 20
    max_backoff: Annotated[float, Field(gt=0, le=3600, strict=False)] = 30.0

    _connection: Any = PrivateAttr(default=None)
    _used: float = PrivateAttr(default=0.0)

    def connect(self) -> Any:
        """Return what ``deliver`` needs; raises when the other side is not there."""
        return self

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Hand the entries over, in order, and return once they are confirmed.

        Args:
            connection: From :meth:`connect`.
            entries: Of one shard, without gaps.
        """
        raise NotImplementedError

    def disconnect(self, connection: Any) -> None:
        """Let go of a connection; exceptions are ignored."""
        if connection is not self and (close := getattr(connection, "close", None)) is not None:
            close()

    def send(self, lines: Sequence[bytes]) -> None:
        """Deliver a batch; see :meth:`pcishield.typing.Sink.send`."""
        encode = encoder(self.format)
        entries = [Entry(line, encode) for line in lines]
        if self.idle_seconds and time.monotonic() - self._used > self.idle_seconds:
            self.close()
        try:
            if self._connection is None:
                self._connection = self.connect()
            self.deliver(self._connection, entries)
        except BaseException:
            self.close()
            raise
        self._used = time.monotonic()

    def close(self) -> None:
        """Let go of the connection; the next :meth:`send` makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            # It failed before, or the peer is gone: nothing that was confirmed depends on it.
            with suppress(Exception):
                self.disconnect(connection)

    def forked(self) -> None:
        """Forget the parent's connection in a forked child, without speaking to the other side."""
        connection, self._connection = self._connection, None
        _inherited.append(connection)
