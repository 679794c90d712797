# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=False, auto_pickle=False
"""Group commit, compiled: promises the same as :mod:`pcishield.runtime._log_sync`. See there.

All that threads share is looked at and changed with the interpreter's lock held, between two points at which it is let
go, so there is no lock of our own. Making a list may run the garbage collector, and that other threads: lists are made
before anything is looked at.

What is different is how those that are covered follow each other. To wake a thread takes longer than what it then does
with the interpreter. So a few of them are on their way at a time: who lets go of the interpreter wakes one more, and
who is awake waits for the interpreter in a short loop without it, as a spin lock does, so that it need not be woken a
second time. The loop ends after 20 us in any case, is left out on a single core, and for a while after it was in vain
several times, as where threads do something long between their records.

To wake a thread that another core has to take up costs who wakes it an interrupt sent there, 10 to 15 us in a virtual
machine: of those that are covered, one that went to sleep on this core is woken first.
"""

cimport cython
from cpython.exc cimport PyErr_CheckSignals
from posix.time cimport CLOCK_MONOTONIC, clock_gettime, timespec

import os

cdef extern from "pythread.h":
    ctypedef void* PyThread_type_lock
    ctypedef enum PyLockStatus:
        PY_LOCK_FAILURE
        PY_LOCK_ACQUIRED
        PY_LOCK_INTR
    PyThread_type_lock PyThread_allocate_lock()
    void PyThread_free_lock(PyThread_type_lock lock)
    PyLockStatus PyThread_acquire_lock_timed(PyThread_type_lock lock, long long microseconds, int interrupted) nogil
    void PyThread_release_lock(PyThread_type_lock lock) nogil

cdef extern from *:
    """
    #if defined(__x86_64__) || defined(__i386__)
    #define pcishield_relax() __builtin_ia32_pause()
    #elif defined(__aarch64__)
    #define pcishield_relax() __asm__ __volatile__("yield")
    #else
    #define pcishield_relax() __asm__ __volatile__("")
    #endif
    #if defined(__linux__)
    #include <sched.h>
    #define pcishield_core() sched_getcpu()
    #else
    #define pcishield_core() (-1)
    #endif
    static int pcishield_take(int *word) {
        int none = 0;
        return __atomic_load_n(word, __ATOMIC_RELAXED) == 0
            && __atomic_compare_exchange_n(word, &none, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
    }
    static void pcishield_put(int *word, int value) { __atomic_store_n(word, value, __ATOMIC_RELEASE); }
    """
    void pcishield_relax() nogil
    int pcishield_core() nogil
    bint pcishield_take(int* word) nogil
    void pcishield_put(int* word, int value) nogil

cdef long long DELAY = 500
"""Microseconds that who syncs lets others come."""
cdef long long SPIN = 20000
"""Nanoseconds that a thread waits for the interpreter in a loop."""
cdef int AHEAD = 3
"""Threads that are on their way to the interpreter at a time."""
cdef int PASSED = 64
"""So many may be woken before one that was covered earlier."""
cdef int MISSES = 8
cdef int MUTED = 1024
"""After so many loops in vain, so many are left out."""
cdef int CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cython.final
@cython.no_gc
cdef class Waiter:
    cdef PyThread_type_lock lock
    cdef long long target
    cdef bint leads, lingered, awake
    cdef int core

    def __cinit__(self, long long target):
        self.target = target
        self.lock = PyThread_allocate_lock()
        if self.lock == NULL:
            raise MemoryError()
        PyThread_acquire_lock_timed(self.lock, 0, 0)

    def __dealloc__(self):
        if self.lock != NULL:
            PyThread_free_lock(self.lock)


