"""The sample well and the frozen set as they ship."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from PIL import Image

from veerdesk.calibration.scale import scale_of
from veerdesk.imaging.opencv import cv2
from veerdesk.resources import resource
from veerdesk.synth.bank import HELD_OUT_WELLS
from veerdesk.synth.frozen import FROZEN_SEEDS, frozen_windows
from veerdesk.synth.sample import render_sample
from veerdesk.synth.sample_layout import HEADER_ROWS, ROWS, TRACKS, WELL, WIDTH
from veerdesk.well.job import read_job


def _truth() -> tuple[list[str], np.ndarray]:
    with gzip.open(resource("sample", "truth.csv.gz"), "rt") as text:
        names = text.readline().strip().split(",")
        table = np.genfromtxt(text, delimiter=",")
    return names, table


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_the_shipped_sample_is_what_the_program_draws_today() -> None:
    scan, columns, values = render_sample()

    with Image.open(resource("sample", "sample.tif")) as shipped:
        assert shipped.size == (WIDTH, ROWS)
        assert shipped.info["compression"] == "group4"
        assert (np.asarray(shipped) == (scan > 0)).mean() > 0.9999  # rounding differs between processors
    names, table = _truth()
    for track in TRACKS:
        for k, curve in enumerate(track.curves):
            drawn = np.stack([columns[track.name][k], values[track.name][k]])[:, HEADER_ROWS:]
            read = table[:, [names.index(f"{track.name}.x{k + 1}"), names.index(curve.mnemonic)]].T
            assert np.allclose(read, drawn, rtol=1e-4, atol=0.011, equal_nan=True)


def test_the_sample_job_reads_and_names_three_tracks() -> None:
    job = read_job(resource("sample", "sample.toml"))

    assert [t.name for t in job.tracks] == ["T1", "T2", "T3"]
    assert [c.mnemonic for t in job.tracks for c in t.curves] == ["GR", "CALI", "RDEEP", "RMED", "RHOB", "NPHI"]
    assert job.scans[0].depth[0] == (1500.0, 6450.0)


def test_sample_columns_and_values_agree_through_the_job() -> None:
    names, table = _truth()
    job = read_job(resource("sample", "sample.toml"))
    rows = table[:, 0]

    for spec in job.tracks:
        left, right = spec.geometry.left_at(rows), spec.geometry.right_at(rows)
        for k, curve in enumerate(spec.curves):
            share = (table[:, names.index(f"{spec.name}.x{k + 1}")] - left) / (right - left)
            wanted = scale_of(curve).share_at(table[:, names.index(curve.mnemonic)])
            both = np.isfinite(share) & np.isfinite(wanted)
            assert both.mean() > 0.8
            assert np.percentile(np.abs(share - wanted)[both], 95) < 0.004


def test_the_sample_well_is_held_out_of_training() -> None:
    assert WELL in HELD_OUT_WELLS


def test_sample_tracks_cross() -> None:
    names, table = _truth()

    for track in TRACKS:
        apart = table[:, names.index(f"{track.name}.x1")] - table[:, names.index(f"{track.name}.x2")]
        sides = np.sign(apart[np.isfinite(apart)])
        assert np.count_nonzero(np.diff(sides)) >= 10


def test_the_frozen_set_is_whole_and_small() -> None:
    folders = frozen_windows()

    assert [f.name for f in folders] == [f"frozen-{seed}" for seed in FROZEN_SEEDS]
    assert sum(p.stat().st_size for f in folders for p in f.iterdir()) < 2_000_000
    for folder in folders:
        scan, label = (cv2.imread(str(folder / n), cv2.IMREAD_GRAYSCALE) for n in ("scan.png", "label.png"))
        assert scan.shape == label.shape
        assert set(np.unique(label)) <= {0, 1, 2}
