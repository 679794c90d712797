cdef int sha256_of(const unsigned char* first, Py_ssize_t first_size, const unsigned char* second, Py_ssize_t second_size, unsigned char* out) except -1
