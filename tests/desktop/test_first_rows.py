"""A scan that is given is on screen before anything else is loaded, and what comes later does not move it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from veerdesk.desktop.first_rows import FirstRows
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.readying import Readying
from veerdesk.desktop.theme import Theme
from veerdesk.desktop.well_view import WellView
from veerdesk.imaging.png import write_grey_png
from veerdesk.session.opening import open_well_reading
from veerdesk.well.job import read_unfinished_job

HEIGHT, WIDTH = 600, 240


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A drawn scan with one stroke."""
    grey = np.full((HEIGHT, WIDTH), 255, np.uint8)
    grey[:, 100:104] = 0
    path = tmp_path / "drawn.png"
    write_grey_png(path, iter([grey]), WIDTH, HEIGHT)
    return path


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """A window on its start page, without a model."""
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1200, 760)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


def test_a_scan_on_screen_waits_for_nothing_that_it_does_not_need(scan: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from PySide6.QtWidgets import QApplication;"
        "from veerdesk.desktop.app import Desk; app = QApplication([]); window = Desk(app).another();"
        f"window.open_paths([Path({str(scan)!r})]); assert window.bridge is not None;"
        "print([m for m in ('torch','numba','pyqtgraph','lasio','PIL','pypdfium2') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_curves_come_after_the_first_rows_and_do_not_move_the_scan(
    window: MainWindow, scan: Path, qtbot: QtBot
) -> None:
    window.open_paths([scan])
    view = window.view
    were_there, sizes, width = view.curves is not None, view.splitter.sizes(), view.canvas.viewport().width()

    qtbot.waitUntil(lambda: view.curves is not None, timeout=10_000)

    assert not were_there
    assert view.splitter.sizes() == sizes
    assert view.canvas.viewport().width() == width
    assert view.canvas.scale == pytest.approx(width / WIDTH, rel=0.01)


def test_first_rows_are_said_once_and_after_a_frame_that_has_them(window: MainWindow, scan: Path, qtbot: QtBot) -> None:
    window.open_paths([scan])
    bridge, said = window.bridge, []
    assert bridge is not None
    waiting = FirstRows(window.view.canvas, bridge, window)
    waiting.drawn.connect(lambda: said.append(window.view.canvas.viewport().grab().toImage()))

    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    window.view.canvas.viewport().repaint()
    qtbot.waitUntil(lambda: window.view.curves is not None, timeout=10_000)

    assert len(said) == 1
    grey = {said[0].pixelColor(x, 50).lightness() for x in range(said[0].width())}
    assert min(grey) < 64  # the stroke is in it


def test_while_nothing_is_open_the_page_of_a_well_is_made_ready(window: MainWindow, qtbot: QtBot) -> None:
    readying = Readying(window)

    qtbot.waitUntil(lambda: readying.is_done, timeout=10_000)

    assert window.findChild(WellView) is not None
    assert window.bridge is None


def test_making_ready_stops_at_the_first_well(window: MainWindow, scan: Path, qtbot: QtBot) -> None:
    readying = Readying(window)
    window.open_paths([scan])

    qtbot.waitUntil(lambda: readying.is_done, timeout=10_000)

    assert window.bridge is not None


def test_a_copy_and_a_job_typed_without_a_suffix_get_theirs(
    window: MainWindow, scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open_paths([scan])
    asked: list[str] = []

    def answer(parent: object, title: str, start: str, kinds: str) -> tuple[str, str]:
        asked.append(Path(start).name)
        return str(tmp_path / "elsewhere"), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    files = window.actions_table.owner("files")

    files.save_as()
    files.save_job()

    assert asked == ["drawn copy.veer", "drawn.toml"]
    store, description, scans = open_well_reading(tmp_path / "elsewhere.veer")
    scans.close()
    store.close()
    assert [s.file for s in description.scans] == ["drawn.png"]
    assert [s.file for s in read_unfinished_job(tmp_path / "elsewhere.toml").scans] == ["drawn.png"]
