"""The layout on disk is that of the traced windows."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from veerdesk.errors import InterruptedWorkError, UsageError
from veerdesk.imaging.opencv import cv2
from veerdesk.synth.command import log_seed, render_set
from veerdesk.synth.render import render_log


class _Stopped:
    def is_cancelled(self) -> bool:
        return True


def test_a_window_reads_back_as_the_log_it_was(tmp_path: Path) -> None:
    (folder,) = render_set(1, 4, tmp_path, "archive", rows=300)
    log = render_log(log_seed(4, 0), preset="archive", rows=300)

    label = cv2.imread(str(folder / "label.png"), cv2.IMREAD_UNCHANGED)
    scan = cv2.imread(str(folder / "scan.png"), cv2.IMREAD_UNCHANGED)
    rows = list(csv.DictReader((folder / "truth.csv").read_text().splitlines()))
    meta = json.loads((folder / "meta.json").read_text())

    assert np.array_equal(label, log.label)
    assert scan.shape[:2] == log.scan.shape[:2]
    assert list(rows[0]) == ["row", "x1", "x1min", "x1max", "f1", "x2", "x2min", "x2max", "f2"]
    read = np.array([float(r["x1"]) if r["x1"] else np.nan for r in rows])
    assert np.allclose(read, log.x[0], atol=0.006, equal_nan=True)
    assert meta["left_top"] == pytest.approx(log.meta.left[0], abs=0.01)
    assert meta["stroke_width_px"]["c1"] == log.meta.stroke_px[0]


def test_a_set_is_the_same_whenever_it_is_drawn(tmp_path: Path) -> None:
    first = render_set(2, 9, tmp_path / "a", "styles", rows=250)
    second = render_set(2, 9, tmp_path / "b", "styles", rows=250)

    for a, b in zip(first, second, strict=True):
        for name in ("scan.png", "label.png", "truth.csv", "meta.json"):
            assert (a / name).read_bytes() == (b / name).read_bytes()


def test_a_stopped_set_says_how_far_it_came(tmp_path: Path) -> None:
    with pytest.raises(InterruptedWorkError, match="0 of 3"):
        render_set(3, 1, tmp_path, cancel=_Stopped())


def test_a_set_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        render_set(0, 1, tmp_path)

    assert not any(tmp_path.iterdir())
