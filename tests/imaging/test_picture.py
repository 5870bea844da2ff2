"""Small pictures, read as a scan is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.session import drawn
from veerdesk.imaging.picture import read_grey
from veerdesk.rows import RowSpan
from veerdesk.session.session import Session


def test_a_red_or_yellow_stroke_is_as_dark_as_its_darkest_channel_and_grey_stays(tmp_path: Path) -> None:
    colour = np.full((4, 6, 3), 255, np.uint8)
    colour[1, 2], colour[2, 3] = (230, 20, 30), (250, 240, 60)
    Image.fromarray(colour).save(tmp_path / "colour.png")
    grey = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10
    Image.fromarray(grey).save(tmp_path / "grey.png")

    read = read_grey(tmp_path / "colour.png")

    assert read is not None
    assert (read[1, 2], read[2, 3], read[0, 0]) == (20, 60, 255)
    assert (read_grey(tmp_path / "grey.png") == grey).all()


def test_what_is_missing_or_no_picture_is_none(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")

    assert read_grey(tmp_path / "text.png") is None
    assert read_grey(tmp_path / "missing.png") is None


def test_a_picture_is_read_as_an_open_scan_is(tmp_path: Path) -> None:
    path = drawn.draw_scan(tmp_path / "log.png")
    colour = np.stack([np.array(Image.open(path))] * 3, axis=2)
    colour[40:60, 100:140] = (220, 40, 90)
    Image.fromarray(colour).save(path)
    session = Session.create([path])
    for job in session.ingests():
        job.inline()
    drawn.add_track(session)

    assert (read_grey(path) == session.scan_of(1).read(RowSpan(0, drawn.ROWS), (0, drawn.COLS))).all()
    session.close()
