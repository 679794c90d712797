# The plain cases, of which nothing but the one number has to be considered; other forms of text. Included by _scanner.pyx.

cdef bint may_start_iban(const char_t* s, Py_ssize_t low, Py_ssize_t high) noexcept nogil:
    cdef Py_ssize_t i = low
    while i + 3 < high:
        if not is_ascii_digit(s[i + 3]):
            # Nor may it start one further on.
            i += 2
            continue
        if is_ascii_digit(s[i + 2]) and is_letter(s[i + 1]) and is_letter(s[i]):
            return True
        i += 1
    return False


cdef bint has_code_word(const char_t* s, Py_ssize_t n) noexcept nogil:
    """Whether one of the words that stand before a verification code may be in the text."""
    cdef Py_ssize_t i
    cdef char_t c
    for i in range(n):
        c = s[i]
        if c > 127:
            return True
        if not KINDS[c] & FIRST:
            continue
        c = lower(c)
        if c == 99:
            if (starts(s, i, n, b"cv") or starts(s, i, n, b"cav") or starts(s, i, n, b"cid") or starts(s, i, n, b"csc")
                    or starts(s, i, n, b"cryp")):
                return True
        elif c == 115:
            if starts(s, i, n, b"secu"):
                return True
        elif c == 118:
            if starts(s, i, n, b"veri"):
                return True
        elif c == 112:
            if starts(s, i, n, b"pruf"):
                return True
    return False


cdef bint is_plain_behind(const char_t* s, Py_ssize_t n, Found* found) noexcept nogil:
    """Whether what stands right behind the candidate neither belongs to it nor makes it something else.

    There it is, as the reference sees it: more of the same run; an expiry date and a code (``_CODE_BEHIND``); the other
    bound of a range (``_RANGE``). Everything else that digits could be is a frame, which :func:`scan` tells.
    """
    cdef Py_ssize_t end = found.end, i = end
    cdef char_t c
    while i < n and i < end + GAP and class_of(s[i]) >= SEPARATOR:
        i += 1
    if i < n and i > end and is_ascii_digit(s[i]):
        # Behind a point it may be a fraction, behind the others a date or more of the number.
        if s[end] != 32:
            return False
        found.again = True
    if end + 1 < n and s[end] == 44 and is_ascii_digit(s[end + 1]) and found.start > 0:
        c = s[found.start - 1]
        if c == 40 or c == 91:
            return False
    i = end
    while i < n and is_between(s[i]):
        i += 1
    if i == end or i + 1 >= n:
        return True
    if starts(s, i, n, b"exp"):
        return False
    if not (s[i] == 48 or s[i] == 49) or not is_ascii_digit(s[i + 1]):
        return True
    # A month, so a year of the twenties to forties may follow.
    i += 2
    while i < n and (is_between(s[i]) or s[i] == 46):
        i += 1
    if i >= n or not 50 <= s[i] <= 52:
        return True
    # By itself that changes nothing, but with more digits it is before a code.
    while i < n and is_ascii_digit(s[i]):
        i += 1
    while i < n and is_between(s[i]):
        i += 1
    return i >= n or not is_ascii_digit(s[i])


cdef inline bint is_between(char_t c) noexcept nogil:
    """Whether it may stand between a number, its expiry date and its code: a blank or one of ``,-/:;|``."""
    return c == 32 or 9 <= c <= 13 or 28 <= c <= 31 or c == 44 or c == 45 or c == 47 or c == 58 or c == 59 or c == 124


cdef inline bint is_prefixed(const char_t* s, Py_ssize_t start, Py_ssize_t end, int size) noexcept nogil:
    """Whether what stands right in front may say that it is a parcel, a VAT number or what GS1 writes."""
    cdef char_t c = s[start - 1]
    if end - start > size:
        return False
    if size == 16:
        return c == 90
    return (size == 12 and is_letter(c)) or (size == 14 and (c == 41 or c == 47)) or (size == 18 and c == 41)


cdef inline bint is_hex_group(const char_t* s, Py_ssize_t low, Py_ssize_t high) noexcept nogil:
    """Whether two, four or eight hexadecimal digits, not all of them decimal, stand there."""
    cdef Py_ssize_t i
    cdef bint letters = False
    if high - low != 2 and high - low != 4 and high - low != 8:
        return False
    for i in range(low, high):
        if not is_hex(s[i]):
            return False
        letters |= is_letter(s[i])
    return letters


