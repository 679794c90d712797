"""Write ``docs/cli.md`` from the command line itself; ``--check`` only compares and says what to run.

python scripts/cli_help.py [--check]
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
HEAD = """# Command line

<!-- written by scripts/cli_help.py; a test compares it with the commands -->
"""


def page() -> str:
    """Return the page."""
    import typer.main

    from pcishield.cli.main import app

    return HEAD + "".join(section(typer.main.get_command(app), ("pcishield",)))


def section(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the text of a command and of all below it."""
    yield f"\n{'#' * min(len(path) + 1, 4)} `{' '.join(path)}`\n"
    if command.help:
        yield f"\n{inspect.cleandoc(command.help)}\n"
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    below = sorted(getattr(command, "commands", {}).items())
    usage = [
        *path,
        *(["[OPTIONS]"] if options else []),
        *(argument(a) for a in arguments),
        *(["COMMAND"] if below else []),
    ]
    yield f"\n```sh\n{' '.join(usage)}\n```\n"
    rows = [(f"`{argument(a)}`", getattr(a, "help", "") or "") for a in arguments]
    rows += [(f"`{option(o)}`", o.help or "") for o in options]
    if rows:
        yield "\n| | |\n|---|---|\n" + "".join(f"| {name} | {cell(text)} |\n" for name, text in rows)
    for name, child in below:
        if not child.hidden:
            yield from section(child, (*path, name))


def argument(parameter: Any) -> str:
    """Return an argument as usage shows it."""
    name = (parameter.metavar or parameter.name).strip("[]").upper()
    name = f"{name}..." if parameter.nargs == -1 else name
    return name if parameter.required else f"[{name}]"


def option(parameter: Any) -> str:
    """Return an option with its alternatives and what it takes."""
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {parameter.metavar or parameter.name.upper()}"


def cell(text: str) -> str:
    """Return text that fits into a table."""
    return " ".join(inspect.cleandoc(text).split()).replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write or compare the page; 1 when it is not up to date."""
    text = page()
    if arguments == ["--check"]:
        if not PAGE.exists() or PAGE.read_text("utf-8") != text:
            print("docs/cli.md is not what the commands say; run: python scripts/cli_help.py")
            return 1
        return 0
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
