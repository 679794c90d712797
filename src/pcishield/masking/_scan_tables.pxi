# What characters, ranges of issuers and findings are to the kernel. Included by _scanner.pyx.

cdef enum Verdict:
    CLEAN = 0
    LOOK = 1
    PLAIN = 2

cdef enum:
    SHORTEST = 12
    LONGEST = 19
    GAP = 4
    GLUED = 32
    RING = 32          # groups remembered; a window has at most 19
    WORD_REACH = 40
    MOST_RANGES = 128
    DEPTH = 32
    SMALL_CELL = 4096
    WHOLE = 20         # digits of a 64-bit number
    NEAR = 3           # rows ahead whose cells are asked for
    FAR = 8            # rows ahead that are asked for themselves
    LINE = 64          # bytes of a cache line
    AT_HAND = 512      # rows that a driver has just made are still in the processor's cache
    PAIRS = 7          # bytes of the shortest tag with a number, less its first
    TAGGED = 14        # characters of the same, less its last
    TAGS = 32          # characters of tags between two digits
    NAME_REACH = 40
    TAGS_LOW = 0xE0000          # characters that are not seen, outside of the basic plane
    TAGS_HIGH = 0xE01EF
    TICKS_LOW = 63397900
    TICKS_HIGH = 64187078

cdef int64_t SMALLEST = 100000000000
cdef int64_t LOWEST_ADDRESS = 0x7E0000000000
cdef int64_t HIGHEST_ADDRESS = 0x800000000000

# Class of a character of the basic plane: 0 other, 1 to 10 the digits, 11 a separator, 12 one that is not seen.
cdef uint8_t CLASSES[65536]
cdef enum:
    SEPARATOR = 11
    UNSEEN = 12
# Of ASCII: a digit, a part of a frame, the first letter of a word for a verification code, and the second one.
cdef uint8_t KINDS[128]
cdef enum:
    DIGIT = 1
    FRAME = 2
    FIRST = 4 | 8 | 16          # of those that go on as cv or cr, as se and ve, as pr
    GOES_ON = 3                 # bits between a first letter and the second ones that it goes on with
cdef uint32_t ASTRAL[64]
cdef int ASTRALS = 0
cdef uint8_t DOUBLED[10]
DOUBLED[:] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
cdef int HEADERS[6]                 # digits that may stand in front of an ISO 8583 message type
HEADERS[:] = [0, 2, 4, 9, 10, 14]


def _fill_classes(str separators, str invisible):
    global ASTRALS
    cdef uint32_t code
    ASTRALS = 0
    memset(CLASSES, 0, sizeof(CLASSES))
    for code in range(0x110000):
        value = unicodedata.decimal(chr(code), None)
        if value is None:
            continue
        if code < 65536:
            CLASSES[code] = 1 + <uint8_t> value
        elif value == 0:
            ASTRAL[ASTRALS] = code
            ASTRALS += 1
    memset(KINDS, 0, sizeof(KINDS))
    for kind, chars in (
        (DIGIT, "0123456789"), (FRAME, ";\\^"), (4, "cC"), (8, "sSvV"), (16, "pP"),
        (4 << GOES_ON, "vVaAiIsSrR"), (8 << GOES_ON, "eE"), (16 << GOES_ON, "rR"),
    ):
        for char in chars:
            KINDS[ord(char)] |= kind
    for char in separators:
        if ord(char) >= 65536:
            if not TAGS_LOW <= ord(char) <= TAGS_HIGH:
                raise ValueError("a separator does not fit the compiled kernel")
            continue
        CLASSES[ord(char)] = UNSEEN if char in invisible else SEPARATOR


cdef struct Ranges:
    int count
    uint8_t first[100]          # by the first two digits, the first range that does not end before them
    uint32_t low[MOST_RANGES]
    uint32_t high[MOST_RANGES]

cdef struct Table:
    bint strict
    Ranges certain[20]

cdef struct Found:
    uint8_t digits[WHOLE]       # of a whole number, at the end
    bint negative
    # One plain candidate, and where suspects lie when they are wanted.
    Py_ssize_t start
    Py_ssize_t end
    int size
    int plain
    bint first                  # the plain candidate is the first group of its run
    bint again                  # its mask has digits of the run beside it: the masked text must be clean as well
    bint collect
    Py_ssize_t base             # added to every mark
    Py_ssize_t count
    Py_ssize_t room
    Py_ssize_t* marks
    bint failed

ctypedef fused char_t:
    uint8_t
    uint16_t
    uint32_t


cdef inline uint8_t class_of(char_t c) noexcept nogil:
    cdef int index
    cdef uint32_t code = <uint32_t> c
    if char_t is uint8_t:
        return CLASSES[c]
    elif char_t is uint16_t:
        return CLASSES[c]
    else:
        if code < 65536:
            return CLASSES[code]
        if code >= TAGS_LOW:
            return UNSEEN if code <= TAGS_HIGH else 0
        for index in range(ASTRALS):
            if code < ASTRAL[index]:
                return 0
            if code < ASTRAL[index] + 10:
                return <uint8_t> (1 + code - ASTRAL[index])
        return 0


cdef inline bint is_ascii_digit(char_t c) noexcept nogil:
    return 48 <= c <= 57


cdef inline bint is_digit(char_t c) noexcept nogil:
    if char_t is uint8_t:
        return is_ascii_digit(c)
    else:
        return is_ascii_digit(c) or (c >= 0x660 and 0 < class_of(c) < SEPARATOR)


cdef inline bint is_hex(char_t c) noexcept nogil:
    return 48 <= c <= 57 or 65 <= c <= 70 or 97 <= c <= 102


cdef inline bint is_letter(char_t c) noexcept nogil:
    return 65 <= c <= 90 or 97 <= c <= 122
