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

# One module in files by subject, each after those that it needs.
include "_scan_tables.pxi"
include "_scan_count.pxi"
include "_scan_digits.pxi"
include "_scan_text.pxi"
include "_scan_plain.pxi"
include "_scan_kernel.pxi"
include "_scan_rows.pxi"
