"""New passwords: long is good, and long out of what everybody tries first is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.passwords import LONGEST, SHORTEST, Weakness, common_words, weakness


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "P4$$w0rd-P4$$w0rd-2026",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "123456789012345",
        "qwertyuiopasdfghjkl",
        "Welcome2026Welcome",
        "IloveyouIloveyou!!",
        "correct horse battery staple",
        "HarborLane-Clinic-1",
        "lkjhgfdsapoiuytrewq",
        "summer2024summer2025",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert weakness(password) is Weakness.COMMON


@pytest.mark.parametrize(
    "password",
    ["four calm words here", "calm-strand-fourteen", "un gato duerme al sol", "x7 kettle moss ridge 2q"],
)
def test_a_few_words_of_ones_own_do(password: str) -> None:
    assert weakness(password) is None


def test_ones_own_name_and_address_do_not_count() -> None:
    context = ("Rosalind Achterberg", "rosalind@seaview.example")
    assert weakness("RosalindAchterberg55", context=context) is Weakness.COMMON
    assert weakness("RosalindAchterberg55") is None


def test_fourteen_characters_are_too_few_and_sixty_four_and_more_are_fine() -> None:
    assert weakness("four calm word") is Weakness.SHORT
    for length in (64, 128, LONGEST):
        assert weakness(("moss kettle ridge plum otter " * 9)[:length]) is None
    assert weakness("moss kettle ridge " * 12) is Weakness.LONG


@given(st.text(max_size=SHORTEST - 1))
def test_short_ones_are_always_refused(password: str) -> None:
    assert weakness(password) is Weakness.SHORT


@given(st.sampled_from(common_words()), st.integers(2, 12), st.sampled_from(["", "1", "!", "2026"]))
def test_a_common_word_again_and_again_is_always_refused(word: str, times: int, end: str) -> None:
    assert weakness((word * times + end)[:LONGEST]) in {Weakness.COMMON, Weakness.SHORT}


@given(st.text(max_size=LONGEST))
def test_every_text_gets_an_answer(password: str) -> None:
    assert weakness(password, context=(password[:5],)) in {None, *Weakness}
