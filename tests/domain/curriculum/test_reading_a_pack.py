"""A clinic's own pack: what is accepted, and how each mistake is named."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.curriculum import HomeworkKind, Pack, Rhythm
from pne_tracker.domain.pack_data import pack_to_dict
from pne_tracker.domain.pack_text import pack_from_json, pack_hash, pack_to_json
from pne_tracker.domain.packs import PackError, Problem, pack_from_dict
from tests.domain.curriculum.samples import both, drop, paths, put, question, section, small_pack

SCHEDULE = "sections[0].homework[0].schedule"


def problems(data: dict[str, object]) -> dict[str, str]:
    """What is wrong with the data, by path."""
    with pytest.raises(PackError) as caught:
        pack_from_dict(data)
    return {problem.path: problem.message for problem in caught.value.problems}


def tried(data: dict[str, object]) -> Pack | tuple[Problem, ...]:
    """The pack, or what is wrong with it."""
    try:
        return pack_from_dict(data)
    except PackError as error:
        return error.problems


def test_a_small_pack_is_read_with_its_defaults() -> None:
    pack = pack_from_dict(small_pack())
    item = pack.sections[0].homework[0]
    assert item.kind is HomeworkKind.JOURNAL
    assert item.required is True
    assert item.minutes == 5
    assert item.schedule.rhythm is Rhythm.ONCE
    assert item.prompts[0].field == "text"
    assert item.prompts[1].options[1][0] == "b"
    assert pack.sections[1].questions[0].parallel_set == "a"
    assert pack.by_number[2].hard == (1,)
    assert pack.concept_ids == {"alarm", "steps"}
    assert pack.weights["prerequisite_hard"] == -100


def test_true_may_be_written_without_quotes() -> None:
    pack = pack_from_dict(put(small_pack(), "baseline[0].answer", value=False))
    assert pack.baseline[0].answer == "false"


MISTAKES = [
    ("id", "Two Words", "lower-case"),
    ("version", 1.0, "in quotes"),
    ("pass_mark", 0, "above 0"),
    ("pass_mark", 1.5, "at most 1"),
    ("pass_mark", True, "above 0"),
    ("title.es", "  ", "some text"),
    ("title.en", "a\x00b", "control characters"),
    ("title.en", "a\tb", "control characters"),
    ("title.en", "a" * 8001, "8000"),
    ("version", "1" * 41, "40"),
    ("sections[0].title", "a" * 121, "120"),
    ("flags[0].label", "a" * 121, "120"),
    ("concepts[0].id", "a" * 61, "60"),
    ("sections", {}, "list"),
    ("sections", [], "at least one section"),
    ("sections[1].number", 3, "in order"),
    ("sections[1].number", "2", "whole number"),
    ("sections[1].slug", "part-1", "taken"),
    ("sections[1].hard[0]", 7, "no section 7"),
    ("sections[1].hard", [1, 1], "once"),
    ("sections[1].soft", [1], "once"),
    ("sections[0].hard", [2], "circle"),
    ("sections[0].hard", [1], "circle"),
    ("sections[0].minutes.low", 11, "low, typical, high"),
    ("sections[0].minutes.high", 9, "low, typical, high"),
    ("sections[0].minutes.high", 2.5, "whole number"),
    ("sections[0].minutes.high", True, "whole number"),
    ("sections[0].primary", [], "at least one concept"),
    ("sections[0].primary[0]", "nerves", "Add the concept"),
    ("sections[0].secondary", ["alarm"], "once"),
    ("sections[0].education", "", "some text"),
    ("concepts[1].id", "alarm", "taken"),
    ("flags[0].sections", [], "pulls up"),
    ("flags[0].sections[0]", 9, "no section 9"),
    ("flags[0].weight", -1, "0 to 1000"),
    ("weights.order", 2, "unknown weight"),
    ("weights.order_step", -2, "positive"),
    ("weights.prerequisite_hard", 5, "negative"),
    ("weights.order_step", 2.5, "whole number"),
    ("baseline[0].concept", "nerves", "taught here"),
    ("baseline[0].id", "p1-a1", "taken"),
    ("sections[1].questions[1].answer", "c", "one of a, b"),
    ("sections[1].questions[1].options", {"a": both("All")}, "two to five"),
    ("sections[1].questions[0].answer", "yes", "true, false"),
    ("sections[1].questions[0].options", {"a": both("All")}, "always offered"),
    ("sections[1].questions[0].set", "c", "set a or b"),
    ("sections[1].questions[0].concept", "alarm", "taught here"),
    ("sections[1].questions[0].kind", "essay", "true_false, choose_one"),
    ("sections[1].homework[0].key", "p1-journal", "taken"),
    ("sections[0].homework[0].kind", "essay", "journal"),
    ("sections[0].homework[0].required", "yes", "true or false"),
    ("sections[0].homework[0].prompts", [], "at least one prompt"),
    ("sections[0].homework[0].kind", "sleep_log", "built in"),
    ("sections[0].homework[0].prompts[1].id", "note", "taken"),
    ("sections[0].homework[0].prompts[0].field", "colour", "text, short"),
    ("sections[0].homework[0].prompts[0].field", "choice", "field is choice"),
    ("sections[0].homework[0].prompts[1].field", "text", "field is choice"),
    ("sections[0].homework[0].prompts[1].options", {"a": both("This")}, "at least two"),
    ("sections[0].homework[0].prompts[1].options", {"A B": both("This"), "b": both("That")}, "Rename"),
    (f"{SCHEDULE}.entries", 2, "one entry"),
    (f"{SCHEDULE}.done_at", 2, "no more entries"),
    (f"{SCHEDULE}.rhythm", "daily", "one entry a day"),
    (f"{SCHEDULE}.rhythm", "weekly", "per_week"),
    (f"{SCHEDULE}.per_week", 3, "per_week"),
    (f"{SCHEDULE}.rhythm", "hourly", "once, daily"),
    (f"{SCHEDULE}.days", 0, "1 to 365"),
]


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES)
def test_a_mistake_is_named_with_its_place(path: str, value: object, words: str) -> None:
    found = problems(put(small_pack(), path, value))
    near = [message for where, message in found.items() if where.startswith(path[: path.rfind(".")])]
    assert any(words in message for message in near), found


def test_every_mistake_of_shape_is_named_at_once() -> None:
    data = put(put(drop(small_pack(), "title.es"), "colour", "red"), "sections[1].minutes.low", "five")
    found = problems(data)
    assert found["title"] == "Add the missing key 'es'."
    assert found["colour"].startswith("Remove the unknown key 'colour'")
    assert found["sections[1].minutes.low"].startswith("Write a whole number")


def test_an_error_says_the_first_problem_and_how_many_more() -> None:
    with pytest.raises(PackError) as caught:
        pack_from_dict(put(drop(small_pack(), "id"), "pass_mark", 2))
    assert caught.value.as_dict() == {
        "code": "bad_pack",
        "message": "Add the missing key 'id'. (1 more)",
        "at": "",
    }


def test_a_concept_that_no_section_teaches_is_refused() -> None:
    data = small_pack()
    data["concepts"].append({"id": "lost", "idea": both("?"), "instead": both("?")})  # type: ignore[attr-defined]
    assert "none teaches it" in problems(data)["concepts[2].id"]


def test_a_journal_whose_every_prompt_is_optional_is_refused_since_a_blank_would_count() -> None:
    data = small_pack()
    for at in (0, 1):
        put(data, f"sections[0].homework[0].prompts[{at}].required", value=False)
    assert "blank" in problems(data)["sections[0].homework[0].prompts"]


def test_two_flags_of_one_name_are_refused() -> None:
    data = small_pack()
    data["flags"] *= 2  # type: ignore[operator]
    assert "taken" in problems(data)["flags[1].id"]


def test_a_list_without_end_is_refused() -> None:
    assert (
        "200 items"
        in problems(put(small_pack(), "sections[0].images", ["picture"] * 201))["sections[0].images"]
    )


def test_a_long_circle_of_prerequisites_is_found() -> None:
    data = small_pack()
    names = [f"idea-{number}" for number in range(1, 6)]
    data["concepts"] = [{"id": name, "idea": both("?"), "instead": both("?")} for name in names]
    data["baseline"] = []
    data["sections"] = [
        section(number, name, hard=[number % 5 + 1], questions=[question(f"q-{number}", name)])
        for number, name in enumerate(names, start=1)
    ]
    assert "1, 2, 3, 4, 5" in problems(data)["sections[0].hard"]


def test_a_weekly_schedule_counts_its_weeks() -> None:
    right = {"rhythm": "weekly", "per_week": 3, "entries": 6, "days": 14, "done_at": 5}
    assert pack_from_dict(put(small_pack(), SCHEDULE, right)).sections[0].homework[0].schedule.per_week == 3
    found = problems(put(small_pack(), SCHEDULE, {**right, "entries": 7}))
    assert "per_week x days / 7" in found[f"{SCHEDULE}.entries"]


def test_a_stored_pack_reads_back_equal_with_options_in_their_order() -> None:
    data = small_pack()
    put(data, "sections[1].questions[1].options", {"b": both("Some"), "a": both("All")})
    pack = pack_from_dict(data)
    again = pack_from_json(pack_to_json(pack))
    assert again == pack
    assert [key for key, _ in again.sections[1].questions[1].options] == ["b", "a"]
    assert pack_to_dict(again) == pack_to_dict(pack)


def test_a_changed_word_changes_the_hash_and_nothing_else_does() -> None:
    def digest(data: dict[str, object]) -> str:
        return pack_hash(pack_to_json(pack_from_dict(data)))

    turned = small_pack()
    turned["weights"] = dict(reversed(turned["weights"].items()))  # type: ignore[attr-defined]
    assert digest(turned) == digest(small_pack())
    assert digest(put(small_pack(), "title.en", "Smaller")) != digest(small_pack())


WHOLE = small_pack()
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 500),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
    st.dictionaries(st.integers(), st.none(), max_size=1),
)


@given(path=st.sampled_from(paths(WHOLE)), value=ANYTHING)
def test_whatever_stands_at_any_place_it_is_read_or_refused_by_name(path: str, value: object) -> None:
    data = put(copy.deepcopy(WHOLE), path, value)
    found = tried(data)
    if isinstance(found, Pack):
        assert pack_from_dict(pack_to_dict(found)) == found
    else:
        assert found
        assert all(problem.message.endswith(".") for problem in found)


@given(path=st.sampled_from([path for path in paths(WHOLE) if path.rsplit(".")[-1] in {"en", "es"}]))
def test_a_text_that_lacks_a_language_is_always_refused(path: str) -> None:
    with pytest.raises(PackError) as caught:
        pack_from_dict(drop(copy.deepcopy(WHOLE), path))
    assert path.rsplit(".", 1)[0] in {problem.path for problem in caught.value.problems}
