# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False, auto_pickle=False
"""What psycopg's ``execute()`` and ``fetchone()`` do to a cursor, compiled (ADR 6).

A statement costs psycopg some thirty calls of Python functions around the one exchange with the server. The same steps
in one generator pay for most of what the guard adds. Where a statement is not of the most frequent kind, the driver's own
functions take over at the step where that shows. None of it is used for a class, or by a version of psycopg, in which
one of the replaced functions is another one than those that were followed here.
"""

from pcishield.drivers.psycopg._libpq cimport send_prepared
from pcishield.drivers.psycopg._slots cimport get_slot as _get, place_of, put_slot as _put
from pcishield.runtime._hot cimport SessionState

from psycopg import AsyncCursor, Cursor, pq
from psycopg._connection_base import BaseConnection
from psycopg._cursor_base import BaseCursor
from psycopg._preparing import PrepareManager
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH, MAX_CACHED_STATEMENT_PARAMS, PostgresQuery, _query2pg
from psycopg.errors import InterfaceError
from psycopg.rows import tuple_row

from pcishield.drivers.psycopg._followed import same
from pcishield.drivers.psycopg._libpq import execute as _exchange

cdef Py_ssize_t _slot(str name) except -1:
    """Return where a cursor of the driver has one of its slots."""
    return place_of(BaseCursor.__dict__[name])


cdef Py_ssize_t _CLOSED = _slot("_closed")
cdef Py_ssize_t _CONN = _slot("_conn")
cdef Py_ssize_t _EXECMANY_RETURNING = _slot("_execmany_returning")
cdef Py_ssize_t _FORMAT = _slot("format")
cdef Py_ssize_t _IRESULT = _slot("_iresult")
cdef Py_ssize_t _LAST_QUERY = _slot("_last_query")
cdef Py_ssize_t _MAKE_ROW = _slot("_make_row")
cdef Py_ssize_t _PGCONN = _slot("_pgconn")
cdef Py_ssize_t _PGRESULT = _slot("pgresult")
cdef Py_ssize_t _POS = _slot("_pos")
cdef Py_ssize_t _QUERY = _slot("_query")
cdef Py_ssize_t _RESULTS = _slot("_results")
cdef Py_ssize_t _ROWCOUNT = _slot("_rowcount")
cdef Py_ssize_t _ROW_FACTORY = _slot("_row_factory")
cdef bint _has_message = "_statusmessage" in BaseCursor.__dict__
cdef Py_ssize_t _MESSAGE = _slot("_statusmessage") if _has_message else 0
cdef Py_ssize_t _TX = _slot("_tx")

cdef int _TUPLES_OK = pq.ExecStatus.TUPLES_OK
cdef int _COMMAND_OK = pq.ExecStatus.COMMAND_OK
cdef int _IDLE = pq.TransactionStatus.IDLE
cdef int _TEXT = pq.Format.TEXT
cdef int _BINARY = pq.Format.BINARY
cdef Py_ssize_t _LONGEST = MAX_CACHED_STATEMENT_LENGTH
cdef Py_ssize_t _MOST = MAX_CACHED_STATEMENT_PARAMS
# psycopg 3.2 stays on a row that comes out as None.
cdef bint _goes_on = "ntuples" in Cursor.fetchone.__code__.co_names
# psycopg 3.3 asks the transformer for the encoding, which keeps it.
cdef bint _tx_encodes = "encoding" in PostgresQuery.convert.__code__.co_names

