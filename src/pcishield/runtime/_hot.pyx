# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False, auto_pickle=False
"""What every statement passes, compiled: gives the same as :mod:`pcishield.runtime.hot`. See there."""

cimport cython
from posix.time cimport CLOCK_MONOTONIC, CLOCK_REALTIME, clock_gettime, nanosleep, timespec

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.contextvars cimport get_value
from cpython.exc cimport PyErr_CheckSignals
from cpython.method cimport PyMethod_Check, PyMethod_GET_FUNCTION, PyMethod_GET_SELF
from cpython.object cimport PyObject, PyTypeObject
from libc.string cimport memcpy

from pcishield.audit._tail cimport Tail, Template, decimal
from pcishield.runtime._log_disk_c cimport give_turn, wanted, write_whole

from datetime import UTC, date, datetime, time as _time, timedelta
from uuid import UUID

from pcishield.identity.principal import _current as _current_variable
from pcishield.runtime.process import process as _process

cdef extern from *:
    """
    #include <fcntl.h>
    #include <sys/stat.h>

    /* Whether the file still has a name, and the size it was left with. Asked for its times as well, the kernel
       (Linux, from 6.13 on) gives the next write a time of its own, which costs as much as the write. */
    static int is_as_left(int fd, long long size) {
        struct stat status;
    #if defined(__linux__) && defined(STATX_SIZE) && defined(AT_EMPTY_PATH)
        struct statx found;
        if (statx(fd, "", AT_EMPTY_PATH, STATX_NLINK | STATX_SIZE, &found) == 0)
            return found.stx_nlink != 0 && (long long)found.stx_size == size;
    #endif
        return fstat(fd, &status) == 0 && status.st_nlink != 0 && (long long)status.st_size == size;
    }
    """
    bint is_as_left(int fd, long long size)

cdef extern from "Python.h":
    str PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
    void* PyUnicode_DATA(object text)
    bint PyUnicode_IS_ASCII "PyUnicode_IS_COMPACT_ASCII" (object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)

cdef object EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
cdef object MICROSECOND = timedelta(microseconds=1)
cdef long long NEVER = 1 << 62
cdef int BATCH = 256
cdef Py_ssize_t LARGE = 48000
cdef frozenset HARMLESS = frozenset({type(None), bool, date, datetime, _time, timedelta, UUID})
cdef long long SMALL = 10 ** 11
cdef tuple NOTHING = ()
cdef object current_principal = _current_variable
cdef list process = _process


cdef bytes _number(long long value):
    cdef char text[21]
    cdef int size = 0
    if value < 0:
        text[0] = c"-"
        size = 1 + decimal(text + 1, 0 - <unsigned long long>value)
    else:
        size = decimal(text, value)
    return PyBytes_FromStringAndSize(text, size)


cdef bytes _quoted(str text):
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
    cdef bytes made
    cdef char* out
    if not PyUnicode_IS_ASCII(text):
        raise ValueError("an id that is not plain ASCII")
    made = PyBytes_FromStringAndSize(NULL, size + 2)
    out = PyBytes_AS_STRING(made)
    out[0] = c'"'
    memcpy(out + 1, PyUnicode_DATA(text), size)
    out[size + 1] = c'"'
    return made


cdef bytes _cells(long long scanned):
    cdef char text[64]
    memcpy(text, b'{"masked":0,"scanned":', 22)
    cdef int size = 22 + decimal(text + 22, scanned)
    text[size] = c"}"
    return PyBytes_FromStringAndSize(text, size + 1)


cdef str _id(str shard, long long seq):
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(shard)
    cdef char digits[20]
    cdef int count = decimal(digits, seq)
    cdef char* out
    cdef str made
    if not PyUnicode_IS_ASCII(shard):
        return shard + "/" + str(seq)
    made = PyUnicode_New(size + 1 + count, 127)
    out = <char*>PyUnicode_DATA(made)
    memcpy(out, PyUnicode_DATA(shard), size)
    out[size] = c"/"
    memcpy(out + size + 1, digits, count)
    return made


