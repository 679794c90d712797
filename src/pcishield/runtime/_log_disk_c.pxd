cdef bint wanted
cdef int give_turn() except -1
cdef int write_whole(int fd, const char* data, Py_ssize_t size, bint* slow) except -1
