"""What functions make of a row's content, as far as a condition is concerned.

A function that is in no list here may give the same for every row (``typeof``, ``json_type(json_array(x))``), so that
comparing its result shows nothing about which rows are meant. Names in lower case, as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import new, sha1
from typing import Any

from sqlglot import expressions as exp

__all__ = [
    "CALLS", "CONSTANT_DATES", "KINDS", "LONGEST", "NULLABLE", "PREDICATES", "as_date",
    "as_interval", "counted", "field_of", "formatted", "is_extreme", "moved", "now", "partly_date",
    "truncated", "unit_of",
]  # fmt: skip

_BY_KIND: dict[str, str] = {
    "text": """
        lower lcase upper ucase trim ltrim rtrim btrim initcap substr substring mid left right split_part replace
        translate regexp_replace regexp_substr
        concat concat_ws encode to_base64 reverse lpad rpad hex to_tsvector
        json_extract json_value json_query json_unquote json_extract_path
        json_extract_path_text jsonb_extract_path jsonb_extract_path_text jsonb_path_query_first
        unaccent convert substring_index dpipe inet_ntoa jsonextract jsonextractscalar timetostr
        substringindex regexpreplace splitpart concatws overlay unhex decode from_base64 host network
        time time_format timetz cast convert_from normalize metaphone dmetaphone json_text regexp_match
        jsonb_typeof json_typeof json_type jsontype json_search
    """,
    "word": """
        to_char md5 sha sha1 sha2 sha224 sha256 sha384 sha512 digest date_format strftime dayname monthname timetostr
        time_to_str soundex printf format format_date bin_to_uuid uuid_to_bin
    """,
    "number": """
        round floor ceil ceiling trunc truncate datediff timestampdiff timestamp_diff date_diff age extract_epoch
        to_number sign ts_rank ts_rank_cd
        st_distance st_distance_sphere st_x st_y st_area st_length hashtext hashtextextended
        hashint4 inet_aton mod add sub mul div tsordsdiff timediff date_part_epoch bm25
    """,
    "count": """
        length char_length character_length octet_length bit_length json_array_length jsonb_array_length json_length
        array_length cardinality crc32 unix_timestamp unixepoch julianday to_days year ascii ord unicode bit_count abs
        strpos locate instr position charindex to_seconds regexp_count array_position json_depth lengthb st_npoints
        strposition str_position arraysize find_in_set field datetoepoch octets levenshtein
    """,
    "date": """
        date date_trunc timezone to_timestamp to_date timestamp datetime from_unixtime date_add date_sub
        adddate subdate
        last_day str_to_date makedate convert_tz timestampadd addtime subtime lower_inf date_bin localtime at_time_zone
        timestamptrunc datetrunc tsordstodate tsordstotimestamp dateadd datesub strtotime strtodate lastday
        unixtotime attimezone
    """,
}
KINDS: dict[str, Any] = {name: kind for kind, names in _BY_KIND.items() for name in names.split()} | {
    "month": (1, 12), "quarter": (1, 4), "day": (1, 31), "dayofmonth": (1, 31), "dayofweek": (1, 7),
    "weekday": (0, 6), "hour": (0, 23), "minute": (0, 59), "second": (0, 59), "dayofyear": (1, 366), "week": (0, 53),
    "weekofyear": (1, 53), "microsecond": (0, 999999), "isodow": (1, 7), "dow": (0, 6), "doy": (1, 366),
    "millisecond": (0, 60000), "milliseconds": (0, 60000), "microseconds": (0, 60000000), "century": (20, 21),
    "decade": (197, 209), "millennium": (2, 3), "epoch": "count", "year": (1971, 2099), "isoyear": (1971, 2099),
    "dayofweekiso": (1, 7), "yearweek": (197101, 209953), "similarity": (0, 0.9), "word_similarity": (0, 0.9),
    "strict_word_similarity": (0, 0.9), "num_nulls": "count", "num_nonnulls": "count",
    "percentrank": (0, 1), "cumedist": (0.001, 1),
}  # fmt: skip
"""Function to the values it may have: ``text``, ``word`` (a text that is not empty), ``number``,
``count`` (not negative), ``date``, or the ends of a range."""

NULLABLE = frozenset(
    """json_extract json_value json_query json_extract_path json_extract_path_text jsonb_extract_path
    jsonb_extract_path_text jsonb_path_query_first jsonextract jsonextractscalar regexp_substr to_number nullif
    array_position array_length json_text regexp_match json_length json_array_length jsonb_typeof json_typeof
    json_type jsontype json_search""".split()
)
"""Functions that may be NULL of what is not."""

PREDICATES = frozenset(
    """starts_with regexp_like json_contains json_contains_path json_overlaps json_exists jsonb_path_exists
    jsonb_path_match jsonb_exists jsonb_contains json_valid st_dwithin st_contains st_within st_intersects st_equals
    st_covers st_coveredby st_overlaps st_touches st_crosses st_disjoint st_isvalid mbrcontains mbrintersects match
    matchagainst arraycontainsall arraycontainedby arrayoverlaps jsonarraycontains jsonbcontains isjson
    xpath_exists st_distance_within find_in_set regexplike regexpilike similarto like ilike glob startswith
    inet_same_family network_subeq xml_is_well_formed overlaps""".split()
)
"""Functions that answer about their arguments with yes or no."""

CONSTANT_DATES = frozenset(
    """now current_timestamp currenttimestamp currentdate current_date localtimestamp statement_timestamp
    clock_timestamp transaction_timestamp sysdate utc_timestamp utc_date utctimestamp utcdate curdate curtime
    currentdatetime timeofday localtime currenttime getdate""".split()
)

_WRITTEN = datetime.fromisoformat("2026-03-04 05:06:07")
FIRST, LAST = datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2100-01-01")
_EARLIEST, _LATEST = datetime.fromisoformat("0001-01-01"), datetime.fromisoformat("9999-12-31")
_OLDEST, _EPOCH = datetime.fromisoformat("1901-01-01"), datetime.fromisoformat("1970-01-01")
_SECONDS = 100_000_000, 10_000_000_000
"""Of the years 1973 to 2286."""
_UNITS = {
    "microsecond": 1e-6, "millisecond": 1e-3, "second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "hour": 3600,
    "day": 86400, "d": 86400, "week": 604800, "month": 2592000, "mon": 2592000, "quarter": 7776000, "year": 31536000,
    "yr": 31536000, "y": 31536000, "decade": 315360000, "century": 3153600000,
}  # fmt: skip


def now() -> datetime:
    """Return the time that a trial takes for the present: some time of this day, by the clock, in UTC.

    So ``at < '2026-11-01'`` of a log leaves rows out from that day on, and none before. A clock that goes wrong is not
    believed to be before this was written.
    """
    return max(_WRITTEN, datetime.combine(today(), _WRITTEN.time()))


def today() -> date:
    """Return the day by the clock, in UTC."""
    return datetime.now(UTC).date()


def unit_of(name: str) -> float | None:
    """Return the seconds of a unit, ``day`` or ``days``."""
    name = name.strip().lower()
    return _UNITS.get(name) or _UNITS.get(name.removesuffix("s"))


def as_date(value: Any) -> Any:
    """Return the time that a value means; ``None`` for none. What lies outside of any record is at one of the ends."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip().lower()
    if text in {"now", "today", "current_timestamp", "current_date"}:
        return now()
    if text in {"infinity", "-infinity", "epoch"}:
        return _LATEST if text == "infinity" else _EARLIEST
    if text[:4] == "0000":
        return _EARLIEST
    try:
        found = datetime.fromisoformat(text.replace("/", "-").removesuffix("z"))
    except ValueError:
        try:
            found = datetime.fromisoformat(text[:10]) if len(text) > 10 and not text[:5].isalpha() else None  # type: ignore[assignment]
        except ValueError:
            return None
    return found.replace(tzinfo=None) if found is not None else None


