"""The command line: which command is meant, and what its end looks like to a shell.

Separate because exit codes, Ctrl-C and the one JSON document are promises of every command (CONTRACT, Commands).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from veerdesk import __version__
from veerdesk.cli import commands
from veerdesk.errors import ExitCode, InterruptedWorkError, UnusableInputError, VeerdeskError

_EPILOG = """examples:
  veerdesk                                  open the window
  veerdesk demo --headless --out demo       the bundled sample well, scan to LAS
  veerdesk digitise well.toml --out result  a job file, scan to LAS

exit codes: 0 done, 1 done but something was refused, 2 the command line is wrong,
3 an input is unusable, 4 interrupted."""


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)
    arguments = _with_command(list(argv))
    try:
        options = parser().parse_args(arguments)
    except SystemExit as leaving:  # argparse has printed what is wrong, or the help
        return int(leaving.code or 0)
    as_json = bool(getattr(options, "json", False))
    try:
        return int(options.run(options))
    except VeerdeskError as trouble:
        return _told(trouble, as_json=as_json)
    except KeyboardInterrupt:
        stopped = InterruptedWorkError("Stopped.", "Nothing was left half-written; run the same command again.")
        return _told(stopped, as_json=as_json)
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.DONE)
    except OSError as trouble:
        place = f"{trouble.filename}: " if trouble.filename else ""
        sentence = UnusableInputError(
            f"{place}{trouble.strerror or trouble}.", "Mend that, then run the same command again."
        )
        return _told(sentence, as_json=as_json)
    except Exception:  # noqa: BLE001 - the outermost frame
        traceback.print_exc()
        print(
            f"veerdesk {__version__} has met a case it does not know. Please report the lines above.", file=sys.stderr
        )
        return int(ExitCode.UNUSABLE)


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command that is built."""
    top = argparse.ArgumentParser(
        prog="veerdesk",
        description="Scanned paper well logs to LAS, with a local model and a hand that corrects it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"veerdesk {__version__}")
    parts = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in commands.COMMANDS:
        part = parts.add_parser(
            command.name,
            help=command.summary,
            description=command.description,
            epilog=f"example:\n  {command.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.arguments(part)
        part.set_defaults(run=command.run)
    return top


def _with_command(arguments: list[str]) -> list[str]:
    """No argument opens the window, and so does a path that is no command."""
    names = {command.name for command in commands.COMMANDS}
    if not arguments:
        return ["open"]
    if arguments[0] not in names and not arguments[0].startswith("-") and Path(arguments[0]).exists():
        return ["open", *arguments]
    return arguments


def _told(trouble: VeerdeskError, *, as_json: bool) -> int:
    code = int(trouble.exit_code)
    if as_json:
        print(json.dumps({"error": {"message": trouble.message, "remedy": trouble.remedy, "exit_code": code}}))
    print(f"veerdesk: {trouble.message}\n{trouble.remedy}", file=sys.stderr)
    return code


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
