# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False
"""The compiled forms of lines and the walk over them: the same answers as :mod:`pcishield.audit._scan_forms`. See there."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.unicode cimport PyUnicode_DecodeASCII
from libc.string cimport memchr, memcmp

from pcishield.audit._sha256 cimport sha256_of

from orjson import dumps as _dumps

from pcishield.audit._scan_forms import KNOWN as _KNOWN
from pcishield.audit._scan_forms import MAX_LINE as _MAX_LINE

cdef unsigned char _LEAF = 0
cdef Py_ssize_t MAX_LINE = _MAX_LINE
cdef int KNOWN = _KNOWN
cdef char* _HEX = b"0123456789abcdef"

cdef enum:
    CLOSED, ATTEMPT, COMMIT, HEX, INTEGER, MONO, NATURAL, PREV, SEQ, TS

cdef dict _WHAT = {
    "": CLOSED, "attempt": ATTEMPT, "commit": COMMIT, "hex": HEX, "integer": INTEGER, "mono_us": MONO, "natural": NATURAL,
    "prev": PREV, "seq": SEQ, "ts": TS,
}

cdef struct Known:
    const char* text
    Py_ssize_t size
    bint numbered

cdef struct Field:
    int what
    # Of the text before the value.
    Py_ssize_t start
    Py_ssize_t size
    # Values that a closed field takes.
    Known* known
    int count

# Bits of what may stand in a text.
cdef unsigned char IN_COMMIT = 1, IN_HEX = 2, IN_SHARD = 4
cdef unsigned char[256] CLASSES


cdef int _classify() except -1:
    cdef int i
    for i in range(256):
        CLASSES[i] = 0
    for byte in b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz":
        CLASSES[<int>byte] |= IN_COMMIT | IN_SHARD
    for byte in b"+/=:._-":
        CLASSES[<int>byte] |= IN_COMMIT
    for byte in b"._-":
        CLASSES[<int>byte] |= IN_SHARD
    for byte in b"0123456789abcdef":
        CLASSES[<int>byte] |= IN_HEX
    return 0


_classify()


cdef inline bint _digit(unsigned char byte) noexcept:
    return 48 <= byte <= 57


cdef inline Py_ssize_t _text(const unsigned char* at, const unsigned char* end, unsigned char allowed) noexcept:
    """Return how many bytes a quoted text has, quotes included; 0 when there is none of at least one byte allowed."""
    cdef const unsigned char* start = at
    if at >= end or at[0] != c'"':
        return 0
    at += 1
    while at < end and CLASSES[at[0]] & allowed:
        at += 1
    if at - start < 2 or at >= end or at[0] != c'"':
        return 0
    return at + 1 - start


cdef inline Py_ssize_t _natural(const unsigned char* at, const unsigned char* end, long long* value) noexcept:
    """Return how many digits a canonical number of 15 at most has, 0 when there is none."""
    cdef Py_ssize_t size = 0
    value[0] = 0
    if at >= end or not _digit(at[0]):
        return 0
    if at[0] == c"0":
        return 1
    while size < 15 and at + size < end and _digit(at[size]):
        value[0] = value[0] * 10 + at[size] - 48
        size += 1
    return size


cdef inline Py_ssize_t _stamp(const unsigned char* at, const unsigned char* end) noexcept:
    """Return 29 when there is a quoted time stamp, 0 otherwise."""
    cdef const char* like = b'"0000-00-00T00:00:00.000000Z"'
    cdef int i, year, month, day, days
    if end - at < 29:
        return 0
    for i in range(29):
        if like[i] == c"0":
            if not _digit(at[i]):
                return 0
        elif at[i] != <unsigned char>like[i]:
            return 0
    year = 1000 * (at[1] - 48) + 100 * (at[2] - 48) + 10 * (at[3] - 48) + at[4] - 48
    month = 10 * (at[6] - 48) + at[7] - 48
    day = 10 * (at[9] - 48) + at[10] - 48
    if month == 2:
        days = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    else:
        days = 30 if month == 4 or month == 6 or month == 9 or month == 11 else 31
    if not (year and 1 <= month <= 12 and 1 <= day <= days and at[15] <= c"5" and at[18] <= c"5"):
        return 0
    return 29 if at[12] <= c"1" or (at[12] == c"2" and at[13] <= c"3") else 0


cdef inline Py_ssize_t _attempt(const unsigned char* at, const unsigned char* end) noexcept:
    """Return how many bytes a quoted id has, quotes included; 0 when there is none."""
    cdef const unsigned char* start = at
    cdef const unsigned char* digits
    if at >= end or at[0] != c'"':
        return 0
    at += 1
    while at < end and CLASSES[at[0]] & IN_SHARD:
        at += 1
    if at - start < 2 or at >= end or at[0] != c"/":
        return 0
    digits = at = at + 1
    while at < end and _digit(at[0]):
        at += 1
    if at == digits or at >= end or at[0] != c'"':
        return 0
    return at + 1 - start


cdef inline Py_ssize_t _integer(const unsigned char* at, const unsigned char* end) noexcept:
    """Return how many bytes a canonical whole number has, 0 when there is none."""
    cdef long long value
    cdef Py_ssize_t size
    if at < end and at[0] == c"-":
        size = _natural(at + 1, end, &value)
        return size + 1 if value else 0
    return _natural(at, end, &value)


cdef inline Py_ssize_t _one(Known* known, const unsigned char* at, const unsigned char* end) noexcept:
    """Return how many bytes of the line are this value, 0 when it is another."""
    cdef const unsigned char* start = at
    cdef const char* text = known.text
    cdef const char* stop = text + known.size
    cdef const char* number
    cdef long long value
    cdef Py_ssize_t size
    if not known.numbered:
        return known.size if end - at >= known.size and memcmp(at, text, known.size) == 0 else 0
    while True:
        number = <const char*>memchr(text, 0, stop - text)
        size = (stop if number == NULL else number) - text
        if end - at < size or memcmp(at, text, size) != 0:
            return 0
        at += size
        if number == NULL:
            return at - start
        size = _natural(at, end, &value)
        if size == 0:
            return 0
        at += size
        text = number + 1


cdef Py_ssize_t _closed(Field* field, const unsigned char* at, const unsigned char* end) noexcept:
    """Return how many bytes of the line are one of the known values, 0 when none is."""
    cdef int place
    cdef Py_ssize_t size
    cdef Known found
    for place in range(field.count):
        size = _one(&field.known[place], at, end)
        if size:
            if place:
                # Half way to the front: what is frequent is found early.
                found = field.known[place]
                field.known[place] = field.known[place // 2]
                field.known[place // 2] = found
            return size
    return 0


cdef class Form:
    cdef readonly str kind
    cdef bytes _names
    cdef dict _texts
    cdef Field* _fields
    cdef int _count
    cdef long long _mono, _seq
    cdef const unsigned char* _prev
    cdef const unsigned char* _ts
    cdef const unsigned char* _named
    cdef Py_ssize_t _named_size

    def __cinit__(self, tuple signed, str kind):
        cdef Py_ssize_t start = 0
        cdef Field* field
        self.kind = kind
        self._texts = {}
        self._fields = <Field*>PyMem_Calloc(max(len(signed), 1), sizeof(Field))
        if self._fields == NULL:
            raise MemoryError
        names = []
        for name, what in signed:
            text = (b"," if names else b"{") + _dumps(name) + b":"
            names.append(text)
            field = &self._fields[self._count]
            self._count += 1
            field.what = _WHAT[what]
            field.start = start
            field.size = len(text)
            start += field.size
            if field.what == CLOSED:
                field.known = <Known*>PyMem_Calloc(KNOWN, sizeof(Known))
                if field.known == NULL:
                    raise MemoryError
        self._names = b"".join(names)

    def __dealloc__(self):
        cdef int i
        if self._fields != NULL:
            for i in range(self._count):
                PyMem_Free(self._fields[i].known)
            PyMem_Free(self._fields)

    def learn(self, texts):
        cdef int i, at = 0
        cdef Field* field
        cdef Known* last
        cdef bytes text
        for i in range(self._count):
            field = &self._fields[i]
            if field.what != CLOSED:
                continue
            text = texts[at]
            at += 1
            key = (i, text)
            if key in self._texts:
                continue
            if field.count == KNOWN:
                last = &field.known[KNOWN - 1]
                del self._texts[i, last.text[:last.size]]
            else:
                last = &field.known[field.count]
                field.count += 1
            # Kept, for the pointer into it.
            self._texts[key] = text
            last.text = PyBytes_AS_STRING(text)
            last.size = PyBytes_GET_SIZE(text)
            last.numbered = b"\x00" in text

    cdef bint fits(self, const unsigned char* line, Py_ssize_t size) noexcept:
        """Whether the line fits; what it is open for is then in the attributes, as long as the line is there."""
        cdef const unsigned char* at = line
        cdef const unsigned char* end = line + size
        cdef const char* names = PyBytes_AS_STRING(self._names)
        cdef Field* field = self._fields
        cdef Py_ssize_t length
        cdef long long value
        cdef int i
        self._named_size = 0
        for i in range(self._count):
            if end - at < field.size or memcmp(at, names + field.start, field.size) != 0:
                return False
            at += field.size
            if field.what == CLOSED:
                length = _closed(field, at, end)
            elif field.what == NATURAL:
                length = _natural(at, end, &value)
            elif field.what == INTEGER:
                length = _integer(at, end)
            elif field.what == PREV:
                length = _text(at, end, IN_HEX)
                if length != 66:
                    return False
                self._prev = at + 1
            elif field.what == TS:
                length = _stamp(at, end)
                self._ts = at + 1
            elif field.what == MONO:
                length = _natural(at, end, &self._mono)
            elif field.what == SEQ:
                length = _natural(at, end, &self._seq)
            elif field.what == ATTEMPT:
                length = _attempt(at, end)
                self._named = at + 1
                self._named_size = length - 2
            elif field.what == COMMIT:
                length = _text(at, end, IN_COMMIT)
            else:
                length = _text(at, end, IN_HEX)
            if length == 0:
                return False
            at += length
            field += 1
        return end - at == 1 and at[0] == c"}"

    def match(self, bytes line):
        if not self.fits(<const unsigned char*>PyBytes_AS_STRING(line), PyBytes_GET_SIZE(line)):
            return None
        named = [PyBytes_FromStringAndSize(<const char*>self._named, self._named_size)] if self._named_size else []
        return [*named, b"%d" % self._mono, self._prev[:64], b"%d" % self._seq, self._ts[:27]]


cdef class Walk:
    form = Form

    cdef public object found, pan
    cdef public str shard, prev, ts
    cdef public long long quiet_us, seq, mono
    cdef public list forms
    cdef object _counts
    cdef dict _attempts

    def __init__(self, found, str shard, long long quiet_us, pan):
        self.found = found
        self.shard = shard
        self.quiet_us = quiet_us
        self.pan = pan
        self.seq = -1
        self.prev = self.ts = ""
        self.mono = 0
        self.forms = []
        self._counts = found.counts
        self._attempts = found.attempts

    def run(self, bytes data not None):
        cdef const unsigned char* text = <const unsigned char*>PyBytes_AS_STRING(data)
        cdef const unsigned char* end = text + PyBytes_GET_SIZE(data)
        cdef const unsigned char* feed
        cdef unsigned char* raw
        cdef unsigned char[64] named
        cdef Py_ssize_t number = 0
        cdef bytes line, digest
        cdef list leaves = []
        cdef int i
        while True:
            feed = <const unsigned char*>memchr(text, c"\n", end - text)
            if feed == NULL:
                break
            number += 1
            line = PyBytes_FromStringAndSize(<const char*>text, feed - text)
            if not self.familiar(number, line, named):
                self.prev = named[:64].decode("ascii") if number > 1 else ""
                self.line(number, line)
            digest = PyBytes_FromStringAndSize(NULL, 32)
            raw = <unsigned char*>PyBytes_AS_STRING(digest)
            sha256_of(&_LEAF, 1, text, feed - text, raw)
            leaves.append(digest)
            for i in range(32):
                named[2 * i] = _HEX[raw[i] >> 4]
                named[2 * i + 1] = _HEX[raw[i] & 15]
            text = feed + 1
        self.found.torn = end - text
        self.found.lines = number
        self.found.leaves = b"".join(leaves)

    cdef bint familiar(self, Py_ssize_t number, bytes line, const unsigned char* prev) except -1:
        cdef const unsigned char* text = <const unsigned char*>PyBytes_AS_STRING(line)
        cdef Py_ssize_t size = PyBytes_GET_SIZE(line)
        cdef Form form
        cdef list forms = self.forms
        cdef str ts
        cdef int place
        for place in range(len(forms)):
            form = forms[place]
            if not form.fits(text, size):
                continue
            if (
                number == 1 or size > MAX_LINE or memcmp(form._prev, prev, 64) != 0 or form._seq != self.seq + 1
                or not 0 <= form._mono - self.mono <= self.quiet_us
            ):
                return False
            ts = PyUnicode_DecodeASCII(<const char*>form._ts, 27, NULL)
            if not self.ts or ts < self.ts:
                return False
            self.seq, self.mono, self.ts = form._seq, form._mono, ts
            named = ""
            if form._named_size:
                named = PyUnicode_DecodeASCII(<const char*>form._named, form._named_size, NULL)
            self.counted(number, form.kind, named)
            if self.pan is not None and self.pan(line.decode()):
                self.found.note(number, "pan", "the record holds a card number")
            if place > 1:
                forms[0], forms[place] = forms[place], forms[0]
            return True
        return False

    cpdef counted(self, Py_ssize_t number, str kind, str attempt):
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if kind == "attempt":
            self._attempts[f"{self.shard}/{self.seq}"] = number
        elif kind == "result" and self._attempts.pop(attempt, None) is None:
            self.found.results.add(attempt)
