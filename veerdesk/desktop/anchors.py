"""Depth anchors as a person edits them: in order of rows, checked, and each judged by the others.

Separate because the depth panel and the canvas both place anchors and must refuse the same ones.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QCoreApplication

from veerdesk.calibration.depth import DepthMap

Anchors = tuple[tuple[float, float], ...]


def with_anchor(anchors: Anchors, row: float, depth: float) -> Anchors:
    """Return the anchors with one added, in order of rows; one on the same row is replaced.

    >>> with_anchor(((10.0, 100.0),), 2.0, 90.0)
    ((2.0, 90.0), (10.0, 100.0))
    """
    return tuple(sorted((*(a for a in anchors if a[0] != row), (row, depth))))


def without_anchor(anchors: Anchors, index: int) -> Anchors:
    """Return the anchors with one taken out."""
    return (*anchors[:index], *anchors[index + 1 :])


def anchor_problem(anchors: Anchors) -> str:
    """Return why anchors in order of rows cannot stand, as a sentence; nothing where they can."""
    for (row_0, depth_0), (row_1, depth_1) in pairwise(anchors):
        if depth_1 <= depth_0:
            return QCoreApplication.translate(
                "Anchors",
                "Depth must grow downwards: row {0} is at {1} and row {2} below it at {3}. Mend one of the two.",
            ).format(f"{row_0:g}", f"{depth_0:g}", f"{row_1:g}", f"{depth_1:g}")
    return ""


def disagreements(anchors: Anchors) -> tuple[float | None, ...]:
    """Return for each anchor its depth minus what the others say there (leave one out), in depth units.

    None for all where there are fewer than three: two anchors cannot disagree.
    """
    if len(anchors) < 3:
        return tuple(None for _ in anchors)
    out = []
    for k, (row, depth) in enumerate(anchors):
        others = DepthMap(without_anchor(anchors, k))
        out.append(float(depth - others.depth_at(np.array([row]))[0]))
    return tuple(out)
