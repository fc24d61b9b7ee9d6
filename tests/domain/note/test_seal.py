"""The seal of a signed visit: any change of what was signed is seen, and only that."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.seal import CONTENT, LINES, NOTE, broken_parts, digest_of, hash_of, sentence_of

LINE = ("97116", 20, 1, ("GP",), "38.50")


def content(**changes: Any) -> dict[str, Any]:
    line = dict(zip(("code", "minutes", "units", "modifiers", "charge"), LINE, strict=True))
    return {"minutes": 45, "note_text": "Treatment\nGait", "lines": [line], **changes}


def test_what_is_as_signed_is_whole() -> None:
    found = content()
    assert broken_parts(found, hash_of(found), note="Treatment\nGait", lines=[LINE]) == ()


def test_each_part_is_named() -> None:
    found = content()
    seal = hash_of(found)
    assert broken_parts(content(minutes=46), seal, note="Treatment\nGait", lines=[LINE]) == (CONTENT,)
    assert broken_parts(found, seal, note="other", lines=[LINE]) == (NOTE,)
    assert broken_parts(found, seal, note="Treatment\nGait", lines=[("97116", 20, 2, ("GP",), "77.00")]) == (
        LINES,
    )
    assert broken_parts(found, seal, note="Treatment\nGait", lines=[]) == (LINES,)
    assert all(sentence_of(part).endswith(".") for part in (CONTENT, NOTE, LINES))


@given(
    st.dictionaries(st.text(), st.integers() | st.text()),
    st.dictionaries(st.text(), st.integers() | st.text()),
)
def test_two_contents_share_a_seal_only_when_they_are_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert (hash_of(one) == hash_of(other)) is (one == other)


@given(st.text())
def test_a_text_sent_by_a_browser_keeps_its_digest(text: str) -> None:
    plain = text.replace("\r", "")
    assert digest_of(plain.replace("\n", "\r\n")) == digest_of(f"  {plain} ")
