"""A small picture of a whole log for the minimap: how dark the paper is, not where each line runs.

Separate because the pyramid keeps ink (darkest wins), so that its smallest level of a gridded log is all black; here
a few rows of each stretch are averaged instead, on another thread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from veerdesk.errors import InterruptedWorkError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.rows import RowSpan
from veerdesk.session.jobs import Job
from veerdesk.session.open_scans import OpenScan

HEIGHT_PX, WIDTH_PX = 512, 40
_ROWS_EACH = 4
# Ink covers a tenth of the paper; without this the picture would be a pale grey all over.
_CONTRAST = 2.2


@dataclass(frozen=True, slots=True)
class Overview:
    """``picture`` is ``(h, w)`` uint8 grey of all ``rows`` rows of a scan."""

    picture: NDArray[np.uint8]
    rows: int


def overview_job(scan: OpenScan) -> Job[Overview]:
    """Return the job that makes the picture of a scan."""

    def make(cancel: Cancel, progress: Progress) -> Overview:
        height, width = min(HEIGHT_PX, scan.height), min(WIDTH_PX, scan.width)
        edges = np.linspace(0, scan.height, height + 1).astype(np.int64)
        cuts = np.linspace(0, scan.width, width + 1).astype(np.int64)
        out = np.empty((height, width), np.uint8)
        for y in range(height):
            if cancel.is_cancelled():
                raise InterruptedWorkError("The overview was stopped.", "Open the well again.")
            rows = np.unique(np.linspace(edges[y], max(edges[y], edges[y + 1] - 1), _ROWS_EACH).astype(np.int64))
            lines = [scan.read(RowSpan(int(r), int(r) + 1), (0, scan.width))[0] for r in rows]
            mean = np.mean(lines, axis=0)  # (n, scan width) -> (scan width,)
            grey = np.add.reduceat(mean, cuts[:-1]) / np.diff(cuts)
            out[y] = np.clip(255 - _CONTRAST * (255 - grey), 0, 255)
        return Overview(out, scan.height)

    return Job(f"Look over {scan.path.name}", make)
