# One text: its runs and groups of digits, and the frames that digits stand in. Included by _scanner.pyx.

cdef struct Run:
    int groups                  # in the run so far
    Py_ssize_t total            # digits in the run so far
    int sizes[RING]             # ring by group number; more than GLUED is GLUED + 1
    int bare[RING]              # the same without the zeros in front, where there are any
    Py_ssize_t starts[RING]
    Py_ssize_t zeros[RING]      # in front of the group
    Py_ssize_t end              # one past the last digit
    int singles                 # groups of one digit so far, without another between
    bint unseen                 # a gap so far has a character that is not seen
    bint odd                    # a gap so far that is not blank or hyphen


cdef inline void mark(Found* found, Py_ssize_t at) noexcept nogil:
    cdef Py_ssize_t* grown
    if not found.collect:
        return
    at += found.base
    if found.count == found.room:
        found.room = 2 * found.room if found.room else 64
        grown = <Py_ssize_t*> realloc(found.marks, found.room * sizeof(Py_ssize_t))
        if grown == NULL:
            found.failed = True
            found.room = found.count
            return
        found.marks = grown
    found.marks[found.count] = at
    found.count += 1


cdef inline bint is_device(uint32_t prefix) noexcept nogil:
    """Whether sixteen digits begin as devices' numbers do."""
    cdef uint32_t body = prefix // 1000000
    return body == 35 or body == 86 or body == 1 or body == 99


cdef int judge(const Table* table, const uint8_t* digits, int size, const char_t* s, Py_ssize_t start) noexcept nogil:
    """As ``ReferenceScanner.card``, and LOOK wherever a word or a boundary may matter."""
    cdef uint32_t prefix
    if not luhn(digits, size):
        return CLEAN
    prefix = leading(digits)
    if certain(table, size, prefix):
        if phone_like(digits, size, prefix):
            return LOOK if table.strict or card_word(s, start) else CLEAN
        if start > 0 and (size != 16 or is_device(prefix)) and other_word(s, start):
            return LOOK
        return LOOK if date_like(digits, size) or other_form(digits, size) else PLAIN
    return LOOK if table.strict or card_word(s, start) else CLEAN


