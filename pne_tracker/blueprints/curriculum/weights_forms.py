"""The form of a clinic's planner weights: a whole number for each weight and each yellow flag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField
from wtforms.validators import InputRequired

from pne_tracker.domain.clinic_weights import WEIGHTS, ClinicWeights, flag_field
from pne_tracker.domain.curriculum import Pack
from pne_tracker.web.fields import WholeField
from pne_tracker.web.forms import Form


class WeightsForm(Form):
    """Weights as typed; `based_on` is the row the form was made from. `form_of` adds a field for each weight."""

    based_on = HiddenField(default="")

    def wanted(self, pack: Pack) -> ClinicWeights:
        """What was typed, for the services."""
        return ClinicWeights(
            {one.code: self[one.code].data for one in WEIGHTS},
            {flag.id: self[flag_field(flag.id)].data for flag in pack.flags},
        )


def form_of(
    pack: Pack, shown: ClinicWeights, based_on: object, formdata: Mapping[str, Any] | None
) -> WeightsForm:
    """The form over that pack: as typed where `formdata` says something, else with the weights `shown`."""
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {"based_on": str(based_on or "")}
    for one in WEIGHTS:
        fields[one.code] = _number(one.label)
        values[one.code] = shown.weights[one.code]
    for flag in pack.flags:
        fields[flag_field(flag.id)] = _number(flag.label)
        values[flag_field(flag.id)] = shown.flags[flag.id]
    made: WeightsForm = type("WeightsForm", (WeightsForm,), fields)(formdata=formdata, data=values)
    return made


def _number(label: str) -> WholeField:
    return WholeField(label, validators=[InputRequired("Write a whole number.")])
