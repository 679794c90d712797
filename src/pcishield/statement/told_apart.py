"""What a fingerprint must tell apart although it is written as a literal.

A fingerprint stands for a statement where only approved ones run, so two that read or write different things must
differ in it. Most literals are values; these are names: the place of a column in ``ORDER BY 2``, the key of a
document, and in SQLite a string where a name must be (``FROM 'cards'``).

Nothing that could hold a card number goes in: a fingerprint is not keyed, and could be searched for it. A name with
that many digits is hidden in the text instead, and the statement is no template.
"""

from __future__ import annotations

from collections.abc import Sequence

from pcishield.statement.draft import Draft
from pcishield.statement.facts import Key

__all__ = ["names_in_literals", "with_places"]

_OPENS = frozenset({"BY", ",", "(", "ROLLUP", "CUBE", "SETS"})
"""What stands before a place, and before a parenthesis that may hold one."""
_ENDS = frozenset(
    """
    LIMIT OFFSET HAVING WHERE WINDOW UNION INTERSECT EXCEPT FOR FETCH ROWS RANGE GROUPS SELECT INTO LOCK RETURNING
    """.split()
)
_BEFORE_NAMES = frozenset(". COLUMN EXISTS INDEX INTO REFERENCES SET TABLE TO TRIGGER UPDATE VIEW".split())
_MAX_DIGITS = 4
_MAX_NAME = 200


def with_places(shown: Sequence[str], upper: Sequence[str], values: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """Return ``shown`` with the numbers that are places of columns: in ORDER BY, GROUP BY and DISTINCT ON."""
    found = list(shown)
    # One entry for each open parenthesis: whether a place may stand in it.
    may, open_ = False, []
    for i, word in enumerate(upper):
        at = i - 1
        while at > 0 and upper[at] in {"+", "-"}:
            at -= 1
        before = upper[at] if at >= 0 else ""
        if word == "(":
            open_.append(may)
            may = (may and before in _OPENS) or (before == "ON" and i > 1 and upper[i - 2] == "DISTINCT")
        elif word == ")":
            may = open_.pop() if open_ else False
        elif word == "BY":
            may = before in {"ORDER", "GROUP"}
        elif word in _ENDS and kinds[i] == "W":
            may = False
        elif may and kinds[i] == "N" and before in _OPENS and values[i].isdigit() and len(values[i]) <= _MAX_DIGITS:
            found[i] = values[i]
    return found


def names_in_literals(
    draft: Draft, kinds: Sequence[str], upper: Sequence[str], values: Sequence[str], dialect: str
) -> str:
    """Return the names that only literals give, in a fixed order; "" when there are none."""
    strings = {values[i].lower() for i, kind in enumerate(kinds) if kind == "S"}
    if not strings:
        return ""
    words = {values[i].lower() for i, kind in enumerate(kinds) if kind in "WQ"}
    names = {column.name for column in draft.columns.values() if isinstance(column, Key)}
    # The text of a statement that is run (PREPARE ... FROM '...') is a literal too. Elsewhere a table that only the
    # catalog knows of, behind a view, is not to be found in any text that happens to mention it.
    runs_text = any(hazard.id == "opaque" for hazard in draft.hazards)
    for table, _ in draft.relations:
        for name in (table.name.lower(), table.schema.lower()):
            if name not in words and (name in strings or (runs_text and any(name in text for text in strings))):
                names.add(name)
    if dialect == "sqlite":
        known = strings - words
        names |= {column.name for column in draft.columns.values() if column.name.lower() in known}
        last = len(kinds) - 1
        names |= {
            f"{upper[i - 1]} {values[i]}"
            for i in range(1, len(kinds))
            if kinds[i] == "S"
            and (
                upper[i - 1] in _BEFORE_NAMES
                or (i < last and (upper[i + 1] == "." or (upper[i + 1] == "=" and upper[i - 1] == ",")))
            )
        }
    if runs_text:
        names |= {f"{action}()" for action in draft.actions}
    return "\0".join(sorted(name for name in names if name and len(name) < _MAX_NAME and _digits(name) < 12))


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
