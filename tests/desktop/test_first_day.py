"""What a person meets on the first day: a window that fits, a bar that can be read, an undo that is seen, a well that is handed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import columns, drawn_well
from veerdesk.calibration.description import Pin
from veerdesk.desktop.dialogs.sign_off import SignOffDialog
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow, overhangs
from veerdesk.desktop.panels.depth import DepthPanel
from veerdesk.desktop.panels.review import ReviewPanel
from veerdesk.desktop.parts import FRAME_PX, ElidedLabel
from veerdesk.desktop.slots.exports import told_together
from veerdesk.desktop.theme import Theme
from veerdesk.desktop.top_bar import TopBar
from veerdesk.rows import RowSpan
from veerdesk.session.session import Session

_L, _NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def well(tmp_path: Path) -> Path:
    session = drawn_well(tmp_path)
    session.close()
    return session.path


@pytest.fixture
def window(well: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    window = _window(qapp, qtbot)
    window.open_paths([well])
    window.show_step(Step.REVIEW)
    window.view.canvas.zoom_to(1.0)
    window.view.canvas.go_to_row(600)
    yield window
    window.close()


def _window(qapp: QApplication, qtbot: QtBot) -> MainWindow:
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1200, 760)
    with qtbot.waitExposed(window):
        window.show()
    return window


def _place(window: MainWindow, row: float, col: float) -> QPoint:
    x, y = window.view.canvas.view.to_widget(row, col)
    return QPoint(round(x), round(y))


def _stroke(window: MainWindow, row: int) -> None:
    """Paint 20 rows of curve 1 as curve 2."""
    port, one = window.view.canvas.viewport(), columns()[0]
    QTest.mousePress(port, Qt.MouseButton.RightButton, _NO_KEY, _place(window, row, one[row]))
    QTest.mouseMove(port, _place(window, row + 20, one[row + 20]))
    QTest.mouseRelease(port, Qt.MouseButton.RightButton, _NO_KEY, _place(window, row + 20, one[row + 20]))


@pytest.mark.parametrize(
    ("screen", "is_too_large"),
    [((1280, 800), True), ((1366, 768), True), ((1920, 1080), False), ((2560, 1440), False), ((800, 800), False)],
)
def test_a_window_that_would_hide_its_status_bar_behind_the_edge_of_the_screen_is_maximised(
    screen: tuple[int, int], is_too_large: bool
) -> None:
    assert overhangs(QSize(1280, 800), QSize(*screen)) is is_too_large


def test_the_smallest_window_fits_on_a_screen_of_1440_by_900_at_150_percent_and_shows_its_status_bar(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_step(Step.REVIEW)
    window.resize(window.minimumSize())
    qtbot.waitUntil(lambda: window.size() == window.minimumSize())

    status, rail = window.view.readouts, window.view.rail
    tools = [b for a in rail.group.actions() for b in rail.buttons_of(a) if b.isVisible()]
    below = status.mapTo(window, QPoint(0, status.height())).y()
    assert window.minimumWidth() + FRAME_PX[0] <= 960
    assert window.minimumHeight() + FRAME_PX[1] <= 560  # 600 less a bar of the desktop
    assert status.height() >= status.fontMetrics().height()
    assert below <= window.height()
    assert all(rail.rect().contains(b.geometry()) for b in tools)
    assert all(b.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly for b in tools)
    assert overhangs(QSize(1280, 800), QSize(960, 560))


def test_undo_of_what_is_out_of_view_goes_there(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.view.canvas
    _stroke(window, 600)
    qtbot.waitUntil(lambda: window.actions_table["undo"].isEnabled(), timeout=10_000)
    canvas.go_to_row(2700)
    assert not canvas.visible_rows().overlaps(RowSpan(600, 620))

    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert canvas.visible_rows().overlaps(RowSpan(600, 620))


def test_undo_of_what_is_in_view_moves_nothing(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.view.canvas
    _stroke(window, 600)
    qtbot.waitUntil(lambda: window.actions_table["undo"].isEnabled(), timeout=10_000)
    before = canvas.view

    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert canvas.view == before


def test_the_owner_under_a_pointer_that_rests_is_told_anew_after_a_stroke(window: MainWindow, qtbot: QtBot) -> None:
    rests = _place(window, 620, columns()[0][620])
    QCursor.setPos(window.view.canvas.viewport().mapToGlobal(rests))  # else it lies where the last test left it
    said = ("curve 2, said by a person", "curve 2, person")  # the words, or their short form where room is scarce
    _stroke(window, 600)

    qtbot.waitUntil(lambda: window.view.readouts.owner.text() in said, timeout=10_000)


def test_pins_are_seen_whatever_tool_is_in_hand(window: MainWindow, qtbot: QtBot) -> None:
    assert window.bridge is not None
    session, canvas = window.bridge.session, window.view.canvas
    track = session.description.tracks[0]
    pin = Pin("at", 1, RowSpan(600, 601), 300.0)
    window.follower.take_track(track.id)  # type: ignore[union-attr] # a well is open
    window.bridge.describe(session.description.with_track(replace(track, pins=(pin,))), "pin curve 1")
    at = _place(window, 600, 300.0)

    seen = {}
    for tool in ("brush", "pick", "pan"):
        window.actions_table[f"tool_{tool}"].trigger()
        canvas.viewport().repaint()
        seen[tool] = canvas.viewport().grab().toImage().pixelColor(at.x() - 4, at.y())

    expected = canvas.look.palette.curve(1)
    assert all((c.red(), c.green(), c.blue()) == tuple(expected)[:3] for c in seen.values()), seen


def test_the_tools_of_the_review_all_have_a_button_with_words_at_1280_by_800(window: MainWindow) -> None:
    window.resize(1280, 780)
    rail = window.view.rail

    shown = {a.text(): b for a in rail.group.actions() for b in rail.buttons_of(a) if b.isVisible()}

    assert {"Exchange brush", "Exchange lasso", "Forget", "Lasso", "Pin"} <= set(shown)
    for button in shown.values():
        for line in button.text().split("\n"):
            assert button.fontMetrics().horizontalAdvance(line) <= button.width(), line
        assert rail.rect().contains(button.geometry())


def test_a_depth_that_was_typed_gives_the_keys_back_to_the_scan(window: MainWindow) -> None:
    canvas, depths = window.view.canvas, window.view.depths
    window.show_step(Step.DEPTH)
    QTest.mouseClick(canvas.viewport(), _L, _NO_KEY, _place(window, 620, 300))
    QTest.keyClicks(depths.new_depth, "8700")
    QTest.keyClick(depths.new_depth, Qt.Key.Key_Return)

    assert canvas.hasFocus()


def test_what_several_tracks_share_is_told_once_after_an_export() -> None:
    rows = "6446.0 to 6449.9 ft (rows 1460 to 1499) lies beyond the outermost depth mark."
    lines = [f"Track T1: {rows}", f"Track T2: {rows}", "Track T3: no ink.", "GR was cut."]

    assert told_together(lines) == [f"Tracks T1, T2: {rows}", "Track T3: no ink.", "GR was cut."]


def test_a_line_without_room_ends_in_dots_and_its_tip_says_all_of_it(qtbot: QtBot) -> None:
    line = ElidedLabel()
    qtbot.addWidget(line)
    line.resize(80, 20)
    line.show()

    line.show_text("Written: /somewhere/far/away/Example 1-A.las")

    assert line.text().endswith("…")
    assert line.toolTip() == "Written: /somewhere/far/away/Example 1-A.las"


def test_a_line_that_ends_in_dots_is_not_cut_where_pixels_are_finer_than_its_metrics(qtbot: QtBot) -> None:
    line = ElidedLabel()
    qtbot.addWidget(line)
    line.show()

    for width in range(80, 160, 7):
        line.resize(width, 20)
        line.show_text(f"Written: /somewhere/far/away/Example {width}-A.las")

        assert line.fontMetrics().horizontalAdvance(line.text()) <= line.contentsRect().width() - 3


def test_a_long_name_leaves_the_share_of_the_work_readable(window: MainWindow) -> None:
    top: TopBar = window.top

    top.show_work("Read 4704500864_gr_d_of_a_long_name.tif", 0.83)

    assert top.share.text() == "83 %"
    assert "…" in top.work.text()
    assert top.bar.toolTip().endswith("name.tif")


def test_a_window_that_reads_is_offered_writing_once_the_writer_has_closed(
    well: Path, qapp: QApplication, qtbot: QtBot
) -> None:
    writer = Session.open(well)
    window = _window(qapp, qtbot)
    window.open_paths([well])
    qapp.processEvents()  # the width of a well that nobody looked at yet is fitted
    window.show_step(Step.REVIEW)
    window.view.canvas.zoom_to(2.0)
    window.view.canvas.go_to_row(1500)
    before = window.view.canvas.view
    assert window.bridge is not None
    assert window.bridge.session.is_read_only
    assert not window.view.guide.button.isVisible()

    writer.close()
    qtbot.waitUntil(lambda: window.view.guide.button.isVisible(), timeout=20_000)
    QTest.mouseClick(window.view.guide.button, _L)

    assert not window.bridge.session.is_read_only
    assert window.view.canvas.view == before
    assert window.follower is not None
    assert window.follower.step is Step.REVIEW
    window.close()


def test_rows_in_view_are_offered_first_to_be_signed_and_named_by_depth_where_not_all_is_accepted(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert window.bridge is not None
    description = window.bridge.session.description
    scan = replace(description.scans[0], depth=((0.0, 1000.0), (1000.0, 2000.0)))
    assert window.bridge.describe(description.with_scan(scan), "depths") is not None
    canvas = window.view.canvas
    QTest.keyClick(canvas, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)

    QTest.keyClick(canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)

    dialog = next(d for d in window.findChildren(SignOffDialog) if d.isVisible())
    view = canvas.visible_rows()
    assert dialog.choices[0].isChecked()
    assert dialog.rows == view
    assert dialog.choices[0].text() == f"The rows in view, {1000 + view.start:,}.0 ft to {999 + view.stop:,}.0 ft"
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_depth_with_a_comma_is_refused_with_how_to_type_it(window: MainWindow) -> None:
    window.show_step(Step.DEPTH)
    depth = next(panel for panel in window.view.complete() if isinstance(panel, DepthPanel))
    QTest.keyClicks(depth.new_row, "700")
    QTest.keyClicks(depth.new_depth, "10,300")

    QTest.keyClick(depth.new_depth, Qt.Key.Key_Return)

    said = [label.text() for label in depth.findChildren(QLabel)]
    assert "A comma before three digits can be read two ways. Type 10300 for 10,300." in said


def test_rows_that_are_left_are_not_rounded_away(window: MainWindow) -> None:
    review = next(panel for panel in window.view.complete() if isinstance(panel, ReviewPanel))

    review.show_acceptance(0.998, 18_540)
    nearly = review.accepted.text()
    review.show_acceptance(1.0, 18_540)

    assert nearly.startswith("99 %")
    assert review.accepted.text().startswith("100 %")


def test_the_strip_beside_the_scan_shows_nothing_of_the_well_before(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    strip = window.view.minimap
    qtbot.waitUntil(lambda: not strip.picture.isNull(), timeout=60_000)
    (tmp_path / "another").mkdir()
    another = drawn_well(tmp_path / "another")
    another.close()
    window.close_well()

    window.open_paths([another.path])

    assert window.view.minimap.picture.isNull()
