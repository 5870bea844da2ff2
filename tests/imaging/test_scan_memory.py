"""A scan is never held in memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import pyvips

PROGRAM = """
import sys
from pathlib import Path
from veerdesk.imaging.scan import open_scan
from veerdesk.rows import RowSpan

def anonymous_mb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1000 for line in status if line.startswith("RssAnon"))

before, seen = anonymous_mb(), []
with open_scan(Path(sys.argv[1]), progress=lambda share: seen.append(anonymous_mb())) as scan:
    for level in range(scan.levels):
        rows, cols = scan.level_shape(level)
        scan.read_level(level, RowSpan(0, rows), (0, cols)).max()
    seen.append(anonymous_mb())
print(max(seen) - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell anonymous memory apart")
@pytest.mark.parametrize("bits", [1, 8])
def test_opening_and_reading_all_of_a_scan_takes_less_memory_than_the_scan(tmp_path: Path, bits: int) -> None:
    path = tmp_path / "tall.tif"
    pixels = np.tile(np.repeat(np.uint8([255, 0]), [1_990, 10]), (40_000, 1))  # 80 MB
    pyvips.Image.new_from_array(pixels).tiffsave(
        str(path), compression="ccittfax4" if bits == 1 else "lzw", bitdepth=bits
    )

    done = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True)

    assert float(done.stdout) < 60
