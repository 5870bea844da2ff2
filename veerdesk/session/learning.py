"""Learning from a person's corrections, as an open well sees it: a job that asks another process, and an edit that keeps it.

Separate because the session must not reach the library that trains: it hands lessons out as files, and takes back a
verdict and some bytes.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from veerdesk.calibration.description import TrackSpec
from veerdesk.calibration.learned import Learned
from veerdesk.dataset.lesson import write_lessons
from veerdesk.dataset.outcome import DELTA, Outcome, read_outcome
from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.session.jobs import Job
from veerdesk.session.kept_deltas import stored_delta
from veerdesk.session.lessons import lessons_of, said_rows
from veerdesk.session.open_tracks import USUAL_STROKE_PX
from veerdesk.session.session import Session
from veerdesk.session.who import actor
from veerdesk.well.description_json import from_json
from veerdesk.well.store import WellStore

#: Runs a folder of lessons to its outcome and tells the share done; the process of `learn_apart`, or a test's own.
Learn = Callable[[Path, Cancel, Progress], None]
_ASK_S = 0.1
_PREPARED = 0.1


@dataclass(frozen=True, slots=True)
class TrackOutcome:
    """What came of learning for one track: the verdict, and the delta it is about (empty where there is none)."""

    track_id: int
    outcome: Outcome
    delta: bytes


@dataclass(frozen=True, slots=True)
class Carried:
    """What another well has learned for one of its tracks; ``delta`` is empty where only the order was found."""

    track: str
    learned: Learned
    delta: bytes


def rows_to_learn_from(session: Session, track_id: int) -> int:
    """Return how many rows of a track a person has corrected or accepted."""
    return int(said_rows(session.pixels_of(session.description.track(track_id))).known.sum())


def learning_job(session: Session, track_id: int, learn: Learn | None = None) -> Job[TrackOutcome]:
    """Return the job that learns from what a person has said of a track so far; hand its value to `kept`.

    The job raises UnusableInputError where too few rows are corrected or accepted, and InterruptedWorkError where it
    is cancelled; nothing is left behind then.
    """
    track = session.description.track(track_id)
    pixels = session.pixels_of(track).snapshot()
    trace, scan = session.trace(track_id), session.scans[track.scan]
    x = None if trace is None else trace.x.copy()
    before = session.delta(track.learned.digest) if track.learned and track.learned.digest else None

    def run(cancel: Cancel, progress: Progress) -> TrackOutcome:
        progress(0.0)
        lessons = lessons_of(pixels, x, scan.read, track.stroke_px or USUAL_STROKE_PX)
        with TemporaryDirectory(prefix="veerdesk-lessons-") as name:
            folder = Path(name)
            write_lessons(folder, lessons)
            if before is not None:
                (folder / DELTA).write_bytes(before)
            (learn or learn_apart)(folder, cancel, lambda share: progress(_PREPARED + (1 - _PREPARED) * share))
            return TrackOutcome(track_id, *read_outcome(folder))

    return Job(f"Learn from {track.name}", run)


def kept(session: Session, found: TrackOutcome) -> TrackSpec | None:
    """Return the track as what was learned makes it, for `Session.describe`; None where it is refused or gone.

    The delta is put into the well; one entry of the journal names it, so one undo brings the old answer back.
    """
    track = next((t for t in session.description.tracks if t.id == found.track_id), None)
    outcome = found.outcome
    if track is None or not outcome.is_kept:
        return None
    was = track.learned
    exchanged = (was is not None and was.exchanged) != outcome.exchanged
    digest = session.keep_delta(found.delta) if found.delta else (was.digest if was else "")
    learned = Learned(
        digest=digest,
        base=outcome.base,
        exchanged=exchanged,
        rows=outcome.rows,
        before=outcome.before,
        after=outcome.after,
        by=actor(),
        at=round(time.time(), 3),
    )
    return replace(track, learned=learned if digest or exchanged else None)


def carried_from(path: Path) -> tuple[Carried, ...]:
    """Return what the tracks of another well have learned, in its order; its scans are not opened.

    Raises
    ------
    UnusableInputError
        It is no well that can be read.
    """
    store = WellStore.open_reading(path)
    try:
        meta = store.meta()
    finally:
        store.close()
    out = []
    for track in from_json(meta.get("description", ""), where=str(path)).tracks:
        if track.learned is None:
            continue
        delta = stored_delta(meta, track.learned.digest) if track.learned.digest else b""
        if delta is not None:
            out.append(Carried(track.name, track.learned, delta))
    return tuple(out)


def taken_over(session: Session, track_id: int, carried: Carried) -> TrackSpec:
    """Return a track with what another well has learned, for `Session.describe`; the delta is put into the well."""
    if carried.delta:
        session.keep_delta(carried.delta)
    return replace(session.description.track(track_id), learned=carried.learned)


def learn_apart(folder: Path, cancel: Cancel, progress: Progress) -> None:
    """Learn from the lessons in a folder in a process of its own, which leaves its outcome there.

    Raises
    ------
    InterruptedWorkError
        It was cancelled; the process is gone.
    UnusableInputError
        The process failed.
    """
    with (folder / "trouble.txt").open("w+", encoding="utf-8") as trouble:
        command = [sys.executable, "-m", "veerdesk.training.learning", str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=trouble, text=True) as process:
            shares: list[float] = []
            hearing = threading.Thread(target=_hear, args=(process, shares), daemon=True)
            hearing.start()
            while hearing.is_alive():
                hearing.join(_ASK_S)
                if cancel.is_cancelled():
                    process.kill()
                    raise InterruptedWorkError("Learning was stopped, and nothing was changed.", "Start it again.")
                if shares:
                    progress(shares[-1])
        if process.returncode:
            trouble.seek(0)
            last = trouble.read().strip().splitlines()[-1:] or ["it ended early"]
            raise UnusableInputError(f"Nothing was learned: {last[0]}", "Try again, and report it if it stays.")


def _hear(process: subprocess.Popen[str], shares: list[float]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        shares.append(float(line))
