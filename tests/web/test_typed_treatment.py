"""A treatment is added by typing: a code or part of its name, and its minutes."""

from __future__ import annotations

import pytest

from pne_tracker.blueprints.visits.typed_treatment import activities, typed_treatment
from pne_tracker.domain.errors import BadInputError


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("97116", ("97116", "", "0")),
        ("gait", ("97116", "", "0")),
        ("Gait 20", ("97116", "20", "0")),
        ("gait 20/12", ("97116", "20", "12")),
        ("97110 30 min / 10", ("97110", "30", "10")),
        ("pne", ("pne", "", "0")),
        ("PNE 15", ("pne", "15", "0")),
        ("pne 15/15", ("pne", "15", "0")),
        ("exercise 15", ("97110", "15", "0")),
        ("exer", ("97110", "", "0")),
        ("pool exer", ("97113", "", "0")),
    ],
)
def test_what_is_typed_becomes_a_row(text: str, row: tuple[str, str, str]) -> None:
    found = typed_treatment(text)
    assert (found.activity, found.minutes, found.pne) == row


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Type a treatment"),
        ("20", "No treatment"),
        ("levitation 20", "No treatment"),
        ("971", "More than one"),
    ],
)
def test_what_fits_nothing_or_too_much_is_said(text: str, sentence: str) -> None:
    with pytest.raises(BadInputError, match=sentence) as caught:
        typed_treatment(text)
    assert caught.value.at == "new_activity"


@pytest.mark.parametrize(("key", "words"), activities())
def test_everything_on_the_list_can_be_typed_as_it_stands_there(key: str, words: str) -> None:
    assert typed_treatment(key).activity == key
    assert typed_treatment(f"{key} 20").minutes == "20"
    assert typed_treatment(words).activity == key
