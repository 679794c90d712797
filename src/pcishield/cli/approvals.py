"""``pcishield approvals``: look into the approval queue and answer, sign answers, register approvers."""

from __future__ import annotations

import getpass
import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pcishield.approval import Approval, ApprovalStore, IllegalTransition, NoSuchApproval, Registry, StoreUnavailable
from pcishield.approval.codec import scope_to_json
from pcishield.approval.registry import key_text, parse_key
from pcishield.approval.shown import shown, shown_digest
from pcishield.approval.signing import BadDecision, SignedDecision, sign_decision
from pcishield.approval.state import TRANSITIONS
from pcishield.approval.store import break_glass as break_glass_in
from pcishield.approval.store import give_answer
from pcishield.approvals import alert_of, approver_registry
from pcishield.approvers import open_queue
from pcishield.approvers.files import add_approver, create_key, load_key
from pcishield.cli._approvals_show import as_line, whole
from pcishield.cli._approvals_show import show as print_one
from pcishield.config import load_settings
from pcishield.core.decision import Principal, Scope
from pcishield.exceptions import ConfigurationError
from pcishield.masking import Masker
from pcishield.runtime import approver_login
from pcishield.runtime.attester import Attester, thumbprint

__all__ = ["app"]

app = typer.Typer(help="Look into the approval queue, answer, register approvers.", no_args_is_help=True)

QueueOption = Annotated[
    str | None,
    typer.Option("--queue", "-q", help="sqlite:///path, postgresql://... or redis://...; default: as configured."),
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="pcishield.toml; default: $PCISHIELD_CONFIG.", dir_okay=False)
]
ApproversOption = Annotated[
    Path | None, typer.Option("--approvers", help="Registry of approvers; default: as configured.", dir_okay=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on standard output, one object a line.")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Of the request, or its first eight characters or more.")]
