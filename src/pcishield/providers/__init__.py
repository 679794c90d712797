"""Identity providers, one file each; none imports another. Others come by the entry-point group ``pcishield.identity``.

A provider says who is asking where no ``acting_as`` applies (:class:`pcishield.typing.IdentityProvider`), and most can
verify a token that somebody brings (``Shield.authenticate``).
"""

from __future__ import annotations

import importlib
import importlib.util
from importlib.metadata import entry_points
from typing import Any

from pcishield.exceptions import ConfigurationError
from pcishield.identity.settings import IdentitySettings
from pcishield.typing import IdentityProvider

__all__ = ["BUILT_IN", "make_provider"]

BUILT_IN: dict[str, str] = {
    "ci": "pcishield.providers.ci",
    "environment": "pcishield.providers.environment",
    "oidc": "pcishield.providers.oidc",
    "service-key": "pcishield.providers.service_key",
    "spiffe": "pcishield.providers.spiffe",
}
"""Provider name to the module with its ``provider(settings)``."""


def make_provider(settings: IdentitySettings) -> IdentityProvider:
    """Return the provider that the settings name.

    Raises:
        ConfigurationError: There is none of that name, or what it needs is not installed.
    """
    name = settings.provider
    if name in BUILT_IN:
        if name not in {"environment", "service-key"} and importlib.util.find_spec("joserfc") is None:
            raise ConfigurationError(f"identity.provider: {name!r} needs an extra: pip install 'pcishield[oidc]'")
        made: IdentityProvider = importlib.import_module(BUILT_IN[name]).provider(settings)
        return made
    found = list(entry_points(group="pcishield.identity", name=name))
    if len(found) != 1:
        known = sorted({*BUILT_IN, *(point.name for point in entry_points(group="pcishield.identity"))})
        what = "is no provider" if not found else "is offered by several packages"
        raise ConfigurationError(f"identity.provider: {name!r} {what}; known are {', '.join(known)}")
    provider: Any = found[0].load()(dict(settings.options))
    if not callable(getattr(provider, "principal", None)):
        raise ConfigurationError(f"identity.provider: what {name!r} makes has no principal()")
    return provider  # type: ignore[no-any-return]
