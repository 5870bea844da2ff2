"""The export of training labels: how many rows are accepted, and the folder of the release.

Separate because a release is never edited in place: the folder must be new, and the dialog says so before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from veerdesk.calibration.description import WellDescription
from veerdesk.desktop.parts import label
from veerdesk.desktop.theme import GRID_PX
from veerdesk.rows import RowSpan, joined
from veerdesk.session.file_names import file_stem


class ExportLabelsDialog(QDialog):
    """Collects the folder of a label release; ``changed`` are accepted rows of each track, by its id, that do not leave."""

    def __init__(
        self,
        description: WellDescription,
        folder: Path,
        changed: Mapping[int, Sequence[RowSpan]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export training labels"))
        self.setMinimumWidth(560)
        self._rows = leaving_rows(description, changed)
        lost = sum(s.rows for spans in changed.values() for s in spans)
        self.path_field = QLineEdit(str(free_folder(folder, f"{description.name or 'well'}-labels")))
        self.path_field.setAccessibleName(self.tr("Folder of the release"))
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID_PX, 3 * GRID_PX, 3 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        total = sum(rows for _, rows in self._rows)
        head = (
            self.tr("{0} accepted rows become labels").format(f"{total:,}")
            if total
            else self.tr("Every accepted row has changed since. Look at them in Review (J), accept, then export.")
            if lost
            else self.tr("No row is accepted yet. Accept rows in Review (Shift+Space), then export.")
        )
        column.addWidget(label(head, "heading", wraps=True))
        for name, rows in self._rows:
            column.addWidget(label(self.tr("{0}: {1} rows").format(name, f"{rows:,}"), "quiet"))
        if lost:
            said = self.tr("{0} accepted rows have changed since (J in Review) and are left out.").format(f"{lost:,}")
            column.addWidget(label(said, wraps=True))
        column.addWidget(
            label(
                self.tr(
                    "Rows that nobody accepted are left out as not reviewed. A release is never changed later: give it a new folder."
                ),
                "quiet",
                wraps=True,
            )
        )
        row = QHBoxLayout()
        self._choose = QPushButton(self.tr("Choose…"))
        self._choose.setAutoDefault(False)
        row.addWidget(self.path_field, 1)
        row.addWidget(self._choose)
        column.addLayout(row)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export = buttons.addButton(self.tr("Export labels"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.export.setProperty("role", "primary")
        self.export.setEnabled(total > 0)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self._choose.clicked.connect(self._on_choose_clicked)

    @property
    def path(self) -> Path:
        """The folder of the release."""
        return Path(self.path_field.text().strip())

    @Slot()
    def _on_choose_clicked(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.windowTitle(), str(self.path.parent))
        if chosen:
            self.path_field.setText(str(free_folder(Path(chosen), self.path.name)))


def leaving_rows(description: WellDescription, changed: Mapping[int, Sequence[RowSpan]]) -> list[tuple[str, int]]:
    """Return name and number of accepted rows of each track, less those that ``changed`` since, by track id."""
    return [
        (t.name, sum(s.rows for s in joined(t.accepted)) - sum(s.rows for s in changed.get(t.id, ())))
        for t in description.tracks
    ]


def free_folder(parent: Path, name: str) -> Path:
    """Return a folder that is not there yet: the name, or the name with the next free number."""
    clean = file_stem(name)
    out, number = parent / clean, 1
    while out.exists():
        number += 1
        out = parent / f"{clean}-{number}"
    return out
