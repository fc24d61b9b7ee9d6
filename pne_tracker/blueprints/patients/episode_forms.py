"""The form of an episode, and that of the ten questions."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError

from pne_tracker.blueprints.patients.forms import at_most
from pne_tracker.domain.curriculum import Flag
from pne_tracker.domain.episode_draft import EpisodeDraft
from pne_tracker.domain.icd10 import look_up, split_codes
from pne_tracker.queries.episodes import EpisodeChoices, EpisodeFacts, Option
from pne_tracker.web.fields import DayField, TrimmedField, WholeField, as_uuid, as_uuid_or_none
from pne_tracker.web.forms import Form

_DATES = ("opened_on", "plan_of_care_from", "plan_of_care_certified_on", "last_progress_report_on")


def diagnosis_codes(_form: Any, field: Any) -> None:
    """Validator: every code exists and is specific enough for a claim."""
    problems = [found.problem for found in map(look_up, split_codes(field.data or "")) if found.problem]
    if problems:
        raise ValidationError(" ".join(problems))


class EpisodeForm(Form):
    """An episode as typed. `version` is that of the row the form was made from."""

    version = HiddenField(default="0")
    discipline = RadioField("Discipline", choices=[("PT", "PT"), ("OT", "OT")], default="PT")
    therapist_id = SelectField("Therapist in charge", coerce=as_uuid)
    team = SelectMultipleField("Who else treats", coerce=as_uuid)
    payer_id = SelectField("Payer", coerce=as_uuid)
    codes = TrimmedField(
        "Diagnoses",
        validators=[InputRequired("Write at least one ICD-10-CM code: claims need it."), diagnosis_codes],
    )
    reason = TrimmedField("Reason for treatment", validators=[at_most(200)])
    goal = TextAreaField("Goal, in the patient’s words", validators=[at_most(300)])
    opened_on = DayField("First day", validators=[InputRequired("Write the first day of the episode.")])
    visits_authorised = WholeField("Visits authorised", validators=[Optional()])
    visits_per_week = WholeField("Visits a week", default=1)
    visit_minutes = WholeField("Minutes of a visit", default=45)
    plan_of_care_from = DayField("Plan of care from", validators=[Optional()])
    plan_of_care_certified_on = DayField("Certified on", validators=[Optional()])
    last_progress_report_on = DayField("Last progress report", validators=[Optional()])
    provider_query = TrimmedField("Look a provider up", validators=[at_most(80)])
    referring_provider_id = SelectField("Referring provider", coerce=as_uuid_or_none)
    flags = SelectMultipleField("What the patient says yes to")

    def offer(self, choices: EpisodeChoices, providers: tuple[Option, ...]) -> None:
        """Set what the choices are."""
        self.therapist_id.choices = [(one.id, one.label) for one in choices.therapists]
        self.team.choices = [(one.id, one.label) for one in choices.team]
        self.payer_id.choices = [(one.id, one.label) for one in choices.payers]
        self.referring_provider_id.choices = [("", "None")] + [(one.id, one.label) for one in providers]
        self.flags.choices = flag_choices(choices.flags)

    def draft(self) -> EpisodeDraft:
        """What was typed, for the services."""
        return EpisodeDraft(
            therapist_id=self.therapist_id.data,
            discipline=self.discipline.data or "",
            payer_id=self.payer_id.data,
            codes=split_codes(self.codes.data),
            reason=self.reason.data,
            goal=(self.goal.data or "").strip(),
            team=frozenset(self.team.data or ()) - {self.therapist_id.data},
            visits_authorised=self.visits_authorised.data,
            visits_per_week=self.visits_per_week.data or 0,
            visit_minutes=self.visit_minutes.data or 0,
            referring_provider_id=self.referring_provider_id.data,
            flags=frozenset(self.flags.data or ()),
            **{name: self[name].data for name in _DATES},
        )


def form_data(facts: EpisodeFacts) -> dict[str, Any]:
    """What the form shows of an episode that exists."""
    draft = facts.draft
    names = (
        *("discipline", "therapist_id", "payer_id", "reason", "goal", "visits_authorised"),
        *("visits_per_week", "visit_minutes", "referring_provider_id", *_DATES),
    )
    return {
        **{name: getattr(draft, name) for name in names},
        "version": str(facts.version),
        "codes": ", ".join(draft.codes),
        "team": list(draft.team),
    }


def flag_choices(flags: tuple[Flag, ...]) -> list[tuple[str, str]]:
    """The questions of a pack's flags, in English."""
    return [(flag.id, flag.question.en) for flag in flags]


class FlagsForm(Form):
    """The ten questions, asked again."""

    flags = SelectMultipleField("What the patient says yes to")
