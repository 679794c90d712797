cdef void* find(const char* name) except? NULL
cdef int send_prepared(pgconn, bytes name, list values, formats, int kind) except -1
