"""Compile the decode ahead of time, so that no gesture ever waits for a compiler.

Separate because set-up calls it once and nobody else needs it.
"""

from __future__ import annotations

import numpy as np

from veerdesk.rows import RowSpan
from veerdesk.tracing.crossings import find_crossings
from veerdesk.tracing.decode import Decoder


def warm_up() -> None:
    """Decode a few drawn rows, which compiles every function of the decode into the user's cache.

    About 15 s the first time on one busy core; a fraction of a second after that.
    """
    p1 = np.zeros((8, 32), np.uint8)
    p2 = p1.copy()
    p1[:, 8:12] = 255
    p2[2:, 20:23] = 255
    decoder = Decoder(RowSpan(0, 8), lambda s: (p1[s.start : s.stop], p2[s.start : s.stop], 0), (), 4.0, 32.0, False)
    decoder.solve()
    trace, _ = decoder.resolve([RowSpan(2, 3)])
    find_crossings(trace, decoder)


if __name__ == "__main__":
    warm_up()
