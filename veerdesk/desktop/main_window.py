"""The window of one well: bars, page, actions, and the connections between them. Nothing is decided here.

Separate from the page so that it can appear at once, before anything heavy is imported.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from veerdesk.desktop.action_spec import Needs
from veerdesk.desktop.actions import GROUPS, ActionTable, words
from veerdesk.desktop.dialogs.failure import FailureDialog
from veerdesk.desktop.guidance import Step
from veerdesk.desktop.parts import FRAME_PX
from veerdesk.desktop.settings import Settings, keep_settings, load_settings
from veerdesk.desktop.slots.lazy import LazyActions
from veerdesk.desktop.start_page import StartPage
from veerdesk.desktop.theme import Theme
from veerdesk.desktop.top_bar import TopBar
from veerdesk.errors import VeerdeskError
from veerdesk.wiring import lazy_predictor

if TYPE_CHECKING:
    from veerdesk.desktop.bridge import SessionBridge
    from veerdesk.desktop.follower import WellFollower
    from veerdesk.desktop.well_page import WellPage
    from veerdesk.desktop.well_view import WellView
    from veerdesk.segmentation.predictor import Predictor
    from veerdesk.session.jobs import Job
    from veerdesk.session.session import Session

_SAVED_EVERY_MS = 1000
#: The smallest fits, with its frame and a bar of the desktop, on a screen of 1440 x 900 px at 150 %.
_SMALLEST, _USUAL = (954, 500), (1280, 800)


class MainWindow(QMainWindow):
    """Owns one well at most: its bridge, its page and what keeps the page in line."""

    def __init__(self, theme: Theme, settings: Settings | None = None, *, another: Callable[[], object]) -> None:
        super().__init__()
        self.theme = theme
        self.settings = self._known_settings = settings or load_settings()
        self.another = another
        #: Gives, for a device, what loads the model when it is first called; measurements put their own here.
        self.make_predictor: Callable[[str], Callable[[], Predictor]] = lambda device: lazy_predictor(None, device)
        self._page: WellPage | None = None
        self._view: WellView | None = None
        self._known_state: tuple[Needs, str, str] | None = None
        self.actions_table = ActionTable(self, LazyActions.owners(self), theme.tokens, self.settings.shortcuts)
        theme.changed.connect(self.actions_table.recolour)
        self._lay_out()
        self._make_menus()
        self._saved = QTimer(self)
        self._saved.setInterval(_SAVED_EVERY_MS)
        self._saved.timeout.connect(self._show_title)
        self.setAcceptDrops(True)
        self._restore_geometry()
        self.show_start()

    @property
    def bridge(self) -> SessionBridge | None:
        """The bridge of the open well, or None."""
        return self._page.bridge if self._page is not None else None

    @property
    def page(self) -> WellPage | None:
        """The page of the open well, or None."""
        return self._page

    @property
    def follower(self) -> WellFollower | None:
        """What keeps the page of the open well in line, or None."""
        return self._page.follower if self._page is not None else None

    @property
    def view(self) -> WellView:
        """The page of a well, made when the first one is opened."""
        if self._view is None:
            from veerdesk.desktop.well_view import WellView

            self._view = WellView(self.actions_table, self.theme, decimal=self.settings.decimal)
            self._pages.addWidget(self._view)
        return self._view

    def _lay_out(self) -> None:
        self.top = TopBar(self.actions_table)
        self.start = StartPage(self.actions_table["open"], self.actions_table["sample"], self.theme.tokens)
        self.start.recolour(self.theme.tokens)
        self.theme.changed.connect(self.start.recolour)
        self.start.recent_chosen.connect(self._on_start_recent_chosen)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(page)

    def _make_menus(self) -> None:
        menus = {
            name: self.menuBar().addMenu(words(title)) for name, title in GROUPS.items() if name != "On the canvas"
        }
        for spec in self.actions_table:
            if spec.group in menus:
                menus[spec.group].addAction(self.actions_table[spec.name])

    # What is open -----------------------------------------------------------------------------------------

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what was given, in this window where it is empty, else beside it. Trouble leaves what is open alone."""
        from veerdesk.desktop.dialogs.scan_questions import AskPerson
        from veerdesk.desktop.well_opener import open_session

        if self.bridge is not None and [p.absolute() for p in paths] == [self.bridge.session.path.absolute()]:
            self._show_page()
            return
        self._place(self.guarded(open_session, [p.absolute() for p in paths], AskPerson(self)))

    def open_sample(self) -> None:
        """Open the person's copy of the sample well."""
        from veerdesk.desktop.dialogs.scan_questions import AskPerson
        from veerdesk.desktop.well_opener import is_sample, open_sample

        if self.bridge is not None and is_sample(self.bridge.session.path):
            self._show_page()
            return
        self._place(self.guarded(open_sample, AskPerson(self)))

    def _place(self, session: Session | Literal[True] | None) -> None:
        """Show a session here, or in a window of its own where a well is open here: one window a well.

        What is guarded gives None after trouble, and True where the person gave up on a scan.
        """
        if session is None or session is True:
            return
        other = self.another() if self.bridge is not None else None
        (other if isinstance(other, MainWindow) else self).show_session(session)

    def show_session(self, session: Session) -> None:
        """Show an open well; the one shown before is closed first, everything of it being on disk."""
        from veerdesk.desktop.bridge import SessionBridge

        self.close_well()
        bridge = SessionBridge(session, self.make_predictor(self.settings.device))
        bridge.read_scans()

        # The page is loaded and laid out while the first rows are decoded.
        from veerdesk.desktop.well_page import WellPage

        self._page = WellPage(self, bridge)
        self._show_page()
        self._keep_recent(session)
        self._saved.start()
        self.refresh_state()
        self._page.open()

    def _keep_recent(self, session: Session) -> None:
        self.keep_settings(recent=self.settings.with_recent(session.path, session.description.name).recent)

    def _show_page(self) -> None:
        self.top.show_well(True)
        self._pages.setCurrentWidget(self.view)

    def close_well(self) -> bool:
        """Close the well; everything is on disk already, or the person is asked. False where it stays open."""
        if self.bridge is not None:
            from veerdesk.desktop.dialogs.unsaved import may_close

            if not may_close(self.bridge, self):
                return False
        page, self._page = self._page, None
        if page is not None:
            self._keep_recent(page.bridge.session)  # when it was left is what tells a person which one it is
            page.close()
            page.deleteLater()
        self._saved.stop()
        if self._view is not None:  # nothing of this well is said beside the next one
            self._view.readouts.clear_place()
            self.say("")
            self.top.show_outcome("", "")
        self.show_start()
        self.refresh_state()
        return True

    def show_start(self) -> None:
        """Show the start page; a well that is open stays open, one click away among the recent ones."""
        self.start.show_recent(self.settings.recent)
        self._pages.setCurrentWidget(self.start)
        self.top.show_well(False)
        self._show_title()

    def show_step(self, step: Step) -> None:
        """Show one of the five steps; keys go to the scan, not to whatever field of the step stands first."""
        if self._page is not None:
            self._page.show_step(step)
            self.view.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is said -----------------------------------------------------------------------------------------

    def guarded(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Return what a call returns (True for nothing), or None after showing the trouble it met."""
        try:
            result = call(*arguments)
        except VeerdeskError as trouble:
            self.fail(trouble.message, trouble.remedy)
            return None
        return True if result is None else result

    @Slot(str, str)
    def fail(self, message: str, remedy: str) -> None:
        """Show trouble: a sentence and a remedy."""
        dialog = FailureDialog(message, remedy, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def tell(self, head: str, text: str) -> None:
        """Show something worth knowing that is no trouble."""
        dialog = FailureDialog(head, text, parent=self)
        dialog.setWindowTitle(self.tr("Good to know"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def say(self, text: str) -> None:
        """Show the last thing done, quietly."""
        if self.bridge is not None:
            self.bridge.leave_unsaid()
        if self._view is not None:
            self._view.readouts.show_done(text)

    def run_job(self, job: Job[Any], done: Callable[[Any], None]) -> None:
        """Run work of the window on a thread and hand its value over; trouble is shown."""
        if self.bridge is not None:
            self.bridge.run(job, done)

    @Slot()
    def refresh_state(self) -> None:
        """Enable what can be used, say what undo would take back, and when the well was saved."""
        self.refresh_actions()
        self._show_title()

    def refresh_actions(self) -> None:
        """Enable what can be used, and say what undo would take back; asked after every stroke."""
        bridge = self.bridge
        if bridge is None:
            state, undo, redo = Needs.NOTHING, "", ""
        else:
            session = bridge.session
            undo, redo = session.undo_label, session.redo_label
            allowed = (
                not session.is_read_only,
                session.can_undo,
                session.can_redo,
                bool(session.description.tracks),
                bridge.is_predicting,
            )
            state = _needs_of(allowed)
        if (state, undo, redo) != self._known_state:
            self._known_state = (state, undo, redo)
            self.actions_table["undo"].setText(self.tr("Undo {0}").format(undo).strip())
            self.actions_table["redo"].setText(self.tr("Redo {0}").format(redo).strip())
            self.actions_table.enable(state)

    @Slot()
    def _show_title(self) -> None:
        if self.bridge is None:
            self.setWindowTitle("Veerdesk")
            return
        from veerdesk.desktop.window_title import saved_words, title_of

        session = self.bridge.session
        self.setWindowTitle(title_of(session))
        self.view.readouts.show_saved(saved_words(session, time.time()), str(session.trouble or ""))

    # Settings ---------------------------------------------------------------------------------------------

    def keep_settings(self, **changes: Any) -> None:
        """Change settings and write them."""
        self.take_settings(replace(self.settings, **changes))

    @Slot(object)
    def take_settings(self, settings: Settings) -> None:
        """Take settings over on top of what another window has kept since, write them, and show their theme."""
        self.settings, is_kept = keep_settings(settings, self._known_settings)
        if is_kept:
            self._known_settings = self.settings
        settings = self.settings
        if (settings.theme, settings.palette) != (self.theme.choice, self.theme.palette):
            self.theme.choose(settings.theme, settings.palette)

    @property
    def last_folder(self) -> str:
        """The folder of the well that was open last."""
        return str(Path(self.settings.recent[0].path).parent) if self.settings.recent else ""

    def _restore_geometry(self) -> None:
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_USUAL)
        screen = self.screen().availableGeometry()
        if self.settings.window is not None:
            place = QRect(*self.settings.window)
            if screen.intersects(place):
                self.setGeometry(place)
        if self.settings.is_maximised or overhangs(self.size(), screen.size()):
            self.setWindowState(Qt.WindowState.WindowMaximized)

    @Slot(str)
    def _on_start_recent_chosen(self, path: str) -> None:
        if self.bridge is not None and self.bridge.session.path == Path(path):
            self._show_page()
            return
        self.open_paths([Path(path)])

    # Qt calls -----------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.start.show_drop(is_over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show that nothing is over the window any more."""
        self.start.show_drop(is_over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the files that were dropped."""
        self.start.show_drop(is_over=False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_paths(paths)

    def changeEvent(self, event: QEvent) -> None:
        """Show how long ago the well was saved as soon as the window is looked at again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self._saved.isActive():
            self._show_title()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the window's place and close the well; where something could not be saved, the person is asked."""
        box = self.normalGeometry()
        self.keep_settings(window=(box.x(), box.y(), box.width(), box.height()), is_maximised=bool(self.isMaximized()))
        event.setAccepted(self.close_well())


def overhangs(window: QSize, screen: QSize) -> bool:
    """Return True where a window with its frame is larger than the screen, and the screen large enough for one."""
    is_fit = screen.width() >= _SMALLEST[0] and screen.height() >= _SMALLEST[1]
    wide, tall = window.width() + FRAME_PX[0], window.height() + FRAME_PX[1]
    return is_fit and (wide > screen.width() or tall > screen.height())


@cache
def _needs_of(allowed: tuple[bool, ...]) -> Needs:
    """Return what a window with a well can do, of: written, undone, redone, a track, work that runs."""
    needs = Needs.WELL
    for is_so, need in zip(allowed, (Needs.WRITABLE, Needs.UNDO, Needs.REDO, Needs.TRACK, Needs.RUNNING), strict=True):
        needs |= need if is_so else Needs.NOTHING
    return needs
