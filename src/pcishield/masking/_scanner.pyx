# distutils: extra_compile_args = -O3
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
# cython: freethreading_compatible=True
"""The compiled kernel: says fast, and exactly, where there is nothing; masks the plain cases itself.

Rules:

- The reference decides. ``CLEAN`` is said only where the reference finds nothing, ``PLAIN`` only where its answer is
  one card number with nothing else to consider; everything between is ``LOOK`` and goes to the reference.
  The differential tests hold both to the same answers.
- Every read is inside ``[0, n)`` of the string or buffer it was given. Time is linear in ``n``.
- Character data is read where it lies (``PyUnicode_DATA``, Arrow buffers); nothing is copied or decoded.

What is looked for mirrors :mod:`pcishield.masking.scanner`, rule by rule; read that first.
"""

import unicodedata

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_Next
from cpython.float cimport PyFloat_AS_DOUBLE
from cpython.list cimport PyList_GET_ITEM, PyList_GET_SIZE, PyList_SetItem
from cpython.object cimport PyObject
from cpython.ref cimport Py_DECREF, Py_INCREF
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE, PyTuple_New, PyTuple_SET_ITEM
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy, memset

cdef extern from "Python.h":
    int PyUnicode_CheckExact(object o)
    int PyUnicode_KIND(object o)
    void* PyUnicode_DATA(object o)
    Py_ssize_t PyUnicode_GET_LENGTH(object o)
    uint32_t PyUnicode_MAX_CHAR_VALUE(object o)
    object PyUnicode_New(Py_ssize_t size, uint32_t maxchar)
    int PyLong_CheckExact(object o)
    long long PyLong_AsLongLongAndOverflow(object o, int* overflow) except? -1
    # Of an exact int it cannot fail.
    long long exact_long "PyLong_AsLongLongAndOverflow"(PyObject* o, int* overflow) noexcept
    PyObject* Py_TYPE "(PyObject*) Py_TYPE"(PyObject* o)
    Py_ssize_t Py_REFCNT(PyObject* o)
    # Of something that is only looked at.
    bint is_str "PyUnicode_CheckExact"(PyObject* o)
    bint is_int "PyLong_CheckExact"(PyObject* o)
    bint is_float "PyFloat_CheckExact"(PyObject* o)
    bint is_tuple "PyTuple_CheckExact"(PyObject* o)
    Py_ssize_t str_length "PyUnicode_GET_LENGTH"(PyObject* o)
    double float_value "PyFloat_AS_DOUBLE"(PyObject* o)
    Py_ssize_t tuple_size "PyTuple_GET_SIZE"(PyObject* o)
    PyObject* tuple_item "PyTuple_GET_ITEM"(PyObject* o, Py_ssize_t i)
    int PyFloat_CheckExact(object o)
    int PyBool_Check(object o)
    int PyTuple_CheckExact(object o)
    int PyList_CheckExact(object o)
    int PyDict_CheckExact(object o)
    int PyBytes_CheckExact(object o)
    PyObject* Py_None

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


# ---------------------------------------------------------------- counting


