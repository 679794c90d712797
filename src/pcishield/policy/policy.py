"""The public face of a policy: made from a file, a mapping or a shipped pack; decides, explains, tests itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pcishield.policy.engine import Engine
from pcishield.policy.loading import PACKS, Loaded, load_file, load_mapping, load_pack

__all__ = ["Policy"]


class Policy(Engine):
    """Decides which statements run. See docs/policy.md for the file format.

    Make one with :meth:`load`, :meth:`from_mapping` or :meth:`pack`.

    Attributes:
        name: As the file says.
        label: ``name@digest12``; the digest covers everything that bears on a decision.
        mode: ``enforce``, ``observe`` (decides and records, blocks nothing) or ``templates`` (only approved
            fingerprints run).
        weakened: In what it is weaker than the pack it extends; one line each, for the audit log.
    """

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(loaded.model)
        self.source = loaded.source
        self.weakened = loaded.weakened

    def __repr__(self) -> str:
        return f"<pcishield.Policy {self.label} {self.mode}, {len(self.rules)} rules>"

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, run_tests: bool = True) -> Policy:
        """Read a policy file and run the tests that it carries.

        Raises:
            ConfigurationError: Lists every problem, and every failed test, with file and line.
        """
        policy = cls(load_file(path))
        if run_tests:
            policy.verify()
        return policy

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any], *, run_tests: bool = True) -> Policy:
        """Make a policy from a mapping of the same shape as the file, and run its tests.

        Raises:
            ConfigurationError: Lists every problem and every failed test.
        """
        policy = cls(load_mapping(data))
        if run_tests:
            policy.verify()
        return policy

    @classmethod
    def pack(cls, name: str) -> Policy:
        """Return a shipped pack: ``pci``, ``agent``, ``read-only`` or ``analytics``.

        Its tests ran before it was shipped; they are not run again.

        Raises:
            ConfigurationError: There is no such pack.
        """
        return cls(_pack(name))

    def verify(self) -> None:
        """Run the policy's own tests.

        Raises:
            ConfigurationError: Lists every failed test.
        """


_pack = lru_cache(maxsize=len(PACKS))(load_pack)
