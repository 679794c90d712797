# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False, auto_pickle=False
"""What every statement of psycopg passes, compiled: gives the same as :mod:`pcishield.drivers.psycopg._fast`."""

from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.contextvars cimport get_value
from cpython.object cimport PyObject, PyObject_Call, PyTypeObject
from libc.string cimport memcpy, strlen

from pcishield.drivers.psycopg._libpq cimport find
from pcishield.drivers.psycopg._slots cimport get_slot, place_of
from pcishield.runtime._hot cimport GuardState, OperationState, SessionState, start, truncates

from asyncio import Lock
from collections import deque
from sys import _getframe
from types import MemberDescriptorType

from psycopg import Connection, pq, waiting
from psycopg import errors as _errors
from psycopg._cursor_base import BaseCursor
from psycopg.connection import _INTERRUPTED
from psycopg.adapt import Transformer

from pcishield.drivers.psycopg._columns import column as _column, unreadable as _unreadable
from pcishield.drivers.psycopg._fast import EXECUTE as _EXECUTE, RAW as _RAW, ShortResult, Shown
from pcishield.drivers.psycopg._followed import same
from pcishield.drivers.psycopg._interrupted import Interrupted
from pcishield.drivers.psycopg._pq import GuardedResult
from pcishield.core.compiled import compiled as _compiled
from pcishield.exceptions import MaskingError
from pcishield.runtime.guard import inside as _inside

cdef extern from "Python.h":
    PyObject* PyEval_GetFrame()
    PyObject* PyEval_GetGlobals()
    object PyObject_GenericGetDict(object, void*)

EXECUTE = _EXECUTE
_executing = _compiled("pcishield.drivers.psycopg._executing")
_making = None if pq.__impl__ == "python" else _compiled("pcishield.drivers.psycopg._making")
_awaiting = None if _executing is None else _compiled("pcishield.drivers.psycopg._awaiting_c")

cdef object _TX = BaseCursor.__dict__["_tx"]
cdef object _PGRESULT = BaseCursor.__dict__["pgresult"]
cdef object _member = type(_TX)
if _member is not MemberDescriptorType:
    raise ImportError("cursors of this psycopg have no slots")
cdef object _execute_gen = BaseCursor._execute_gen
cdef object _load_rows = Transformer.load_rows
cdef object _load_row = Transformer.load_row
cdef object _set_pgresult = Transformer.set_pgresult
cdef object _code = _EXECUTE
cdef object inside = _inside
cdef Py_ssize_t _CONN = place_of(BaseCursor.__dict__["_conn"])
cdef object _interrupted = _INTERRUPTED
cdef object _awaited = None if _awaiting is None else _awaiting.waited
cdef object _no_traceback = _errors._NO_TRACEBACK
# What the driver's wait() calls, in the versions that are followed.
cdef bint _follows_wait = same(Connection.wait, (
    "waiting wait pgconn socket _INTERRUPTED transaction_status ACTIVE _try_cancel e QueryCanceled",
    "waiting wait pgconn socket _INTERRUPTED transaction_status ACTIVE _try_cancel e QueryCanceled _WaitTimeout logger "
    "warning finish BaseException type __name__ isinstance Exception",
))
cdef int _BAD = 1
# Rows of a large result that are loaded and masked at a time.
cdef Py_ssize_t _BLOCK = 256

cdef int _MAX = 4096
cdef dict _shapes = {}
cdef dict _short = {}
cdef size_t _readers[8]
cdef int _read_by = 0


cdef inline object _get(descriptor, cursor):
    """Read a slot of the driver's cursor."""
    return (<PyTypeObject*>_member).tp_descr_get(descriptor, cursor, type(cursor))


# The columns of a result are read from libpq itself (ADR 6): by psycopg's methods it would be three Python calls for
# each column.

ctypedef int (*_Count)(void* result) noexcept
ctypedef char* (*_Name)(void* result, int column) noexcept
ctypedef unsigned int (*_Oid)(void* result, int column) noexcept
ctypedef int (*_Format)(void* result, int column) noexcept

