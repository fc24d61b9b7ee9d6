"""Random episodes for the planner's property tests."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from pne_tracker.domain.curriculum import HomeworkKind
from pne_tracker.domain.homework import HomeworkFact, HomeworkStatus
from pne_tracker.domain.planner import PlannerInput, RecordedFlag
from pne_tracker.domain.progress import Check, CheckKind, SectionEvidence, Skip, TeachBackResult
from tests.domain.pack_fixture import FLAGS, PACK

TODAY = dt.date(2026, 11, 23)
PAST = st.dates(TODAY - dt.timedelta(days=120), TODAY)
SCORES = st.sampled_from([0.0, 0.25, 0.5, 0.51, 0.6, 0.67, 0.74, 0.75, 0.8, 1.0])
CONCEPTS = sorted(PACK.concept_ids)

CHECKS = st.one_of(
    st.builds(Check, kind=st.just(CheckKind.TEACH_BACK), on=PAST, result=st.sampled_from(TeachBackResult)),
    st.builds(
        Check,
        kind=st.sampled_from([CheckKind.QUIZ, CheckKind.RECALL]),
        on=PAST,
        score=SCORES,
        concepts=st.dictionaries(st.sampled_from(CONCEPTS), SCORES, max_size=3),
    ),
)
HOMEWORK = st.builds(
    HomeworkFact,
    kind=st.sampled_from([kind.value for kind in HomeworkKind]),
    required=st.booleans(),
    status=st.sampled_from(HomeworkStatus),
    due=st.dates(TODAY - dt.timedelta(days=60), TODAY + dt.timedelta(days=14)),
    reviewed=st.one_of(st.none(), PAST),
    review_recorded=st.booleans(),
)
SECTION = st.builds(
    SectionEvidence,
    taught=st.lists(PAST, max_size=2).map(tuple),
    checks=st.lists(CHECKS, max_size=3).map(tuple),
    homework=st.lists(HOMEWORK, max_size=3).map(tuple),
    flagged=st.lists(PAST, max_size=1).map(tuple),
    skip=st.one_of(st.none(), st.none(), st.none(), st.just(Skip("not needed"))),
)
FLAG_IDS = st.lists(st.sampled_from(sorted(FLAGS)), unique=True, max_size=6)
INPUTS = st.builds(
    PlannerInput,
    today=st.just(TODAY),
    minutes=st.integers(0, 90),
    sections=st.dictionaries(st.integers(1, 14), SECTION, max_size=14),
    flags=FLAG_IDS.map(lambda ids: tuple(RecordedFlag(one) for one in ids)),
    visits_left=st.one_of(st.none(), st.integers(0, 20)),
    visits_per_week=st.one_of(st.none(), st.integers(0, 5)),
    allow_new_with_revisits=st.booleans(),
)
