"""The form of each kind of homework entry: its fields, units and ranges, in English and Spanish.

One table for the page that draws the form and for the server that checks it (curriculum.md 7). Kinds with
prompts take their fields from the homework template; the quiz takes its from the check questions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from pne_tracker.domain.curriculum import HomeworkKind, HomeworkTemplate, Prompt, Text

TEXT_LENGTH: Final = 4000
SHORT_LENGTH: Final = 200


class Control(StrEnum):
    """How a field is filled in."""

    WHOLE = "whole"
    SCALE = "scale"
    DATE = "date"
    ANY_DATE = "any_date"
    TIME = "time"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    SHORT = "short"
    TEXT = "text"


# Forms fill these in by themselves, so on their own they are no answer.
PREFILLED: Final = frozenset({Control.DATE, Control.TIME})


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field. `low` and `high` bound a number; above `warn_above` the form asks "is this right?"."""

    name: str
    control: Control
    label: Text
    required: bool = True
    low: int = 0
    high: int = 10
    warn_above: int | None = None
    options: tuple[tuple[str, Text], ...] = ()


def _whole(name: str, en: str, es: str, low: int, high: int, warn_above: int | None = None) -> FieldSpec:
    return FieldSpec(name, Control.WHOLE, Text(en, es), low=low, high=high, warn_above=warn_above)


def _scale(name: str, en: str, es: str) -> FieldSpec:
    return FieldSpec(name, Control.SCALE, Text(en, es))


def _time(name: str, en: str, es: str) -> FieldSpec:
    return FieldSpec(name, Control.TIME, Text(en, es))


def _text(name: str, en: str, es: str) -> FieldSpec:
    return FieldSpec(name, Control.TEXT, Text(en, es), required=False)


def _options(*named: tuple[str, str, str]) -> tuple[tuple[str, Text], ...]:
    return tuple((key, Text(en, es)) for key, en, es in named)


DAY: Final = FieldSpec("day", Control.DATE, Text("Which day?", "¿Qué día?"))
PAIN_BEFORE: Final = _scale("pain_before", "Pain before (0 to 10)", "Dolor antes (0 a 10)")
PAIN_AFTER: Final = _scale("pain_after", "Pain after (0 to 10)", "Dolor después (0 a 10)")