cdef extern from *:
    """
    #include <string.h>
    /* Eight bytes, the first one lowest. */
    static inline unsigned long long pcishield_load(const unsigned char* p) {
        unsigned long long x;
        memcpy(&x, p, 8);
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        x = __builtin_bswap64(x);
    #endif
        return x;
    }
    /* How many high bits of eight bytes are set; no other bit is. */
    static inline int pcishield_high_bits(unsigned long long x) {
        return (int) (((x >> 7) * 0x0101010101010101ULL) >> 56);
    }
    /* For eight bytes, one high bit for each that is: */
    #define PCISHIELD_LOW 0x7F7F7F7F7F7F7F7FULL
    #define PCISHIELD_HIGH 0x8080808080808080ULL
    #define PCISHIELD_ONES 0x0101010101010101ULL
    /* ... equal to one character; */
    static inline unsigned long long pcishield_equal(unsigned long long x, unsigned char c) {
        x ^= PCISHIELD_ONES * c;
        return ~(((x & PCISHIELD_LOW) + PCISHIELD_LOW) | x | PCISHIELD_LOW);
    }
    /* ... an ASCII letter or a colon, which no run of digits goes over unless it is a part of an escape; */
    static inline unsigned long long pcishield_breakers(unsigned long long x) {
        unsigned long long lower = (x | 0x2020202020202020ULL) & PCISHIELD_LOW;
        unsigned long long from_a = lower + PCISHIELD_ONES * (0x80 - 'a');
        unsigned long long over_z = lower + PCISHIELD_ONES * (0x7F - 'z');
        return (from_a & ~over_z & ~x & PCISHIELD_HIGH) | pcishield_equal(x, ':');
    }
    /* ... the start of an escape. */
    static inline unsigned long long pcishield_escapes(unsigned long long x) {
        return pcishield_equal(x, 37) | pcishield_equal(x, 92) | pcishield_equal(x, 38);
    }
    /* All high bits up to the highest one that is set. */
    static inline unsigned long long pcishield_up_to(unsigned long long x) {
        x |= x >> 8;
        x |= x >> 16;
        x |= x >> 32;
        return x;
    }
    /* Whether an int is below thirty bits at a look. */
    #if PY_VERSION_HEX >= 0x030C0000
    #define pcishield_small(o) PyUnstable_Long_IsCompact((PyLongObject*) (o))
    #else
    #define pcishield_small(o) (Py_SIZE(o) >= -1 && Py_SIZE(o) <= 1)
    #endif
    /* Whether a text is compact ASCII, and where its characters are then. */
    #define pcishield_ascii(o) PyUnicode_IS_COMPACT_ASCII(o)
    #define pcishield_text(o) ((const unsigned char*) ((PyASCIIObject*) (o) + 1))
    /* Whether an ASCII text that one tuple holds is in no other hands, and in no other form. */
    #if defined(Py_GIL_DISABLED) || defined(PYPY_VERSION)
    #define pcishield_sole(o) 0
    #elif PY_VERSION_HEX >= 0x030C0000
    #define pcishield_sole(o) (Py_REFCNT(o) == 1 && PyUnicode_IS_COMPACT_ASCII(o) && !PyUnicode_CHECK_INTERNED(o))
    #else
    #define pcishield_sole(o) (Py_REFCNT(o) == 1 && PyUnicode_IS_COMPACT_ASCII(o) && !PyUnicode_CHECK_INTERNED(o) \\
        && ((PyASCIIObject*) (o))->wstr == NULL)
    #endif
    #define pcishield_unhash(o) (((PyASCIIObject*) (o))->hash = -1)
    #if defined(__GNUC__)
    #define pcishield_prefetch(p) __builtin_prefetch(p)
    #else
    #define pcishield_prefetch(p) ((void) (p))
    #endif
    #if defined(__SSE2__) && defined(__GNUC__)
    #include <emmintrin.h>
    /* -1 for each of sixteen bytes that is an ASCII digit. */
    static inline __m128i pcishield_are_digits(__m128i x) {
        return _mm_cmplt_epi8(_mm_add_epi8(x, _mm_set1_epi8((char) (128 - '0'))), _mm_set1_epi8(-128 + 10));
    }
    static inline __m128i pcishield_digits(const unsigned char* p) {
        return pcishield_are_digits(_mm_loadu_si128((const __m128i*) p));
    }
    static const unsigned char pcishield_last[32] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255
    };
    /* Whether 12 to 255 bytes hold twelve ASCII digits. */
    static inline int pcishield_enough(const unsigned char* p, size_t n) {
        size_t i = 16;
        __m128i count;
        if (n < 16) {
            /* The first eight and the last eight, less those that are both. */
            __m128i x = _mm_unpacklo_epi64(
                _mm_loadl_epi64((const __m128i*) p), _mm_loadl_epi64((const __m128i*) (p + n - 8)));
            unsigned others = (unsigned) _mm_movemask_epi8(pcishield_are_digits(x)) ^ 0xFFFF;
            others &= ~(((1u << (16 - n)) - 1) << 8);
            /* At most three may be no digit. */
            if (!others) return 1;
            others &= others - 1;
            if (n == 12) return 0;
            if (!others) return 1;
            others &= others - 1;
            if (n == 13) return 0;
            if (!others) return 1;
            return n == 15 && !(others & (others - 1));
        }
        count = pcishield_digits(p);
        if (n < 28 && _mm_movemask_epi8(count) == 0) return 0;
        for (; i + 16 <= n; i += 16) count = _mm_add_epi8(count, pcishield_digits(p + i));
        if (i < n) {
            /* The last sixteen again, less those that were counted. */
            __m128i mask = _mm_loadu_si128((const __m128i*) (pcishield_last + (n - i)));
            count = _mm_add_epi8(count, _mm_and_si128(pcishield_digits(p + n - 16), mask));
        }
        count = _mm_sad_epu8(_mm_sub_epi8(_mm_setzero_si128(), count), _mm_setzero_si128());
        return _mm_cvtsi128_si32(count) + _mm_extract_epi16(count, 4) >= 12;
    }
    #define PCISHIELD_IS(c) _mm_cmpeq_epi8(x, _mm_set1_epi8(c))
    /* One bit for each of sixteen bytes that is: a digit, a breaker, the start of an escape, of a tag, a colon, an x. */
    static inline void pcishield_masks(const unsigned char* p, unsigned* masks) {
        __m128i x = _mm_loadu_si128((const __m128i*) p);
        __m128i lower = _mm_or_si128(x, _mm_set1_epi8(0x20));
        __m128i letters = _mm_cmplt_epi8(_mm_add_epi8(lower, _mm_set1_epi8((char) (128 - 'a'))), _mm_set1_epi8(-128 + 26));
        masks[0] = (unsigned) _mm_movemask_epi8(pcishield_digits(p));
        masks[1] = (unsigned) _mm_movemask_epi8(_mm_or_si128(letters, PCISHIELD_IS(':')));
        masks[2] = (unsigned) _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(PCISHIELD_IS(37), PCISHIELD_IS(92)), PCISHIELD_IS(38)));
        masks[3] = (unsigned) _mm_movemask_epi8(PCISHIELD_IS(60));
        masks[4] = (unsigned) _mm_movemask_epi8(PCISHIELD_IS(58));
        masks[5] = (unsigned) _mm_movemask_epi8(_mm_cmpeq_epi8(lower, _mm_set1_epi8('x')));
    }
    /* How many digits sixteen bytes begin with, and where among them a tag 5A or 57 may start. */
    static inline int pcishield_leading_digits(const unsigned char* p, unsigned* tags) {
        __m128i x = _mm_loadu_si128((const __m128i*) p);
        unsigned digits = (unsigned) _mm_movemask_epi8(pcishield_digits(p));
        unsigned fives = (unsigned) _mm_movemask_epi8(PCISHIELD_IS(53));
        unsigned seconds = (unsigned) _mm_movemask_epi8(
            _mm_or_si128(_mm_or_si128(PCISHIELD_IS(55), PCISHIELD_IS(65)), PCISHIELD_IS(97)));
        int count = __builtin_ctz(~digits);
        *tags = fives & (seconds >> 1 | 0x8000u) & ((1u << count) - 1);
        return count;
    }
    #define PCISHIELD_OR(a, b) _mm_or_si128(a, b)
    /* One bit for each of 16 to 64 bytes that is an ASCII digit; whether one is beyond ASCII or a part of a frame. */
    static inline unsigned long long pcishield_map(const unsigned char* s, int n, int* odd) {
        unsigned long long map = 0;
        __m128i found = _mm_setzero_si128();
        int i, skip = 0;
        for (i = 0; i < n; i += 16) {
            __m128i x;
            if (i + 16 > n) skip = i + 16 - n;  /* the last sixteen again, less those that were looked at */
            x = _mm_loadu_si128((const __m128i*) (s + i - skip));
            map |= (unsigned long long) (unsigned) _mm_movemask_epi8(pcishield_are_digits(x)) >> skip << i;
            found = PCISHIELD_OR(PCISHIELD_OR(found, x), PCISHIELD_OR(PCISHIELD_OR(PCISHIELD_IS(59), PCISHIELD_IS(92)), PCISHIELD_IS(94)));
        }
        *odd = _mm_movemask_epi8(found);
        return map;
    }
    /* Whether 17 bytes or more have two letters that may begin a word for a verification code: see KINDS. */
    static inline int pcishield_pairs(const unsigned char* s, int n) {
        __m128i found = _mm_setzero_si128(), lower = _mm_set1_epi8(0x20);
        int i = 0;
        for (;;) {
            __m128i x = PCISHIELD_OR(_mm_loadu_si128((const __m128i*) (s + i + 1)), lower);
            __m128i r = PCISHIELD_IS('r'), e = PCISHIELD_IS('e'), sv = PCISHIELD_OR(PCISHIELD_IS('s'), PCISHIELD_IS('v'));
            __m128i after_c = PCISHIELD_OR(PCISHIELD_OR(PCISHIELD_IS('a'), PCISHIELD_IS('i')), PCISHIELD_OR(sv, r));
            x = PCISHIELD_OR(_mm_loadu_si128((const __m128i*) (s + i)), lower);
            found = PCISHIELD_OR(found, _mm_and_si128(PCISHIELD_IS('c'), after_c));
            found = PCISHIELD_OR(found, _mm_and_si128(PCISHIELD_OR(PCISHIELD_IS('s'), PCISHIELD_IS('v')), e));
            found = PCISHIELD_OR(found, _mm_and_si128(PCISHIELD_IS('p'), r));
            if (i + 17 >= n) return _mm_movemask_epi8(found) != 0;
            i = i + 33 <= n ? i + 16 : n - 17;
        }
    }
    #undef PCISHIELD_OR
    #undef PCISHIELD_IS
    /* Write what sixteen ASCII digits count; 0 when one is no digit. */
    static inline int pcishield_sixteen(const unsigned char* p, unsigned char* digits) {
        __m128i x = _mm_sub_epi8(_mm_loadu_si128((const __m128i*) p), _mm_set1_epi8('0'));
        if (_mm_movemask_epi8(pcishield_digits(p)) != 0xFFFF) return 0;
        _mm_storeu_si128((__m128i*) digits, x);
        return 1;
    }
    /* The Luhn sum of sixteen digits. */
    static inline int pcishield_luhn(const unsigned char* digits) {
        __m128i x = _mm_loadu_si128((const __m128i*) digits), first = _mm_set1_epi16(0x00FF);
        __m128i twice = _mm_and_si128(_mm_add_epi8(x, x), first);
        twice = _mm_sub_epi8(twice, _mm_and_si128(_mm_cmpgt_epi8(twice, _mm_set1_epi8(9)), _mm_set1_epi8(9)));
        x = _mm_sad_epu8(_mm_add_epi8(twice, _mm_andnot_si128(first, x)), _mm_setzero_si128());
        return _mm_cvtsi128_si32(x) + _mm_extract_epi16(x, 4);
    }
    /* How many of sixteen bits are set; not every processor that this is built for can tell. */
    static inline int pcishield_ones(unsigned x) {
        x -= x >> 1 & 0x5555;
        x = (x & 0x3333) + (x >> 2 & 0x3333);
        x = (x + (x >> 4)) & 0x0F0F;
        return (int) ((x + (x >> 8)) & 0x1F);
    }
    #define pcishield_lowest(x) __builtin_ctz(x)
    #define pcishield_lowest64(x) __builtin_ctzll(x)
    #define pcishield_above(x) (~0u << (32 - __builtin_clz(x)))
    #define PCISHIELD_SIXTEEN 1
    #else
    static inline int pcishield_enough(const unsigned char* p, size_t n) { return 1; }
    static inline void pcishield_masks(const unsigned char* p, unsigned* masks) { }
    static inline int pcishield_leading_digits(const unsigned char* p, unsigned* tags) { return 0; }
    static inline int pcishield_sixteen(const unsigned char* p, unsigned char* digits) { return 0; }
    static inline int pcishield_luhn(const unsigned char* digits) { return 0; }
    static inline unsigned long long pcishield_map(const unsigned char* s, int n, int* odd) { return 0; }
    static inline int pcishield_pairs(const unsigned char* s, int n) { return 0; }
    #define pcishield_ones(x) 0
    #define pcishield_lowest(x) 0
    #define pcishield_lowest64(x) 0
    #define pcishield_above(x) 0
    #define PCISHIELD_SIXTEEN 0
    #endif
    /* Digits in a block of 64 bytes, in a form that compilers vectorise. */
    static inline unsigned pcishield_block(const unsigned char* p) {
        unsigned char n = 0;
        for (int i = 0; i < 64; i++) n += (unsigned char)((unsigned char)(p[i] - 48) < 10);
        return n;
    }
    """
    unsigned long long pcishield_load(const unsigned char* p) noexcept nogil
    int pcishield_high_bits(unsigned long long x) noexcept nogil
    unsigned long long pcishield_breakers(unsigned long long x) noexcept nogil
    unsigned long long pcishield_equal(unsigned long long x, unsigned char c) noexcept nogil
    unsigned long long pcishield_escapes(unsigned long long x) noexcept nogil
    unsigned long long pcishield_up_to(unsigned long long x) noexcept nogil
    unsigned pcishield_block(const unsigned char* p) noexcept nogil
    int pcishield_enough(const unsigned char* p, size_t n) noexcept nogil
    void pcishield_masks(const unsigned char* p, unsigned* masks) noexcept nogil
    int pcishield_leading_digits(const unsigned char* p, unsigned* tags) noexcept nogil
    bint pcishield_sixteen(const unsigned char* p, unsigned char* digits) noexcept nogil
    int pcishield_luhn(const unsigned char* digits) noexcept nogil
    uint64_t pcishield_map(const unsigned char* s, int n, int* odd) noexcept nogil
    bint pcishield_pairs(const unsigned char* s, int n) noexcept nogil
    int pcishield_ones(unsigned x) noexcept nogil
    int pcishield_lowest(unsigned x) noexcept nogil
    int pcishield_lowest64(uint64_t x) noexcept nogil
    unsigned pcishield_above(unsigned x) noexcept nogil
    const bint PCISHIELD_SIXTEEN
    void pcishield_prefetch(const void* p) noexcept nogil
    bint pcishield_small(PyObject* o) noexcept
    bint pcishield_ascii(PyObject* o) noexcept
    const uint8_t* pcishield_text(PyObject* o) noexcept
    bint pcishield_sole(PyObject* o) noexcept
    void pcishield_unhash(PyObject* o) noexcept


