"""What the Export menu does: collect in a dialog, keep what the form said, then write on a thread.

Separate because each group of actions has one small owner; the writing itself is the session's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog

from veerdesk.desktop.dialogs.export_labels import ExportLabelsDialog
from veerdesk.desktop.dialogs.export_las import ExportCurvesDialog
from veerdesk.desktop.export_jobs import curves_job, labels_job
from veerdesk.session.export import Exported, changed_sentence
from veerdesk.session.open_scans import relative
from veerdesk.session.session import Session
from veerdesk.session.view_state import ViewState

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow

#: Where a well keeps the files in which its curves left, beside how it was looked at.
_EXPORTED = "exported"


def told_together(lines: Sequence[str]) -> list[str]:
    """Return sentences with those that several tracks share said once.

    >>> told_together(["Track T1: no ink.", "Track T2: no ink.", "GR was cut."])
    ['Tracks T1, T2: no ink.', 'GR was cut.']
    """
    tracks: dict[str, list[str]] = {}
    for line in lines:
        head, colon, rest = line.partition(": ")
        is_of_track = bool(colon) and head.startswith("Track ")
        tracks.setdefault(rest if is_of_track else line, []).extend(
            [head.removeprefix("Track ")] if is_of_track else []
        )
    out = []
    for rest, names in tracks.items():
        heads = {0: "", 1: f"Track {names[0]}: " if names else ""}
        out.append(heads.get(len(names), f"Tracks {', '.join(names)}: ") + rest)
    return out


def exported_before(session: Session, kind: Literal["las", "csv"]) -> Path | None:
    """Return the file in which the curves of a well left last; None where they never did, or its folder is gone."""
    known = session.view.extra.get(_EXPORTED)
    file = known.get(kind) if isinstance(known, dict) else None
    path = session.path.parent / file if isinstance(file, str) and file else None
    return path if path is not None and path.parent.is_dir() else None


def with_exported(session: Session, kind: Literal["las", "csv"], path: Path) -> ViewState:
    """Return how a well is looked at, with the file in which its curves have left now, as seen from the well."""
    view, known = session.view, session.view.extra.get(_EXPORTED)
    files = {**(known if isinstance(known, dict) else {}), kind: relative(path, session.path.parent)}
    return replace(view, extra={**view.extra, _EXPORTED: files})


class ExportActions(QObject):
    """Does the actions of the group Export."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._release = Path()

    @Slot()
    def export_las(self) -> None:
        """Ask and write a LAS file."""
        self._curves("las")

    @Slot()
    def export_csv(self) -> None:
        """Ask and write a CSV file."""
        self._curves("csv")

    @Slot()
    def export_labels(self) -> None:
        """Ask and write a label release."""
        bridge = self._window.bridge
        if bridge is None:
            return
        session = bridge.session
        changed = {t.id: session.changed_since_accepted(t.id) for t in session.description.tracks}
        dialog = ExportLabelsDialog(session.description, session.path.parent, changed, self._window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._release = dialog.path
            self._window.run_job(labels_job(session, dialog.path), self._on_labels_written)

    def _curves(self, kind: Literal["las", "csv"]) -> None:
        bridge = self._window.bridge
        if bridge is None:
            return
        dialog = ExportCurvesDialog(
            bridge.session.description,
            bridge.session.path.parent,
            kind=kind,
            before=exported_before(bridge.session, kind),
            decimal=self._window.settings.decimal,
            parent=self._window,
        )
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.write_curves(dialog, kind, dialog.path)

    def write_curves(self, dialog: ExportCurvesDialog, kind: Literal["las", "csv"], path: Path) -> None:
        """Keep what the form said and write the file."""
        bridge = self._window.bridge
        if bridge is None:
            return
        if dialog.description != bridge.session.description and not bridge.session.is_read_only:
            bridge.describe(dialog.description, self.tr("fill in the well form"))
        path = path if path.suffix else path.with_suffix(f".{kind}")
        job = curves_job(bridge.session, kind, dialog.description, path, bridge.model_name)
        self._window.run_job(job, partial(self._on_curves_written, kind))

    def _on_curves_written(self, kind: Literal["las", "csv"], exported: Exported) -> None:
        if self._window.bridge is not None:
            self._window.bridge.keep_view(with_exported(self._window.bridge.session, kind, exported.path))
        self._window.say(self.tr("Written: {0}").format(exported.path))
        lines = [*exported.refused, *exported.rewritten, *exported.notes]
        if lines:
            head = self.tr("{0} is written. What to know of it:").format(exported.path.name)
            self._window.tell(head, "\n".join(told_together(lines)))

    @Slot(object)
    def _on_labels_written(self, record: dict[str, Any]) -> None:
        count = len(record.get("samples", ()))
        said = self.tr("Written: {0}, with {1} pieces of label").format(self._release, count)
        self._window.say(said)
        if changed := changed_sentence(record):
            self._window.tell(said + ".", changed)
