"""Days and times as messages write them, in both languages; short ones fit a text message."""

from __future__ import annotations

import datetime as dt
from typing import Final

_WEEKDAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS: Final = {
    "en": (
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"),
        *("agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
}


def day_words(day: dt.date, language: str, *, short: bool = False) -> str:
    """ "Monday, 30 November" or "lunes 30 de noviembre"; short "Mon 30 Nov" or "lun 30 nov"."""
    code = "es" if language.startswith("es") else "en"
    weekday, month = _WEEKDAYS[code][day.weekday()], _MONTHS[code][day.month - 1]
    if short:
        return f"{weekday[:3]} {day.day} {month[:3]}"
    return f"{weekday} {day.day} de {month}" if code == "es" else f"{weekday}, {day.day} {month}"


def time_words(clock: dt.time, language: str) -> str:
    """ "2:30 pm", in Spanish "14:30"."""
    if language.startswith("es"):
        return f"{clock:%H:%M}"
    return f"{clock.hour % 12 or 12}:{clock:%M} {'am' if clock.hour < 12 else 'pm'}"
