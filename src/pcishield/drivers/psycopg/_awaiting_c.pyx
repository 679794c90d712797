# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False, auto_pickle=False
"""Waiting in an event loop for the answer to a statement that is known: the driver's ``wait_async``, with fewer steps.

For each wait the driver makes a future, sets a timer, and has the loop watch the socket; then it takes all that back.
Here a connection has one future, which is used again and again, and its socket stays watched from one statement to the
next: by a descriptor of its own, so that nothing is left behind in the loop when libpq closes the other one. One timer
looks after all that wait in a loop. It is used where the driver's functions are those that were followed (psycopg 3.2.3
to 3.3.9); whatever is not a plain wait for an answer, and an interruption, is given back to the driver.
"""

cimport cython
from cpython.object cimport PyObject
from cpython.ref cimport Py_XDECREF
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, timespec
from posix.unistd cimport close

from asyncio import CancelledError, get_running_loop
from contextvars import Context
from errno import EBADF
from os import strerror
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection, waiting
from psycopg import errors as _errors
from psycopg.connection_async import _INTERRUPTED

from pcishield.drivers.psycopg._followed import same
from pcishield.drivers.psycopg._interrupted import Interrupted, Resumed

cdef extern from "fcntl.h" nogil:
    int F_DUPFD_CLOEXEC
    int fcntl(int fd, int command, ...)

cdef extern from "Python.h":
    object PyObject_GenericGetDict(object, void*)
    int PyIter_Send(object iterator, object value, PyObject** result) except -1

cdef object _waits = waiting.wait_async
cdef object _driver = AsyncConnection.wait
cdef object _interrupted = _INTERRUPTED
cdef bint _followed = same(_driver, (
    "ACTIVE QueryCanceled _INTERRUPTED _try_cancel e pgconn socket transaction_status wait_async waiting",
    "ACTIVE BaseException Exception QueryCanceled _INTERRUPTED _WaitTimeout __name__ _try_cancel e finish isinstance "
    "logger pgconn socket transaction_status type wait_async waiting warning",
)) and same(_waits, (
    "Event InternalError OSError OperationalError READY_R READY_W StopIteration TimeoutError WAIT_R WAIT_W add_reader "
    "add_writer args clear e get_event_loop next remove_reader remove_writer send str wait wait_for",
    "Event InternalError OSError OperationalError READY_R READY_W StopIteration TimeoutError ValueError WAIT_R WAIT_W "
    "add_reader add_writer clear e get_event_loop next remove_reader remove_writer send value wait wait_for",
    "InternalError MAX_BUSY_TIME OSError OperationalError READY_R READY_W StopIteration ValueError WAIT_R WAIT_W "
    "_WaitTimeout _last_yield _ready _wait_time add_reader add_writer call_later cancel create_future e "
    "get_running_loop monotonic next remove_reader remove_writer send sleep value",
))
cdef double _interval = _driver.__defaults__[0]
cdef bint _notes_yields = hasattr(waiting, "_last_yield")
cdef str _closed = "connection socket closed" if "connection socket closed" in _waits.__code__.co_consts else ""
cdef object _READ = waiting.WAIT_R
cdef int _WAIT_R = waiting.WAIT_R
cdef int _READY_R = waiting.READY_R
cdef dict _module = waiting.__dict__
cdef str _LAST_YIELD = "_last_yield"

# Not of the module: it is still asked for when a program ends.
cdef object _running_loop = get_running_loop
# By the loops, which keep their timer alive themselves.
cdef object _pulses = WeakKeyDictionary()


cdef double _now():
    cdef timespec spec
    clock_gettime(CLOCK_MONOTONIC, &spec)
    return spec.tv_sec + spec.tv_nsec * 1e-9


cdef class _Pulse:
    """Wakes those who have waited in one event loop for longer than the interval, and for less than two.

    Who waits looks after itself then: a socket that somebody closed never gets ready.
    """

    cdef set watches
    cdef object context
    cdef bint beats

    def __init__(self):
        self.watches = set()
        self.context = Context()

    def beat(self, loop):
        cdef Watch watch
        cdef bint waits = False
        for watch in list(self.watches):
            if watch.waits:
                waits = True
                watch.age += 1
                if watch.age > 1:
                    # A loop may have lost it: a descriptor with the same number was closed before, while the driver
                    # had it watched.
                    watch.unwatch()
                    watch.wake(0)
            if watch.ended and not watch.waits:
                watch.drop()
        self.beats = waits
        if waits:
            loop.call_later(_interval, self.beat, loop, context=self.context)