cdef _Count _nfields = NULL
cdef _Name _fname = NULL
cdef _Oid _ftype = NULL
cdef _Format _fformat = NULL
cdef object _Result = pq.PGresult
cdef dict _texts = {}
cdef Py_ssize_t _ROOM = 4096


_fname = <_Name>find(b"PQfname")
_ftype = <_Oid>find(b"PQftype")
_fformat = <_Format>find(b"PQfformat")
if _fname != NULL and _ftype != NULL and _fformat != NULL:
    _nfields = <_Count>find(b"PQnfields")


cdef Py_ssize_t _text_shape(void* result, char* out) noexcept:
    """Write name, zero and type of each column.

    Returns:
        How many bytes; 0 for a result that needs a closer look: without columns or with too many, with a binary one, or
        a name that the encoding has a say in.
    """
    cdef char* begin = out
    cdef char* name
    cdef Py_ssize_t size, at
    cdef unsigned int oid
    cdef int i
    for i in range(_nfields(result)):
        name = _fname(result, i)
        if name == NULL or _fformat(result, i) != 0:
            return 0
        size = strlen(name) + 1
        if out - begin + size + <Py_ssize_t>sizeof(oid) > _ROOM:
            return 0
        for at in range(size):
            if name[at] & 128:
                return 0
            out[at] = name[at]
        oid = _ftype(result, i)
        memcpy(out + size, &oid, sizeof(oid))
        out += size + sizeof(oid)
    return out - begin


def columns_of(result, pgconn, adapters):
    return _columns(result, pgconn, adapters, None)


cdef tuple _columns(result, pgconn, adapters, tx):
    cdef char shape[4096]
    cdef Py_ssize_t size
    if _nfields != NULL and type(result) is _Result:
        pointer = result.pgresult_ptr
        if pointer is not None:
            size = _text_shape(<void*><size_t>pointer, shape)
            if size:
                key = PyBytes_FromStringAndSize(shape, size)
                found = _texts.get(key)
                if found is None:
                    if len(_texts) >= _MAX:
                        _texts.clear()
                    found = _texts[key] = _read_columns(result, pgconn, adapters, tx)
                return found
    return _read_columns(result, pgconn, adapters, tx)


cdef tuple _read_columns(result, pgconn, adapters, tx):
    cdef int i, count = result.nfields
    encoding = pgconn._encoding
    cdef list shape = [encoding]
    fname, ftype, fformat = result.fname, result.ftype, result.fformat
    for i in range(count):
        oid = ftype(i)
        shape.append(fname(i))
        shape.append(oid)
        if <int>fformat(i) == 0:
            shape.append(False)
        else:
            shape.append(_unreadable(oid, tx.adapters if adapters is None else adapters))
    key = tuple(shape)
    found = _shapes.get(key)
    if found is None:
        if len(_shapes) >= _MAX:
            _shapes.clear()
        found = _shapes[key] = tuple(
            [_column(shape[i] or b"", shape[i + 1], encoding, shape[i + 2]) for i in range(1, len(shape), 3)]
        )
    return found


