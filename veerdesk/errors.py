"""Every error raised on purpose: a sentence for the person, a remedy and an exit code.

Separate so that any layer can raise one and the two outermost frames (command line, window) can show it.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command (CONTRACT, Commands)."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNUSABLE = 3
    INTERRUPTED = 4


class VeerdeskError(Exception):
    """Expected trouble: what happened, and what the person can do about it.

    Parameters
    ----------
    message
        One sentence that names the file and the place.
    remedy
        One sentence that says how to mend it; where several things are wrong, a line for each.
    """

    exit_code = ExitCode.UNUSABLE

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"


class UnusableInputError(VeerdeskError):
    """A file, folder or value that was received cannot be used (exit 3)."""


class UsageError(VeerdeskError):
    """The command line asks for something that does not exist (exit 2)."""

    exit_code = ExitCode.USAGE


class RefusedError(VeerdeskError):
    """The work was done but a part of it was refused, by name (exit 1)."""

    exit_code = ExitCode.REFUSED


class InterruptedWorkError(VeerdeskError):
    """The work was stopped and can be resumed (exit 4)."""

    exit_code = ExitCode.INTERRUPTED
