"""Which line an import has come to.

The readers give records without their place; they read line by line and give each record before they read on.
So the line that was read last is the record's own (in CSV the last line of its row).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from pne_tracker.domain.exchange import Record, Rejected, Skipped
from pne_tracker.services.imports_report import Found

Opener = Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(slots=True)
class Place:
    """The file that is read, and the number of the line that was read last, from 1."""

    file: str = ""
    line: int = 0

    def follow(self, name: str, opener: Opener) -> Opener:
        """`opener` for a stream that keeps this place up to date. Readers of it may call `readline` alone."""

        @contextmanager
        def from_start() -> Iterator[BinaryIO]:
            with opener() as stream:
                self.file, self.line = name, 0
                yield cast(BinaryIO, _Followed(stream, self))

        return from_start


class _Followed:
    def __init__(self, stream: BinaryIO, place: Place) -> None:
        self._stream, self._place, self._at_start = stream, place, True

    def readline(self, size: int = -1) -> bytes:
        """The next line, or as much of it as `size` allows."""
        raw = self._stream.readline(size)
        if raw and self._at_start:
            self._place.line += 1
        self._at_start = raw.endswith(b"\n")
        return raw


def located(
    items: Iterable[Record | Rejected | Skipped], place: Place
) -> Iterator[Found[Record] | Rejected | Skipped]:
    """The items of a reader, each record with the place that it was read at."""
    for item in items:
        yield item if isinstance(item, Rejected | Skipped) else Found(item, place.file, place.line)
