"""Maps from how sure the program was to how often it was right, fitted to counts, and the table that judges them.

Separate because it is statistics over two columns of numbers: no model, no scan and no decode.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veerdesk.calibration.chance import ChanceMap

#: Knots of the map of margins, nats: close where margins are many.
MARGIN_KNOTS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0, 20.0, 30.0, 45.0, 70.0, 100.0, 200.0, 500.0)
#: Groups of equal number that the confidences of rows are cut into, and a table's; fewer where a group would be smaller.
ROW_GROUPS, TABLE_GROUPS, LEAST_IN_GROUP = 24, 8, 25
# Weight of what is believed before anything is counted: that a larger margin is a better one. Keeps few counts finite.
_PRIOR, _STEPS, _LEAST_RISE = 0.5, 60, 0.05


@dataclass(frozen=True, slots=True)
class Counted:
    """Answers of one kind: ``sure`` ``(n,)`` float64, nats or confidence, and ``right`` ``(n,)`` bool."""

    sure: NDArray[np.float64]
    right: NDArray[np.bool_]


def margin_map(counted: Counted) -> ChanceMap:
    """Return the chance of a crossing's pairing as a logistic curve over the logarithm of its margin, at least one half.

    Two numbers are fitted, so that a few hundred crossings suffice and a larger margin is always the better one.
    """
    x = np.log1p(counted.sure)
    features = np.stack([np.ones_like(x), x], axis=1)  # (n, 2)
    weights = np.array([0.0, 1.0])
    for _ in range(_STEPS):
        chance = _logistic(features @ weights)
        slope = features.T @ (counted.right - chance) - _PRIOR * (weights - (0.0, 1.0))
        bend = (features * (chance * (1.0 - chance))[:, None]).T @ features + _PRIOR * np.eye(2)
        step = np.linalg.solve(bend, slope)
        weights = weights + step / max(1.0, float(np.abs(step).max()))
    level, rise = float(weights[0]), float(weights[1])
    if rise < _LEAST_RISE:  # too few or too odd to learn from: only how many were right
        level, rise = level + (rise - _LEAST_RISE) * float(x.mean()), _LEAST_RISE
    at = np.array(MARGIN_KNOTS)
    chance = np.clip(_logistic(level + rise * np.log1p(at)), 0.5, 0.9999)
    return ChanceMap(MARGIN_KNOTS, tuple(round(float(c), 5) for c in chance))


def _logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -50.0, 50.0))), np.float64)


def row_map(counted: Counted) -> ChanceMap:
    """Return the chance of a row's value by its confidence: shares of groups of equal number, made never to fall.

    Full confidence is a person's word, which the model never claims, and stays what it is.
    """
    order = np.argsort(counted.sure, kind="stable")
    groups = [g for g in np.array_split(order, ROW_GROUPS) if len(g)]
    at = np.array([counted.sure[g].mean() for g in groups])
    right = np.array([counted.right[g].sum() for g in groups], np.float64)
    number = np.array([len(g) for g in groups], np.float64)
    chance = _never_falling((right + 0.5) / (number + 1.0), number)
    knots: dict[float, float] = {}
    for place, share in zip(at.tolist(), chance.tolist(), strict=True):
        knots[round(place, 4)] = round(share, 4)
    knots[1.0] = 1.0
    return ChanceMap(tuple(knots), tuple(knots.values()))


def reliability_table(
    counted: Counted, fitted: ChanceMap, plain: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> dict[str, Any]:
    """Return how a map does on answers it was not fitted to, beside what the plain figure claims.

    ``error`` and ``plain_error``: mean distance of claimed chance and share right over groups of equal number, as a share;
    ``groups``: for each the number, the mean chance claimed by the map and by the plain figure, and the share right.
    """
    order = np.argsort(counted.sure, kind="stable")
    said, claimed = fitted.of_many(counted.sure), plain(counted.sure)
    number_of_groups = min(TABLE_GROUPS, max(1, len(order) // LEAST_IN_GROUP))
    groups = [g for g in np.array_split(order, number_of_groups) if len(g)]
    rows = [
        {
            "number": len(g),
            "from": round(float(counted.sure[g[0]]), 3),
            "to": round(float(counted.sure[g[-1]]), 3),
            "claimed": round(float(said[g].mean()), 4),
            "plain": round(float(claimed[g].mean()), 4),
            "right": round(float(counted.right[g].mean()), 4),
        }
        for g in groups
    ]
    number = max(1, len(counted.sure))
    return {
        "number": len(counted.sure),
        "error": round(sum(r["number"] * abs(r["claimed"] - r["right"]) for r in rows) / number, 4),
        "plain_error": round(sum(r["number"] * abs(r["plain"] - r["right"]) for r in rows) / number, 4),
        "groups": rows,
    }


def _never_falling(shares: NDArray[np.float64], number: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares made never to fall, neighbours that do pooled by their number.

    Source: Ayer et al. (1955), An empirical distribution function for sampling with incomplete information.

    >>> _never_falling(np.array([0.2, 0.6, 0.4]), np.array([1.0, 1.0, 1.0])).tolist()
    [0.2, 0.5, 0.5]
    """
    pools: list[tuple[float, float, int]] = []  # share, number, groups
    for share, count in zip(shares.tolist(), number.tolist(), strict=True):
        pool = (share, count, 1)
        while pools and pools[-1][0] > pool[0]:
            before = pools.pop()
            both = before[1] + pool[1]
            pool = ((before[0] * before[1] + pool[0] * pool[1]) / both, both, before[2] + pool[2])
        pools.append(pool)
    return np.array([share for share, _, groups in pools for _ in range(groups)])
