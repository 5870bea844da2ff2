"""The whole road with no window, and its error against what was drawn."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from veerdesk import resources
from veerdesk.session.session import Session

Veerdesk = Callable[..., tuple[int, str, str]]


@pytest.fixture
def small_sample(drawn_well: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawn log in the sample's place, with its truth."""
    folder = tmp_path / "sample"
    folder.mkdir()
    with Image.open(drawn_well.folder / "scan.png") as picture:
        picture.save(folder / "sample.tif")
    (folder / "sample.toml").write_text(drawn_well.job.read_text().replace("scan.png", "sample.tif"))
    (folder / "ATTRIBUTION.md").write_text("Drawn.\n")
    row = np.arange(640)
    values = 100 * (np.stack([90 + 25 * np.sin(row / 40), 220 + 20 * np.sin(row / 23)]) - 30) / 260
    with gzip.open(folder / "truth.csv.gz", "wt") as text:
        text.write("row,depth_ft,GR,CALI\n")
        text.writelines(f"{r},{1000 + r / 10:.1f},{a:.4f},{b:.4f}\n" for r, a, b in zip(row, *values, strict=True))
    monkeypatch.setattr(resources, "resource", lambda *parts: tmp_path.joinpath(*parts))


@pytest.mark.usefixtures("small_sample")
def test_the_demo_leaves_everything_and_prints_its_own_error(tmp_path: Path, veerdesk: Veerdesk) -> None:
    out = tmp_path / "demo"

    code, said, _ = veerdesk("demo", "--headless", "--out", out, "--json")

    document = json.loads(said)
    assert code == 0
    assert {"sample.veer", "sample.tif", "sample.toml", "labels", "Drawn 1.las", "report.json"} <= {
        p.name for p in out.iterdir()
    }
    assert [e["mnemonic"] for e in document["errors"]] == ["GR", "CALI"]
    assert all(e["median"] < 0.5 and e["cover"] > 0.95 for e in document["errors"])
    assert "rendered" in document["note"]
    assert (out / "labels" / "manifest.json").exists()
    assert not [p.name for p in out.iterdir() if p.name.startswith(".")]


@pytest.mark.usefixtures("small_sample")
def test_the_demos_well_opens_where_it_was_left(tmp_path: Path, veerdesk: Veerdesk) -> None:
    veerdesk("demo", "--headless", "--out", tmp_path / "demo")

    session = Session.open(tmp_path / "demo" / "sample.veer")
    try:
        track = session.description.tracks[0]
        assert session.is_segmented(track.id, track.geometry.rows)
        assert session.undo_label == "Accept every row (demo)"
    finally:
        session.close()


@pytest.mark.usefixtures("small_sample")
def test_an_earlier_demo_is_not_written_over(tmp_path: Path, veerdesk: Veerdesk) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "sample.veer").write_text("mine")

    code, _, err = veerdesk("demo", "--headless", "--out", tmp_path / "demo")

    assert code == 3
    assert "earlier demo" in err
    assert (tmp_path / "demo" / "sample.veer").read_text() == "mine"


@pytest.mark.usefixtures("small_sample")
def test_a_demo_that_is_stopped_leaves_nothing(
    tmp_path: Path, veerdesk: Veerdesk, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(grey: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(model, "predict", stopped)

    code, _, _ = veerdesk("demo", "--headless", "--out", tmp_path / "demo")

    assert code == 4
    assert not (tmp_path / "demo").exists()
