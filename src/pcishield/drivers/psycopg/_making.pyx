# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False, auto_pickle=False
"""Cursors of psycopg made, compiled (ADR 6): what ``cursor()`` and ``connection.execute()`` do before anything is sent.

An application that uses ``connection.execute()`` pays for a new cursor at each statement, in eight Python functions.
The same is left here, field by field, of the classes whose functions are those that were followed.
"""

from pcishield.drivers.psycopg._executing cimport reset
from pcishield.drivers.psycopg._slots cimport get_slot, place_of, put_slot

from functools import partial
from inspect import getattr_static
from time import monotonic
from weakref import ref

from psycopg import AsyncConnection, AsyncCursor, Connection, Cursor, pq, waiting
from psycopg import errors as _errors
from psycopg._adapters_map import AdaptersMap, _dumpers_shared
from psycopg._connection_base import BaseConnection
from psycopg._cursor_base import BaseCursor
from psycopg._typeinfo import TypesRegistry

from pcishield.drivers.psycopg._awaiting import make_commit, make_execute
from pcishield.drivers.psycopg._followed import same

cdef extern from "Python.h":
    object PyObject_GenericGetDict(object, void*)

_FOLLOWED_CURSOR = {
    "_conn format TEXT _pgconn pgconn _adapters adapt AdaptersMap adapters arraysize _closed _last_query _reset",
    "_conn format TEXT _pgconn pgconn _adapters adapt AdaptersMap adapters arraysize _closed _last_query _reset "
    "_register_loader_callback partial _loaders_changed ref",
}
_FOLLOWED_MAP = {"_dumpers copy _dumpers_shared _own_dumpers _dumpers_by_oid _own_dumpers_by_oid _loaders _own_loaders "
                 "TypesRegistry types PyFormat _dumpers_owned"}
_FOLLOWED_CONNECTION = {"_check_connection_ok row_factory server_cursor_factory cursor_factory BINARY format"}
_FOLLOWED_EXECUTE = {
    "cursor BINARY format execute e _NO_TRACEBACK with_traceback",
    "cursor BINARY format isinstance Template TypeError execute e _NO_TRACEBACK with_traceback",
}

cdef bint _followed = (
    same(BaseCursor.__init__, _FOLLOWED_CURSOR) and same(AdaptersMap.__init__, _FOLLOWED_MAP)
    and same(TypesRegistry.__init__, {"_registry _own_state clear"})
    and all([same(cls.__init__, {"super __init__ row_factory _row_factory"}) for cls in (Cursor, AsyncCursor)])
    and all([same(cls.cursor, _FOLLOWED_CONNECTION) for cls in (Connection, AsyncConnection)])
    and all([same(cls.execute, _FOLLOWED_EXECUTE) for cls in (Connection, AsyncConnection)])
    and same(BaseConnection._check_connection_ok, {"pgconn status OK BAD e OperationalError InterfaceError"})
    and same(BaseConnection.adapters.fget, {"_adapters AdaptersMap postgres adapters"})
    and not getattr(AdaptersMap, "__slots__", None) and not getattr(TypesRegistry, "__slots__", None)
)
cdef bint _followed_commit = same(BaseConnection._commit_gen, {
    "_num_transactions e ProgrammingError _tpc pgconn transaction_status IDLE _exec_command _pipeline _sync_gen",
}) and all([same(cls.commit, {"lock wait _commit_gen"}) for cls in (Connection, AsyncConnection)])
cdef bint _calls_back = "_register_loader_callback" in BaseCursor.__init__.__code__.co_names

_SLOTS = (
    "_conn", "format", "_pgconn", "_adapters", "arraysize", "_closed", "_last_query", "_row_factory", "_results", "_pos",
    "pgresult", "_iresult", "_rowcount", "_execmany_returning", "_query",
)
cdef object _members = BaseCursor.__dict__
cdef Py_ssize_t _CONN = place_of(_members["_conn"])
cdef Py_ssize_t _FORMAT = place_of(_members["format"])
cdef Py_ssize_t _PGCONN = place_of(_members["_pgconn"])
cdef Py_ssize_t _ADAPTERS = place_of(_members["_adapters"])
cdef Py_ssize_t _ARRAYSIZE = place_of(_members["arraysize"])
cdef Py_ssize_t _CLOSED = place_of(_members["_closed"])
cdef Py_ssize_t _LAST_QUERY = place_of(_members["_last_query"])
cdef Py_ssize_t _ROW_FACTORY = place_of(_members["_row_factory"])

