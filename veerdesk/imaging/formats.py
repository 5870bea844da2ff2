"""Any file that may hold a scan, as pages that give strips of rows from the top.

Separate because everything above this module knows rows of grey or RGB and no file format;
the two decoders behind it are ``vips_pages`` (TIFF, PNG, JPEG) and ``pdf_pages``.
"""

from __future__ import annotations

from pathlib import Path

from veerdesk.errors import UnusableInputError
from veerdesk.imaging.page import FileKind, Page

# A hundred times the largest log we know of (3,500 x 250,000) is no log but an attack or a damaged header.
MAX_PIXELS = 3_000_000_000
MAX_COLUMNS = 65_535
MAX_ROWS = 2_000_000

_SIGNATURES: tuple[tuple[bytes, FileKind], ...] = (
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
)
_PDF_SIGNATURE, _PDF_SEARCH_BYTES = b"%PDF-", 1024


def file_kind(path: Path) -> FileKind:
    """Return what a file is by its first bytes; its name says nothing.

    Raises
    ------
    UnusableInputError
        The file is missing, a folder, empty, unreadable or of a kind that is not read.
    """
    if path.is_dir():
        raise UnusableInputError(f"{path} is a folder, not a scan.", "Choose the scan file inside it.")
    try:
        with path.open("rb") as file:
            head = file.read(_PDF_SEARCH_BYTES)
    except FileNotFoundError as trouble:
        raise UnusableInputError(f"{path} does not exist.", "Check the file's name and folder.") from trouble
    except OSError as trouble:
        raise UnusableInputError(
            f"{path} cannot be read: {trouble.strerror or trouble}.", "Check that you may read it, then try again."
        ) from trouble
    if not head:
        raise UnusableInputError(f"{path} is empty (0 bytes).", "Copy or download the scan again.")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if _PDF_SIGNATURE in head:
        return "pdf"
    raise UnusableInputError(f"{path} {_what_it_is(head)}.", "Give the scan as a TIFF, PNG, JPEG or PDF file.")


def _what_it_is(head: bytes) -> str:
    """Return in words why a file is no scan; what else a person may take for one is named."""
    if head.lstrip()[:2].upper() == b"~V":
        return "is a LAS file, not a scan: it holds numbers already"
    if head.startswith(b"PK\x03\x04"):
        return "is a ZIP archive or an office document, not a scan"
    text = head[:24].decode("ascii", "replace").split("\n")[0].strip()
    if text.isprintable() and text.isascii() and text:
        return f"is not a scan but text, which begins with “{text}”"
    return "is not a scan: what it holds is no TIFF, PNG, JPEG or PDF, whatever its name says"


def open_pages(path: Path, *, page: int | None) -> tuple[Page, ...]:
    """Return the pages of a file, or the one page asked for (0 is the first), with headers read and nothing decoded.

    Raises
    ------
    UnusableInputError
        The file cannot be used, the page does not exist, or the pixels are more than the stated limits.
    """
    kind = file_kind(path)
    numbers = _numbers(path, kind)
    if page is not None:
        if not 0 <= page < len(numbers):
            raise UnusableInputError(
                f"{path} has {len(numbers)} page{'s' * (len(numbers) > 1)}; there is no page number {page}.",
                f"Pages are counted from 0; ask for 0 to {len(numbers) - 1}.",
            )
        numbers = numbers[page : page + 1]
    pages = [_page(path, number, kind) for number in numbers]
    _check_size(path, pages)
    return tuple(pages)


def page_count(path: Path) -> int:
    """Return the number of pages that can be asked for: 1 for PNG and JPEG; thumbnails in a TIFF do not count.

    Raises
    ------
    UnusableInputError
        The file cannot be used.
    """
    return len(_numbers(path, file_kind(path)))


# Each decoder is loaded by the first file of its kind: not by the window, and not by files of another kind.


def _numbers(path: Path, kind: FileKind) -> tuple[int, ...]:
    if kind == "pdf":
        from veerdesk.imaging.pdf_pages import pdf_numbers

        return pdf_numbers(path)
    from veerdesk.imaging.vips_pages import vips_numbers

    return vips_numbers(path, kind)


def _page(path: Path, number: int, kind: FileKind) -> Page:
    if kind == "pdf":
        from veerdesk.imaging.pdf_pages import PdfPage

        return PdfPage(path, number)
    from veerdesk.imaging.vips_pages import VipsPage

    return VipsPage(path, number, kind)


def _check_size(path: Path, pages: list[Page]) -> None:
    width = max(page.header.width for page in pages)
    height = sum(page.header.height for page in pages)
    if width > MAX_COLUMNS or height > MAX_ROWS or width * height > MAX_PIXELS:
        raise UnusableInputError(
            f"{path} says that it is {width:,} x {height:,} pixels, more than the {MAX_COLUMNS:,} columns, "
            f"{MAX_ROWS:,} rows and {MAX_PIXELS / 1e9:g} gigapixels that are read.",
            "Check that it is a scanned log; if it is, scan it at a lower resolution or in parts.",
        )
