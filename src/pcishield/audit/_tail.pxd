cdef inline int decimal(char* out, unsigned long long value) noexcept:
    """Write ``value``, return how many digits."""
    cdef char digits[20]
    cdef int count = 0, i
    while True:
        digits[count] = <char>(48 + value % 10)
        count += 1
        value //= 10
        if value == 0:
            break
    for i in range(count):
        out[i] = digits[count - 1 - i]
    return count


cdef class Template:
    cdef readonly str type
    cdef readonly dict fields
    cdef readonly tuple slots
    cdef readonly object raw
    cdef readonly str committed
    cdef public bint checked
    cdef str _shard
    cdef bytes _text
    cdef int _count
    cdef int _ends[21]
    cdef int _which[20]
    cdef int _bind(self, str shard) except -1


cdef class Tail:
    cdef public str shard
    cdef public long long seq
    cdef public list leaves
    cdef bytes _line
    cdef char _prev[64]
    cdef long long _origin
    cdef bint _begun
    cdef long long _second
    cdef bytes _second_text
    cdef int _settle(self) except -1
    cpdef int push(self, bytes line) except -1
    cpdef long long since(self, long long mono_ns) except? -1
    cdef int _stamp(self, char* out, long long wall_ns) except -1
    cpdef bytes line_of(self, Template template, tuple values, long long wall_ns, long long mono_ns)