cdef object _TEXT = pq.Format.TEXT
cdef int _OK = pq.ConnStatus.OK
cdef int _IDLE = pq.TransactionStatus.IDLE
# From psycopg 3.3.5 on a loop that has been busy for long gets its turn at a commit that sends nothing too.
cdef bint _notes_yields = hasattr(waiting, "_last_yield")
cdef object _no_traceback = _errors._NO_TRACEBACK
cdef int _MAX = 1024
cdef dict _plain = {}
cdef dict _guarded = {}


cdef object _copy_of(template, made):
    """Make ``made``, which is empty, ``AdaptersMap(template)``."""
    made._dumpers = template._dumpers.copy()
    made._own_dumpers = _dumpers_shared.copy()
    template._own_dumpers = _dumpers_shared.copy()
    made._dumpers_by_oid = template._dumpers_by_oid[:]
    made._own_dumpers_by_oid = [False, False]
    template._own_dumpers_by_oid = [False, False]
    made._loaders = template._loaders[:]
    made._own_loaders = [False, False]
    template._own_loaders = [False, False]
    before = template.types
    types = TypesRegistry.__new__(TypesRegistry)
    types._registry = before._registry
    types._own_state = False
    before._own_state = False
    made.types = types
    return made


class _Shared(AdaptersMap):
    """A copy of a connection's map, for all cursors that have not been asked for theirs.

    ``connection.execute()`` makes a cursor for each statement, and hardly one is asked for its adapters. Before psycopg
    3.3 a transformer did not hear of loaders that come later, and keeps its first ones: there is no sharing there.
    """


cdef bint _same_parts(list one, list other) except -1:
    return one[0] is other[0] and one[1] is other[1]


cdef bint _holds(template, shared) except -1:
    """Whether ``shared`` is still what a copy of ``template`` would be: a part that is changed becomes another one."""
    cdef dict mine = shared._dumpers, theirs = template._dumpers
    if len(mine) != len(theirs):
        return False
    for kind, part in mine.items():
        if theirs.get(kind) is not part:
            return False
    return (
        _same_parts(shared._dumpers_by_oid, template._dumpers_by_oid)
        and _same_parts(shared._loaders, template._loaders) and shared.types._registry is template.types._registry
    )


cdef object _shared_of(dict state, template):
    shared = state.get("_pcishield_adapters")
    if shared is None or not _holds(template, shared):
        shared = state["_pcishield_adapters"] = _copy_of(template, _Shared.__new__(_Shared))
    return shared


cdef object _own_map(cursor, template):
    made = _copy_of(template, AdaptersMap.__new__(AdaptersMap))
    if _calls_back:
        made._register_loader_callback = partial(type(cursor)._loaders_changed, ref(cursor))
    put_slot(cursor, _ADAPTERS, made)
    return made


cdef class Adapters:
    """``adapters`` of a guarded cursor: a map of its own once it is asked for."""

    def __get__(self, cursor, owner):
        if cursor is None:
            return self
        held = get_slot(cursor, _ADAPTERS)
        if type(held) is _Shared:
            held = _own_map(cursor, held)
            put_slot(cursor, _LAST_QUERY, None)  # the next statement has a transformer that knows it
        return held

    def __set__(self, cursor, value):
        raise AttributeError(f"property 'adapters' of {type(cursor).__name__!r} object has no setter")


adapters = Adapters()


cdef object _new(cls, connection, dict state, pgconn, row_factory, bint sends):
    """Be ``cls(connection, row_factory=row_factory)``."""
    cursor = cls.__new__(cls)
    put_slot(cursor, _CONN, connection)
    put_slot(cursor, _FORMAT, _TEXT)
    put_slot(cursor, _PGCONN, pgconn)
    template = state.get("_adapters")
    if template is None:
        template = connection.adapters
    put_slot(cursor, _ARRAYSIZE, 1)
    put_slot(cursor, _CLOSED, False)
    put_slot(cursor, _LAST_QUERY, None)
    reset(cursor)
    if sends and _calls_back and cls.adapters is adapters:
        put_slot(cursor, _ADAPTERS, _shared_of(state, template))
    else:
        _own_map(cursor, template)
    put_slot(cursor, _ROW_FACTORY, row_factory)
    return cursor


cdef bint _is_plain(factory) except -1:
    """Whether :func:`_new` does what calling ``factory`` would."""
    found = _plain.get(factory)
    if found is None:
        if len(_plain) >= _MAX:
            _plain.clear()
        found = _plain[factory] = (
            type(factory) is type and issubclass(factory, BaseCursor) and factory._reset is BaseCursor._reset
            and (factory.__init__ is Cursor.__init__ or factory.__init__ is AsyncCursor.__init__)
            and factory.__new__ is object.__new__ and factory.__setattr__ is object.__setattr__
            and all([getattr_static(factory, name, None) is _members[name] for name in _SLOTS])
        )
    return found