cdef bint is_in_list(const char_t* s, Py_ssize_t n, Found* found) noexcept nogil:
    """Whether a candidate in several groups may belong to a dump, to lots or to a parcel: see listed.py."""
    cdef Py_ssize_t low = found.start, high = found.end, i
    if not is_ascii_digit(s[low + 1]) or not is_ascii_digit(s[low + 2]):
        return True
    while low > 0 and (is_ascii_digit(s[low - 1]) or s[low - 1] == 32 or s[low - 1] == 45):
        low -= 1
    while high < n and (is_ascii_digit(s[high]) or s[high] == 32 or s[high] == 45):
        high += 1
    for i in range(low, found.start):
        if s[i] == 57 and (i == 0 or not is_ascii_digit(s[i - 1])):
            return True
    if low > 0 and is_letter(s[low - 1]):
        i = low
        while i < found.start and is_ascii_digit(s[i]):
            i += 1
        while low > 0 and (is_letter(s[low - 1]) or is_ascii_digit(s[low - 1])):
            low -= 1
        if is_hex_group(s, low, i):
            return True
    if high < n and is_letter(s[high]):
        i = high
        while i < n and (is_letter(s[i]) or is_ascii_digit(s[i])):
            i += 1
        while high > found.end and is_ascii_digit(s[high - 1]):
            high -= 1
        return is_hex_group(s, high, i)
    return False


cdef bint is_plain(const char_t* s, Py_ssize_t n, Found* found) noexcept nogil:
    """Whether nothing around the one candidate can change what the reference says about it, or add to it."""
    cdef Py_ssize_t start = found.start, end = found.end, i
    cdef char_t c
    cdef bint codes = False, words = False
    cdef int odd = 1
    cdef uint64_t map = 0
    if n > SMALL_CELL:
        return False
    if start > 0:
        c = s[start - 1]
        # A hexadecimal token, a UUID, a telephone number, a fraction, a mask.
        if is_hex(c) or c == 45 or c == 43 or c == 46 or c == 42:
            return False
        if is_prefixed(s, start, end, found.size):
            return False
    if end - start > found.size and is_in_list(s, n, found):
        return False
    if end < n and (is_letter(s[end]) or s[end] == 45 or s[end] == 42):
        return False
    found.again = not found.first
    if end < n and not is_plain_behind(s, n, found):
        return False
    # The upper bound of a range.
    if 0 < start and end < n and s[start - 1] == 44 and (s[end] == 41 or s[end] == 93):
        return False
    if char_t is uint8_t and PCISHIELD_SIXTEEN and 17 <= n <= 64:
        map = pcishield_map(s, <int> n, &odd)
    if not odd:
        return is_plain_in_short(s, <int> n, <int> start, <int> end, map)
    if start > 0 and may_start_iban(s, start - 52 if start > 52 else 0, start + 2):
        return False
    if char_t is not uint8_t:
        for i in range(start, end):
            if s[i] > 127:
                return False
    return is_plain_around(s, 0, start, &codes, &words) and is_plain_around(s, end, n, &codes, &words) and not (
        codes and words and has_code_word(s, n)
    )


cdef inline bint is_plain_in_short(const char_t* s, int n, int start, int end, uint64_t digits) noexcept nogil:
    """As :func:`may_start_iban` and :func:`is_plain_around`, in 17 to 64 ASCII characters without a part of a frame."""
    cdef uint64_t before = (<uint64_t> 1 << start) - 1, low, codes = 0
    cdef uint64_t behind = ~<uint64_t> 0 << end if end < 64 else 0
    cdef uint64_t ibans = ~digits & ~(digits >> 1) & digits >> 2 & digits >> 3 & before >> 1
    cdef int i
    while ibans:
        i = pcishield_lowest64(ibans)
        if i + 52 >= start and is_letter(s[i]) and is_letter(s[i + 1]):
            return False
        ibans &= ibans - 1
    # Three or four digits and no more.
    low = digits & before
    codes = low & ~(low << 1) & low >> 1 & low >> 2 & ~(low >> 3 & low >> 4)
    low = digits & behind
    codes |= low & ~(low << 1) & low >> 1 & low >> 2 & ~(low >> 3 & low >> 4)
    return not (codes and pcishield_pairs(<const uint8_t*> s, n) and has_code_word(s, n))


cdef inline bint is_plain_around(const char_t* s, Py_ssize_t low, Py_ssize_t high, bint* codes, bint* words) noexcept nogil:
    """Whether neither letters beyond ASCII nor a part of a frame stand there.

    Args:
        codes: Set when a group of three or four digits does.
        words: Set when what may begin a word for a verification code does.
    """
    cdef Py_ssize_t i
    cdef int size = 0
    cdef int kind, before = 0, pairs = 0
    for i in range(low, high):
        if s[i] > 127:
            return False
        kind = KINDS[s[i]]
        if kind & DIGIT:
            size += 1
        elif kind & FRAME:
            return False
        elif size:
            if size == 3 or size == 4:
                codes[0] = True
            size = 0
        pairs |= before << GOES_ON & kind
        before = kind & FIRST
    if size == 3 or size == 4:
        codes[0] = True
    if pairs:
        words[0] = True
    return True