cdef class Watch:
    """What a task waits for, as for a future: the socket of one connection, in one event loop.

    The methods are those that a task, and whoever cancels it, calls.
    """

    cdef readonly object _loop
    cdef public bint _asyncio_future_blocking
    cdef object callback, context, message
    cdef _Pulse pulse
    cdef int fd, socket, ready, age
    cdef bint watched, waits, yielded, was_cancelled, ended

    def __cinit__(self):
        self.fd = -1

    def __dealloc__(self):
        if self.fd >= 0:
            close(self.fd)

    def get_loop(self):
        return self._loop

    def done(self):
        return not self.waits

    def cancelled(self):
        return self.was_cancelled

    def add_done_callback(self, callback, *, context=None):
        self.callback, self.context = callback, context

    def remove_done_callback(self, callback):
        if self.callback is None or self.callback != callback:
            return 0
        self.callback = self.context = None
        return 1

    def cancel(self, msg=None):
        if not self.waits:
            return False
        self.waits = False
        self.was_cancelled = True
        self.message = msg
        callback, context = self.callback, self.context
        self.callback = self.context = None
        if callback is not None:
            # Not at once: a task may cancel itself.
            self._loop.call_soon(callback, self, context=context)
        return True

    def result(self):
        if self.was_cancelled:
            raise CancelledError() if self.message is None else CancelledError(self.message)

    def exception(self):
        self.result()

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if not self.yielded:
            self.yielded = True
            self._asyncio_future_blocking = True
            return self
        raise StopIteration

    cdef int begin(self) except -1:
        self.waits = True
        self.yielded = self.was_cancelled = False
        self.message = None
        self.age = self.ready = 0
        if not self.watched:
            # Without what the task at hand has in its context, which would be kept as long as the connection.
            Context().run(self._loop.add_reader, self.fd, self.readable)
            self.watched = True
        if not self.pulse.beats:
            self.pulse.beats = True
            self._loop.call_later(_interval, self.pulse.beat, self._loop, context=self.pulse.context)
        return 0

    cdef int wake(self, int ready) except -1:
        self.waits = False
        self.ready = ready
        callback, context = self.callback, self.context
        self.callback = self.context = None
        if callback is not None:
            # At once, in the place of what would ask the loop to do it.
            context.run(callback, self)
        return 0

    cdef int unwatch(self) except -1:
        if self.watched:
            self.watched = False
            if not self._loop.is_closed():
                self._loop.remove_reader(self.fd)
        return 0

    def readable(self):
        if self.waits:
            self.wake(_READY_R)
        else:
            # A notification, the end of the connection: nobody reads it now, and the loop would call for ever.
            self.unwatch()

    def drop(self):
        """Watch no longer; who still waits finds out by the pulse."""
        self.ended = True
        self.unwatch()
        if not self.waits:
            self.pulse.watches.discard(self)
            if self.fd >= 0:
                close(self.fd)
                self.fd = -1


cdef class Tether:
    """Holds a connection's watch: it ends with the connection."""

    cdef Watch watch

    def __del__(self):
        release(self)


cpdef release(Tether tether):
    """End a watch, from whichever thread."""
    cdef Watch watch = tether.watch
    if watch is None:
        return
    tether.watch = None
    loop = watch._loop
    try:
        running = _running_loop()
    except RuntimeError:
        running = None
    if running is loop or loop.is_closed():
        watch.drop()
    else:
        try:
            loop.call_soon_threadsafe(watch.drop)
        except RuntimeError:
            watch.drop()  # closed meanwhile


def ended(connection):
    """A connection was closed."""
    tether = (<dict>PyObject_GenericGetDict(connection, NULL)).pop("_pcishield_tether", None)
    if tether is not None:
        release(tether)


cdef Watch _watch_of(dict state, int socket):
    """Return a connection's watch, ``None`` where there can be none, or somebody waits for it already."""
    cdef Tether tether = state.get("_pcishield_tether")
    cdef Watch watch
    cdef _Pulse pulse
    loop = _running_loop()
    if tether is not None:
        watch = tether.watch
        if watch is not None and watch._loop is loop and watch.socket == socket and watch.fd >= 0:
            return None if watch.waits else watch
        release(tether)
    watch = Watch.__new__(Watch)
    watch.fd = fcntl(socket, F_DUPFD_CLOEXEC, 3)
    if watch.fd < 0:
        return None
    watch.socket = socket
    watch._loop = loop
    pulse = _pulses.get(loop)
    if pulse is None:
        pulse = _pulses[loop] = _Pulse()
    watch.pulse = pulse
    pulse.watches.add(watch)
    tether = Tether.__new__(Tether)
    tether.watch = watch
    state["_pcishield_tether"] = tether
    return watch


def follows(original):
    """Whether :func:`waited` does what ``original``, the ``wait`` of a connection class, does."""
    return _followed and original is _driver


async def waited(connection, gen):
    """Be ``await AsyncConnection.wait(connection, gen)``."""
    cdef dict state
    cdef Watch watch
    cdef PyObject* made = NULL
    cdef int socket, more
    if waiting.wait_async is not _waits:
        return await _driver(connection, gen)
    state = PyObject_GenericGetDict(connection, NULL)
    try:
        socket = state["pgconn"].socket
        more = PyIter_Send(gen, None, &made)
        value = <object>made
        Py_XDECREF(made)
        if more == 0:
            return value
        watch = _watch_of(state, socket)
        while True:
            if watch is None or value is not _READ and value != _WAIT_R:
                break
            if watch.ended:
                raise OSError(EBADF, strerror(EBADF))  # as the loop would say of the driver's descriptor
            try:
                watch.begin()
                await watch
            finally:
                watch.waits = False
                if _notes_yields:
                    _module[_LAST_YIELD] = _now()
            more = PyIter_Send(gen, watch.ready, &made)
            value = <object>made
            Py_XDECREF(made)
            if more == 0:
                return value
    except OSError as error:
        raise _errors.OperationalError(_closed or str(error)) from error
    except _interrupted as error:
        interruption = error
        gen = Interrupted(gen, error)
    else:
        gen = Resumed(gen, value)
    return await _driver(connection, gen)
