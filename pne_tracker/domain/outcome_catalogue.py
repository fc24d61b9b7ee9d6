"""Every measure that can be recorded. The built-in ones are entered item by item, the others by total score.

No item text of a licensed measure is here, nor anywhere else in the project: a clinic scores those on its own
forms and enters the total with its version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pne_tracker.domain.errors import BadInputError
from pne_tracker.domain.outcomes import MEASURES, Measure, Scored

_BY_TOTAL: Final = (
    Measure(
        "npq-19",
        "Pain knowledge, 19 items",
        "NPQ",
        0,
        19,
        lower_is_better=False,
        error=4.2,
        version="19 items",
        source="Error 4.2 computed from the standard error 1.5 of the French form",
    ),
    Measure(
        "npq-13",
        "Pain knowledge, revised, 13 items",
        "NPQ",
        0,
        13,
        lower_is_better=False,
        error=None,
        version="revised, 13 items",
        source="No figures kept for this form",
    ),
    Measure(
        "npq-12",
        "Pain knowledge, revised, 12 items",
        "NPQ",
        0,
        12,
        lower_is_better=False,
        error=None,
        version="revised, 12 items",
        source="No figures kept for this form",
    ),
    Measure(
        "copi-adult",
        "Concepts of pain",
        "COPI-Adult",
        0,
        52,
        lower_is_better=False,
        error=None,
        version="13 items",
        source="No figures kept",
    ),
    Measure(
        "tsk-11",
        "Fear of movement, 11 items",
        "TSK-11",
        11,
        44,
        lower_is_better=True,
        error=7.0,
        important=4,
        version="11 items",
        source="Error 7.0 computed from the standard error 2.54; a drop of 4 matters",
    ),
    Measure(
        "tsk-17",
        "Fear of movement, 17 items",
        "TSK-17",
        17,
        68,
        lower_is_better=True,
        error=None,
        bands=(38,),
        version="17 items",
        source="Above 37 is high",
    ),
    Measure(
        "fabq-pa",
        "Fear and avoidance, physical activity",
        "FABQ-PA",
        0,
        24,
        lower_is_better=True,
        error=3.7,
        source="Error 3.7 (95 % confidence)",
    ),
    Measure(
        "fabq-w",
        "Fear and avoidance, work",
        "FABQ-W",
        0,
        42,
        lower_is_better=True,
        error=6.0,
        source="Error 6.0 (95 % confidence)",
    ),
    Measure(
        "csi",
        "Symptom burden",
        "CSI",
        0,
        100,
        lower_is_better=True,
        error=None,
        bands=(30, 40, 50, 60),
        version="25 items",
        source="Bands 30, 40, 50, 60",
    ),
    Measure(
        "pseq",
        "Confidence despite pain",
        "PSEQ",
        0,
        60,
        lower_is_better=False,
        error=11.5,
        important=7,
        bands=(20, 31, 41),
        needs_band=True,
        version="10 items",
        source="Error up to 11.5 (95 % confidence); 7 points with a change of band (20, 31, 41) matter",
    ),
    Measure(
        "peg",
        "Pain, enjoyment, general activity",
        "PEG",
        0,
        10,
        lower_is_better=True,
        error=None,
        important_share=0.3,
        whole=False,
        version="3 items",
        source="30 % of the first score matters",
    ),
    Measure(
        "promis-pi",
        "Pain interference, T score",
        "PROMIS PI",
        20,
        90,
        lower_is_better=True,
        error=None,
        whole=False,
        source="Mean 50, standard deviation 10; no figures kept",
    ),
    Measure(
        "promis-pf",
        "Physical function, T score",
        "PROMIS PF",
        10,
        90,
        lower_is_better=False,
        error=None,
        whole=False,
        source="Mean 50, standard deviation 10; no figures kept",
    ),
    Measure(
        "pcs",
        "Catastrophic thoughts",
        "PCS",
        0,
        52,
        lower_is_better=True,
        error=7.7,
        important=8,
        important_above=(30, 11),
        source="Error 7.7; 8 points matter, 11 from a first score above 30",
    ),
    Measure(
        "odi",
        "Back disability, percent",
        "ODI",
        0,
        100,
        lower_is_better=True,
        error=None,
        important=12,
        whole=False,
        source="12 points matter",
    ),
    Measure(
        "ndi",
        "Neck disability",
        "NDI",
        0,
        50,
        lower_is_better=True,
        error=5,
        important=14,
        source="Error 5; 14 points matter",
    ),
)
BY_TOTAL: Final[Mapping[str, Measure]] = {one.id: one for one in _BY_TOTAL}
EVERY: Final[Mapping[str, Measure]] = {**MEASURES, **BY_TOTAL}


def score_total(measure: Measure, total: float, *, at: str = "total") -> Scored:
    """A total score. Raises BadInputError at `at` outside the measure's range, or with decimals it has none of."""
    if not measure.low <= total <= measure.high:
        raise BadInputError(f"{measure.short} goes from {measure.low} to {measure.high}.", at=at)
    if measure.whole and total != int(total):
        raise BadInputError(f"{measure.short} is a whole number.", at=at)
    return Scored(float(total), {"total": total})
