"""The public face of a policy: made from a file, a mapping or a shipped pack; decides, explains, tests itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pcishield.core.decision import Context, Principal
from pcishield.exceptions import ConfigurationError
from pcishield.policy._analysis import Analysis, default_analysis
from pcishield.policy.engine import Engine
from pcishield.policy.explain import explain
from pcishield.policy.loading import PACKS, Loaded, load_file, load_mapping, load_pack
from pcishield.policy.testing import run_tests
from pcishield.statement.facts import Statement

__all__ = ["Policy"]


class Policy(Engine):
    """Decides which statements run. See docs/policy.md for the file format.

    Make one with :meth:`load`, :meth:`from_mapping` or :meth:`pack`.

    Attributes:
        name: As the file says.
        label: ``name@digest12``; the digest covers everything that bears on a decision.
        mode: ``enforce``, ``observe`` (decides and records, blocks nothing) or ``templates`` (only approved
            fingerprints run).
        own: How many of its rules, from the first, are its own and not inherited.
        files: The files it was read from.
        weakened: In what it is weaker than the pack it extends; one line each, for the audit log.
    """

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(loaded.model)
        self.source = loaded.source
        self.own = loaded.own
        self.weakened = loaded.weakened
        self.files = loaded.files

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

    def verify(self, analysis: Analysis | None = None) -> None:
        """Run the policy's own tests.

        Args:
            analysis: How SQL is understood; default the shipped analyser and column classes.

        Raises:
            ConfigurationError: Lists every failed test.
        """
        if not self.model.tests:
            return
        failed = [
            self.source.problem(("tests", outcome.index), f"test failed in {outcome.dialect}: {outcome.problem}")
            for outcome in run_tests(self, analysis or default_analysis())
            if outcome.problem
        ]
        if failed:
            count = "1 test" if len(failed) == 1 else f"{len(failed)} tests"
            message = f"{self.source.label}: {count} of the policy failed:\n  " + "\n  ".join(failed)
            raise ConfigurationError(message, failed)

    def explain(
        self,
        sql: str | Statement,
        dialect: str = "postgres",
        *,
        context: Context | None = None,
        analysis: Analysis | None = None,
    ) -> str:
        """Tell what would be decided about ``sql`` and why, in several lines without its literals.

        Args:
            sql: SQL text, or a statement already analysed.
            dialect: How to read the text.
            context: Who asks, where and when; default somebody without groups or agent, in production.
            analysis: How SQL is understood; default the shipped analyser and column classes.
        """
        statement, context = self.prepare(sql, dialect, context=context, analysis=analysis)
        return explain(statement, context, self.decide(statement, context))

    @staticmethod
    def prepare(
        sql: str | Statement,
        dialect: str = "postgres",
        *,
        context: Context | None = None,
        analysis: Analysis | None = None,
    ) -> tuple[Statement, Context]:
        """Return what :meth:`decide` takes: the statement, and the context with the classes of its columns."""
        analysis = analysis or default_analysis()
        statement = analysis.analyze(sql, dialect) if isinstance(sql, str) else sql
        context = context or Context(Principal(user="somebody", level="explicit"))
        context = replace(
            context,
            dialect=context.dialect or statement.dialect,
            classes=context.classes or analysis.classify(statement),
            pan_in_literals=context.pan_in_literals or any(map(analysis.contains_pan, statement.literals)),
        )
        return statement, context


_pack = lru_cache(maxsize=len(PACKS))(load_pack)
