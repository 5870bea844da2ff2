"""The whole window with a real session over a small drawn scan, driven by true events."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from veerdesk.calibration.description import CurveSpec
from veerdesk.desktop.actions import ACTIONS
from veerdesk.desktop.app import Desk
from veerdesk.desktop.dialogs.export_las import ExportCurvesDialog
from veerdesk.desktop.dialogs.failure import FailureDialog
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.slots.lazy import OWNERS, LazyActions
from veerdesk.desktop.theme import DARK, Theme
from veerdesk.imaging.png import write_grey_png
from veerdesk.las.reader import read_las
from veerdesk.session.session import Session

HEIGHT, WIDTH = 600, 240


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A drawn scan: two strokes in one track."""
    grey = np.full((HEIGHT, WIDTH), 255, np.uint8)
    rows = np.arange(HEIGHT)
    for offset, phase in ((80, 0.0), (140, 1.0)):
        col = (offset + 20 * np.sin(rows / 40 + phase)).astype(int)
        for width in range(4):
            grey[rows, col + width] = 0
    path = tmp_path / "drawn.png"
    write_grey_png(path, iter([grey]), WIDTH, HEIGHT)
    return path


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """A window on its start page, without a model."""
    theme = Theme(qapp, "light")
    window = MainWindow(theme, another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1200, 760)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, scan: Path) -> MainWindow:
    """The window with a well of the drawn scan that has one track and two curves."""
    window.open_paths([scan])
    bridge = window.bridge
    assert bridge is not None
    session = bridge.session
    qtbot.waitUntil(lambda: all(s.is_complete for s in session.scans.values()), timeout=5000)
    track = session.new_track(
        scan=session.description.scans[0].id, top=0, bottom=HEIGHT - 1, left=((0.0, 40.0),), right=((0.0, 200.0),)
    )
    track = replace(track, curves=(CurveSpec(1, "GR", "GAPI"), CurveSpec(2, "CALI", "IN")))
    bridge.describe(session.description.with_track(track), "place a track")
    return window


def _session(window: MainWindow) -> Session:
    assert window.bridge is not None
    return window.bridge.session


def test_the_window_appears_before_anything_heavy_is_loaded() -> None:
    code = (
        "import sys; from veerdesk.desktop.app import Desk; import veerdesk.desktop.main_window;"
        "print([m for m in ('torch','numba','pyqtgraph','cv2','shapely','lasio') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_every_action_finds_its_slot(window: MainWindow) -> None:
    for spec in ACTIONS:
        if not spec.is_on_canvas:
            owner, method = spec.slot.split(".")
            assert callable(getattr(LazyActions(window, *OWNERS[owner]).owner, method)), spec.name


def test_the_start_page_opens_the_sample_and_says_that_it_is_rendered(window: MainWindow, qtbot: QtBot) -> None:
    said = " ".join(w.text() for w in window.start.findChildren(QLabel))
    assert "rendered" in said
    button = next(b for b in window.start.findChildren(QPushButton) if "sample" in b.text())

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    assert [t.name for t in _session(window).description.tracks] == ["T1", "T2", "T3"]
    assert "rendered" in window.windowTitle()


def test_a_dropped_scan_becomes_a_well_beside_it(window: MainWindow, scan: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(scan))])
    drop = QDropEvent(
        QPointF(20, 20), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )

    window.dropEvent(drop)

    assert _session(window).path == scan.with_suffix(".veer")


def test_the_same_scan_again_opens_its_well_as_it_was_left(opened: MainWindow, scan: Path) -> None:
    opened.show_step(Step.TRACKS)
    opened.close_well()

    opened.open_paths([scan])

    assert len(_session(opened).description.tracks) == 1
    assert opened.follower is not None
    assert opened.follower.step is Step.TRACKS


def test_a_file_that_cannot_be_used_leaves_the_open_well_open(opened: MainWindow, tmp_path: Path) -> None:
    bad = tmp_path / "text.tif"
    bad.write_text("this is no scan")
    before = _session(opened)

    opened.open_paths([bad])

    dialog = opened.findChild(FailureDialog)
    assert dialog is not None
    assert "text.tif" in dialog.message
    assert _session(opened) is before
    dialog.close()


