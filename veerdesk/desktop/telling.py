"""Who hears of a change, and when: the canvas draws it at once, the rest of the window follows once it is shown.

Separate because a hand that paints waits for its paint and for nothing else, and because the order of what is told is
a matter of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from veerdesk.desktop.gesture_outcome import Painted, Watched, outcome, watched
from veerdesk.errors import VeerdeskError
from veerdesk.labels.edits import PaintEdit, Rule
from veerdesk.session.change import PAINTED, Change, ChangeKind, together
from veerdesk.session.session import Session

_NOT_PAINT = ~PAINTED
_SETTLE_AFTER_MS = 12  # the curve follows a frame later; with 0 it was traced before the paint was shown


def _unseen(_change: Change) -> None:
    """Draw nothing: there is no canvas."""


class Telling(QObject):
    """Announces what the operations of one session change.

    Signals
    -------
    changed(Change), a stroke's once its paint has been drawn (`drawn_by`); failed(message, remedy). What a gesture did is
    said behind the frame that shows it: painted(Outcome) of one that painted, done(words) of any other.
    """

    changed = Signal(object)
    failed = Signal(str, str)
    painted = Signal(object)
    done = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._is_closed = False
        self._draw: Callable[[Change], object] = _unseen
        #: Strokes that are drawn and that the rest of the window has not heard of, and what it can undo as it knows.
        self._untold: list[Change] = []
        self._can_undo = session.can_undo, session.can_redo
        #: What the last gesture did and nobody has been told: how it painted, or the words for it.
        self._gesture: Painted | str | None = None
        self._settling = self._behind_the_frame(self._on_settling_timeout)
        self._saying = self._behind_the_frame(self._on_saying_timeout)

    def _behind_the_frame(self, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(_SETTLE_AFTER_MS)
        timer.timeout.connect(slot)
        return timer

    def drawn_by(self, draw: Callable[[Change], object] | None) -> None:
        """Tell this of every change at once, before anybody else: it draws the pixels. One canvas, or None."""
        self._draw = draw or _unseen

    def note_done(self, words: str) -> None:
        """Say what a gesture did, once it is shown; another gesture, or other words, in between are said instead."""
        self._gesture = words
        self._saying.start()

    def leave_unsaid(self) -> None:
        """Say nothing of the last gesture: something newer has been said."""
        self._gesture = None

    def apply(self, edit: PaintEdit, cls: int, rule: Rule, tool: str) -> Change | None:
        """Apply one gesture's edit, made with a tool; None where it was refused (``failed`` says why)."""
        session = self.session
        session.is_tracing_later = True
        try:
            change = session.apply(edit)
        except VeerdeskError as refused:
            self.failed.emit(refused.message, refused.remedy)
            return None
        finally:
            session.is_tracing_later = False
        self._show_stroke(change, (True, False))
        self._gesture = Painted(edit, cls, rule, tool)
        return change

    def undo(self) -> Change | None:
        """Take the last edit back; None where there is none."""
        return self._shown_first(self.session.undo)

    def redo(self) -> Change | None:
        """Make the edit again that was taken back last; None where there is none."""
        return self._shown_first(self.session.redo)

    def _announced(self, operation: Callable[[], Change | None]) -> Change | None:
        try:
            change = operation()
        except VeerdeskError as refused:
            self.failed.emit(refused.message, refused.remedy)
            return None
        if change is None or not change.kinds.value:
            return None
        self._tell(change)
        return change

    def _shown_first(self, operation: Callable[[], Change | None]) -> Change | None:
        """Announce an edit before its rows are traced: the hand sees its paint at once, the curve follows it."""
        session, self._gesture = self.session, None
        session.is_tracing_later = True
        try:
            change = operation()
        except VeerdeskError as refused:
            self.failed.emit(refused.message, refused.remedy)
            return None
        finally:
            session.is_tracing_later = False
        if change is not None and change.kinds.touches(_NOT_PAINT):
            self._tell(change)
            self._settling.start()
        elif change is not None:
            self._show_stroke(change, (session.can_undo, session.can_redo))
        return change

    def _show_stroke(self, change: Change, can_undo: tuple[bool, bool]) -> None:
        """Draw a stroke at once; the rest of the window hears of it with its curve, unless undo or redo begins or ends."""
        self._draw(change)
        self._untold.append(change)
        self._settling.start()
        if can_undo != self._can_undo:
            self._tell_untold()

    def _tell(self, change: Change) -> None:
        """Draw a change and tell everybody, after what was not told yet."""
        if not change.kinds.value or self._is_closed:
            return
        self._tell_untold()
        self._can_undo = self.session.can_undo, self.session.can_redo
        self._emit(change)
        self._follow(change.kinds)

    def _tell_untold(self) -> None:
        untold, self._untold = self._untold, []
        if (change := together(untold)) is None:
            return
        self._can_undo = self.session.can_undo, self.session.can_redo
        self.changed.emit(change)
        self._follow(change.kinds)

    def _emit(self, change: Change) -> None:
        self._draw(change)
        self.changed.emit(change)

    def _follow(self, kinds: ChangeKind) -> None:
        """Begin what follows from kinds of change."""

    @Slot()
    def _on_settling_timeout(self) -> None:
        if self._is_closed:
            return
        self._tell_untold()
        before = self._watched()
        if (change := self.session.settle()) is not None:
            self._tell(change)
        if before is not None:
            self.painted.emit(outcome(self.session, before))

    def _watched(self) -> Watched | None:
        """Return what the last gesture painted, where that was not said yet and its track is still there."""
        gesture = self._gesture
        if not isinstance(gesture, Painted):
            return None
        self._gesture = None
        is_there = self.session.description.has_track(gesture.edit.track_id)
        return watched(self.session, gesture) if is_there else None

    @Slot()
    def _on_saying_timeout(self) -> None:
        if isinstance(self._gesture, str) and not self._is_closed:
            words, self._gesture = self._gesture, None
            self.done.emit(words)