cdef class Results:
    """See :class:`pcishield.drivers.psycopg._fast.Results`."""

    cdef public SessionState session
    cdef public OperationState operation, current
    cdef public object expected, copy, results, proxy
    cdef object pgconn
    cdef public GuardState guard
    cdef public bint paged, truncates

    def __init__(self, session):
        self.session = session
        self.expected = deque()

    def next(self, operation, bint paged, bint piped):
        self.turn_to(operation, paged, piped)

    cdef int turn_to(self, OperationState operation, bint paged, bint piped) except -1:
        cdef OperationState before = self.operation
        self.operation = operation
        self.paged = paged
        self.results = None
        if not piped:
            self.current = operation
            self.truncates = truncates(operation)
            if self.expected:
                self.expected.clear()
            elif before is not None:
                before.complete(None)
        return 0

    cpdef GuardState start_guard(self, tx):
        cdef OperationState operation = self.current
        if operation is None or operation.decision is None:
            raise self.session.bind(
                MaskingError("this result belongs to no guarded statement; execute it again on this cursor")
            )
        result = tx.pgresult
        pgconn = self.pgconn
        if pgconn is None:
            pgconn = tx.connection.__dict__["pgconn"]
        columns = _columns(result, pgconn, None, tx)
        self.guard = operation.guard_of(columns, None if self.results is None else self.part(result))
        return self.guard

    def part(self, result):
        cdef Py_ssize_t i
        if self.results is not None:
            for i, one in enumerate(self.results):
                if one is result:
                    return i
        return None

    def allowed(self, result, position):
        operation = self.current
        budget = None if operation is None else operation.row_budget()
        if budget is None or result.ntuples <= position + budget:
            return result
        return ShortResult(result, position + budget)

    cpdef reached(self, row, total):
        cdef OperationState operation = self.current
        if row >= total:
            if not self.paged:
                operation.complete(total)
        elif self.truncates and operation.row_budget() == 0:
            self.cut_off()

    def cut_off(self):
        cdef GuardState guard = self.guard
        operation = self.current
        if guard is not None and operation is not None and not guard.tally.ended:
            guard.tally.ended = True
            operation.limit_hit("rows", guard.tally.fetched)


cdef object _loaded(tx, Results of, row0, row1):
    """Load rows, raw."""
    try:
        return _load_rows(tx, row0, row1, tuple)
    except BaseException as error:
        of.session.sanitise(error, None if of.current is None else of.current.sql)
        raise


class GuardedTransformer(Transformer):
    """See :class:`pcishield.drivers.psycopg._fast.GuardedTransformer`."""

    __slots__ = ("of",)

    def set_pgresult(self, result, *, set_loaders=True, format=None):
        cdef Results of = self.of
        if format is not None:
            _set_pgresult(self, result, set_loaders=set_loaders, format=format)
        elif set_loaders:
            _set_pgresult(self, result)
        else:
            _set_pgresult(self, result, set_loaders=False)
        of.proxy = None
        if set_loaders:
            of.guard = None

    def load_rows(self, row0, row1, make_row):
        cdef Results of = self.of
        guard = of.guard
        if guard is None:
            guard = of.start_guard(self)
        if row1 - row0 > _BLOCK and guard._budget is None:
            # Masked a block at a time, while the processor still has it at hand; counted as one batch.
            rows = []
            for first in range(row0, row1, _BLOCK):
                rows += guard.mask(_loaded(self, of, first, min(first + _BLOCK, row1)))
            rows = guard.admit(rows)
        else:
            rows = guard.rows(_loaded(self, of, row0, row1))
        of.reached(row1, self.pgresult.ntuples)
        return rows if make_row is tuple else [make_row(row) for row in rows]

    def load_row(self, row, make_row):
        cdef Results of = self.of
        cdef GuardState guard = of.guard
        if guard is None:
            guard = of.start_guard(self)
        if guard.tally.ended:
            return None
        try:
            values = _load_row(self, row, tuple)
        except BaseException as error:
            of.session.sanitise(error, None if of.current is None else of.current.sql)
            raise
        if values is None:
            return None
        masked = guard.row_of(values)
        of.reached(row + 1, self.pgresult.ntuples)
        if masked is None:
            return None
        return masked if make_row is tuple else make_row(masked)


def current(cursor):
    return _current(cursor)


cdef class _Context:
    """What a transformer asks a cursor for, who would answer by functions of Python's."""

    cdef readonly object adapters, connection


cdef Py_ssize_t _ADAPTERS = place_of(BaseCursor.__dict__["_adapters"])
cdef object _adapters = BaseCursor.adapters if _making is None else _making.adapters
cdef object _connection = BaseCursor.connection
cdef dict _asked = {}


