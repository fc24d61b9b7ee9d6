"""The shared CPT rule of the guide: which code each minute of a visit is reported under, and which wait.

1. PNE on its own is reported as 97112. 2. PNE within another treatment is reported under that treatment's
code alone. 3. Stand-alone PNE beside a companion waits for the clinician's decision: separate, or combined
with a code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pne_tracker.domain.billing.codes import RETRAINING, Code, CodeTable
from pne_tracker.domain.billing.visit import PNE, SEPARATE, BillableVisit, Treatment


@dataclass(slots=True)
class CodeMinutes:
    """The minutes reported under one code.

    `own` come from the code's rows, `own_pne` of them with PNE; `alone` are stand-alone PNE reported as
    97112; `combined` are PNE minutes that the clinician moved here. The assistant's share is kept per
    source.
    """

    code: Code
    own: int = 0
    own_pne: int = 0
    own_assistant: int = 0
    alone: int = 0
    combined: int = 0
    pne_assistant: int = 0
    documented: bool = False

    @property
    def pne_rows(self) -> int:
        """Minutes that came from rows of PNE on its own."""
        return self.alone + self.combined

    @property
    def minutes(self) -> int:
        """All minutes under the code; none of them is under another."""
        return self.own + self.alone + self.combined

    @property
    def assistant(self) -> int:
        """Minutes that an assistant gave alone."""
        return self.own_assistant + self.pne_assistant


@dataclass(slots=True)
class Reported:
    """The visit sorted by code, in ascending order, the codes that PNE could be combined with, and the PNE
    minutes that wait for a decision."""

    by_code: list[CodeMinutes]
    companions: list[str]
    undecided: int


def report(visit: BillableVisit, codes: CodeTable) -> Reported:
    """Sort the minutes of a checked visit. Each minute is under one code or undecided, never both, never
    twice."""
    groups: dict[str, CodeMinutes] = {}
    pne_rows: list[Treatment] = []
    for treatment in visit.treatments:
        if treatment.activity == PNE:
            pne_rows.append(treatment)
        else:
            _add_own(groups, treatment, codes)
    if not pne_rows:
        return Reported(_in_order(groups), [], 0)
    companions = _companions(groups.values())
    undecided = 0
    for row in pne_rows:
        target = _target(row, visit, has_companion=bool(companions))
        if target is None:
            undecided += row.minutes
        elif row.minutes:
            _add_pne(groups, row, target, codes)
    return Reported(_in_order(groups), companions, undecided)


def _add_own(groups: dict[str, CodeMinutes], treatment: Treatment, codes: CodeTable) -> None:
    group = groups.get(treatment.activity)
    if group is None:
        group = groups[treatment.activity] = CodeMinutes(codes[treatment.activity])
    group.own += treatment.minutes
    group.own_pne += treatment.pne_minutes
    group.own_assistant += treatment.assistant_minutes
    if treatment.impairment and treatment.impairment.strip():
        group.documented = True


def _companions(groups: Iterable[CodeMinutes]) -> list[str]:
    """Timed treatments with minutes, other than 97112 itself: with that one there is nothing to decide."""
    return sorted(g.code.code for g in groups if g.code.timed and g.own and g.code.code != RETRAINING)


def _target(row: Treatment, visit: BillableVisit, *, has_companion: bool) -> str | None:
    """The code a row of stand-alone PNE is reported under, or None while nobody has decided.

    A clinic that forbids "separate" leaves the row undecided: the choice is not there to be made.
    """
    if row.decision is not None and row.decision != SEPARATE:
        return row.decision
    if not has_companion:
        return RETRAINING
    return RETRAINING if row.decision == SEPARATE and visit.separate_pne_allowed else None


def _add_pne(groups: dict[str, CodeMinutes], row: Treatment, target: str, codes: CodeTable) -> None:
    group = groups.get(target)
    if group is None:
        group = groups[target] = CodeMinutes(codes[target])
    if row.decision is None or row.decision == SEPARATE:
        group.alone += row.minutes
    else:
        group.combined += row.minutes
    group.pne_assistant += row.assistant_minutes
    if row.impairment and row.impairment.strip():
        group.documented = True


def _in_order(groups: dict[str, CodeMinutes]) -> list[CodeMinutes]:
    return [groups[code] for code in sorted(groups)]