cdef class GroupSync:
    cdef readonly object failed
    cdef object _sync
    cdef Waiter _leader
    cdef list _waiting, _covered
    cdef bint _lingers
    cdef Py_ssize_t _crowd
    cdef int _afoot, _busy, _missed, _muted, _passed
    cdef long long _done, _look

    def __init__(self, sync, double look=1.0):
        self._sync = sync
        self._look = <long long>(look * 1e6)
        self._waiting = []
        self._covered = []

    def wait(self, long long target):
        cdef Waiter waiter, first
        if self.failed is not None:
            raise self.failed
        if self._done >= target:
            return
        waiter = Waiter.__new__(Waiter, target)
        if self._leader is None:
            self._leader = waiter
            waiter.leads = True
        elif self._lingers and len(self._waiting) + 1 >= self._crowd:
            # All are here. Who syncs is awake already: it is this thread, not the one that waited for it.
            self._lingers = False
            first = self._leader
            first.leads = False
            self._waiting.insert(0, first)
            self._leader = waiter
            waiter.leads = waiter.lingered = True
        else:
            self._waiting.append(waiter)
        try:
            while True:
                if not waiter.leads:
                    self._be_woken(waiter)
                    if not waiter.leads:
                        break
                if self._crowd > 1 and not waiter.lingered:
                    waiter.lingered = True
                    self._linger(waiter)
                    if not waiter.leads:
                        continue
                self._make_durable()
                break
        except BaseException:
            # A signal has ended the waiting: nobody else may wait for this thread.
            self._leave(waiter)
            raise
        finally:
            if waiter.leads:
                self._hand_over(waiter)
            self._go(waiter)
        if self.failed is not None and self._done < target:
            raise self.failed

    cdef int _be_woken(self, Waiter waiter) except -1:
        cdef Waiter leader = self._leader
        cdef PyLockStatus status
        while not waiter.leads and not waiter.awake:
            status = self._sleep(waiter, self._look, self._spins())
            if waiter.leads or waiter.awake:
                return 0
            if status == PY_LOCK_INTR:
                PyErr_CheckSignals()
            if status != PY_LOCK_FAILURE:
                continue
            if self._done >= waiter.target or self.failed is not None:
                # Who was to wake it has died.
                self._leave(waiter)
                return 0
            if self._leader is not leader:
                leader = self._leader
                continue
            self._leave(waiter)
            self._leader = waiter
            waiter.leads = True
        return 0

    cdef bint _spins(self):
        if CORES == 1:
            return False
        if self._muted:
            self._muted -= 1
            return False
        return True

    cdef PyLockStatus _sleep(self, Waiter waiter, long long microseconds, bint spins) except *:
        """Let go of the interpreter until woken."""
        cdef Waiter other = self._next(AHEAD)
        cdef PyThread_type_lock lock = waiter.lock
        cdef PyThread_type_lock next = other.lock if other is not None else NULL
        cdef PyLockStatus status
        cdef bint missed = False
        waiter.core = pcishield_core()
        with nogil:
            pcishield_put(&self._busy, 0)
            if next != NULL:
                PyThread_release_lock(next)
            status = PyThread_acquire_lock_timed(lock, microseconds, 1)
            if spins and status == PY_LOCK_ACQUIRED:
                missed = not _taken(&self._busy)
        if missed:
            self._missed += 1
            if self._missed >= MISSES:
                self._missed, self._muted = 0, MUTED
        elif spins and self._missed:
            self._missed -= 1
        return status

    cdef Waiter _next(self, int afoot):
        """Return one to wake, where fewer than ``afoot`` of those that are covered are on their way."""
        cdef Waiter found
        cdef Py_ssize_t at = 0
        if self._afoot >= afoot or not self._covered:
            return None
        if self._passed < PASSED:
            at = self._here()
        self._passed = self._passed + 1 if at else 0
        found = self._covered.pop(at)
        found.awake = True
        self._afoot += 1
        return found

    cdef Py_ssize_t _here(self):
        """Return where the first is that went to sleep on this core, or 0."""
        cdef int core = pcishield_core()
        cdef Py_ssize_t at
        for at in range(min(len(self._covered), PASSED)):
            if (<Waiter> self._covered[at]).core == core:
                return at
        return 0

    cdef int _go(self, Waiter waiter) except -1:
        """Leave, and see to it that another is on its way."""
        cdef Waiter other
        if waiter.awake:
            self._afoot -= 1
        other = self._next(1)
        if other is not None:
            PyThread_release_lock(other.lock)
        pcishield_put(&self._busy, 1)
        return 0

    cdef int _leave(self, Waiter waiter) except -1:
        if waiter in self._waiting:
            self._waiting.remove(waiter)
        elif waiter in self._covered:
            self._covered.remove(waiter)
        return 0

    cdef int _make_durable(self) except -1:
        cdef Waiter one
        cdef list later = [], waiting
        cdef long long done
        failed = None
        done = self._done
        pcishield_put(&self._busy, 0)
        try:
            done = self._sync()
        except OSError as error:
            failed = error
        if done > self._done:
            self._done = done
        if self.failed is None:
            self.failed = failed
        waiting = self._waiting
        self._waiting = later
        for one in waiting:
            if one.target <= self._done or self.failed is not None:
                self._covered.append(one)
            else:
                later.append(one)
        # Also who is not let go yet, and who came meanwhile: else some would sync while the others run, with a third
        # less in each sync, which takes half as long again beside them.
        self._crowd = self._afoot + len(self._covered) + len(later)
        return 0

    cdef int _linger(self, Waiter leader) except -1:
        """Let others come."""
        self._lingers = len(self._waiting) < self._crowd
        if self._lingers:
            if self._sleep(leader, DELAY, False) == PY_LOCK_INTR:
                PyErr_CheckSignals()
            if self._leader is leader:
                self._lingers = False
        return 0

    cdef int _hand_over(self, Waiter leader) except -1:
        cdef Waiter following
        if self._leader is not leader:
            return 0
        self._lingers = False
        self._leader = None
        if self._waiting:
            following = self._waiting.pop(0)
            self._leader = following
            following.leads = True
            PyThread_release_lock(following.lock)
        return 0


cdef bint _taken(int* busy) noexcept nogil:
    """Wait until whoever has the interpreter lets go of it; tell whether it did within the time."""
    cdef timespec spec
    cdef long long end = 0, now
    cdef int turn
    while True:
        for turn in range(32):
            if pcishield_take(busy):
                return True
            pcishield_relax()
        clock_gettime(CLOCK_MONOTONIC, &spec)
        now = spec.tv_sec * 1000000000LL + spec.tv_nsec
        if end == 0:
            end = now + SPIN
        elif now > end:
            return False
