"""YAML to plain data with the line of every value: one pass over the parser's events, nothing executed.

Refused: aliases and anchors (a small file could grow without end), tags, duplicate keys, more than one
document, more than MAX_DEPTH levels. Only `true`, `false`, `null`, whole numbers and decimals are read as
other than text, so that a bare `no` or `on` stays a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml

MAX_DEPTH: Final = 20
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,9}\.[0-9]{1,9}")
_WORDS: Final[Mapping[str, object]] = {"true": True, "false": False, "null": None, "~": None, "": None}


class YamlError(Exception):
    """The text is not YAML as packs use it; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True)
class Document:
    """The data of a YAML text, and the line (from 1) of each path such as `sections[2].minutes`."""

    data: object
    lines: Mapping[str, int]

    def line_of(self, path: str) -> int:
        """The line of `path`, or of the nearest place around it that the text has."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)


@dataclass
class _Level:
    """A mapping or list being filled; `key` waits for its value."""

    path: str
    value: dict[str, object] | list[object]
    key: str | None = None


@dataclass
class _Builder:
    """Turns events into data; the innermost open level is the last of `open`."""

    lines: dict[str, int] = field(default_factory=dict)
    open: list[_Level] = field(default_factory=list)
    root: object = None

    def scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        """A key, or a value of the innermost level."""
        level = self.open[-1] if self.open else None
        if level is not None and isinstance(level.value, dict) and level.key is None:
            self._key(level, level.value, str(event.value), line)
            return
        self._put(_plain(event.value) if event.implicit[0] else event.value, line)

    def start(self, value: dict[str, object] | list[object], line: int) -> None:
        """Open a mapping or list."""
        if len(self.open) >= MAX_DEPTH:
            raise YamlError(line, f"Nest at most {MAX_DEPTH} levels.")
        level = self.open[-1] if self.open else None
        if level is not None and isinstance(level.value, dict) and level.key is None:
            raise YamlError(line, "Write a word as the key, not a list or mapping.")
        self.open.append(_Level(self._put(value, line), value))

    def end(self) -> None:
        """Close the innermost mapping or list."""
        self.open.pop()

    def _key(self, level: _Level, found: dict[str, object], key: str, line: int) -> None:
        if key in found:
            raise YamlError(line, f"Remove one of the two keys {key!r}.")
        level.key = key
        self.lines[f"{level.path}.{key}" if level.path else key] = line

    def _put(self, value: object, line: int) -> str:
        if not self.open:
            self.root = value
            return ""
        level = self.open[-1]
        if isinstance(level.value, list):
            path = f"{level.path}[{len(level.value)}]"
            self.lines[path] = line
            level.value.append(value)
            return path
        key, level.key = str(level.key), None
        level.value[key] = value
        return f"{level.path}.{key}" if level.path else key


def read_yaml(text: str) -> Document:
    """The data of one YAML document with its lines; YamlError with the line of the first mistake."""
    builder = _Builder()
    documents = 0
    for event in _events(text):
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            raise YamlError(line, "Write the value out: aliases are not allowed.")
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise YamlError(line, "Keep one document in the file.")
        elif isinstance(event, yaml.NodeEvent):
            _node(builder, event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            builder.end()
    return Document(builder.root, builder.lines)


def _node(builder: _Builder, event: yaml.NodeEvent, line: int) -> None:
    if event.anchor is not None or getattr(event, "tag", None) is not None:
        raise YamlError(line, "Remove the anchor or tag.")
    if isinstance(event, yaml.ScalarEvent):
        builder.scalar(event, line)
    else:
        builder.start({} if isinstance(event, yaml.MappingStartEvent) else [], line)


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise YamlError(
            _line(error.problem_mark or error.context_mark), f"Correct the YAML: {error.problem}."
        ) from error
    except yaml.YAMLError as error:
        raise YamlError(1, "Remove characters that YAML does not allow.") from error


def _line(mark: object) -> int:
    """The line of a mark (the C parser has its own class of marks), from 1."""
    return int(getattr(mark, "line", 0)) + 1


def _plain(word: str) -> object:
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        return int(word)
    return float(word) if _DECIMAL.fullmatch(word) else word
