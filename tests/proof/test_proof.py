"""The exported file comes back onto the paper where it was read, and its error is measured from the file."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from veerdesk.calibration.curve import Curve, TrackFrame
from veerdesk.calibration.depth import DepthMap
from veerdesk.calibration.description import CurveSpec, TrackSpec, WellDescription
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.png import read_classes
from veerdesk.las.reader import LasFile
from veerdesk.proof.plotback import drawn_curve, write_plotback
from veerdesk.proof.truth import curve_errors, read_truth
from veerdesk.rows import RowSpan

ROWS, COLS = 1300, 240
LOG = CurveSpec(1, "ILD", "OHMM", scale="log", left=1.0, right=100.0)
GR = CurveSpec(2, "GR", "GAPI", left=100.0, right=0.0)
TRACK = TrackSpec(
    1, "T1", "main", 0, ROWS - 1, ((0.0, 20.0), (1299.0, 40.0)), ((0.0, 200.0), (1299.0, 220.0)), (LOG, GR)
)
FRAME = TrackFrame(TRACK.geometry, DepthMap([(0.0, 100.0), (1299.0, 229.9)]), 4.0)
DEPTH = 100 + np.arange(ROWS) * 0.1


def las(ild: NDArray[np.float64], gr: NDArray[np.float64]) -> LasFile:
    return LasFile((Curve("ILD", "OHMM", "", DEPTH, ild), Curve("GR", "GAPI", "", DEPTH, gr)), "m", (), "")


def paper(rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
    return np.full((rows.rows, cols[1] - cols[0]), 255, np.uint8)


def test_a_value_stands_where_its_scale_says() -> None:
    curve = drawn_curve(Curve("ILD", "", "", DEPTH, np.full(ROWS, 10.0)), LOG, FRAME)

    rows = np.arange(ROWS, dtype=float)
    assert np.allclose(curve.column, FRAME.column_of(rows, np.full(ROWS, 0.5)))
    assert np.allclose(curve.row, rows)


def test_the_plotback_shows_both_curves_and_leaves_nulls_blank(tmp_path: Path) -> None:
    gr = np.full(ROWS, 25.0)
    gr[400:800] = np.nan

    write_plotback(
        tmp_path / "p.png", las(np.full(ROWS, 10.0), gr), track=TRACK, frame=FRAME, read=paper, scan_width=COLS
    )

    picture = read_classes(tmp_path / "p.png")
    assert picture.shape[0] == ROWS
    has_gr = (picture == 255).any(axis=1)
    assert (picture == 254).any(axis=1).all()
    assert has_gr[:398].all()
    assert not has_gr[402:798].any()
    col0 = TRACK.geometry.box(COLS)[0]
    middle = np.flatnonzero(picture[600] == 254).mean() + col0
    assert abs(middle - FRAME.column_of(np.array([600.0]), np.array([0.5]))[0]) <= 1.0


def test_the_plotback_counts_the_values_that_meet_ink(tmp_path: Path) -> None:
    def inked(rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        out = paper(rows, cols)
        at = np.arange(rows.start, rows.stop, dtype=float)
        middle = np.rint(FRAME.column_of(at, np.full(len(at), 0.5))).astype(int) - cols[0]
        out[np.arange(rows.rows), middle] = np.where(at < 650, 0, 255)
        return out

    gr = np.full(ROWS, np.nan)
    shares = write_plotback(
        tmp_path / "p.png", las(np.full(ROWS, 10.0), gr), track=TRACK, frame=FRAME, read=inked, scan_width=COLS
    )

    assert shares[1] is not None
    assert abs(shares[1] - 0.5) < 0.005
    assert shares[2] is None


def test_errors_are_percent_of_full_scale_from_the_file() -> None:
    description = WellDescription(tracks=(TRACK,))
    true = np.full(ROWS, 10.0)
    truth = {"depth_ft": DEPTH, "ILD": true, "GR": np.where(np.arange(ROWS) < 1000, 50.0, np.nan)}
    gr = np.full(ROWS, 52.0)
    gr[:100] = np.nan

    ild_error, gr_error = curve_errors(las(true * 10**0.02, gr), description, truth)

    assert np.isclose(ild_error.median, 1.0)
    assert np.isclose(gr_error.median, 2.0)
    assert np.isclose(gr_error.cover, 0.9)
    assert gr_error.false == 1.0
    assert gr_error.within_1 == 0.0
    assert ild_error.false is None


def test_a_truth_table_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv.gz"
    with gzip.open(path, "wt") as text:
        text.write("row,depth_ft,GR\n0,100.0,1.5\n1,100.1,\n")

    table = read_truth(path)

    assert table["GR"][0] == 1.5
    assert np.isnan(table["GR"][1])


@pytest.mark.parametrize("body", [b"", b"no gzip", gzip.compress(b"a,b\n1,x\n"), gzip.compress(b"a,b\n1,2\n")])
def test_a_broken_truth_table_is_a_sentence(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "truth.csv.gz"
    path.write_bytes(body)

    with pytest.raises(UnusableInputError, match="truth"):
        read_truth(path)
