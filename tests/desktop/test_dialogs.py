"""Dialogs collect; they never write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel
from pytestqt.qtbot import QtBot

from veerdesk.calibration.description import CurveSpec, ScanSpec, TrackSpec, WellDescription
from veerdesk.desktop.dialogs.export_labels import ExportLabelsDialog, free_folder
from veerdesk.desktop.dialogs.export_las import ExportCurvesDialog
from veerdesk.desktop.dialogs.failure import FailureDialog
from veerdesk.desktop.dialogs.preferences import PreferencesDialog
from veerdesk.desktop.dialogs.shortcuts import ShortcutsDialog
from veerdesk.desktop.parts import FRAME_PX
from veerdesk.desktop.settings import Settings
from veerdesk.desktop.theme import DARK, LIGHT, Theme
from veerdesk.rows import RowSpan

SCALED = CurveSpec(1, "GR", "GAPI", left=0.0, right=150.0)
BARE = CurveSpec(1, "SP", "MV")


def a_well(*curves: CurveSpec, name: str = "A 1") -> WellDescription:
    tracks = tuple(
        TrackSpec(k, f"T{k}", "main", 0, 999, ((0.0, 10.0),), ((0.0, 210.0),), (curve,))
        for k, curve in enumerate(curves, 1)
    )
    scan = ScanSpec("main", "a.tif", depth=((0.0, 100.0), (900.0, 200.0)))
    return WellDescription((("WELL", name), ("XYZ", "kept")), scans=(scan,), tracks=tracks)


def test_export_refuses_the_track_without_a_scale_by_name(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportCurvesDialog(a_well(SCALED, BARE), tmp_path)
    qtbot.addWidget(dialog)

    assert dialog.export.isEnabled()
    assert "Track T2, curve 1 (SP) has no scale." in dialog.notes.toPlainText()


def test_export_waits_where_no_track_is_ready(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportCurvesDialog(a_well(BARE), tmp_path)
    qtbot.addWidget(dialog)

    assert not dialog.export.isEnabled()


def test_export_says_how_much_nobody_has_accepted(qtbot: QtBot, tmp_path: Path) -> None:
    well = a_well(SCALED, SCALED)
    whole = replace(well.tracks[1], accepted=(RowSpan(0, 600), RowSpan(500, 1000)), curves=(replace(SCALED, slot=1),))
    dialog = ExportCurvesDialog(well.with_track(whole), tmp_path)
    qtbot.addWidget(dialog)

    assert dialog.export.isEnabled()
    assert "nobody accepted, and that leave as the model read them: T1 1,000 of 1,000." in dialog.notes.toPlainText()


def test_a_file_that_would_be_replaced_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "A 1.las").write_text("~V")
    dialog = ExportCurvesDialog(a_well(SCALED), tmp_path)
    qtbot.addWidget(dialog)
    before = dialog.notes.toPlainText()

    dialog.path_field.setText(str(tmp_path / "other.las"))

    assert "A 1.las is there already" in before
    assert "already" not in dialog.notes.toPlainText()


def test_step_and_gap_are_typed_in_the_unit_that_their_captions_name(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportCurvesDialog(a_well(SCALED), tmp_path)
    qtbot.addWidget(dialog)

    def captions() -> set[str]:
        return {c.text() for c in dialog.findChildren(QLabel)}

    assert {"Step, ft", "Bridge gaps up to, ft"} <= captions()
    dialog.unit.setCurrentIndex(dialog.unit.findData("m"))
    assert {"Step, m", "Bridge gaps up to, m"} <= captions()


def test_the_form_becomes_the_description_and_keeps_unknown_items(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportCurvesDialog(a_well(SCALED, name=""), tmp_path, decimal="point")
    qtbot.addWidget(dialog)
    assert not dialog.export.isEnabled()

    QTest.keyClicks(dialog.items["WELL"], "B 2")
    QTest.keyClicks(dialog.items["FLD"], "North")
    dialog.reference.setCurrentText("KB")
    dialog.step.clear()
    QTest.keyClicks(dialog.step, "0,25")
    QTest.keyClick(dialog.step, Qt.Key.Key_Tab)
    dialog.step.editingFinished.emit()

    after = dialog.description
    assert dict(after.items) == {"WELL": "B 2", "FLD": "North", "XYZ": "kept"}
    assert after.depth.reference == "KB"
    assert after.las.step == 0.25
    assert dialog.export.isEnabled()


def test_text_that_las_cannot_hold_is_listed(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportCurvesDialog(a_well(SCALED, name="Brønn 3"), tmp_path)
    qtbot.addWidget(dialog)

    assert "'Brønn 3' is written as 'Broenn 3'" in dialog.notes.toPlainText()


def test_dialogs_fit_on_a_low_screen_with_their_buttons_in_view(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda screen: QSize(960, 560))
    dialogs: list[QDialog] = [ExportCurvesDialog(a_well(SCALED), tmp_path), ShortcutsDialog({})]

    for dialog in dialogs:
        qtbot.addWidget(dialog)
        dialog.show()
        buttons = dialog.findChild(QDialogButtonBox)
        assert buttons is not None
        assert dialog.height() + FRAME_PX[1] <= 560
        assert dialog.width() + FRAME_PX[0] <= 960
        assert dialog.rect().contains(buttons.geometry())
        assert buttons.height() >= buttons.minimumSizeHint().height()


def test_labels_wait_for_accepted_rows(qtbot: QtBot, tmp_path: Path) -> None:
    well = a_well(SCALED)
    accepted = well.with_track(replace(well.track(1), accepted=(RowSpan(0, 10),)))
    none = ExportLabelsDialog(well, tmp_path, {})
    some = ExportLabelsDialog(accepted, tmp_path, {1: (RowSpan(0, 9),)})
    changed = ExportLabelsDialog(accepted, tmp_path, {1: (RowSpan(0, 10),)})
    for dialog in (none, some, changed):
        qtbot.addWidget(dialog)

    assert not none.export.isEnabled()
    assert some.export.isEnabled()
    assert not changed.export.isEnabled()


def test_a_release_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a-labels").mkdir()

    assert free_folder(tmp_path, "a-labels") == tmp_path / "a-labels-2"


def test_failure_shows_sentence_and_remedy(qtbot: QtBot) -> None:
    dialog = FailureDialog("a.tif stops at row 9.", "Copy it again.")
    qtbot.addWidget(dialog)

    assert (dialog.message, dialog.remedy) == ("a.tif stops at row 9.", "Copy it again.")


def test_a_key_that_is_taken_is_not_given(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog({})
    qtbot.addWidget(dialog)
    item = dialog.tree.findItems("Redo", Qt.MatchFlag.MatchRecursive | Qt.MatchFlag.MatchExactly)[0]
    dialog.tree.setCurrentItem(item)

    dialog.key.setKeySequence("Ctrl+Z")
    dialog.give.click()
    refused = dict(dialog.overrides)
    dialog.key.setKeySequence("Ctrl+Y")
    dialog.give.click()

    assert refused == {}
    assert dialog.overrides == {"redo": "Ctrl+Y"}


def test_cancel_takes_a_preference_back(qtbot: QtBot) -> None:
    dialog = PreferencesDialog(Settings(theme="light"))
    qtbot.addWidget(dialog)
    heard: list[Settings] = []
    dialog.changed.connect(heard.append)

    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    dialog._on_buttons_rejected()

    assert [s.theme for s in heard] == ["dark", "light"]


def test_the_theme_switches_and_back(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme(qapp, "light")
    heard: list[object] = []
    theme.changed.connect(heard.append)

    theme.choose("dark")
    theme.choose("light")

    assert heard == [DARK, LIGHT]
