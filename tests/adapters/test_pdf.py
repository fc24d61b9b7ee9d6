"""Papers: what is written stays text, the PDF is tagged, and the same paper gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pne_tracker.adapters.pdf import ROOT, TOKENS, PaperError, colours, render, render_paper
from pne_tracker.adapters.pdf_blocks import (
    Block,
    Callout,
    Chart,
    Charts,
    Facts,
    Figures,
    Head,
    Heading,
    NewPage,
    Paper,
    Points,
    Quiet,
    Signature,
    Subheading,
    Table,
    Text,
)

AT = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3"/></svg>'
EVERY_BLOCK: tuple[Block, ...] = (
    Facts((("Patient", "Rosalind Achterberg"), ("MRN", "HL-20418"))),
    Figures((("7/14", "sections taught"),)),
    Heading("Sections", "what was taught"),
    Subheading("The first"),
    Table(
        (Head("Section", "2"), Head("Minutes", end=True)), ((("Sleep", "section 13"), "20"),), ("All", "20")
    ),
    Text("One paragraph.\n\nAnother."),
    Quiet("A definition."),
    Charts((Chart(DOT, "Pain fell from 7 to 4.", "Pain", "Error 2 points."),)),
    Points(("Walk", "Breathe")),
    Callout("When to call", "When a leg gives way."),
    NewPage(),
    Signature((("Maya Okonjo, PT", "Therapist"), ("Date", ""))),
)


def paper(*blocks: Block, **extra: str) -> bytes:
    made = Paper("Progress report", "Harbor Lane Therapy", blocks, running="Rosalind Achterberg", **extra)
    return render_paper(made, at=AT)


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def test_every_block_is_drawn() -> None:
    said = text_of(paper(*EVERY_BLOCK))
    for words in ("Progress report", "HL-20418", "7/14", "section 13", "All 20", "Another.", "A definition."):
        assert words in said
    for words in ("Pain", "Error 2 points.", "Breathe", "When a leg gives way.", "Maya Okonjo, PT"):
        assert words in said
    assert "Page 2 of 2" in said


def test_a_paper_says_its_title_language_clinic_and_day_and_is_tagged() -> None:
    pdf = read(paper(*EVERY_BLOCK, language="es"))
    root = pdf.trailer["/Root"]
    assert pdf.metadata is not None
    assert (pdf.metadata.title, pdf.metadata.author) == ("Progress report", "Harbor Lane Therapy")
    assert pdf.metadata.creation_date == dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    assert root["/Lang"] == "es"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert "Página 1 de 2" in text_of(paper(*EVERY_BLOCK, language="es"))


def tags(pdf: bytes) -> set[str]:
    found: set[str] = set()

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                found.add(str(node["/S"]))
            walk(node.get("/K"))

    walk(read(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def test_headings_tables_lists_and_pictures_are_known_to_a_screen_reader() -> None:
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure"} <= tags(paper(*EVERY_BLOCK))


def test_the_sheet_is_us_letter_and_a_loose_sheet_finds_its_record() -> None:
    pages = read(paper(*EVERY_BLOCK)).pages
    assert (float(pages[0].mediabox.width), float(pages[0].mediabox.height)) == (612, 792)
    assert "Rosalind Achterberg" in pages[1].extract_text()


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert paper(*EVERY_BLOCK) == paper(*EVERY_BLOCK)


@pytest.mark.parametrize(
    "written",
    [
        '#include "/etc/passwd"',
        '#read("/etc/passwd")',
        "*bold* _italic_ $x^2$ `code` = heading",
        '#{panic()} #eval("1") [link](https://example.com) <label> @ref // comment /* open',
        '"}], "blocks": [] \\u0000',
        '</svg><image href="file:///etc/passwd"/>',
    ],
)
def test_what_somebody_typed_is_printed_as_typed(written: str) -> None:
    for block in (Text(written), Heading(written), Points((written,)), Facts((("Goal", written),))):
        assert written.replace(" ", "") in text_of(paper(block)).replace(" ", "")


def test_a_word_longer_than_the_line_stays_on_the_sheet() -> None:
    pdf = paper(Text("w" * 600), Table((Head("A"), Head("B")), (("x" * 300, "y"),)))
    said = text_of(pdf).replace(" ", "").replace("\u200b", "")
    assert said.count("w") >= 600
    assert said.count("x") >= 300


def test_names_of_other_scripts_are_printed_and_what_no_font_has_is_named() -> None:
    said = text_of(paper(Text("Łukasz Đặng Ελένη Игорь"), Text("I felt 😀 today"), Text("日本")))
    for words in ("Łukasz", "Ελένη", "Игорь", "[grinning face]", "▯▯"):
        assert words in said


def test_a_mark_cannot_turn_the_direction_of_the_line() -> None:
    assert "paid 100 of 20" in text_of(paper(Text("paid \u202e100 of 20\x00\x07")))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_makes_a_paper(body: str, term: str) -> None:
    pdf = paper(Text(body), Facts(((term, body),)), Table((Head(term or "A"),), ((body,),)))
    assert len(read(pdf).pages) >= 1


def test_a_template_that_does_not_exist_or_fits_not_is_a_bug_that_says_so() -> None:
    with pytest.raises(PaperError):
        render("nothing", {}, title="T", language="en", author="A", at=AT)
    with pytest.raises(PaperError):
        render("paper", {"blocks": [{"kind": "unknown"}]}, title="T", language="en", author="A", at=AT)


def test_no_template_runs_what_it_is_given_or_reads_a_file() -> None:
    for path in ROOT.glob("*.typ"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(eval|read|plugin|csv|yaml|toml|xml|cbor)\(|@preview|#include", source), path
        assert not re.search(r"image\((?!bytes\()", source), path


def test_papers_have_the_colours_of_the_pages() -> None:
    assert colours()["pine"] in TOKENS.read_text(encoding="utf-8")
    for path in ROOT.glob("*.typ"):
        assert not re.search(r"#[0-9A-Fa-f]{6}", path.read_text(encoding="utf-8")), path
