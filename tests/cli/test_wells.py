"""What leaves a well that was worked on: the same answer as from its job file, and a person's word kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import lasio
import numpy as np
import pytest

from veerdesk.imaging.png import read_classes
from veerdesk.labels.edits import Rule, paint
from veerdesk.labels.shapes import polyline_brush
from veerdesk.session.jobs import CancelToken
from veerdesk.session.session import Session
from veerdesk.session.whole_well import make_read_well

Veerdesk = Callable[..., tuple[int, str, str]]


@pytest.fixture
def read_well(drawn_well: Any, model: Any) -> Path:
    """A .veer of the drawn job, read by the drawn model, every row accepted."""
    path = drawn_well.folder / "well.veer"
    make_read_well(drawn_well.job, path, predictor=lambda: model, cancel=CancelToken(), progress=lambda share: None)
    return Path(path)


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix in (".csv", ".png")}


def test_job_and_well_give_the_same_bytes(drawn_well: Any, read_well: Path, veerdesk: Veerdesk) -> None:
    veerdesk("digitise", drawn_well.job, "--out", drawn_well.folder / "a")

    code, _, _ = veerdesk("digitise", read_well, "--out", drawn_well.folder / "b")

    assert code == 0
    assert contents(drawn_well.folder / "a") == contents(drawn_well.folder / "b")


def test_a_well_is_read_while_another_window_writes_it(read_well: Path, veerdesk: Veerdesk) -> None:
    session = Session.open(read_well)
    try:
        code, _, err = veerdesk("export", "las", read_well, "--out", read_well.parent / "las")
    finally:
        session.close()

    assert code == 0, err


def test_las_and_csv_hold_the_same_depths(read_well: Path, veerdesk: Veerdesk) -> None:
    out = read_well.parent / "e"

    assert veerdesk("export", "las", read_well, "--out", out)[0] == 0
    assert veerdesk("export", "csv", read_well, "--out", out)[0] == 0

    las = lasio.read(str(out / "Drawn 1.las"))
    lines = (out / "Drawn 1.csv").read_text().splitlines()
    assert len(lines) == len(las.index) + 1
    assert lines[0] == "DEPT (M),GR (GAPI),CALI (IN)"


def test_a_persons_word_is_in_labels_and_las(read_well: Path, veerdesk: Veerdesk) -> None:
    session = Session.open(read_well)
    try:
        geometry = session.description.tracks[0].geometry
        region = polyline_brush([(100.0, 150.0), (140.0, 150.0)], 2.0)
        ink = np.zeros(region.mask.shape, np.bool_)
        edit = paint(session.label_map(1), 1, region, 1, Rule.ANYTHING, ink, "Paint curve 1")
        assert edit is not None
        assert geometry.rows.rows == 640
        session.apply(edit)
        session.wait_saved()
    finally:
        session.close()

    veerdesk("digitise", read_well, "--out", read_well.parent / "out")

    labels = read_classes(read_well.parent / "out" / "T1.labels.png")
    assert (labels[100:141, 150] == 1).all()


def test_a_track_without_a_scale_is_refused_by_name_and_the_rest_leaves(read_well: Path, veerdesk: Veerdesk) -> None:
    session = Session.open(read_well)
    try:
        first = session.description.tracks[0]
        bare = session.new_track(scan="main", top=0, bottom=639, left=first.left, right=first.right)
        curve = replace(first.curves[0], mnemonic="SP", left=None, right=None)
        session.describe(session.description.with_track(replace(bare, name="Bare", curves=(curve,))), "Add a track")
        session.wait_saved()
    finally:
        session.close()

    code, out, err = veerdesk("export", "las", read_well, "--out", read_well.parent / "e", "--json")

    assert code == 1
    assert "Bare, curve 1 (SP) has no scale" in err
    assert json.loads(out)["refused"]
    assert [c.mnemonic for c in lasio.read(json.loads(out)["file"]).curves] == ["DEPT", "GR", "CALI"]


def test_labels_leave_once_and_train_can_read_them(read_well: Path, veerdesk: Veerdesk) -> None:
    from veerdesk.training.tiles import ReleasedTiles

    out = read_well.parent / "labels"

    code, said, _ = veerdesk("export", "labels", read_well, "--out", out, "--json")
    again, _, err = veerdesk("export", "labels", read_well, "--out", out)

    assert code == 0
    assert json.loads(said)["samples"][0]["stroke_px"] > 0
    assert again == 3
    assert "never changed" in err
    assert {p.name for p in out.iterdir()} == {"manifest.json", "splits.json", "images", "labels", "origin"}
    assert len(ReleasedTiles(out, 4.0)) > 0


def test_labels_of_an_unreviewed_well_are_refused(drawn_well: Any, model: Any, veerdesk: Veerdesk) -> None:
    Session.create_from_job(drawn_well.job, drawn_well.folder / "new.veer").close()

    code, _, err = veerdesk("export", "labels", drawn_well.folder / "new.veer", "--out", drawn_well.folder / "labels")

    assert code == 3
    assert "accepted" in err
    assert not (drawn_well.folder / "labels").exists()


@pytest.mark.parametrize("what", ["las", "csv"])
def test_a_file_that_is_not_ours_is_never_written_over(read_well: Path, veerdesk: Veerdesk, what: str) -> None:
    out = read_well.parent / "e"
    out.mkdir()
    (out / f"Drawn 1.{what}").write_text("a colleague's file")

    code, _, err = veerdesk("export", what, read_well, "--out", out)

    assert code == 3
    assert "has not written it" in err
    assert (out / f"Drawn 1.{what}").read_text() == "a colleague's file"


def test_the_las_of_another_well_of_the_same_name_is_not_written_over(read_well: Path, veerdesk: Veerdesk) -> None:
    out = read_well.parent / "e"
    veerdesk("export", "las", read_well, "--out", out)
    las = out / "Drawn 1.las"
    digest = re.search(r"Scan .*SHA-256 ([0-9a-f]{64})", las.read_text())
    assert digest is not None
    las.write_text(las.read_text().replace(digest[1], "ab" * 32))
    theirs = las.read_bytes()

    code, _, err = veerdesk("export", "las", read_well, "--out", out)

    assert code == 3
    assert "another well's of the same name" in err
    assert las.read_bytes() == theirs


def test_our_own_export_is_replaced(read_well: Path, veerdesk: Veerdesk) -> None:
    out = read_well.parent / "e"

    codes = [veerdesk("export", what, read_well, "--out", out)[0] for what in ("las", "csv", "las", "csv")]

    assert codes == [0, 0, 0, 0]
