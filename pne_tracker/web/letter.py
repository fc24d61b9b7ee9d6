"""The words of the printed invitation, in both languages on one sheet."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from pne_tracker.web.portal_context import LANGUAGES


@dataclass(frozen=True, slots=True)
class Letter:
    """One language's half of the sheet."""

    language: str
    title: str
    steps: tuple[str, ...]
    lost: str


def letters(*, days: int) -> list[Letter]:
    """What to do with the link: one letter in each language."""
    written = []
    for code, _label in LANGUAGES:
        with force_locale(code):
            written.append(
                Letter(
                    code,
                    str(_("Your way in")),
                    (
                        str(_("Open the camera on your phone. Point it at the square.")),
                        str(_("Tap the link that you see. Or type the address below the square.")),
                        str(_("Write the day you were born. This shows that the link is yours.")),
                        str(_("Choose how to sign in next time. Then you are in.")),
                    ),
                    str(
                        _(
                            "The link works one time, for %(days)s days. Lost it? Open the page and ask for a new one.",
                            days=days,
                        )
                    ),
                )
            )
    return written