cdef bint is_json(const char_t* s, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i = 0
    cdef char_t c
    while i < n:
        c = s[i]
        if c == 91 or c == 123:
            return n > 6
        if c != 32 and c != 9 and c != 13 and c != 10:
            # A byte order mark may stand in front as well.
            return c > 127
        i += 1
    return False


cdef void sparse(const Table* table, const uint8_t* s, Py_ssize_t n, Found* found) noexcept nogil:
    """As :func:`scan` with ``collect``, over text that is mostly no digits.

    No run goes over 64 characters without a digit, so only stretches of blocks with digits are read, with the
    block in front of them for the words.
    """
    cdef Py_ssize_t i = 0, begin = -1, total = 0
    cdef unsigned count
    while i + 64 <= n:
        count = pcishield_block(s + i)
        if count:
            if begin < 0:
                begin, total = i, 0
            total += count
        elif begin >= 0:
            if total >= SHORTEST:
                stretch(table, s, begin, i + 64, found)
            begin = -1
        i += 64
    if begin < 0:
        begin, total = i, 0
    stretch(table, s, begin, n, found)


cdef inline void stretch(const Table* table, const uint8_t* s, Py_ssize_t begin, Py_ssize_t end, Found* found) noexcept nogil:
    begin = begin - 64 if begin > 64 else 0
    if end - begin < SHORTEST or not dense(s + begin, end - begin):
        return
    found.base = begin
    scan(table, s + begin, end - begin, found)
    found.base = 0


cdef inline bint bare(const Table* table, const uint8_t* s, int n, Found* found, int* verdict) noexcept nogil:
    """Judge a text of twelve to nineteen ASCII digits and nothing else; false when it is not that."""
    cdef uint8_t digits[LONGEST]
    cdef int i
    if PCISHIELD_SIXTEEN and n == 16:
        if not pcishield_sixteen(s, digits):
            return False
    else:
        for i in range(n):
            if not is_ascii_digit(s[i]):
                return False
            digits[i] = s[i] - 48
    long_group(table, digits, n, found, s, 0, n, False, True)
    verdict[0] = CLEAN if found.plain == 0 else PLAIN if found.plain == 1 else LOOK
    return True


cdef inline bint is_card(const Table* table, const uint8_t* s) noexcept nogil:
    """Whether sixteen characters are one card number, and ``bare`` would say PLAIN: most card numbers there are."""
    cdef uint8_t digits[16]
    cdef uint32_t prefix
    if not PCISHIELD_SIXTEEN or not pcishield_sixteen(s, digits) or not luhn(digits, 16):
        return False
    prefix = leading(digits)
    return certain(table, 16, prefix) and not date_like(digits, 16)


cdef inline bint fours(const Table* table, const uint8_t* s, Found* found, int* verdict) noexcept nogil:
    """Judge a text of four times four digits and nothing else, 19 characters; false when it is not that."""
    cdef uint8_t digits[16]
    cdef int i, size = 0, whole_one
    for i in range(19):
        if i == 4 or i == 9 or i == 14:
            if s[i] != 32 and s[i] != 45:
                return False
        elif is_ascii_digit(s[i]):
            digits[size] = s[i] - 48
            size += 1
        else:
            return False
    whole_one = judge(table, digits, 16, s, 0)
    # Three groups may be a number of twelve digits; only behind the whole one's start are they nothing new.
    if judge(table, digits, 12, s, 0) != CLEAN or (whole_one != PLAIN and judge(table, digits + 4, 12, s, 0) != CLEAN):
        whole_one = LOOK
    found.start, found.end, found.size, found.first = 0, 19, 16, True
    verdict[0] = whole_one
    return True


cdef inline int utf8(const Table* table, const uint8_t* s, Py_ssize_t n, Found* found) noexcept nogil:
    """Verdict on UTF-8, or on any bytes: never ``PLAIN``; ``LOOK`` where other scripts' digits may be."""
    cdef Py_ssize_t i
    cdef int digits = 0
    cdef bint ascii = True
    cdef uint8_t c
    if n < SHORTEST:
        return LOOK if is_json(s, n) else CLEAN
    if is_json(s, n):
        return LOOK
    if not enough8(s, n):
        for i in range(n):
            c = s[i]
            if c > 127:
                ascii = False
                # Lead bytes of decimal digits outside ASCII.
                if c == 0xD9 or c == 0xDB or c == 0xDF or c >= 0xE0:
                    digits += 1
            elif is_ascii_digit(c):
                digits += 1
        return LOOK if not ascii and digits >= SHORTEST else CLEAN
    for i in range(n):
        if s[i] > 127:
            return LOOK
    return LOOK if dense(s, n) and scan(table, s, n, found) != CLEAN else CLEAN
