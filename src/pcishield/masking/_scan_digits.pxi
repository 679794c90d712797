# What a number by itself is: Luhn, issuer, telephone, date, and the words in front of it. Included by _scanner.pyx.

cdef inline bint luhn(const uint8_t* digits, int size) noexcept nogil:
    cdef int i = size - 1, total = 0
    if PCISHIELD_SIXTEEN and size == 16:
        return pcishield_luhn(digits) % 10 == 0
    while i > 0:
        total += digits[i] + DOUBLED[digits[i - 1]]
        i -= 2
    if i == 0:
        total += digits[0]
    return total % 10 == 0


cdef inline uint32_t leading(const uint8_t* digits) noexcept nogil:
    """The number that the first eight digits are: pairs, then fours, then all."""
    cdef uint64_t x = pcishield_load(digits), mask = 0x000000FF000000FF
    x = x * 10 + (x >> 8)
    return <uint32_t> (((x & mask) * <uint64_t> 0x000F424000000064 + (x >> 16 & mask) * <uint64_t> 0x0000271000000001) >> 32)


cdef inline int gather(const char_t* s, Py_ssize_t start, Py_ssize_t end, uint8_t* digits) noexcept nogil:
    """Write the digits of a span, at most ``GLUED`` of them, and return how many there are."""
    cdef Py_ssize_t i
    cdef int size = 0
    cdef uint8_t cls
    for i in range(start, end):
        cls = class_of(s[i])
        if 0 < cls < SEPARATOR:
            if size == GLUED:
                return GLUED + 1
            digits[size] = cls - 1
            size += 1
    return size