cdef class Stamps:
    def __init__(self, clock, double tolerance):
        self._clock = clock
        self._tolerance = <long long>(tolerance * 1e9)
        self.restart()

    cdef int _read(self) except -1:
        cdef timespec spec
        if self._clock is None:
            clock_gettime(CLOCK_REALTIME, &spec)
            self.wall = spec.tv_sec * 1000000000LL + spec.tv_nsec
            clock_gettime(CLOCK_MONOTONIC, &spec)
            self.mono = spec.tv_sec * 1000000000LL + spec.tv_nsec
        else:
            self.wall = (self._clock.now() - EPOCH) // MICROSECOND * 1000
            self.mono = self._clock.monotonic_ns()
        return 0

    cdef int _now(self) except -1:
        cdef long long drift
        self._read()
        drift = self.wall - self.mono - self._offset
        if -self._tolerance <= drift <= self._tolerance:
            self.step_us = 0
            self.behind = False
            if self.wall > self._last:
                self._last = self.wall
        else:
            self.step_us = drift // 1000
            self.behind = self.wall < self._last - self._tolerance
        return 0

    def now(self):
        self._now()
        return self.wall, self.mono

    def accept(self):
        self._read()
        self._offset = self.wall - self.mono
        self._last = self.wall
        self.step_us = 0
        self.behind = False

    def restart(self):
        self.accept()
        return self.now()


cdef class ShardState:
    pass


cdef class LogState:
    pass


cdef int _take(lock) except -1:
    """Take the log's lock, looking for it now and then rather than queueing.

    Who is woken from a queue has the lock before it has the interpreter; all others run into it meanwhile and queue as
    well, and the queue never ends.
    """
    cdef timespec pause
    if lock.acquire(False):
        return 0
    pause.tv_sec = 0
    pause.tv_nsec = 20000
    while True:
        with nogil:
            nanosleep(&pause, NULL)
        PyErr_CheckSignals()
        if lock.acquire(False):
            return 0
        if pause.tv_nsec < 1000000:
            pause.tv_nsec *= 2


def append_filled(LogState self not None, Template template not None, tuple values not None, *, bint durable=False):
    cdef str found = _append(self, template, values, durable)
    if found is None:
        return self.append_filled_slowly(template, values, durable)
    return found


cdef str _append(LogState self, Template template, tuple values, bint durable):
    """Return the id, or ``None`` without having done anything when something is out of the ordinary."""
    cdef ShardState shard
    cdef Tail chain
    cdef Stamps stamps
    cdef Py_ssize_t size
    cdef long long seq
    cdef bint awaits = durable and self._writes_together
    lock = self._lock
    _take(lock)
    try:
        shard = self._shard
        if (
            shard is None or self._outage is not None or self._closed or not template.checked
            or (template.raw is not None and template.committed != shard.chain.shard)
            or len(values) != len(template.slots)
        ):
            return None
        stamps = self._stamps
        stamps._now()
        if stamps.step_us:
            return None
        chain = shard.chain
        size = PyBytes_GET_SIZE(template._text) if template._text is not None else 0
        for item in values:
            size += PyBytes_GET_SIZE(<bytes?>item)
        if size > LARGE:
            return None
        if awaits or not durable:
            if len(shard.waiting) >= BATCH - 1 or (template.raw is not None and not awaits):
                return None
            seq = chain.seq + len(shard.waiting)
            if awaits:
                # First: should it be lost with its shard, it is one that somebody waits for and is refused.
                shard.awaited.add(seq)
            shard.waiting.append((template, values, stamps.wall, stamps.mono))
        else:
            seq = _written(self, shard, template, values)
            if seq < 0:
                return None
        if self._idle or shard.written >= self._seal_at:
            self._seal_at = NEVER
            self._idle = False
            self._wake.set()
    finally:
        lock.release()
    if awaits:
        # Whoever syncs writes it, with those of others.
        self._sync_with_others(shard, seq + 1)
    return _id(chain.shard, seq)


def append(LogState self not None, str type not None, fields not None, *, bint durable=False):
    """Link a record that need not be written at once; the Python method does everything else, refusals too."""
    cdef ShardState shard
    cdef Stamps stamps
    cdef Py_ssize_t due
    if durable:
        return self.append_slowly(type, fields, True)
    lock = self._lock
    _take(lock)
    try:
        shard = self._shard
        if shard is not None and self._outage is None and not self._closed:
            stamps = self._stamps
            stamps._now()
            due = len(shard.waiting) + len(shard.pending)
            if not stamps.step_us and due < BATCH - 1:
                if shard.waiting:
                    shard.linked()
                try:
                    line = shard.chain.link(type, fields, stamps.wall, stamps.mono)
                except ValueError:
                    line = None
                if line is not None:
                    shard.pending.append(line)
                    if self._idle or shard.written >= self._seal_at:
                        self._seal_at = NEVER
                        self._idle = False
                        self._wake.set()
                    return _id(shard.chain.shard, shard.chain.seq - 1)
    finally:
        lock.release()
    return self.append_slowly(type, fields, False)


