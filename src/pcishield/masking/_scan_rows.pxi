# Rows as drivers give them, masked in place. Included by _scanner.pyx.

cdef enum Code:
    SKIP = 0
    SCAN = 1
    ALWAYS = 2
    REDACT = 3
    CARD = 4
    REDACT_ALL = 5
    NAMED = 6


cdef class Rows:
    """Masks the rows of one result set.

    Args:
        kernel: What decides.
        codes: For each column: 0 skip, 1 scan by value, 2 ask for every value, 3 redact, 4 declared card number,
            5 redact, NULL too, 6 scan by value and ask about what is found.
        redacted: For each column with code 3 or 5, what stands for its values.
        lead: Digits shown in front by numbers of fifteen digits and more; negative when only ``look`` can mask.
        numbers: Whether numbers may become their mask.
        look: ``look(column, value, stats)`` returns the value masked.
        count: ``count(column, cells, stats)`` is told how many cells were masked here.
    """

    cdef Kernel kernel
    cdef bytes codes
    cdef list redacted
    cdef int lead
    cdef bint plain_numbers
    cdef object look, count
    cdef Py_ssize_t width, scanned

    def __init__(self, Kernel kernel, bytes codes, list redacted, int lead, bint numbers, look, count):
        self.kernel = kernel
        self.codes = codes
        self.redacted = redacted
        self.lead = lead
        self.plain_numbers = numbers
        self.look = look
        self.count = count
        self.width = len(codes)
        self.scanned = sum(1 for code in codes if code != SKIP)

    def rows(self, list rows not None, stats):
        """Mask ``rows`` in place and return how many cells were looked at. Raises what ``look`` raises."""
        cdef Py_ssize_t i = 0
        cdef object row, masked
        cdef bint own
        cdef bint far = PyList_GET_SIZE(rows) > AT_HAND
        cdef Py_ssize_t* counts
        if self.scanned == 0:
            return 0
        counts = <Py_ssize_t*> malloc(self.width * sizeof(Py_ssize_t))
        if counts == NULL:
            raise MemoryError
        memset(counts, 0, self.width * sizeof(Py_ssize_t))
        try:
            while i < PyList_GET_SIZE(rows):
                # A tuple that only this list holds is as good as a new one: it is changed where it stands.
                own = Py_REFCNT(PyList_GET_ITEM(rows, i)) == 1
                row = <object> PyList_GET_ITEM(rows, i)
                if far:
                    self._fetch_ahead(rows, i)
                masked = self._row(row, own, stats, counts)
                if masked is not row:
                    Py_INCREF(masked)
                    PyList_SetItem(rows, i, masked)
                if not far:
                    pcishield_untrack(<PyObject*> masked)
                i += 1
            self._tell(counts, stats)
        finally:
            free(counts)
        return i * self.scanned

    def row(self, row, stats):
        """Return one row masked, the same object when nothing had to be."""
        cdef Py_ssize_t* counts
        if self.scanned == 0 and PyTuple_CheckExact(row) and PyTuple_GET_SIZE(row) == self.width:
            return row
        counts = <Py_ssize_t*> malloc((self.width + 1) * sizeof(Py_ssize_t))
        if counts == NULL:
            raise MemoryError
        memset(counts, 0, self.width * sizeof(Py_ssize_t))
        try:
            masked = self._row(row, False, stats, counts)
            if masked is not row:
                self._tell(counts, stats)
        finally:
            free(counts)
        return masked

    cdef inline int _fetch_ahead(self, list rows, Py_ssize_t i) except -1:
        """Ask for what the next rows hold: of a large result, every cell is a miss in the cache otherwise."""
        cdef PyObject* row
        cdef const char* item
        cdef const char* codes = PyBytes_AS_STRING(self.codes)
        cdef Py_ssize_t column
        if i + FAR < PyList_GET_SIZE(rows):
            row = PyList_GET_ITEM(rows, i + FAR)
            pcishield_prefetch(row)
            pcishield_prefetch(<const char*> row + LINE)
        if i + NEAR < PyList_GET_SIZE(rows):
            row = PyList_GET_ITEM(rows, i + NEAR)
            if is_tuple(row) and tuple_size(row) == self.width:
                for column in range(self.width):
                    if codes[column] != SKIP:
                        item = <const char*> tuple_item(row, column)
                        pcishield_prefetch(item)
                        pcishield_prefetch(item + LINE)
        return 0

    cdef _tell(self, Py_ssize_t* counts, stats):
        cdef Py_ssize_t column
        for column in range(self.width):
            if counts[column]:
                self.count(column, counts[column], stats)

    cdef _row(self, row, bint own, stats, Py_ssize_t* counts):
        cdef Py_ssize_t column, other, width = self.width
        cdef const char* codes = PyBytes_AS_STRING(self.codes)
        cdef object value, new, item
        cdef object changed = None
        cdef PyObject* cell
        cdef bint sole
        if not PyTuple_CheckExact(row) or PyTuple_GET_SIZE(row) != self.width:
            raise ValueError("a row is no tuple, or has not as many values as the result has columns")
        for column in range(width):
            if codes[column] == SKIP:
                continue
            cell = tuple_item(<PyObject*> row, column)
            if (codes[column] == SCAN or codes[column] == NAMED) and self.kernel.is_nothing(cell):
                continue
            sole = own and is_str(cell) and pcishield_sole(cell)
            if (
                sole and codes[column] == SCAN and str_length(cell) == 16 and self.lead >= 0
                and is_card(&self.kernel.table, pcishield_text(cell))
            ):
                overwrite(cell, 0, 16, 16, self.lead)
                counts[column] += 1
                continue
            value = <object> cell
            new = self._cell(value, sole, column, codes[column], stats, counts)
            if new is value:
                continue
            if changed is None and own:
                changed = row
            elif changed is None:
                changed = PyTuple_New(self.width)
                for other in range(self.width):
                    item = <object> PyTuple_GET_ITEM(row, other)
                    Py_INCREF(item)
                    PyTuple_SET_ITEM(changed, other, item)
            # The tuple is nobody else's: its reference to the old value is dropped with it.
            Py_INCREF(new)
            PyTuple_SET_ITEM(changed, column, new)
            Py_DECREF(value)
        return row if changed is None else changed

    cdef inline _cell(self, value, bint sole, Py_ssize_t column, int code, stats, Py_ssize_t* counts):
        cdef Found found
        cdef int verdict
        if code == SCAN or code == NAMED:
            found.plain = 0
            found.again = found.collect = False
            found.base = found.count = 0
            verdict = self.kernel.value(value, &found, 0)
            if verdict == CLEAN:
                return value
            if verdict == PLAIN and self.lead >= 0 and code == SCAN:
                new = self.kernel.plain(value, &found, self.lead, self.plain_numbers, sole)
                if new is not None:
                    counts[column] += 1
                    return new
        elif code == REDACT_ALL:
            counts[column] += 1
            return self.redacted[column]
        elif <PyObject*> value == Py_None:
            return value
        elif code == REDACT:
            counts[column] += 1
            return self.redacted[column]
        elif code == CARD and self.lead >= 0:
            new = self._declared(value, sole)
            if new is not None:
                counts[column] += 1
                return new
        return self.look(column, value, stats)

    cdef _declared(self, value, bint sole):
        """Mask a value of a card number column that is one number and nothing else, ``None`` for anything else."""
        cdef Py_ssize_t n, i
        cdef const uint8_t* s
        cdef int size = 0, gap = 0, overflow = 0
        cdef long long number
        if PyLong_CheckExact(value) and self.plain_numbers:
            number = PyLong_AsLongLongAndOverflow(value, &overflow)
            if overflow or number < SMALLEST:
                return None
            value = str(value)
            sole = False
        if not PyUnicode_CheckExact(value) or PyUnicode_MAX_CHAR_VALUE(value) > 127:
            return None
        n = PyUnicode_GET_LENGTH(value)
        if not SHORTEST <= n <= 64:
            return None
        s = <const uint8_t*> PyUnicode_DATA(value)
        if not is_ascii_digit(s[0]) or not is_ascii_digit(s[n - 1]):
            return None
        for i in range(n):
            if is_ascii_digit(s[i]):
                size += 1
                gap = 0
            elif s[i] == 32 or s[i] == 45:
                gap += 1
                if gap > GAP:
                    return None
            else:
                return None
        if not SHORTEST <= size <= LONGEST:
            return None
        return starred(value, 0, n, size, self.lead if size >= 15 else 0, sole)


