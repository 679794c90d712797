# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False, auto_pickle=False
"""What is asked of libpq itself: the one that psycopg's own compiled module has loaded (ADR 6)."""

from cpython.bytearray cimport PyByteArray_AS_STRING, PyByteArray_GET_SIZE
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE

from os import fsencode
from sys import modules
from types import FunctionType

from psycopg import generators, pq
from psycopg.errors import OperationalError
from psycopg.pq.misc import PGnotify
from psycopg.waiting import WAIT_R

cdef extern from "dlfcn.h":
    void* dlopen(const char* path, int flags)
    void* dlsym(void* handle, const char* name)
    int RTLD_LAZY, RTLD_NOLOAD

cdef struct Notification:
    char* channel
    int pid
    char* payload

ctypedef int (*_Ask)(void* connection) noexcept
ctypedef int (*_Send)(
    void* connection, const char* name, int count, const char** values, const int* lengths, const int* formats, int kind
) noexcept
ctypedef Notification* (*_Next)(void* connection) noexcept
ctypedef void (*_Free)(void* memory) noexcept

cdef _Send _send = NULL
cdef _Ask _flush = NULL
cdef _Ask _consume = NULL
cdef _Ask _busy = NULL
cdef _Ask _transaction_status = NULL
cdef _Next _notification = NULL
cdef _Free _free = NULL

cdef object _whole = generators.execute
cdef frozenset _LAST = frozenset(
    {pq.ExecStatus.COPY_IN, pq.ExecStatus.COPY_OUT, pq.ExecStatus.COPY_BOTH, pq.ExecStatus.PIPELINE_SYNC}
)
cdef int _FATAL = pq.ExecStatus.FATAL_ERROR
cdef frozenset _OVER = frozenset(
    {pq.TransactionStatus.IDLE, pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR}
)
# Whether this psycopg prefers the reason why a connection is gone to the news that it is: from 3.2.4 on.
cdef bint _gives_reason = "DatabaseError" in generators._fetch_many.__code__.co_names


cdef void* find(const char* name) except? NULL:
    """Return a function, NULL where psycopg is its Python self or the function is not there."""
    cdef void* handle
    cdef bytes path
    if pq.__impl__ == "python":
        return NULL
    path = fsencode(modules[pq.PGresult.__module__].__file__)
    handle = dlopen(path, RTLD_LAZY | RTLD_NOLOAD)
    return NULL if handle == NULL else dlsym(handle, name)


_send = <_Send>find(b"PQsendQueryPrepared")
_flush = <_Ask>find(b"PQflush")
_consume = <_Ask>find(b"PQconsumeInput")
_busy = <_Ask>find(b"PQisBusy")
_transaction_status = <_Ask>find(b"PQtransactionStatus")
_notification = <_Next>find(b"PQnotifies")
_free = <_Free>find(b"PQfreemem")


cdef void* _connection(pgconn) except NULL:
    pointer = pgconn.pgconn_ptr
    if pointer is None:
        pgconn.consume_input()  # says that it is closed, as the driver does
        raise OperationalError("the connection is closed")
    return <void*><size_t>pointer


cdef int _tell(pgconn, void* connection) except -1:
    """Hand over the notifications that came along."""
    cdef Notification* one = _notification(connection)
    while one != NULL:
        told = PGnotify(<bytes>one.channel, one.pid, <bytes>one.payload)
        _free(one)
        if pgconn.notify_handler:
            pgconn.notify_handler(told)
        one = _notification(_connection(pgconn))
    return 0


cdef int send_prepared(pgconn, bytes name, list values, formats, int kind) except -1:
    """Be ``pgconn.send_query_prepared(name, values, formats, kind)``, without letting go of the interpreter.

    The socket does not block: what it does not take at once is flushed later.
    """
    cdef const char* texts[64]
    cdef int lengths[64]
    cdef int forms[64]
    cdef int i, count = 0 if values is None else <int>len(values)
    cdef bint plain = _send != NULL and count <= 64 and (not formats or len(formats) == count)
    if plain:
        for i in range(count):
            value = values[i]
            forms[i] = formats[i] if formats else 0
            if value is None:
                texts[i], lengths[i] = NULL, 0
            elif type(value) is bytes:
                texts[i], lengths[i] = PyBytes_AS_STRING(value), <int>PyBytes_GET_SIZE(value)
            elif type(value) is bytearray:
                texts[i], lengths[i] = PyByteArray_AS_STRING(value), <int>PyByteArray_GET_SIZE(value)
            else:
                plain = False
                break
    if not plain:
        pgconn.send_query_prepared(name, values, param_formats=formats, result_format=kind)
    elif not _send(_connection(pgconn), PyBytes_AS_STRING(name), count, texts, lengths, forms, kind):
        raise OperationalError(f"sending prepared query failed: {pgconn.get_error_message()}")
    return 0


def execute(pgconn):
    """Be :func:`psycopg.generators.execute`, without letting go of the interpreter between two steps.

    None of these steps waits: the socket does not block, and what is waited for is yielded. The driver lets go around
    each, eight times a statement. With many threads that is eight times that another one takes over, or is woken for
    nothing because the step was over before it came.
    """
    cdef void* connection = _connection(pgconn)
    cdef list results = []
    if _flush(connection) != 0:
        return (yield from _whole(pgconn))
    while True:
        if _busy(connection):
            while True:
                while not (yield WAIT_R):
                    pass
                # Another thread may have closed it meanwhile.
                connection = _connection(pgconn)
                if _consume(connection) != 1:
                    if _gives_reason and any([one.status == _FATAL for one in results]):
                        return results
                    raise OperationalError(f"consuming input failed: {pgconn.get_error_message()}")
                if not _busy(connection):
                    break
        _tell(pgconn, connection)
        if results and _transaction_status(connection) in _OVER:
            return results  # as asking for one more result would say, which lets go of the interpreter
        result = pgconn.get_result()
        if result is None:
            return results
        results.append(result)
        if result.status in _LAST:
            return results
        connection = _connection(pgconn)


def executing(function):
    """Return the driver's ``_maybe_prepare_gen`` with this ``execute`` in place of the driver's.

    Args:
        function: The driver's.

    Returns:
        ``None`` when libpq was not found, or the function is not what it was.
    """
    if (
        _flush == NULL or _consume == NULL or _busy == NULL or _transaction_status == NULL or _notification == NULL
        or _free == NULL
    ):
        return None
    code = function.__code__
    if "execute" not in code.co_names or function.__closure__ or function.__globals__.get("execute") is not _whole:
        return None
    made = FunctionType(code, {**function.__globals__, "execute": execute}, function.__name__, function.__defaults__)
    made.__kwdefaults__ = function.__kwdefaults__
    made.__qualname__, made.__module__ = function.__qualname__, function.__module__
    return made
