"""Following the policy file of a running shield: a change is in force without a restart, a mistake is not.

The file is the policy's own, or the settings' where these say what the policy is: as a table, or by a name.
One sleeping thread looks at the file, and at those that the policy extends, every so often. A good change is recorded
(``policy.changed``) before it is in force; while the log takes no record, the old policy stays. A file that cannot be
used is reported once (``control.fail``), and so is its end (``control.restore``); the old policy stays meanwhile.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pcishield.config import Settings, load_settings
from pcishield.exceptions import AuditUnavailable, ConfigurationError
from pcishield.policy import Policy, PolicySource
from pcishield.typing import PolicyLike

__all__ = ["PolicyFollower", "policy_from"]

_logger = logging.getLogger("pcishield.policy")


def policy_from(settings: Settings, given: Any) -> PolicyLike | PolicySource:
    """Return the policy, or the file to follow.

    Args:
        settings: Say it, when nothing is given.
        given: What a program gave.

    Raises:
        ConfigurationError: It is no policy.
    """
    if given is None:
        return _made(settings.policy) if settings.policy_file is None else _OfSettings(settings.policy_file)
    return _made(given)


def _made(source: Any) -> PolicyLike | PolicySource:
    if isinstance(source, Mapping):
        return Policy.from_mapping(source)
    if isinstance(source, os.PathLike):
        return PolicySource(source)
    if isinstance(source, str):
        if source.endswith(".toml") or os.sep in source:
            return PolicySource(source)
        return Policy.pack(source)
    if callable(getattr(source, "decide", None)):
        return source  # type: ignore[no-any-return]
    raise ConfigurationError(
        f"policy: a {type(source).__name__} is no policy; give a Policy, a pack name such as 'pci', or a TOML path"
    )


class _OfSettings(PolicySource):
    """The policy that a settings file names or holds; of that file nothing else is followed."""

    def load(self) -> Policy:
        """See the base class."""
        source = load_settings(self.path).policy
        try:
            made = _made(source)
        except ConfigurationError as error:
            if isinstance(source, str):
                raise
            raise ConfigurationError(f"{self.path}: {error}", error.problems) from None
        if isinstance(made, PolicySource):
            return made.policy
        assert isinstance(made, Policy)
        return made


class PolicyFollower:
    """Follows one policy file for one shield.

    Args:
        source: The file.
        adopt: Records a policy and puts it in force. Raises AuditUnavailable or ConfigurationError; then it is not.
        record: Appends a record ``control.fail`` or ``control.restore`` with these fields of ``control``.
        seconds: Between two looks; 0 looks only when told to.
    """

    def __init__(
        self,
        source: PolicySource,
        adopt: Callable[[Policy], None],
        record: Callable[[str, dict[str, str]], None],
        seconds: float,
    ) -> None:
        self._source = source
        self._adopt = adopt
        self._record = record
        self._seconds = seconds
        self._in_force = source.policy
        self._failed: dict[str, str] | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._pid = 0

    def refresh(self) -> bool:
        """Look at the file now; return whether another policy is in force than before.

        Raises:
            ConfigurationError: The file cannot be used; the policy in force stays.
            AuditUnavailable: The log takes no record; the policy in force stays, and the next look tries again.
        """
        with self._lock:
            try:
                self._source.refresh()
                wanted = self._source.policy
                if changed := wanted.label != self._in_force.label:
                    self._adopt(wanted)
                    self._in_force = wanted
            except ConfigurationError as error:
                self._fails(error)
                raise
            if self._failed is not None and (changed or self._source.good):
                self._restored()
            return changed

    def described(self) -> dict[str, str | None]:
        """Return what is in force, and why the file is not, as plain data."""
        error = None if self._failed is None else self._failed["cause"]
        return {"label": self._in_force.label, "error": error}

    def start(self) -> None:
        """Look every so often from now on. Idempotent, and to be called again in a forked child."""
        if self._seconds and self._pid != os.getpid() and not self._stop.is_set():
            if self._pid:
                self._lock = threading.Lock()  # the parent's may be held for ever
            self._pid = os.getpid()
            threading.Thread(target=self._work, name="pcishield-policy", daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._stop.set()

    def _work(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self.refresh()
            except ConfigurationError:
                continue  # reported
            except AuditUnavailable:
                continue  # the log says so itself

    def _fails(self, error: ConfigurationError) -> None:
        cause = str(error)
        if self._failed is not None and self._failed["cause"] == cause:
            return
        _logger.error("the policy file has changed and cannot be used; %s stays in force: %s", self._in_force.label,
                      cause)  # fmt: skip
        since = _now() if self._failed is None else self._failed["from"]
        self._failed = {"name": "policy", "cause": cause, "from": since}
        self._record("control.fail", self._failed)

    def _restored(self) -> None:
        assert self._failed is not None
        failed = self._failed
        self._record("control.restore", failed | {"cause": "the policy file could not be used", "to": _now()})
        _logger.warning("the policy file can be used again; %s is in force", self._in_force.label)
        self._failed = None


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")