cdef number_starred(Found* found, int lead):
    """Mask a whole number, or a float that is one, as it would be written."""
    cdef uint8_t* target
    cdef int i
    lead = lead if found.size >= 15 else 0
    new = PyUnicode_New(found.size + found.negative, 127)
    target = <uint8_t*> PyUnicode_DATA(new)
    if found.negative:
        target[0] = 45
        target += 1
    for i in range(found.size):
        target[i] = 48 + found.digits[WHOLE - found.size + i] if not lead <= i < found.size - 4 else 42
    return new


cdef starred(text, Py_ssize_t start, Py_ssize_t end, int size, int lead, bint sole):
    """Return ``text``, which is ASCII in the span, with all but the first and last four digits replaced.

    A text that nothing but a row which is about to be masked has ever seen (``sole``) is as good as a new one: the
    digits are overwritten where they stand, and are gone from memory as well. A copy of any other.
    """
    cdef Py_ssize_t n = PyUnicode_GET_LENGTH(text)
    cdef object new
    if sole:
        overwrite(<PyObject*> text, start, end, size, lead)
        return text
    new = PyUnicode_New(n, PyUnicode_MAX_CHAR_VALUE(text))
    if PyUnicode_KIND(text) != 1 or PyUnicode_KIND(new) != 1:
        return None
    memcpy(PyUnicode_DATA(new), PyUnicode_DATA(text), n)
    star(<uint8_t*> PyUnicode_DATA(new), start, end, size, lead)
    return new


cdef inline int overwrite(PyObject* text, Py_ssize_t start, Py_ssize_t end, int size, int lead) except -1:
    """Mask a compact ASCII text where it stands."""
    pcishield_unhash(text)
    star(<uint8_t*> pcishield_text(text), start, end, size, lead)
    return 0


cdef inline void star(uint8_t* target, Py_ssize_t start, Py_ssize_t end, int size, int lead) noexcept nogil:
    cdef int seen = 0
    cdef Py_ssize_t i
    if end - start == size:
        memset(target + start + lead, 42, size - lead - 4)
        return
    for i in range(start, end):
        if is_ascii_digit(target[i]):
            if lead <= seen < size - 4:
                target[i] = 42
            seen += 1
