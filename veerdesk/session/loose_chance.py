"""How likely a piece of ink that neither curve took tells of a curve that went wrong beside it.

Separate because loose ink is found by the decode, which cannot say what it means: a spike's limb that was missed, or a speck.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veerdesk.tracing.loose_ink import LooseInk

# Chance, as a logistic sum, that a row in or within three rows of the piece is wrong: 1, log of its area, how sure the model is
# of its ink, log of 1 + its distance from the nearer curve, logs of its height and width; lengths in strokes. Fitted on 950
# pieces of the rendered logs, of 140 of every preset, in which less than 40 % of the rows are wrong. Held out, 10 of 12 of
# those called .85 and more were, 200 of 268 of .7 to .85, 226 of 387 of .5 to .7, 127 of 283 of less.
_WEIGHTS = (0.655, 0.576, 1.248, -0.485, -0.453, -0.346)


def loose_chance(piece: LooseInk, stroke_px: float) -> float:
    """Return the chance (0..1) that a curve is right beside a piece of loose ink."""
    stroke = max(1.0, stroke_px)
    height, width = piece.rows.rows / stroke, (piece.right - piece.left) / stroke
    measures = (1.0, math.log(piece.area), piece.inked, math.log1p(piece.away), math.log(height), math.log(width))
    return 1.0 / (1.0 + math.exp(sum(w * m for w, m in zip(_WEIGHTS, measures, strict=True))))
