"""What holds of the papers' claim, sentence by sentence, as the figures have it.

Separate because a verdict is a rule on figures and no opinion: a difference counts only where the 95 % interval over
seeds leaves zero out, and only where a target has learned both curves.

Source: "Binary to Multiclass: Rethinking the Segmentation Target" and "Instance or Semantic", EarthScan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from veerdesk.training.claims import READINGS, Reading
from veerdesk.training.compare_board import Board
from veerdesk.training.equal_terms import TARGETS
from veerdesk.training.paired import Difference, Spread

Word = Literal["holds", "holds in part", "not shown", "does not hold"]
#: A share of pixels below this is no trouble to anybody.
_HARDLY_ANY = 0.01
#: Where no reading with one owner gives curve 2 this F1 under either target, it is not learned: runs were too short, and
#: their masks differ in how they fail. Runs of 600 tiles gave 0.07 at best, 2,400 tiles of easier logs 0.5.
_LEARNED_F1 = 0.3
#: F1 of the best of the papers' independent masks, at which they say the target stalls.
_PLATEAU = 0.55
#: Readings of independent masks that give each pixel one owner, or are tuned: what the papers did not try.
_KINDER: tuple[Reading, ...] = READINGS[1:]


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim on one set of windows: the word, and the figures in a sentence."""

    name: str
    word: Word
    because: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A claim of the papers and what each set of windows says of it."""

    claim: str
    judged: tuple[Judged, ...]


def verdicts(board: Board) -> tuple[Verdict, ...]:
    """Return the verdicts in the order of the papers' argument."""
    return tuple(
        Verdict(claim, tuple(_judged(board, name, judge, needs=needs) for name in board.sets))
        for claim, needs, judge in _CLAIMS
    )


def is_learned(board: Board, name: str) -> bool:
    """Return True where either target has learned curve 2, read with one owner a pixel; without it nothing is compared."""
    return _best_second(board, name) >= _LEARNED_F1


def shown(figure: Spread) -> str:
    """Return mean and spread in words, a dash where nothing was judged.

    >>> shown(Spread(0.5, 0.0125))
    '0.500 ± 0.013'
    """
    return "–" if figure.mean != figure.mean else f"{figure.mean:.3f} ± {figure.deviation:.3f}"


def gained(gap: Difference) -> str:
    """Return a difference with its interval.

    >>> gained(Difference(0.03, 0.01, True))
    '+0.030 ± 0.010'
    """
    if gap.mean != gap.mean:
        return "–"
    return f"{gap.mean:+.3f}" + (f" ± {gap.half:.3f}" if gap.half < float("inf") else " (one seed)")


def _judged(board: Board, name: str, judge: Callable[[Board, str], Judged], *, needs: bool) -> Judged:
    found = judge(board, name)
    if not needs or is_learned(board, name):
        return found
    return Judged(name, "not shown", f"Curve 2 is not learned by either target yet. For the record: {found.because}")


def _best_second(board: Board, name: str) -> float:
    one_owner: tuple[Reading, ...] = ("argmax", "tuned owner")
    return max(board.pixel_spread(t, name, reading, "all", "f1_2").mean for t in TARGETS for reading in one_owner)


def _claimed_twice(board: Board, name: str) -> Judged:
    everywhere, near = (
        board.pixel_spread("independent", name, "alone", region, "double_claimed") for region in ("all", "crossing")
    )
    word: Word = "holds" if everywhere.mean > _HARDLY_ANY else "does not hold"
    return Judged(
        name, word, f"At one half, {shown(everywhere)} of the claimed pixels are claimed twice, {shown(near)} at crossings."
    )  # fmt: skip


def _tuning(board: Board, name: str) -> Judged:
    left = board.pixel_spread("independent", name, "tuned alone", "all", "double_claimed")
    plain, kind = (board.pixel_gain(name, reading, "all", "f1_mean") for reading in ("alone", "argmax"))
    word: Word = "holds in part" if kind.finding == "more" else "does not hold"
    return Judged(
        name,
        word,
        f"Tuned thresholds leave {shown(left)} claimed twice; argmax over the masks leaves none, with nothing trained "
        f"again. The exclusive target's lead in mean F1 is {gained(plain)} over masks at one half and {gained(kind)} over "
        "their argmax.",
    )


