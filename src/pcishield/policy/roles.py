"""Roles: who sees which class in which mask format."""

from __future__ import annotations

from dataclasses import dataclass

from pcishield.core.decision import Limits, Principal
from pcishield.policy.globs import Globs
from pcishield.policy.model import RoleModel
from pcishield.policy.rules import compile_limits
from pcishield.policy.vocabulary import formats_of

__all__ = ["Role", "compile_role", "widest"]


@dataclass(frozen=True, slots=True)
class Role:
    """A role, compiled. All conditions that are given must hold."""

    name: str
    model: RoleModel
    limits: Limits | None
    users: Globs | None
    groups: Globs | None
    agents: Globs | None
    environments: Globs | None

    def has(self, principal: Principal, environment: str) -> bool:
        """Tell whether the principal has the role here."""
        return (
            (self.users is None or self.users(principal.user))
            and (self.agents is None or self.agents(principal.agent))
            and (self.groups is None or any(map(self.groups, principal.groups)))
            and (self.model.levels is None or principal.level in self.model.levels)
            and (self.environments is None or self.environments(environment or "production"))
        )


def compile_role(name: str, model: RoleModel) -> Role:
    """Compile a validated role."""
    return Role(
        name=name,
        model=model,
        limits=compile_limits(model.limits) if model.limits else None,
        users=Globs(model.users) if model.users else None,
        groups=Globs(model.groups) if model.groups else None,
        agents=Globs(model.agents) if model.agents else None,
        environments=Globs(model.environments) if model.environments else None,
    )


def widest(cls: str, formats: list[str]) -> str:
    """Return the format of a class for somebody with several roles: of those that nest, the one that shows most."""
    nested = [name for name in formats if name != "token"]
    # A token beside a truncation of the same number could be matched with it: then the truncation alone is shown.
    return max(nested, key=formats_of(cls).index) if nested else "token"
