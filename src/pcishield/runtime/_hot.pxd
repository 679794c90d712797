from pcishield.audit._tail cimport Tail, Template


cdef class Stamps:
    cdef object _clock
    cdef long long _tolerance, _last, _offset
    cdef long long wall, mono
    cdef readonly long long step_us
    cdef readonly bint behind
    cdef int _read(self) except -1
    cdef int _now(self) except -1


cdef class ShardState:
    cdef public Tail chain
    cdef public list pending, waiting
    cdef public set awaited
    cdef public str lost
    cdef public long long offset, written
    cdef public int fd
    cdef bint slow


cdef class LogState:
    cdef public object _lock, _outage, _wake
    cdef public ShardState _shard
    cdef public Stamps _stamps
    cdef public bint _closed, _idle, _writes_at_once, _writes_together
    cdef public long long _seal_at


cdef class CatalogState:
    cdef public object catalog
    cdef public str _dialect, _stale
    cdef public dict _bare, _table
    cdef public object _entry, _seen
    cdef public double _until
    cdef public bint _in_transaction
    cdef bint confirmed(self, sql, known) except -1


cdef class SessionState:
    cdef public object parts, fill, settle_log, _latest
    cdef public CatalogState catalog
    cdef public object _actor, _principal, _process
    cdef public dict _memos
    cdef public tuple sent, fresh
    cdef size_t within
    cdef public long long rows_fetched, statements


cdef class OperationState:
    cdef public SessionState session
    cdef public object sql, parameters, method, attempt_id, statement, decision, sources, known
    cdef public object _meter, _grant, _error, _rowcount, _request_id, _tape
    cdef public MemoState _memo
    cdef public tuple _tallies
    cdef public bint many, _pan, _abandoned, _pending
    cdef public long long _bytes, _reported, _started
    cpdef long long fetched(self) except -1
    cdef int start(self, MemoState memo, tuple values) except -1
    cdef guard_of(self, columns, part)
    cdef int succeeded(self) except -1
    cdef int complete(self, rowcount) except -1
    cpdef append_result(self)


cdef class MemoState:
    cdef public object known, statement, decision, actor, attempt, grant
    cdef public str method
    cdef public bint bare
    cdef public list results
    cdef dict _shapes
    cdef object _columns, _plan, _mask, _mask_row, _native_row
    cdef long long _cells
    cdef bint _free, _truncates
    cpdef tuple values(self, parameters)
    cdef int plan_for(self, columns, SessionState session) except -1


cdef class Tally:
    cdef public object stats
    cdef public long long fetched
    cdef public bint ended


cdef class GuardState:
    cdef public OperationState _operation
    cdef public Tally tally
    cdef public object _plan, _mask, _mask_row, _budget, _record, columns, stats
    cdef object _native_row
    cdef long long _cells
    cdef public bint _counts
    cdef public long long _reported
    cdef int fill(self, OperationState operation, MemoState memo, columns) except -1
    cdef row_of(self, row)


cdef OperationState start(SessionState self, sql, parameters, method)
cdef bint truncates(OperationState operation) except -1
