"""PCI DSS guard-rails for database drivers: change one import.

::

    import pcishield as psycopg        # guarded psycopg 3
    from pcishield import sqlite3      # guarded sqlite3

Every name that pcishield does not define itself is psycopg's, looked up at first use, so the package is a
drop-in for it. ``import pcishield`` alone imports no driver and no SQL parser.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from pcishield import _facade

if TYPE_CHECKING:
    # What _facade finds at run time, for type checkers.
    from psycopg import *  # noqa: F403
    from psycopg import adapt as adapt
    from psycopg import connect as connect
    from psycopg import errors as errors
    from psycopg import pq as pq
    from psycopg import rows as rows
    from psycopg import sql as sql
    from psycopg import types as types

    from pcishield._version import __version__ as __version__
    from pcishield.connecting import aconnect
    from pcishield.exceptions import (
        ApprovalDenied,
        ApprovalExpired,
        ApprovalPending,
        AuditUnavailable,
        ConfigurationError,
        CredentialError,
        IdentityRequired,
        LimitExceeded,
        MaskedWriteBack,
        MaskingError,
        PolicyViolation,
        ShieldError,
        StatementDenied,
    )
    from pcishield.identity import acting_as
    from pcishield.installing import install, installed, uninstall
    from pcishield.masking import Masker
    from pcishield.policy import Policy
    from pcishield.shield import Shield, configure, current_shield
    from pcishield.statement import analyze

__all__ = [
    "ApprovalDenied",
    "ApprovalExpired",
    "ApprovalPending",
    "AuditUnavailable",
    "ConfigurationError",
    "CredentialError",
    "IdentityRequired",
    "LimitExceeded",
    "MaskedWriteBack",
    "Masker",
    "MaskingError",
    "Policy",
    "PolicyViolation",
    "Shield",
    "ShieldError",
    "StatementDenied",
    "aconnect",
    "acting_as",
    "analyze",
    "configure",
    "connect",
    "current_shield",
    "guard",
    "install",
    "installed",
    "uninstall",
]

_HOMES: dict[str, str] = {
    **dict.fromkeys(
        (
            "ApprovalDenied", "ApprovalExpired", "ApprovalPending", "AuditUnavailable", "ConfigurationError",
            "CredentialError", "IdentityRequired", "LimitExceeded", "MaskedWriteBack", "MaskingError",
            "PolicyViolation", "ShieldError", "StatementDenied",
        ),
        "pcishield.exceptions",
    ),
    **dict.fromkeys(("Shield", "configure", "current_shield"), "pcishield.shield"),
    **dict.fromkeys(("aconnect", "connect"), "pcishield.connecting"),
    "Masker": "pcishield.masking",
    "Policy": "pcishield.policy",
    "acting_as": "pcishield.identity",
    "analyze": "pcishield.statement",
    **dict.fromkeys(("install", "installed", "uninstall"), "pcishield.installing"),
}  # fmt: skip

_MODULES = frozenset({
    "approval", "approvers", "audit", "config", "credentials", "exceptions", "identity", "masking", "mysql",
    "policy", "psycopg", "recording", "shield", "sinks", "sqlalchemy", "sqlite3", "statement", "testing", "typing",
})  # fmt: skip


def guard(module: Any, driver: Any = None) -> Any:
    """Return a guarded stand-in for a DB-API 2.0 module, using the process default shield.

    Args:
        module: The driver's module, e.g. ``pymysql``.
        driver: A :class:`pcishield.drivers.generic.PlainDriver`, for a module that pcishield does not know.

    Raises:
        ConfigurationError: pcishield cannot guard this module.
    """
    from pcishield.guarded import guard_module
    from pcishield.shield import current_shield

    return guard_module(module, current_shield, driver)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        # SQLAlchemy asks the module that it is given as psycopg (module=pcishield) whether it is new enough.
        asked_by = sys._getframe(1).f_globals.get("__name__", "").partition(".")[0]
        return importlib.import_module("psycopg" if asked_by == "sqlalchemy" else f"{__name__}._version").__version__
    if name in _HOMES:
        if name == "connect":
            _facade.load()
        value = getattr(importlib.import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    return _facade.lookup(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES, *_facade.names()})
