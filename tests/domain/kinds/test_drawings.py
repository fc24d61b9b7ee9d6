"""Drawings are our own numbers; photos are checked by content and tell nothing but the picture."""

from __future__ import annotations

import json
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.drawings import LARGEST_PHOTO, DrawingKind, clean_photo, strokes_as_text, strokes_of
from pne_tracker.domain.errors import BadInputError

POINT = st.tuples(st.integers(0, 1000), st.integers(0, 1000))
STROKES = st.lists(st.lists(POINT, min_size=1, max_size=30).map(tuple), min_size=1, max_size=10).map(tuple)
PLACE = b"GPS 40.7128N 74.0060W"


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def exif(turned: int, more: bytes = PLACE) -> bytes:
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0)
    return segment(0xE1, b"Exif\0\0" + tiff + more)


FRAME = segment(0xC0, struct.pack(">BHHB", 8, 40, 30, 1) + b"\x01\x11\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
JFIF = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")


def jpeg(*extra: bytes, tail: bytes = b"") -> bytes:
    return b"\xff\xd8" + JFIF + b"".join(extra) + FRAME + SCAN + b"\xff\xd9" + tail


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*extra: bytes, tail: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + body + chunk(b"IEND", b"") + tail


@given(STROKES)
def test_strokes_come_back_as_they_were_drawn(strokes: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    assert strokes_of(strokes_as_text(strokes)) == strokes


@pytest.mark.parametrize(
    "data",
    [
        [],
        [[]],
        [[1]],
        [[1, 2, 3]],
        [[1, 1001]],
        [[-1, 0]],
        [[1.5, 2]],
        [[True, 1]],
        {"a": 1},
        "x",
        [["1", "2"]],
    ],
)
def test_anything_else_is_no_drawing(data: object) -> None:
    with pytest.raises(BadInputError):
        strokes_of(json.dumps(data))


@given(st.text())
def test_odd_text_is_refused_and_breaks_nothing(text: str) -> None:
    try:
        strokes_of(text)
    except BadInputError as error:
        assert error.code == "no_drawing"


def test_a_photo_loses_where_and_when_it_was_taken() -> None:
    kind, cleaned = clean_photo(jpeg(exif(1), segment(0xFE, PLACE), segment(0xE2, PLACE), tail=PLACE))
    assert kind is DrawingKind.JPEG
    assert PLACE not in cleaned
    assert cleaned == jpeg()


@pytest.mark.parametrize("turned", range(2, 9))
def test_a_photo_keeps_which_way_is_up(turned: int) -> None:
    _, cleaned = clean_photo(jpeg(exif(turned)))
    assert PLACE not in cleaned
    assert struct.pack(">HHIH", 0x0112, 3, 1, turned) in cleaned
    assert clean_photo(cleaned)[1] == cleaned


def test_a_png_loses_its_texts() -> None:
    kind, cleaned = clean_photo(png(chunk(b"tEXt", PLACE), chunk(b"eXIf", PLACE), tail=PLACE))
    assert kind is DrawingKind.PNG
    assert cleaned == png()


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff",
        jpeg()[:-2],
        jpeg()[:20],
        png()[:-4],
        b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""),
        b"\xff\xd8" + JFIF + SCAN + b"\xff\xd9",
    ],
)
def test_what_is_no_whole_photo_is_refused(data: bytes) -> None:
    with pytest.raises(BadInputError) as refused:
        clean_photo(data)
    assert refused.value.code == "not_a_photo"


def test_sending_no_photo_says_to_choose_one() -> None:
    with pytest.raises(BadInputError, match="Choose a photo") as refused:
        clean_photo(b"")
    assert refused.value.code == "no_photo"


def test_a_huge_photo_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadInputError, match="smaller") as refused:
        clean_photo(b"\xff\xd8\xff" + bytes(LARGEST_PHOTO))
    assert refused.value.code == "photo_too_large"


@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_no_bytes_break_the_check(data: bytes, head: bytes) -> None:
    try:
        kind, cleaned = clean_photo(head + data)
    except BadInputError:
        return
    assert clean_photo(cleaned) == (kind, cleaned)