def as_interval(value: Any) -> Any:
    """Return the time span that a value means: ``'1 day'``; ``None`` for none."""
    if isinstance(value, timedelta):
        return value
    words = str(value).split()
    if len(words) == 1 and words[0] in {"0", "00:00", "00:00:00"}:
        return timedelta(0)
    clock = re.fullmatch(r"(-?)([0-9]{1,3}):([0-9]{1,2})(?::([0-9]{1,2}))?", words[0]) if len(words) == 1 else None
    if clock is not None:
        size = timedelta(hours=int(clock[2]), minutes=int(clock[3]), seconds=int(clock[4] or 0))
        return -size if clock[1] else size
    seconds = unit_of(words[1]) if len(words) == 2 and re.fullmatch(r"[-+]?\d{1,9}", words[0]) else None
    return None if seconds is None else timedelta(seconds=min(int(words[0]) * seconds, 1e11))


_FIELDS: dict[str, Callable[[Any], Any]] = {
    "year": lambda d: d.year, "month": lambda d: d.month, "quarter": lambda d: (d.month + 2) // 3,
    "decade": lambda d: d.year // 10, "century": lambda d: (d.year + 99) // 100,
    "millennium": lambda d: (d.year + 999) // 1000, "year_month": lambda d: d.year * 100 + d.month,
    "julian": lambda d: _days(d) + 1721425,
    "isoyear": lambda d: d.isocalendar()[0],
    "epoch": lambda d: (d - _EPOCH).total_seconds(),
}  # fmt: skip


