"""The window's title and the word on saving: the well, and when its last change reached the disk.

Separate because it must be true: it speaks of the writer's acknowledgement, not of a wish.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication

from veerdesk.desktop.well_opener import is_sample
from veerdesk.session.session import Session


def title_of(session: Session, *, now: float | None = None) -> str:
    """Return the title for a well that is open."""
    name = session.description.name or session.path.stem
    if is_sample(session.path):
        name = _t("{0} (rendered sample)").format(name)
    return f"Veerdesk – {name} – {saved_words(session, time.time() if now is None else now)}"


def saved_words(session: Session, now: float) -> str:
    """Return when the last change reached the disk, in words; what is not there yet is said so."""
    if session.is_read_only:
        return _t("read only")
    if session.trouble is not None:
        return (
            _t("not saved: {0} changes wait").format(session.pending)
            if session.pending != 1
            else _t("not saved: 1 change waits")
        )
    if session.pending:
        return _t("saving…")
    at = session.saved_at()
    if at is None:
        return _t("saved")
    seconds = max(0, round(now - at))
    if seconds < 60:
        return _t("saved {0} s ago").format(seconds)
    if seconds < 3600:
        return _t("saved {0} min ago").format(seconds // 60)
    return _t("saved {0} h ago").format(seconds // 3600)


def _t(text: str) -> str:
    return QCoreApplication.translate("Title", text)
