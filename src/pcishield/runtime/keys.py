"""Key providers by reference: ``file:/path``, ``keyring:service/name``, ``aws-kms:key``, ``pkcs11:uri``, a plug-in."""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points
from typing import Any

from pcishield.exceptions import ConfigurationError
from pcishield.typing import KeyProvider

__all__ = ["key_provider"]

_OURS = {
    "aws-kms": ("pcishield.secrets.aws_kms", "aws"),
    "file": ("pcishield.secrets.key_file", ""),
    "keyring": ("pcishield.secrets.os_keyring", "keyring"),
    "pkcs11": ("pcishield.secrets.pkcs11", "pkcs11"),
}


def key_provider(reference: str) -> KeyProvider:
    """Return the provider that ``SCHEME:REST`` names.

    Raises:
        ConfigurationError: The scheme is unknown, its package is not installed, or the provider refuses the rest.
    """
    scheme, colon, rest = reference.partition(":")
    if not colon or not rest:
        raise ConfigurationError(f"key {reference!r}: give SCHEME:REST, e.g. file:/etc/pcishield/keys.json")
    if scheme in _OURS:
        module, extra = _OURS[scheme]
        try:
            make: Any = importlib.import_module(module).provider
        except ModuleNotFoundError as error:
            raise ConfigurationError(f"key {scheme}: is not installed: pip install 'pcishield[{extra}]'") from error
    else:
        found = list(entry_points(group="pcishield.keys", name=scheme))
        if not found:
            known = ", ".join(sorted({*_OURS, *(point.name for point in entry_points(group="pcishield.keys"))}))
            raise ConfigurationError(f"key {scheme}: no such provider; known are {known}")
        make = found[0].load()
    provider: KeyProvider = make(rest)
    return provider
