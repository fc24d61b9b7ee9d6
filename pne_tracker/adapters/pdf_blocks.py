"""What a paper is made of: blocks that `templates/pdf/paper.typ` draws in their order.

All text is plain text. A table's cell is a text, or `(text, smaller text under it)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

Cell = str | tuple[str, str]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Heading:
    """Opens a group with the ink rule; `meta` is the quiet line under it."""

    text: str
    meta: str = ""
    kind: ClassVar[str] = "heading"


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading within a group."""

    text: str
    kind: ClassVar[str] = "subheading"


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs; an empty line parts them."""

    text: str
    kind: ClassVar[str] = "text"


@dataclass(frozen=True, slots=True)
class Quiet:
    """A small line: a definition, a source."""

    text: str
    kind: ClassVar[str] = "quiet"


@dataclass(frozen=True, slots=True)
class Lead:
    """A small line that stays on the sheet of what it introduces: the day of an entry."""

    text: str
    kind: ClassVar[str] = "lead"


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms with their values, side by side."""

    items: tuple[Pair, ...]
    columns: int = 3
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True, slots=True)
class Figures:
    """Up to four large figures, each with its words: `("7/14", "sections taught")`."""

    items: tuple[Pair, ...]
    kind: ClassVar[str] = "figures"


@dataclass(frozen=True, slots=True)
class Head:
    """A column: `end` right-aligns it, `width` is its share of the line, or "auto"."""

    text: str
    width: str = "1"
    end: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; `total` is a last row set apart, one cell a column."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[str, ...] = ()
    kind: ClassVar[str] = "table"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of the pages as SVG; `alt` says in words what it shows."""

    svg: str
    alt: str
    caption: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts two abreast."""

    items: tuple[Chart, ...]
    kind: ClassVar[str] = "charts"


@dataclass(frozen=True, slots=True)
class Points:
    """A bulleted list; an item may be `(bold words, the rest)`."""

    items: tuple[str | Pair, ...]
    kind: ClassVar[str] = "points"


@dataclass(frozen=True, slots=True)
class Callout:
    """The one thing on the paper that should not be missed."""

    title: str
    text: str
    kind: ClassVar[str] = "callout"


@dataclass(frozen=True, slots=True)
class Signature:
    """Lines to sign on, each with what stands under it and a quieter word."""

    lines: tuple[Pair, ...]
    kind: ClassVar[str] = "signature"


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows starts a sheet."""

    kind: ClassVar[str] = "new_page"


Block = (
    Heading
    | Subheading
    | Text
    | Quiet
    | Lead
    | Facts
    | Figures
    | Table
    | Charts
    | Points
    | Callout
    | Signature
    | NewPage
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper.

    `title` says what it is and names nobody: it ends up in window titles. `running` stands on every sheet after the
    first, so that a loose one finds its record; `issued` says when and by whom, `foot` stands on each sheet. `large`
    sets it in the size that patients read.
    """

    title: str
    clinic: str
    blocks: tuple[Block, ...]
    language: str = "en"
    clinic_lines: tuple[str, ...] = ()
    issued: str = ""
    running: str = ""
    foot: str = ""
    large: bool = False
