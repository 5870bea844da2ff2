"""The review queue in words: a line a crossing, counts, who decided what, and the estimate of what is still wrong.

Separate because the panel only shows text, and the session knows neither depths in words nor languages.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from veerdesk.calibration.decision import Decision, Reason
from veerdesk.calibration.depth import DepthMap
from veerdesk.desktop.numbers import format_fixed
from veerdesk.desktop.panels.review_list import CrossingLine
from veerdesk.rows import RowSpan
from veerdesk.session.review_queue import QueueItem, ReviewState
from veerdesk.session.still_wrong import StillWrong


def reason_words(reason: Reason) -> str:
    """Return a reason for a flag as a person reads it."""
    words: dict[Reason, str] = {
        "": "",
        "unclear": _t("Cannot tell the curves apart"),
        "wrong": _t("A curve runs wrong here"),
        "faint": _t("Ink is faint or missing"),
        "damaged": _t("The scan is damaged"),
        "scale": _t("The scale changes here"),
        "other": _t("Something else"),
    }
    return words[reason]


def span_words(rows: RowSpan, depths: DepthMap | None, unit: str) -> tuple[str, str]:
    """Return where a span of rows begins and how long it is, in depths, or in rows where ``depths`` is None."""
    if depths is None:
        return _t("row {0}").format(f"{rows.start:,}"), _t("{0} rows").format(f"{rows.rows:,}")
    top, base = depths.depth_at(np.array([rows.start, rows.stop], np.float64)).tolist()
    return f"{format_fixed(top, 1)} {unit}", _length(top, base, unit)


def _length(top: float, base: float, unit: str) -> str:
    return f"{format_fixed(abs(base - top), 0 if base - top >= 10 else 1)} {unit}"


def lines_of_queue(queue: Sequence[QueueItem], depths: DepthMap | None, unit: str) -> tuple[CrossingLine, ...]:
    """Return a line for each place; ``depths`` None gives rows for depths."""
    if not queue:
        return ()
    ends = np.array([[i.below.start, i.below.stop] for i in queue], np.float64)
    at = ends if depths is None else depths.depth_at(ends.ravel()).reshape(-1, 2)
    out = []
    for item, (top, base) in zip(queue, at.tolist(), strict=True):
        if depths is None:
            place, length = (
                _t("row {0}").format(f"{item.crossing.row:,}"),
                _t("{0} rows").format(f"{item.below.rows:,}"),
            )
        else:
            place, length = f"{format_fixed(top, 1)} {unit}", _length(top, base, unit)
        if item.doubt is not None:
            place = _t("from {0}").format(place)
        out.append(CrossingLine(item.crossing.row, place, length, item.risk, item.state))
    return tuple(out)


def lines_of_flags(flags: Sequence[Decision], depths: DepthMap | None, unit: str) -> tuple[CrossingLine, ...]:
    """Return a line for each flag on rows; its row is the middle one."""
    out = []
    for flag in flags:
        middle = (flag.rows.start + flag.rows.stop) // 2
        place = _t("row {0}").format(f"{middle:,}")
        if depths is not None:
            place = f"{format_fixed(float(depths.depth_at(np.array([middle], np.float64))[0]), 1)} {unit}"
        out.append(CrossingLine(middle, place, reason_words(flag.reason), 0.0, "flagged", is_crossing=False))
    return tuple(out)


def risk_words(item: QueueItem, line: CrossingLine) -> str:
    """Return how likely a place is wrong and what hangs on it; at loose ink, what it is."""
    if item.doubt is not None and item.doubt.cause == "loose ink":
        return _t("Ink that neither curve took · {0} likely wrong beside it").format(percent(item.risk))
    words = _t("{0} likely wrong · {1} hang on it") if item.doubt is None else _t("{0} likely wrong over {1}")
    return words.format(percent(item.risk), line.length)


def decision_words(decision: Decision | None, *, state: ReviewState = "open") -> str:
    """Return who decided what and when, with the reason of a flag; empty where nobody did and its rows are open."""
    if decision is None:
        return _t("Accepted with its rows, not on its own.") if state == "accepted" else ""
    verdicts = {"kept": _t("Kept"), "exchanged": _t("Exchanged"), "flagged": _t("Flagged")}
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(decision.at))
    how = _t(", with many others at once") if decision.choice == "bulk" else ""
    said = _t("{0} by {1}, {2}{3}.").format(verdicts[decision.verdict], decision.by, when, how)
    why = " – ".join(part for part in (reason_words(decision.reason), decision.comment) if part)
    return f"{said} {why}".strip()


def still_wrong_words(said: StillWrong | None, crossings: int) -> str:
    """Return the estimate of what is still wrong, or what it waits for, as a sentence."""
    if not crossings:
        return ""
    if said is None:
        return _t("How many are still wrong is told once some of the tenth drawn at random were looked at.")
    if not said.left:
        return _t("Every crossing was looked at, one by one.")
    return _t(
        "Of {0} drawn at random {1} had to be exchanged: of the {2} that nobody looked at, {3} are likely wrong ({4} to {5})."
    ).format(said.drawn, said.wrong, said.left, round(said.likely), int(said.low), int(np.ceil(said.high)))


def percent(share: float) -> str:
    """Return a chance in percent, fine where it is small.

    >>> percent(0.0004), percent(0.31)
    ('under 0.1 %', '31 %')
    """
    if share < 0.001:
        return _t("under 0.1 %")
    return f"{100 * share:.1f} %" if share < 0.01 else f"{100 * share:.0f} %"


def _t(text: str) -> str:
    return QCoreApplication.translate("Review", text)
