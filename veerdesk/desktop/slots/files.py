"""What the Well menu does: open, sample, start page, copies, closing.

Separate because each group of actions has one small owner, and the main window only connects them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QFileDialog

from veerdesk.desktop.well_opener import JOB_SUFFIX, SCAN_SUFFIXES
from veerdesk.session.opening import SUFFIX, may_write
from veerdesk.session.packing import pack_job
from veerdesk.well.packed import PackedScan

if TYPE_CHECKING:
    from veerdesk.desktop.main_window import MainWindow


class FileActions(QObject):
    """Does the actions of the groups Well."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def open(self) -> None:
        """Ask for files and open them."""
        kinds = " ".join(f"*{s}" for s in (*SCAN_SUFFIXES, JOB_SUFFIX, SUFFIX))
        paths, _ = QFileDialog.getOpenFileNames(
            self._window,
            self.tr("Open a scan or a well"),
            self._window.last_folder,
            f"{self.tr('Scans, wells and job files')} ({kinds});;{self.tr('All files')} (*)",
        )
        if paths:
            self._window.open_paths([Path(p) for p in paths])

    @Slot()
    def open_sample(self) -> None:
        """Open the person's copy of the sample well."""
        self._window.open_sample()

    @Slot()
    def show_start(self) -> None:
        """Show the start page; a well that is open stays open."""
        self._window.show_start()

    @Slot()
    def new_window(self) -> None:
        """Open another window, on its start page."""
        self._window.another()

    @Slot()
    def write_here(self) -> None:
        """Open the well that this window reads for writing, as it is looked at; another writer keeps it as it is."""
        page = self._window.page
        if page is not None and page.bridge.session.is_read_only:
            path, seen = page.bridge.session.path, page.seen
            if not may_write(path):
                self._window.say(self.tr("Another window is still writing to this well."))
                return
            self._window.close_well()
            self._window.open_paths([path])
            if self._window.page is not None:
                self._window.page.show_as(seen)

    @Slot()
    def save_as(self) -> None:
        """Write a copy of the well under another name."""
        bridge = self._window.bridge
        if bridge is not None:
            name = f"{bridge.session.path.stem} copy{SUFFIX}"
            path = self._asked(self.tr("Save a copy of the well"), name, f"{self.tr('Wells')} (*{SUFFIX})")
            if path is not None and self._window.guarded(bridge.save_as, path):
                self._window.say(self.tr("Copied to {0}").format(path.name))

    @Slot()
    def save_job(self) -> None:
        """Write the description as a job file."""
        bridge = self._window.bridge
        if bridge is not None:
            name = f"{bridge.session.path.stem}{JOB_SUFFIX}"
            path = self._asked(self.tr("Save the job file"), name, f"{self.tr('Job files')} (*{JOB_SUFFIX})")
            if path is not None and self._window.guarded(bridge.export_job, path):
                self._window.say(self.tr("Job file written to {0}").format(path.name))

    @Slot()
    def pack(self) -> None:
        """Put the scans into the well, so that it can be handed on alone."""
        bridge = self._window.bridge
        job = self._window.guarded(pack_job, bridge.session) if bridge is not None else None
        if job is not None:
            self._window.say(self.tr("Packing the scan into the well…"))
            self._window.run_job(job, self._on_packed)

    @Slot(object)
    def _on_packed(self, scans: tuple[PackedScan, ...]) -> None:
        bridge = self._window.bridge
        if bridge is None:
            return
        size = f"{sum(s.bytes for s in scans) / 1e6:,.1f}"
        self._window.say(self.tr("Packed: {0} MB of scan are in the well").format(size))
        self._window.tell(
            self.tr("{0} holds its scan now: {1} MB.").format(bridge.session.path.name, size),
            self.tr("Close the well, then hand this one file on: it opens without the scan beside it."),
        )

    def _asked(self, title: str, name: str, kinds: str) -> Path | None:
        """Ask where to write, beside the well unless said; a name typed without a suffix gets that of ``name``."""
        assert self._window.bridge is not None
        start = self._window.bridge.session.path.with_name(name)
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, str(start), kinds)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(start.suffix)

    @Slot()
    def close_well(self) -> None:
        """Close the well and go to the start page."""
        self._window.close_well()

    @Slot()
    def quit(self) -> None:
        """Close every window."""
        QApplication.closeAllWindows()
