"""One file to hand on: the scans of an open well put into it.

Separate because it moves whole files, which nothing else in a session does, and runs beside the hand.
"""

from __future__ import annotations

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.progress import Cancel, Progress
from veerdesk.session.jobs import Job
from veerdesk.session.session import Session
from veerdesk.well.packed import PackedScan, pack_scan


def pack_job(session: Session) -> Job[tuple[PackedScan, ...]]:
    """Return the job that puts every scan of a well into it, one file once; it brings back what the well holds then.

    Raises
    ------
    UnusableInputError
        The well cannot be written, or a scan is still being read.
    """
    if session.is_read_only:
        raise UnusableInputError(
            f"{session.path} is open for reading only.", "Close the other window and open the well again, then pack."
        )
    if session.trouble is not None:
        raise session.trouble
    waiting = [s.path.name for s in session.scans.values() if not s.is_complete]
    if waiting:
        raise UnusableInputError(f"{waiting[0]} is still being read.", "Pack when the whole scan is there.")
    well, files = session.path, {scan.digest: scan.path for scan in session.scans.values()}

    def run(cancel: Cancel, progress: Progress) -> tuple[PackedScan, ...]:
        done: list[PackedScan] = []
        for digest, path in files.items():

            def tell(share: float, before: int = len(done)) -> None:
                progress((before + share) / len(files))

            done.append(pack_scan(well, path, digest, cancel, tell))
        progress(1.0)
        return tuple(done)

    return Job(f"Pack into {well.name}", run)