# What the replaced functions call and set, in the versions that are followed; several where they differ.
_FOLLOWED = {
    "_start_query": {"closed e InterfaceError _reset _last_query adapt Transformer _tx _conn _start_query"},
    "_execute_gen": {"_start_query _convert_query _maybe_prepare_gen _conn _pipeline _communicate_gen _last_query "
                     "_prepared maintain_gen"},
    "_convert_query": {"_query_cls _tx convert"},
    "_maybe_prepare_gen": {
        "_get_prepared Prepare NO _execute_send SHOULD _send_prepare _conn _pipeline execute _pgconn status FATAL_ERROR "
        "e error_from_result _encoding _send_query_prepared _prepared maybe_add_to_cache result_queue append validate "
        "_check_results _set_results"},
    "_get_prepared": {"_conn _prepared get"},
    "_send_query_prepared": {
        "format BINARY TEXT _conn _pipeline command_queue append partial _pgconn send_query_prepared params formats"},
    "_check_results": {
        "e InternalError status TUPLES_OK COMMAND_OK EMPTY_QUERY _raise_for_result",
        "e InternalError status TUPLES_OK COMMAND_OK EMPTY_QUERY COPY_BOTH _raise_for_result"},
    "_set_results": {
        "_execmany_returning _results _select_current_result extend command_tuples _rowcount",
        "_execmany_returning _results _select_current_result extend command_status _statusmessage command_tuples "
        "_rowcount"},
    "_select_current_result": {
        "_iresult _results pgresult _tx set_pgresult _pos status TUPLES_OK ntuples _rowcount COPY_OUT command_tuples "
        "_make_row_maker _make_row",
        "_iresult _results pgresult _tx set_pgresult _pos status TUPLES_OK ntuples _rowcount COPY_OUT command_tuples "
        "command_status _statusmessage _make_row_maker _make_row"},
    "_reset": {
        "_results pgresult _pos _iresult _rowcount _execmany_returning _query",
        "_results pgresult _pos _iresult _rowcount _statusmessage _execmany_returning _query"},
}  # fmt: skip
_FOLLOWED_CONNECTION = {"_autocommit pgconn transaction_status IDLE _exec_command _get_tx_start_command _pipeline "
                        "_sync_gen"}
_FOLLOWED_QUERY = {
    "convert": {
        "isinstance str encode _encoding Composable as_bytes _tx len MAX_CACHED_STATEMENT_LENGTH "
        "MAX_CACHED_STATEMENT_PARAMS _query2pg _query2pg_nocache query _want_formats _order _parts dump",
        "isinstance Template _convert_template _ensure_bytes len MAX_CACHED_STATEMENT_LENGTH "
        "MAX_CACHED_STATEMENT_PARAMS _query2pg _query2pg_nocache _tx encoding query _want_formats _order _parts dump"},
    "dump": {"validate_and_reorder_params _parts _order _want_formats _tx dump_sequence params types formats"},
}
_FOLLOWED_MANAGER = {
    "get": {"prepare_threshold Prepare NO _names get key YES _counts _prepared_idx encode SHOULD"},
    "maybe_add_to_cache": {"prepare_threshold key _counts Prepare SHOULD _names move_to_end"},
    "maintain_gen": {"_to_flush popleft _deallocate"},
}
_FOLLOWED_FETCHONE = {
    "_fetch_pipeline _check_result_for_fetch _tx load_row _pos _make_row",
    "_fetch_pipeline _check_result_for_fetch _pos ntuples _tx load_row _make_row",
}


def _all_same(cls, followed):
    return all([same(getattr(cls, name), ways) for name, ways in followed.items()])


cdef bint _followed = (
    _all_same(BaseCursor, _FOLLOWED) and same(BaseConnection._start_query, _FOLLOWED_CONNECTION)
    and _all_same(PostgresQuery, _FOLLOWED_QUERY) and _all_same(PrepareManager, _FOLLOWED_MANAGER)
)
cdef bint _followed_fetchone = same(Cursor.fetchone, _FOLLOWED_FETCHONE)
cdef bint _followed_async_fetchone = same(AsyncCursor.fetchone, _FOLLOWED_FETCHONE)


def suits(cls):
    """Whether :func:`execute_gen` does for cursors of this class, a guarded one's base, what their own would."""
    return (
        _followed and cls._query_cls is PostgresQuery and cls.closed is BaseCursor.closed
        and all([getattr(cls, name) is getattr(BaseCursor, name) for name in _FOLLOWED])
    )


