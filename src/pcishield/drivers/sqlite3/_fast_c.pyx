# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False, auto_pickle=False
"""What every statement and every single row of sqlite3 passes, compiled; see :mod:`pcishield.drivers.sqlite3._fast`."""

from cpython.contextvars cimport get_value
from cpython.object cimport PyTypeObject

from pcishield.runtime._hot cimport GuardState, OperationState, SessionState, start

import sqlite3

from pcishield.drivers.sqlite3.result import failed as _failed, open_result, through_text_factory, unread
from pcishield.drivers.sqlite3._fast import shut as _shut
from pcishield.runtime.guard import inside as _inside

cdef extern from "Python.h":
    unsigned long PyThread_get_thread_ident()

cdef object inside = _inside
cdef object shut = _shut
cdef object _execute = sqlite3.Cursor.execute
cdef object _fetchone = sqlite3.Cursor.fetchone
cdef object _DESCRIPTION = sqlite3.Cursor.description
cdef object _ROWCOUNT = sqlite3.Cursor.rowcount
cdef object _FACTORY = sqlite3.Cursor.row_factory
cdef object _member = type(_FACTORY)
cdef object _prepare = sqlite3.Connection.__call__
cdef object _Error = sqlite3.Error


cdef inline object _get(descriptor, cursor):
    """Read an attribute of the driver's cursor."""
    kind = type(descriptor)
    return (<PyTypeObject*>kind).tp_descr_get(descriptor, cursor, type(cursor))


cdef inline int _set_factory(cursor, value) except -1:
    return (<PyTypeObject*>_member).tp_descr_set(_FACTORY, cursor, value)


def execute_known(cursor, state, str sql, parameters, tuple args):
    cdef OperationState operation
    cdef SessionState session = state.session
    cdef dict tickets
    connection = state.connection
    if connection.strict or get_value(inside):
        return False
    operation = start(session, sql, parameters, "execute")
    if operation is None:
        return False
    tickets = connection.tickets
    thread = PyThread_get_thread_ident()
    tickets[thread] = sql
    try:
        try:
            _execute(cursor, *args)
        finally:
            tickets.pop(thread, None)
        if _get(_DESCRIPTION, cursor) is None:
            operation.complete(_get(_ROWCOUNT, cursor))
        else:
            operation._pending = True
        operation.succeeded()
    except BaseException as error:
        ours = session.failed(error, operation)
        if ours is not None:
            raise ours from ours.__cause__
        raise
    state.operation = operation
    state.result = None
    state.ended = False
    return True


cdef bint _same_names(tuple one, tuple two) except -1:
    """Compare two descriptions, in which sqlite3 gives names and nothing else."""
    cdef Py_ssize_t i
    if len(one) != len(two):
        return False
    for i in range(len(one)):
        if <str?>(<tuple?>one[i])[0] != <str?>(<tuple?>two[i])[0]:
            return False
    return True


cdef object _open_result(cursor, state):
    """Be ``open_result``."""
    cdef tuple known = state.known
    cdef OperationState operation = state.operation
    described = _get(_DESCRIPTION, cursor)
    if operation is None or described is None or known[0] is None or not _same_names(described, known[0]):
        return open_result(cursor, state)
    result = state.result = operation.guard_of(known[1], None)
    return result


def take(cursor, state):
    cdef OperationState operation
    if state.ended:
        return None
    _set_factory(cursor, None)
    try:
        row = _fetchone(cursor)
    except BaseException as error:
        _failed(cursor, state, error)
        raise
    finally:
        _set_factory(cursor, shut)
    if row is None:
        operation = state.operation
        if operation is not None:
            operation.complete(None)
        return None
    result = state.result
    if result is None:
        result = _open_result(cursor, state)
    if state.connection.text_factory is None:
        row = (<GuardState?>result).row_of(row)
    else:
        row = through_text_factory(state, [row])
        row = row[0] if row else None
    if row is None:
        state.ended = True
        state.finish()
    return row


def make_call(state_of):
    def __call__(self, *args, **kwargs):
        if len(args) != 1 or kwargs or not isinstance(args[0], str):
            return _prepare(self, *args, **kwargs)
        sql = args[0]
        state = self._pcishield
        if state is None:
            state = state_of(self)
        if (<dict>state.tickets).pop(PyThread_get_thread_ident(), None) is not sql:
            state.refuse_unjudged()
        if state.quiet:
            return _prepare(self, sql)
        statement = (<dict>state.statements).get(sql)
        if statement is None:
            try:
                statement = _prepare(self, sql)
            except _Error as error:
                unread(error)
                raise
            state.keep(sql, statement)
        return statement

    return __call__
