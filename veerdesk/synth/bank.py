"""Real curve shapes from public wells, and which of them training may see.

Separate because the split by well is a promise: nothing drawn from a held-out well is ever trained on.
The file and its sources are described in ``resources/curvebank/ATTRIBUTION.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from veerdesk.resources import resource

#: Wells that only evaluation, the sample well and the frozen set may use.
HELD_OUT_WELLS = (
    "16_2-6",
    "25_11-24",
    "31_3-2",
    "34_7-13",
    "35_11-7",
    "38334774",
    "38334800",
    "ex2_1044839000",
    "L0509_comp",
)

#: Value of one count of the stored 16-bit integers: API, mV, inch, log10(ohm m), g/cm3, share, us/ft, barn.
_COUNT = {
    "GR": 0.1,
    "SP": 0.1,
    "CALI": 0.01,
    "RDEEP": 0.001,
    "RMED": 0.001,
    "RSHAL": 0.001,
    "RHOB": 0.001,
    "NPHI": 0.0005,
    "DT": 0.05,
    "PEF": 0.01,
}
_NULL = -32768


@dataclass(frozen=True, slots=True)
class BankWell:
    """One well of the bank.

    ``values`` holds a float64 array of n samples for each mnemonic, NaN where the well has none; resistivities are
    log10 of ohm metres. Sample i stands at ``top + i * step`` in ``unit``.
    """

    name: str
    top: float
    step: float
    unit: str
    values: dict[str, NDArray[np.float64]]

    @property
    def samples(self) -> int:
        """Number of samples of every curve."""
        return len(next(iter(self.values.values())))


@lru_cache(maxsize=1)
def load_bank() -> dict[str, BankWell]:
    """Return every well of the bank by name.

    Raises
    ------
    UnusableInputError
        The bank is missing from the installation.
    """
    wells: dict[str, BankWell] = {}
    with np.load(resource("curvebank", "curvebank.npz"), allow_pickle=False) as stored:
        for key in stored.files:
            name, _, part = key.partition("|")
            if part != "values":
                continue
            *names, unit = (str(text) for text in stored[f"{name}|names"])
            counts = np.cumsum(stored[key], axis=1, dtype=np.int16)  # stored as differences, modulo 2**16
            top, step = (float(value) for value in stored[f"{name}|depth"])
            values = {
                mnemonic: np.where(row == _NULL, np.nan, row * _COUNT[mnemonic])
                for mnemonic, row in zip(names, counts, strict=True)
            }
            wells[name] = BankWell(name, top, step, unit, values)
    return wells


def train_wells() -> tuple[BankWell, ...]:
    """Return the wells that training may draw from, in a fixed order."""
    return tuple(well for name, well in sorted(load_bank().items()) if name not in HELD_OUT_WELLS)


def held_out_wells() -> tuple[BankWell, ...]:
    """Return the wells that training never sees, in a fixed order."""
    return tuple(well for name, well in sorted(load_bank().items()) if name in HELD_OUT_WELLS)
