"""Evidence is kept where it stands on the scan and belongs to one model."""

from __future__ import annotations

import numpy as np

from veerdesk.rows import RowSpan
from veerdesk.segmentation.decide import decided
from veerdesk.segmentation.evidence import EvidencePlanes
from veerdesk.segmentation.segment import BandEvidence


def _band() -> BandEvidence:
    rng = np.random.default_rng(3)
    p1, p2 = (rng.integers(0, 128, (300, 70)).astype(np.uint8) for _ in range(2))
    return BandEvidence(RowSpan(500, 800), 40, p1, p2, decided(p1, p2))


def test_evidence_reads_back_as_written_in_scan_columns() -> None:
    planes = EvidencePlanes(origin_col=64, digest="a")
    band = _band()

    planes.write(band)
    p1, p2 = planes.read(RowSpan(500, 800), (40, 110))

    assert np.array_equal(p1, band.p1)
    assert np.array_equal(decided(p1, p2), band.classes)


def test_evidence_of_another_model_is_forgotten() -> None:
    planes = EvidencePlanes(origin_col=0, digest="a")
    planes.write(_band())

    planes.begin("b")

    assert not planes.read(RowSpan(0, 1000), (0, 200))[0].any()
    assert planes.digest == "b"
