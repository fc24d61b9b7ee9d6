"""The files of an import, from a folder or an upload, behind one face."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.exchange import ImportLimits

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ImportFile:
    """One file: its bare name, its size in bytes, and how to open it from its start."""

    name: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]


def file_at(path: Path) -> ImportFile:
    """The file of that path; BadInputError when there is none."""
    if not path.is_file():
        raise BadInputError("There is no such file; name a file that exists.")

    def from_start() -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise _unreadable(path, error) from error

    return ImportFile(path.name, path.stat().st_size, from_start)


def files_in(directory: Path) -> list[ImportFile]:
    """The `.ndjson` files of a folder by name; BadInputError when there are none."""
    if not directory.is_dir():
        raise BadInputError("There is no such folder; name the folder of a Bulk-FHIR export.")
    try:
        paths = sorted(
            one for one in directory.iterdir() if one.suffix.lower() == ".ndjson" and one.is_file()
        )
    except OSError as error:
        raise _unreadable(directory, error) from error
    if not paths:
        raise BadInputError("The folder holds no .ndjson file; name the folder of a Bulk-FHIR export.")
    return [file_at(one) for one in paths]


def _unreadable(path: Path, error: OSError) -> BadInputError:
    return BadInputError(f"{path.name} cannot be read: {error.strerror}.")


def uploaded(name: str, stream: BinaryIO) -> ImportFile:
    """A file that came by upload: `stream` can seek and stays its owner's to close."""
    bare = re.sub(r"[^\w.() -]", "_", re.split(r"[/\\]", name)[-1])[:120] or "upload"
    size = stream.seek(0, 2)

    def from_start() -> AbstractContextManager[BinaryIO]:
        stream.seek(0)
        return nullcontext(stream)

    return ImportFile(bare, size, from_start)


def check_size(files: list[ImportFile], limits: ImportLimits) -> None:
    """BadInputError when there are more files or bytes than `limits` allow."""
    if len(files) > limits.files:
        raise BadInputError(f"The import has more than {limits.files} files; split it.")
    if sum(one.size for one in files) > limits.total_bytes:
        raise BadInputError(f"The import is larger than {limits.total_bytes:,} bytes; split it.")
