"""A label release: accepted rows only, ignore elsewhere, origin kept, wells on one side, never changed after."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from veerdesk.calibration.description import CurveSpec, TrackSpec
from veerdesk.dataset.builder import build_release, refuse_earlier_release
from veerdesk.dataset.manifest import LabelledWell, split_of, splits
from veerdesk.dataset.sample import TILE_ROWS, LabelledTrack
from veerdesk.errors import UnusableInputError
from veerdesk.imaging.png import read_classes
from veerdesk.labels.label_map import LabelMap
from veerdesk.rows import RowSpan

ROWS, COLS = 2200, 160


class DrawnScan:
    width, height, has_colour, digest = COLS, ROWS, False, "11" * 32

    def read(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        row = np.arange(rows.start, rows.stop)[:, None]
        return ((row + np.arange(*cols)) % 251).astype(np.uint8)

    def read_colour(self, rows: RowSpan, cols: tuple[int, int]) -> NDArray[np.uint8]:
        return np.repeat(self.read(rows, cols)[..., None], 3, axis=2)


class ColourScan(DrawnScan):
    has_colour = True


TRACK = TrackSpec(
    1,
    "T1",
    "main",
    0,
    ROWS - 1,
    ((0.0, 30.0),),
    ((0.0, 130.0),),
    (CurveSpec(1, "GR", style="dashed"), CurveSpec(2, "SP", style="solid")),
    origin_col=14,
    accepted=(RowSpan(100, 1200),),
)


def labels() -> LabelMap:
    out = LabelMap(14)
    classes = np.zeros((ROWS, 100), np.uint8)
    classes[:, 20:24], classes[:, 60:64] = 1, 2
    out.set_model(RowSpan(0, ROWS), 30, classes)
    out.person.write(500, 30 + 60 - 14, np.full((10, 4), 1, np.uint8))
    return out


def well(name: str = "A", track: TrackSpec = TRACK, scan: DrawnScan | None = None, digest: str = "11") -> LabelledWell:
    held = LabelledTrack(track, labels(), scan or DrawnScan(), 4.0, True, "cd" * 32)
    return LabelledWell(name, (("scan.tif", digest * 32),), (held,))


def test_only_accepted_rows_are_labelled(tmp_path: Path) -> None:
    record = build_release([well()], tmp_path, program="Veerdesk 0")

    assert [s["rows"] for s in record["samples"]] == [[0, TILE_ROWS], [TILE_ROWS, 2 * TILE_ROWS]]
    first = read_classes(tmp_path / "labels" / f"{record['samples'][0]['name']}.png")
    second = read_classes(tmp_path / "labels" / f"{record['samples'][1]['name']}.png")
    assert (first[:100] == 255).all()
    assert set(np.unique(first[100:])) == {0, 1, 2}
    assert (second[1200 - TILE_ROWS :] == 255).all()


def test_image_label_and_origin_lie_on_each_other(tmp_path: Path) -> None:
    record = build_release([well()], tmp_path, program="Veerdesk 0")

    sample = record["samples"][0]
    rows, cols = RowSpan(*sample["rows"]), tuple(sample["cols"])
    image, origin = (read_classes(tmp_path / kind / f"{sample['name']}.png") for kind in ("images", "origin"))
    assert np.array_equal(image, DrawnScan().read(rows, cols))
    assert np.array_equal(origin, labels().origin(rows, cols))
    assert origin.sum() == sample["person_pixels"] == 40


def test_a_colour_scan_gives_colour_tiles(tmp_path: Path) -> None:
    from PIL import Image

    record = build_release([well(scan=ColourScan())], tmp_path, program="Veerdesk 0")

    with Image.open(tmp_path / "images" / f"{record['samples'][0]['name']}.png") as picture:
        assert picture.mode == "RGB"


def test_the_manifest_tells_slots_order_and_digests(tmp_path: Path) -> None:
    record = build_release([well()], tmp_path, program="Veerdesk 0")

    assert record == json.loads((tmp_path / "manifest.json").read_text())
    sample = record["samples"][0]
    assert sample["order"] == "as stated"
    assert sample["slots"][0] == {"slot": 1, "style": "dashed", "colour": None, "mnemonic": "GR"}
    for kind, digest in sample["sha256"].items():
        assert hashlib.sha256((tmp_path / kind / f"{sample['name']}.png").read_bytes()).hexdigest() == digest
    assert record["wells"][0]["scans"] == [{"file": "scan.tif", "sha256": "11" * 32}]


def test_a_slot_without_a_curve_owns_nothing(tmp_path: Path) -> None:
    single = replace(TRACK, curves=TRACK.curves[:1])

    record = build_release([well(track=single)], tmp_path, program="Veerdesk 0")

    assert all(s["pixels"]["2"] == 0 for s in record["samples"])


def test_splits_are_by_well_and_stay(tmp_path: Path) -> None:
    wells = [well(f"W{k}", digest=f"{k:02x}") for k in range(20)]

    build_release(wells, tmp_path, program="Veerdesk 0")

    out = json.loads((tmp_path / "splits.json").read_text())
    assert sorted(out["train"] + out["validation"]) == sorted(w.id for w in wells)
    assert out["validation"]
    assert all(split_of(i) == name for name, ids in out.items() for i in ids)


def test_a_single_well_is_for_training() -> None:
    assert splits(["000000000000"]) == {"train": ["000000000000"], "validation": []}


def test_nothing_accepted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="accepted"):
        build_release([well(track=replace(TRACK, accepted=()))], tmp_path / "new", program="Veerdesk 0")


def test_a_written_release_is_never_changed(tmp_path: Path) -> None:
    build_release([well()], tmp_path, program="Veerdesk 0")

    with pytest.raises(UnusableInputError, match="never changed"):
        refuse_earlier_release(tmp_path)
