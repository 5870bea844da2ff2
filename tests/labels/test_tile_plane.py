"""TilePlane against a plain array."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.labels.tile_plane import LIVE_TILES, TilePlane, pack, unpack
from veerdesk.rows import RowSpan

BLOCKS = st.lists(
    st.tuples(st.integers(0, 700), st.integers(-300, 500), st.integers(1, 300), st.integers(1, 300), st.integers(0, 2)),
    max_size=6,
)


@given(blocks=BLOCKS, fill=st.sampled_from([0, 255]))
@settings(deadline=None, max_examples=40)
def test_plane_equals_an_array(blocks: list[tuple[int, int, int, int, int]], fill: int) -> None:
    plane, truth = TilePlane(fill), np.full((1100, 1200), fill, np.uint8)
    rng = np.random.default_rng(len(blocks))

    for row, col, height, width, value in blocks:
        block = np.where(rng.random((height, width)) < 0.5, value, fill).astype(np.uint8)
        plane.write(row, col, block)
        truth[row : row + height, col + 350 : col + 350 + width] = block

    assert np.array_equal(plane.read(RowSpan(0, 1100), (-350, 850)), truth)


def test_tiles_beyond_the_live_ones_survive_eviction() -> None:
    plane = TilePlane(0)
    for tile in range(LIVE_TILES * 2):
        plane.write(tile * 256, 0, np.full((1, 1), 1 + tile % 2, np.uint8))

    read = plane.read(RowSpan(0, LIVE_TILES * 512), (0, 1))[::256, 0]

    assert read.tolist() == [1 + tile % 2 for tile in range(LIVE_TILES * 2)]


def test_dirty_tiles_rebuild_the_plane() -> None:
    plane, copy = TilePlane(255), TilePlane(255)
    plane.write(250, -10, np.ones((20, 20), np.uint8))

    for ty, tx, blob in plane.take_dirty():
        assert blob is not None
        copy.load(ty, tx, blob)

    assert np.array_equal(copy.read(RowSpan(0, 600), (-300, 300)), plane.read(RowSpan(0, 600), (-300, 300)))
    assert plane.take_dirty() == []
    assert copy.take_dirty() == []


def test_a_tile_written_back_to_its_fill_is_absent() -> None:
    plane = TilePlane(255)
    plane.write(0, 0, np.zeros((4, 4), np.uint8))
    plane.take_dirty()

    plane.write(0, 0, np.full((4, 4), 255, np.uint8))

    assert plane.take_dirty() == [(0, 0, None)]
    assert list(plane.tiles()) == []


def test_clear_reports_every_tile_as_gone() -> None:
    plane = TilePlane(0)
    plane.write(0, 0, np.ones((300, 4), np.uint8))
    plane.take_dirty()

    plane.clear()

    assert plane.take_dirty() == [(0, 0, None), (1, 0, None)]
    assert not plane.read(RowSpan(0, 300), (0, 4)).any()


def test_a_snapshot_does_not_follow_later_writes() -> None:
    plane = TilePlane(0)
    plane.write(0, 0, np.ones((4, 4), np.uint8))
    snapshot = plane.snapshot()

    plane.write(0, 0, np.full((4, 4), 2, np.uint8))

    assert (snapshot.read(RowSpan(0, 4), (0, 4)) == 1).all()


@pytest.mark.parametrize("blob", [b"", b"not a tile", pack(np.zeros((256, 256), np.uint8))[:-3]])
def test_a_damaged_tile_is_refused(blob: bytes) -> None:
    with pytest.raises(ValueError, match="tile"):
        unpack(blob)
