"""The review through true keys and clicks: the queue, its decisions, and what is shown of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.desktop.drawn_log import MODEL
from veerdesk.calibration.description import CurveSpec, TrackSpec
from veerdesk.desktop.dialogs.flag import FlagDialog
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.main_window import MainWindow
from veerdesk.desktop.review_follower import ReviewFollower
from veerdesk.desktop.theme import Theme
from veerdesk.imaging.opencv import cv2
from veerdesk.labels.classes import NOT_SAID
from veerdesk.rows import RowSpan
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.session.decisions import with_flag
from veerdesk.session.review_queue import QueueItem
from veerdesk.session.session import Session

HEIGHT, WIDTH, STROKE = 1600, 400, 5
LEFT, RIGHT = 60, 340
NO, SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


def columns() -> NDArray[np.float64]:
    """Return the columns of two curves that cross again and again, ``(2, HEIGHT)``."""
    rows = np.arange(HEIGHT)
    return np.stack([200 + 60 * np.sin(rows / 60), 200 - 60 * np.sin(rows / 60 + 0.3)])


def ink_of(slot: int) -> NDArray[np.bool_]:
    page = np.zeros((HEIGHT, WIDTH), np.uint8)
    at = np.stack([columns()[slot], np.arange(HEIGHT)], axis=1).round().astype(np.int32)
    cv2.polylines(page, [at], isClosed=False, color=1, thickness=STROKE)
    return page.astype(bool)


WHOLE = RowSpan(0, HEIGHT)


def crossing_well(
    folder: Path, gap: RowSpan | None = None, tracks: Sequence[RowSpan] = (WHOLE,), read: RowSpan = WHOLE
) -> Path:
    """Make a well over two curves that cross, read by a model that knows them above and hardly below; returns its file.

    In the rows of ``gap`` curve 1 was not printed. ``tracks`` are the rows of its tracks, ``read``
    those that the model has read.
    """
    one, two = ink_of(0), ink_of(1)
    if gap is not None:
        one[gap.start : gap.stop] = False
    assert cv2.imwrite(str(folder / "log.png"), np.where(one | two, 0, 255).astype(np.uint8))
    session = Session.create([folder / "log.png"])
    for job in session.ingests():
        session.note_digest(job.inline())
    scan = session.description.scans[0].id
    is_clear = np.arange(HEIGHT)[:, None] < HEIGHT / 2
    mine, theirs = np.where(is_clear, 160, 130), np.where(is_clear, 95, 125)
    p1 = np.where(one, np.where(two, 128, mine), np.where(two, theirs, 0)).astype(np.uint8)
    p2 = np.where(two, np.where(one, 127, mine), np.where(one, theirs, 0)).astype(np.uint8)
    classes = np.where(one & (p1 >= p2), 1, np.where(two, 2, 0)).astype(np.uint8)
    for number, rows in enumerate(tracks, start=1):
        track = session.new_track(
            scan=scan,
            top=rows.start,
            bottom=rows.stop - 1,
            left=((0.0, float(LEFT)),),
            right=((0.0, float(RIGHT)),),
        )
        curves = (CurveSpec(1, "GR"), CurveSpec(2, "CALI"))
        track = replace(track, name=f"T{number}", stroke_px=float(STROKE), curves=curves)
        session.describe(session.description.with_track(track), f"place T{number}")
        there = rows.clipped(read)
        key, part = session.prediction_key(track.id, MODEL), slice(there.start, there.stop)
        assert key is not None
        session.take_band(track.id, BandEvidence(there, 0, p1[part], p2[part], classes[part]), key)
    path = session.path
    session.close()
    return path


#: Between two crossings, where curve 1 has no ink in the log with a gap.
GAP = RowSpan(250, 300)


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """The window in the Review step, its crossings found."""
    yield from reviewing(crossing_well(tmp_path), qtbot, qapp)


@pytest.fixture
def gap_window(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """The same on the log with a gap."""
    yield from reviewing(crossing_well(tmp_path, GAP), qtbot, qapp)


@pytest.fixture
def two_tracks(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """The same on a log in two tracks, one below the other; the upper one is in hand."""
    well = crossing_well(tmp_path, tracks=(RowSpan(0, HEIGHT // 2), RowSpan(HEIGHT // 2, HEIGHT)))
    yield from reviewing(well, qtbot, qapp, least=3)


def reviewing(well: Path, qtbot: QtBot, qapp: QApplication, least: int = 6) -> Iterator[MainWindow]:
    window = MainWindow(Theme(qapp, "light"), another=lambda: None)
    window.make_predictor = lambda device: None  # type: ignore[assignment,return-value]
    qtbot.addWidget(window)
    window.resize(1280, 800)
    with qtbot.waitActive(window):
        window.show()
    window.open_paths([well])
    window.show_step(Step.REVIEW)
    qtbot.waitUntil(lambda: window.follower is not None and len(window.follower.review.queue) >= least, timeout=60_000)
    window.view.canvas.zoom_to(1.0)
    window.view.canvas.setFocus()
    yield window
    window.close()


def review(window: MainWindow) -> ReviewFollower:
    assert window.follower is not None
    return window.follower.review


def track(window: MainWindow) -> TrackSpec:
    assert window.bridge is not None
    return window.bridge.session.description.tracks[0]


def classes(window: MainWindow) -> NDArray[np.uint8]:
    assert window.bridge is not None
    return window.bridge.session.label_map(1).classes(RowSpan(0, HEIGHT), (0, WIDTH))


def press(window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier = NO) -> None:
    QTest.keyClick(window.view.canvas, key, held)


def test_n_centres_the_crossings_in_the_order_of_the_queue(window: MainWindow) -> None:
    wanted = [i.crossing.row for i in review(window).queue[:3]]
    canvas, middle = window.view.canvas, window.view.canvas.viewport().height() / 2

    seen = []
    for _ in wanted:
        press(window, Qt.Key.Key_N)
        seen.append(review(window).row)
        at = canvas.view.to_widget(float(seen[-1] or 0), 0.0)[1]
        assert abs(at - middle) < 2 or canvas.visible_rows().start == 0 or canvas.visible_rows().stop >= HEIGHT - 1

    assert seen == wanted
    assert window.view.review.number.text() == f"Crossing 3 of {len(review(window).queue)}"
    assert track(window).decisions == ()


def test_space_keeps_and_goes_on_and_shift_n_goes_back(window: MainWindow) -> None:
    first, second = (i.crossing.row for i in review(window).queue[:2])
    press(window, Qt.Key.Key_N)

    press(window, Qt.Key.Key_Space)
    on = review(window).row
    press(window, Qt.Key.Key_N, SHIFT)
    back = review(window).row

    assert (on, back) == (second, first)
    (said,) = track(window).decisions
    assert (said.verdict, bool(said.by), said.at > 0) == ("kept", True, True)
    assert first in track(window).accepted[0]
    assert said.by in window.view.review.decision.text()
    assert "Kept" in window.view.review.decision.text()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_X])
def test_a_place_that_was_scrolled_away_comes_back_before_it_is_decided(window: MainWindow, key: Qt.Key) -> None:
    press(window, Qt.Key.Key_N)
    row, canvas = review(window).row, window.view.canvas
    assert row is not None
    canvas.zoom_to(2.0)
    canvas.go_to_row(0 if row > HEIGHT / 2 else HEIGHT)
    assert row not in canvas.visible_rows()

    press(window, key)

    assert (review(window).row, track(window).decisions) == (row, ())
    assert row in canvas.visible_rows()
    assert "not in view" in window.view.readouts.done.text()


def test_x_exchanges_to_the_next_crossing_goes_on_and_is_one_undo(window: MainWindow, qtbot: QtBot) -> None:
    queue, before = review(window).queue, classes(window)
    press(window, Qt.Key.Key_N)
    below = queue[0].below

    press(window, Qt.Key.Key_X)
    after = classes(window)
    changed = np.flatnonzero((after != before).any(axis=1))
    on, left = review(window).row, [i.crossing.row for i in review(window).queue if i.decision is None]
    qtbot.waitUntil(lambda: window.actions_table["undo"].isEnabled(), timeout=10_000)
    press(window, Qt.Key.Key_Z, CTRL)

    assert on == left[0]  # an exchange may change what is most worth looking at next
    assert below.start <= changed.min()
    assert changed.max() < below.stop + STROKE
    assert changed.size > 0.8 * below.rows
    assert track(window).decisions == ()
    assert track(window).accepted == ()
    qtbot.waitUntil(
        lambda: np.array_equal(classes(window), before), timeout=10_000
    )  # the model's pixels follow the trace


def test_alt_x_exchanges_above_and_shift_x_to_the_end(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_N)
    row = review(window).row
    assert row is not None
    rows = sorted(i.crossing.row for i in review(window).queue)
    before = max([0, *(r for r in rows if r < row)])
    first = classes(window)

    press(window, Qt.Key.Key_X, ALT)
    above = np.flatnonzero((classes(window) != first).any(axis=1))
    qtbot.waitUntil(lambda: window.actions_table["undo"].isEnabled(), timeout=10_000)
    press(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: np.array_equal(classes(window), first), timeout=10_000)
    press(window, Qt.Key.Key_N, SHIFT)
    press(window, Qt.Key.Key_X, SHIFT)
    below = np.flatnonzero((classes(window) != first).any(axis=1))

    assert before - STROKE <= above.min()
    assert above.max() < row + STROKE
    assert (below.min() >= row, below.max() > HEIGHT - STROKE) == (True, True)
    assert [d.verdict for d in track(window).decisions] == ["exchanged"]


def test_f_flags_with_a_reason_and_a_comment_by_keys_alone(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_N)
    first, second = (i.crossing.row for i in review(window).queue[:2])
    place = window.view.review.place.text()

    press(window, Qt.Key.Key_F)
    dialog = window.findChild(FlagDialog)
    assert dialog is not None
    QTest.keyClick(dialog.list, Qt.Key.Key_3)
    dialog.words.setFocus()
    QTest.keyClicks(dialog.words, "print 3 is gone")
    QTest.keyClick(dialog.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: review(window).row == second, timeout=10_000)

    (said,) = track(window).decisions
    assert (said.verdict, said.reason, said.comment) == ("flagged", "faint", "print 3 is gone")
    told, bar = f"Flagged for work at {place}: ", window.view.readouts.done
    qtbot.waitUntil(lambda: bar.accessibleDescription().startswith(told), timeout=10_000)
    window.view.review.filters.setFocus()
    QTest.keyClick(window.view.review.filters, Qt.Key.Key_Down)
    assert review(window).wanted == "flagged"
    assert [line.row for line in window.view.review.list.lines.lines] == [first]
    press(window, Qt.Key.Key_N)
    assert "print 3 is gone" in window.view.review.decision.text()
    assert "Ink is faint" in window.view.review.decision.text()


def test_rows_in_view_are_flagged_where_no_crossing_is_in_hand_and_settled_by_accepting_them(
    window: MainWindow, qtbot: QtBot
) -> None:
    press(window, Qt.Key.Key_F)
    dialog = window.findChild(FlagDialog)
    assert dialog is not None
    QTest.keyClick(dialog.list, Qt.Key.Key_4)
    with qtbot.waitSignal(dialog.accepted, timeout=10_000):
        QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    panel = window.view.review
    panel.filters.setFocus()
    QTest.keyClick(panel.filters, Qt.Key.Key_Down)
    shown = panel.list

    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, NO, shown.visualRect(shown.lines.index(0)).center())

    assert panel.number.text() == "Flagged rows"
    assert "The scan is damaged" in panel.decision.text()
    press(window, Qt.Key.Key_Space, SHIFT)
    assert track(window).decisions == ()
    assert track(window).accepted


def flag_with(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    press(window, Qt.Key.Key_F)
    dialog = window.findChild(FlagDialog)
    assert dialog is not None
    QTest.keyClick(dialog.list, key)
    with qtbot.waitSignal(dialog.accepted, timeout=10_000):
        QTest.keyClick(dialog.list, Qt.Key.Key_Return)


def test_a_flagged_place_in_view_is_named_where_the_view_is_accepted(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_N)
    row = review(window).row
    flag_with(window, qtbot, Qt.Key.Key_3)
    assert row is not None
    review(window).take(row)

    press(window, Qt.Key.Key_Space, SHIFT)
    first = window.view.readouts.done.accessibleDescription()
    press(window, Qt.Key.Key_Space, SHIFT)
    again = window.view.readouts.done.accessibleDescription()

    assert first.startswith("Accepted what is not flagged")
    assert "Ink is faint" in again
    assert "in the list under Flagged; Space" in again
    assert [d.verdict for d in track(window).decisions] == ["flagged"]


def test_a_flag_whose_place_is_gone_is_listed_and_settled_by_accepting_the_view(
    window: MainWindow, qtbot: QtBot
) -> None:
    bare = next(r for r in range(40, HEIGHT - 40) if all(abs(r - i.crossing.row) > 30 for i in review(window).queue))
    after = with_flag(track(window), RowSpan(bare, bare + 4), reason="faint", comment="", margin=0.0)
    bridge = window.bridge
    assert bridge is not None
    bridge.describe(bridge.session.description.with_track(after), "flag")
    review(window).follow()
    window.view.canvas.go_to_row(bare)

    listed = review(window).row_flags
    press(window, Qt.Key.Key_Space, SHIFT)

    assert [d.rows.start for d in listed or ()] == [bare]
    assert track(window).decisions == ()


def test_a_view_that_is_accepted_already_says_so(window: MainWindow) -> None:
    press(window, Qt.Key.Key_Space, SHIFT)
    press(window, Qt.Key.Key_Space, SHIFT)

    assert window.view.readouts.done.accessibleDescription() == "These rows are accepted already."


def test_an_exchange_made_twice_is_the_first_pairing_kept(window: MainWindow) -> None:
    before = classes(window)
    press(window, Qt.Key.Key_N)
    margin = review(window).queue[0].crossing.margin

    press(window, Qt.Key.Key_X)
    press(window, Qt.Key.Key_N, SHIFT)
    press(window, Qt.Key.Key_X)

    assert np.array_equal(classes(window) == 0, before == 0)
    assert [(d.verdict, d.margin) for d in track(window).decisions] == [("kept", margin)]


def test_a_flag_that_is_called_off_says_nothing(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_N)
    press(window, Qt.Key.Key_F)
    dialog = window.findChild(FlagDialog)
    assert dialog is not None

    with qtbot.waitSignal(dialog.finished, timeout=10_000):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert track(window).decisions == ()


def test_every_crossing_is_decided_by_one_key_each_and_then_nothing_is_open(window: MainWindow) -> None:
    count = len(review(window).queue)
    press(window, Qt.Key.Key_N)

    for k in range(count):
        press(window, Qt.Key.Key_X if k % 4 == 3 else Qt.Key.Key_Space)

    assert [i.state for i in review(window).queue if i.state != "accepted"] == []
    assert "No crossing is open" in window.view.readouts.done.text()
    assert window.view.review.estimate.text() == "Every crossing was looked at, one by one."


def test_all_surer_ones_are_kept_at_once_and_one_undo_opens_them_again(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.view.review
    panel.threshold.setFocus()
    panel.threshold.setValue(50)
    count = sum(i.state == "open" and not i.is_sampled for i in review(window).queue)
    assert panel.many.text() == f"Keep {count}"

    press(window, Qt.Key.Key_Return, CTRL | SHIFT)
    kept = track(window).decisions
    states = {(i.state, i.is_sampled) for i in review(window).queue}
    qtbot.waitUntil(lambda: window.actions_table["undo"].isEnabled(), timeout=10_000)
    press(window, Qt.Key.Key_Z, CTRL)

    assert len(kept) == count
    assert states == {("accepted", False), ("open", True)}
    assert track(window).decisions == ()


def test_a_click_on_a_line_takes_its_crossing_in_hand(window: MainWindow) -> None:
    shown = window.view.review.list
    index = shown.lines.index(2)
    shown.scrollTo(index)

    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, NO, shown.visualRect(index).center())

    assert review(window).row == shown.lines.lines[2].row
    QTest.keyClick(shown, Qt.Key.Key_Space)
    assert [d.verdict for d in track(window).decisions] == ["kept"]


def test_decisions_are_there_when_the_well_is_opened_again(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_N)
    press(window, Qt.Key.Key_Space)
    press(window, Qt.Key.Key_X)
    said = track(window).decisions
    assert window.bridge is not None
    path = window.bridge.session.path
    window.close_well()

    window.open_paths([path])
    qtbot.waitUntil(lambda: len(review(window).queue) > 5, timeout=60_000)

    assert track(window).decisions == said
    assert sorted(i.state for i in review(window).queue)[:2] == ["accepted", "accepted"]


def _colours(window: MainWindow, box: tuple[int, int, int, int]) -> set[tuple[int, int, int]]:
    """Return the colours of a part of the canvas, ``(x0, y0, x1, y1)``."""
    image = window.view.canvas.viewport().grab().toImage()
    x0, y0, x1, y1 = box
    out = set()
    for x in range(max(0, x0), min(image.width(), x1)):
        for y in range(max(0, y0), min(image.height(), y1)):
            colour = image.pixelColor(QPoint(x, y))
            out.add((colour.red(), colour.green(), colour.blue()))
    return out


def test_doubt_is_hatched_beside_the_track_until_it_is_settled(window: MainWindow) -> None:
    doubtful = [i for i in review(window).queue if i.is_doubtful]
    assert doubtful
    for _ in review(window).queue:
        press(window, Qt.Key.Key_N)
        if review(window).item in doubtful:
            break
    item = review(window).item
    assert item is not None
    canvas = window.view.canvas
    x, y = canvas.view.to_widget(item.crossing.row + 10, float(LEFT))
    box = (round(x) - 20, round(y), round(x) - 12, round(y) + 8)
    doubt = canvas.look.palette.doubt

    before = _colours(window, box)
    press(window, Qt.Key.Key_Space)
    press(window, Qt.Key.Key_N, SHIFT)
    after = _colours(window, box)

    assert doubt in before
    assert len(before) > 1, "a pattern and not a plain colour"
    assert doubt not in after


def _take_doubt(window: MainWindow) -> QueueItem:
    """Press N until doubtful rows are in hand."""
    for _ in review(window).queue:
        press(window, Qt.Key.Key_N)
        item = review(window).item
        if item is not None and item.doubt is not None:
            return item
    raise AssertionError("N never came to doubtful rows")


def test_n_comes_to_doubtful_rows_between_crossings_and_space_keeps_them(gap_window: MainWindow) -> None:
    item = _take_doubt(gap_window)
    assert GAP.overlaps(item.below)
    panel = gap_window.view.review
    told, place, risk = panel.number.text(), panel.place.text(), panel.risk.text()

    press(gap_window, Qt.Key.Key_Space)

    (said,) = track(gap_window).decisions
    assert told.startswith("Doubtful rows, ")
    assert place == f"from row {item.below.start}"
    assert "likely wrong over" in risk
    assert (said.verdict, said.rows) == ("kept", item.below)
    assert [i.state for i in review(gap_window).queue if i.doubt is not None] == ["accepted"]
    assert item.below in track(gap_window).accepted


def test_x_at_doubtful_rows_exchanges_from_them_to_the_next_crossing_as_one_undo(
    gap_window: MainWindow, qtbot: QtBot
) -> None:
    item, before = _take_doubt(gap_window), classes(gap_window)
    after = min(c.row for c in review(gap_window).crossings if c.row > item.crossing.row)

    press(gap_window, Qt.Key.Key_X)
    assert gap_window.bridge is not None
    said = gap_window.bridge.session.label_map(1).said(RowSpan(0, HEIGHT), (0, WIDTH))
    rows = np.flatnonzero((said != NOT_SAID).any(axis=1))
    press(gap_window, Qt.Key.Key_Z, CTRL)

    assert item.crossing.row <= rows.min()
    assert rows.max() < after
    qtbot.waitUntil(lambda: bool((classes(gap_window) == before).all()))
    assert track(gap_window).decisions == ()


def test_n_shows_the_review_from_any_step(window: MainWindow) -> None:
    window.show_step(Step.SCAN)

    press(window, Qt.Key.Key_N)

    assert window.follower is not None
    assert window.follower.step is Step.REVIEW
    assert review(window).item is not None


def test_n_goes_on_with_the_next_track_once_it_said_that_nothing_is_open(two_tracks: MainWindow, qtbot: QtBot) -> None:
    bridge, follower = two_tracks.bridge, two_tracks.follower
    assert bridge is not None
    assert follower is not None
    first, second = bridge.session.description.tracks
    session = bridge.session
    qtbot.waitUntil(lambda: session.trace(second.id) is not None and not session.stale(second.id), timeout=60_000)
    press(two_tracks, Qt.Key.Key_Return, CTRL)  # all of the upper track is accepted
    qtbot.waitUntil(lambda: all(i.state == "accepted" for i in review(two_tracks).queue))

    press(two_tracks, Qt.Key.Key_N)
    said, in_hand = two_tracks.view.readouts.done.accessibleDescription(), follower.track_id
    press(two_tracks, Qt.Key.Key_N)

    assert said == "No crossing is open any more. N goes on with T2."
    assert in_hand == first.id
    assert follower.track_id == second.id
    assert review(two_tracks).item is not None


def test_rows_that_the_model_has_not_read_are_not_accepted(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    well = crossing_well(tmp_path, read=RowSpan(0, HEIGHT // 2))
    for window in reviewing(well, qtbot, qapp, least=3):
        press(window, Qt.Key.Key_Return, CTRL)
        said, none = window.view.readouts.done.accessibleDescription(), track(window).accepted
        window.view.canvas.go_to_row(0)
        press(window, Qt.Key.Key_Space, SHIFT)

        assert said == "The model has read 50 % of these rows: accept them once it is done."
        assert none == ()
        assert track(window).accepted == (window.view.canvas.visible_rows().clipped(RowSpan(0, HEIGHT)),)
