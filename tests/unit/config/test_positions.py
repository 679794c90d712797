"""Line numbers of TOML keys."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcishield.core.positions import Positions

TEXT = '''\
# a comment = [
name = "x"
text = """
not = [a key]
[[nor]]
quoted \\""" end"""
raw = \'\'\'it's\'\'\'
list = [
  "one", "two",  # three
  # four
  { five = 5 },
  ["six"],
  """
seven""", 8,
]
inline = { a = 1, b = [2] }

[[rules]]
id = "first"
when.actions = ["x"]
[rules.unless]
tables = ["t"]

[[rules]]
"id" = "second"
[[rules.windows]]
from = "08:00"
[[rules.windows]]
from = "09:00"

[roles."a.b".formats]
pan = "last4"
[ deep . er ]
'key' = 1
  "in\\"dented" = """a\\\\"""
last = """ends in a quote""""'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("name",), 2),
        (("text",), 3),
        (("raw",), 7),
        (("list",), 8),
        (("list", 0), 9),
        (("list", 1), 9),
        (("list", 2), 11),
        (("list", 2, "five"), 11),
        (("list", 3), 12),
        (("list", 4), 13),
        (("list", 5), 14),
        (("inline", "b", 0), 16),
        (("rules",), 18),
        (("rules", 0), 18),
        (("rules", 0, "when", "actions", 0), 20),
        (("rules", 0, "when", "nothing"), 20),
        (("rules", 0, "unless"), 21),
        (("rules", 0, "unless", "tables"), 22),
        (("rules", 1), 24),
        (("rules", 1, "id"), 25),
        (("rules", 1, "windows", 0, "from"), 27),
        (("rules", 1, "windows", 1, "from"), 29),
        (("roles", "a.b", "formats", "pan"), 32),
        (("deep", "er", "key"), 34),
        (("deep", "er", 'in\\"dented'), 35),
        (("deep", "er", "last"), 36),
        (("elsewhere", 7), 1),
    ],
)
def test_a_path_has_a_line(path: tuple[str | int, ...], line: int) -> None:
    """A key is where it is written; what is not written is where its surroundings are."""
    tomllib.loads(TEXT)

    assert line == Positions(TEXT).line(path)


KEYS = st.text("abc-_", min_size=1, max_size=3)
VALUES = st.sampled_from(
    ["1", '"a#b"', "'[x]'", "[1,\n2]", '"""\n[t]\nk = 1"""', "{ a = 1 }", "[[1], [2]]  # c", "1979-05-27"]
)


@given(st.lists(st.tuples(KEYS, VALUES), unique_by=lambda item: item[0]), st.lists(st.booleans(), max_size=30))
def test_every_key_is_found_where_it_was_written(items: list[tuple[str, str]], gaps: list[bool]) -> None:
    """Whatever stands between them, keys are on their lines."""
    lines: list[str] = []
    expected: dict[str, int] = {}
    for number, (key, value) in enumerate(items):
        if number < len(gaps) and gaps[number]:
            lines += ["", "# ] } \" '"]
        expected[key] = len("\n".join(lines).split("\n")) + (1 if lines else 0)
        lines.append(f"{key} = {value}")
    text = "\n".join(lines)
    tomllib.loads(text)
    positions = Positions(text)

    assert expected == {key: positions.line((key,)) for key in expected}
