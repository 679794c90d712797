"""Signers, key providers and credential resolvers, one file each; none imports another.

Resolvers are named in a profile's ``secret`` (``local:payments-ro``); others come by the entry-point group
``pcishield.credentials``.
"""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points

from pcishield.credentials.settings import CredentialsSettings
from pcishield.exceptions import ConfigurationError
from pcishield.typing import CredentialResolver

__all__ = ["RESOLVERS", "make_resolver"]

RESOLVERS: dict[str, str] = {
    "aws-rds": "pcishield.secrets.aws:rds_resolver",
    "aws-secret": "pcishield.secrets.aws:secret_resolver",
    "call": "pcishield.secrets.function:resolver",
    "env": "pcishield.secrets.environment:resolver",
    "local": "pcishield.secrets.local_vault:resolver",
    "vault-db": "pcishield.secrets.hashicorp:db_resolver",
    "vault-kv": "pcishield.secrets.hashicorp:kv_resolver",
}
"""Resolver name to ``module:function``; the function takes the section ``[credentials]``."""


def make_resolver(settings: CredentialsSettings, name: str) -> CredentialResolver:
    """Return the resolver of that name. None is kept: settings and files may change, and nothing shall lie about.

    Raises:
        ConfigurationError: There is none of that name, or what it needs is not installed.
    """
    if name in RESOLVERS:
        module, _, function = RESOLVERS[name].partition(":")
        made: CredentialResolver = getattr(importlib.import_module(module), function)(settings)
        return made
    found = list(entry_points(group="pcishield.credentials", name=name))
    if len(found) != 1:
        known = sorted({*RESOLVERS, *(point.name for point in entry_points(group="pcishield.credentials"))})
        what = "is no resolver" if not found else "is offered by several packages"
        raise ConfigurationError(f"secret: {name!r} {what}; known are {', '.join(known)}")
    offered: CredentialResolver = found[0].load()(dict(settings.options.get(name, {})))
    return offered
