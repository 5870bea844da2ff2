"""kill -9 loses at most the gesture in hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[1] / "bench" / "kill_store.py"


def test_what_was_acknowledged_survives_kill_9() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--kills", "8", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
        cwd=SCRIPT.parents[2],
        env={**os.environ, "PYTHONPATH": str(SCRIPT.parents[2])},
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["acknowledged"] > 8
    assert (found["lost"], found["gaps"], found["corrupt"], found["differing_pixels"]) == (0, 0, 0, 0)
