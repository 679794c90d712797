"""A second attempt for statements that the parser does not know: say the same in plainer words.

Only the canonical text for the parser is changed; tokens, template and the nets over them stay. Each rule keeps
every table, column and call of the text; what it takes away is type names, noise words and options.
"""

from __future__ import annotations

from collections.abc import Callable

from pcishield.statement.fragment import Fragment
from pcishield.statement.words import EXPRESSION_FOLLOWS, KEYWORDS

__all__ = ["relax"]

_MORE = frozenset("PLACING BOTH LEADING TRAILING UESCAPE KEY VALUE".split())
_BEFORE_STRING = (KEYWORDS | EXPRESSION_FOLLOWS | _MORE) - {
    "DATE", "TIME", "TIMESTAMP", "NEXT", "FIRST", "NAMES",
}  # fmt: skip
_KEPT_TYPED = frozenset({"DATE", "TIME", "TIMESTAMP", "INTERVAL"})
_SOUP = frozenset(
    """JSON JSON_ARRAY JSON_ARRAYAGG JSON_OBJECT JSON_OBJECTAGG JSON_SCALAR JSON_SERIALIZE JSON_VALUE JSON_QUERY
    JSON_EXISTS JSON_TABLE XMLPARSE XMLPI XMLROOT XMLSERIALIZE XMLEXISTS XMLELEMENT XMLFOREST XMLTABLE XMLATTRIBUTES
    XMLNAMESPACES OVERLAY NORMALIZE""".split()
)
_NOISE = frozenset(
    """DOCUMENT CONTENT PASSING BY REF VALUE VERSION STANDALONE RETURNING FORMAT JSON ENCODING UTF8 UTF16 UTF32 ABSENT
    ON EMPTY ERROR KEY KEYS UNIQUE WITH WITHOUT WRAPPER CONDITIONAL UNCONDITIONAL NAME INDENT NO WHITESPACE PRESERVE
    STRIP DEFAULT PLACING FROM FOR QUOTES KEEP OMIT SCALAR STRING NFC NFD NFKC NFKD :""".split()
)
_NOISE_OR_NAME = _NOISE - frozenset("BY ON WITH DEFAULT FROM FOR UNIQUE PLACING :".split())
_BEFORE_VALUE = frozenset("( , : VALUE KEY PLACING PASSING FROM FOR CONTENT DOCUMENT".split())
_AFTER_VALUE = frozenset(") , . : AS PLACING PASSING VALUE FROM FOR FORMAT".split())
_SIMPLE_TYPES = frozenset(
    """TEXT INT INT2 INT4 INT8 INTEGER BIGINT SMALLINT NUMERIC DECIMAL VARCHAR CHAR DATE TIMESTAMP TIMESTAMPTZ TIME
    JSON JSONB BOOL BOOLEAN UUID FLOAT FLOAT4 FLOAT8 REAL DOUBLE BYTEA CHARACTER INTERVAL NAME BPCHAR""".split()
)


def relax(f: Fragment, dialect: str) -> bool:
    """Rewrite the canonical text in place; return whether anything changed."""
    before = list(f.c)
    _names(f, dialect)
    for rule in _RULES if dialect == "postgres" else _OTHER_RULES:
        rule(f)
    return f.c != before


def _blank(f: Fragment, start: int, end: int) -> None:
    for i in range(start, min(end, f.n)):
        f.c[i] = ""


_NAMES = {
    "mysql": frozenset("ANTI ANY ASOF GLOB ILIKE QUALIFY SEMI UNCACHE".split()),
    "postgres": frozenset("ANTI ASOF DESCRIBE GLOB QUALIFY REGEXP SEMI UNCACHE XOR".split()),
    "sqlite": frozenset("ANTI ANY ASOF DESCRIBE FETCH GRANT ILIKE LATERAL QUALIFY SEMI UNCACHE XOR".split()),
}
"""Words of other dialects, which are names like any other in this one."""
_NESTED = frozenset({"ARRAY", "LIST", "MAP", "OBJECT", "RANGE", "STRUCT"})
"""Types that the parser wants to see the elements of: ``range < 5``."""
_CLAUSES = frozenset({"LOCK", "OFFSET", "WINDOW"})
_BEFORE_COLUMN = frozenset({"AND", "BY", "OR", "SELECT", "WHERE", ",", "(", "."})


