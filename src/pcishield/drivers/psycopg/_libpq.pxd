cdef void* find(const char* name) except? NULL