cdef long long _written(LogState self, ShardState shard, Template template, tuple values) except -2:
    """Write a record and what waits before it; return its number, or -1 without having done anything."""
    cdef Tail chain = shard.chain
    cdef Stamps stamps = self._stamps
    cdef list waiting = shard.waiting, lines = shard.pending
    cdef bytes line, data
    cdef tuple one
    cdef char* out
    cdef Py_ssize_t size = 0, done
    cdef long long seq
    if not self._writes_at_once or shard.lost or lines:
        return -1
    if not is_as_left(shard.fd, shard.offset):
        return -1
    # Linked lines are pending from the moment the chain has them: whatever is raised, none is lost.
    if waiting:
        done = 0
        try:
            for one in waiting:
                line = chain.line_of(<Template>one[0], <tuple>one[1], one[2], one[3])
                chain.push(line)
                lines.append(line)
                done += 1
                size += PyBytes_GET_SIZE(line) + 1
        finally:
            del waiting[:done]
    line = chain.line_of(template, values, stamps.wall, stamps.mono)
    seq = chain.seq
    chain.push(line)
    lines.append(line)
    size += PyBytes_GET_SIZE(line) + 1
    data = PyBytes_FromStringAndSize(NULL, size)
    out = PyBytes_AS_STRING(data)
    for line in lines:
        memcpy(out, PyBytes_AS_STRING(line), PyBytes_GET_SIZE(line))
        out += PyBytes_GET_SIZE(line)
        out[0] = c"\n"
        out += 1
    try:
        write_whole(shard.fd, PyBytes_AS_STRING(data), size, &shard.slow)
    except OSError as error:
        shard.cut_back()
        shard.take_back()
        raise self._failed(error, refused=1) from error
    shard.offset += size
    shard.written += len(lines)
    shard.pending = []
    return seq


def settle(LogState self not None):
    cdef ShardState shard = self._shard
    if shard is None or not self._lock.acquire(False):
        return
    try:
        if shard.waiting:
            shard.linked()
        shard.chain._settle()
    finally:
        self._lock.release()
    if wanted:
        give_turn()


def shape_of_harmless(parameters):
    cdef list shape
    cdef Py_ssize_t length
    kind = type(parameters)
    if kind is not tuple and kind is not list:
        # A name may say what its value is (cvv=...), and then a short value matters.
        return () if kind is dict and not parameters else None
    shape = []
    for value in parameters:
        kind = type(value)
        if kind is int:
            if not -SMALL < value < SMALL:
                return None
        elif kind is str or kind is bytes:
            length = len(value)
            if length >= 12:
                return None
            shape.append(length)
        elif kind not in HARMLESS:
            return None
        shape.append(kind)
    return tuple(shape)


cdef object _fill(SessionState session, Template template, tuple values, bint durable):
    """Append through the session's ``fill``: directly when that is the log's own method."""
    cdef str found
    fill = session.fill
    if PyMethod_Check(fill) and PyMethod_GET_FUNCTION(fill) == <PyObject*>append_filled:
        log = <object>PyMethod_GET_SELF(fill)
        found = _append(<LogState?>log, template, values, durable)
        return log.append_filled_slowly(template, values, durable) if found is None else found
    return fill(template, values, durable=durable)


cdef class CatalogState:
    cdef bint confirmed(self, sql, known) except -1:
        cdef timespec spec
        key = (self._dialect, sql)
        if not known.needs_catalog and self._bare.get(key) is known:
            return True
        if self._stale or self._in_transaction or self._seen != self._entry.generation:
            return False
        clock_gettime(CLOCK_MONOTONIC, &spec)
        return spec.tv_sec + spec.tv_nsec * 1e-9 < self._until and self._table.get(key) is known and not known.missing

    def confirms(self, sql, known):
        return self.confirmed(sql, known)


cdef class SessionState:
    pass


