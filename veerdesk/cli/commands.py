"""The commands that are built, in the order of the help.

Separate because what is not built must not appear: a command exists once it stands here.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from veerdesk.cli import adapt, compare, demo, digitise, evaluate, export, open_window, synth, train

Arguments = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], int]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name, what it says of itself, its arguments, and what it does (returning an exit code)."""

    name: str
    summary: str
    description: str
    example: str
    arguments: Arguments
    run: Run


def _bench() -> tuple[Command, ...]:
    if importlib.util.find_spec("veerdesk.cli.bench") is None:
        return ()
    bench = importlib.import_module("veerdesk.cli.bench")
    return (
        Command(
            "bench",
            "the program's own speed and memory figures",
            "Measure opening, painting, panning, segmentation and tracing on this machine.",
            "veerdesk bench --json",
            bench.arguments,
            bench.run,
        ),
    )


COMMANDS: tuple[Command, ...] = (
    Command(
        "open",
        "a scan, a job file or a .veer well in the window",
        "Open scans, a job file or a well in the window; several scans become one new well.",
        "veerdesk open log.tif",
        open_window.arguments,
        open_window.run,
    ),
    Command(
        "demo",
        "the bundled sample well, in the window or the whole road without one",
        "The sample well is rendered, so its truth is known: without a window the demo prints its own error.",
        "veerdesk demo --headless --out demo",
        demo.arguments,
        demo.run,
    ),
    Command(
        "digitise",
        "scan to LAS with no window",
        "Read every track of a job file or a well and leave the LAS, label maps, traces and plot-backs in a folder.",
        "veerdesk digitise well.toml --out result",
        digitise.arguments,
        digitise.run,
    ),
    Command(
        "export",
        "what the window's export dialogs do: las, csv or labels of a well",
        "Leave a LAS file, a CSV table or training labels of a well that was worked on in the window.",
        "veerdesk export las well.veer --out result",
        export.arguments,
        export.run,
    ),
    Command(
        "synth",
        "rendered logs with exact truth",
        "Render logs that look like scanned paper, each with the exact position of its curves.",
        "veerdesk synth --count 20 --seed 7 --out rendered",
        synth.arguments,
        synth.run,
    ),
    Command(
        "train",
        "train a segmenter on rendered logs or exported labels",
        "Train on tile folders or label releases. The same command goes on where it was stopped.",
        "veerdesk train tiles --out my-model.safetensors",
        train.arguments,
        train.run,
    ),
    Command(
        "adapt",
        "fine-tune on a person's corrections, with the promotion gate",
        "Learn from the corrected and accepted rows of wells; the model is written only where rows that were held back "
        "are read better and the frozen tracks not worse.",
        "veerdesk adapt well.veer --out adapted.safetensors",
        adapt.arguments,
        adapt.run,
    ),
    Command(
        "evaluate",
        "pixel, crossing, trace and value scores of a model",
        "Score a model on windows with known truth: median, P95, worst and mean of each figure, overall and by style, "
        "dpi and look.",
        "veerdesk evaluate veerdesk-v3 rendered",
        evaluate.arguments,
        evaluate.run,
    ),
    Command(
        "compare",
        "one exclusive target against independent masks, trained on equal terms",
        "Train both targets on the same tiles with several seeds, score both in every reading, and write the report. The "
        "same command goes on where it was stopped.",
        "veerdesk compare tiles --work runs --tune other-windows --out exclusive_vs_independent.md",
        compare.arguments,
        compare.run,
    ),
    *_bench(),
)
