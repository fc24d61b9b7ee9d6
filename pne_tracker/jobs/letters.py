"""From a claimed message to a letter: links, words, HTML, the calendar of a visit, the browsers to push to."""

from __future__ import annotations

import datetime as dt
import secrets

from flask import current_app
from sqlalchemy.orm import Session

from config import Settings
from pne_tracker.adapters.calendars import Time, calendar_of
from pne_tracker.adapters.channels.letter import Letter
from pne_tracker.adapters.stop_links import StopLinks
from pne_tracker.domain.messages.templates import Channel, render
from pne_tracker.domain.people import address_text
from pne_tracker.queries.reminders.letters import devices_of, visit_of_message
from pne_tracker.queries.reminders.wording import words_of
from pne_tracker.services.reminders.sending import Claimed
from pne_tracker.services.sign_in_links import link_of_reminder

HERE = "http://127.0.0.1:5000/"
"""Where `make run` serves, when the settings name no address."""


def letter_of(session: Session, claimed: Claimed, settings: Settings, now: dt.datetime) -> Letter:
    """The letter of a claimed message, in the transaction that claimed it. LookupError when its words lack a value."""
    template = words_of(session, claimed.template, claimed.template_version, claimed.wording_id)
    channel = Channel(claimed.channel)
    values = dict(claimed.variables)
    stop_url = values.get("stop", "")
    if "stop" in template.variables and claimed.patient_id is not None:
        token = StopLinks(settings.secret_key).token(claimed.patient_id)
        home = settings.url or HERE
        stop_url = values["stop"] = f"{home}stop/{token}"
        values.setdefault("link", _way_in(session, claimed, home, now))
    missing = template.needs(channel) - set(values)
    if missing:
        raise LookupError(f"{template.name} lacks {sorted(missing)}")
    words = render(template, claimed.language, values, channel)
    mail = channel is Channel.EMAIL
    return Letter(
        key=claimed.key,
        recipient=claimed.recipient,
        sender=values["sender"],
        words=words,
        at=now,
        language=claimed.language,
        stop_url=stop_url if mail else "",
        html=_html(words, values["sender"], claimed.language) if mail else "",
        ics=_ics(session, claimed) if mail and template.name == "visit" else b"",
        devices=devices_of(session, claimed.patient_id)
        if channel is Channel.PUSH and claimed.patient_id
        else {},
    )


def _way_in(session: Session, claimed: Claimed, home: str, now: dt.datetime) -> str:
    """A link that signs in once, where the mail goes to the address the patient signs in with; else the portal."""
    token = secrets.token_urlsafe(32)
    if (
        claimed.channel == Channel.EMAIL
        and claimed.patient_id is not None
        and link_of_reminder(session, claimed.patient_id, claimed.recipient, now=now, token=token)
    ):
        return f"{home}sign-in/link/{token}"
    return f"{home}portal"


def _html(words: object, sender: str, language: str) -> str:
    template = current_app.jinja_env.get_template("email/message.html")
    return template.render(words=words, sender=sender, lang=language)


def _ics(session: Session, claimed: Claimed) -> bytes:
    visit = visit_of_message(session, claimed.id)
    if visit is None:
        return b""
    row, zone, clinic = visit
    place = address_text(clinic.address_line, clinic.city, clinic.state, clinic.postal_code)
    one = Time(row.id, row.starts_at, row.minutes, zone, row.changed_at, place=place)
    return calendar_of([one], claimed.variables["sender"], claimed.language)
