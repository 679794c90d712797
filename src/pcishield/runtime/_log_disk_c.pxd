cdef bint wanted
cdef int give_turn() except -1