cdef inline bint certain(const Table* table, int size, uint32_t prefix) noexcept nogil:
    cdef const Ranges* ranges = &table.certain[size]
    cdef int at = ranges.first[prefix // 1000000]
    while at < ranges.count and ranges.high[at] < prefix:
        at += 1
    return at < ranges.count and ranges.low[at] <= prefix


cdef inline bint phone_like(const uint8_t* digits, int size, uint32_t prefix) noexcept nogil:
    cdef int i
    cdef int64_t number = 0
    if size == 15 and digits[0] == 1:
        for i in range(15):
            number = 10 * number + digits[i]
        return LOWEST_ADDRESS <= number < HIGHEST_ADDRESS and number % 16 == 0
    if size == 18:
        return TICKS_LOW <= prefix <= TICKS_HIGH
    if size == 14:
        return prefix // 100000 == 628
    if size == 13:
        return prefix // 10000 == 4915 or prefix // 1000 == 49176
    if size == 12:
        return (prefix // 100000 == 573 or prefix // 100000 == 584 or prefix // 100000 == 639
                or prefix // 10000 == 5939 or prefix // 10000 == 5959)
    return False


cdef inline bint date_like(const uint8_t* digits, int size) noexcept nogil:
    """Whether a compact date may be in it: 19.. or 20.., or day and month and then 19.. or 20..."""
    cdef int year
    if size < 14:
        return False
    year = 10 * digits[0] + digits[1]
    if year == 19 or year == 20:
        return True
    if year > 31 or 10 * digits[2] + digits[3] > 31:
        return False
    year = 10 * digits[4] + digits[5]
    return year == 19 or year == 20


cdef inline char_t lower(char_t c) noexcept nogil:
    return c + 32 if 65 <= c <= 90 else c


cdef inline bint starts(const char_t* s, Py_ssize_t i, Py_ssize_t end, const char* word) noexcept nogil:
    cdef Py_ssize_t k = 0
    while word[k]:
        if i + k >= end or lower(s[i + k]) != <char_t> word[k]:
            return False
        k += 1
    return True


cdef bint card_word(const char_t* s, Py_ssize_t end) noexcept nogil:
    """Whether a word for a card may stand in front of ``end``. Foreign letters may fold to ASCII: then it may."""
    cdef Py_ssize_t i = end - WORD_REACH if end > WORD_REACH else 0
    cdef char_t c
    while i < end:
        c = s[i]
        if char_t is not uint8_t:
            if c > 127:
                return True
        elif c > 127:
            return True
        c = lower(c)
        if c == 99:
            if (starts(s, i, end, b"card") or starts(s, i, end, b"cc") or starts(s, i, end, b"carte")
                    or starts(s, i, end, b"cred") or starts(s, i, end, b"cr\xc3")):
                return True
        elif c == 107:
            if starts(s, i, end, b"kart"):
                return True
        elif c == 116:
            if starts(s, i, end, b"tarj"):
                return True
        elif c == 112:
            if starts(s, i, end, b"pan") or starts(s, i, end, b"paym") or starts(s, i, end, b"prim"):
                return True
        elif c == 118:
            if starts(s, i, end, b"visa"):
                return True
        elif c == 109:
            if starts(s, i, end, b"maes") or starts(s, i, end, b"mast"):
                return True
        elif c == 97:
            if starts(s, i, end, b"amex"):
                return True
        elif c == 100:
            if starts(s, i, end, b"debi"):
                return True
        i += 1
    return False


cdef bint other_word(const char_t* s, Py_ssize_t end) noexcept nogil:
    """Whether a word for a number of another kind may stand in front of ``end``: see identifiers.py."""
    cdef Py_ssize_t i = end - NAME_REACH if end > NAME_REACH else 0
    cdef char_t c
    while i < end:
        c = lower(s[i])
        # Foreign letters may fold to ASCII.
        if c > 127:
            return True
        if c == 60 and i + 1 < end and (s[i + 1] == 64 or s[i + 1] == 35):
            return True
        if c == 97:
            if starts(s, i, end, b"arti") or starts(s, i, end, b"aadh") or starts(s, i, end, b"awb"):
                return True
        elif c == 98:
            if starts(s, i, end, b"bar") or starts(s, i, end, b"birth") or starts(s, i, end, b"born"):
                return True
        elif c == 99:
            if starts(s, i, end, b"code") or starts(s, i, end, b"chan") or starts(s, i, end, b"crea") or starts(s, i, end, b"cnpj"):
                return True
        elif c == 100:
            if (starts(s, i, end, b"dhl") or starts(s, i, end, b"dis") or starts(s, i, end, b"dat")
                    or starts(s, i, end, b"dob")):
                return True
        elif c == 105:
            if (starts(s, i, end, b"isbn") or starts(s, i, end, b"im") or starts(s, i, end, b"id_s")
                    or starts(s, i, end, b"id-s") or starts(s, i, end, b"id s") or starts(s, i, end, b"ids")):
                return True
        elif c == 109:
            if (starts(s, i, end, b"me") or starts(s, i, end, b"ms") or starts(s, i, end, b"mill")
                    or starts(s, i, end, b"modi")):
                return True
        elif c == 112:
            if starts(s, i, end, b"prod") or starts(s, i, end, b"parc"):
                return True
        elif c == 115:
            if (starts(s, i, end, b"sir") or starts(s, i, end, b"stat") or starts(s, i, end, b"stri")
                    or starts(s, i, end, b"sku") or starts(s, i, end, b"ship") or starts(s, i, end, b"send")
                    or starts(s, i, end, b"snow") or starts(s, i, end, b"sscc")):
                return True
        elif c == 116:
            if (starts(s, i, end, b"track") or starts(s, i, end, b"twe") or starts(s, i, end, b"too")
                    or starts(s, i, end, b"ts") or starts(s, i, end, b"ti")):
                return True
        elif c == 117:
            if starts(s, i, end, b"up") or starts(s, i, end, b"usp"):
                return True
        elif (
            (c == 101 and (starts(s, i, end, b"ean") or starts(s, i, end, b"epo")))
            or (c == 102 and starts(s, i, end, b"fed")) or (c == 106 and starts(s, i, end, b"jan"))
            or (c == 103 and (starts(s, i, end, b"gtin") or starts(s, i, end, b"gui")))
            or (c == 119 and starts(s, i, end, b"way"))
        ):
            return True
        i += 1
    return False


cdef inline bint other_form(const uint8_t* digits, int size) noexcept nogil:
    """Whether the form of a company's, a person's or a time's number is possible: see identifiers.py."""
    cdef int year
    if size == 14:
        return digits[8] == 0 and digits[9] == 0
    if size == 18:
        year = 10 * digits[6] + digits[7]
        return year == 19 or year == 20 or digits[14] + digits[15] + digits[16] + digits[17] == 0
    return False


cdef inline bint card_shape(const int* sizes, int count, bint alone) noexcept nogil:
    """As ``scanner._is_card_shape``; ``sizes`` in order."""
    cdef int i, first = sizes[0], last = sizes[count - 1]
    cdef bint fours = True, equal = True
    for i in range(count - 1):
        if sizes[i] != 4:
            fours = False
        if sizes[i] != first:
            equal = False
    if count >= 3 and fours and (last <= 4 or (count <= 4 and last == 5) or (count == 4 and last == 6)):
        return True
    if count == 3 and first == 4 and ((sizes[1] == 6 and (last == 5 or last == 4)) or (sizes[1] == 5 and last == 6)):
        return True
    if count == 2 and ((first == 8 and 8 <= last <= 11) or (first == 6 and 8 <= last <= 13)):
        return True
    if not alone:
        return False
    if usual_cuts(sizes, count):
        return True
    if count == 2:
        return first == 4 or first == 6 or last == 4 or first == last or (first == 8 and last > 8)
    return equal and last <= first and first != 3


cdef inline bint usual_cuts(const int* sizes, int count) noexcept nogil:
    """Whether 14 to 16 digits are cut before the last four, behind the issuer's number or between fours only."""
    cdef int i, total = 0, cuts = 0
    for i in range(count):
        total += sizes[i]
        if i < count - 1 and total < 32:
            cuts |= 1 << total
    if total == 16:
        return not cuts & ~(1 << 4 | 1 << 6 | 1 << 8 | 1 << 12)
    return (total == 14 or total == 15) and not cuts & ~(1 << 4 | 1 << 6 | 1 << 10)