def _names(f: Fragment, dialect: str) -> None:
    """``SELECT any, window FROM t WHERE range < 5``: quote what is a name."""
    names = _NAMES.get(dialect)
    if names is None:
        return
    mark = "`" if dialect == "mysql" else '"'
    for i, word in enumerate(f.u):
        if f.k[i] != "W":
            continue
        nested = word in _NESTED and f.word(i + 1) == "<"
        if word in names or nested or (word in _CLAUSES and f.word(i - 1) in _BEFORE_COLUMN):
            f.c[i] = f"{mark}{f.v[i].lower()}{mark}"


def _limits(f: Fragment) -> None:
    """``LIMIT 10 % 3`` is no percentage: read as a product, which is no less, and negative where the remainder is."""
    for i, word in enumerate(f.u):
        if word not in {"LIMIT", "OFFSET"}:
            continue
        depth = 0
        for j in range(i + 1, f.n):
            depth += (f.u[j] == "(") - (f.u[j] == ")")
            if depth < 0 or (depth == 0 and f.u[j] in {"OFFSET", "FOR", "UNION", ","}):
                break
            if depth == 0 and f.c[j] == "%":
                f.c[j] = "*"


def _typed_literals(f: Fragment) -> None:
    """``box '(1,1)'`` is a string, for us."""
    for i in range(1, f.n):
        if f.k[i] != "S" or f.k[i - 1] not in "WQ" or f.u[i - 1] in _KEPT_TYPED:
            continue
        if f.k[i - 1] == "W" and f.u[i - 1] in _BEFORE_STRING:
            continue
        f.c[i - 1] = ""
        j = i - 1
        while j > 1 and f.u[j - 1] == "." and f.k[j - 2] in "WQ":
            _blank(f, j - 2, j)
            j -= 2


def _current_of(f: Fragment) -> None:
    for i in range(f.n - 2):
        if f.at(i, "CURRENT", "OF"):
            f.c[i], f.c[i + 1], f.c[i + 2] = "ctid", "=", "$1"


def _overriding(f: Fragment) -> None:
    for i in range(f.n - 2):
        if f.u[i] == "OVERRIDING" and f.u[i + 2] == "VALUE":
            _blank(f, i, i + 3)


def _sort_operators(f: Fragment) -> None:
    for i in range(f.n - 1):
        if f.u[i] != "USING":
            continue
        if f.k[i + 1] == "O" and f.u[i + 1] != "(":
            _blank(f, i, i + 2)
        elif f.u[i + 1] == "OPERATOR" and f.word(i + 2) == "(":
            _blank(f, i, f.closing(i + 2) + 1)
        elif f.u[i + 1] == "(":
            end = f.closing(i + 1)
            if f.word(end + 1) == "AS" and f.is_name(end + 2):
                _blank(f, end + 1, end + 3)


def _operators(f: Fragment) -> None:
    """``OPERATOR(schema.+)``."""
    for i in range(f.n - 3):
        if f.u[i] == "OPERATOR" and f.u[i + 1] == "(":
            _blank(f, i, f.closing(i + 1) + 1)
            f.c[i] = "+" if f.operand(i - 1) else "|/"


