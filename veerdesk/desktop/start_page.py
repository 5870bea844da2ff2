"""What the window shows while no well is open: open, drop, the sample, and the wells of before.

Separate because it is the first minute of every new person, and it must load nothing heavy.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from veerdesk.desktop.icons import icon, pixmap
from veerdesk.desktop.parts import ActionButton, label, restyle
from veerdesk.desktop.second_click import SecondClick
from veerdesk.desktop.settings import RecentWell
from veerdesk.desktop.theme import GRID_PX, Tokens

_WIDTH_PX = 760


class StartPage(QWidget):
    """Offers what can be opened. ``recent_chosen`` carries the path of a well of before."""

    recent_chosen = Signal(str)

    def __init__(
        self, open_action: QAction, sample_action: QAction, tokens: Tokens, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tokens = tokens
        self._pictures: list[tuple[QLabel, str]] = []
        self.recent = QListWidget()
        self.recent.setAccessibleName(self.tr("Recent wells"))
        self.recent.setIconSize(QSize(24, 24))
        self._recent_head = label(self.tr("Recent wells"), "heading")
        self._no_recent = label(self.tr("Wells you open appear here, and reopen as you left them."), "quiet")
        self._drop = self._open_card(open_action)
        self._sample = self._sample_card(sample_action)
        self._lay_out()
        self.recent.itemActivated.connect(self._on_recent_item)
        self.recent.itemClicked.connect(self._on_recent_item)
        self._second_click = SecondClick(self.recent)

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(2 * GRID_PX)
        title = label(self.tr("Veerdesk"), "title")
        column.addWidget(title)
        column.addWidget(
            label(
                self.tr(
                    "From a scanned paper log to a LAS file. Everything stays on this machine: no account, no network."
                ),
                "quiet",
                wraps=True,
            )
        )
        cards = QHBoxLayout()
        cards.setSpacing(2 * GRID_PX)
        cards.addWidget(self._drop, 1)
        cards.addWidget(self._sample, 1)
        column.addLayout(cards)
        column.addSpacing(GRID_PX)
        column.addWidget(self._recent_head)
        column.addWidget(self._no_recent)
        column.addWidget(self.recent, 1000)
        column.addStretch(1)
        holder = QWidget()
        holder.setMaximumWidth(_WIDTH_PX)
        holder.setLayout(column)
        row = QHBoxLayout(self)
        row.setContentsMargins(4 * GRID_PX, 6 * GRID_PX, 4 * GRID_PX, 4 * GRID_PX)
        row.addStretch(1)
        row.addWidget(holder, 100)
        row.addStretch(1)

    def _open_card(self, action: QAction) -> QFrame:
        return self._card(
            "drop",
            "scan",
            self.tr("Start with a scan"),
            self.tr(
                "Drop a scan here, or anywhere in this window: TIFF, PNG, JPEG or PDF, a job file or a .veer well."
            ),
            ActionButton(action, role="primary", text=self.tr("Open a scan or a well…")),
        )

    def _sample_card(self, action: QAction) -> QFrame:
        return self._card(
            "card",
            "sample",
            self.tr("Look around first"),
            self.tr(
                "The sample well is rendered, not real: three tracks, two curves each, with crossings to put right."
            ),
            ActionButton(action, text=self.tr("Open the sample well")),
        )

    def _card(self, name: str, picture: str, head: str, words: str, button: ActionButton) -> QFrame:
        card = QFrame()
        card.setObjectName(name)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        image = QLabel()
        image.setAccessibleName(head)
        self._pictures.append((image, picture))
        column = QVBoxLayout(card)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.addWidget(image)
        column.addWidget(label(head, "heading"))
        column.addWidget(label(words, "quiet", wraps=True))
        column.addStretch(1)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def event(self, event: QEvent) -> bool:
        """Draw the pictures again where the window comes to a screen of another density."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.recolour(self._tokens)
        return super().event(event)

    @Slot(object)
    def recolour(self, tokens: Tokens) -> None:
        """Draw the pictures in the colours of another theme."""
        self._tokens = tokens
        dpr = self.devicePixelRatioF()
        for image, name in self._pictures:
            picture = QPixmap(pixmap(name, tokens.text, round(32 * dpr)))
            picture.setDevicePixelRatio(dpr)
            image.setPixmap(picture)
        for row in range(self.recent.count()):
            self.recent.item(row).setIcon(icon("recent", tokens))

    def show_recent(self, recent: tuple[RecentWell, ...], *, now: float | None = None) -> None:
        """List the wells of before, newest first; those whose file is gone say so."""
        self.recent.clear()
        for well in recent:
            path = Path(well.path)
            when = when_words(time.time() if now is None else now, well.opened)
            where = str(path.parent) if path.exists() else self.tr("not found at {0}").format(path.parent)
            item = QListWidgetItem(f"{well.name or path.stem}    {when}\n{path.name} · {where}")
            item.setIcon(icon("recent", self._tokens))
            item.setData(Qt.ItemDataRole.UserRole, well.path)
            item.setToolTip(well.path)
            self.recent.addItem(item)
        self.recent.setVisible(bool(recent))
        self._no_recent.setVisible(not recent)

    def show_drop(self, *, is_over: bool) -> None:
        """Show that something is being dragged over the window."""
        self._drop.setProperty("state", "over" if is_over else "")
        restyle(self._drop)

    @Slot(QListWidgetItem)
    def _on_recent_item(self, item: QListWidgetItem) -> None:
        self._second_click.swallow()
        self.recent_chosen.emit(item.data(Qt.ItemDataRole.UserRole))


def when_words(now: float, then: float) -> str:
    """Return how long ago something was, in words."""
    seconds = max(0.0, now - then)
    if seconds < 90:
        return QCoreApplication.translate("Start", "just now")
    if seconds < 5400:
        return QCoreApplication.translate("Start", "{0} minutes ago").format(round(seconds / 60))
    if seconds < 36 * 3600:
        return QCoreApplication.translate("Start", "{0} hours ago").format(round(seconds / 3600))
    return QCoreApplication.translate("Start", "{0} days ago").format(round(seconds / 86400))