def suits_fetchone(cls, driver):
    """Whether :func:`_row_of` does for cursors of this class what their own ``fetchone``, ``driver``'s, would."""
    return (
        (_followed_fetchone if driver is Cursor else _followed_async_fetchone)
        and getattr(cls, "fetchone", None) is driver.fetchone
        and cls._check_result_for_fetch is BaseCursor._check_result_for_fetch
    )


def suits_connection(cls):
    """Whether statements of connections of this class may be sent by :func:`execute_gen`."""
    return cls._start_query is BaseConnection._start_query


cdef int _MAX = 4096
cdef dict _texts = {}


cdef tuple _read(str query, bint placeholders):
    """Return what psycopg makes of a text: the query, formats, order and parts; ``None`` of one that it does not keep."""
    key = (query, placeholders)
    found = _texts.get(key)
    if found is None:
        text = query.encode()
        if len(text) > _LONGEST:
            return None
        found = _query2pg(text, "utf-8") if placeholders else (text, None, None, None)
        if len(_texts) >= _MAX:
            _texts.clear()
        _texts[key] = found
    return <tuple>found


cdef object _in_order(params, tuple read):
    """Return the values of the placeholders in their order; ``None`` where the driver has to say what is wrong."""
    cdef list order
    kind = type(params)
    if kind is tuple or kind is list:
        return params if read[2] is None and len(params) == len(read[1]) else None
    if kind is dict and read[2]:
        order = read[2]
        try:
            return [params[name] for name in order]
        except KeyError:
            return None
    return None


cdef object _query_of(tx, tuple read, dumped):
    """Make the driver's object of a query that has been converted and dumped here."""
    query = PostgresQuery(tx)
    query.query, query._want_formats, query._order = read[0], read[1], read[2]
    if read[1] is not None:
        query._parts = read[3]
        query.params, query.types, query.formats = dumped, tx.types or (), tx.formats
    return query


cdef int reset(cursor) except -1:
    """Be ``BaseCursor._reset``."""
    _put(cursor, _RESULTS, [])
    _put(cursor, _PGRESULT, None)
    _put(cursor, _POS, 0)
    _put(cursor, _IRESULT, 0)
    _put(cursor, _ROWCOUNT, -1)
    _put(cursor, _EXECMANY_RETURNING, None)
    _put(cursor, _QUERY, None)
    if _has_message:
        _put(cursor, _MESSAGE, None)
    return 0


cdef int _select(cursor, tx, list results) except -1:
    """Take the first of the results, which are as they should be, for the current one."""
    result = results[0]
    _put(cursor, _RESULTS, results)
    _put(cursor, _IRESULT, 0)
    _put(cursor, _PGRESULT, result)
    tx.set_pgresult(result)
    _put(cursor, _POS, 0)
    if <int>result.status == _TUPLES_OK:
        _put(cursor, _ROWCOUNT, result.ntuples)
    else:
        count = result.command_tuples
        _put(cursor, _ROWCOUNT, -1 if count is None else count)
    if _has_message:
        _put(cursor, _MESSAGE, result.command_status)
    # Where a class makes its rows in another way, _make_row_maker() knows.
    if _get(cursor, _ROW_FACTORY) is tuple_row and _makes_rows(type(cursor)):
        _put(cursor, _MAKE_ROW, tuple)
    else:
        _put(cursor, _MAKE_ROW, cursor._make_row_maker())
    return 0


cdef dict _makers = {}


cdef bint _makes_rows(cls) except -1:
    found = _makers.get(cls)
    if found is None:
        if len(_makers) >= _MAX:
            _makers.clear()
        found = _makers[cls] = cls._make_row_maker.__module__.startswith("psycopg.")
    return found