cdef object _transformer_of(cursor):
    cdef _Context context
    cls = type(cursor)
    plain = _asked.get(cls)
    if plain is None:
        if len(_asked) >= _MAX:
            _asked.clear()
        plain = _asked[cls] = cls.adapters is _adapters and cls.connection is _connection
    if not plain:
        return GuardedTransformer(cursor)
    context = _Context.__new__(_Context)
    context.adapters = get_slot(cursor, _ADAPTERS)
    context.connection = get_slot(cursor, _CONN)
    return GuardedTransformer(context)


cdef Results _current(cursor):
    cdef Results of = _there(cursor)
    if of is not None:
        return of
    tx = _transformer_of(cursor)
    connection = cursor._conn
    of = Results(connection._pcishield)
    of.pgconn = connection.__dict__["pgconn"]
    tx.of = of
    _TX.__set__(cursor, tx)
    return of


cdef Py_ssize_t _tx_at = place_of(_TX)


cdef PyObject* _slot(cursor) except? NULL:
    """Return what is in ``_tx``, NULL of a cursor that has not run anything."""
    # By the descriptor it would be an exception, made and thrown away, for each new cursor.
    return (<PyObject**>(<char*><PyObject*>cursor + _tx_at))[0] if isinstance(cursor, BaseCursor) else NULL


cdef Results _there(cursor):
    """Return what a cursor knows of its results, ``None`` of one that has no transformer or the driver's own."""
    cdef PyObject* tx = _slot(cursor)
    return (<object>tx).of if tx != NULL and type(<object>tx) is GuardedTransformer else None


cdef Results _about_to(cursor, SessionState session):
    """Be ``_current`` for a statement that is about to run: for a new cursor psycopg makes a transformer anyway."""
    cdef Results of
    if _slot(cursor) != NULL:
        # Maybe the driver's own, from before the guard: psycopg keeps it where the query is the same.
        return _current(cursor)
    of = Results(session)
    of.pgconn = cursor._conn.__dict__["pgconn"]
    session.fresh = (cursor, of)
    return of


cdef int _set_transformer(cursor) except -1:
    cdef Results of = _there(cursor)
    cdef SessionState session
    if of is None:
        session = cursor._conn._pcishield
        if session.fresh is not None and session.fresh[0] is cursor:
            of = session.fresh[1]
            session.fresh = None
        else:
            of = _current(cursor)
    tx = _transformer_of(cursor)
    tx.of = of
    of.copy = of.guard = of.proxy = None
    _TX.__set__(cursor, tx)
    return 0


cdef class TransformerSlot:
    """``_tx`` of a guarded cursor. See :func:`pcishield.drivers.psycopg._fast.set_transformer`."""

    def __get__(self, cursor, owner):
        return self if cursor is None else _get(_TX, cursor)

    def __set__(self, cursor, plain):
        _set_transformer(cursor)


cdef class ResultSlot:
    """``pgresult`` of a guarded cursor. See :func:`pcishield.drivers.psycopg._fast.get_result`."""

    def __get__(self, cursor, owner):
        return self if cursor is None else _get_result(cursor)

    def __set__(self, cursor, result):
        (<PyTypeObject*>_member).tp_descr_set(_PGRESULT, cursor, result)


transformer_property = TransformerSlot()
results_property = ResultSlot()


cdef object _get_result(cursor):
    cdef Results of
    cdef PyObject* module
    result = _get(_PGRESULT, cursor)
    if result is None:
        return None
    module = PyEval_GetGlobals()
    if module != NULL and _is_reader(module):
        of = _get(_TX, cursor).of
        return of.allowed(result, cursor._pos) if of.truncates else result
    of = _current(cursor)
    if of.proxy is None or of.proxy._result is not result:
        of.proxy = GuardedResult(result, Shown(of, _get(_TX, cursor)))
    return of.proxy


