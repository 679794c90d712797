"""The ``pcishield`` command: assembles the sub-commands, prints our errors as one line, sets the exit status.

Exit status: 0 done; 1 the thing looked at is not in order (see each command); 2 bad usage or configuration.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pcishield._version import __version__
from pcishield.cli.approvals import app as approvals_app
from pcishield.cli.audit import app as audit_app
from pcishield.cli.catalog import app as catalog_app
from pcishield.cli.credentials import app as credentials_app
from pcishield.cli.demo import demo
from pcishield.cli.doctor import doctor
from pcishield.cli.drill import drill
from pcishield.cli.identity import app as identity_app
from pcishield.cli.identity import login, logout, whoami
from pcishield.cli.policy import app as policy_app
from pcishield.cli.replay import app as recordings_app
from pcishield.cli.replay import replay
from pcishield.cli.run import run
from pcishield.cli.scan import scan
from pcishield.exceptions import ShieldError

__all__ = ["app", "main"]

app = typer.Typer(
    name="pcishield",
    help="PCI DSS guard-rails for database drivers: policy, masking, approvals and an audit trail in one import.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(approvals_app, name="approvals")
app.add_typer(audit_app, name="audit")
app.add_typer(catalog_app, name="catalog")
app.add_typer(credentials_app, name="credentials")
app.add_typer(identity_app, name="identity")
app.add_typer(policy_app, name="policy")
app.add_typer(recordings_app, name="recordings")
app.command("demo")(demo)
app.command("doctor")(doctor)
app.command("drill")(drill)
app.command("replay")(replay)
app.command("login")(login)
app.command("logout")(logout)
app.command("whoami")(whoami)
app.command("scan")(scan)
app.command(
    "run", context_settings={"allow_interspersed_args": False, "ignore_unknown_options": True, "allow_extra_args": True}
)(run)


def _version(show: bool) -> None:
    if show:
        typer.echo(f"pcishield {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line. Our own errors are one line on standard error and exit status 2."""
    try:
        app()
    except ShieldError as error:
        typer.secho(f"pcishield: {error}", fg=typer.colors.RED if sys.stderr.isatty() else None, err=True)
        for problem in getattr(error, "problems", ()):
            if problem not in str(error):
                typer.echo(f"  - {problem}", err=True)
        raise SystemExit(2) from None
    except BrokenPipeError:
        # The reader (head, less) has gone; nothing is wrong. Python would complain while closing stdout.
        sys.stderr.close()
        raise SystemExit(141) from None
