# What the scanner calls: values, buffers and columns. Included by _scanner.pyx.

cdef class Kernel:
    """Scans with one IIN table.

    Args:
        ranges: For each length 12 to 19, merged closed ranges of the first eight digits that are certain.
        strict: As for the reference.
        separators: As for the reference.
        never: Types that are never looked at.
        decimal: The type of decimal numbers.
        is_plain_key: Tells whether a mapping's key says nothing; asked once per key.
    """

    cdef Table table
    cdef object never, decimal_type, adjusted, is_plain_key
    cdef set plain_keys
    cdef PyObject* skipped[16]      # the same as never, or as many as there is room for
    cdef int skips

    def __init__(self, dict ranges, bint strict, never, decimal, is_plain_key):
        cdef int length, index
        memset(&self.table, 0, sizeof(self.table))
        self.table.strict = strict
        for length, found in ranges.items():
            if not SHORTEST <= length <= LONGEST or len(found) > MOST_RANGES:
                raise ValueError("the IIN table does not fit the compiled kernel")
            for index, (low, high) in enumerate(found):
                self.table.certain[length].low[index] = low
                self.table.certain[length].high[index] = high
            self.table.certain[length].count = len(found)
            for index in range(100):
                self.table.certain[length].first[index] = sum([1 for low, high in found if high < index * 1000000])
        self.never = never
        self.skips = 0
        for kind in never:
            if self.skips < 16:
                self.skipped[self.skips] = <PyObject*> kind
                self.skips += 1
        self.decimal_type = decimal
        self.adjusted = decimal.adjusted
        self.is_plain_key = is_plain_key
        self.plain_keys = set()

    def suspects(self, str text not None):
        """Return where card data may be in ``text``: as the reference's ``suspects_of``, but far fewer."""
        cdef Found found
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text), k
        cdef list result = []
        if n < SHORTEST:
            return result
        memset(&found, 0, sizeof(found))
        found.collect = True
        try:
            self._collect(text, n, &found)
            if found.failed:
                raise MemoryError
            for k in range(found.count):
                result.append((found.marks[k], found.marks[k] + 1))
        finally:
            free(found.marks)
        return result

    cdef void _collect(self, str text, Py_ssize_t n, Found* found):
        cdef int kind = PyUnicode_KIND(text)
        cdef void* data = PyUnicode_DATA(text)
        with nogil:
            if kind == 1:
                sparse(&self.table, <const uint8_t*> data, n, found)
            elif kind == 2:
                if enough(<const uint16_t*> data, n):
                    scan(&self.table, <const uint16_t*> data, n, found)
            elif enough(<const uint32_t*> data, n):
                scan(&self.table, <const uint32_t*> data, n, found)

    def mask(self, value, int lead, bint numbers):
        """Return ``value`` when it is clean, its mask when that is plain, ``None`` when the reference must look.

        Args:
            value: Anything; ``None`` is returned for it as for what must be looked at.
            lead: As for :class:`Rows`.
            numbers: As for :class:`Rows`.
        """
        cdef Found found
        cdef int verdict
        found.plain = 0
        found.again = found.collect = False
        found.base = found.count = 0
        verdict = self.value(value, &found, 0)
        if verdict == CLEAN:
            return value
        return self.plain(value, &found, lead, numbers, False) if verdict == PLAIN and lead >= 0 else None

    cdef plain(self, value, Found* found, int lead, bint numbers, bint sole):
        """Mask one plain candidate, ``None`` when that is not for here; ``sole`` as for :func:`starred`."""
        cdef Found left
        if not PyUnicode_CheckExact(value):
            return number_starred(found, lead) if numbers else None
        lead = lead if found.size >= 15 else 0
        # What is shown in front could go on from the digits before it.
        if lead and not found.first:
            return None
        new = starred(value, found.start, found.end, found.size, lead, sole and not found.again)
        if new is not None and found.again:
            # What the mask shows, or what stood beside the number, may be a new one with the digits beside it.
            memset(&left, 0, sizeof(left))
            if self.text(new, &left) != CLEAN:
                return None
        return new

    def cells(self, const uint8_t[::1] data, offsets, Py_ssize_t first, Py_ssize_t count):
        """Return the numbers of the cells of an Arrow string or binary column that are worth a look.

        Args:
            data: All values joined, untrusted.
            offsets: Contiguous int32 or int64 buffer; cell ``i`` is ``data[offsets[i]:offsets[i + 1]]``.
            first: Number of the first cell.
            count: How many cells.

        Raises:
            ValueError: The offsets do not lie in the data. Nothing outside is read. The GIL is released.
        """
        cdef const int64_t[::1] wide
        cdef const int[::1] narrow
        cdef list result = []
        cdef Py_ssize_t i, low, high, room = 0, used = 0, size = data.shape[0]
        cdef Py_ssize_t* numbers = NULL
        cdef Py_ssize_t* grown
        cdef bint is_wide = offsets.itemsize == 8
        cdef Found found
        cdef int problem = 0
        cdef const uint8_t* base = &data[0] if size else NULL
        if is_wide:
            wide = offsets
        else:
            narrow = offsets
        if first < 0 or count < 0 or (wide.shape[0] if is_wide else narrow.shape[0]) < first + count + 1:
            raise ValueError("there are fewer offsets than cells")
        with nogil:
            for i in range(first, first + count):
                if is_wide:
                    low, high = wide[i], wide[i + 1]
                else:
                    low, high = narrow[i], narrow[i + 1]
                if low < 0 or high < low or high > size:
                    problem = 1
                    break
                if high - low < 7:
                    continue
                memset(&found, 0, sizeof(found))
                if utf8(&self.table, base + low, high - low, &found) == CLEAN:
                    continue
                if used == room:
                    room = 2 * room if room else 64
                    grown = <Py_ssize_t*> realloc(numbers, room * sizeof(Py_ssize_t))
                    if grown == NULL:
                        problem = 2
                        break
                    numbers = grown
                numbers[used] = i
                used += 1
        try:
            if problem == 1:
                raise ValueError("an offset lies outside the data")
            if problem == 2:
                raise MemoryError
            for i in range(used):
                result.append(numbers[i])
        finally:
            free(numbers)
        return result

    def numbers(self, const int64_t[::1] values):
        """Return the places of the whole numbers that are worth a look. The GIL is released."""
        cdef Py_ssize_t i, n = values.shape[0], used = 0, room = 0
        cdef Py_ssize_t* places = NULL
        cdef Py_ssize_t* grown
        cdef Found found
        cdef bint failed = False
        cdef list result = []
        # Of found, only what is collected must be known: nothing is.
        memset(&found, 0, sizeof(found))
        with nogil:
            for i in range(n):
                if -SMALLEST < values[i] < SMALLEST or whole(&self.table, values[i], &found) == CLEAN:
                    continue
                if used == room:
                    room = 2 * room if room else 64
                    grown = <Py_ssize_t*> realloc(places, room * sizeof(Py_ssize_t))
                    if grown == NULL:
                        failed = True
                        break
                    places = grown
                places[used] = i
                used += 1
        try:
            if failed:
                raise MemoryError
            for i in range(used):
                result.append(places[i])
        finally:
            free(places)
        return result

    cdef inline int text(self, text, Found* found) except -1:
        """Verdict on an exact ``str``."""
        cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text)
        cdef int kind, verdict
        cdef void* data
        if n < 7:
            return CLEAN
        kind = PyUnicode_KIND(text)
        data = PyUnicode_DATA(text)
        if kind == 1:
            if is_json(<const uint8_t*> data, n):
                return self.json(text, <const uint8_t*> data, n, found)
            if n < SHORTEST or not enough8(<const uint8_t*> data, n):
                return CLEAN
            if n <= LONGEST and bare(&self.table, <const uint8_t*> data, <int> n, found, &verdict):
                return verdict
            if n == 19 and fours(&self.table, <const uint8_t*> data, found, &verdict):
                return verdict
            if not dense(<const uint8_t*> data, n):
                return CLEAN
            return scan(&self.table, <const uint8_t*> data, n, found)
        if kind == 2:
            if is_json(<const uint16_t*> data, n):
                return self.json(text, <const uint16_t*> data, n, found)
            if n < SHORTEST or not enough(<const uint16_t*> data, n):
                return CLEAN
            return scan(&self.table, <const uint16_t*> data, n, found)
        if is_json(<const uint32_t*> data, n):
            return self.json(text, <const uint32_t*> data, n, found)
        if n < SHORTEST or not enough(<const uint32_t*> data, n):
            return CLEAN
        return scan(&self.table, <const uint32_t*> data, n, found)

    cdef int json(self, str text, const char_t* s, Py_ssize_t n, Found* found) except -1:
        """Verdict on what may be JSON: its keys may say what it holds."""
        cdef Py_ssize_t i, opening = -1, end
        for i in range(n):
            if s[i] == 92:
                return LOOK
            if s[i] != 34:
                continue
            if opening >= 0:
                end = i + 1
                while end < n and (s[end] == 32 or s[end] == 9 or s[end] == 13 or s[end] == 10):
                    end += 1
                if end < n and s[end] == 58 and not self.plain_key(text[opening + 1 : i]):
                    return LOOK
            opening = i
        if n < SHORTEST or not enough(s, n):
            return CLEAN
        return LOOK if scan(&self.table, s, n, found) != CLEAN else CLEAN

    cdef bint plain_key(self, key) except -1:
        if key in self.plain_keys:
            return True
        if not self.is_plain_key(key):
            return False
        if len(self.plain_keys) < 4096:
            self.plain_keys.add(key)
        return True

    cdef inline bint is_nothing(self, PyObject* value) noexcept:
        """Whether ``value`` is one of the many that a look at its type, length or digits settles."""
        cdef PyObject* kind
        cdef const uint8_t* s
        cdef Py_ssize_t n
        cdef int i, overflow = 0
        cdef long long number
        cdef double real
        if is_str(value):
            n = str_length(value)
            if n < 7:
                return True
            if not pcishield_ascii(value):
                return False
            s = pcishield_text(value)
            if s[0] <= 32 or s[0] == 91 or s[0] == 123:
                return False
            return n < SHORTEST or not enough8(s, n)
        if value == Py_None:
            return True
        if is_int(value):
            if pcishield_small(value):
                return True
            number = exact_long(value, &overflow)
            return overflow == 0 and -SMALLEST < number < SMALLEST
        if is_float(value):
            real = float_value(value)
            return -1e11 < real < 1e11
        kind = Py_TYPE(value)
        for i in range(self.skips):
            if kind == self.skipped[i]:
                return True
        return False

    cdef int value(self, value, Found* found, int depth) except -1:
        """Verdict on any value; ``PLAIN`` only for text and whole numbers."""
        cdef int overflow = 0, verdict
        cdef long long number
        cdef double real
        cdef Py_ssize_t i = 0
        cdef PyObject* key
        cdef PyObject* item
        if PyUnicode_CheckExact(value):
            return self.text(value, found)
        if <PyObject*> value == Py_None or PyBool_Check(value):
            return CLEAN
        if PyLong_CheckExact(value):
            number = PyLong_AsLongLongAndOverflow(value, &overflow)
            if overflow:
                return LOOK
            return CLEAN if -SMALLEST < number < SMALLEST else whole(&self.table, number, found)
        if PyFloat_CheckExact(value):
            real = PyFloat_AS_DOUBLE(value)
            if not (real >= 1e11 or real <= -1e11) or not (-1e20 < real < 1e20):
                return CLEAN
            if real >= 9e18 or real <= -9e18:
                return LOOK
            if <double> (<int64_t> real) != real:
                return CLEAN
            return whole(&self.table, <int64_t> real, found)
        if type(value) in self.never:
            return CLEAN
        if type(value) is self.decimal_type:
            return LOOK if self.adjusted(value) >= 11 else CLEAN
        if PyBytes_CheckExact(value):
            return utf8(&self.table, <const uint8_t*> PyBytes_AS_STRING(value), PyBytes_GET_SIZE(value), found)
        if depth >= DEPTH:
            return LOOK
        if PyList_CheckExact(value):
            while i < PyList_GET_SIZE(value):
                if self.value(<object> PyList_GET_ITEM(value, i), found, depth + 1) != CLEAN:
                    return LOOK
                i += 1
            return CLEAN
        if PyTuple_CheckExact(value):
            while i < PyTuple_GET_SIZE(value):
                if self.value(<object> PyTuple_GET_ITEM(value, i), found, depth + 1) != CLEAN:
                    return LOOK
                i += 1
            return CLEAN
        if PyDict_CheckExact(value):
            while PyDict_Next(value, &i, &key, &item):
                if not PyUnicode_CheckExact(<object> key) or not self.plain_key(<object> key):
                    return LOOK
                if self.text(<object> key, found) != CLEAN or self.value(<object> item, found, depth + 1) != CLEAN:
                    return LOOK
            return CLEAN
        return LOOK


cdef int whole(const Table* table, int64_t number, Found* found) noexcept nogil:
    """Verdict on a whole number of twelve digits and more, as if it were written."""
    cdef uint64_t rest = <uint64_t> number if number >= 0 else <uint64_t> (-(number + 1)) + 1
    cdef uint8_t nothing = 0
    cdef int at = WHOLE, size
    while rest:
        at -= 1
        found.digits[at] = rest % 10
        rest //= 10
    size = WHOLE - at
    found.plain = 0
    found.negative = number < 0
    long_group(table, &found.digits[at], size, found, <const uint8_t*> &nothing, 0, size, False, True)
    if found.plain == 0:
        return CLEAN
    return PLAIN if found.plain == 1 else LOOK
