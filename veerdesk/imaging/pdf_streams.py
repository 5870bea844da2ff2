"""Pictures that lie in a PDF as fax or JPEG data, given to libvips as the file that they would be on their own.

Separate because PDFium decodes a picture only whole, and none of more than 65,535 rows; a log on one tall page is both.
"""

from __future__ import annotations

import mmap
import re
import struct
from pathlib import Path
from typing import Any

# A stream's dictionary is written right before it; no dictionary of a picture we have seen is longer than 2 kB.
_DICTIONARY_BYTES = 8192
_FOUND_BY_BYTES = 4096
_GREY_NAMES = rb"/ColorSpace\s*\[?\s*/(DeviceGray|CalGray)\b"


def embedded_file(path: Path, picture: Any, size: tuple[int, int]) -> bytes | None:
    """Return the TIFF or JPEG file that a picture of ``size`` (width, height) would be on its own, None where there is none like it.

    None too where the page shows the picture otherwise than its own data do: turned, masked, inverted or transparent.

    Parameters
    ----------
    picture
        PDFium's picture object, at the page's own level.

    Source: ISO 32000-1, 7.4.6 (fax), 7.4.8 (JPEG), 8.9.5 (image dictionaries); ITU-T T.6; TIFF 6.0.
    """
    filters = picture.get_filters()
    if picture.level != 0 or not _is_upright(picture) or filters not in (["CCITTFaxDecode"], ["DCTDecode"]):
        return None
    data = bytes(picture.get_data())
    words = _dictionary(path, data)
    if words is None or re.search(rb"/(SMask|Mask|ImageMask)\b(?!\s+false)", words):
        return None
    if filters == ["DCTDecode"]:
        is_plain = not re.search(rb"/Decode\b|/Indexed\b|/Separation\b|/DeviceN\b|/Lab\b", words)
        return data if is_plain else None
    return _fax_file(words, data, size)


def _is_upright(picture: Any) -> bool:
    a, b, c, d, _, _ = picture.get_matrix().get()
    return bool(a > 0 and d > 0 and abs(b) < 1e-6 * a and abs(c) < 1e-6 * d)


def _dictionary(path: Path, data: bytes) -> bytes | None:
    """Return the text of the dictionary before a stream, None where it is not found, as in an encrypted file."""
    if not data:
        return None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        at = whole.find(data[:_FOUND_BY_BYTES])
        while at >= 0 and whole[at : at + len(data)] != data:  # fax pages often begin alike
            at = whole.find(data[:_FOUND_BY_BYTES], at + 1)
        if at < 0:
            return None
        before = bytes(whole[max(0, at - _DICTIONARY_BYTES) : at])
    ends = re.search(rb"stream\r?\n$", before)
    starts = [m.end() for m in re.finditer(rb"\d+\s+\d+\s+obj\b", before)]
    return before[starts[-1] : ends.start()] if ends and starts else None


def _fax_file(words: bytes, data: bytes, size: tuple[int, int]) -> bytes | None:
    """Return Group 4 data as a TIFF of one strip; None for Group 3, and where a number is written elsewhere."""
    width, height = size
    is_known = _number(words, b"K", 0) == -1 and _number(words, b"Columns", 1728) == width
    if not is_known or re.search(_GREY_NAMES, words) is None or re.search(rb"/EncodedByteAlign\s+true", words):
        return None
    decode = re.search(rb"/Decode\s*\[([^\]]*)\]", words)
    if decode is None and re.search(rb"/Decode\b", words):
        return None
    is_inverted = decode is not None and decode.group(1).split()[:1] != [b"0"]
    shows_runs_white = bool(re.search(rb"/BlackIs1\s+true", words)) != is_inverted
    # ImageWidth, ImageLength, BitsPerSample, Compression (T.6), PhotometricInterpretation, StripOffsets,
    # SamplesPerPixel, RowsPerStrip, StripByteCounts: TIFF 6.0, section 8 and 11.
    tags = (256, width), (257, height), (258, 1), (259, 4), (262, int(shows_runs_white))
    strip = (273, 8), (277, 1), (278, height), (279, len(data))
    body = data + b"\0" * (len(data) % 2)
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in (*tags, *strip))
    head = struct.pack("<2sHI", b"II", 42, 8 + len(body))
    return head + body + struct.pack("<H", len(tags) + len(strip)) + directory + b"\0" * 4


def _number(words: bytes, name: bytes, usual: int) -> int | None:
    """Return a number of a dictionary, None where it stands in an object of its own."""
    if re.search(rb"/(DecodeParms|DP)\s+\d+\s+\d+\s+R", words):
        return None
    found = re.search(rb"/" + name + rb"\s+(-?\d+)\b(?!\s+\d+\s+R)", words)
    return int(found.group(1)) if found else usual
