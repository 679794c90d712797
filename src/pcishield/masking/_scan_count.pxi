# Digits counted and placed, sixteen characters at a look where the processor can. Included by _scanner.pyx.

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
    /* Take a row off the collector's list, as its next round would, when no value in it can be part of a cycle. */
    static inline void pcishield_untrack(PyObject* row) {
    #if !defined(Py_GIL_DISABLED) && !defined(PYPY_VERSION)
        Py_ssize_t i = PyTuple_GET_SIZE(row);
        while (--i >= 0) {
            if (PyType_HasFeature(Py_TYPE(PyTuple_GET_ITEM(row, i)), Py_TPFLAGS_HAVE_GC)) return;
        }
        PyObject_GC_UnTrack(row);
    #endif
    }
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
    void pcishield_untrack(PyObject* row) noexcept


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
