"""What every command promises to a shell."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from veerdesk.cli.commands import COMMANDS
from veerdesk.cli.main import run

Veerdesk = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_help_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = run([name, "--help"])

    out = capsys.readouterr().out
    assert code == 0
    assert f"veerdesk {name}" in out.split("example:")[1]


def test_what_is_not_built_does_not_appear(capsys: pytest.CaptureFixture[str]) -> None:
    run(["--help"])

    out = capsys.readouterr().out
    assert not [word for word in ("archive", "check") if f"\n    {word} " in out]


@pytest.mark.parametrize(
    "argv",
    [
        ["fly"],
        ["digitise"],
        ["digitise", "a.toml"],
        ["digitise", "a.docx", "--out", "o"],
        ["digitise", "a.toml", "--out", "o", "--device", "abacus"],
        ["export", "las", "a.veer", "--out", "o", "--las", "3.0"],
        ["export", "las", "a.veer", "--out", "o", "--las", "1.2"],
        ["export", "las", "a.veer", "--out", "o", "--las", "7"],
        ["export", "labels", "a.veer", "--out", "o", "--format", "nnunet"],
        ["export", "labels", "a.veer", "--out", "o", "--format", "cave painting"],
        ["export", "las", "a.toml", "--out", "o"],
        ["export", "csv", "a.veer", "b.veer", "--out", "o"],
        ["adapt", "a.toml", "--out", "m.safetensors"],
        ["adapt", "a.veer", "--out", "m.pickle"],
        ["adapt", "a.veer"],
        ["demo", "--headless"],
        ["demo", "--out", "o"],
    ],
)
def test_a_wrong_command_line_is_exit_2_and_writes_nothing(
    argv: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(argv) == 2
    assert capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_version_in_the_job_that_is_not_built_is_exit_2(drawn_well: Any, veerdesk: Veerdesk) -> None:
    drawn_well.rewrite("step = 0.1", 'step = 0.1\nversion = "3.0"')

    code, _, err = veerdesk("digitise", drawn_well.job, "--out", drawn_well.out)

    assert code == 2
    assert "3.0" in err
    assert not drawn_well.out.exists()


def test_asking_for_help_loads_neither_qt_nor_torch() -> None:
    code = (
        "import sys; from veerdesk.cli.main import run; run(['digitise', '--help']); "
        "sys.exit(any(m.split('.')[0] in ('torch', 'PySide6', 'numpy') for m in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert done.returncode == 0


def test_a_bug_is_no_silent_success(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from veerdesk.cli import digitise

    def broken(options: Any) -> int:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(digitise, "digitise_path", broken)
    code = run(["digitise", "a.toml", "--out", "o"])

    assert code == 3
    assert "report" in capsys.readouterr().err
