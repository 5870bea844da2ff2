"""Paint, export, pack and copy on a disk that is full, make room, and count what was acknowledged and lost.

    python -m tests.bench.full_disk --folder FOLDER [--rounds 5]

FOLDER is an empty folder on a small disk of its own, such as a tmpfs of 12 MB; nothing else may write there. In each
round a session paints until the disk refuses; then it exports LAS, CSV and labels onto the full disk, packs its scan,
copies the well to another disk, and another session reads what is there; then it gets room and goes on. One JSON object
comes out: sentences as a person reads them, files left behind, and the counts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.bench.many_gestures import agreement, gesture
from tests.session.drawn import WHOLE, decode, predict, session_with_track
from veerdesk.desktop.export_jobs import curves_job, labels_job
from veerdesk.errors import VeerdeskError
from veerdesk.session.packing import pack_job
from veerdesk.session.session import Session
from veerdesk.well.store import WellStore


def stuff(folder: Path) -> Path:
    """Fill the disk and return what fills it."""
    path = folder / "stuffing"
    with path.open("ab", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return path


def refused(call: Callable[[], object], folder: Path) -> dict[str, object]:
    """Return the sentence that a call was refused with, and the files it left behind."""
    before = set(folder.rglob("*"))
    try:
        call()
        said = "done"
    except VeerdeskError as trouble:
        said = str(trouble)
    return {"said": said, "left": sorted(p.name for p in {*folder.rglob("*")} - before)}


def entries(path: Path) -> int:
    """Return how many journal entries another reader finds."""
    store = WellStore.open_reading(path)
    count = len(store.journal())
    store.close()
    return count


def one_round(session: Session, folder: Path, elsewhere: Path, rng: random.Random) -> dict[str, object]:
    """Fill the disk, see what is refused and what is there, make room, and go on."""
    track, session_dir = session.description.tracks[0].id, session.path.parent
    for _ in range(50):
        with session.tracing_later():
            gesture(session, track, rng)
    session.wait_saved()
    stuffing, tried = stuff(folder), 0
    said = ""
    while not said and tried < 5000:
        tried += 1
        try:
            with session.tracing_later():
                gesture(session, track, rng)
            session.wait_saved()
        except VeerdeskError as trouble:
            said = str(trouble)
    acknowledged, history = session.acknowledged, len(session.history)
    out: dict[str, object] = {"painting": said, "acknowledged": acknowledged, "waiting": session.pending}
    out["lost"] = acknowledged - min(acknowledged, entries(session.path))
    decode(session, track)
    well, paths = session.description, {kind: session_dir / f"out.{kind}" for kind in ("las", "csv")}
    out["las"] = refused(lambda: curves_job(session, "las", well, paths["las"], "").inline(), folder)
    out["csv"] = refused(lambda: curves_job(session, "csv", well, paths["csv"], "").inline(), folder)
    out["labels"] = refused(lambda: labels_job(session, session_dir / "labels").inline(), folder)
    out["pack"] = refused(lambda: pack_job(session).inline(), folder)
    copy = elsewhere / "copy.veer"
    session.save_as(copy)
    out["missing_in_copy"] = history - entries(copy)
    stuffing.unlink()
    out["goes_on"] = session.retry_saving()
    out["not_there_after"] = history - entries(session.path)
    return out


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder on a small disk of its own")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as other:
        for name in ("CACHE", "CONFIG", "DOCUMENTS"):
            os.environ[f"VEERDESK_{name}"] = f"{other}/{name.lower()}"
        session, track = session_with_track(arguments.folder)
        scan = session.description.scans[0]
        after = session.description.with_scan(replace(scan, depth=((0.0, 1000.0), (800.0, 1400.0))))
        session.describe(after.with_track(replace(track, accepted=(WHOLE,))), "depths, and all rows accepted")
        predict(session, track.id)
        rng = random.Random(1)
        for number in range(arguments.rounds):
            print(
                json.dumps({"round": number + 1, **one_round(session, arguments.folder, Path(other), rng)}, indent=1),
                flush=True,
            )
        decode(session, track.id)
        print(json.dumps(agreement(session, track.id)))
        shutil.rmtree(other, ignore_errors=True)


if __name__ == "__main__":
    main()
