"""Two lanes for work that must not hold up the window: one thread for the model, a small pool for files and traces.

Separate because nothing else in the window may know a thread. A job is a plain callable; what it returns, how far it
is and what went wrong arrive on the window's own thread, in order.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, SignalInstance, Slot

from veerdesk.errors import InterruptedWorkError, VeerdeskError
from veerdesk.session.jobs import CancelToken, Job

T = TypeVar("T")

#: Threads for reading, writing and tracing; the model has one of its own, so that its memory use is predictable.
FILE_THREADS = 2
# A progress bar gains nothing from more.
_PROGRESS_EVERY_S = 0.05
_CLOSING_MS = 10_000


class Lane(Enum):
    """Which threads a job runs on."""

    MODEL = "model"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class _Task:
    name: str
    token: CancelToken
    runnable: QRunnable
    done: Callable[[Any], None]
    failed: Callable[[VeerdeskError], None] | None
    progress: Callable[[float], None] | None


class _Work(QRunnable):
    """Runs one job and speaks through the signals it was given; owns nothing."""

    def __init__(
        self, number: int, job: Job[Any], token: CancelToken, returned: SignalInstance, progressed: SignalInstance
    ) -> None:
        super().__init__()
        self.setAutoDelete(False)  # Python owns it: the runner holds it until its result was taken
        self._number, self._job, self._token = number, job, token
        self._returned, self._progressed = returned, progressed
        self._told_at = 0.0

    def run(self) -> None:
        """Run the job; whatever it raises travels to the window's thread."""
        value: Any = None
        trouble: Exception | None = None
        try:
            if self._token.is_cancelled():
                trouble = InterruptedWorkError(f"{self._job.name} was stopped.", "Start it again.")
            else:
                value = self._job.run(self._token, self._tell)
        except Exception as raised:  # noqa: BLE001 - an outermost frame: the runner raises it again in the window
            trouble = raised
        try:
            self._returned.emit(self._number, value, trouble)
        except RuntimeError:
            return  # the window is gone, and with it whoever wanted the result

    def _tell(self, share: float) -> None:
        now = time.monotonic()
        if share < 1.0 and now - self._told_at < _PROGRESS_EVERY_S:
            return
        self._told_at = now
        try:
            self._progressed.emit(self._number, share)
        except RuntimeError:
            return


class JobRunner(QObject):
    """Owns the threads, the signals they speak through, and the jobs that are under way."""

    started = Signal(str)
    progressed = Signal(str, float)
    finished = Signal(str)
    _returned = Signal(int, object, object)
    _told = Signal(int, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: dict[int, _Task] = {}
        self._last = 0
        self._is_closed = False
        self._pools = {Lane.MODEL: QThreadPool(self), Lane.FILES: QThreadPool(self)}
        self._pools[Lane.MODEL].setMaxThreadCount(1)
        self._pools[Lane.FILES].setMaxThreadCount(FILE_THREADS)
        for pool in self._pools.values():
            pool.setExpiryTimeout(-1)
        self._returned.connect(self._on_work_returned, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self._on_work_told, Qt.ConnectionType.QueuedConnection)

    @property
    def is_idle(self) -> bool:
        """True while no job is under way."""
        return not self._tasks

    def start(
        self,
        job: Job[T],
        *,
        lane: Lane,
        done: Callable[[T], None],
        failed: Callable[[VeerdeskError], None] | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> CancelToken:
        """Run a job on a lane; ``done``, ``failed`` and ``progress`` are called on the window's thread.

        A job that was cancelled and says so calls ``failed`` with an InterruptedWorkError. Once the runner is closed
        nothing is run any more: a timer or a signal that comes late would read scans that are closed.
        """
        self._last += 1
        token = CancelToken()
        if self._is_closed:
            token.cancel()
            return token
        work = _Work(self._last, job, token, self._returned, self._told)
        self._tasks[self._last] = _Task(job.name, token, work, done, failed, progress)
        self.started.emit(job.name)
        self._pools[lane].start(work)
        return token

    def close(self) -> None:
        """Stop everything and wait for it; results that come after this are dropped."""
        self._is_closed = True
        for task in self._tasks.values():
            task.token.cancel()
        for pool in self._pools.values():
            pool.clear()
        for pool in self._pools.values():
            pool.waitForDone(_CLOSING_MS)
        self._tasks.clear()  # not before: what waits in a pool is Python's, and a thread may be about to take it

    @Slot(int, object, object)
    def _on_work_returned(self, number: int, value: object, trouble: Exception | None) -> None:
        task = self._tasks.pop(number, None)
        if task is None:
            return
        self.finished.emit(task.name)
        if trouble is None:
            task.done(value)
        elif isinstance(trouble, VeerdeskError):
            if task.failed is not None:
                task.failed(trouble)
        else:
            if task.failed is not None:  # whoever waits must not wait for ever; the bug itself goes to the hook
                task.failed(InterruptedWorkError(f"{task.name} stopped: {trouble}.", "Start it again."))
            raise trouble

    @Slot(int, float)
    def _on_work_told(self, number: int, share: float) -> None:
        task = self._tasks.get(number)
        if task is None:
            return
        self.progressed.emit(task.name, share)
        if task.progress is not None:
            task.progress(share)
