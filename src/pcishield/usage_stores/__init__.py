"""Where budgets are counted for several processes: one file a kind of store."""

from __future__ import annotations

from pcishield.exceptions import ConfigurationError
from pcishield.runtime.budgets import Counters

__all__ = ["make_counters"]


def make_counters(address: str) -> Counters:
    """Return the counters at ``address``, which is not contacted yet.

    Args:
        address: ``redis://…``, ``rediss://…``, ``unix://…`` or ``postgresql://…``; may hold a password.

    Raises:
        ConfigurationError: The address is of no known kind, or its package is not installed.
    """
    scheme = address.partition(":")[0]
    try:
        if scheme in {"redis", "rediss", "unix"}:
            from pcishield.usage_stores.redis import RedisCounters

            return RedisCounters(address)
        if scheme in {"postgresql", "postgres"}:
            from pcishield.usage_stores.postgres import PostgresCounters

            return PostgresCounters(address)
    except ModuleNotFoundError as error:
        extra = "redis" if scheme != "postgresql" else "psycopg"
        raise ConfigurationError(f"budgets.store: pip install 'pcishield[{extra}]' ({error.name} is missing)") from None
    raise ConfigurationError("budgets.store: give an address that begins with redis://, rediss:// or postgresql://")
