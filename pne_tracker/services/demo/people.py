"""The people of the demo, all invented, and how far each has got.

Numbers are 555-01xx and addresses example.org, which belong to nobody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from pne_tracker.domain.people import folded


class Stage(StrEnum):
    """Where a patient stands today."""

    NEW = "new"
    TODAY = "today"
    GOING = "going"
    COMPLETE = "complete"
    REVISIT = "revisit"
    SKIPPED = "skipped"
    STALLED = "stalled"
    ON_HOLD = "on_hold"
    DISCHARGED = "discharged"
    DECEASED = "deceased"


class Extra(StrEnum):
    """What one patient's history has and the others' do not."""

    ADDENDUM = "addendum"
    IN_ERROR = "in_error"
    OTHER_SECTION = "other_section"
    INVITED = "invited"
    AT_HOME = "at_home"


@dataclass(frozen=True, slots=True)
class Story:
    """One patient. `visits` are signed ones, the last `gap` days ago, `per_week` of them a week.

    `grasp` and `diligence` are shares from 0 to 1: how often a teach-back succeeds and a task is done. `pain`
    is the worst of 24 hours at the start and now, 0 to 10. `drafting` leaves a visit of today unsigned; `extra`
    names something that happens to nobody else.
    """

    given: str
    family: str
    age: int
    sex: str
    problem: str
    therapist: str
    payer: str
    stage: Stage
    visits: int = 0
    gap: int = 0
    per_week: int = 1
    grasp: float = 0.75
    diligence: float = 0.8
    pain: tuple[int, int] = (7, 4)
    flags: tuple[str, ...] = ()
    language: str = "en"
    portal: bool = True
    drafting: bool = False
    extra: Extra | None = None

    @property
    def email(self) -> str:
        """ "rosalind.achterberg@example.org"."""
        given, family = (
            folded(part).replace(" ", "-").replace("'", "") for part in (self.given, self.family)
        )
        return f"{given}.{family}@example.org"

    def birth_date(self, today: dt.date, number: int) -> dt.date:
        """A birthday spread over the year by `number`; on `today` the patient is `age`."""
        return today.replace(year=today.year - self.age, day=1) - dt.timedelta(days=7 + number * 23 % 330)


def phone_of(number: int) -> str:
    """A telephone number that is kept free for stories."""
    return f"+12075550{100 + number % 100}"


MAYA, DANIEL, HANNE = "maya", "daniel", "hanne"
NEW, TODAY, GOING = Stage.NEW, Stage.TODAY, Stage.GOING
COMPLETE, REVISIT, SKIPPED, STALLED = Stage.COMPLETE, Stage.REVISIT, Stage.SKIPPED, Stage.STALLED

# fmt: off
STORIES = (
    Story("Rosalind", "Achterberg", 71, "female", "back-leg", MAYA, "medicare", GOING, 7, 3, 1,
          grasp=0.65, diligence=0.85, pain=(7, 5), flags=("spreading-pain", "old-injuries-flaring"),
          extra=Extra.AT_HOME),
    Story("Marisol", "Quintero", 52, "female", "widespread", DANIEL, "granite", GOING, 6, 3, 1,
          grasp=0.7, diligence=0.85, pain=(8, 6), flags=("stress", "sensitive-to-touch"), language="es",
          extra=Extra.AT_HOME),
    Story("Amadou", "Fenwick", 44, "male", "shoulder", MAYA, "shoreline", NEW, portal=False),
    Story("Yuki", "Brandt", 29, "female", "neck", DANIEL, "granite", NEW, portal=False),
    Story("Leopold", "Nkemelu", 63, "male", "knee", HANNE, "self", NEW, portal=False),
    Story("Ines", "Varga", 38, "female", "neck", MAYA, "shoreline", TODAY, flags=("stress",)),
    Story("Hector", "Lindgren", 57, "male", "whiplash", DANIEL, "comp", TODAY, flags=("fear-of-movement",)),
    Story("Birgit", "Salcedo", 66, "female", "knee", MAYA, "medicare", GOING, 1, 2, 1, pain=(6, 6)),
    Story("Tobias", "Wren", 31, "male", "back", MAYA, "shoreline", GOING, 2, 5, 1, pain=(6, 5),
          drafting=True),
    Story("Graciela", "Montoya", 47, "female", "back", DANIEL, "granite", GOING, 2, 1, 1, language="es",
          flags=("stress",), pain=(7, 6)),
    Story("Kwame", "Osterberg", 24, "male", "hand", HANNE, "shoreline", GOING, 1, 6, 1,
          flags=("body-image", "sensitive-to-touch"), pain=(8, 8)),
    Story("Delphine", "Rourke", 59, "female", "hip", DANIEL, "self", GOING, 3, 2, 1, portal=False, pain=(6, 4),
          extra=Extra.INVITED),
    Story("Nadia", "Holloway", 35, "female", "neck", MAYA, "shoreline", GOING, 3, 3, 1, diligence=0.9),
    Story("Leila", "Marchetti", 49, "female", "widespread", MAYA, "granite", GOING, 5, 2, 1,
          flags=("low-mood", "poor-sleep", "focus-memory"), grasp=0.6, pain=(8, 6)),
    Story("Samuel", "Adeyemi-Clark", 54, "male", "back", DANIEL, "shoreline", GOING, 4, 6, 1, diligence=0.6),
    Story("Wilhelmina", "Castellano", 78, "female", "knee", HANNE, "medicare", GOING, 4, 1, 1, portal=False),
    Story("Rafael", "Ibarra", 61, "male", "back-leg", DANIEL, "medicare", GOING, 3, 4, 1, language="es",
          portal=False, pain=(7, 5)),
    Story("Priyanka", "Sørensen", 42, "female", "neck", MAYA, "granite", GOING, 6, 5, 2, diligence=0.95,
          drafting=True),
    Story("Otis", "Blanchard", 68, "male", "after-surgery", DANIEL, "medicare", GOING, 5, 2, 1,
          flags=("old-injuries-flaring", "poor-sleep"), pain=(8, 6),
          extra=Extra.ADDENDUM),
    Story("Mei-Lin", "Faraday", 33, "female", "hand", HANNE, "comp", GOING, 5, 3, 2,
          flags=("body-image", "lasting-swelling"), pain=(7, 4)),
    Story("Anselm", "Drummond", 50, "male", "hip", MAYA, "shoreline", GOING, 6, 6, 1, diligence=0.7,
          extra=Extra.IN_ERROR),
    Story("Fatima", "Okafor-Reid", 39, "female", "back", MAYA, "granite", GOING, 7, 1, 2, grasp=0.85),
    Story("Casper", "Villanueva", 46, "male", "shoulder", DANIEL, "shoreline", GOING, 7, 3, 1, grasp=0.8,
          extra=Extra.OTHER_SECTION),
    Story("Eleanor", "Babatunde", 73, "female", "back-leg", HANNE, "medicare", GOING, 9, 2, 2, grasp=0.8,
          pain=(7, 3)),
    Story("Consuelo", "Herrera Paz", 65, "female", "knee", DANIEL, "medicare", GOING, 6, 5, 1, grasp=0.85,
          language="es", pain=(7, 4)),
    Story("Jonas", "Whitcombe", 28, "male", "whiplash", MAYA, "comp", GOING, 8, 4, 2, grasp=0.8,
          flags=("fear-of-movement",), pain=(7, 3)),
    Story("Ayesha", "Thorne", 56, "female", "widespread", MAYA, "granite", COMPLETE, 15, 3, 2, grasp=1.0,
          diligence=1.0, pain=(8, 3), flags=("stress",)),
    Story("Bertrand", "Oyelaran", 62, "male", "back", DANIEL, "shoreline", COMPLETE, 15, 5, 2, grasp=1.0,
          diligence=1.0, pain=(7, 2)),
    Story("Greta", "Malone", 84, "female", "back", HANNE, "medicare", REVISIT, 6, 4, 1, grasp=0.35,
          portal=False, pain=(6, 5)),
    Story("Dmitri", "Salvatierra", 45, "male", "after-surgery", MAYA, "comp", REVISIT, 5, 2, 2, grasp=0.4,
          diligence=0.5, flags=("fear-of-movement", "low-mood"), pain=(9, 8)),
    Story("Lourdes", "Paniagua", 51, "female", "neck", DANIEL, "granite", REVISIT, 5, 3, 1, grasp=0.4,
          language="es", flags=("spreading-pain",)),
    Story("Percival", "Adair", 70, "male", "knee", DANIEL, "medicare", SKIPPED, 6, 6, 1, pain=(6, 3)),
    Story("Simone", "Achebe", 37, "female", "hip", MAYA, "self", SKIPPED, 6, 2, 2, grasp=0.85),
    Story("Vernon", "Tillis", 58, "male", "back", DANIEL, "shoreline", STALLED, 3, 16, 1, diligence=0.4),
    Story("Magdalena", "Roth", 41, "female", "widespread", MAYA, "granite", STALLED, 4, 19, 1, diligence=0.3,
          flags=("low-mood",), pain=(8, 7)),
    Story("Curtis", "Ombati", 53, "male", "shoulder", HANNE, "shoreline", STALLED, 4, 22, 1, diligence=0.5),
    Story("Soledad", "Arce", 60, "female", "back-leg", DANIEL, "medicare", STALLED, 2, 25, 1, diligence=0.4,
          language="es"),
    Story("Fergus", "Njoroge", 27, "male", "back", MAYA, "self", STALLED, 4, 29, 1, diligence=0.5),
    Story("Tamsin", "Delacroix", 34, "female", "back", HANNE, "granite", Stage.ON_HOLD, 5, 18, 1,
          pain=(6, 5)),
    Story("Ignatius", "Bello", 69, "male", "hip", MAYA, "medicare", Stage.DISCHARGED, 13, 12, 2, grasp=0.9,
          diligence=0.9, pain=(7, 2)),
    Story("Philippa", "Strand", 48, "female", "neck", DANIEL, "shoreline", Stage.DISCHARGED, 9, 24, 2,
          grasp=0.85, pain=(6, 2)),
    Story("Chidi", "Lowenthal", 55, "male", "back", HANNE, "granite", Stage.DISCHARGED, 6, 33, 1,
          diligence=0.5, pain=(7, 6)),
    Story("Edmund", "Vasko", 81, "male", "back-leg", MAYA, "medicare", Stage.DECEASED, 4, 26, 1,
          portal=False, pain=(6, 6)),
)
# fmt: on
FIRST_NUMBER = 20401


def mrn_of(number: int) -> str:
    """The record number of the story at that place: "HL-20401"."""
    return f"HL-{FIRST_NUMBER + number}"
