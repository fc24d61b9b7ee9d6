"""The file of a backup: a ZIP of `manifest.json` and one file of JSON lines a table (ADR 79).

Its comment, the last 64 bytes, is the SHA-256 of everything before it, so that one changed byte anywhere is found
before anything is read. Any unzip shows what is in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

from pne_tracker.domain.backups import Manifest, TableFacts, manifest_of
from pne_tracker.domain.errors import RefusedError

MANIFEST: Final = "manifest.json"
_DIGEST: Final = 64
_CHUNK: Final = 1 << 20


class BackupWriter:
    """Writes beside `path` and gives the file its name when it is whole. Readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise RefusedError(
                f"{path} is there already. Choose another name: a backup is never overwritten."
            )
        if not path.parent.is_dir():
            raise RefusedError(f"There is no folder {path.parent}. Make it first.")
        self._path, self._half = path, path.with_name(path.name + ".part")

    def __enter__(self) -> BackupWriter:
        try:
            half = os.open(self._half, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise RefusedError(f"{self._path} cannot be written: {error.strerror}.") from error
        self._handle = os.fdopen(half, "w+b")
        self._zip = zipfile.ZipFile(self._handle, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        return self

    def table(self, name: str, columns: Mapping[str, str], lines: Iterable[bytes]) -> TableFacts:
        """Write a table's lines as they come; returns what the manifest says of them."""
        digest, rows = hashlib.sha256(), 0
        with self._zip.open(_member(name), "w", force_zip64=True) as member:
            for line in lines:
                member.write(line)
                digest.update(line)
                rows += 1
        return TableFacts(columns, rows, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and the digest of the whole."""
        self._zip.writestr(MANIFEST, json.dumps(manifest.as_dict(), indent=1))
        self._zip.comment = b"0" * _DIGEST
        self._zip.close()
        digest = _digest_of(self._handle)
        self._handle.seek(-_DIGEST, os.SEEK_END)
        self._handle.write(digest)
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self._half.rename(self._path)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        self._handle.close()
        self._half.unlink(missing_ok=True)


class BackupReader:
    """A backup opened to be read. Raises RefusedError for a file that is not whole."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as handle:
                whole = _digest_of(handle) == handle.read(_DIGEST)
            if not whole:
                raise RefusedError(
                    f"{path} is damaged or no backup: its digest does not fit. Use another copy."
                )
            self._zip = zipfile.ZipFile(path)
            self.manifest = manifest_of(json.loads(self._zip.read(MANIFEST)))
        except OSError as error:
            raise RefusedError(f"{path} cannot be read: {error.strerror}.") from error
        except (zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
            raise RefusedError(f"{path} is no backup of this application.") from error

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a table."""
        with self._zip.open(_member(name)) as member:
            yield from member


def _member(name: str) -> str:
    return f"tables/{name}.jsonl"


def _digest_of(handle: BinaryIO) -> bytes:
    """The SHA-256 of all but the last 64 bytes; leaves the handle at those."""
    left = handle.seek(0, os.SEEK_END) - _DIGEST
    handle.seek(0)
    digest = hashlib.sha256()
    while left > 0:
        chunk = handle.read(min(_CHUNK, left))
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest().encode()
