"""Run Django's own tests raw and on the ``pcishield.django`` backends, and compare (policy: allow all; masking on).

Fetches nothing: give the path of an unpacked Django source (with ``tests``) of the installed version.

::

    python tests/conformance/run_django.py PATH [--database postgresql mariadb sqlite] [--only backends basic]

Fails when a test that passes raw does not pass guarded and ``django_differences.txt`` has no line for it, or when a
statement reached the driver without an attempt in the audit log.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from tests.conformance.suites import expected, report  # noqa: E402  (the repository is not installed)

DATABASES = {
    "mariadb": ("django.db.backends.mysql", "pcishield.django.mysql", "MySQLdb"),
    "postgresql": ("django.db.backends.postgresql", "pcishield.django.postgresql", "psycopg"),
    "sqlite": ("django.db.backends.sqlite3", "pcishield.django.sqlite3", "sqlite3"),
}
"""Django's backend, ours, and the driver where statements are counted."""
LABELS = ("backends", "basic", "queries", "transactions")


def run(kind: str, name: str, options: argparse.Namespace, directory: Path) -> dict[str, Any]:
    """Run the tests once, in a process of its own."""
    out = directory / f"{kind}.json"
    raw, guarded, driver = DATABASES[name]
    environment = os.environ | {
        "CONFORMANCE_DATABASE": name,
        "CONFORMANCE_ENGINE": guarded if kind == "guarded" else raw,
        "CONFORMANCE_OUT": str(out),
        "PYTHONPATH": os.pathsep.join(
            [
                str(Path(options.path) / "tests"),
                str(HERE),
                str(ROOT),
                str(ROOT / "src"),
                os.environ.get("PYTHONPATH", ""),
            ]
        ),
    }
    environment.pop("CONFORMANCE_AUDIT", None)
    if kind == "guarded":
        environment |= {"CONFORMANCE_AUDIT": str(directory / "audit"), "CONFORMANCE_DRIVER": driver}
    command = [
        sys.executable, "runtests.py", "--settings", "django_settings", "--parallel", "1", "--noinput", *options.only,
    ]  # fmt: skip
    log = directory / f"{kind}.log"
    with log.open("w", encoding="utf-8") as stream:
        subprocess.run(
            command, cwd=Path(options.path) / "tests", env=environment, stdout=stream, stderr=subprocess.STDOUT,
            check=False,
        )  # fmt: skip
    if options.logs:
        Path(options.logs).mkdir(parents=True, exist_ok=True)
        (Path(options.logs) / f"{name}-{log.name}").write_text(log.read_text("utf-8"), "utf-8")
    if not out.exists():
        sys.exit(f"the {kind} run did not finish:\n{log.read_text('utf-8')[-4000:]}")
    return dict(json.loads(out.read_text("utf-8")))


def main() -> int:
    """Parse the arguments, run and compare."""
    import django

    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("path", help="an unpacked Django source")
    parser.add_argument("--database", nargs="*", choices=sorted(DATABASES), default=sorted(DATABASES))
    parser.add_argument("--only", nargs="*", default=list(LABELS), help="test labels")
    parser.add_argument("--logs", help="keep the output of the runs in this folder")
    options = parser.parse_args()
    options.path = str(Path(options.path).resolve())
    known = expected(HERE / "django_differences.txt")
    print(f"Django {django.__version__}, Python {sys.version.split()[0]}, {' '.join(options.only)}")
    good = True
    for name in options.database:
        with tempfile.TemporaryDirectory() as directory:
            raw, guarded = (run(kind, name, options, Path(directory)) for kind in ("raw", "guarded"))
        good = report(name, raw, guarded, known) and good
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
