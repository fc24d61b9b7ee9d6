"""What gets in the way of homework: five reasons a patient can pick, each with a kind tip."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pne_tracker.domain.curriculum import Text


class BarrierReason(StrEnum):
    """Why a task was not done, in the order it is asked."""

    TIME = "time"
    PAIN = "pain"
    FORGOT = "forgot"
    NOT_CLEAR = "not_clear"
    NO_USE = "no_use"


LABELS: Final[Mapping[BarrierReason, Text]] = {
    BarrierReason.TIME: Text("I had no time", "No tuve tiempo"),
    BarrierReason.PAIN: Text("It hurt too much", "Me dolía mucho"),
    BarrierReason.FORGOT: Text("I forgot", "Se me olvidó"),
    BarrierReason.NOT_CLEAR: Text("I was not sure what to do", "No me quedó claro qué hacer"),
    BarrierReason.NO_USE: Text("It did not seem to help", "No me pareció útil"),
}
TIPS: Final[Mapping[BarrierReason, Text]] = {
    BarrierReason.TIME: Text(
        "Life gets full. Pick one part and give it five minutes. Right after a meal works well.",
        "La vida está llena. Elija una sola parte y dele cinco minutos. Después de comer funciona bien.",
    ),
    BarrierReason.PAIN: Text(
        "That was a hard day. Do half next time, or less. A small bit still counts.",
        "Fue un día difícil. La próxima vez haga la mitad, o menos. Un poco también cuenta.",
    ),
    BarrierReason.FORGOT: Text(
        "That is easy to do. Tie it to a thing you do each day, like your morning cup.",
        "Es fácil que pase. Únalo a algo que hace cada día, como su café de la mañana.",
    ),
    BarrierReason.NOT_CLEAR: Text(
        "That is on us. Ask your question here, or bring it to your visit. We will go over it.",
        "Eso nos toca a nosotros. Pregunte aquí o en su cita. Lo vemos con usted.",
    ),
    BarrierReason.NO_USE: Text(
        "Thank you for telling us. Ask why it is on your list. You may get a task that fits you more.",
        "Gracias por decirlo. Pregunte por qué está en su lista. Tal vez otra tarea le sirva más.",
    ),
}
STAFF_WORDS: Final[Mapping[BarrierReason, str]] = {
    BarrierReason.TIME: "time",
    BarrierReason.PAIN: "pain",
    BarrierReason.FORGOT: "forgot",
    BarrierReason.NOT_CLEAR: "not clear",
    BarrierReason.NO_USE: "did not seem useful",
}
