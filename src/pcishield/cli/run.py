"""``pcishield run``: a script or module as it is, with every driver guarded before its first line."""

from __future__ import annotations

import os
import runpy
import sys
from typing import Annotated

import typer

from pcishield.exceptions import ConfigurationError

__all__ = ["run"]


def run(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="SCRIPT|MODULE", help="What to run; a module with -m.")],
    module: Annotated[bool, typer.Option("-m", help="The target is a module, as for python -m.")] = False,
    exempt: Annotated[
        list[str] | None, typer.Option(help="A module that keeps the raw driver; recorded. May be repeated.")
    ] = None,
) -> None:
    """Run a Python script or module with every known driver guarded.

    What follows SCRIPT is the script's own. The configuration is $PCISHIELD_CONFIG, else the pci pack.
    """
    from pcishield.installing import install

    if not module and not os.path.exists(target):
        raise ConfigurationError(f"run: there is no file {target}; a module is run with -m")
    install(exempt=exempt or ())
    sys.argv = [target, *context.args]
    if module:
        sys.path.insert(0, os.getcwd())
        runpy.run_module(target, run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, os.path.dirname(os.path.abspath(target)))
        runpy.run_path(target, run_name="__main__")