def field_of(when: Any, name: str) -> Any:
    """Return the year, month, ... of a time, or the seconds of a time span; ``None`` where that is not known."""
    if isinstance(when, timedelta):
        return when.total_seconds() if name == "epoch" else None
    get = _FIELDS.get(name)
    return None if get is None else get(when)


def counted(when: Any, other: float | None) -> Any:
    """Return a time as the seconds or milliseconds since 1970, where it is compared with such a number."""
    if not isinstance(when, datetime) or other is None or not _SECONDS[0] < other < _SECONDS[1] * 1000:
        return when
    return (when - _EPOCH).total_seconds() * (1 if other < _SECONDS[1] else 1000)


def is_extreme(value: Any) -> bool:
    """Whether nothing that is stored lies beyond a value, which is then no bound."""
    if isinstance(value, datetime):
        return value < _OLDEST or value >= LAST or value == _EPOCH
    if isinstance(value, bool):
        return False
    if isinstance(value, (int, float)):
        size = abs(value)
        if size < 99_999_999:
            return False
        if size == float("inf") or size >= 1 << 63:
            return True
        return any(abs(size - (1 << bits)) <= 1 for bits in (31, 32, 53, 62, 63)) or (
            size >= 99_999_999 and (set(str(int(size))) == {"9"} or str(int(size)).rstrip("0") == "1")
        )
    return isinstance(value, str) and (value[:1] >= "{" or value[:3].lower() == "zzz")


def _left(text: str, count: Any) -> str:
    return text[: int(count)]


def _right(text: str, count: Any) -> str:
    count = int(count)
    return text[-count:] if count > 0 else text[-count:] if count else ""


def _sub(text: str, start: Any, length: Any = None) -> str:
    start = int(start)
    begin = start - 1 if start > 0 else len(text) + start if start < 0 else 0
    return text[begin:] if length is None else text[begin : begin + max(int(length), 0)]


LONGEST = 100_000
"""Signs of a text that is computed."""


def _repeat(text: str, times: Any) -> str:
    return text * min(max(int(times), 0), 3)


