"""A small picture as the model is shown a scan: grey, in colour its darkest channel.

Separate because windows and label samples are files of their own, and must look to a model as the scans they were cut from do.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from veerdesk.imaging.opencv import cv2


def read_grey(path: Path) -> NDArray[np.uint8] | None:
    """Return a picture as ``(h, w)`` uint8, 255 is paper; None where the file is missing or no picture."""
    picture = read_colours(path)
    return None if picture is None else np.asarray(picture.min(axis=2), np.uint8)


def read_colours(path: Path) -> NDArray[np.uint8] | None:
    """Return a picture as ``(h, w, 3)`` uint8 RGB, a grey one with three equal values; None where it is missing or no picture."""
    data = np.fromfile(path, np.uint8) if path.exists() else np.empty(0, np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    return None if picture is None else np.ascontiguousarray(picture[:, :, ::-1])