cdef inline uint64_t digit_bits(const uint8_t* p) noexcept nogil:
    """One high bit for each of eight bytes that is no ASCII digit."""
    cdef uint64_t x = pcishield_load(p)
    x ^= <uint64_t> 0x3030303030303030
    return (((x & <uint64_t> 0x7F7F7F7F7F7F7F7F) + <uint64_t> 0x7676767676767676) | x) & <uint64_t> 0x8080808080808080


cdef inline bint enough8(const uint8_t* s, Py_ssize_t n) noexcept nogil:
    """Whether ``n >= 12`` bytes hold twelve ASCII digits."""
    cdef Py_ssize_t i = 0
    cdef int count = 0
    cdef uint64_t rest
    if PCISHIELD_SIXTEEN and n < 256:
        return pcishield_enough(s, n)
    while i + 8 <= n:
        count += 8 - pcishield_high_bits(digit_bits(s + i))
        if count >= SHORTEST:
            return True
        i += 8
    if i < n:
        # The last eight bytes again, less those that were counted.
        rest = digit_bits(s + n - 8)
        rest >>= 8 * (8 - (n - i))
        count += <int> (n - i) - pcishield_high_bits(rest)
    return count >= SHORTEST


cdef inline bint enough(const char_t* s, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    cdef int count = 0
    cdef char_t c
    if char_t is uint8_t:
        return enough8(<const uint8_t*> s, n)
    else:
        for i in range(n):
            c = s[i]
            if is_ascii_digit(c) or (c >= 0x660 and 0 < class_of(c) < SEPARATOR):
                count += 1
                if count >= SHORTEST:
                    return True
        return False


# ---------------------------------------------------------------- judging digits


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


# ---------------------------------------------------------------- one text


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


# ---------------------------------------------------------------- plain cases


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


# ---------------------------------------------------------------- the kernel


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


# ---------------------------------------------------------------- rows


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
