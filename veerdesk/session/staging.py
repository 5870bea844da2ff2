"""A folder of results that appears whole or not at all, and replaces only the program's own files of an earlier run.

Separate because every command that leaves several files needs it: Ctrl-C, a full disk and a refused input must leave
the last good results as they were.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from veerdesk.errors import UnusableInputError

#: The file that lists what a run has left; each entry is a plain file name.
REPORT = "report.json"
_LAST = (REPORT, "manifest.json")


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
            Something of that name is there that no earlier run has left, or the folder can no longer be written.
        """
        new = self.names
        old = earlier_files(self.out)
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


def earlier_files(out: Path) -> tuple[str, ...]:
    """Return the files that an earlier run says it has left in ``out``, as far as they are still there."""
    try:
        report = json.loads((out / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    if not isinstance(report, dict) or not str(report.get("program", "")).startswith("Veerdesk"):
        return ()
    listed = report.get("files", [])
    names = [n for n in listed if isinstance(n, str)] if isinstance(listed, list) else []
    return tuple(n for n in names if Path(n).name == n and (out / n).is_file())


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
