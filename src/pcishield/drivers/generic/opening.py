"""Opening a connection by a profile: what drivers have in common (docs/credentials.md).

A driver's guarded ``connect`` takes the opening that it runs for (:func:`pcishield.runtime.opening.taken`), refuses
arguments that the profile says, and hands the password to the driver's call in an expression: bound to a name of ours
it would be in the variables of a frame of a traceback.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pcishield.exceptions import ConfigurationError, PolicyViolation, ShieldError, bind_error

if TYPE_CHECKING:
    from pcishield.credentials.settings import ProfileSettings
    from pcishield.runtime.opening import Opening
    from pcishield.runtime.session import Enforcer, Session

__all__ = ["Attempt", "allow", "attempted", "cleaned", "prepared", "refuse_pinned", "system_ca", "tls_context"]

_Made = TypeVar("_Made")
_CA_FILES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def prepared(enforcer: Enforcer, module: Any, driver: str, name: str = "") -> Opening:
    """Return the opening of a connection; ours that it raises are errors of the driver's ``module`` too.

    Raises:
        ConfigurationError: There is no such profile.
        CredentialError: Its credential could not be had.
        IdentityRequired: The principal may not connect.
    """
    try:
        return enforcer.opening(driver, name)
    except ShieldError as error:
        wrong = isinstance(error, (ConfigurationError, PolicyViolation))
        raise bind_error(error, module.ProgrammingError if wrong else module.OperationalError) from None


def refuse_pinned(name: str, given: Iterable[str], pinned: frozenset[str] | None) -> None:
    """Refuse arguments that say what the profile ``name`` says; all of them where ``pinned`` is ``None``.

    Raises:
        ConfigurationError: There are some.
    """
    if wrong := sorted(given if pinned is None else pinned.intersection(given)):
        raise ConfigurationError(f"connect: {', '.join(wrong)}: the profile {name} says that; make another profile")


def allow(name: str, args: tuple[Any, ...], kwargs: Iterable[str], allowed: frozenset[str]) -> None:
    """Refuse arguments beside the profile ``name``, but for those that are ``allowed``.

    Raises:
        ConfigurationError: There are others.
    """
    refuse_pinned(name, {*kwargs, *(["arguments without a name"] if args else ())} - allowed, None)


def cleaned(opening: Opening, error: BaseException) -> BaseException:
    """Return the error to raise for a failed connection, and let go of the credential.

    By a profile it leaves without the driver's frames, in whose variables the password is, without causes, and
    without the password in its texts.
    """
    if opening.profile is not None:
        opening.hide(error)
        error.__cause__ = error.__context__ = None
        error = error.with_traceback(None)
        for name, value in list(vars(error).items()):
            if isinstance(value, BaseException):  # PyMySQL's original_exception
                opening.hide(value)
                value.__cause__ = value.__context__ = None
                vars(error)[name] = value.with_traceback(None)
    opening.end()
    return error


class Attempt:
    """A connection that is being made.

    Attributes:
        session: Set as soon as there is one.
        close: Closes what the driver has opened by then.
    """

    __slots__ = ("close", "session")

    def __init__(self) -> None:
        self.session: Session | None = None
        self.close: Callable[[], object] | None = None


def attempted(opening: Opening, connect: Callable[[Attempt], _Made]) -> _Made:
    """Connect by ``connect``; when it fails, leave nothing open, and nothing in the error that it should not tell.

    The error is raised after the ``except`` block, from a frame that has no password: see :func:`cleaned`.
    """
    attempt = Attempt()
    try:
        return connect(attempt)
    except BaseException as error:
        if attempt.close is not None:
            attempt.close()
        if attempt.session is not None:
            attempt.session.sanitise(error)
        failed = cleaned(opening, error)
        if attempt.session is not None:
            attempt.session.close()
    finally:
        opening.forget()
    raise failed


def system_ca() -> str:
    """Return the file with the machine's certificate authorities, empty where none is found."""
    known = (ssl.get_default_verify_paths().cafile, *_CA_FILES)
    return next((path for path in known if path and Path(path).is_file()), "")


def tls_context(profile: ProfileSettings) -> ssl.SSLContext:
    """Return how Python's ssl does what a profile with TLS asks for."""
    context = ssl.create_default_context(cafile=profile.tls_ca or None)
    # Databases make their own certificates, and not all of those have what VERIFY_X509_STRICT wants.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if profile.tls_mode != "verify-full":
        context.check_hostname = False
    if profile.tls_mode == "require":
        context.verify_mode = ssl.CERT_NONE
    return context
