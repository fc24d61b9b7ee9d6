"""Drawings: strokes as our own numbers, or a photo whose bytes are checked and freed of what they tell besides.

A stroke is a row of x and y from 0 to 1000, the corner at the top left. Photos are JPEG or PNG by their
content, never by their name.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from pne_tracker.domain.errors import BadInputError

SIDE: Final = 1000
MOST_STROKES, MOST_POINTS = 400, 20_000
LARGEST_PHOTO: Final = 6 * 1024 * 1024
LARGEST_EDGE: Final = 12_000

_EOI, _SOS, _APP0, _APP1, _APP14, _APP15, _COM = 0xD9, 0xDA, 0xE0, 0xE1, 0xEE, 0xEF, 0xFE
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"})
_ORIENTATION: Final = 0x0112


class DrawingKind(StrEnum):
    """What a drawing is kept as."""

    STROKES = "strokes"
    JPEG = "jpeg"
    PNG = "png"


Strokes = tuple[tuple[tuple[int, int], ...], ...]


def strokes_of(text: str) -> Strokes:
    """Strokes from JSON `[[x, y, x, y, ...], ...]`. Raises BadInputError for anything else, or too much of it."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_drawing() from error
    if not isinstance(data, list) or not 1 <= len(data) <= MOST_STROKES:
        raise _no_drawing()
    found = tuple(_stroke(one) for one in data)
    if sum(map(len, found)) > MOST_POINTS:
        raise _no_drawing()
    return found


def _stroke(one: object) -> tuple[tuple[int, int], ...]:
    if not isinstance(one, list) or len(one) < 2 or len(one) % 2:
        raise _no_drawing()
    if not all(type(value) is int and 0 <= value <= SIDE for value in one):
        raise _no_drawing()
    return tuple(zip(one[::2], one[1::2], strict=True))


def strokes_as_text(strokes: Strokes) -> str:
    """The same strokes as JSON."""
    return json.dumps([[value for point in stroke for value in point] for stroke in strokes])


def _no_drawing() -> BadInputError:
    return BadInputError("This drawing cannot be read. Draw it again.", at="drawing", code="no_drawing")


def clean_photo(data: bytes) -> tuple[DrawingKind, bytes]:
    """The photo without place, time, device and comments; a JPEG keeps only which way is up.

    Raises BadInputError (`photo_too_large`, `no_photo`, `heic_photo`, `not_a_photo`).
    """
    if len(data) > LARGEST_PHOTO:
        raise BadInputError(
            "This photo is too large. Take a smaller one.", at="photo", code="photo_too_large"
        )
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return DrawingKind.JPEG, _clean_jpeg(data)
        if data.startswith(_PNG):
            return DrawingKind.PNG, _clean_png(data)
    except (struct.error, IndexError) as error:
        raise _not_a_photo() from error
    raise _refused(data)


def _refused(data: bytes) -> BadInputError:
    """Why these bytes are no photo we can keep."""
    if not data:
        return BadInputError("Choose a photo first.", at="photo", code="no_photo")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        return BadInputError("Choose a photo in JPEG or PNG, not HEIC.", at="photo", code="heic_photo")
    return _not_a_photo()


def _not_a_photo() -> BadInputError:
    return BadInputError("Choose a photo in JPEG or PNG.", at="photo", code="not_a_photo")


def _clean_jpeg(data: bytes) -> bytes:
    """No APP1 to APP13 and APP15, no comment, nothing after the end; Adobe's note on colours stays."""
    kept, turned, framed = bytearray(b"\xff\xd8"), 1, False
    for marker, segment in _segments(data):
        if marker in _FRAMES:
            _check_size(*struct.unpack_from(">HH", segment, 5))
            framed = True
        if marker == _SOS and not framed:
            raise _not_a_photo()
        if marker == _APP1 and segment[4:10] == b"Exif\0\0":
            turned = _orientation(segment[10:]) or turned
        if _stays(marker):
            kept += segment
    if not framed:
        raise _not_a_photo()
    upright = kept if turned == 1 else kept[:2] + _exif(turned) + kept[2:]
    return bytes(upright) + b"\xff\xd9"


def _stays(marker: int) -> bool:
    tells = _APP0 < marker <= _APP15 and marker != _APP14
    return not tells and marker != _COM


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker with its segment up to the end of the picture; that of a scan with its coded data."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise _not_a_photo()
        while data[at + 1] == 0xFF:
            at += 1
        marker, end = data[at + 1], at + 2
        if marker == _EOI:
            return
        if marker not in _ALONE:
            (length,) = struct.unpack_from(">H", data, end)
            end += length
            if length < 2 or end > len(data):
                raise _not_a_photo()
        whole = _scan_end(data, end) if marker == _SOS else end
        yield marker, data[at:whole]
        at = whole


def _scan_end(data: bytes, at: int) -> int:
    """Where the coded picture ends: at the first marker that is neither stuffing nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _not_a_photo()
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _orientation(tiff: bytes) -> int | None:
    """Which way is up, 1 to 8, from the first directory of an Exif block; None when it does not say."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for nth in range(min(count, 100)):
            tag, kind, _many, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * nth)
            if tag == _ORIENTATION and kind == 3 and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return None
    return None


def _exif(turned: int) -> bytes:
    """An Exif segment that says only which way is up."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _clean_png(data: bytes) -> bytes:
    """Chunk by chunk: the picture and its palette alone, nothing after the end."""
    kept, at = bytearray(_PNG), len(_PNG)
    while True:
        (length,) = struct.unpack_from(">I", data, at)
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data) or (len(kept) == len(_PNG)) != (name == b"IHDR"):
            raise _not_a_photo()
        if name == b"IHDR":
            _check_size(*struct.unpack_from(">II", data, at + 8))
        if name in _PNG_KEPT:
            kept += data[at:end]
        elif not name[:1].islower():
            raise _not_a_photo()
        at = end
        if name == b"IEND":
            return bytes(kept)


def _check_size(height: int, width: int) -> None:
    if not (0 < height <= LARGEST_EDGE and 0 < width <= LARGEST_EDGE):
        raise _not_a_photo()
