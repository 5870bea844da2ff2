"""Kill a painting session again and again, and count what was acknowledged and lost, or left corrupt.

    python tests/bench/kill_store.py --kills 200

A child process opens a well and paints, erases, undoes, redoes and renames as fast as it can; whatever the store
acknowledges it says on its standard output. The parent sends SIGKILL at a random moment, opens the well as the next
session would, and checks: every acknowledged entry is there, in order; every tile's check sum holds; and the person
plane on disk equals the replay of the journal, byte for byte. One JSON object comes out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from veerdesk.labels.edits import Rule, paint
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.session.session import Session
from veerdesk.session.stored_tracks import load_state, replayed
from veerdesk.well.description_json import from_json
from veerdesk.well.records import Plane
from veerdesk.well.store import WellStore

ROWS, COLS = 3000, 400
FIRST = "Add a track"
WINDOW = RowSpan(0, ROWS), (0, COLS)


def paint_for_ever(well: Path, seed: int) -> None:
    """Edit a well at random until killed; the numbers of acknowledged entries go to standard output."""
    rng = random.Random(seed)
    session = Session.open(well)
    track = session.description.tracks[0]
    session.when_saved(lambda: os.write(1, b"%d\n" % session.acknowledged) and None)
    os.write(1, b"0\n")
    while True:
        step = rng.random()
        if step < 0.15 and session.undo_label != FIRST:
            session.undo()
        elif step < 0.25:
            session.redo()
        elif step < 0.3:
            name = f"T{rng.randrange(1000)}"
            session.describe(session.description.with_track(replace(track, name=name)), "Rename")
        else:
            row, col = rng.uniform(0, ROWS - 80), rng.uniform(20, COLS - 20)
            region = capsule((row, col), (row + rng.uniform(0, 70), col), rng.uniform(0.5, 15))
            edit = paint(session.label_map(track.id), track.id, region, rng.choice([0, 1, 2, 255]), Rule.ANYTHING)
            if edit is not None:
                session.apply(edit)
        time.sleep(rng.uniform(0, 0.004))


def make_well(folder: Path) -> Path:
    """Make a blank scan and a well with one track on it."""
    Image.fromarray(np.full((ROWS, COLS), 255, np.uint8)).save(folder / "blank.png")
    session = Session.create([folder / "blank.png"])
    for job in session.ingests():
        job.inline()
    scan = session.description.scans[0].id
    track = session.new_track(scan=scan, top=0, bottom=ROWS - 1, left=((0.0, 20.0),), right=((0.0, 380.0),))
    session.describe(session.description.with_track(track), FIRST)
    session.close()
    return session.path


def killed_once(well: Path, seed: int) -> int:
    """Let a session paint for a random while, kill it, and return the last entry it saw acknowledged."""
    command = [sys.executable, __file__, "--paint", str(well), "--seed", str(seed)]
    root = str(Path(__file__).resolve().parents[2])
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root})
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(random.Random(seed).uniform(0.0, 0.6))
    os.kill(child.pid, signal.SIGKILL)
    said, _ = child.communicate()
    numbers = [int(line) for line in said.split(b"\n")[:-1]]  # the last line may be half written
    return max(numbers, default=0)


def verdict(well: Path, acknowledged: int) -> dict[str, int]:
    """Open the well as the next session does; return what is missing or wrong."""
    store = WellStore.open(well)
    numbers = [row.id for row in store.journal()]
    track = from_json(store.meta()["description"], where=str(well)).tracks[0]
    corrupt = sum(blob is None for plane in Plane for _, _, blob in store.tiles(track.id, plane))
    stored = load_state(store, track, {}).labels.said(*WINDOW)
    replay = replayed(store, track.id, track.origin_col).said(*WINDOW)
    out = {
        "entries": len(numbers),
        "lost": sum(n not in set(numbers) for n in range(1, acknowledged + 1)),
        "gaps": int(numbers != list(range(1, len(numbers) + 1))),
        "corrupt": corrupt + int(store.is_read_only),
        "differing_pixels": int((stored != replay).sum()),
    }
    store.close()
    return out


def main() -> None:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--paint", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.paint is not None:
        paint_for_ever(arguments.paint, arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VEERDESK_CACHE", f"{folder}/cache")
        well = make_well(Path(folder))
        total = {"kills": 0, "acknowledged": 0, "entries": 0, "lost": 0, "gaps": 0, "corrupt": 0, "differing_pixels": 0}
        for kill in range(arguments.kills):
            acknowledged = killed_once(well, arguments.seed + kill)
            found = verdict(well, acknowledged)
            total["kills"] += 1
            total["acknowledged"] = max(total["acknowledged"], acknowledged)
            total["entries"] = found["entries"]
            for key in ("lost", "gaps", "corrupt", "differing_pixels"):
                total[key] += found[key]
        print(json.dumps(total))


if __name__ == "__main__":
    main()