EXERCISE: Final = (
    DAY,
    FieldSpec("activity", Control.SHORT, Text("What did you do?", "¿Qué hizo?")),
    _whole("planned_minutes", "Minutes you planned", "Minutos que planeó", 1, 300, 120),
    _whole("done_minutes", "Minutes you did", "Minutos que hizo", 1, 300, 120),
    _scale("effort", "How hard was it? (0 to 10)", "¿Cuánto esfuerzo fue? (0 a 10)"),
    PAIN_BEFORE,
    PAIN_AFTER,
    replace(
        _scale(
            "pain_next_morning", "Pain the next morning (0 to 10)", "Dolor a la mañana siguiente (0 a 10)"
        ),
        required=False,
    ),
)
SLEEP: Final = (
    FieldSpec("wake_day", Control.DATE, Text("The day you woke up", "El día en que se despertó")),
    _time("in_bed", "Time you got in bed", "Hora en que se acostó"),
    _time("lights_out", "Time you turned out the light", "Hora en que apagó la luz"),
    _whole(
        "minutes_to_sleep",
        "How many minutes did it take you to sleep?",
        "¿Cuántos minutos tardó en dormirse?",
        0,
        480,
    ),
    _whole("awakenings", "How many times you woke up", "Veces que se despertó", 0, 20),
    replace(
        _whole("minutes_awake", "Minutes awake in the night", "Minutos sin dormir en la noche", 0, 480),
        required=False,
    ),
    _time("last_waking", "Time you woke for good", "Hora en que se despertó por última vez"),
    _time("out_of_bed", "Time you got out of bed", "Hora en que se levantó"),
    _whole("quality", "How well you slept (1 to 5)", "Qué tan bien durmió (1 a 5)", 1, 5),
    _whole("caffeine", "Cups with caffeine after noon", "Tazas con cafeína después del mediodía", 0, 10),
    _whole("screens", "Minutes of screens in the last hour", "Minutos de pantalla en la última hora", 0, 60),
)
STRESS: Final = (
    DAY,
    _time("time", "What time?", "¿A qué hora?"),
    _scale("stress_before", "Stress at first (0 to 10)", "Estrés al principio (0 a 10)"),
    _scale("stress_after", "Stress after that (0 to 10)", "Estrés después (0 a 10)"),
    FieldSpec(
        "tags",
        Control.CHOICES,
        Text("What was it about?", "¿De qué se trataba?"),
        required=False,
        options=_options(
            ("work", "Work", "Trabajo"),
            ("money", "Money", "Dinero"),
            ("family", "Family", "Familia"),
            ("health", "Health", "Salud"),
            ("other", "Something else", "Otra cosa"),
        ),
    ),
    _text("body_signs", "What did your body do?", "¿Qué sintió en el cuerpo?"),
    _text("helped", "What helped?", "¿Qué le ayudó?"),
)
# Signs that need care today (curriculum.md 7, flare); "none" must be ticked, for blank is not "no".
NEW_SIGNS: Final = _options(
    ("saddle", "Numb where you sit", "Adormecida la zona donde se sienta"),
    ("bladder_bowel", "Trouble with your bladder or bowel", "Problemas para orinar o evacuar"),
    ("weakness", "New weakness", "Debilidad nueva"),
    ("fever", "Fever", "Fiebre"),
    ("chest_pain", "Chest pain", "Dolor en el pecho"),
    ("hot_leg", "One hot, swollen leg", "Una pierna caliente e hinchada"),
    ("none", "None of these", "Nada de esto"),
)
FLARE: Final = (
    FieldSpec(
        "new_signs",
        Control.CHOICES,
        Text("Are any of these new?", "¿Algo de esto es nuevo?"),
        options=NEW_SIGNS,
    ),
    FieldSpec("start_day", Control.DATE, Text("The day it began", "El día en que empezó")),
    _time("start_time", "The time it began", "La hora en que empezó"),
    FieldSpec("ongoing", Control.YES_NO, Text("Is it still going on?", "¿Todavía sigue?")),
    FieldSpec("end_day", Control.DATE, Text("The day it ended", "El día en que terminó"), required=False),
    replace(_time("end_time", "The time it ended", "La hora en que terminó"), required=False),
    _scale("usual_pain", "Your usual pain (0 to 10)", "Su dolor de siempre (0 a 10)"),
    _scale("peak_pain", "Pain at its worst (0 to 10)", "Dolor en el peor momento (0 a 10)"),
    _text("stopped", "What did it keep you from?", "¿Qué no pudo hacer por eso?"),
    _text("came_before", "What came before it?", "¿Qué pasó antes?"),
    _text("helped", "What helped?", "¿Qué le ayudó?"),
)
BREATHING: Final = (
    DAY,
    _whole("minutes", "How many minutes did you do?", "¿Cuántos minutos lo hizo?", 1, 60),
    replace(_whole("breaths", "Breaths in one minute", "Respiraciones en un minuto", 3, 30), required=False),
    _scale("tension_before", "How tense at first (0 to 10)", "Tensión al principio (0 a 10)"),
    _scale("tension_after", "How tense after (0 to 10)", "Tensión después (0 a 10)"),
    FieldSpec("dizzy", Control.YES_NO, Text("Did you feel dizzy?", "¿Tuvo mareo?")),
)
BODY_PARTS: Final = _options(
    ("hand", "Hand", "Mano"),
    ("foot", "Foot", "Pie"),
    ("knee", "Knee", "Rodilla"),
    ("shoulder", "Shoulder", "Hombro"),
    ("neck", "Neck", "Cuello"),
    ("back", "Back", "Espalda"),
    ("face", "Face", "Cara"),
)
LATERALITY: Final = (
    DAY,
    FieldSpec("body_part", Control.CHOICE, Text("Body part", "Parte del cuerpo"), options=BODY_PARTS),
    _whole("step", "Step (1 to 4)", "Paso (1 a 4)", 1, 4),
    _whole("pictures", "How many pictures", "Cuántas fotos", 10, 100),
    _whole("left_shown", "Left: pictures shown", "Izquierda: fotos que vio", 1, 100),
    _whole("left_correct", "Left: how many right", "Izquierda: cuántas acertó", 0, 100),
    replace(
        _whole("left_ms", "Left: time for each, in ms", "Izquierda: tiempo por foto, en ms", 300, 10_000),
        required=False,
    ),
    _whole("right_shown", "Right: pictures shown", "Derecha: fotos que vio", 1, 100),
    _whole("right_correct", "Right: how many right", "Derecha: cuántas acertó", 0, 100),
    replace(
        _whole("right_ms", "Right: time for each, in ms", "Derecha: tiempo por foto, en ms", 300, 10_000),
        required=False,
    ),
    PAIN_BEFORE,
    PAIN_AFTER,
)

FORMS: Final = {
    HomeworkKind.EXERCISE_LOG: EXERCISE,
    HomeworkKind.SLEEP_LOG: SLEEP,
    HomeworkKind.STRESS_LOG: STRESS,
    HomeworkKind.FLARE_LOG: FLARE,
    HomeworkKind.BREATHING: BREATHING,
    HomeworkKind.LATERALITY: LATERALITY,
}
YES_NO: Final = _options(("yes", "Yes", "Sí"), ("no", "No", "No"))
_PROMPT_CONTROLS: Final = {
    "text": Control.TEXT,
    "short": Control.SHORT,
    "scale": Control.SCALE,
    "yes_no": Control.YES_NO,
    "choice": Control.CHOICE,
    "date": Control.ANY_DATE,
}


def fields_of(kind: HomeworkKind, template: HomeworkTemplate | None) -> tuple[FieldSpec, ...]:
    """The fields of an entry: the kind's own form, else one for each prompt of the template."""
    own = FORMS.get(kind)
    if own is not None:
        return own
    return tuple(_prompted(prompt) for prompt in template.prompts) if template else ()


def _prompted(prompt: Prompt) -> FieldSpec:
    control = _PROMPT_CONTROLS[prompt.field]
    return FieldSpec(prompt.id, control, prompt.label, prompt.required, options=prompt.options)