def _search_cycle(f: Fragment) -> None:
    for i in range(1, f.n - 1):
        if f.u[i - 1] == ")" and (f.at(i, "SEARCH", "DEPTH") or f.at(i, "SEARCH", "BREADTH") or f.u[i] == "CYCLE"):
            j = i + 1
            depth = 0
            while j < f.n:
                depth += (f.u[j] == "(") - (f.u[j] == ")")
                if depth < 0 or (depth == 0 and f.u[j] in {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"}):
                    break
                if (
                    depth == 0
                    and f.u[j] == ","
                    and f.is_name(j + 1)
                    and f.word(j + 2) in {"AS", "("}
                    and f.word(j - 1) != "BY"
                ):
                    break
                j += 1
            _blank(f, i, j)


def _with_values(f: Fragment) -> None:
    if f.word(0) != "WITH":
        return
    i = f.find("VALUES")
    if i > 0 and f.u[i - 1] == ")" and not {"INSERT", "MERGE"} & {f.u[j] for j in _top(f)}:
        f.c[i] = "SELECT * FROM ( VALUES"
        f.c[f.n - 1] += " ) AS v_"


def _value_rows(f: Fragment) -> None:
    """``VALUES (1, 2), (3, 4)`` as a statement: MySQL has a function of that name."""
    if f.word(0) != "VALUES":
        return
    for i in _top_openings(f):
        f.c[i] = "ROW ("


def _top_openings(f: Fragment) -> list[int]:
    found, depth = [], 0
    for i in range(f.n):
        if f.u[i] == "(":
            if depth == 0:
                found.append(i)
            depth += 1
        elif f.u[i] == ")":
            depth -= 1
    return found


def _top(f: Fragment) -> list[int]:
    found, depth = [], 0
    for i in range(f.n):
        depth += (f.u[i] == "(") - (f.u[i] == ")")
        if depth == 0:
            found.append(i)
    return found


def _soup(f: Fragment) -> None:
    """SQL/XML and SQL/JSON constructors: keep the expressions, separated by commas."""
    for i in range(f.n - 2, -1, -1):
        if f.u[i] in _SOUP and f.u[i + 1] == "(":
            _call_soup(f, i)
        elif f.at(i, "COLLATION", "FOR", "("):
            f.c[i], f.c[i + 1] = "collation_for_", ""


def _call_soup(f: Fragment, i: int) -> None:
    end = f.closing(i + 1)
    f.c[i] = f"{f.v[i]}_"
    depth, j = 0, i + 1
    empty = True
    while j < end:
        word = f.u[j]
        if depth == 1:
            if word == "COLUMNS":
                _blank(f, j, end)
                break
            if word == "AS":
                j = _skip_type(f, j, end)
                continue
            if word == "RETURNING":
                j = _skip_type(f, j, end)
                continue
            if (word in _NOISE and not _is_column(f, j)) or (word == "NULL" and f.word(j + 1) == "ON") or word == ",":
                f.c[j] = "" if empty else ","
                empty = True
                j += 1
                continue
            if word == "ORDER":
                break
            empty = False
        depth += (word == "(") - (word == ")")
        j += 1
    _drop_last_comma(f, i + 2, end)


def _is_column(f: Fragment, j: int) -> bool:
    """Whether one of those words is a column's name: it stands where a value does, and no value follows."""
    word, before, after = f.u[j], f.word(j - 1), f.word(j + 1)
    if word not in _NOISE_OR_NAME or before not in _BEFORE_VALUE or (word[:2] == "NF" and before == ","):
        return False
    return after in _AFTER_VALUE or (f.k[j + 1] not in "WQSN" and after != "(")


def _skip_type(f: Fragment, j: int, end: int) -> int:
    """Blank ``AS name`` or ``RETURNING type(n)``."""
    start = j
    j += 1
    while j < end and (f.k[j] in "WQ" or f.u[j] in {".", "["} or f.u[j] == "]") and f.u[j] not in _NOISE - {"JSON"}:
        j += 1
    if f.word(j) == "(":
        j = f.closing(j) + 1
    _blank(f, start, j)
    return j


def _drop_last_comma(f: Fragment, start: int, end: int) -> None:
    for j in range(end - 1, start - 1, -1):
        if f.c[j] == ",":
            f.c[j] = ""
        elif f.c[j]:
            return


def _insert_columns(f: Fragment) -> None:
    """``INSERT INTO t (a[1], b.c)`` names the columns a and b."""
    for i in range(f.n - 3):
        if not (f.at(i, "INSERT", "INTO") or (f.u[i] == "INSERT" and f.u[i + 1] == "(")):
            continue
        j = i + 2
        while j < f.n and (f.k[j] in "WQ" or f.u[j] == ".") and f.u[j] not in {"VALUES", "SELECT", "DEFAULT", "WITH"}:
            j += 1
        if f.u[i + 1] == "(":
            j = i + 1
        if f.word(j) != "(" or f.word(j + 1) in {"SELECT", "WITH", "VALUES", "("}:
            continue
        end = f.closing(j)
        keep = True
        for m in range(j + 1, end):
            if f.u[m] == ",":
                keep = True
            elif keep and f.k[m] in "WQ":
                keep = False
            else:
                f.c[m] = ""


def _types(f: Fragment) -> None:
    """An unknown type in a cast is as good as any."""
    for i in range(f.n - 1):
        if f.u[i] == "::" or (f.u[i] == "AS" and f.word(i - 1) != ")" and _in_cast(f, i)):
            if f.u[i + 1] == "BIT" and f.word(i + 2) == "VARYING":
                f.c[i + 2] = ""
            if f.is_name(i + 1) and f.u[i + 1] not in _SIMPLE_TYPES and f.u[i + 1] not in {"BIT", "SETOF"}:
                f.c[i + 1] = "inet"
                j = i + 2
                while f.word(j) == "." and f.is_name(j + 1):
                    _blank(f, j, j + 2)
                    j += 2
                if f.word(j) == "(" and f.k[f.closing(j) - 1] == "N":
                    _blank(f, j, f.closing(j) + 1)


def _in_cast(f: Fragment, i: int) -> bool:
    depth = 0
    for j in range(i - 1, -1, -1):
        depth += (f.u[j] == ")") - (f.u[j] == "(")
        if depth < 0:
            return f.word(j - 1) == "CAST"
    return False


def _sample(f: Fragment) -> None:
    for i in range(f.n - 2):
        if f.u[i] == "TABLESAMPLE" and f.word(i + 2) == "(":
            end = f.closing(i + 2)
            if f.at(end + 1, "REPEATABLE", "("):
                end = f.closing(end + 2)
            if "SELECT" not in f.u[i:end]:
                _blank(f, i, end + 1)


def _normalized(f: Fragment) -> None:
    for i in range(f.n - 1):
        if f.u[i] == "NORMALIZED" and "IS" in f.u[max(0, i - 3) : i]:
            start = max(j for j in range(max(0, i - 3), i) if f.u[j] == "IS")
            _blank(f, start, i + 1)
            f.c[start] = "= 's'"


def _merge_join(f: Fragment) -> None:
    """``MERGE ... USING a JOIN b ON x ON y``: a query in between."""
    if "MERGE" not in f.u:
        return
    start = f.find("USING")
    end = f.find("WHEN", start) if start > 0 else -1
    if end < 0:
        return
    ons = []
    depth = 0
    for i in range(start, end):
        depth += (f.u[i] == "(") - (f.u[i] == ")")
        if depth == 0 and f.u[i] == "ON":
            ons.append(i)
    joined = any(f.u[i] == "JOIN" for i in range(start, end))
    if joined and ons:
        f.c[start] = "USING ( SELECT * FROM"
        f.c[ons[-1]] = ") AS j_ ON"


_ODD_CALLS = frozenset(
    {"SET", "IF", "INTERVAL", "FORMAT", "MAP", "STRUCT", "STRUCTURE", "TABLE_", "ANALYZE", "COMMENT", "ENCRYPT"}
)


def _odd_names(f: Fragment) -> None:
    for i in range(f.n - 1):
        if f.k[i] == "W" and f.u[i] in _ODD_CALLS and f.u[i + 1] == "(" and f.c[i]:
            f.c[i] = f"{f.v[i]}_"


_RULES: tuple[Callable[[Fragment], None], ...] = (
    _typed_literals, _current_of, _overriding, _sort_operators, _operators, _search_cycle, _with_values, _soup,
    _insert_columns, _types, _sample, _normalized, _merge_join, _odd_names, _limits,
)  # fmt: skip
_OTHER_RULES: tuple[Callable[[Fragment], None], ...] = (
    _value_rows, _with_values, _soup, _insert_columns, _odd_names, _limits,
)  # fmt: skip
