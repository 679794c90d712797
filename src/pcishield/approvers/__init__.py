"""Ways to ask a human: plug-ins, one file each. An approver is any callable; see :data:`pcishield.typing.Approver`."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from pcishield.approval.store import ApprovalStore
from pcishield.approvers.combine import Quorum, all_of, any_of, n_of
from pcishield.approvers.console import ConsoleApprover
from pcishield.approvers.queue import QueueApprover
from pcishield.exceptions import ConfigurationError
from pcishield.typing import Approver

__all__ = ["ConsoleApprover", "QueueApprover", "Quorum", "all_of", "any_of", "load_approver", "n_of", "open_queue"]


def load_approver(name: str) -> Approver:
    """Return the approver that the configuration names: ``console``, or one that a package offers.

    Args:
        name: Of an entry point in the group ``pcishield.approval``: a function without arguments.

    Raises:
        ConfigurationError: There is none of that name, several, or what it makes cannot be called.
    """
    if name == "console":
        return ConsoleApprover()
    found = list(entry_points(group="pcishield.approval", name=name))
    if len(found) != 1:
        known = sorted({"console", *(point.name for point in entry_points(group="pcishield.approval"))})
        what = "is no approver" if not found else "is offered by several packages"
        raise ConfigurationError(f"approval.approver: {name!r} {what}; known are {', '.join(known)}")
    approver: Any = found[0].load()()
    if not callable(approver):
        raise ConfigurationError(f"approval.approver: what {name!r} makes cannot be called")
    return approver  # type: ignore[no-any-return]


def open_queue(url: str) -> ApprovalStore:
    """Return the approval queue at ``url``. Nothing is opened yet.

    Args:
        url: ``sqlite:///relative.db``, ``sqlite:////absolute.db``, ``postgresql://...``, or ``redis://...``.

    Raises:
        ConfigurationError: Another kind of URL, or the package that it needs is not installed. Does not show the URL.
    """
    scheme, separator, rest = url.partition("://")
    try:
        if scheme == "sqlite" and separator and len(rest) > 1 and rest.startswith("/"):
            from pcishield.approvers.queue_sqlite import SqliteStore

            return SqliteStore(rest[1:])
        if scheme in ("postgresql", "postgres"):
            from pcishield.approvers.queue_postgres import PostgresStore

            return PostgresStore(url)
        if scheme in ("redis", "rediss", "unix"):
            from pcishield.approvers.queue_redis import RedisStore

            return RedisStore(url)
    except ModuleNotFoundError as error:
        extra = "redis" if error.name == "redis" else "psycopg"
        raise ConfigurationError(
            f"approval.queue: {error.name} is not installed: pip install 'pcishield[{extra}]'"
        ) from error
    raise ConfigurationError(
        "approval.queue: write sqlite:///path, sqlite:////absolute/path, postgresql://... or redis://..."
    )
