"""What a resolver is asked, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

__all__ = ["Credential", "CredentialRequest", "Lease", "Secret"]


class Secret:
    """A password that is not shown by accident: not by ``repr``, formatting, comparison, pickling or copying."""

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        self._reveal: Callable[[], str] = lambda: value

    def reveal(self) -> str:
        """Return the password. Call it where it is used, and bind it to no name."""
        return self._reveal()

    def __repr__(self) -> str:
        return "<secret>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")


@dataclass(frozen=True, slots=True)
class CredentialRequest:
    """For which connection a credential is wanted.

    Attributes:
        profile: Name of the profile.
        reference: What follows the resolver's name in ``secret``, e.g. the path at a vault.
        host: Server, empty for a local one.
        port: Its port.
        dbname: Database.
        user: Database user of the profile, empty when the credential brings its own.
        driver: The driver's module name.
    """

    profile: str
    reference: str
    host: str = ""
    port: int = 0
    dbname: str = ""
    user: str = ""
    driver: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """A credential that somebody else takes back: renewed while its connection is open, ended with it.

    Attributes:
        id: For records; no secret.
        seconds: How long it holds from now on; 0 where it cannot be renewed.
        renew: Returns for how many seconds it holds from then on; raises anything when it cannot.
        revoke: Ends it; raises anything when it cannot.
    """

    id: str
    seconds: float
    renew: Callable[[], float]
    revoke: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Credential:
    """What opens one connection.

    Attributes:
        password: The password, or a token in its place.
        user: Database user; empty for the profile's own.
        version: Which of several, for records; no secret.
        lease: Where it has to be given back.
    """

    password: Secret
    user: str = ""
    version: str = ""
    lease: Lease | None = field(default=None, repr=False)