def test_a_typed_scale_is_undone_by_the_key(opened: MainWindow, qtbot: QtBot) -> None:
    opened.show_step(Step.TRACKS)
    field = opened.view.tracks.forms[0].left
    qtbot.waitUntil(lambda: opened.view.tracks.track_id == 1)
    field.setFocus()

    QTest.keyClicks(field, "1,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    curve = _session(opened).description.track(1).curve(1)
    assert curve is not None
    assert curve.left == 1.5
    opened.view.canvas.setFocus()
    opened.actions_table["undo"].trigger()

    undone = _session(opened).description.track(1).curve(1)
    assert undone is not None
    assert undone.left is None


def test_letters_typed_into_a_field_are_letters(opened: MainWindow, qtbot: QtBot) -> None:
    opened.activateWindow()
    opened.show_step(Step.TRACKS)
    name: QLineEdit = opened.view.tracks.forms[0].mnemonic
    name.setFocus()
    name.clear()
    tool = opened.view.canvas.hand.tool

    QTest.keyClicks(name, "bez")

    assert name.text() == "bez"
    assert opened.view.canvas.hand.tool == tool


def test_keys_take_tools_where_nothing_is_typed(opened: MainWindow) -> None:
    opened.activateWindow()
    opened.show_step(Step.REVIEW)
    canvas = opened.view.canvas
    canvas.setFocus()

    QTest.keyClick(canvas, Qt.Key.Key_E)
    erasing = canvas.hand.tool
    QTest.keyClick(canvas, Qt.Key.Key_B)

    assert (erasing, canvas.hand.tool) == ("eraser", "brush")


def test_steps_change_panel_and_tools_and_never_move_the_canvas(opened: MainWindow) -> None:
    places = set()
    for step in Step:
        opened.show_step(step)
        QApplication.sendPostedEvents()
        places.add(opened.view.canvas.mapTo(opened, QPoint(0, 0)).x())
        assert opened.view.panels.currentIndex() == int(step)

    assert len(places) == 1


def test_rows_in_view_are_accepted_and_taken_back(opened: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: opened.follower is not None and opened.follower.track is not None)
    opened.actions_table["accept_view"].trigger()
    accepted = _session(opened).description.track(1).accepted
    opened.actions_table["undo"].trigger()

    assert sum(s.rows for s in accepted) > 0
    assert _session(opened).description.track(1).accepted == ()


def test_a_removed_track_comes_back(opened: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: opened.follower is not None and opened.follower.track is not None)
    opened.actions_table["remove_track"].trigger()
    gone = len(_session(opened).description.tracks)
    opened.actions_table["undo"].trigger()

    assert (gone, len(_session(opened).description.tracks)) == (0, 1)


def test_tracks_come_from_another_well(opened: MainWindow, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    assert opened.bridge is not None
    opened.bridge.export_job(other)

    opened.actions_table.owner("edits").copy_tracks_from(other)

    tracks = _session(opened).description.tracks
    assert [t.name for t in tracks] == ["T1", "T1 2"]
    assert [c.mnemonic for c in tracks[1].curves] == ["GR", "CALI"]


def test_the_theme_reaches_the_canvas(opened: MainWindow) -> None:
    opened.theme.choose("dark")

    assert opened.theme.tokens is DARK
    assert opened.view.canvas.look.palette.paper == (0x1F, 0x22, 0x26)


def test_the_title_says_when_it_was_saved(opened: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: _session(opened).pending == 0, timeout=5000)

    qtbot.waitUntil(lambda: "saved" in opened.windowTitle(), timeout=5000)


def test_the_cursor_reads_out_place_and_owner(opened: MainWindow) -> None:
    opened.view.canvas.cursor_moved.emit(50, 60)

    assert "row 50" in opened.view.readouts.place.text()
    assert "GR" in opened.view.readouts.values.text()
    assert opened.view.readouts.owner.text() == "not predicted yet"


def test_a_click_on_a_depth_line_asks_for_its_depth(opened: MainWindow, qtbot: QtBot) -> None:
    opened.view.canvas.anchor_asked.emit(_session(opened).description.scans[0].id, 120.0)

    assert opened.view.panels.currentIndex() == int(Step.DEPTH)
    assert opened.view.depths.new_row.text() == "120"


def test_every_button_and_field_has_a_name_for_assistive_software(opened: MainWindow) -> None:
    for step in Step:
        opened.show_step(step)
        for widget in (*opened.view.findChildren(QLineEdit), *opened.view.findChildren(QToolButton)):
            inside_box = widget.parent() is not None and widget.parent().inherits("QAbstractSpinBox")
            assert inside_box or widget.accessibleName() or getattr(widget, "text", str)(), widget


class HalvesPredictor:
    """Ink in the left half of the track is curve 1, in the right half curve 2."""

    name, digest, device, stroke_px = "halves", "h" * 64, "cpu", 4.0

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return 1 where a pixel's answer is."""
        out = np.zeros((3, *grey.shape), np.float32)
        is_left = np.arange(grey.shape[1])[None, :] < grey.shape[1] / 2
        ink = grey < 128
        out[1], out[2] = ink & is_left, ink & ~is_left
        out[0] = 1 - out[1] - out[2]
        return out


def test_what_the_cursor_reads_is_what_the_las_holds(
    qtbot: QtBot, window: MainWindow, scan: Path, tmp_path: Path
) -> None:
    window.make_predictor = lambda device: HalvesPredictor
    window.open_paths([scan])
    session = _session(window)
    qtbot.waitUntil(lambda: all(s.is_complete for s in session.scans.values()), timeout=20000)
    spec = replace(session.description.scans[0], depth=((0.0, 1000.0), (500.0, 1250.0)))
    track = session.new_track(scan=spec.id, top=0, bottom=HEIGHT - 1, left=((0.0, 40.0),), right=((0.0, 200.0),))
    curves = (CurveSpec(1, "GR", "GAPI", left=0.0, right=150.0), CurveSpec(2, "CALI", "IN", left=6.0, right=16.0))
    assert window.bridge is not None
    window.bridge.describe(
        session.description.with_scan(spec).with_track(replace(track, curves=curves)), "place a track"
    )
    qtbot.waitUntil(lambda: not session.is_provisional(1), timeout=30000)
    window.view.canvas.cursor_moved.emit(200, 100)
    read_out = window.view.readouts.values.text()

    out = tmp_path / "out.las"
    window.actions_table.owner("exports").write_curves(
        ExportCurvesDialog(session.description, tmp_path, decimal="point"), "las", out
    )
    qtbot.waitUntil(out.is_file, timeout=20000)

    curves_read = read_las(out)
    at = np.searchsorted(curves_read.curves[0].depth, 1100.0)
    for curve, said in zip(curves_read.curves, read_out.split(" · ")):
        mnemonic, value, *unit = said.split(" ")  # a narrow window leaves the unit out
        assert curve.mnemonic == mnemonic
        assert unit in ([], [curve.unit])
        assert float(value) == pytest.approx(curve.value[at], rel=1e-3)


def test_a_well_that_was_named_since_is_exported_under_the_file_it_had(
    qtbot: QtBot, window: MainWindow, scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.make_predictor = lambda device: HalvesPredictor
    window.open_paths([scan])
    session = _session(window)
    qtbot.waitUntil(lambda: all(s.is_complete for s in session.scans.values()), timeout=20000)
    spec = replace(session.description.scans[0], depth=((0.0, 1000.0), (500.0, 1250.0)))
    track = session.new_track(scan=spec.id, top=0, bottom=HEIGHT - 1, left=((0.0, 40.0),), right=((0.0, 200.0),))
    curve = CurveSpec(1, "GR", "GAPI", left=0.0, right=150.0)
    assert window.bridge is not None
    window.bridge.describe(session.description.with_scan(spec).with_track(replace(track, curves=(curve,))), "a track")
    qtbot.waitUntil(lambda: not session.is_provisional(1), timeout=30000)
    first = tmp_path / "first.las"
    window.actions_table.owner("exports").write_curves(
        ExportCurvesDialog(session.description, tmp_path, decimal="point"), "las", first
    )
    qtbot.waitUntil(lambda: "exported" in session.view.extra, timeout=20000)
    window.bridge.describe(replace(session.description, items=(("WELL", "Now named"),)), "name")
    well = session.path
    window.close_well()
    proposed: list[Path] = []
    monkeypatch.setattr(ExportCurvesDialog, "exec", lambda dialog: proposed.append(dialog.path))

    window.open_paths([well])
    window.actions_table["export_las"].trigger()
    window.actions_table["export_csv"].trigger()

    assert proposed[0].samefile(first)
    assert proposed[1].name == "Now named.csv"


def test_a_bug_is_shown_once_with_a_report(
    qtbot: QtBot, qapp: QApplication, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = Desk(qapp)
    window = desk.another()
    qtbot.addWidget(window)

    for _ in range(3):
        try:
            raise ZeroDivisionError("drawn")
        except ZeroDivisionError as bug:
            desk.catch(type(bug), bug, bug.__traceback__)

    assert len(window.findChildren(FailureDialog)) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    window.findChildren(FailureDialog)[0].close()
    window.close()


def test_another_well_gets_a_window_of_its_own(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    more: list[MainWindow] = []

    def another() -> MainWindow:
        more.append(MainWindow(opened.theme, another=lambda: None))
        more[-1].make_predictor = opened.make_predictor
        qtbot.addWidget(more[-1])
        more[-1].show()
        return more[-1]

    opened.another = another
    before = _session(opened)

    opened.open_sample()

    assert _session(opened) is before
    assert len(more) == 1
    assert "rendered" in more[0].windowTitle()
    more[0].close()


def test_the_mouse_over_the_curves_reads_them(opened: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: opened.view.curves is not None, timeout=20000)
    assert opened.view.curves is not None
    qtbot.waitUntil(lambda: opened.follower is not None and opened.follower.track is not None)

    opened.view.curves.row_hovered.emit(50)

    assert opened.view.readouts.values.text() == "GR no ink · CALI no ink"