def _replaced(text: str, old: Any, new: Any = "") -> str:
    old, new = str(old), str(new)
    if not old:
        return text
    if len(new) * text.count(old) > LONGEST:
        text = text[: max(LONGEST // len(new), len(old))]
    return text.replace(old, new)


def _split_part(text: str, mark: str, number: Any) -> str:
    if not mark:
        return text if int(number) == 1 else ""
    parts = text.split(mark)
    return parts[int(number) - 1] if 0 < int(number) <= len(parts) else ""


def _cut(text: str, mark: str, number: Any) -> str:
    if not mark or not int(number):
        return ""
    parts = text.split(mark)
    return mark.join(parts[: int(number)] if int(number) > 0 else parts[int(number) :])


def _pad_left(text: str, length: Any, fill: str = " ") -> str:
    length = max(int(length), 0)
    return (_filling(text, length, fill) + text)[:length] if length > len(text) else text[:length]


def _pad_right(text: str, length: Any, fill: str = " ") -> str:
    length = max(int(length), 0)
    return (text + _filling(text, length, fill))[:length]


def _filling(text: str, length: int, fill: str) -> str:
    missing = min(max(length - len(text), 0), 1000)
    return (fill * missing)[:missing]


def _of_text(function: Callable[..., Any]) -> Callable[..., Any]:
    def called(*values: Any) -> Any:
        if None in values:
            return None
        return function(*(str(v) if i == 0 or isinstance(v, str) else v for i, v in enumerate(values)))

    return called


def _of_number(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: None if None in values else function(*values)


def _age(when: Any, since: Any = None) -> Any:
    first, second = (now(), when) if since is None else (when, since)
    if None in (as_date(first), as_date(second)):
        return None if when is None else _fail()
    return as_date(first) - as_date(second)


def _days(when: Any) -> float:
    found = as_date(when) or _fail()
    return float(found.toordinal() + (found - truncated(found, "day")).total_seconds() / 86400)


def _seconds(when: Any = None, *changes: Any) -> Any:
    """Seconds since 1970 of a time, or of now."""
    if changes:
        return _fail()
    return ((now() if when is None else as_date(when) or _fail()) - _EPOCH).total_seconds()


def _months(period: Any) -> int:
    """Months of a period that is written ``202603``."""
    year, month = divmod(int(period), 100)
    return year * 12 + month


def _by_days(when: Any, by: Any, sign: int) -> Any:
    found, size = as_date(when) or _fail(), by if isinstance(by, timedelta) else timedelta(days=min(float(by), 10**6))
    return moved(found, size, sign)


def _by_clock(when: Any, by: Any, sign: int) -> Any:
    return None if when is None else moved(as_date(when) or _fail(), as_interval(by) or _fail(), sign)


def _year_and_week(when: datetime) -> int:
    year, week, _ = when.isocalendar()
    return year * 100 + week


def _made_of(year: Any, month: Any, day: Any, *clock: Any) -> Any:
    hour, minute, second = (int(part) for part in (*clock[:3], 0, 0, 0)[:3])
    return _EPOCH.replace(year=int(year), month=int(month), day=int(day), hour=hour, minute=minute, second=second)


def _fail() -> Any:
    raise ValueError("no time")


CALLS: dict[Any, Callable[..., Any]] = {
    exp.Left: _of_text(_left),
    exp.Right: _of_text(_right),
    exp.Substring: _of_text(_sub),
    exp.Repeat: _of_text(_repeat),
    exp.Reverse: _of_text(lambda text: text[::-1]),
    (exp.Pad, True): _of_text(_pad_left),
    (exp.Pad, False): _of_text(_pad_right),
    exp.BitwiseCount: _of_number(lambda value: int(value).bit_count()),
    exp.UnixToTime: _of_number(lambda value: _EPOCH + timedelta(seconds=min(max(value, 0), 1e10))),
    exp.BitLength: _of_text(lambda text: 8 * len(text.encode())),
    "octet_length": _of_text(lambda text: len(text.encode())),
    exp.Hex: _of_text(lambda text: text.encode().hex().upper()),
    exp.Replace: _of_text(_replaced),
    exp.SplitPart: _of_text(_split_part),
    exp.SubstringIndex: _of_text(_cut),
    exp.StrPosition: _of_text(lambda text, part: text.find(str(part)) + 1),
    exp.StartsWith: _of_text(lambda text, part: text.startswith(str(part))),
    exp.Floor: _of_number(lambda value, *_: value // 1),
    exp.Ceil: _of_number(lambda value, *_: -(-value // 1)),
    exp.Round: _of_number(lambda value, digits=0: round(value + 0.0, int(digits))),
    exp.Unicode: _of_text(lambda text: ord(text[0]) if text else None),
    "ord": _of_text(lambda text: ord(text[0]) if text else 0),
    "field": lambda sought, *listed: next((i for i, value in enumerate(listed, 1) if str(value) == str(sought)), 0),
    "strcmp": _of_text(lambda a, b: (a > str(b)) - (a < str(b))),
    "age": _age,
    **dict.fromkeys(("make_date", "make_timestamp", "make_timestamptz"), _of_number(_made_of)),
    exp.SHA: _of_text(lambda text: sha1(text.encode(), usedforsecurity=False).hexdigest()),
    exp.SHA2: _of_text(lambda text, size=256: new(f"sha{int(size) or 256}", text.encode()).hexdigest()),
    exp.Timestamp: lambda when, *more: _fail() if more else None if when is None else as_date(when) or _fail(),
    "julianday": lambda when: _days(when) + 1721424.5,
    "to_days": lambda when: int(_days(when)) + 365,
    "unixepoch": _seconds,
    "unix_timestamp": _seconds,
    "to_seconds": lambda when: int(_days(when) * 86400) + 365 * 86400,
    "timediff": _age,
    "period_diff": _of_number(lambda first, second: _months(first) - _months(second)),
    "makedate": _of_number(lambda year, day: moved(_EPOCH.replace(year=int(year)), timedelta(days=int(day) - 1))),
    "adddate": lambda when, by: _by_days(when, by, 1),
    "addtime": lambda when, by: _by_clock(when, by, 1),
    "subtime": lambda when, by: _by_clock(when, by, -1),
    "yearweek": lambda when, mode=0: None if when is None else _year_and_week(as_date(when) or _fail()),
    "subdate": lambda when, by: _by_days(when, by, -1),
    exp.Chr: _of_number(lambda *codes: "".join(chr(int(code)) for code in codes)),
    exp.Trunc: _of_number(lambda value, digits=0: int(value * 10**digits) / 10**digits),
    "datediff": lambda first, second: int(_days(first)) - int(_days(second)),
    "quote": _of_number(lambda value: f"'{value}'" if isinstance(value, str) else str(value)),
    "quote_literal": _of_text(lambda text: f"'{text}'"),
    "quote_nullable": lambda value: f"'{value}'",
    "quote_ident": _of_text(lambda text: f'"{text}"'),
}
"""Functions that can be computed."""


def moved(when: Any, by: Any, sign: int = 1) -> Any:
    """Add an interval to a time, within what can be written."""
    try:
        return when + by * sign
    except OverflowError:
        return _LATEST if (by > timedelta(0)) == (sign > 0) else _EARLIEST


def truncated(when: Any, unit: str) -> Any:
    """Return the beginning of the year, month, day, ... that a time is in; ``None`` for a unit that is not known."""
    first = {"year": 1, "quarter": 2, "month": 2, "week": 3, "day": 3, "hour": 4, "minute": 5, "second": 6}.get(unit)
    if first is None:
        years = {"decade": 10, "century": 100, "millennium": 1000}.get(unit)
        if years is None:
            return None
        begun = when.year // 10 * 10 if years == 10 else (when.year - 1) // years * years + 1
        return _EPOCH.replace(year=max(begun, 1))
    parts = [
        value if i < first else least for i, (value, least) in enumerate(zip(when.timetuple(), _LEAST, strict=False))
    ]
    if unit == "quarter":
        parts[1] = (parts[1] - 1) // 3 * 3 + 1
    found = when.replace(**dict(zip(_PARTS, parts, strict=True)), microsecond=0)
    return found - timedelta(days=found.weekday()) if unit == "week" else found


_PARTS, _LEAST = ("year", "month", "day", "hour", "minute", "second"), (1, 1, 1, 0, 0, 0)
_SIGNS = {"%i": "%M", "%s": "%S", "%M": "%B", "%W": "%A", "%e": "%d", "%c": "%m", "%k": "%H", "%h": "%I", "%l": "%I",
          "%T": "%H:%M:%S", "%f": "%f"}  # fmt: skip
"""MySQL's, where they are not those of strftime."""
_WORDS = {
    "YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d", "HH24": "%H", "HH12": "%I", "HH": "%I", "MI": "%M", "SS": "%S",
    "MON": "%b", "MONTH": "%B", "DAY": "%A", "DY": "%a", "DDD": "%j", "IYYY": "%G", "IW": "%V", "WW": "%U", "ID": "%u",
    "US": "%f", "AM": "%p", "PM": "%p", "FM": "",
}  # fmt: skip
_PART = re.compile(r"((?:19|20)\d\d)(?:[-/]?([01]\d)(?:[-/]?([0-3]\d))?)?")
_MONTH_FIRST = re.compile(r"([01]\d)[-/.]((?:20)?\d\d)")


def partly_date(value: Any) -> Any:
    """Return a time that a value means, or that it is written for in part: ``2024-05``, ``202405``, ``05/24``."""
    found, text = as_date(value), str(value)
    if found is not None or len(text) > 10:
        return found
    part, month = _PART.fullmatch(text), _MONTH_FIRST.fullmatch(text)
    if part is not None:
        return as_date(f"{part[1]}-{part[2] or '06'}-{part[3] or '15'}")
    return as_date(f"20{month[2][-2:]}-{month[1]}-15") if month is not None else None


_AFTER_CHRIST = "\ue000"
_LONG_SPANS: dict[str, Callable[[Any], str]] = {
    "CC": lambda d: f"{(d.year + 99) // 100:02}",
    "AD": lambda _: _AFTER_CHRIST,
    "BC": lambda _: _AFTER_CHRIST,
    "J": lambda d: str(int(_days(d)) + 1721425),
    "Q": lambda d: str((d.month + 2) // 3),
}
"""What TO_CHAR writes of a time, and strftime does not know."""
_WORD = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)), re.IGNORECASE)


def formatted(when: Any, form: str, mysql: bool, percent: bool = True) -> str | None:
    """Return a time as DATE_FORMAT, strftime or TO_CHAR write it; ``None`` where that is not known."""
    if percent and "%" not in form:
        return form
    if percent:
        seconds = {} if mysql else {"%s": str(int((when - _EPOCH).total_seconds())), "%J": str(_days(when) + 1721424.5)}
        signs = re.sub(r"%.", lambda m: seconds.get(m[0]) or (_SIGNS.get(m[0], m[0]) if mysql else m[0]), form)
        if not set(re.findall(r"%(.)", signs)) <= set("YymdHIMSjwaAbBfpuUVG%"):
            return None
    else:
        form = re.sub("CC|AD|BC|J|Q", lambda m: _LONG_SPANS[m[0]](when), form)
        if re.search(r"[A-Za-z]", _WORD.sub("", form.replace(_AFTER_CHRIST, ""))):
            return None
        signs = _WORD.sub(lambda m: _WORDS[m[0].upper()], form)
    return str(when.strftime(signs)).replace(_AFTER_CHRIST, "AD")
