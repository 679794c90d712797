"""Following a policy file: a good change is taken over, a bad one is reported and the policy in force stays.

Nothing here waits or watches; whoever holds a :class:`PolicySource` calls :meth:`PolicySource.refresh` when it suits.
"""

from __future__ import annotations

import os
from pathlib import Path

from pcishield.policy.policy import Policy

__all__ = ["PolicySource"]

_Stamp = tuple[tuple[int, int, int], ...]


class PolicySource:
    """A policy file and the policy that is in force from it.

    Args:
        path: The file; the files that it extends are followed too.

    Attributes:
        good: Whether the file, as it was last looked at, is the policy in force.

    Raises:
        ConfigurationError: The file cannot be used now.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._policy = self.load()
        self._stamp = self._look()
        self.good = True

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._policy

    def load(self) -> Policy:
        """Read the file. Raises ConfigurationError when it cannot be used."""
        return Policy.load(self.path)

    def refresh(self) -> bool:
        """Take over the file if it has changed.

        Returns:
            Whether another policy is in force now; then its ``label`` is to be recorded.

        Raises:
            ConfigurationError: The file has changed and cannot be used. The policy in force stays; the same bad
                state is reported once.
        """
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.good = False
        policy = self.load()
        changed = policy.label != self._policy.label
        self._policy = policy
        self._stamp = self._look()
        self.good = True
        return changed

    def _look(self) -> _Stamp:
        return tuple(_stat(file) for file in dict.fromkeys((self.path, *self._policy.files)))


def _stat(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)