cdef int window(const Table* table, const char_t* s, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    cdef uint8_t digits[GLUED + 1]
    cdef int size = gather(s, start, end, digits)
    return judge(table, digits, size, s, start) if SHORTEST <= size <= LONGEST else CLEAN


cdef inline int unpadded(const Run* run, int group) noexcept nogil:
    """Digits of a group without the zeros in front of it."""
    cdef Py_ssize_t zeros = run.zeros[group & (RING - 1)]
    if not zeros:
        return run.sizes[group & (RING - 1)]
    return run.bare[group & (RING - 1)]


cdef void end_group(const Table* table, Run* run, Found* found, const char_t* s) noexcept nogil:
    cdef int last = run.groups - 1, first = last, total = run.sizes[last & (RING - 1)], k, verdict, padding
    cdef int sizes[LONGEST + 1]
    cdef uint8_t digits[GLUED + 1]
    cdef Py_ssize_t start = run.starts[last & (RING - 1)]
    if total >= SHORTEST:
        if total <= GLUED:
            if char_t is uint8_t and PCISHIELD_SIXTEEN and total == 16:
                pcishield_sixteen(<const uint8_t*> s + start, digits)
            elif char_t is uint8_t:
                for k in range(total):
                    digits[k] = s[start + k] - 48
            else:
                gather(s, start, run.end, digits)
            # What stands in front of it in the run stands alone once it is masked.
            long_group(
                table, digits, total, found, s, start, run.end,
                (start > 0 and s[start - 1] == 46) or run.total - total >= SHORTEST, run.groups == 1,
            )
        if total > LONGEST:
            return
    # Windows that end here, the longest first: a shorter one in it adds nothing.
    while first > 0 and last - first + 1 < LONGEST and total + unpadded(run, first - 1) <= LONGEST:
        first -= 1
        total += run.sizes[first & (RING - 1)]
        if total > LONGEST:
            break
    while first < last and total >= SHORTEST:
        for k in range(first, last + 1):
            sizes[k - first] = run.sizes[k & (RING - 1)]
        start = run.starts[first & (RING - 1)]
        if total <= LONGEST and card_shape(sizes, last - first + 1, False):
            verdict = window(table, s, start, run.end)
            if verdict != CLEAN:
                candidate(found, start, run.end, total, verdict == PLAIN and not run.odd, first == 0)
                return
        if run.zeros[first & (RING - 1)]:
            padding = sizes[0] - unpadded(run, first)
            sizes[0] -= padding
            if SHORTEST <= total - padding <= LONGEST and card_shape(sizes, last - first + 1, False):
                if window(table, s, start + run.zeros[first & (RING - 1)], run.end) != CLEAN:
                    candidate(found, start, run.end, total, False, True)
                    return
        total -= run.sizes[first & (RING - 1)]
        first += 1


cdef void long_group(
    const Table* table, const uint8_t* digits, int size, Found* found, const char_t* s,
    Py_ssize_t start, Py_ssize_t end, bint doubtful, bint first,
) noexcept nogil:
    """A group that may hold a card number by itself, behind zeros, or in front of an expiry date."""
    cdef int zeros = 0, length, rest, verdict, k
    if size <= LONGEST:
        verdict = judge(table, digits, size, s, start)
        if verdict != CLEAN:
            candidate(found, start, end, size, verdict == PLAIN and not doubtful, first)
            if verdict == PLAIN:
                return
    while zeros < size and digits[zeros] == 0:
        zeros += 1
    if zeros and SHORTEST <= size - zeros <= LONGEST:
        if judge(table, digits + zeros, size - zeros, s, start) != CLEAN:
            candidate(found, start, end, size, False, False)
    if digits[0] == 1:
        return
    for k in range(3):
        rest = 4 if k == 0 else 6 + k
        length = size - rest
        if SHORTEST <= length <= LONGEST:
            if expiry(digits + length) and judge(table, digits, length, s, start) != CLEAN:
                candidate(found, start, end, size, False, False)


cdef inline bint expiry(const uint8_t* digits) noexcept nogil:
    """Whether four digits may be month and year of the twenties to forties, in either order."""
    return (digits[0] <= 1 and 2 <= digits[2] <= 4) or (digits[2] <= 1 and 2 <= digits[0] <= 4)


cdef inline void suspect(Found* found, Py_ssize_t at) noexcept nogil:
    mark(found, at)
    found.plain += 2


cdef inline void candidate(Found* found, Py_ssize_t start, Py_ssize_t end, int size, bint plain, bint first) noexcept nogil:
    mark(found, start)
    found.plain += 1 if plain else 2
    found.first = first
    found.start, found.end, found.size = start, end, size


cdef void end_run(const Table* table, Run* run, Found* found, const char_t* s) noexcept nogil:
    """The run is over: its groups together may be a number that no part of it is."""
    cdef int verdict, total = <int> run.total
    if run.groups < 2 or run.groups > LONGEST:
        return
    if not card_shape(run.sizes, run.groups, False) and card_shape(run.sizes, run.groups, True):
        verdict = window(table, s, run.starts[0], run.end)
        if verdict != CLEAN:
            candidate(found, run.starts[0], run.end, total, verdict == PLAIN and not run.odd, True)


cdef bint is_escape(const char_t* s, Py_ssize_t n, Py_ssize_t i) noexcept nogil:
    """Whether an escape starts at ``i`` that the reference looks through, next to something it may belong to."""
    cdef Py_ssize_t k
    cdef char_t c = s[i]
    if c == 37:
        return i + 2 < n and is_hex(s[i + 1]) and is_hex(s[i + 2])
    if c == 92:
        if i + 1 >= n:
            return False
        c = s[i + 1]
        # RTF, TeX and Markdown; some of it, when it comes to it, is nothing.
        if c == 116 or c == 126 or c == 95 or c == 32 or c == 33 or c == 39 or 44 <= c <= 47 or c == 58 or c == 59:
            return True
        if c == 117 and i + 4 < n and is_ascii_digit(s[i + 2]):
            return True
        if s[i + 1] == 120:
            return i + 3 < n and is_hex(s[i + 2]) and is_hex(s[i + 3])
        if s[i + 1] == 92:
            i += 1
        if i + 5 >= n or s[i + 1] != 117:
            return False
        return is_hex(s[i + 2]) and is_hex(s[i + 3]) and is_hex(s[i + 4]) and is_hex(s[i + 5])
    k = i + 1
    while k < n and k < i + 10:
        if s[k] == 59:
            return k > i + 2
        k += 1
    return False


cdef inline bint is_name(const char_t* s, Py_ssize_t end, Py_ssize_t i, const char* word) noexcept nogil:
    """Whether the tag at ``i`` has this name; names are in lower case."""
    cdef Py_ssize_t k = 0
    while word[k]:
        if i + k >= end or s[i + k] != <char_t> word[k]:
            return False
        k += 1
    return i + k < end and (s[i + k] == 62 or s[i + k] == 32 or s[i + k] == 47)


cdef bint is_inline(const char_t* s, Py_ssize_t n, Py_ssize_t i) noexcept nogil:
    """Whether a tag that may stand inside a number starts at ``i``, where there is a <, and a digit is soon behind it."""
    cdef Py_ssize_t k = i + 1, end = i + TAGS + 1 if i + TAGS + 1 < n else n
    cdef char_t c
    if k < end and s[k] == 47:
        k += 1
    if k >= end:
        return False
    c = s[k]
    if not (
        (c == 97 and (is_name(s, end, k, b"a") or is_name(s, end, k, b"abbr")))
        or (c == 98 and (is_name(s, end, k, b"b") or is_name(s, end, k, b"bdi") or is_name(s, end, k, b"bdo")
                         or is_name(s, end, k, b"big")))
        or (c == 99 and is_name(s, end, k, b"code"))
        or (c == 101 and is_name(s, end, k, b"em"))
        or (c == 102 and is_name(s, end, k, b"font"))
        or (c == 105 and (is_name(s, end, k, b"i") or is_name(s, end, k, b"ins")))
        or (c == 107 and is_name(s, end, k, b"kbd"))
        or (c == 109 and is_name(s, end, k, b"mark"))
        or (c == 110 and is_name(s, end, k, b"nobr"))
        or (c == 113 and is_name(s, end, k, b"q"))
        or (c == 115 and (is_name(s, end, k, b"s") or is_name(s, end, k, b"samp") or is_name(s, end, k, b"small")
                          or is_name(s, end, k, b"span") or is_name(s, end, k, b"strong") or is_name(s, end, k, b"sub")
                          or is_name(s, end, k, b"sup")))
        or (c == 117 and is_name(s, end, k, b"u"))
        or (c == 118 and is_name(s, end, k, b"var"))
        or (c == 119 and is_name(s, end, k, b"wbr"))
    ):
        return False
    while k < end:
        if s[k] == 10:
            return False
        if is_digit(s[k]):
            return True
        k += 1
    return False


cdef inline bint dense16(const uint8_t* s, Py_ssize_t n) noexcept nogil:
    """As :func:`dense`, of 16 bytes or more."""
    cdef Py_ssize_t i = 0, k
    cdef int run = 0, colons = 0, marks = 0, skip = 0
    cdef unsigned masks[6]
    cdef unsigned digits, breakers, below, between, rest
    while i < n:
        if i + 16 > n:
            # The last sixteen again, less those that were looked at.
            skip = <int> (i + 16 - n)
            i = n - 16
        pcishield_masks(s + i, masks)
        if masks[2]:
            return True
        if masks[3]:
            for k in range(i + skip, i + 16):
                if s[k] == 60 and is_inline(s, n, k):
                    return True
        digits = masks[0] >> skip
        breakers = masks[1] >> skip
        if masks[4] | masks[5]:
            colons += pcishield_ones(masks[4] >> skip)
            marks += pcishield_ones(masks[5] >> skip)
            if colons >= PAIRS or marks >= PAIRS:
                return True
        if not digits:
            if breakers:
                run = 0
        elif not breakers:
            run += pcishield_ones(digits)
            if run >= SHORTEST:
                return True
        else:
            below = (breakers & (~breakers + 1)) - 1
            if run + pcishield_ones(digits & below) >= SHORTEST:
                return True
            if pcishield_ones(digits) >= SHORTEST:
                # Then they may lie between two breakers, too.
                rest = breakers & (breakers - 1)
                while rest:
                    between = ((rest & (~rest + 1)) - 1) & ~below
                    if pcishield_ones(digits & between) >= SHORTEST:
                        return True
                    below |= between
                    rest &= rest - 1
            run = pcishield_ones(digits & pcishield_above(breakers))
            if run >= SHORTEST:
                return True
        i += 16
    return False


cdef inline bint dense(const uint8_t* s, Py_ssize_t n) noexcept nogil:
    """Whether twelve ASCII digits may stand with no letter and no colon between them, or what goes over these does.

    That is an escape or a tag, and pairs of a tag and its value in hexadecimal, with a colon or 0x between them.
    """
    cdef Py_ssize_t i = 0, k
    cdef int run = 0, colons = 0, marks = 0
    cdef uint64_t x, digits, breakers, first
    cdef uint8_t tail[8]
    if PCISHIELD_SIXTEEN and n >= 16:
        return dense16(s, n)
    while i < n:
        if i + 8 <= n:
            x = pcishield_load(s + i)
            digits = digit_bits(s + i)
        else:
            memset(tail, 0, 8)
            memcpy(tail, s + i, n - i)
            x = pcishield_load(tail)
            digits = digit_bits(tail)
        if pcishield_escapes(x):
            return True
        if pcishield_equal(x, 60):
            for k in range(i, i + 8 if i + 8 < n else n):
                if s[k] == 60 and is_inline(s, n, k):
                    return True
        digits ^= <uint64_t> 0x8080808080808080
        breakers = pcishield_breakers(x)
        if breakers:
            colons += pcishield_high_bits(pcishield_equal(x, 58))
            marks += pcishield_high_bits(pcishield_equal(x | <uint64_t> 0x2020202020202020, 120))
            if colons >= PAIRS or marks >= PAIRS:
                return True
            first = breakers & (~breakers + 1)
            if run + pcishield_high_bits(digits & (first - 1)) >= SHORTEST:
                return True
            run = pcishield_high_bits(digits & ~pcishield_up_to(breakers))
        else:
            run += pcishield_high_bits(digits)
            if run >= SHORTEST:
                return True
        i += 8
    return False


cdef bint is_frame(const char_t* s, Py_ssize_t n, Py_ssize_t i, int size) noexcept nogil:
    """Whether a frame may start or go on at ``i``, which is no digit; ``size``: digits right in front of it."""
    cdef char_t c = s[i]
    if c == 94:
        return size > 0
    if c == 61 or c == 68 or c == 100:
        return size >= SHORTEST and i + 1 < n and is_ascii_digit(s[i + 1])
    return False


cdef inline Py_ssize_t skip_pair_gap(const char_t* s, Py_ssize_t n, Py_ssize_t i) noexcept nogil:
    cdef Py_ssize_t k = i
    if k < n and s[k] == 44:
        k += 1
    if k < n and s[k] == 32:
        k += 1
    if k + 1 < n and s[k] == 48 and (s[k + 1] == 120 or s[k + 1] == 88):
        return k + 2
    if i < n and (s[i] == 32 or s[i] == 45 or s[i] == 58):
        return i + 1
    return i


cdef bint is_tag(const char_t* s, Py_ssize_t n, Py_ssize_t i) noexcept nogil:
    """Whether EMV tag 5A or 57 stands at ``i``, where there is a 5, with a length and digits enough behind it."""
    cdef Py_ssize_t k
    cdef char_t c
    cdef bint track
    cdef int size = 0
    if i + TAGGED >= n:
        return False
    c = s[i + 1]
    track = c == 55
    if not track and c != 65 and c != 97:
        return False
    k = skip_pair_gap(s, n, i + 2)
    if k + 1 >= n:
        return False
    c = s[k + 1]
    if track:
        if not ((s[k] == 48 and (65 <= c <= 70 or 97 <= c <= 102)) or (s[k] == 49 and 48 <= c <= 51)):
            return False
    elif not (s[k] == 48 and (54 <= c <= 57 or c == 65 or c == 97)):
        return False
    k = skip_pair_gap(s, n, k + 2)
    while k < n and is_ascii_digit(s[k]):
        size += 1
        if size >= SHORTEST and not track:
            return True
        k = skip_pair_gap(s, n, k + 1)
    return track and size >= SHORTEST and k < n and (s[k] == 68 or s[k] == 100)


cdef bint is_message(const char_t* s, Py_ssize_t n, Py_ssize_t i) noexcept nogil:
    """Whether an ISO 8583 message with a field 2 may start at ``i``, where a group starts."""
    cdef Py_ssize_t k
    cdef int index
    cdef char_t c
    if n - i < 34 or not (is_letter(s[i + 4]) or is_ascii_digit(s[i + 4])):
        return False
    if i > 0 and is_letter(s[i - 1]) and not (i > 2 and s[i - 1] == 79 and s[i - 2] == 83 and s[i - 3] == 73):
        return False
    for index in range(6):
        k = i + HEADERS[index]
        c = s[k + 4]
        if (48 <= s[k] <= 50 and 49 <= s[k + 1] <= 56 and is_ascii_digit(s[k + 2]) and 48 <= s[k + 3] <= 53
                and (52 <= c <= 55 or 67 <= c <= 70 or 99 <= c <= 102)):
            for k in range(i, i + 34):
                if not is_ascii_digit(s[k]) and not is_letter(s[k]):
                    return False
            return True
    return False


cdef inline bint is_merchant(const char_t* s, Py_ssize_t n, Py_ssize_t i) noexcept nogil:
    """Whether the text of a merchant's QR code may start at ``i``, where a group starts."""
    return (i + 20 < n and s[i] == 48 and s[i + 1] == 48 and s[i + 2] == 48 and s[i + 3] == 50 and s[i + 4] == 48
            and s[i + 5] == 49)


cdef bint is_escaped(const char_t* s, Py_ssize_t i) noexcept nogil:
    """Whether the digits at ``i`` may be a part of an escape, or glued to one."""
    cdef Py_ssize_t k = i - 1, low = i - 5 if i > 5 else 0
    cdef char_t c
    if k < 0:
        return False
    c = s[k]
    if c == 37:
        return True
    if not (is_hex(c) or c == 117 or c == 35 or c == 120 or c == 88):
        return False
    while k >= low:
        c = s[k]
        if c == 37 or c == 92 or c == 38:
            return True
        k -= 1
    return False


cdef inline Py_ssize_t next_digit(const char_t* s, Py_ssize_t i, Py_ssize_t n) noexcept nogil:
    cdef char_t c
    if char_t is uint8_t:
        while i + 8 <= n and digit_bits(<const uint8_t*> s + i) == <uint64_t> 0x8080808080808080:
            i += 8
        while i < n and not is_ascii_digit(s[i]):
            i += 1
    else:
        while i < n:
            c = s[i]
            if is_ascii_digit(c) or (c >= 0x660 and 0 < class_of(c) < SEPARATOR):
                break
            i += 1
    return i


cdef int scan(const Table* table, const char_t* s, Py_ssize_t n, Found* found) noexcept nogil:
    """Say what there is in ``s[0:n]``. With ``collect``, every suspect is marked, else the first settles it."""
    cdef Run run
    cdef Py_ssize_t i = next_digit(s, 0, n), start, zeros
    cdef int gap, slot, count
    cdef unsigned tags
    cdef uint8_t cls
    cdef char_t c
    run.groups = run.singles = 0
    run.total = 0
    run.odd = run.unseen = False
    while i < n:
        start = i
        if is_message(s, n, i) or is_merchant(s, n, i) or is_escaped(s, i):
            suspect(found, i)
        if char_t is uint8_t and PCISHIELD_SIXTEEN:
            while i + 16 <= n:
                count = pcishield_leading_digits(s + i, &tags)
                if tags and n - i < TAGGED + 16:
                    tags &= (<unsigned> 1 << (n - i - TAGGED)) - 1 if n - i > TAGGED else 0
                while tags:
                    if is_tag(s, n, i + pcishield_lowest(tags)):
                        suspect(found, i + pcishield_lowest(tags))
                    tags &= tags - 1
                i += count
                if count < 16:
                    break
        while i < n and is_digit(s[i]):
            if s[i] == 53 and is_tag(s, n, i):
                suspect(found, i)
            i += 1
        slot = run.groups & (RING - 1)
        run.starts[slot] = start
        run.sizes[slot] = <int> (i - start) if i - start <= GLUED else GLUED + 1
        run.zeros[slot] = 0
        if class_of(s[start]) == 1:
            zeros = start
            while zeros < i and class_of(s[zeros]) == 1:
                zeros += 1
            run.zeros[slot] = zeros - start
            run.bare[slot] = <int> (i - zeros) if i - zeros <= GLUED else GLUED + 1
        run.groups += 1
        run.singles = run.singles + 1 if i - start == 1 else 0
        if run.singles >= SHORTEST or (run.unseen and run.total + i - start >= SHORTEST):
            suspect(found, start)
        run.total += i - start
        run.end = i
        if run.total >= SHORTEST:
            end_group(table, &run, found, s)
        if i < n and is_frame(s, n, i, <int> (i - start) if i - start <= GLUED else GLUED + 1):
            suspect(found, i)
        gap = 0
        while i < n and gap <= GAP:
            cls = class_of(s[i])
            if cls < SEPARATOR:
                break
            run.odd |= s[i] != 32 and s[i] != 45
            run.unseen |= cls == UNSEEN
            gap += 1
            i += 1
        if 0 < gap <= GAP and i < n and is_digit(s[i]):
            continue
        if SHORTEST <= run.total <= LONGEST:
            end_run(table, &run, found, s)
        if i < n:
            c = s[i]
            if (c == 37 or c == 92 or c == 38) and is_escape(s, n, i):
                suspect(found, i)
            elif c == 60 and is_inline(s, n, i):
                suspect(found, i)
        if found.plain > 1 and not found.collect:
            return LOOK
        run.groups = run.singles = 0
        run.total = 0
        run.odd = run.unseen = False
        i = next_digit(s, i, n)
    if found.plain == 0:
        return CLEAN
    if found.plain > 1:
        return LOOK
    return PLAIN if is_plain(s, n, found) else LOOK
