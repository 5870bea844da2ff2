"""What ``veerdesk synth`` does: a folder of rendered windows from one seed.

Separate so that the command line only collects options.
"""

from __future__ import annotations

from pathlib import Path

from veerdesk.errors import InterruptedWorkError, UsageError
from veerdesk.imaging.progress import Cancel, Progress, Unstoppable, unwatched
from veerdesk.synth.look import PRESETS, Preset
from veerdesk.synth.render import render_log
from veerdesk.synth.window import write_window

#: Seeds of sets never meet: each set owns this many.
_SET = 1_000_000


def log_seed(seed: int, index: int) -> int:
    """Return the seed of log ``index`` of the set ``seed``.

    >>> log_seed(2, 5)
    2000005
    """
    return seed * _SET + index


def render_set(
    count: int,
    seed: int,
    out: Path,
    preset: Preset = "archive",
    *,
    rows: int = 1400,
    cancel: Cancel | None = None,
    progress: Progress = unwatched,
) -> tuple[Path, ...]:
    """Write ``count`` rendered windows to ``out`` and return their folders; the same arguments give the same bytes.

    Parameters
    ----------
    rows
        Height of each window, px.

    Raises
    ------
    UsageError
        Count, seed or rows are out of range or the preset does not exist.
    InterruptedWorkError
        ``cancel`` was asked for; whole windows remain.
    UnusableInputError
        ``out`` cannot be written.
    """
    if preset not in PRESETS:
        raise UsageError(f"There is no preset {preset!r}.", f"Choose one of: {', '.join(PRESETS)}.")
    if not 1 <= count <= _SET or seed < 0 or not 200 <= rows <= 20_000:
        raise UsageError(
            f"{count} logs of {rows} rows from seed {seed} cannot be rendered.",
            f"Ask for 1 to {_SET} logs of 200 to 20000 rows and a seed of 0 or more.",
        )
    stop = cancel or Unstoppable()
    folders: list[Path] = []
    for index in range(count):
        if stop.is_cancelled():
            raise InterruptedWorkError(
                f"Stopped after {index} of {count} rendered logs.", "Run the same command again to write the rest."
            )
        folder = out / f"{preset}-{seed}-{index:04d}"
        write_window(folder, render_log(log_seed(seed, index), preset=preset, rows=rows))
        folders.append(folder)
        progress((index + 1) / count)
    return tuple(folders)
