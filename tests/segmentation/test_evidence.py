"""Evidence is kept where it stands on the scan and belongs to one model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from veerdesk.rows import RowSpan
from veerdesk.segmentation.decide import decided
from veerdesk.segmentation.evidence import EvidencePlanes
from veerdesk.segmentation.segment import BandEvidence
from veerdesk.segmentation.sight import AS_SEEN, FIELDS, Sight


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


def _with_sight(first: int) -> BandEvidence:
    rng, band = np.random.default_rng(first), _band()
    cells = rng.integers(1, 256, (300 // 11, FIELDS)).astype(np.uint8)
    cells[:, 0] = AS_SEEN
    return replace(band, sight=Sight(first + 11 * np.arange(len(cells)), cells))


def test_what_is_seen_along_a_track_reads_back_as_written_and_a_newer_band_takes_its_place() -> None:
    planes, band, newer = EvidencePlanes(origin_col=64, digest="a"), _with_sight(503), _with_sight(507)
    planes.write(band)
    seen = planes.seen(RowSpan(0, 1000))
    part = planes.seen(RowSpan(510, 530))
    planes.write(newer)

    assert np.array_equal(seen.at, band.sight.at)
    assert np.array_equal(seen.cells, band.sight.cells)
    assert part.at.tolist() == [514, 525]
    assert np.array_equal(planes.snapshot().seen(RowSpan(0, 1000)).cells, newer.sight.cells)
    assert np.array_equal(planes.seen(RowSpan(0, 1000)).at, newer.sight.at)
    planes.clear()
    assert len(planes.seen(RowSpan(0, 1000)).at) == 0
