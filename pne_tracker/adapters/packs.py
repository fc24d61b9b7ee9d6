"""Curriculum packs in files: YAML read with line numbers, and the pack that ships with the application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any, Final, TypeVar

from pne_tracker.adapters.pack_yaml import Document, YamlError, read_yaml
from pne_tracker.domain.curriculum import Pack
from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.own_quiz import OwnQuiz, looks_like_quiz, quiz_from_dict
from pne_tracker.domain.pack_text import pack_from_json, pack_hash, pack_to_json
from pne_tracker.domain.packs import PackError, pack_from_dict

__all__ = [
    "Mistake",
    "PackFileError",
    "load_shipped",
    "pack_from_bytes",
    "pack_from_json",
    "pack_from_yaml",
    "pack_hash",
    "pack_to_json",
    "quiz_from_bytes",
    "quiz_from_yaml",
    "read_either",
    "read_pack",
    "read_quiz",
]

MAX_BYTES: Final = 2 * 1024 * 1024
Made = TypeVar("Made")
SHIPPED: Final = Path(__file__).parent.parent / "packs" / "why-you-hurt.yaml"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a pack file: its line (from 1), its path in the data, and what to do."""

    line: int
    path: str
    message: str


class PackFileError(BadInputError):
    """A pack file that cannot be used; `mistakes` names everything found, by line."""

    code = "bad_pack"

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        first = mistakes[0]
        super().__init__(f"line {first.line}: {first.message}", at=first.path)
        self.mistakes = tuple(mistakes)


def read_pack(path: Path) -> Pack:
    """The pack in a YAML file of at most 2 MB; PackFileError with a line for every mistake."""
    return pack_from_yaml(_read(path))


def pack_from_yaml(text: str) -> Pack:
    """The pack in a YAML text; PackFileError with a line for every mistake."""
    return _made(pack_from_dict, _document(text))


def read_quiz(path: Path, pack: Pack) -> OwnQuiz:
    """The clinic's own quiz in a YAML file, checked against a pack; PackFileError with a line for every mistake."""
    return quiz_from_yaml(_read(path), pack)


def quiz_from_bytes(file: IO[bytes], pack: Pack) -> OwnQuiz:
    """The same of an open file, as it is uploaded."""
    return quiz_from_yaml(_decoded(file.read(MAX_BYTES + 1)), pack)


def quiz_from_yaml(text: str, pack: Pack) -> OwnQuiz:
    """The same of a YAML text."""
    return _made(lambda data: quiz_from_dict(data, pack), _document(text))


def read_either(path: Path, pack: Pack) -> Pack | OwnQuiz:
    """The pack or the quiz in a file, whichever it means to be; a quiz is checked against `pack`."""
    text = _read(path)
    if looks_like_quiz(_document(text).data):
        return quiz_from_yaml(text, pack)
    return pack_from_yaml(text)


def _document(text: str) -> Document:
    if len(text) > MAX_BYTES:
        raise PackFileError([Mistake(1, "", "Keep the file under 2 MB.")])
    try:
        document = read_yaml(text)
    except YamlError as error:
        raise PackFileError([Mistake(error.line, "", error.message)]) from error
    if not isinstance(document.data, Mapping):
        raise PackFileError([Mistake(1, "", "Write a mapping with the keys of a pack.")])
    return document


def _made(make: Callable[[Any], Made], document: Document) -> Made:
    try:
        return make(document.data)
    except PackError as error:
        raise PackFileError(_located(error, document)) from error


@cache
def load_shipped() -> Pack:
    """The pack that ships with the application, read once a process."""
    return read_pack(SHIPPED)


def pack_from_bytes(file: IO[bytes]) -> Pack:
    """The pack in an open file of at most 2 MB, as it is uploaded; PackFileError with a line for every mistake."""
    return pack_from_yaml(_decoded(file.read(MAX_BYTES + 1)))


def _read(path: Path) -> str:
    with path.open("rb") as file:
        return _decoded(file.read(MAX_BYTES + 1))


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise PackFileError([Mistake(1, "", "Keep the file under 2 MB.")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PackFileError([Mistake(line, "", "Save the file as UTF-8.")]) from error


def _located(error: PackError, document: Document) -> list[Mistake]:
    mistakes = [Mistake(document.line_of(one.path), one.path, one.message) for one in error.problems]
    return sorted(mistakes, key=lambda one: one.line)