AsOption = Annotated[str | None, typer.Option("--as", help="Your name as an approver; default: the system's user.")]
GroupOption = Annotated[
    list[str] | None, typer.Option("--group", "-g", help="Your group, where no approvers are registered; repeatable.")
]
ReasonOption = Annotated[str, typer.Option("--reason", "-r", help="Why; recorded. No card data.")]
KeyOption = Annotated[
    Path | None, typer.Option("--key", "-k", help="Your private key, which signs the answer.", dir_okay=False)
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask again at the terminal.")]

MAX_REASON = 500
_DURATION = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class _Desk:
    """The queue, and who may answer."""

    def __init__(self, queue: str | None, config: Path | None, approvers: Path | None) -> None:
        whole = load_settings(config)
        settings = whole.approval
        url = queue or settings.queue
        if not url:
            raise ConfigurationError("approval.queue: no queue is configured; set it, or give --queue")
        self.oidc = settings.oidc
        self.alert = alert_of(whole)
        self.store: ApprovalStore = open_queue(url)
        self.registry: Registry | None = approver_registry(whole, approvers)

    def find(self, id: str) -> Approval:
        """Return the approval of an id, or of the start of one."""
        if len(id) < 8:
            raise ConfigurationError("give at least eight characters of the id")
        try:
            return self.store.get(id)
        except NoSuchApproval:
            found = [one for one in self.store.entries() if one.request.id.startswith(id)]
            if len(found) != 1:
                raise ConfigurationError(f"there {'is no' if not found else 'are several'} approval {id}") from None
            return found[0]

    def settled(self, approval: Approval) -> Approval:
        """Return it as it counts now."""
        now = datetime.now(UTC)
        return approval.at(now) if self.registry is None else self.registry.verified(approval, now)


@contextmanager
def _desk(queue: str | None, config: Path | None, approvers: Path | None = None) -> Iterator[_Desk]:
    try:
        desk = _Desk(queue, config, approvers)
        try:
            yield desk
        finally:
            desk.store.close()
    except (StoreUnavailable, NoSuchApproval) as error:
        raise ConfigurationError(str(error)) from None
    except (IllegalTransition, BadDecision) as error:
        typer.secho(f"pcishield: {error}", fg=typer.colors.RED if sys.stderr.isatty() else None, err=True)
        raise typer.Exit(1) from None


@app.command("list")
def list_(
    state: Annotated[
        list[str] | None, typer.Option("--state", "-s", help=f"{', '.join(TRANSITIONS)} or all; default pending.")
    ] = None,
    open_reviews: Annotated[bool, typer.Option("--reviews", help="Those whose broken glass nobody looked at.")] = False,
    queue: QueueOption = None,
    config: ConfigOption = None,
    approvers: ApproversOption = None,
    as_json: JsonOption = False,
) -> None:
    """List requests, the newest first."""
    wanted = set(state or ["pending"])
    if unknown := wanted - {*TRANSITIONS, "all"}:
        raise ConfigurationError(f"--state: unknown state {', '.join(sorted(unknown))}")
    with _desk(queue, config, approvers) as desk:
        for stored in desk.store.entries():
            approval = desk.settled(stored)
            if open_reviews:
                if not stored.glass_broken or stored.reviewed_by:
                    continue
            elif "all" not in wanted and approval.state not in wanted:
                continue
            print_one(approval, as_json, as_line)


@app.command()
def show(
    id: IdArgument,
    queue: QueueOption = None,
    config: ConfigOption = None,
    approvers: ApproversOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one request whole, and what has become of it."""
    with _desk(queue, config, approvers) as desk:
        print_one(desk.settled(desk.find(id)), as_json, whole)


@app.command()
def approve(
    id: IdArgument,
    approver: AsOption = None,
    group: GroupOption = None,
    reason: ReasonOption = "",
    key: KeyOption = None,
    duration: Annotated[
        str | None, typer.Option("--for", help="Make it a grant that ends after this: 30m, 8h, 1d. Default: one use.")
    ] = None,
    uses: Annotated[int, typer.Option("--uses", min=1, help="Statements that the grant covers.")] = 1,
    rows: Annotated[int | None, typer.Option("--rows", min=1, help="Rows that it may hand out in all.")] = None,
    table: Annotated[
        list[str] | None, typer.Option("--table", "-t", help="schema.table glob that it may touch; repeatable.")
    ] = None,
    any_statement: Annotated[
        bool,
        typer.Option("--any-statement", help="Not only this statement, but any on --table that the rule asks about."),
    ] = False,
    window: Annotated[
        str, typer.Option("--window", help="When it may be used: 'mon-fri 22:00-06:00 Europe/Berlin'.")
    ] = "",
    yes: YesOption = False,
    queue: QueueOption = None,
    config: ConfigOption = None,
    approvers: ApproversOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say yes to a request: for one use, or as a grant with --for. Exit status 1 when it does not count."""
    with _desk(queue, config, approvers) as desk:
        approval = desk.find(id)
        now = datetime.now(UTC)
        scope = None
        if duration is not None:
            templates = frozenset() if any_statement else frozenset({approval.request.fingerprint})
            scope = Scope(now + _span(duration), uses, rows, templates, tuple(table or ()), window)
        elif uses != 1 or rows is not None or table or any_statement or window:
            raise ConfigurationError("a grant ends: give --for with --uses, --rows, --table, --window")
        _answer(desk, approval, True, approver, group, reason, key, scope, yes, as_json)


@app.command()
def deny(
    id: IdArgument,
    approver: AsOption = None,
    group: GroupOption = None,
    reason: ReasonOption = "",
    key: KeyOption = None,
    yes: YesOption = False,
    queue: QueueOption = None,
    config: ConfigOption = None,
    approvers: ApproversOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say no to a request; one no ends it. Exit status 1 when it does not count."""
    with _desk(queue, config, approvers) as desk:
        _answer(desk, desk.find(id), False, approver, group, reason, key, None, yes, as_json)


@app.command()
def revoke(
    id: IdArgument,
    approver: AsOption = None,
    queue: QueueOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a request, an approval or a grant back: nothing runs by it from now on, and no more rows are handed out."""
    with _desk(queue, config) as desk:
        name = approver or getpass.getuser()
        changed = desk.store.change(desk.find(id).request.id, lambda one: one.revoked(name, datetime.now(UTC)))
        print_one(changed, as_json, as_line)


@app.command()
def watch(
    seconds: Annotated[float | None, typer.Option("--seconds", min=0, help="Stop after this; default never.")] = None,
    queue: QueueOption = None,
    config: ConfigOption = None,
    approvers: ApproversOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show pending requests and every change, as they come, until Ctrl-C."""
    until = time.monotonic() + seconds if seconds is not None else float("inf")
    seen: dict[str, tuple[str, int, int]] = {}
    with _desk(queue, config, approvers) as desk:
        try:
            while True:
                for stored in reversed(desk.store.entries()):
                    approval = desk.settled(stored)
                    mark = (approval.state, len(approval.answers), len(approval.voids))
                    before = seen.get(approval.request.id)
                    if mark != before and (before is not None or approval.state == "pending"):
                        print_one(approval, as_json, whole if before is None else as_line)
                        sys.stdout.flush()
                    seen[approval.request.id] = mark
                left = until - time.monotonic()
                if left <= 0:
                    return
                desk.store.wait(min(left, 1.0))
        except KeyboardInterrupt:
            return


@app.command("break-glass")
def break_glass(
    id: IdArgument,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; mandatory, recorded, and sent with the alert.")],
    key: KeyOption = None,
    approver: AsOption = None,
    yes: YesOption = False,
    queue: QueueOption = None,
    config: ConfigOption = None,
    approvers: ApproversOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a request run once without its quorum, in an emergency: alerts at once, and leaves a review to be done."""
    with _desk(queue, config, approvers) as desk:
        if desk.registry is None:
            raise ConfigurationError(
                "breaking the glass needs registered approvers (approval.approvers, approval.oidc)"
            )
        approval = desk.find(id)
        by, evidence = _signed(desk, approval, True, approver, None, reason, key, None, "break-glass")
        _confirm(approval, "Break the glass", yes)
        changed = break_glass_in(
            desk.store, approval.request.id, by, desk.registry.break_glass, reason, datetime.now(UTC), evidence=evidence
        )
        print_one(changed, as_json, as_line)
        try:
            desk.alert(f"{by.user} broke the glass: {reason}\n{shown(approval.request)}")
        except Exception as error:
            # The enforcing process alerts too, before the statement runs, and refuses it when it cannot.
            typer.echo(f"the alert could not be sent from here ({type(error).__name__}); tell somebody", err=True)
            raise typer.Exit(1) from None


@app.command()
def review(
    id: IdArgument,
    finding: Annotated[str, typer.Option("--finding", "-f", help="What you found.")],
    approver: AsOption = None,
    queue: QueueOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close the review of a broken glass. Not for those who took part."""
    with _desk(queue, config) as desk:
        _checked_reason(finding)
        by = Principal(approver or getpass.getuser(), level="explicit" if approver else "os")
        id = desk.find(id).request.id
        print_one(desk.store.change(id, lambda one: one.reviewed(by, finding, datetime.now(UTC))), as_json, as_line)


@app.command()
def login(config: ConfigOption = None) -> None:
    """Sign in as an approver at the OpenID provider of `approval.oidc`, in a browser on any device.

    A key is made that signs your answers until the provider's ID token expires; both are kept in the state directory,
    mode 0600.
    """
    from pcishield.providers import device

    oidc = load_settings(config).approval.oidc
    if oidc is None or not oidc.client_id:
        raise ConfigurationError("approval.oidc: set issuer, audience and client_id to sign in as an approver")
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    code = device.begin(oidc.issuer, oidc.client_id, oidc.scopes, oidc.timeout_seconds, thumbprint(public))
    typer.echo(f"Open {code.uri_complete or code.uri}\nand check, or enter, the code {code.user_code}", err=True)
    token = str(device.wait(oidc.issuer, oidc.client_id, code, oidc.timeout_seconds)["id_token"])
    user = Attester(oidc)(token, public, time.time()).user
    approver_login.save(oidc.issuer, oidc.client_id, approver_login.ApproverLogin(private, token, user))
    typer.echo(f"signed in as approver {user}")


@app.command()
def logout() -> None:
    """Forget the approver's key and token on this machine."""
    typer.echo("signed out" if approver_login.forget() else "nobody was signed in")


@app.command()
def keygen(
    out: Annotated[Path, typer.Option("--out", "-o", help="New file for the private key, mode 0600.")],
    plain: Annotated[bool, typer.Option("--no-passphrase", help="Do not encrypt it, for machines and tests.")] = False,
) -> None:
    """Make an approver's key; print its public part, to be registered."""
    passphrase = None
    if not plain:
        passphrase = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True).encode()
    typer.echo(key_text(create_key(out, passphrase)))


@app.command()
def register(
    name: Annotated[str, typer.Option("--as", help="Name of the approver: a human, not a role.")],
    public: Annotated[str, typer.Option("--public", help="Public key as keygen prints it.")],
    group: Annotated[list[str] | None, typer.Option("--group", "-g", help="Group of the human; repeatable.")] = None,
    config: ConfigOption = None,
    approvers: ApproversOption = None,
) -> None:
    """Add an approver to the registry that the enforcing process reads."""
    path = approvers or load_settings(config).approval.approvers
    if path is None:
        raise ConfigurationError("approval.approvers: no registry is configured; set it, or give --approvers")
    try:
        key = parse_key(public)
    except ValueError as error:
        raise ConfigurationError(f"--public: {error}") from None
    add_approver(path, name, key, list(group or ()))
    typer.echo(f"registered {name} in {path}")


def _answer(
    desk: _Desk,
    approval: Approval,
    approved: bool,
    approver: str | None,
    groups: list[str] | None,
    reason: str,
    key: Path | None,
    scope: Scope | None,
    yes: bool,
    as_json: bool,
) -> None:
    _checked_reason(reason)
    if key is not None or (desk.oidc is not None and approver is None):
        by, evidence = _signed(desk, approval, approved, approver, groups, reason, key, scope, "answer")
    elif desk.registry is not None:
        raise ConfigurationError(
            "answers are signed here: give your key with --key"
            + (", or sign in (pcishield approvals login) and leave out --as" if desk.oidc is not None else "")
        )
    else:
        name = approver or getpass.getuser()
        by = Principal(name, groups=frozenset(groups or ()), level="explicit" if approver else "os")
        evidence = {"channel": "queue", "host": socket.gethostname()}
    _confirm(approval, "Approve" if approved else "Deny", yes)
    changed = give_answer(
        desk.store, approval.request.id, by, approved, datetime.now(UTC), reason, scope=scope, evidence=evidence
    )
    print_one(desk.settled(changed), as_json, as_line)


def _signed(
    desk: _Desk,
    approval: Approval,
    approved: bool,
    approver: str | None,
    groups: list[str] | None,
    reason: str,
    key: Path | None,
    scope: Scope | None,
    action: str,
) -> tuple[Principal, dict[str, Any]]:
    _checked_reason(reason)
    login = None if key is not None else _signed_in(desk)
    private = _key(key) if key is not None else login.key if login is not None else None
    if private is None:
        raise ConfigurationError("answers are signed here: give your key with --key")
    public = private.public_key().public_bytes_raw()
    name = login.user if login is not None else approver or getpass.getuser()
    token = {} if login is None else {"token": login.token}
    by = Principal(name, groups=frozenset(groups or ()), level="explicit")
    request = approval.request
    text = sign_decision(
        SignedDecision(
            request=request.id, digest=request.digest, approved=approved, approver=name,
            at=datetime.now(UTC).isoformat(), reason=reason, shown=shown_digest(request), scope=scope_to_json(scope),
            action=action,
        ),
        private,
    )  # fmt: skip
    if desk.registry is not None:
        # Said here, where a human can mend it, rather than by the process that waits.
        _, by = desk.registry.read(approval, text, datetime.now(UTC), token=token.get("token"), key=key_text(public))
    return by, {"channel": "queue", "host": socket.gethostname(), "key": key_text(public), "decision": text, **token}


def _signed_in(desk: _Desk) -> approver_login.ApproverLogin | None:
    if desk.oidc is None:
        return None
    found = approver_login.load(desk.oidc.issuer, desk.oidc.client_id)
    if found is None:
        raise ConfigurationError("nobody has signed in as an approver on this machine; run: pcishield approvals login")
    return found


def _key(path: Path) -> Ed25519PrivateKey:
    try:
        return load_key(path)
    except ConfigurationError as error:
        if "needs a passphrase" not in str(error) or not sys.stdin.isatty():
            raise
    return load_key(path, typer.prompt("Passphrase", hide_input=True, err=True).encode())


def _confirm(approval: Approval, what: str, yes: bool) -> None:
    if yes or not sys.stdin.isatty():
        return
    typer.echo(shown(approval.request), err=True)
    typer.confirm(f"{what}?", abort=True, err=True)


def _checked_reason(reason: str) -> None:
    if len(reason) > MAX_REASON:
        raise ConfigurationError(f"the reason is longer than {MAX_REASON} characters")
    if Masker().contains_pan(reason):
        raise ConfigurationError("the reason holds card data; say it without")


def _span(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ConfigurationError("--for: write a duration as 90s, 30m, 8h or 2d")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])
