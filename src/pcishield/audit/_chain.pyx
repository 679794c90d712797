# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False
"""The compiled chain: links byte for byte what :mod:`pcishield.audit.chain` links. See there.

What is ordinary is decided here: fields that were seen in this composition, plain values. Everything else is asked of
the functions in Python, which say no with a reason.
"""

from cpython.bytes cimport PyBytes_GET_SIZE
from cpython.unicode cimport PyUnicode_DecodeASCII

from pcishield.audit._tail cimport Tail, Template

from orjson import dumps as _dumps

from pcishield.audit.canonical import OPTIONS, Preencoded
from pcishield.audit.chain import (
    MAX_RECORD,
    _check_part,
    _check_template,
    _checked,
    _encode,
    _outcome_of,
    _PARTS,
    _SHAPES,
    _shortened,
)
from pcishield.audit.records import SCHEMA_VERSION

cdef extern from "Python.h":
    Py_UCS4 PyUnicode_MAX_CHAR_VALUE(object text)

cdef object dumps = _dumps, options = OPTIONS, version = SCHEMA_VERSION, preencoded = Preencoded
cdef object check_part = _check_part, check_template = _check_template, checked = _checked, encode = _encode
cdef object outcome_of = _outcome_of, shortened = _shortened
cdef dict parts = _PARTS, shapes = _SHAPES
cdef Py_ssize_t longest = MAX_RECORD
cdef int DEPTH = 8


cdef inline bint _is_scalar(value):
    return value is None or type(value) is str or type(value) is int or type(value) is bool


cdef bint _is_plain(value, int depth) except -1:
    """As :func:`pcishield.audit.canonical.is_plain`, down to a few levels."""
    if _is_scalar(value):
        return True
    if depth == 0:
        return False
    if type(value) is list:
        for item in <list>value:
            if not _is_plain(item, depth - 1):
                return False
        return True
    if type(value) is dict:
        for key, item in (<dict>value).items():
            if type(key) is not str or PyUnicode_MAX_CHAR_VALUE(key) > 127 or not _is_plain(item, depth - 1):
                return False
        return True
    return False


cdef dict _checked_record(str type_, fields):
    cdef dict given = <dict>fields if type(fields) is dict else dict(fields)
    cdef dict record = {}
    for name, value in given.items():
        if type(value) is preencoded:
            if value.part != name:
                check_part(type_, name, value.value)
                value.part = name
            record[name] = value.fragment
        elif value is None:
            continue
        elif _is_scalar(value):
            record[name] = value
        else:
            if type(value) is dict and name in parts:
                check_part(type_, name, value)
            record[name] = value if _is_plain(value, DEPTH) else checked(name, value)
    shape = (type_, *record)
    outcome = shapes.get(shape)
    if outcome is None:
        outcome = outcome_of(type_, record)
    if outcome:
        record["outcome"] = outcome
    return record


cdef class Chain(Tail):
    def link(self, str type not None, fields not None, long long wall_ns, long long mono_ns):
        cdef dict record = _checked_record(type, fields)
        cdef char stamp[27]
        cdef bytes line
        self._settle()
        self._stamp(stamp, wall_ns)
        record["v"] = version
        record["shard"] = self.shard
        record["seq"] = self.seq
        record["prev"] = PyUnicode_DecodeASCII(self._prev, 64, NULL)
        record["ts"] = PyUnicode_DecodeASCII(stamp, 27, NULL)
        record["mono_us"] = self.since(mono_ns)
        record["type"] = type
        try:
            line = dumps(record, None, options)
        except TypeError:
            line = encode(type, record)
        if PyBytes_GET_SIZE(line) > longest:
            line = shortened(type, line)
        self.push(line)
        return line

    def fill(self, Template template not None, tuple values not None, long long wall_ns, long long mono_ns):
        cdef bytes line
        if not template.checked:
            check_template(template)
        line = self.line_of(template, values, wall_ns, mono_ns)
        if PyBytes_GET_SIZE(line) > longest:
            line = shortened(template.type, line)
        self.push(line)
        return line
