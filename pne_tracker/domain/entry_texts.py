"""What a patient is told about an entry: kind, short, at most grade 6, in English and Spanish (usted)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pne_tracker.domain.curriculum import Text


@dataclass(frozen=True, slots=True)
class Message:
    """A code for programs and tests, and the sentence for the patient."""

    code: str
    text: Text


def _message(code: str, en: str, es: str) -> Message:
    return Message(code, Text(en, es))


BLANK: Final = _message(
    "blank",
    "There is nothing here yet. Add what you can, then send it.",
    "Todavía no hay nada aquí. Agregue lo que pueda y envíelo.",
)
REQUIRED: Final = _message("required", "This one is still blank.", "Esta parte todavía está en blanco.")
NOT_WHOLE: Final = _message("not_whole", "Use a whole number, like 4.", "Escriba un número entero, como 4.")
BAD_DATE: Final = _message(
    "bad_date", "Write the date like this: 2026-11-23.", "Escriba la fecha así: 2026-11-23."
)
FUTURE: Final = _message(
    "future", "That day is still to come. Check the date.", "Ese día aún no llega. Revise la fecha."
)
BAD_TIME: Final = _message("bad_time", "Write the time like this: 22:30.", "Escriba la hora así: 22:30.")
NOT_AN_OPTION: Final = _message("not_an_option", "Pick from the list.", "Elija una respuesta de la lista.")
ONLY_NONE: Final = _message(
    "only_none",
    "Pick none of these, or the signs. Not both.",
    "Marque nada de esto, o las señales. No las dos cosas.",
)
UNANSWERED: Final = _message(
    "unanswered",
    "Pick an answer. Not sure is fine too.",
    "Elija una respuesta. También puede elegir no sé.",
)
SURE: Final = _message("sure", "That is a lot. Is this right?", "Es bastante. ¿Está bien así?")
LONG_AGO: Final = _message(
    "long_ago", "That was a while ago. Is this right?", "Eso fue hace tiempo. ¿Está bien así?"
)

LIGHTS_BEFORE_BED: Final = _message(
    "lights_before_bed",
    "Lights out comes after you get in bed. Check both times.",
    "Primero se acuesta y luego apaga la luz. Revise las dos horas.",
)
WAKING_BEFORE_LIGHTS: Final = _message(
    "waking_before_lights",
    "You wake after lights out. Check both times.",
    "Se despierta después de apagar la luz. Revise las dos horas.",
)
UP_BEFORE_WAKING: Final = _message(
    "up_before_waking",
    "You get up after you wake. Check both times.",
    "Se levanta después de despertarse. Revise las dos horas.",
)
TIME_IN_BED: Final = _message(
    "time_in_bed",
    "Time in bed can be 1 to 16 hours. Check the times.",
    "El tiempo en la cama puede ser de 1 a 16 horas. Revise las horas.",
)
NO_SLEEP_LEFT: Final = _message(
    "no_sleep_left",
    "These times leave no time asleep. Check the times.",
    "Con estas horas no queda tiempo de sueño. Revise las horas.",
)
AWAKE_WITHOUT_WAKING: Final = _message(
    "awake_without_waking",
    "You put no wakings, but time awake. Is this right?",
    "Puso que no se despertó, pero sí minutos sin dormir. ¿Está bien así?",
)
END_MISSING: Final = _message(
    "end_missing",
    "Add when it ended, or say it still goes on.",
    "Agregue cuándo terminó, o diga que todavía sigue.",
)
END_WHILE_ONGOING: Final = _message(
    "end_while_ongoing",
    "It can't have ended and still go on. Keep one.",
    "No puede haber terminado y seguir. Deje una sola.",
)
END_BEFORE_START: Final = _message(
    "end_before_start",
    "It ends after it starts. Check the times.",
    "Termina después de empezar. Revise las horas.",
)
PEAK_BELOW_USUAL: Final = _message(
    "peak_below_usual",
    "The worst is less than your usual pain. Is this right?",
    "El peor dolor es menor que el de siempre. ¿Está bien así?",
)
CORRECT_ABOVE_SHOWN: Final = _message(
    "correct_above_shown",
    "This can't be more than the pictures shown.",
    "No puede ser más que las fotos que vio.",
)
PICTURES_DIFFER: Final = _message(
    "pictures_differ",
    "Left and right don't add up to all pictures. Is this right?",
    "Izquierda y derecha no suman todas las fotos. ¿Está bien así?",
)
CALL_NOW: Final = _message(
    "call_now",
    "Call us now, or call 911. These signs need care today.",
    "Llámenos ahora, o llame al 911. Estas señales necesitan atención hoy.",
)
DIZZY: Final = _message(
    "dizzy",
    "Stop if you feel dizzy. Breathe the way that feels good.",
    "Pare si siente mareo. Respire como le resulte cómodo.",
)


def out_of_range(low: int, high: int) -> Message:
    """A number outside its range."""
    return _message(
        "out_of_range", f"Use a number from {low} to {high}.", f"Escriba un número de {low} a {high}."
    )


def too_long(most: int) -> Message:
    """A text that is too long."""
    return _message(
        "too_long",
        f"Make this a bit shorter. It can have {most} letters.",
        f"Acórtelo un poco. Puede tener {most} letras.",
    )
