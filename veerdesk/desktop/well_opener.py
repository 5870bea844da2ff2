"""From what a person opens (a scan, several, a job file, a well, the sample) to a Session.

Separate because the command line, the start page, drag-and-drop and the recent wells all open through this one door.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from veerdesk.errors import UnusableInputError
from veerdesk.resources import resource
from veerdesk.session.open_scans import ChangedScanError, MissingScanError, ReturnedScanError
from veerdesk.session.opening import SUFFIX, create_well_from_job, documents_folder, well_beside
from veerdesk.session.session import Session
from veerdesk.well.database import DamagedWellError

if TYPE_CHECKING:
    from veerdesk.session.rescue import Rescue

JOB_SUFFIX = ".toml"
SCAN_SUFFIXES = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".pdf", ".bmp", ".webp")
#: The bundled well, under the name its copy has among the person's documents.
SAMPLE_NAME = "Veerdesk sample"


class ScanQuestions(Protocol):
    """What a person is asked when a scan is not where, or not what, its well says."""

    def find_scan(self, trouble: MissingScanError) -> Path | None:
        """Return where the scan is, or None to give up."""
        ...

    def accept_changed(self, trouble: ChangedScanError) -> Path | bool:
        """Return True to use the changed file, another path to look there, or False to give up."""
        ...

    def take_returned(self, trouble: ReturnedScanError) -> bool | None:
        """Return True to use the scan that the well was made on again, False to stay with the one in use, None to give up."""
        ...

    def rescued(self, rescue: Rescue) -> None:
        """Hear that the well was damaged, and what was read from it."""
        ...


def open_session(paths: Sequence[Path], questions: ScanQuestions) -> Session | None:
    """Return the session of what was given; None where the person gave up on a scan.

    A scan that has a well beside it opens that well, as it was left.

    Raises
    ------
    UnusableInputError
        Something cannot be used; nothing is left open and nothing was written.
    """
    if len(paths) == 1:
        (path,) = paths
        if path.suffix.lower() == SUFFIX:
            return _open_well(path, questions)
        if path.suffix.lower() == JOB_SUFFIX:
            return Session(*create_well_from_job(path))
        if path.is_file() and well_beside(path).is_file():
            return _open_well(well_beside(path), questions)
    wells = [p for p in paths if p.suffix.lower() in (SUFFIX, JOB_SUFFIX)]
    if wells:
        raise UnusableInputError(
            f"{wells[0].name} was given together with {len(paths) - 1} other file(s).",
            "Open one well, one job file, or any number of scans.",
        )
    return Session.create([p.absolute() for p in paths])


def open_sample(questions: ScanQuestions) -> Session | None:
    """Return the sample well: the person's own copy of it, made on the first time.

    Raises
    ------
    UnusableInputError
        The installation lacks the sample, or the copy cannot be made.
    """
    well = documents_folder() / f"{SAMPLE_NAME}{SUFFIX}"
    if well.is_file():
        return _open_well(well, questions)
    return Session(*create_well_from_job(resource("sample", "sample.toml"), well))


def is_sample(path: Path) -> bool:
    """Return True for the person's copy of the sample, which is said to be rendered wherever it is shown."""
    return path.stem == SAMPLE_NAME


def _open_well(path: Path, questions: ScanQuestions) -> Session | None:
    shown: dict[str, Path] = {}
    accepted: set[str] = set()
    is_rescued = False
    while True:
        try:
            return Session.open(path, scans=shown, accept_changed=frozenset(accepted))
        except DamagedWellError:
            if is_rescued:
                raise
            is_rescued = True
            from veerdesk.session.rescue import rescue_well  # hardly ever needed

            questions.rescued(rescue_well(path))
        except MissingScanError as trouble:
            found = questions.find_scan(trouble)
            if found is None:
                return None
            shown[trouble.scan_id] = found
        except ChangedScanError as trouble:
            answer = questions.accept_changed(trouble)
            if answer is False:
                return None
            if isinstance(answer, Path):
                shown[trouble.scan_id] = answer
            else:
                accepted.add(trouble.scan_id)
        except ReturnedScanError as trouble:
            wanted = questions.take_returned(trouble)
            if wanted is None:
                return None
            if wanted:
                shown[trouble.scan_id] = trouble.found
            else:
                accepted.add(trouble.scan_id)
