"""Every Python example in README and docs runs, and prints what the page says it prints.

The examples of one page run in order in one namespace, in an empty directory, as a reader would type them.
A ``text`` block that follows an example directly is its output; ``...`` in it stands for anything. An example may
also be a session with ``>>>``.
``<!-- not run: why -->`` before an example leaves it out; the reason has to convince a stranger.
Pages that use psycopg find a server by the ``PG*`` variables, with an empty database ``shop``.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = {str(page.relative_to(ROOT)): page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))}
FENCE = re.compile(
    r"(?P<skip><!-- not run: [^\n]+ -->\s*)?^```(?P<kind>python|text)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
RUNNER = """
import contextlib, io, json, sys
namespace, outputs = {"__name__": "__main__"}, []
for line, code, mode in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile("\\n" * line + code, sys.argv[1], mode), namespace)
    outputs.append(out.getvalue())
json.dump(outputs, sys.stdout)
"""


class Example(NamedTuple):
    """Code below ``line`` of a page, what it prints if the page says so, and how it is compiled."""

    line: int
    code: str
    output: str | None
    mode: str = "exec"


def examples(text: str) -> list[Example]:
    """Return the examples of a page that are run, in order."""
    found: list[Example] = []
    previous = None
    for match in FENCE.finditer(text):
        if match["kind"] == "python" and not match["skip"]:
            line = text.count("\n", 0, match.start("body"))
            if ">>> " in match["body"]:
                session = doctest.DocTestParser().get_examples(match["body"])
                found += [Example(line + e.lineno, e.source, e.want, "single") for e in session]
                continue
            found.append(Example(line, match["body"], None))
            previous = match
        elif match["kind"] == "text" and previous is not None and not text[previous.end() : match.start()].strip():
            found[-1] = found[-1]._replace(output=match["body"])
            previous = None
        else:
            previous = None
    return found


WITH_EXAMPLES = {name: found for name, page in PAGES.items() if (found := examples(page.read_text("utf-8")))}


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_run_and_print_what_the_page_says(
    name: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is true."""
    page = WITH_EXAMPLES[name]
    monkeypatch.setenv("PCISHIELD_AUDIT_DIR", str(tmp_path / "audit"))
    if any("psycopg" in example.code for example in page):
        for variable, value in _postgres(request.getfixturevalue("pg_dsn")).items():
            monkeypatch.setenv(variable, value)
    if any("mysql" in example.code for example in page):
        request.getfixturevalue("mysql_params")

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUNNER, name],
        input=json.dumps([[example.line, example.code, example.mode] for example in page]),
        capture_output=True, text=True, cwd=tmp_path, env=dict(os.environ), timeout=60, check=False,
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
    for example, printed in zip(page, json.loads(done.stdout), strict=True):
        if example.output is not None and not _same(example.output, printed):
            pytest.fail(
                f"{name}:{example.line}: the page says\n{example.output}\nand it prints\n{printed}", pytrace=False
            )


def _same(expected: str, printed: str) -> bool:
    """Compare but for white space; ``...`` stands for anything, also for nothing."""
    first, *others = (" ".join(piece.split()) for piece in expected.split("..."))
    rest = " ".join(printed.split())
    if not others:
        return first == rest
    if not rest.startswith(first):
        return False
    rest = rest[len(first) :]
    for piece in others[:-1]:
        _, found, rest = rest.partition(piece) if piece else ("", "-", rest)
        if not found:
            return False
    return rest.endswith(others[-1])


def _postgres(dsn: str) -> dict[str, str]:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS shop")
        connection.execute("CREATE DATABASE shop")
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    return {names[key]: str(value) for key, value in conninfo_to_dict(dsn).items() if key in names}


def test_the_demo_shows_what_the_readme_shows(tmp_path: Path) -> None:
    """The excerpt of the demo's output in the README is in the demo's output."""
    text = PAGES["README.md"].read_text("utf-8")
    marked = re.search(r"<!-- output of: pcishield demo -->\n```text\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert marked is not None

    done = subprocess.run([sys.executable, "-m", "pcishield", "demo"], capture_output=True, text=True, cwd=tmp_path,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8"}, timeout=100, check=False)  # fmt: skip

    assert 0 == done.returncode, done.stderr
    assert _same(marked[1], done.stdout), done.stdout


def test_pages_say_what_a_reader_cannot_run() -> None:
    """The collector pairs code with its output, and leaves out what is marked."""
    page = (
        "```python\nprint(1)\n```\n\n```text\n1\n```\n"
        "<!-- not run: needs a KMS -->\n```python\nx\n```\ntext\n```text\n2\n```\n"
    )

    assert [Example(1, "print(1)\n", "1\n")] == examples(page)
