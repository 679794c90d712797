"""Run psycopg's own test-suite raw and guarded, and compare (policy: allow all; masking on).

Fetches nothing: give the path of a checked-out psycopg repository whose version fits the installed driver.

::

    python tests/conformance/run_psycopg.py PATH [--dsn DSN] [--only tests/pool] [-- pytest options]

Fails when a test that passes raw does not pass guarded and ``psycopg_differences.txt`` has no line for it, or when
a statement reached the driver without an attempt in the audit log. A high pass rate does not prove interception:
what cursors send is counted inside the driver, below every wrapper.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DIFFERENCES = HERE / "psycopg_differences.txt"
DSN = "host=127.0.0.1 user=postgres dbname=test"
TARGETS = {"psycopg": 99.6, "psycopg_pool": 100.0}
"""Percent of what passes raw that must pass guarded."""


def expected() -> list[tuple[re.Pattern[str], str]]:
    """Return the expected differences, patterns of test ids with ``*`` for anything, and their reasons."""
    lines = []
    for line in DIFFERENCES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, reason = line.partition(": ")
            if not reason:
                sys.exit(f"{DIFFERENCES.name}: no reason given for {name}")
            lines.append((re.compile(re.escape(name).replace(r"\*", ".*")), reason))
    return lines


def run(kind: str, options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    """Run the suite once, in a process of its own."""
    out = directory / f"{kind}.json"
    environment = os.environ | {
        "CONFORMANCE_OUT": str(out),
        "PSYCOPG_TEST_DSN": options.dsn,
        # What other plugins load is counted by the suite's leak tests again and again; pytest-asyncio is in its way.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1] / "src"), os.environ.get("PYTHONPATH", "")]),
    }
    environment.pop("CONFORMANCE_AUDIT", None)
    if kind == "guarded":
        environment["CONFORMANCE_AUDIT"] = str(directory / "audit")
    # The same seed for both, and one order: the suite draws its data at random.
    command = [
        sys.executable, "-m", "pytest", "-p", "psycopg_plugin", "-q", "--no-header", "--tb", options.tb,
        "-p", "anyio", "-p", "pytest_randomly",
        "--randomly-seed", str(options.seed), "--randomly-dont-reorganize", *options.only, *options.pytest,
    ]  # fmt: skip
    log = directory / f"{kind}.log"
    with log.open("w", encoding="utf-8") as stream:
        subprocess.run(command, cwd=options.path, env=environment, stdout=stream, stderr=subprocess.STDOUT, check=False)
    if not out.exists():
        sys.exit(f"the {kind} run did not finish:\n{log.read_text('utf-8')[-4000:]}")
    if options.logs:
        Path(options.logs).mkdir(parents=True, exist_ok=True)
        (Path(options.logs) / log.name).write_text(log.read_text("utf-8"), "utf-8")
    return dict(json.loads(out.read_text("utf-8")))


def compare(options: argparse.Namespace) -> int:
    """Run both, print, and return the exit status."""
    import psycopg

    with tempfile.TemporaryDirectory() as directory:
        raw = run("raw", options, Path(directory))
        guarded = run("guarded", options, Path(directory))
    known = expected()
    versions = f"psycopg {psycopg.__version__} ({psycopg.pq.__impl__}), Python {sys.version.split()[0]}"
    print(f"{versions}, seed {options.seed}")
    failed = False
    for suite, target in TARGETS.items():
        passed_raw, passed_guarded = (
            {test for test in found["passed"] if test.startswith("tests/pool/") == (suite == "psycopg_pool")}
            for found in (raw, guarded)
        )
        if not passed_raw:
            continue
        both = passed_raw & passed_guarded
        share = 100 * len(both) / len(passed_raw)
        print(f"{suite}: passed raw {len(passed_raw)}, passed guarded {len(both)} ({share:.2f} %)")
        for test in sorted(passed_raw - passed_guarded):
            reason = next((reason for pattern, reason in known if pattern.fullmatch(test)), None)
            print(f"  differs: {test}: {reason or 'NOT EXPECTED'}")
            failed = failed or reason is None
        failed = failed or share < target
    if not raw["passed"]:
        print("no test passed raw: see --logs")
    failed = failed or not raw["passed"]
    counts = guarded["counts"]
    print(
        f"statements sent by the driver {counts['statements']}, of operations {counts['operations']}, "
        f"not judged {counts['unjudged']}, judged but not in the log {counts['missing']}"
    )
    return int(failed or bool(counts["unjudged"]) or bool(counts["missing"]))


def main() -> int:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("path", help="a checked-out psycopg repository")
    parser.add_argument("--dsn", default=os.environ.get("PCISHIELD_TEST_POSTGRES", DSN))
    parser.add_argument("--only", nargs="*", default=["tests"], help="files or folders of the suite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tb", default="no", help="pytest's traceback style")
    parser.add_argument("--logs", help="keep the output of both runs in this folder")
    arguments, rest = parser.parse_known_args()
    arguments.pytest = [option for option in rest if option != "--"]
    return compare(arguments)


if __name__ == "__main__":
    sys.exit(main())