cdef bint _is_reader(PyObject* module) except -1:
    global _read_by
    cdef int i
    for i in range(_read_by):
        if _readers[i] == <size_t>module:
            return True
    if (<dict>module).get("__name__") not in _RAW:
        return False
    # Module dictionaries live as long as their modules: only the driver's own are remembered.
    if _read_by < 8:
        _readers[_read_by] = <size_t>module
        _read_by += 1
    return True


cdef object _stamp = None
cdef dict _stamped = {}


cdef int _may_be_short(cursor) except -1:
    """Whether statements of this cursor, outside of a pipeline, may take the short way, by its class."""
    global _stamp
    before = type(cursor)
    guarded = _stamped.get(before)
    if guarded is not None:
        cursor.__class__ = guarded
    found = _short.get(type(cursor))
    if found is None:
        if _stamp is None:
            # Late: it imports what chooses between this module and its Python twin.
            from pcishield.drivers.psycopg._cursor import stamp
            _stamp = stamp
        _stamp(cursor)
        cls = type(cursor)
        if cls is not before:
            if len(_stamped) >= _MAX:
                _stamped.clear()
            _stamped[before] = cls
        found = not cls.__dict__.get("_pcishield_merges", True) and not cls._pcishield_piped
        if len(_short) >= _MAX:
            _short.clear()
        _short[cls] = found
    return 1 if found else 0


cdef dict _own_way = {}
cdef object _own_execute_gen = None if _executing is None else _executing.execute_gen


cdef bint _goes_own_way(cursor_class, connection_class) except -1:
    """Whether a statement may be sent and its results taken by :mod:`._executing` instead of by the driver's code."""
    key = (cursor_class, connection_class)
    found = _own_way.get(key)
    if found is None:
        if len(_own_way) >= _MAX:
            _own_way.clear()
        found = _own_way[key] = (
            _own_execute_gen is not None and cursor_class._pcishield_direct
            and _executing.suits_connection(connection_class)
        )
    return found


def execute_gen(self, query, params=None, *, prepare=None, binary=None):
    cdef SessionState session
    gen = _execute_gen(self, query, params, prepare=prepare, binary=binary)
    session = self._conn._pcishield
    session.sent = (gen, self, query, params, prepare, binary)
    return gen


def make_send(original):
    def send(self, *args, **kwargs):
        cdef Results of
        sent = PyObject_Call(original, (self, *args), kwargs)
        of = _current(self)
        if of.session.settle_log is not None:
            of.session.settle_log()
        return sent

    return send


cdef OperationState _begun(connection, SessionState session, gen, list run):
    """Begin the statement that ``gen`` would execute, and append its cursor to ``run`` and the generator to be run."""
    cdef tuple sent = session.sent
    if sent is not None and sent[0] is gen:
        session.sent = None
        return _begin(connection, session, gen, sent[1], sent[2], sent[3], sent[4], sent[5], run)
    arguments = gen.gi_frame.f_locals
    return _begin(
        connection, session, gen, arguments["self"], arguments["query"], arguments["params"], arguments["prepare"],
        arguments["binary"], run,
    )


cdef OperationState _begin(
    connection, SessionState session, gen, cursor, query, params, prepare, binary, list run
):
    """See :func:`_begun`. Without a generator nothing is begun that would need one."""
    cdef OperationState operation
    cdef bint own
    cdef dict state = PyObject_GenericGetDict(connection, NULL)
    if (
        type(query) is not str or state["_pipeline"] is not None or <int>state["pgconn"].status == _BAD
        or not _may_be_short(cursor) or get_value(inside)
    ):
        return None
    own = _goes_own_way(type(cursor), type(connection))
    if gen is None and not own:
        return None
    operation = start(session, query, params, "execute")
    if operation is not None:
        run.append(cursor)
        run.append(_own_execute_gen(cursor, session, query, params, prepare, binary) if own else gen)
    return operation


def known(connection, session, gen):
    cdef list run = []
    cdef OperationState operation = _begun(connection, session, gen, run)
    return None if operation is None else (operation, run[0], run[1])


