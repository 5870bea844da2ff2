"""The house rules that a tool can hold: layers, lint, types, sizes, names."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "veerdesk").rglob("*.py"))
MAX_MODULE_LINES, MAX_FUNCTION_LINES, MAX_PUBLIC_METHODS = 400, 50, 20
FORBIDDEN_FOLDERS = {"utils", "helpers", "common", "manager"}


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in SOURCES:
        yield path.relative_to(ROOT), ast.parse(path.read_text())


def test_imports_point_downwards() -> None:
    done = _run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache")

    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    done = _run("-m", "ruff", "check", "--no-cache", "veerdesk", "tests", "installer")

    assert done.returncode == 0, done.stdout


def test_mypy_strict_finds_nothing() -> None:
    done = _run("-m", "mypy", "--no-error-summary")

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_module_holds_one_idea(path: Path) -> None:
    lines = len(path.read_text().splitlines())

    assert lines <= MAX_MODULE_LINES, f"{lines} lines: there are two ideas, find the second name"


def test_functions_and_classes_stay_small() -> None:
    long: list[str] = []
    for path, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                rows = (node.end_lineno or 0) - node.body[0].lineno + 1
                first = node.body[0]
                if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                    rows -= (first.end_lineno or 0) - first.lineno + 1
                if rows > MAX_FUNCTION_LINES:
                    long.append(f"{path}:{node.lineno} {node.name}: {rows} lines")
            elif isinstance(node, ast.ClassDef):
                public = [
                    n.name
                    for n in node.body
                    if isinstance(n, ast.FunctionDef)
                    and not n.name.startswith("_")
                    and not any(isinstance(d, ast.Name) and d.id == "property" for d in n.decorator_list)
                ]
                if len(public) > MAX_PUBLIC_METHODS:
                    long.append(f"{path}:{node.lineno} {node.name}: {len(public)} public methods")

    assert not long, "\n".join(long)


def test_every_module_says_why_it_is_separate() -> None:
    silent = [str(path) for path, tree in _trees() if ast.get_docstring(tree) is None and tree.body]

    assert not silent, silent


def test_no_folder_is_called_after_nothing() -> None:
    assert not [p for p in SOURCES if FORBIDDEN_FOLDERS & {*p.parts, p.stem}]


def test_no_bare_excepts_inside() -> None:
    """`except Exception` belongs to the two outermost frames."""
    allowed = {"veerdesk/cli/main.py", "veerdesk/desktop/app.py", "veerdesk/desktop/job_runner.py"}
    broad = [
        f"{path}:{node.lineno}"
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and str(path) not in allowed
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    ]

    assert not broad, broad


def test_nothing_opens_an_opencv_window() -> None:
    """cv2.imshow aborts the process beside Qt 6 (decision 0001)."""
    names = {"imshow", "namedWindow", "waitKey"}
    users = [
        str(path)
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in names
    ]

    assert not users


def test_package_has_no_pickles_on_disk() -> None:
    users = [
        str(p)
        for p, tree in _trees()
        for n in ast.walk(tree)
        if isinstance(n, ast.Import) and any(a.name == "pickle" for a in n.names)
    ]

    assert not users


def test_the_architecture_lists_every_module_in_its_folder_with_its_first_sentence() -> None:
    block = (ROOT / "veerdesk/ARCHITECTURE.md").read_text(encoding="utf-8").split("## Folders")[1].split("```")[1]
    listed: dict[str, str] = {}
    folders: list[str] = []
    for line in block.strip("\n").splitlines():
        name, _, said = line.strip().partition(" ")
        del folders[(len(line) - len(line.lstrip())) // 2 :]
        if name.endswith("/"):
            folders.append(name)
        elif name:
            listed["".join(folders) + name] = said.strip()
    there: dict[str, str] = {}
    for path, module in _trees():
        sentence = (ast.get_docstring(module) or "").split("\n\n")[0].replace("\n", " ").rstrip(".")
        if sentence:
            there[path.as_posix()] = sentence
    assert {k: v.lower() for k, v in listed.items()} == {k: v.lower() for k, v in there.items()}
