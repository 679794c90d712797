"""Developer jobs that need services or take arguments; the interpreter x driver matrix is in tox.ini.

nox -s lint types docs          what CI runs beside the tests
nox -s "conformance(suite='dbapi20')" -- -k sqlite3
nox -s "conformance(suite='sqlalchemy')" -- PATH --database sqlite
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


CONFORMANCE = {
    "django": "run_django.py",
    "mysql": "run_mysql_connector.py",
    "pool": "run_psycopg.py",
    "psycopg": "run_psycopg.py",
    "sqlalchemy": "run_sqlalchemy.py",
    "sqlite3": "run_sqlite3.py",
}
"""Suite to the script that runs it raw and guarded. Nothing is fetched: give the path of a checked-out suite."""

SUITE_NEEDS = ("anyio", "dnspython")
"""What psycopg's own tests import beside psycopg."""


@nox.session
@nox.parametrize("suite", ["dbapi20", *sorted(CONFORMANCE)])
def conformance(session: nox.Session, suite: str) -> None:
    """A guarded driver passes what the raw one passes: ``nox -s "conformance(suite='psycopg')" -- PATH [options]``."""
    if suite == "dbapi20":
        run_tests(session, "tests/conformance", "-k", suite)
        return
    if suite != "sqlite3" and not session.posargs:
        session.error(f"give the path of a checked-out suite: nox -s \"conformance(suite='{suite}')\" -- PATH")
    install(session, "test", *(["mysqlclient"] if suite == "django" else []))
    if suite in ("pool", "psycopg"):
        session.install(*SUITE_NEEDS)
    only = {"pool": ("--only", "tests/pool")}.get(suite, ())
    session.run("python", f"tests/conformance/{CONFORMANCE[suite]}", *session.posargs, *only)


@nox.session
def leaks(session: nox.Session) -> None:
    """No card number on any way out, by route and driver."""
    run_tests(session, "tests/leaks")


@nox.session
def crash(session: nox.Session) -> None:
    """Kill -9 200 times under a load of 8 processes x 8 threads, and verify after each."""
    session.env.update(PCISHIELD_KILLS="200", PCISHIELD_CRASH_ROUNDS="200", PCISHIELD_KILL_LOAD="8x8")
    run_tests(session, "--timeout=7200", "tests/crash")


@nox.session
def sinks(session: nox.Session) -> None:
    """Every sink under the long fault matrix: more load, 20 kills of the shipper, servers killed with -9."""
    session.env["PCISHIELD_SINK_MATRIX"] = "1"
    run_tests(session, "--timeout=900", "tests/unit/sinks", "tests/unit/anchors")


@nox.session
@nox.parametrize("target", ["log", "scanner", "verifier"])
def fuzz(session: nox.Session, target: str) -> None:
    """Send 10,000 statements with card numbers in every position; fuzz the scanner ten minutes with atheris.

    Or change 30,000 audit directories, and let both verifiers judge them.
    """
    if target == "verifier":
        session.env["PCISHIELD_FUZZ"] = "10000"
        run_tests(session, "--timeout=14400", "tests/property/audit/test_standalone_agrees.py")
        return
    if target == "log":
        session.env["PCISHIELD_FUZZ"] = "10000"
        run_tests(session, "--timeout=1800", "tests/property/audit/test_no_pan_in_log.py")
        return
    session.install("--editable", ".", *nox.project.dependency_groups(PROJECT, "fuzz"))
    arguments = session.posargs or ["-max_total_time=600", "-max_len=512", "-timeout=30"]
    session.run("python", "tests/nightly/fuzz_masking.py", *arguments, session.create_tmp())


@nox.session
def statement_differential(session: nox.Session) -> None:
    """Compare with PostgreSQL's own parser over a directory of .sql files: nox -s statement_differential -- PATH."""
    session.env["PCISHIELD_SQL_FILES"] = session.posargs[0]
    run_tests(session, "--timeout=3600", "tests/unit/statement/test_differential.py")


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


@nox.session
def differential(session: nox.Session) -> None:
    """A million generated cells, masked by the kernel and by the reference: not one may differ."""
    session.install("--editable", ".", "hypothesis")
    session.run("python", "tests/nightly/differential.py", *(session.posargs or ["1000000"]))


@nox.session
def sanitize(session: nox.Session) -> None:
    """The kernel built under AddressSanitizer and UndefinedBehaviorSanitizer, and its tests run on it. Needs gcc."""
    flags = "-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -O1 -g"
    session.install("setuptools>=77", "Cython>=3.1", "wheel")
    session.install("--no-build-isolation", "--no-cache-dir", "--force-reinstall", "--no-deps", ".",
                    env={"CFLAGS": flags, "LDFLAGS": "-fsanitize=address,undefined"})  # fmt: skip
    session.install(*nox.project.dependency_groups(PROJECT, "kernel-test"), *PROJECT["project"]["dependencies"])
    library = session.run("gcc", "-print-file-name=libasan.so", silent=True, external=True)
    environment = {
        "LD_PRELOAD": str(library).strip(),
        # The interpreter does not free what it holds at exit, and pools its small objects: malloc shows overruns.
        "ASAN_OPTIONS": "detect_leaks=0:halt_on_error=1",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        "PYTHONMALLOC": "malloc",
        "PCISHIELD_KERNEL": "native",
    }
    tests = ["tests/unit/masking", "tests/property/masking"]
    # Its bound is meant for a kernel without sanitizers.
    left_out = ["-k", "not time_is_linear"]
    session.run(
        "python", "-m", "pytest", "-q", "--timeout=900", *left_out, *(session.posargs or tests), env=environment
    )
