"""Small scans drawn for each test, in every format that archives hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


@pytest.fixture
def drawn() -> Callable[..., Grey]:
    """Return a function that draws a grid and a swinging curve: (height, width) uint8, pure black on white."""

    def draw(height: int = 700, width: int = 180) -> Grey:
        out = np.full((height, width), 255, np.uint8)
        out[::50] = 0
        out[:, ::30] = 0
        rows = np.arange(height)
        cols = (width / 2 + width / 3 * np.sin(rows / 40)).astype(int)
        for step in range(4):
            out[rows, np.clip(cols + step, 0, width - 1)] = 0
        return out

    return draw


@pytest.fixture
def painted(drawn: Callable[..., Grey]) -> NDArray[np.uint8]:
    """Return the drawing as (700, 180, 3) RGB with a red upper half of the curve's ink and yellow paper."""
    grey = drawn()
    out = np.where(grey[..., None] == 0, np.uint8([200, 0, 0]), np.uint8([250, 240, 200]))
    out[350:][grey[350:] == 0] = (0, 0, 0)
    return np.asarray(out, np.uint8)


@pytest.fixture
def minimal_pdf(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a PDF of pages, each a content stream and an optional picture object."""

    def write(*pages: tuple[bytes, bytes | None], size: tuple[int, int] = (90, 350)) -> Path:
        objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
        kids = []
        for content, picture in pages:
            objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
            stream = len(objects)
            resources = b""
            if picture is not None:
                objects.append(picture)
                resources = b"/XObject << /Im %d 0 R >>" % len(objects)
            objects.append(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources << %s >> >>"
                % (*size, stream, resources)
            )
            kids.append(b"%d 0 R" % len(objects))
        objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
        out, offsets = bytearray(b"%PDF-1.4\n"), []
        for number, body in enumerate(objects, 1):
            offsets.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        out += b"".join(b"%010d 00000 n \n" % at for at in offsets)
        out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
        path = tmp_path / "pages.pdf"
        path.write_bytes(bytes(out))
        return path

    return write