def _quiet(board: Board, name: str) -> Judged:
    ours = board.pixel_spread("exclusive", name, "argmax", "all", "unclaimed")
    half, tuned = (
        board.pixel_spread("independent", name, reading, "all", "unclaimed") for reading in ("alone", "tuned alone")
    )
    gaps = [board.pixel_gain(name, reading, "all", "unclaimed").finding for reading in ("alone", "tuned alone")]
    less, more = gaps.count("less"), gaps.count("more")
    word: Word = "holds" if less == 2 else "holds in part" if less else "does not hold" if more else "not shown"
    return Judged(
        name,
        word,
        f"Of the curves' pixels {shown(half)} are nobody's at one half and {shown(tuned)} at tuned thresholds; "
        f"{shown(ours)} with the exclusive target.",
    )


def _higher(board: Board, name: str) -> Judged:
    gaps = {reading: board.pixel_gain(name, reading, "all", "f1_mean") for reading in READINGS}
    told = ", ".join(f"{gained(gap)} against {_WORDS[reading]}" for reading, gap in gaps.items())
    kinder = [gaps[reading].finding for reading in _KINDER]
    if all(gap.finding == "more" for gap in gaps.values()):
        word: Word = "holds"
    elif gaps["alone"].finding == "more" or "more" in kinder:
        word = "holds in part"
    else:
        word = "does not hold" if "less" in kinder else "not shown"
    return Judged(name, word, f"Mean F1 of both curves: {told}.")


def _where_curves_meet(board: Board, name: str) -> Judged:
    near, away = (board.pixel_gain(name, "argmax", region, "f1_mean") for region in ("crossing", "elsewhere"))
    more = board.crossing_gain(name, "argmax", "f1_mean")
    words: dict[str, Word] = {"more": "holds", "less": "does not hold", "no difference shown": "not shown"}
    return Judged(
        name,
        words[more.finding],
        f"Against the argmax of independent masks the lead in mean F1 is {gained(near)} at crossings and {gained(away)} "
        f"elsewhere; {gained(more)} between the two.",
    )


def _plateau(board: Board, name: str) -> Judged:
    masks = [board.pixel_spread("independent", name, "tuned alone", "all", f"f1_{slot}") for slot in (1, 2)]
    best = max(masks, key=lambda mask: mask.mean)
    word: Word = "does not hold" if best.mean - best.deviation > _PLATEAU else "not shown"
    return Judged(
        name,
        word,
        f"The better mask has F1 {shown(best)} at its tuned threshold. Other data than theirs: this says only whether "
        "0.55 is a law of the target.",
    )


def _curves(board: Board, name: str) -> Judged:
    figures = {"trace_within_1": 1, "trace_within_2": 1, "swapped": -1, "stolen": -1, "crossings_kept": 1}
    wins = losses = 0
    told = []
    for figure, better in figures.items():
        gap = board.traced_gain(name, "shared out", figure)
        sign = {"more": better, "less": -better, "no difference shown": 0}[gap.finding]
        wins, losses = wins + (sign > 0), losses + (sign < 0)
        told.append(f"{_FIGURES[figure]} {gained(gap)}")
    words: tuple[Word, Word] = ("holds in part" if losses else "holds", "does not hold" if losses else "not shown")
    return Judged(
        name, words[0] if wins else words[1],
        f"Exclusive less independent, whose masks were made to sum to one for the same decode: {', '.join(told)}.",
    )  # fmt: skip


_WORDS: dict[Reading, str] = {
    "alone": "masks at one half",
    "tuned alone": "masks at tuned thresholds",
    "argmax": "their argmax",
    "tuned owner": "the likelier mask at tuned thresholds",
}
_FIGURES = {
    "trace_within_1": "rows of curve 1 right",
    "trace_within_2": "of curve 2",
    "swapped": "rows swapped",
    "stolen": "stolen",
    "crossings_kept": "crossings kept",
}
#: Claim, whether it can be judged only of targets that have learned both curves, and the judge.
_CLAIMS: tuple[tuple[str, bool, Callable[[Board, str], Judged]], ...] = (
    ("Independent masks claim one stroke twice.", True, _claimed_twice),
    ("No tuning mends that: only another target does.", True, _tuning),
    ("They also go quiet in the same gap, so that ink is nobody's.", True, _quiet),
    ("The exclusive target scores higher.", True, _higher),
    ("What it gains, it gains where curves meet.", True, _where_curves_meet),
    ("Independent masks stall at F1 0.55.", False, _plateau),
    ("The curves that come out are better (our question, not the papers').", True, _curves),
)
