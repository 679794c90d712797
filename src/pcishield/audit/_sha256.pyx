# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False
"""SHA-256 without an object for each hash: by the OpenSSL that the interpreter's ``hashlib`` has loaded.

An object of ``hashlib`` costs more than the hashing of a line. The functions are looked up where ``hashlib`` has them
from, and tried once; where they are not to be found (OpenSSL linked into the interpreter), ``hashlib`` is used. No
header is needed to build this.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.string cimport memcpy

import hashlib

cdef extern from "dlfcn.h":
    void* dlopen(const char* path, int flags)
    void* dlsym(void* handle, const char* name)
    int RTLD_LAZY

# openssl/evp.h; contexts and methods are opaque there too. The context is one for all: the GIL is held throughout.
ctypedef void* (*Fetch)(void* library, const char* name, const char* properties) noexcept
ctypedef void* (*Make)() noexcept
ctypedef int (*Init)(void* context, void* method, void* engine) noexcept
ctypedef int (*Update)(void* context, const void* data, size_t size) noexcept
ctypedef int (*Final)(void* context, unsigned char* out, unsigned int* size) noexcept

cdef object _sha256 = hashlib.sha256
cdef void* _context = NULL
cdef void* _method = NULL
cdef Init _init = NULL
cdef Update _update = NULL
cdef Final _final = NULL


cdef int sha256_of(
    const unsigned char* first, Py_ssize_t first_size, const unsigned char* second, Py_ssize_t second_size,
    unsigned char* out,
) except -1:
    """Hash two pieces, one after the other, into the 32 bytes at ``out``."""
    cdef bytes digest
    if _context is not NULL:
        if (
            _init(_context, _method, NULL) == 1
            and _update(_context, first, first_size) == 1
            and _update(_context, second, second_size) == 1
            and _final(_context, out, NULL) == 1
        ):
            return 0
        raise RuntimeError("OpenSSL could not hash")
    made = _sha256(first[:first_size])
    made.update(second[:second_size])
    digest = made.digest()
    memcpy(out, PyBytes_AS_STRING(digest), 32)
    return 0


def native():
    """Return whether OpenSSL's own functions are used."""
    return _context is not NULL


def node_hash(bytes left not None, bytes right not None):
    """Be ``pcishield.audit.merkle.node_hash``."""
    cdef unsigned char pair[65]
    if PyBytes_GET_SIZE(left) != 32 or PyBytes_GET_SIZE(right) != 32:
        return _sha256(b"\x01" + left + right).digest()
    pair[0] = 1
    memcpy(pair + 1, PyBytes_AS_STRING(left), 32)
    memcpy(pair + 33, PyBytes_AS_STRING(right), 32)
    return _digest(pair)


def node_level(list level not None):
    """Be ``pcishield.audit.merkle.node_level``."""
    cdef Py_ssize_t i, pairs = len(level) // 2
    cdef list found = [node_hash(level[2 * i], level[2 * i + 1]) for i in range(pairs)]
    if len(level) & 1:
        found.append(level[2 * pairs])
    return found


cdef bytes _digest(unsigned char* pair):
    cdef bytes made = PyBytes_FromStringAndSize(NULL, 32)
    sha256_of(pair, 1, pair + 1, 64, <unsigned char*>PyBytes_AS_STRING(made))
    return made


cdef int _find() except -1:
    global _context, _method, _init, _update, _final
    cdef unsigned char out[32]
    cdef void* handle
    try:
        import _hashlib
    except ImportError:
        return 0
    where = getattr(_hashlib, "__file__", None)
    path = b"" if where is None else where.encode()
    # Without a file it is in the interpreter itself.
    handle = dlopen(NULL if where is None else <const char*>path, RTLD_LAZY)
    if handle is NULL:
        return 0
    fetch, make = dlsym(handle, "EVP_MD_fetch"), dlsym(handle, "EVP_MD_CTX_new")
    _init = <Init>dlsym(handle, "EVP_DigestInit_ex")
    _update = <Update>dlsym(handle, "EVP_DigestUpdate")
    _final = <Final>dlsym(handle, "EVP_DigestFinal_ex")
    if fetch is NULL or make is NULL or _init is NULL or _update is NULL or _final is NULL:
        return 0
    _method = (<Fetch>fetch)(NULL, "SHA256", NULL)
    if _method is NULL:
        return 0
    _context = (<Make>make)()
    if _context is NULL:
        return 0
    try:
        sha256_of(b"pci", 3, b"shield", 6, out)
    except RuntimeError:
        out[0] = out[1] = 0
    if out[:32] != _sha256(b"pcishield").digest():
        _context = NULL
    return 0


_find()
