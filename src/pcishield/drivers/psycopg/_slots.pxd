"""Slots of the driver's objects, read and written where they are: by their descriptors that takes longer."""

from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF, Py_XDECREF

cdef extern from "structmember.h":
    ctypedef struct PyMemberDef:
        Py_ssize_t offset

cdef extern from "Python.h":
    ctypedef struct PyMemberDescrObject:
        PyMemberDef* d_member


cdef inline Py_ssize_t place_of(member) except -1:
    """Return where a slot is, by its descriptor."""
    if type(member).__name__ != "member_descriptor":
        raise ImportError("cursors of this psycopg have no slots")
    return (<PyMemberDescrObject*><PyObject*>member).d_member.offset


cdef inline object get_slot(owner, Py_ssize_t at):
    cdef PyObject* value = (<PyObject**>(<char*><PyObject*>owner + at))[0]
    if value == NULL:
        raise AttributeError("this cursor is still in the making")
    return <object>value


cdef inline int put_slot(owner, Py_ssize_t at, value) except -1:
    cdef PyObject** slot = <PyObject**>(<char*><PyObject*>owner + at)
    cdef PyObject* before = slot[0]
    Py_INCREF(value)
    slot[0] = <PyObject*>value
    Py_XDECREF(before)
    return 0
