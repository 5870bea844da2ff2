"""A scan that is open: what is read while it is decoded and after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import pyvips

from veerdesk.errors import InterruptedWorkError, UnusableInputError
from veerdesk.imaging.progress import Unstoppable, unwatched
from veerdesk.imaging.scan import begin_scan, file_digest, open_scan
from veerdesk.rows import RowSpan


@pytest.fixture
def tall(tmp_path: Path, drawn: Callable[..., np.ndarray]) -> tuple[Path, np.ndarray]:
    pixels = drawn(5_000, 300)
    path = tmp_path / "tall.tif"
    pyvips.Image.new_from_array(pixels).tiffsave(str(path), compression="ccittfax4", bitdepth=1)
    return path, pixels


def test_rows_can_be_read_while_the_rest_is_decoded(tall: tuple[Path, np.ndarray]) -> None:
    path, pixels = tall
    scan, ingest = begin_scan(path)
    seen: list[tuple[int, bool, bool]] = []

    def watch(share: float) -> None:
        ready = scan.ready_rows
        whole = scan.read(RowSpan(0, scan.height), (0, scan.width))
        seen.append((ready, np.array_equal(whole[:ready], pixels[:ready]), bool((whole[ready:] == 255).all())))

    assert ingest is not None
    assert scan.ready_rows == 0
    ingest(Unstoppable(), watch)

    assert [ready for ready, _, _ in seen] == [1024, 2048, 3072, 4096, 5000]
    assert all(right and paper for _, right, paper in seen)
    assert scan.is_complete
    scan.close()


def test_a_second_opening_decodes_nothing(tall: tuple[Path, np.ndarray]) -> None:
    path, pixels = tall
    open_scan(path).close()

    scan, ingest = begin_scan(path)

    assert ingest is None
    assert scan.is_complete
    assert np.array_equal(scan.read(RowSpan(0, 5_000), (0, 300)), pixels)
    scan.close()


def test_a_copy_under_another_name_is_known_by_its_content(tall: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, _ = tall
    open_scan(path).close()
    copy = tmp_path / "other name.tif"
    copy.write_bytes(path.read_bytes())

    scan, ingest = begin_scan(copy)

    assert ingest is None
    assert scan.digest == file_digest(path)
    scan.close()


def test_a_file_written_over_is_decoded_anew(tall: tuple[Path, np.ndarray]) -> None:
    path, pixels = tall
    open_scan(path).close()
    pyvips.Image.new_from_array(255 - pixels).tiffsave(str(path), compression="ccittfax4", bitdepth=1)

    with open_scan(path) as scan:
        assert np.array_equal(scan.read(RowSpan(0, 5_000), (0, 300)), 255 - pixels)


def test_a_large_file_is_hashed_beside_its_first_rows(
    tall: tuple[Path, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = tall
    monkeypatch.setattr("veerdesk.imaging.scan._HASHED_AT_ONCE_BYTES", 0)
    with open_scan(path) as scan:
        first = scan.digest

    scan, ingest = begin_scan(path)

    assert ingest is None  # its stamp was noted, so that it is not even hashed again
    assert scan.digest == first == file_digest(path)
    scan.close()


def test_windows_beyond_the_edges_are_paper(tall: tuple[Path, np.ndarray]) -> None:
    path, pixels = tall

    with open_scan(path) as scan:
        window = scan.read(RowSpan(-10, 20), (290, 320))
        outside = scan.read(RowSpan(6_000, 6_010), (0, 5))

    assert np.array_equal(window[10:, :10], pixels[:20, 290:])
    assert (window[:10] == 255).all()
    assert (window[:, 10:] == 255).all()
    assert (outside == 255).all()


def test_a_cancelled_ingest_leaves_nothing_that_is_taken_for_whole(
    tall: tuple[Path, np.ndarray], own_cache: Path
) -> None:
    path, pixels = tall

    class AfterTwo:
        asked = 0

        def is_cancelled(self) -> bool:
            self.asked += 1
            return self.asked > 2

    scan, ingest = begin_scan(path)
    assert ingest is not None
    with pytest.raises(InterruptedWorkError, match="row 2048 of 5000"):
        ingest(AfterTwo(), unwatched)

    assert not scan.is_complete
    assert np.array_equal(scan.read(RowSpan(0, 2_048), (0, 300)), pixels[:2_048])
    scan.close()
    assert not list(own_cache.glob("entry-*"))
    again, ingest = begin_scan(path)
    assert ingest is not None
    again.close()


def test_closing_stops_a_running_ingest_and_cleans_up(tall: tuple[Path, np.ndarray], own_cache: Path) -> None:
    path, _ = tall
    scan, ingest = begin_scan(path)

    assert ingest is not None
    with pytest.raises(InterruptedWorkError):
        ingest(Unstoppable(), lambda share: scan.close())

    assert not list(own_cache.glob("entry-*"))


def test_a_scan_that_changes_while_it_is_read_is_refused(tall: tuple[Path, np.ndarray], own_cache: Path) -> None:
    path, _ = tall
    body = path.read_bytes()
    scan, ingest = begin_scan(path)

    assert ingest is not None
    with pytest.raises(UnusableInputError, match="changed while it was being read"):
        ingest(Unstoppable(), lambda share: (path.write_bytes(body + b"x"), None)[1])

    scan.close()
    assert not list(own_cache.glob("*.json"))


def test_reading_after_close_is_our_own_mistake(tall: tuple[Path, np.ndarray]) -> None:
    path, pixels = tall
    scan = open_scan(path)
    window = scan.read(RowSpan(0, 10), (0, 10))
    scan.close()
    scan.close()

    assert np.array_equal(window, pixels[:10, :10])
    with pytest.raises(ValueError, match="was closed"):
        scan.read(RowSpan(0, 1), (0, 1))


def test_progress_ends_at_one(tall: tuple[Path, np.ndarray]) -> None:
    path, _ = tall
    shares: list[float] = []

    open_scan(path, progress=shares.append).close()

    assert shares == sorted(shares)
    assert shares[-1] == 1.0
