"""The note says what the record says, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pne_tracker.domain.billing import CODES, PNE
from pne_tracker.domain.note import NoteFacts, NoteHomework, NoteSection, note_parts, note_text
from pne_tracker.domain.visit_draft import TreatmentDraft

FACTS = NoteFacts(
    minutes=45,
    timed_minutes=45,
    treatments=(
        TreatmentDraft("97116", 20, 12),
        TreatmentDraft("97110", 15, 0, 15),
        TreatmentDraft(PNE, 10, decision="separate", impairment="balance"),
    ),
    sections=(NoteSection(4, "Nosy Neighbors", "Talked about spreading pain.", True, "explains"),),
    homework=(NoteHomework("Tell someone", dt.date(2026, 11, 30), True),),
    remarks="Came by bus. ",
)


def test_the_note_tells_the_visit_in_five_parts() -> None:
    assert note_parts(FACTS) == (
        (
            "Treatment",
            "Gait practice, 20 min, 12 of them with pain education. Exercise, 15 min, led by the assistant. "
            "PNE on its own, 10 min, given apart from the other treatments, for balance.",
        ),
        (
            "Education",
            "Section 4, Nosy Neighbors, revisited. Talked about spreading pain. "
            "Teach-back: the patient explained it in own words.",
        ),
        ("Homework", "Tell someone, by 30 November 2026."),
        ("Remarks", "Came by bus."),
        (
            "Minutes",
            "Visit 45 minutes, 45 minutes of treatment in all, 45 of them timed, 22 with pain education.",
        ),
    )


def test_an_empty_visit_has_an_empty_note() -> None:
    assert note_parts(NoteFacts(None, 0, (), (), ())) == ()


def test_minutes_combined_by_decision_say_with_what() -> None:
    row = TreatmentDraft(PNE, 15, decision="combined", combined_with="97116")
    text = note_text(note_parts(replace(FACTS, treatments=(row,))))
    assert "PNE on its own, 15 min, as part of gait practice." in text


def test_a_teach_back_that_failed_or_was_left_out_is_said() -> None:
    for result, words in (
        ("prompted", "with prompts"),
        ("not_yet", "not yet explained; to be revisited"),
        (None, "Teach-back was not asked for"),
    ):
        section = replace(FACTS.sections[0], teach_back=result, taught_before=False)
        text = note_text(note_parts(replace(FACTS, sections=(section,))))
        assert words in text
        assert "revisited. Talked" not in text


rows = st.builds(
    lambda activity, minutes, share, assistant: TreatmentDraft(
        activity, minutes, 0 if activity == PNE else minutes * share // 100, minutes * assistant // 100
    ),
    st.sampled_from([PNE, *CODES]),
    st.integers(0, 120),
    st.integers(0, 100),
    st.integers(0, 100),
)


@given(st.lists(rows, max_size=6), st.integers(1, 480))
def test_every_minute_given_is_in_the_note_once(treatments: list[TreatmentDraft], minutes: int) -> None:
    parts = dict(note_parts(NoteFacts(minutes, 0, tuple(treatments), (), ())))
    said = parts.get("Treatment", "")
    assert said.count(" min") == sum(1 for row in treatments if row.minutes)
    total = sum(row.minutes for row in treatments)
    assert f"{total} minute{'' if total == 1 else 's'} of treatment in all" in parts["Minutes"]
