"""The cup: things with a size, read from plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.cup import MOST_LAYERS, layers_of

NAMES = st.text(st.characters(categories=["L"]), min_size=1, max_size=12)


@given(st.lists(st.tuples(NAMES, st.integers(1, 10)), min_size=1, max_size=MOST_LAYERS))
def test_each_line_with_a_size_is_a_layer(things: list[tuple[str, int]]) -> None:
    layers = layers_of("\n".join(f"{name} {size}" for name, size in things))
    assert [(one.name, one.size) for one in layers] == things
    assert sum(one.share for one in layers) == pytest.approx(1)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    layers = layers_of(text)
    assert len(layers) <= MOST_LAYERS
    assert all(1 <= one.size <= 10 and 0 < one.share <= 1 for one in layers)


def test_people_write_sizes_in_many_ways() -> None:
    text = "Money: 6\nmy job (4)\nSleep = 10, the move - 3; my knee"
    assert [(one.name, one.size) for one in layers_of(text)] == [
        ("Money", 6),
        ("my job", 4),
        ("Sleep", 10),
        ("the move", 3),
    ]


def test_words_without_sizes_are_one_whole() -> None:
    assert layers_of("My mother fell ill and I lost my job in 2019.") == ()
