"""The comparison as a page to read: what was done, what came out with its spread over seeds, and what holds.

Separate because the document is for scripts and this is for people; both are written by one command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from veerdesk.training.claims import READINGS
from veerdesk.training.compare_board import Board
from veerdesk.training.compare_verdicts import gained, is_learned, shown, verdicts
from veerdesk.training.equal_terms import TARGETS
from veerdesk.training.losses import Target
from veerdesk.training.paired import spread
from veerdesk.training.run_scores import REGIONS

_PIXELS = {
    "f1_1": "F1 curve 1", "f1_2": "F1 curve 2", "iou_1": "IoU curve 1", "iou_2": "IoU curve 2",
    "double_claimed": "claimed twice", "unclaimed": "nobody's",
}  # fmt: skip
_TRACED = {
    "trace_within_1": "right 1", "trace_within_2": "right 2", "trace_error_median_1": "median error 1",
    "trace_error_median_2": "median error 2", "trace_error_p95_1": "P95 error 1", "trace_error_p95_2": "P95 error 2",
    "swapped": "swapped", "stolen": "stolen", "crossings_kept": "crossings kept", "owner_f1_1": "F1 curve 1",
    "owner_f1_2": "F1 curve 2",
}  # fmt: skip
_WAYS: tuple[tuple[Target, str], ...] = (
    ("exclusive", "as answered"),
    ("independent", "as answered"),
    ("independent", "shared out"),
)
_PLACES = {"all": "Everywhere", "crossing": "Within 16 rows of a crossing", "elsewhere": "Elsewhere"}


def report_text(document: Mapping[str, Any]) -> str:
    """Return the report of a comparison in Markdown.

    Parameters
    ----------
    document
        What `veerdesk.training.compare.compare` returned.
    """
    board = Board(document)
    lines = [
        "# One exclusive target against independent masks",
        "",
        "Written by `veerdesk compare`. Figures are the mean over seeds ± the standard deviation of one seed; differences "
        "are exclusive less independent, pair by pair, ± half the 95 % interval (Student's t). A difference is called one "
        "only where that interval leaves zero out.",
        "",
        *_what_holds(board),
        *_terms(document),
        *(line for name in board.sets for line in _set(board, document, name)),
        *_runs(document),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _what_holds(board: Board) -> Iterator[str]:
    yield from ("## What holds of the papers' claim", "")
    short = [name for name in board.sets if not is_learned(board, name)]
    if short:
        yield (
            f"**These runs were too short to judge the targets on {', '.join(short)}: neither has learned curve 2.** The "
            "figures are kept as they came; ask the same command for more steps."
        )
        yield ""
    for verdict in verdicts(board):
        yield from (f"**{verdict.claim}**", "")
        yield from (f"- {judged.name}: **{judged.word}**. {judged.because}" for judged in verdict.judged)
        yield ""


def _terms(document: Mapping[str, Any]) -> Iterator[str]:
    terms, sets = document["terms"], document["sets"]
    widths, reach = (" / ".join(map(str, terms["spec"][key])) for key in ("widths", "reach"))
    yield from ("## The terms", "")
    yield (
        f"Both targets: {terms['steps']} steps, on a schedule of {terms['schedule']}, of {terms['batch']} tiles, drawn from {terms['tiles']} tiles (digest "
        f"{terms['data_digest'][:12]}), strokes of {terms['stroke_px']:g} px; highest rate {terms['rate']:g}, weights "
        f"averaged at {terms['average']:g}; widths {widths}, reach {reach}, {terms['parameters']:,} parameters, which is "
        "not the shipped network; first weights, order of tiles and scanner effects are the seed's, so that a pair of runs "
        "differs in its target alone. The independent target has three masks (background is one), the same focal and "
        "overlap terms, one-hot truth."
    )
    yield ""
    names = [f"{each['name']} ({_counted(each)})" for each in sets]
    yield (
        f"Thresholds are tuned for each run on {names[0]}, which is reported nowhere. Reported: {', '.join(names[1:])}. "
        "`alone` reads each mask by itself at one half, `tuned alone` at tuned thresholds, `argmax` takes the greatest of "
        "the three outputs, `tuned owner` the likelier curve where it reaches its tuned threshold. All masks are locked "
        "to ink, as everywhere in the program. In crossing zones curve 2 scores lower by its label: shared ink is curve 1's."
    )
    yield ""


def _set(board: Board, document: Mapping[str, Any], name: str) -> Iterator[str]:
    entry = next(each for each in document["sets"] if each["name"] == name)
    yield from (f"## {name}: {_counted(entry)}", "")
    for region in REGIONS:
        rows = [
            [target, reading, *(shown(board.pixel_spread(target, name, reading, region, key)) for key in _PIXELS)]
            for target in TARGETS
            for reading in READINGS
        ]
        yield from (f"{_PLACES[region]}, pixels:", "", *_table(["target", "read", *_PIXELS.values()], rows), "")
    gains = [
        [_PLACES[region], reading, *(gained(board.pixel_gain(name, reading, region, key)) for key in _PIXELS)]
        for region in REGIONS
        for reading in READINGS
    ]
    yield from ("Exclusive by argmax less independent in each reading:", "")
    yield from (*_table(["where", "independent read", *_PIXELS.values()], gains), "")
    yield from ("Through the same decode (errors in percent of the track's width, F1 of the decode's owners):", "")
    traced = [
        [target, way, *(shown(spread(board.traced(target, name, way, key))) for key in _TRACED)]
        for target, way in _WAYS
    ]
    for way in ("as answered", "shared out"):
        traced.append(["difference", way, *(gained(board.traced_gain(name, way, key)) for key in _TRACED)])
    yield from (*_table(["target", "masks", *_TRACED.values()], traced), "")


def _runs(document: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## The runs", "")
    rows = [
        [
            run["target"], str(run["seed"]), run["digest"][:12], f"{run['cpu_s']:.0f}",
            *(" / ".join(map(str, run["thresholds"][way])) for way in ("alone", "owner")),
        ]
        for run in document["runs"]
    ]  # fmt: skip
    names = ["target", "seed", "weights", "CPU s", "tuned alone, of 255", "tuned owner, of 255"]
    yield from _table(names, rows)


def _counted(entry: Mapping[str, Any]) -> str:
    return f"{entry['windows']} windows, {entry['rows']:,} rows, {entry['crossings']} crossings"


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{'|'.join('---' for _ in names)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
