"""Files of the instance folder that are made once, by whichever process of the installation comes first."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def made_once(path: Path, make: Callable[[], str]) -> Path:
    """The file, made when it is not there, readable by its owner alone.

    It appears whole under its name or not at all, so processes that start together read the same.
    Raises OSError when the folder cannot be written.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            write_private(half, make())
            _name(half, path)
        finally:
            half.unlink(missing_ok=True)
    return path


def _name(half: Path, path: Path) -> None:
    """Give a whole file its name, unless another process was first."""
    try:
        os.link(half, path)
    except FileExistsError:
        return
    except OSError:  # a disk without hard links, where only the moment between these two lines is unguarded
        if not path.exists():
            half.rename(path)


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone reads; on the disk when this returns."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
