"""One mnemonic, one curve: later tracks win, every join is named, two units are refused."""

from __future__ import annotations

import numpy as np
import pytest

from veerdesk.calibration.curve import Curve
from veerdesk.calibration.splice import Splice, TrackCurve, spliced
from veerdesk.errors import UnusableInputError

DEPTH = np.arange(10) * 0.5
NAN = np.nan


def part(track: str, values: list[float], mnemonic: str = "GR", unit: str = "GAPI") -> TrackCurve:
    return TrackCurve(track, Curve(mnemonic, unit, "", DEPTH, np.array(values, float)))


def test_the_later_track_wins_where_both_hold_a_value() -> None:
    curves, splices = spliced(
        [part("A", [1, 1, 1, 1, 1, 1, NAN, NAN, NAN, NAN]), part("B", [NAN, NAN, NAN, NAN, 2, 2, 2, 2, NAN, 2])]
    )

    assert len(curves) == 1
    assert np.allclose(curves[0].value, [1, 1, 1, 1, 2, 2, 2, 2, NAN, 2], equal_nan=True)
    assert splices == (Splice("GR", "A", 0.0, 1.5), Splice("GR", "B", 2.0, 4.5))


def test_a_null_of_the_later_track_does_not_erase_the_earlier_one() -> None:
    curves, _ = spliced([part("A", [1.0] * 10), part("B", [NAN, 2] * 5)])

    assert np.allclose(curves[0].value, [1, 2] * 5)


def test_other_mnemonics_stay_apart_and_in_order() -> None:
    curves, splices = spliced([part("A", [1.0] * 10), part("A", [2.0] * 10, "SP", "MV")])

    assert [c.mnemonic for c in curves] == ["GR", "SP"]
    assert splices == ()


def test_two_units_under_one_mnemonic_are_refused_by_name() -> None:
    with pytest.raises(UnusableInputError, match="GR stands in GAPI in track A and in API in track B"):
        spliced([part("A", [1.0] * 10), part("B", [1.0] * 10, unit="API")])


def test_case_does_not_make_another_curve() -> None:
    curves, splices = spliced([part("A", [1.0] * 10), part("B", [2.0] * 10, "gr", "gapi")])

    assert len(curves) == 1
    assert [s.track for s in splices] == ["B"]