cdef class OperationState:
    def __init__(self, session, sql, parameters, method, bint many):
        self.session = session
        self.sql = sql
        self.parameters = parameters
        self.method = method
        self.many = many
        self.attempt_id = ""
        self._request_id = ""
        self._tallies = ()

    def __del__(self):
        if self._pending or (self._tallies and self.fetched() > self._reported):
            self._abandoned = True
            self.session.parts.linger(self)

    def pending(self, bint returns_rows):
        self._pending = returns_rows

    cpdef long long fetched(self) except -1:
        cdef long long total = 0
        cdef Tally tally
        for tally in self._tallies:
            total += tally.fetched
        return total

    cdef int start(self, MemoState memo, tuple values) except -1:
        cdef timespec spec
        self._memo = memo
        self.known = memo.known
        self.statement = memo.statement
        self.decision = memo.decision
        clock_gettime(CLOCK_MONOTONIC, &spec)
        self._started = spec.tv_sec * 1000000000LL + spec.tv_nsec
        self.attempt_id = _fill(self.session, memo.attempt, values, True)
        return 0

    def begin(self, MemoState memo not None, tuple values not None):
        self.start(memo, values)

    cdef guard_of(self, columns, part):
        cdef MemoState memo = self._memo
        cdef GuardState guard
        if memo is None or self.sources is not None:
            return self.result_of(columns, part)
        memo.plan_for(columns, self.session)
        guard = <GuardState>_new(_ResultGuard())
        guard.fill(self, memo, columns)
        self._tallies = self._tallies + (guard.tally,) if self._tallies else (guard.tally,)
        return guard

    def result(self, columns, part=None):
        return self.guard_of(columns, part)

    def ended(self, error=None):
        if error is None:
            self.succeeded()
        else:
            self.append_failure(error)

    cdef int succeeded(self) except -1:
        if self._pending:
            self.session.parts.linger(self)
        else:
            self.append_result()
        return 0

    cdef int complete(self, rowcount) except -1:
        if rowcount is not None and rowcount >= 0:
            self._rowcount = rowcount
        if self._pending:
            self._pending = False
            self.session.parts.settled(self, None)
            self.append_result()
        elif self._tallies and self.attempt_id and self.fetched() > self._reported:
            self.append_fetch()
        return 0

    def finish(self, rowcount=None):
        self.complete(rowcount)

    cpdef append_result(self):
        cdef long long scanned = 0, fetched = 0
        cdef timespec spec
        cdef int which
        cdef bytes attempt, duration
        cdef tuple values
        cdef Tally tally
        cdef MemoState memo = self._memo
        if memo is None:
            self.append_plain_result()
            return
        for tally in self._tallies:
            stats = tally.stats
            if stats.masked or stats.findings or tally.ended:
                self.append_plain_result()
                return
            scanned += <long long>stats.cells
            fetched += tally.fetched
        clock_gettime(CLOCK_MONOTONIC, &spec)
        duration = _number((spec.tv_sec * 1000000000LL + spec.tv_nsec - self._started) // 1000)
        attempt = _quoted(self.attempt_id)
        which = (1 if self._rowcount is not None else 0) + (2 if self._tallies else 0)
        if which == 0:
            values = (attempt, duration)
        elif which == 1:
            values = (attempt, duration, _number(self._rowcount))
        else:
            self._reported = fetched
            if which == 2:
                values = (attempt, _cells(scanned), duration, _number(fetched))
            else:
                values = (attempt, _cells(scanned), duration, _number(self._rowcount), _number(fetched))
        template = memo.results[which]
        if template is None:
            template = self.result_template(which)
        _fill(self.session, template, values, False)


cdef class MemoState:
    def __init__(self, known, decision, actor, str method, bint bare, attempt, grant=None):
        limits = decision.limits
        self.grant = grant
        self.known = known
        self.statement = known.statement
        self.decision = decision
        self.actor = actor
        self.method = method
        self.bare = bare
        self.attempt = attempt
        self.results = [None, None, None, None]
        self._truncates = limits.on_exceeded == "truncate"
        self._free = limits.rows is None and limits.session_rows is None and limits.bytes is None
        self._shapes = {}

    cpdef tuple values(self, parameters):
        if parameters is None:
            return () if self.bare else None
        if self.bare:
            return None
        shape = shape_of_harmless(parameters)
        if shape is None:
            return None
        found = self._shapes.get(shape)
        if found is None:
            if len(self._shapes) >= 64:
                self._shapes.clear()
            found = self._shapes[shape] = (self.described(parameters),)
        return found

    cdef int plan_for(self, columns, SessionState session) except -1:
        """Have the plan for these columns; drivers pass the same object for a result of the same shape."""
        if columns is not self._columns:
            plan = self.known.plan(columns, self.decision, session.parts.masker)
            self._mask, self._mask_row = plan.mask, plan.mask_row
            self._native_row, self._cells = plan.native_row()
            self._plan = plan
            self._columns = columns
        return 0


def linger(self, operation):
    cdef dict waiting = self._waiting
    cdef timespec spec
    clock_gettime(CLOCK_MONOTONIC, &spec)
    waiting[operation] = spec.tv_sec * 1000000000LL + spec.tv_nsec
    if self._asleep:
        self.wake()


cdef object _operations = None


def begin(self, sql, parameters, method):
    return start(self, sql, parameters, method)


cdef OperationState start(SessionState self, sql, parameters, method):
    global _operations
    cdef MemoState memo = self._memos.get(sql)
    cdef tuple values
    cdef OperationState operation
    if memo is None or memo.method != <str?>method:
        return None
    if self.catalog is not None and not self.catalog.confirmed(sql, memo.known):
        return None
    principal = get_value(current_principal)
    if principal is None:
        provide = self.parts.provide
        principal = self.parts.default_principal if provide is None else provide()
    if principal is self._principal and self._process is process[0]:
        actor = self._actor
    else:
        principal, actor = self.principal()
    if memo.actor is not actor or (principal.expires is not None and self.objection(principal)):
        return None
    values = memo.values(parameters)
    if values is None:
        return None
    if memo.grant is not None and not memo.grant.spend(1):
        return None
    if _operations is None:
        from pcishield.runtime.operation import Operation
        _operations = Operation
    self._latest = sql
    operation = <OperationState>_new(_operations)
    operation.session = self
    operation.sql = sql
    operation.parameters = parameters
    operation.method = method
    operation.attempt_id = operation._request_id = ""
    operation._tallies = ()
    operation._grant = memo.grant
    try:
        operation.start(memo, values)
    except Exception as error:
        self.raise_bound(error)
    self.statements += 1
    return operation


cdef bint truncates(OperationState operation) except -1:
    return operation._memo._truncates if operation._memo is not None else operation.truncates


@cython.freelist(16)
@cython.no_gc
cdef class Tally:
    pass


cdef Tally _new_tally():
    cdef Tally made = Tally.__new__(Tally)
    made.stats = _new_stats()
    return made


cdef class GuardState:
    def __init__(self, OperationState operation not None, plan, columns):
        limits = operation.decision.limits
        self._operation = operation
        self._plan = plan
        self._mask = plan.mask
        self._mask_row = plan.mask_row
        if (
            limits.rows is None and limits.session_rows is None and limits.bytes is None
            and operation._meter is None and operation._grant is None
        ):
            self._budget = None
            self._counts = False
        else:
            self._budget = operation.row_budget()
            self._counts = operation.metered
        if operation._tape is not None:
            self._record = operation._tape.taker(columns)
        self.columns = columns
        self.tally = _new_tally()
        self.stats = self.tally.stats

    cdef int fill(self, OperationState operation, MemoState memo, columns) except -1:
        """Be ``__init__`` for what ``memo`` has the plan of."""
        self._operation = operation
        self._plan = memo._plan
        self._mask = memo._mask
        self._mask_row = memo._mask_row
        self._native_row = memo._native_row
        self._cells = memo._cells
        if not memo._free or operation._meter is not None or operation._grant is not None:
            self._budget = operation.row_budget()
            self._counts = operation.metered
        if operation._tape is not None:
            self._record = operation._tape.taker(columns)
        self.columns = columns
        self.tally = _new_tally()
        self.stats = self.tally.stats
        return 0

    cdef row_of(self, row):
        if self._counts or self._budget is not None or self._record is not None:
            return self.limited_row(row)
        try:
            if self._native_row is not None:
                try:
                    masked = self._native_row(row, self.stats)
                    self.stats.cells += self._cells
                except ValueError:
                    # The plan says what it means.
                    masked = self._mask_row(row, self.stats)
            else:
                masked = self._mask_row(row, self.stats)
        except BaseException as error:
            raise self.failed(error) from None
        self.tally.fetched += 1
        self._operation.session.rows_fetched += 1
        return masked

    def row(self, row):
        return self.row_of(row)

    @property
    def fetched(self):
        return self.tally.fetched

    @fetched.setter
    def fetched(self, long long rows):
        self.tally.fetched = rows

    @property
    def ended(self):
        return self.tally.ended

    @ended.setter
    def ended(self, bint ended):
        self.tally.ended = ended


cdef inline object _new(cls):
    """Make an instance without ``__init__``."""
    return (<PyTypeObject*>cls).tp_new(cls, <PyObject*>NOTHING, NULL)


cdef object _guard_class = None


cdef object _ResultGuard():
    global _guard_class
    if _guard_class is None:
        from pcishield.runtime.result import ResultGuard
        _guard_class = ResultGuard
    return _guard_class


cdef object _stats = None


cdef object _new_stats():
    global _stats
    if _stats is None:
        from pcishield.masking import MaskStats
        _stats = MaskStats
    made = _new(_stats)
    made.cells = 0
    made.masked = {}
    made.findings = {}
    return made