def done(operation, cursor):
    _done(operation, cursor)


cdef int _done(OperationState operation, cursor) except -1:
    results = cursor._results
    if len(results) == 1 and results[0].ntuples:
        operation._pending = True
    else:
        operation.complete(cursor._rowcount)
    operation.succeeded()
    return 0


cdef class Gate:
    """How statements of one class of connections are waited for. Shows nothing: the driver's own way is behind it."""

    cdef object original, whole, interval
    cdef bint direct


cdef object _waited(Gate gate, connection, gen):
    """Be the driver's ``wait``, whose one step is left; interrupted, it is called."""
    if not gate.direct:
        return gate.original(connection, gen)
    try:
        return waiting.wait(gen, (<dict>PyObject_GenericGetDict(connection, NULL))["pgconn"].socket, gate.interval)
    except _interrupted as error:
        return gate.original(connection, Interrupted(gen, error))


cdef object _exchanged(Gate gate, connection, SessionState session, OperationState operation, list run, args, kwargs):
    """Run a statement that has begun."""
    cursor, gen = run[0], run[1]
    try:
        _about_to(cursor, session).turn_to(operation, False, False)
        if args or kwargs:
            value = PyObject_Call(gate.original, (connection, gen, *args), kwargs)
        else:
            value = _waited(gate, connection, gen)
        _done(operation, cursor)
        return value
    except BaseException as error:
        session.fresh = None
        ours = session.failed(error, operation)
        if ours is not None:
            raise ours from ours.__cause__
        raise


def make_wait(original, whole):
    cdef Gate gate = Gate.__new__(Gate)
    gate.original, gate.whole = original, whole
    gate.direct = _follows_wait and original is Connection.wait
    gate.interval = Connection.wait.__defaults__[0]

    def wait(self, gen, *args, **kwargs):
        cdef SessionState session = self._pcishield
        cdef OperationState operation = None
        cdef list run
        if getattr(gen, "gi_code", None) is _code:
            run = []
            operation = _begun(self, session, gen, run)
        if operation is None:
            return gate.whole(self, session, gen, args, kwargs)
        return _exchanged(gate, self, session, operation, run, args, kwargs)

    wait._pcishield_gate = gate
    return wait


cdef dict _gates = {}


cdef Gate _gate_of(cls):
    found = _gates.get(cls, False)
    if found is False:
        if len(_gates) >= _MAX:
            _gates.clear()
        found = _gates[cls] = getattr(cls.wait, "_pcishield_gate", None)
    return <Gate?>found if found is not None else None


def make_execute(base):
    """Make ``Cursor.execute`` of a guarded class.

    Args:
        base: The class under it, whose own is the driver's: for all but a plain statement of a known kind.
    """
    original = base.execute

    def execute(self, *args, **kwargs):
        cdef SessionState session
        cdef OperationState operation
        cdef Gate gate = None
        cdef list run = []
        cdef Py_ssize_t given = len(args)
        if not kwargs and 0 < given < 3 and type(args[0]) is str and isinstance(self, BaseCursor):
            connection = get_slot(self, _CONN)
            if base.execute is original and "wait" not in <dict>PyObject_GenericGetDict(connection, NULL):
                gate = _gate_of(type(connection))
        if gate is None:
            return base.execute(self, *args, **kwargs)
        try:
            with connection.lock:
                session = connection._pcishield
                operation = _begin(
                    connection, session, None, self, args[0], args[1] if given > 1 else None, None, None, run
                )
                if operation is None:
                    connection.wait(self._execute_gen(*args))
                else:
                    # The driver's compiled code has no frame: what it asks the connection for, it asks from this one.
                    session.within = <size_t>PyEval_GetFrame()
                    try:
                        _exchanged(gate, connection, session, operation, run, None, None)
                    finally:
                        session.within = 0
        except _no_traceback as error:
            raise error.with_traceback(None)
        return self

    return execute


