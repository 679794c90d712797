cdef int reset(cursor) except -1
