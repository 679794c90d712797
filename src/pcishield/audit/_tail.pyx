# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False
"""The compiled end of a chain: gives byte for byte what :mod:`pcishield.audit.tail` gives. See there."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.string cimport memcpy

from pcishield.audit._sha256 cimport sha256_of

from pcishield.audit.tail import cut_open, second_text

cdef object _cut_open = cut_open
cdef object _second_text = second_text
cdef unsigned char _LEAF = 0
cdef char* _HEX = b"0123456789abcdef"
cdef long long _SECOND = 1000000000

cdef int SLOTS = 16


cdef class Template:
    def __init__(self, str type, fields, slots=(), raw=None):
        self.type = type
        self.fields = dict(fields)
        self.slots = tuple(slots)
        self.raw = raw
        self.committed = ""
        self.checked = False
        self._shard = None
        if len(self.slots) > SLOTS:
            raise ValueError("a template has at most %d slots" % SLOTS)

    def commit(self, str shard, str commitment):
        self.fields["commit"] = commitment
        self.committed = shard
        self._shard = None

    cdef int _bind(self, str shard) except -1:
        cdef int end = 0, number = 0
        pieces, which = _cut_open(self.type, self.fields, self.slots, shard)
        for piece in pieces:
            end += <int>len(piece)
            self._ends[number] = end
            number += 1
        number = 0
        for variable in which:
            self._which[number] = variable
            number += 1
        self._count = number
        self._text = b"".join(pieces)
        self._shard = shard
        return 0


cdef class Tail:
    def __init__(self, str shard, long long seq=0, str prev="0" * 64):
        cdef bytes encoded = prev.encode("ascii")
        if len(encoded) != 64:
            raise ValueError("prev is no hash in hex")
        self.shard = shard
        self.seq = seq
        self.leaves = []
        self._line = None
        memcpy(self._prev, PyBytes_AS_STRING(encoded), 64)
        self._begun = False
        self._origin = 0
        self._second = -1
        self._second_text = b""

    @property
    def prev(self):
        self._settle()
        return self._prev[:64].decode("ascii")

    cdef int _settle(self) except -1:
        cdef bytes digest
        cdef unsigned char* raw
        cdef int i
        if self._line is None:
            return 0
        digest = PyBytes_FromStringAndSize(NULL, 32)
        raw = <unsigned char*>PyBytes_AS_STRING(digest)
        sha256_of(&_LEAF, 1, <const unsigned char*>PyBytes_AS_STRING(self._line), PyBytes_GET_SIZE(self._line), raw)
        self.leaves.append(digest)
        for i in range(32):
            self._prev[2 * i] = _HEX[raw[i] >> 4]
            self._prev[2 * i + 1] = _HEX[raw[i] & 15]
        self._line = None
        return 0

    def settle(self):
        self._settle()

    def mark(self):
        self._settle()
        return self.seq, self.prev, len(self.leaves)

    def back_to(self, mark):
        cdef bytes prev
        seq, text, count = mark
        prev = text.encode("ascii")
        self.seq = seq
        memcpy(self._prev, PyBytes_AS_STRING(prev), 64)
        del self.leaves[count:]
        self._line = None

    def take_back(self):
        if self._line is None:
            raise AssertionError("hashed already")
        self.seq -= 1
        self._line = None

    cpdef int push(self, bytes line) except -1:
        self._settle()
        self.seq += 1
        self._line = line
        return 0

    cpdef long long since(self, long long mono_ns) except? -1:
        if not self._begun:
            self._begun = True
            self._origin = mono_ns
        return (mono_ns - self._origin) // 1000 if mono_ns >= self._origin else -((self._origin - mono_ns + 999) // 1000)

    cdef int _stamp(self, char* out, long long wall_ns) except -1:
        """Write 27 characters."""
        cdef long long rest = wall_ns - self._second
        cdef int i
        if self._second < 0 or rest < 0 or rest >= _SECOND:
            self._second = wall_ns // _SECOND * _SECOND
            rest = wall_ns - self._second
            self._second_text = _second_text(wall_ns // _SECOND)
            if PyBytes_GET_SIZE(self._second_text) != 20:
                raise ValueError("a time stamp after the year 9999")
        memcpy(out, PyBytes_AS_STRING(self._second_text), 20)
        rest //= 1000
        for i in range(25, 19, -1):
            out[i] = <char>(48 + rest % 10)
            rest //= 10
        out[26] = c"Z"
        return 0

    def ts(self, long long wall_ns):
        cdef char text[27]
        self._stamp(text, wall_ns)
        return text[:27].decode("ascii")

    cpdef bytes line_of(self, Template template, tuple values, long long wall_ns, long long mono_ns):
        cdef long long mono
        cdef Py_ssize_t size
        cdef int gap, which, start = 0, mono_size, seq_size
        cdef char mono_text[20]
        cdef char seq_text[20]
        cdef bytes line, value
        cdef char* out
        cdef const char* text
        if template._shard != self.shard:
            template._bind(self.shard)
        if len(values) != len(template.slots):
            raise ValueError("values and slots do not match")
        self._settle()
        mono = self.since(mono_ns)
        if mono < 0 or wall_ns < 0:
            raise ValueError("a clock before its beginning")
        mono_size = decimal(mono_text, mono)
        seq_size = decimal(seq_text, self.seq)
        size = PyBytes_GET_SIZE(template._text) + 64 + 27 + mono_size + seq_size
        for value in values:
            size += PyBytes_GET_SIZE(value)
        line = PyBytes_FromStringAndSize(NULL, size)
        out = PyBytes_AS_STRING(line)
        text = PyBytes_AS_STRING(template._text)
        for gap in range(template._count):
            memcpy(out, text + start, template._ends[gap] - start)
            out += template._ends[gap] - start
            start = template._ends[gap]
            which = template._which[gap]
            if which == 0:
                memcpy(out, mono_text, mono_size)
                out += mono_size
            elif which == 1:
                memcpy(out, self._prev, 64)
                out += 64
            elif which == 2:
                memcpy(out, seq_text, seq_size)
                out += seq_size
            elif which == 3:
                self._stamp(out, wall_ns)
                out += 27
            else:
                value = <bytes>values[which - 4]
                memcpy(out, PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value))
                out += PyBytes_GET_SIZE(value)
        memcpy(out, text + start, template._ends[template._count] - start)
        return line