cdef object _made(connection, row_factory, bint sends):
    """Return a new cursor, ``None`` where the driver has to make it, or to say why not.

    Args:
        sends: It is about to send something, and may be a guarded one from the beginning.
    """
    cdef dict state = PyObject_GenericGetDict(connection, NULL)
    factory, pgconn = state.get("cursor_factory"), state.get("pgconn")
    if factory is None or pgconn is None or <int>pgconn.status != _OK or not _is_plain(factory):
        return None
    if not row_factory:
        row_factory = state.get("row_factory")
        if not row_factory:
            return None
    if not sends or state.get("_pipeline") is not None:
        sends = False
    else:
        cls = _guarded.get(factory)
        if cls is None:
            # Late: it imports what is here.
            from pcishield.drivers.psycopg._cursor import guarded_cursor_class
            if len(_guarded) >= _MAX:
                _guarded.clear()
            cls = _guarded[factory] = guarded_cursor_class(factory, False)
        factory = cls
    return _new(factory, connection, state, pgconn, row_factory, sends)


def _cursor_of(base):
    original = base.cursor

    def cursor(self, *args, **kwargs):
        made = None
        if not args and base.cursor is original and isinstance(self, BaseConnection):
            if not kwargs:
                made = _made(self, None, False)
            elif len(kwargs) == 1 and "row_factory" in kwargs:
                made = _made(self, kwargs["row_factory"], False)
        return base.cursor(self, *args, **kwargs) if made is None else made

    return cursor


def _execute_of(base):
    original, opens = base.execute, base.cursor

    def execute(self, *args, **kwargs):
        if (
            kwargs or not args or type(args[0]) is not str or base.execute is not original or base.cursor is not opens
            or not isinstance(self, BaseConnection) or "cursor" in <dict>PyObject_GenericGetDict(self, NULL)
        ):
            return base.execute(self, *args, **kwargs)
        try:
            cursor = _made(self, None, True)
            return base.execute(self, *args) if cursor is None else cursor.execute(*args)
        except _no_traceback as error:
            raise error.with_traceback(None)

    return execute


def _awaits_of(base):
    original, opens = base.execute, base.cursor

    def execute(self, tuple args, dict kwargs):
        if (
            kwargs or not args or type(args[0]) is not str or base.execute is not original or base.cursor is not opens
            or not isinstance(self, BaseConnection) or "cursor" in <dict>PyObject_GenericGetDict(self, NULL)
        ):
            return base.execute(self, *args, **kwargs)
        cursor = _made(self, None, True)
        if cursor is None:
            return base.execute(self, *args)
        run = getattr(type(cursor), "_pcishield_run", None)  # of a pipeline's cursor there is none
        return cursor.execute(*args) if run is None else run(cursor, args, kwargs)

    return execute


cdef bint _sends_at_end(connection) except -1:
    """Whether ``commit()`` has more to do than to see that there is nothing to do."""
    cdef dict state = PyObject_GenericGetDict(connection, NULL)
    return (
        state.get("_pipeline", connection) is not None or state.get("_tpc", connection) is not None
        or state.get("_num_transactions") != 0 or "wait" in state or connection.lock.locked()
        or <int>state["pgconn"].transaction_status != _IDLE
        or (_notes_yields and monotonic() - <double>waiting._last_yield >= <double>waiting.MAX_BUSY_TIME)
    )


def _ends_of(base):
    original = base.commit

    def ends(self):
        return base.commit is not original or not isinstance(self, BaseConnection) or _sends_at_end(self)

    return ends


def _commit_of(base):
    original = base.commit

    def commit(self, *args, **kwargs):
        if args or kwargs or base.commit is not original or not isinstance(self, BaseConnection) or _sends_at_end(self):
            return base.commit(self, *args, **kwargs)

    return commit


def methods(base):
    """Return the methods of a guarded connection class that are made here, for a base whose own are the driver's."""
    found = {}
    if _followed_commit and base._commit_gen is BaseConnection._commit_gen:
        if base.commit is Connection.commit:
            found["commit"] = _commit_of(base)
        elif base.commit is AsyncConnection.commit:
            found["commit"] = make_commit(base, _ends_of(base))
    if _followed and base.cursor in (Connection.cursor, AsyncConnection.cursor):
        if base._check_connection_ok is BaseConnection._check_connection_ok and base.adapters is BaseConnection.adapters:
            found["cursor"] = _cursor_of(base)
            if base.execute is Connection.execute:
                found["execute"] = _execute_of(base)
            elif base.execute is AsyncConnection.execute:
                found["execute"] = make_execute(_awaits_of(base))
    return found
