# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False
"""What the log's thread asks of the file system, compiled: gives the same as :mod:`pcishield.runtime._log_disk`.

A thread that lets go of the interpreter around each call waits for it as often, up to 5 ms each time, and whoever lets
go of it meanwhile wakes that thread for nothing. So what takes microseconds keeps the interpreter, and what waits for
the disk is one step. A thread that comes back from such a step says so, and a statement that is about to wait anyway
lets it have the interpreter.
"""

from libc.errno cimport EINTR, errno
from posix.fcntl cimport O_CREAT, O_TRUNC, O_WRONLY, open
from posix.stat cimport fstat, stat, struct_stat
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, nanosleep, timespec
from posix.unistd cimport close, fdatasync, getpid, write

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.exc cimport PyErr_CheckSignals, PyErr_SetFromErrno

from os import fsencode, strerror

cdef extern from "fcntl.h" nogil:
    int O_CLOEXEC, F_DUPFD_CLOEXEC
    int fcntl(int fd, int command, ...)

cdef extern from "stdio.h" nogil:
    int rename(const char* before, const char* after)

cdef extern from "pthread.h" nogil:
    ctypedef struct pthread_mutex_t:
        pass
    ctypedef struct pthread_cond_t:
        pass
    ctypedef struct pthread_condattr_t:
        pass
    int pthread_mutex_init(pthread_mutex_t* mutex, void* how)
    int pthread_mutex_lock(pthread_mutex_t* mutex)
    int pthread_mutex_unlock(pthread_mutex_t* mutex)
    int pthread_mutex_destroy(pthread_mutex_t* mutex)
    int pthread_condattr_init(pthread_condattr_t* how)
    int pthread_condattr_setclock(pthread_condattr_t* how, int clock)
    int pthread_condattr_destroy(pthread_condattr_t* how)
    int pthread_cond_init(pthread_cond_t* condition, pthread_condattr_t* how)
    int pthread_cond_signal(pthread_cond_t* condition)
    int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* until)
    int pthread_cond_destroy(pthread_cond_t* condition)

# Whether a thread of a log waits for the interpreter. Written without it too: at worst one turn is given for nothing.
cdef bint wanted = False


cdef int give_turn() except -1:
    """Let a thread of a log that waits for the interpreter have it, once."""
    global wanted
    cdef timespec pause
    wanted = False
    pause.tv_sec = 0
    pause.tv_nsec = 1000
    with nogil:
        nanosleep(&pause, NULL)
    return 0


cdef class Bell:
    """Be a :class:`threading.Event` for one thread that waits."""

    cdef pthread_mutex_t _mutex
    cdef pthread_cond_t _condition
    cdef bint _rung
    cdef int _process

    def __cinit__(self):
        cdef pthread_condattr_t how
        self._process = getpid()
        pthread_condattr_init(&how)
        pthread_condattr_setclock(&how, CLOCK_MONOTONIC)
        pthread_mutex_init(&self._mutex, NULL)
        pthread_cond_init(&self._condition, &how)
        pthread_condattr_destroy(&how)

    def __dealloc__(self):
        # In a child the thread that waited is not there any more, and would be waited for.
        if self._process == getpid():
            pthread_cond_destroy(&self._condition)
            pthread_mutex_destroy(&self._mutex)

    def set(self):
        # Nobody holds the mutex for longer than this.
        pthread_mutex_lock(&self._mutex)
        self._rung = True
        pthread_cond_signal(&self._condition)
        pthread_mutex_unlock(&self._mutex)

    def clear(self):
        self._rung = False

    def wait(self, double timeout):
        global wanted
        cdef timespec until
        cdef long long rest
        clock_gettime(CLOCK_MONOTONIC, &until)
        rest = until.tv_nsec + <long long>(timeout * 1e9)
        until.tv_sec += rest // 1000000000LL
        until.tv_nsec = rest % 1000000000LL
        with nogil:
            pthread_mutex_lock(&self._mutex)
            while not self._rung:
                if pthread_cond_timedwait(&self._condition, &self._mutex, &until) != 0:
                    break
            pthread_mutex_unlock(&self._mutex)
            wanted = True
        wanted = False
        return self._rung


