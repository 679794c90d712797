"""Functions that fail for some values: whether they do tells what the value was, however well their result is masked.

``substring('1', left(pan, 1)::int - 4)``, ``json(pan)`` and ``'x' || chr(pan)`` ask about the number as a condition
does. So a function is taken to fail, unless it is known to have an answer for every value; and what says how many,
where or in which form (a *control*) may make even those fail.
"""

from __future__ import annotations

from typing import Any

from sqlglot import expressions as exp

from pcishield.statement.trees import CONSTANTS, name_of, parts_of

__all__ = ["STORING", "asks_by_failing", "controls"]

Expr = Any

_OF_ANY_TEXT = frozenset(
    name.replace("_", "")
    for name in """
    lower lcase upper ucase initcap trim ltrim rtrim btrim reverse replace translate concat concat_ws md5 sha
    sha1 sha2 sha224 sha256 sha384 sha512 digest hmac crypt encrypt aes_encrypt pgp_sym_encrypt encode hex unhex
    to_hex to_base64 from_base64 ascii ord unicode quote quote_literal quote_ident quote_nullable char_length
    character_length octet_length bit_length length pg_column_size to_json to_jsonb row_to_json
    json_build_object jsonb_build_object json_build_array jsonb_build_array json_object json_array
    json_group_array json_group_object jsonb_group_array json_agg jsonb_agg json_object_agg jsonb_object_agg
    json_arrayagg json_objectagg json_array_agg json_quote jsonb_array jsonb_object string_agg group_concat
    listagg array_agg array row struct list xmlagg nullif ifnull isnull greatest least min max sum avg total
    stddev variance median mode typeof pg_typeof crc32 crc32c soundex substring_index instr locate position
    str_position strpos charindex field find_in_set bit_count starts_with startswith hashtext hashtextextended
    abs ceil ceiling floor sign nvl nvl2 if iif coalesce any_value convert convert_to password strcmp sounds
    weight_string json_type jsonb_typeof num_nulls num_nonnulls array_append array_prepend array_cat
    array_to_string array_length cardinality unaccent metaphone similarity word_similarity to_tsvector
    plainto_tsquery ts_rank to_char numnode like glob between distinct bool_and bool_or every and or not xor all
    any some exists lag lead first_value last_value nth_value ntile row_number rank dense_rank percent_rank
    cume_dist count grouping bit_and bit_or bit_xor corr json_valid isjson json_scalar stddev_pop stddev_samp
    var_pop var_samp percentile_cont percentile_disc within_group cast try_cast case quantile log_typeof left
    right substr substring mid lpad rpad repeat split_part round trunc truncate overlay insert elt make_set
    regexp_replace regexp_substr regexp_instr regexp_count regexp_match regexp_split_to_array regexp_like
    string_to_array format printf space likely unlikely likelihood concat_operator_oracle star values excluded
    """.split()
)
"""Functions with an answer for every value of their content."""

_CONTROLLED: dict[str, int] = {
    name.replace("_", ""): 1
    for name in """left right substr substring mid lpad rpad repeat split_part round trunc truncate overlay insert
    regexp_replace regexp_substr regexp_instr regexp_count regexp_match regexp_split_to_array regexp_like lag lead
    nth_value to_char encode crypt digest likelihood""".split()
} | dict.fromkeys(["format", "printf", "space", "elt", "makeset", "ntile"], 0)
"""By function: how many arguments are content; those behind them are controls. Of ``format`` only the first is one."""

_KEYED = frozenset({"jsonbuildobject", "jsonbbuildobject", "jsonobject", "jsonbobject"})
"""Functions of keys and values in turn; a key may not be NULL."""

STORING = frozenset({"setval", "setseed", "last_insert_id", "nextval", "currval", "get_lock", "pg_advisory_unlock"})
"""Functions that keep what they are given in the session, a sequence or a lock."""

_RUNS_OVER = frozenset({"abs", "sum"})
"""SQLite's functions that run over, given what was made for it. Its operators go on with floating-point numbers."""

_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Pow, exp.IntDiv, exp.BitwiseLeftShift, exp.BitwiseRightShift, exp.Neg)


def asks_by_failing(node: Expr, dialect: str) -> bool:
    """Whether an expression fails, or runs over, for some values of what it is made of."""
    if isinstance(node, _ARITHMETIC):
        if dialect == "sqlite":
            return False
        # ``doc ->> 'a'`` is an addition to the parser, and ``doc - 'a'`` takes a key out.
        return not (type(node) in (exp.Add, exp.Sub) and node.expression.is_string)
    if dialect == "sqlite" and type(node) is exp.BitwiseXor:
        return not (type(node.this) in (exp.Column, exp.BitwiseXor) and type(node.expression) in CONSTANTS)
    if not isinstance(node, exp.Func):
        return False
    name = _name(node)
    if dialect == "sqlite" and name in _RUNS_OVER:
        return any(type(part) is not exp.Column for part in parts_of(node))
    return name not in _OF_ANY_TEXT


def controls(node: Expr, strings: list[str]) -> list[Expr]:
    """Arguments that say how many, where or in which form."""
    name = _name(node)
    if name in {"format", "printf"} and _takes_widths(parts_of(node)[0], strings):
        return parts_of(node)
    if name in _KEYED:
        parts = parts_of(node)
        pairs = [part for part in parts if isinstance(part, exp.JSONKeyValue)]
        return [pair.this for pair in pairs] if pairs else parts[0::2]
    content = _CONTROLLED.get(name)
    if content is None:
        return []
    parts = parts_of(node)
    return parts[content:] if content else parts[:1]


def _takes_widths(form: Expr, strings: list[str]) -> bool:
    """``printf('%*s', width, text)``; a form that is not in the text may have any."""
    text = str(form.name)
    if not form.is_string or not text[1:].isdigit() or int(text[1:]) >= len(strings):
        return True
    return "*" in strings[int(text[1:])]


def _name(node: Expr) -> str:
    """The parser's names are those of its classes, ``j_s_o_n_object``, where it was not told another."""
    return name_of(node).replace("_", "")
