"""TilePlane against a plain array."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerdesk.labels.tile_plane import LIVE_TILES, LooseTile, TilePlane, pack, unpack
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


def test_what_is_unpacked_ahead_is_no_news_and_reads_as_before() -> None:
    written = TilePlane(0)
    written.write(100, 100, np.arange(200 * 300, dtype=np.uint32).reshape(200, 300).astype(np.uint8))
    plane = written.snapshot()
    rows, cols = RowSpan(0, 600), (0, 600)

    plane.unpack_ahead(rows, cols)
    plane.unpack_ahead(RowSpan(0, 100 * LIVE_TILES), cols)

    assert not plane.news
    assert np.array_equal(plane.read(rows, cols), written.read(rows, cols))


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


def test_copies_for_the_writer_are_the_tiles_as_they_were() -> None:
    plane, packed = TilePlane(255), TilePlane(255)
    for each in (plane, packed):
        each.write(250, -10, np.ones((20, 20), np.uint8))

    copies = plane.take_copies()
    plane.write(250, -10, np.zeros((20, 20), np.uint8))

    assert len(copies) == 4
    wanted = packed.take_dirty()
    for (*place, loose), (*same, blob) in zip(copies, wanted, strict=True):
        assert isinstance(loose, LooseTile)
        assert (place, loose.packed()) == (same, blob)
    assert len(plane.take_copies()) == 4


def test_a_tile_is_what_it_was_when_it_was_taken_whenever_it_is_packed() -> None:
    plane = TilePlane(255)
    plane.write(0, 0, np.ones((4, 4), np.uint8))
    ((_, _, first),) = plane.take_copies()
    assert isinstance(first, LooseTile)
    blob = first.packed()

    plane.write(0, 0, np.zeros((4, 4), np.uint8))  # in the array that was lent: it is packed
    ((_, _, second),) = plane.take_copies()
    assert isinstance(second, LooseTile)
    assert plane.exchange(0, 0, np.zeros((4, 4), np.uint8), np.full((4, 4), 2, np.uint8))  # in another: it is not

    assert first.packed() == blob
    assert blob is not None
    assert unpack(blob)[0, 0] == 1
    late = second.packed()
    assert late is not None
    assert unpack(late)[0, 0] == 0
    assert plane.read(RowSpan(0, 1), (0, 1))[0, 0] == 2


def test_a_copy_of_a_tile_that_is_fill_again_removes_it() -> None:
    plane = TilePlane(255)
    plane.write(0, 0, np.zeros((4, 4), np.uint8))
    plane.take_copies()

    plane.write(0, 0, np.full((4, 4), 255, np.uint8))

    ((_, _, loose),) = plane.take_copies()
    assert isinstance(loose, LooseTile)
    assert loose.packed() is None


def test_many_tiles_are_packed_at_once_and_not_copied() -> None:
    plane = TilePlane(0)
    plane.write(0, 0, np.ones((256 * 25, 4), np.uint8))

    assert all(isinstance(blob, bytes) for _, _, blob in plane.take_copies())


def test_a_lent_tile_that_leaves_the_live_ones_is_kept_as_it_was_lent() -> None:
    plane = TilePlane(0)
    plane.write(0, 0, np.ones((256 * 20, 4), np.uint8))
    lent = plane.take_copies()
    blobs = [loose.packed() for _, _, loose in lent[:10] if isinstance(loose, LooseTile)]

    for k in range(LIVE_TILES):
        plane.write(256 * (30 + k), 0, np.ones((4, 4), np.uint8))

    kept = {ty: blob for ty, _, blob in plane.tiles()}
    assert len(blobs) == 10
    assert [kept[ty] for ty in range(10)] == blobs
    assert plane.read(RowSpan(0, 256 * 20), (0, 4)).all()


def test_writing_says_whether_a_pixel_is_another_one() -> None:
    plane = TilePlane(0)

    said = [plane.write(250, 250, np.full((12, 12), value, np.uint8)) for value in (0, 1, 1, 0, 0)]

    assert said == [False, True, False, True, False]


@given(st.integers(0, 700), st.integers(-300, 500), st.integers(1, 60), st.integers(1, 60))
@settings(deadline=None, max_examples=60)
def test_a_view_is_what_a_copy_would_be(row: int, col: int, height: int, width: int) -> None:
    plane = TilePlane(7)
    plane.write(100, -100, np.random.default_rng(1).integers(0, 3, (400, 400), np.uint8))
    window = RowSpan(row, row + height), (col, col + width)

    assert np.array_equal(plane.view(*window), plane.read(*window))


def test_a_block_is_exchanged_only_where_the_other_stands() -> None:
    plane = TilePlane(255)
    nothing, block = np.full((3, 5), 255, np.uint8), np.ones((3, 5), np.uint8)

    assert not plane.exchange(10, 300, block, nothing)
    assert plane.take_dirty() == []
    assert plane.row_spans() == ()
    assert plane.exchange(10, 300, nothing, block)

    assert np.array_equal(plane.read(RowSpan(10, 13), (300, 305)), block)
    assert [key[:2] for key in plane.take_dirty()] == [(0, 1)]


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