cdef long long SLOW = 500000
cdef Py_ssize_t LARGE = 1 << 20
cdef bint _slow = False


cdef int write_whole(int fd, const char* data, Py_ssize_t size, bint* slow) except -1:
    """Write all of it; ``slow`` says whether the last write was, and is set."""
    cdef Py_ssize_t done = 0, written
    cdef timespec before, after
    # A short write is how a full disk begins; the next one raises.
    while done < size:
        if slow[0] or size > LARGE:
            with nogil:
                clock_gettime(CLOCK_MONOTONIC, &before)
                written = write(fd, data + done, size - done)
                clock_gettime(CLOCK_MONOTONIC, &after)
        else:
            # Into the page cache: letting go of the interpreter, and waiting for it again while other threads wait
            # for the log's lock, would take longer than the write.
            clock_gettime(CLOCK_MONOTONIC, &before)
            written = write(fd, data + done, size - done)
            clock_gettime(CLOCK_MONOTONIC, &after)
        if written >= 0:
            done += written
            slow[0] = (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec > SLOW
        elif errno == EINTR:
            PyErr_CheckSignals()
        else:
            PyErr_SetFromErrno(OSError)
    return 0


def write_all(int fd, bytes data not None):
    write_whole(fd, PyBytes_AS_STRING(data), PyBytes_GET_SIZE(data), &_slow)


def datasync(int fd):
    global wanted
    cdef int failed
    with nogil:
        failed = 0 if fdatasync(fd) == 0 else errno
        wanted = True
    wanted = False
    if failed:
        raise OSError(failed, strerror(failed))


def links_and_size(int fd):
    cdef struct_stat status
    if fstat(fd, &status) != 0:
        PyErr_SetFromErrno(OSError)
    return status.st_nlink, status.st_size


def is_at(int fd, path):
    cdef struct_stat here, there
    cdef bytes encoded = fsencode(path)
    if fstat(fd, &here) != 0:
        PyErr_SetFromErrno(OSError)
    if stat(PyBytes_AS_STRING(encoded), &there) != 0:
        PyErr_SetFromErrno(OSError)
    return here.st_dev == there.st_dev and here.st_ino == there.st_ino


cdef int _write(int fd, const char* data, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t done = 0, written
    while done < size:
        written = write(fd, data + done, size - done)
        if written >= 0:
            done += written
        elif errno != EINTR:
            return errno
    return 0 if fdatasync(fd) == 0 else errno


cdef int _replace(const char* temporary, const char* path, const char* data, Py_ssize_t size) noexcept nogil:
    cdef int fd, apart, failed
    fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    if 0 <= fd <= 2:
        apart = fcntl(fd, F_DUPFD_CLOEXEC, 3)
        close(fd)
        fd = apart
    if fd < 0:
        return errno
    failed = _write(fd, data, size)
    close(fd)
    if failed:
        return failed
    return 0 if rename(temporary, path) == 0 else errno


def append_synced(int fd, bytes data not None, path, bytes content not None):
    global wanted
    cdef bytes after = fsencode(path), before = after + b".tmp"
    cdef const char* line = PyBytes_AS_STRING(data)
    cdef const char* text = PyBytes_AS_STRING(content)
    cdef const char* where = PyBytes_AS_STRING(after)
    cdef const char* temporary = PyBytes_AS_STRING(before)
    cdef Py_ssize_t line_size = PyBytes_GET_SIZE(data), size = PyBytes_GET_SIZE(content)
    cdef int appended, replaced = 0
    with nogil:
        appended = _write(fd, line, line_size)
        if appended == 0:
            replaced = _replace(temporary, where, text, size)
        wanted = True
    wanted = False
    return appended, replaced
