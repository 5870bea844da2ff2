"""What leaves agrees with itself: the pixels of a curve lie under its trace, and a person's word stands."""

from __future__ import annotations

import numpy as np

from veerdesk.labels.edits import Rule, apply_edit, paint
from veerdesk.labels.label_map import LabelMap
from veerdesk.labels.shapes import capsule
from veerdesk.rows import RowSpan
from veerdesk.session.following import follow_trace
from veerdesk.tracing.trace import Trace, TraceKind

ROWS, COLS = RowSpan(0, 1500), (0, 120)


def two_strokes() -> Trace:
    """Curve 1 stands at column 30, curve 2 at column 90, 5 px wide; curve 2 is absent in the last 300 rows."""
    x = np.repeat(np.array([[30.0], [90.0]]), ROWS.rows, axis=1)
    x[1, 1200:] = np.nan
    kind = np.where(np.isnan(x), int(TraceKind.ABSENT), int(TraceKind.OWN_INK)).astype(np.uint8)
    return Trace(ROWS, x, (x - 2).astype(np.float32), (x + 2).astype(np.float32), np.ones((2, 1500), np.float32), kind)


def provisional() -> LabelMap:
    """A label map whose second tile, rows 768 on, took the one curve for the other."""
    labels = LabelMap(0)
    classes = np.zeros((ROWS.rows, 120), np.uint8)
    classes[:768, 28:33], classes[:768, 88:93] = 1, 2
    classes[768:, 28:33], classes[768:, 88:93] = 2, 1
    labels.set_model(ROWS, 0, classes)
    return labels


def test_a_tile_that_exchanged_the_curves_is_put_in_line_with_the_trace() -> None:
    labels = provisional()

    moved = follow_trace(labels, two_strokes(), COLS, 5.0)

    shown = labels.classes(ROWS, COLS)
    assert (shown[:, 28:33] == 1).all()
    assert (shown[:1200, 88:93] == 2).all()
    assert moved == (1500 - 768) * 5 + (1200 - 768) * 5


def test_background_stays_and_absent_rows_keep_their_owner() -> None:
    labels = provisional()

    follow_trace(labels, two_strokes(), COLS, 5.0)

    shown = labels.classes(ROWS, COLS)
    assert (shown[:, :28] == 0).all()
    assert (shown[1200:, 88:93] == 1).all()


def test_a_persons_word_stands_against_the_trace() -> None:
    labels = provisional()
    edit = paint(labels, 1, capsule((900, 30), (910, 30), 2.0), 2, Rule.ANYTHING)
    assert edit is not None
    apply_edit(labels, edit)

    follow_trace(labels, two_strokes(), COLS, 5.0)

    assert (labels.classes(RowSpan(900, 911), (29, 32)) == 2).all()