cdef object _lock_type = Lock
cdef bint _follows_lock = same(Lock.acquire, (
    "_locked _waiters all deque _get_loop create_future append remove exceptions CancelledError _wake_up_first",
)) and same(Lock.release, ("_locked _wake_up_first RuntimeError",))


cdef bint _take(lock) except -1:
    """Take a lock that is free."""
    if not _follows_lock or type(lock) is not _lock_type or lock._locked or lock._waiters:
        return False
    lock._locked = True
    return True


cdef int _give(lock) except -1:
    if _follows_lock and type(lock) is _lock_type and not lock._waiters:
        lock._locked = False
    else:
        lock.release()
    return 0


async def _executed(cursor, connection, args):
    """Be ``AsyncCursor.execute(cursor, *args)``."""
    cdef SessionState session
    cdef OperationState operation
    cdef list run = []
    try:
        lock = connection.lock
        if not _take(lock):
            await lock.acquire()
        try:
            session = connection._pcishield
            operation = _begin(
                connection, session, None, cursor, args[0], args[1] if len(args) > 1 else None, None, None, run
            )
            if operation is None:
                await connection.wait(cursor._execute_gen(*args))
            else:
                try:
                    _about_to(cursor, session).turn_to(operation, False, False)
                    await _awaited(connection, run[1])
                    _done(operation, cursor)
                except BaseException as error:
                    session.fresh = None
                    ours = session.failed(error, operation)
                    if ours is not None:
                        raise ours from ours.__cause__
                    raise
        finally:
            _give(lock)
    except _no_traceback as error:
        raise error.with_traceback(None)
    return cursor


def open_gate(original):
    """Return the gate of an asyncio connection class, ``None`` where the driver has to wait."""
    cdef Gate gate
    if _awaiting is None or not _awaiting.follows(original):
        return None
    gate = Gate.__new__(Gate)
    gate.original = original
    return gate


def executing(base):
    """Return what a coroutine ``execute`` of a guarded class awaits.

    Args:
        base: The class under it, whose own is the driver's: for all but a plain statement of a known kind.
    """
    original = base.execute

    def execute(self, tuple args, dict kwargs):
        cdef Py_ssize_t given = len(args)
        if not kwargs and 0 < given < 3 and type(args[0]) is str and isinstance(self, BaseCursor):
            connection = get_slot(self, _CONN)
            if (
                base.execute is original and "wait" not in <dict>PyObject_GenericGetDict(connection, NULL)
                and _gate_of(type(connection)) is not None
            ):
                return _executed(self, connection, args)
        return base.execute(self, *args, **kwargs)

    return execute


cdef class PgconnGetter:
    """``connection.pgconn``. See :func:`pcishield.drivers.psycopg._fast.make_get_pgconn`."""

    cdef object is_driver, shown
    cdef size_t drivers[16]
    cdef int known

    def __init__(self, is_driver, shown):
        self.is_driver = is_driver
        self.shown = shown

    def __call__(self, connection):
        cdef dict state = PyObject_GenericGetDict(connection, NULL)
        cdef PyObject* module = PyEval_GetGlobals()
        cdef int i
        cdef SessionState session
        raw = state.get("pgconn")
        if raw is None:
            raise AttributeError("pgconn")  # of one that copy.deepcopy() is still making
        if module != NULL:
            for i in range(self.known):
                if self.drivers[i] == <size_t>module:
                    return raw
            session = state.get("_pcishield")
            if session is not None and session.within and session.within == <size_t>PyEval_GetFrame():
                return raw
            if self.is_driver(<object>module):
                # Module dictionaries live as long as their modules: only the driver's own are remembered.
                if self.known < 16:
                    self.drivers[self.known] = <size_t>module
                    self.known += 1
                return raw
        return self.shown(connection, raw, _getframe(0))


def make_get_pgconn(is_driver, shown):
    return PgconnGetter(is_driver, shown)


COMPILED = True
