"""A small drawn log with two known curves, its job file, and a model that splits ink into left and right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from veerdesk import wiring
from veerdesk.cli.main import run
from veerdesk.imaging.png import write_grey_png

ROWS, COLS, STROKE = 640, 320, 4
LEFT, RIGHT = 30.0, 290.0


class LeftRightPredictor:
    """Ink in the left half is curve 1, ink in the right half curve 2."""

    name, digest, device, stroke_px = "left and right", "ab" * 32, "cpu", 4.0

    def predict(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        ink = (grey < 128).astype(np.float32)
        is_left = (np.arange(grey.shape[1]) < grey.shape[1] / 2)[None, :]
        first, second = ink * is_left * np.float32(0.95), ink * ~is_left * np.float32(0.95)
        return np.stack([1 - first - second, first, second])


def columns() -> NDArray[np.float64]:
    """Where the two curves were drawn, (2, ROWS)."""
    row = np.arange(ROWS)
    return np.stack([90 + 25 * np.sin(row / 40), 220 + 20 * np.sin(row / 23)])


def drawn(blank: tuple[int, int] = (0, 0)) -> NDArray[np.uint8]:
    """Return the scan, with curve 2 left out in the rows of ``blank``."""
    grey = np.full((ROWS, COLS), 255, np.uint8)
    for k, x in enumerate(columns()):
        for row in range(ROWS):
            if k == 1 and blank[0] <= row < blank[1]:
                continue
            start = round(x[row] - STROKE / 2 + 0.5)
            grey[row, start : start + STROKE] = 0
    return grey


JOB = """[well]
WELL = "Drawn 1"

[depth]
unit = "m"

[[scan]]
id = "main"
file = "scan.png"
depth = [[0.0, 1000.0], [639.0, 1063.9]]

[[track]]
name = "T1"
scan = "main"
top = 0
bottom = 639
left = [[0.0, 30.0]]
right = [[0.0, 290.0]]

[[track.curve]]
slot = 1
mnemonic = "GR"
unit = "GAPI"
left = 0.0
right = 100.0

[[track.curve]]
slot = 2
mnemonic = "CALI"
unit = "IN"
left = 0.0
right = 100.0

[las]
step = 0.1
"""


@dataclass(frozen=True)
class DrawnWell:
    """Folder with ``scan.png`` and ``job.toml``."""

    folder: Path

    @property
    def job(self) -> Path:
        return self.folder / "job.toml"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def rewrite(self, old: str, new: str) -> None:
        """Change the job file."""
        text = self.job.read_text()
        assert old in text
        self.job.write_text(text.replace(old, new))

    def files(self) -> set[str]:
        """Everything below the folder, by relative path."""
        return {str(p.relative_to(self.folder)) for p in self.folder.rglob("*") if p.is_file()}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> LeftRightPredictor:
    """Put the drawn model in place of the real one."""
    held = LeftRightPredictor()
    monkeypatch.setattr(wiring, "lazy_predictor", lambda model=None, device="auto": lambda: held)
    return held


@pytest.fixture
def drawn_well(tmp_path: Path, model: LeftRightPredictor) -> DrawnWell:
    folder = tmp_path / "well"
    folder.mkdir()
    write_grey_png(folder / "scan.png", [drawn()], COLS, ROWS)
    (folder / "job.toml").write_text(JOB)
    return DrawnWell(folder)


@pytest.fixture
def veerdesk(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command line in this process; gives exit code, standard output and standard error."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        argv: Sequence[str] = [str(a) for a in arguments]
        code = run(argv)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call
