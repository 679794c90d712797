"""Developer jobs that need services or take arguments; the interpreter x driver matrix is in tox.ini.

nox -s lint types docs          what CI runs beside the tests
nox -s "conformance(suite='dbapi20')" -- -k sqlite3
"""

from __future__ import annotations

from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["lint", "types", "tests"]
nox.options.reuse_venv = "yes"

PROJECT = nox.project.load_toml("pyproject.toml")


def install(session: nox.Session, *groups: str) -> None:
    """Install the package, editable, and dependency groups from pyproject.toml."""
    session.install("--editable", ".", *(nox.project.dependency_groups(PROJECT, *groups) if groups else ()))


def run_tests(session: nox.Session, *arguments: str) -> None:
    install(session, "test")
    session.run("python", "-m", "pytest", *arguments, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Run ruff, mypy, import layers, spelling, card numbers in the source."""
    install(session, "lint", "types")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run("codespell")
    session.run("python", "scripts/check_pans.py")


@nox.session
def types(session: nox.Session) -> None:
    """Run mypy --strict on the package, mypy and pyright on code as users write it."""
    install(session, "types")
    session.run("mypy")
    session.run("pyright", "--pythonpath", f"{session.bin}/python")


@nox.session
def tests(session: nox.Session) -> None:
    """Everything, with branch coverage of the pure packages."""
    install(session, "test")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "report", "--include=*/core/*,*/policy/*,*/audit/*,*/masking/*,*/statement/*")


@nox.session
def surface(session: nox.Session) -> None:
    """Every public name of every driver class is in exactly one bucket."""
    run_tests(session, "tests/surface")


@nox.session
@nox.parametrize("suite", ["dbapi20"])
def conformance(session: nox.Session, suite: str) -> None:
    """A guarded driver behaves as its standard says."""
    run_tests(session, "tests/conformance", "-k", suite)


@nox.session
def leaks(session: nox.Session) -> None:
    """No card number on any way out, by route and driver."""
    run_tests(session, "tests/leaks")


@nox.session
def crash(session: nox.Session) -> None:
    """Kill -9 between the effects, then verify."""
    run_tests(session, "tests/crash")


@nox.session
def bench(session: nox.Session) -> None:
    """Ratios to the raw driver, printed with machine and versions."""
    install(session, "bench")
    for script in session.posargs or sorted(map(str, Path("benchmarks").glob("[a-z]*.py"))):
        session.run("python", script)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, warnings as errors."""
    install(session, "docs")
    session.run("python", "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@nox.session
def changelog(session: nox.Session) -> None:
    """The changelog as the next release would have it."""
    install(session, "release")
    session.run("towncrier", "build", "--draft", "--version", "next")
