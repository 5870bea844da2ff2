"""A folder of results that appears whole or not at all, and replaces only the program's own files of an earlier run.

Separate because every command that leaves several files needs it: Ctrl-C, a full disk and a refused input must leave
the last good results as they were.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from veerdesk.errors import UnusableInputError

#: The file that lists what a run has left; each entry is a plain file name.
REPORT = "report.json"
_LAST = (REPORT, "manifest.json")
#: As many files are named in a sentence, and the rest counted.
_MOST_NAMED = 4

ScanPage = tuple[str, int]


class Staging:
    """Files of one run before they are put in place; owns its hidden folder beside the results."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out / f".veerdesk-{uuid.uuid4().hex[:12]}"

    def path(self, name: str) -> Path:
        """Return where to write a file that is to be called ``name``."""
        return self.folder / name

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files written so far, in order."""
        return tuple(sorted(p.name for p in self.folder.iterdir()))

    def put_in_place(self) -> None:
        """Move every file into the folder and remove the files that only the earlier run had left.

        Raises
        ------
        UnusableInputError
            Something of that name is there that no earlier run has left, another well's results are, or the folder can
            no longer be written.
        """
        new = self.names
        old = earlier_files(self.out)
        refuse_another_well(self.out, scans_of(earlier_report(self.folder)))
        try:
            for name in new:
                if (self.out / name).exists() and name not in old:
                    raise UnusableInputError(
                        f"{self.out / name} stands in the way of a result and is no file of an earlier run.",
                        "Move or rename it, or choose another folder.",
                    )
            for name in sorted(new, key=_LAST.__contains__):  # what lists the others
                os.replace(self.folder / name, self.out / name)
            for name in old:
                if name not in new:
                    (self.out / name).unlink(missing_ok=True)
        except OSError as trouble:
            raise _unwritable(self.out, trouble) from trouble


@contextmanager
def staging(out: Path) -> Iterator[Staging]:
    """Give a Staging for ``out``; whatever is not put in place vanishes, and a folder made for it too.

    Raises
    ------
    UnusableInputError
        The folder cannot be made or written.
    """
    made = _missing_folders(out)
    stage = Staging(out)
    try:
        try:
            stage.folder.mkdir(parents=True)
        except OSError as trouble:
            raise _unwritable(out, trouble) from trouble
        yield stage
    finally:
        shutil.rmtree(stage.folder, ignore_errors=True)
        _remove_empty(made)


def earlier_report(out: Path) -> dict[str, Any]:
    """Return the report of an earlier run in ``out``; empty where there is none of this program's."""
    try:
        report = json.loads((out / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(report, dict) or not str(report.get("program", "")).startswith("Veerdesk"):
        return {}
    return report


def earlier_files(out: Path) -> tuple[str, ...]:
    """Return the files that an earlier run says it has left in ``out``, as far as they are still there."""
    listed = earlier_report(out).get("files", [])
    names = [n for n in listed if isinstance(n, str)] if isinstance(listed, list) else []
    return tuple(n for n in names if Path(n).name == n and (out / n).is_file())


def scans_of(report: Mapping[str, Any]) -> frozenset[ScanPage]:
    """Return digest and page of each scan that a report names: what tells one well from another, whatever its name."""
    listed = report.get("scans", [])
    scans = [s for s in listed if isinstance(s, dict)] if isinstance(listed, list) else []
    return frozenset((str(s["digest"]), int(s.get("page") or 0)) for s in scans if s.get("digest"))


def refuse_another_well(out: Path, scans: Collection[ScanPage]) -> None:
    """Check that ``out`` holds no results of another well, which is one that was read from other scans.

    Raises
    ------
    UnusableInputError
        It does; the sentence names what would go.
    """
    earlier = earlier_report(out)
    theirs, files = scans_of(earlier), [n for n in earlier_files(out) if n != REPORT]
    if not (theirs and files and scans) or theirs.intersection(scans):
        return
    well = str(earlier.get("well") or "")
    whose = f"well {well}" if well else "another well"
    more = f" and {len(files) - _MOST_NAMED} more" if len(files) > _MOST_NAMED else ""
    raise UnusableInputError(
        f"{out} holds the results of {whose}, read from another scan, and they would go: "
        f"{', '.join(sorted(files)[:_MOST_NAMED])}{more}.",
        "Give each well a folder of its own; or remove these first where nobody needs them any more.",
    )


def _missing_folders(out: Path) -> list[Path]:
    return [p for p in (out, *out.parents) if not p.exists()]


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def _unwritable(out: Path, trouble: OSError) -> UnusableInputError:
    return UnusableInputError(
        f"The folder {out} cannot be written: {trouble.strerror or trouble}.",
        "Choose a folder that you may write to and that has room.",
    )