def execute_gen(cursor, SessionState session, str query, params, prepare, binary):
    """Be ``BaseCursor._execute_gen``, outside of a pipeline, for a statement that may run."""
    cdef list results
    cdef tuple read
    cdef int kind
    if not isinstance(cursor, BaseCursor):
        raise TypeError(f"a cursor of psycopg is needed, not {type(cursor).__name__}")  # has none of the slots below
    if _get(cursor, _CLOSED):
        raise InterfaceError("the cursor is closed")
    reset(cursor)
    last = _get(cursor, _LAST_QUERY)
    if not last or last is not query:
        _put(cursor, _LAST_QUERY, None)
        cursor._tx = None  # the guarded cursor makes one of its own
    tx = _get(cursor, _TX)
    connection = _get(cursor, _CONN)
    pgconn = _get(cursor, _PGCONN)
    if not connection._autocommit and <int>pgconn.transaction_status == _IDLE:
        yield from connection._start_query()
    read = values = dumped = name = None
    types = ()
    if (params is None or len(params) <= _MOST) and (tx.encoding if _tx_encodes else pgconn._encoding) == "utf-8":
        read = _read(query, params is not None)
    if read is not None and params is not None:
        values = _in_order(params, read)
        if values is None:
            read = None
        else:
            dumped = tx.dump_sequence(values, read[1])
            types = tx.types or ()
    manager = connection._prepared
    if read is not None and type(manager) is PrepareManager and prepare is not False:
        if manager.prepare_threshold is not None:
            key = (read[0], types)
            name = manager._names.get(key)
    if name is None:
        made = cursor._convert_query(query, params) if read is None else _query_of(tx, read, dumped)
        yield from cursor._maybe_prepare_gen(made, prepare=prepare, binary=binary)
    else:
        kind = _get(cursor, _FORMAT) if binary is None else _BINARY if binary else _TEXT
        send_prepared(pgconn, name, dumped, None if dumped is None else tx.formats, kind)
        if session.settle_log is not None:
            session.settle_log()
        manager._names.move_to_end(key)
        results = yield from _exchange(pgconn)
        kind = results[0].status if len(results) == 1 else -1
        if kind != _TUPLES_OK and kind != _COMMAND_OK:
            cursor._check_results(results)
        _select(cursor, tx, results)
    _put(cursor, _LAST_QUERY, query)
    if manager._to_flush:
        yield from manager.maintain_gen(connection)


MISSING = object()
"""Instead of a row: the driver has to say what there is."""


cdef object _row_of(cursor):
    """Return the next row of a result that is there."""
    cdef Py_ssize_t position
    # Of a closed cursor, of one that has no result, at the end and at a row limit the driver's own says what it is.
    result = None if not isinstance(cursor, BaseCursor) or _get(cursor, _CLOSED) else _get(cursor, _PGRESULT)
    if result is None or <int>result.status != _TUPLES_OK:
        return MISSING
    tx = _get(cursor, _TX)
    position = _get(cursor, _POS)
    if position >= result.ntuples or tx.of.truncates:
        return MISSING
    record = tx.load_row(position, _get(cursor, _MAKE_ROW))
    if _goes_on or record is not None:
        _put(cursor, _POS, position + 1)
    return record


def make_fetchone(base):
    """Make ``Cursor.fetchone`` of a guarded class.

    Args:
        base: The class under it, whose own is the driver's: for all but a row of a result that is there.
    """
    original = base.fetchone

    def fetchone(self):
        row = _row_of(self) if base.fetchone is original else MISSING
        return base.fetchone(self) if row is MISSING else row

    fetchone.__doc__, fetchone.__qualname__ = original.__doc__, original.__qualname__
    fetchone.__module__ = original.__module__
    return fetchone


def make_there(base):
    """Make what ``AsyncCursor.fetchone`` of a guarded class asks first: the next row, or :data:`MISSING`."""
    original = base.fetchone

    def there(self):
        return _row_of(self) if base.fetchone is original else MISSING

    return there
