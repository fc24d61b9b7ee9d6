"""A letter as a mail: text and HTML, one click to stop, a Message-ID that is the same at every attempt."""

from __future__ import annotations

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from pne_tracker.adapters.channels.letter import Letter

WHOLE = SMTP.clone(max_line_length=500)
"""Long addresses in a header stay whole: folded and encoded, no mail program would find the one that stops."""


def name_of(key: str) -> str:
    """The opaque name of a message, from its idempotency key."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def mail_of(letter: Letter, from_address: str) -> EmailMessage:
    """The mail. `from_address` is the installation's; the clinic's name is shown before it."""
    local, _, domain = from_address.rpartition("@")
    mail = EmailMessage(policy=WHOLE)
    mail["From"] = Address(letter.sender, local, domain)
    mail["To"] = letter.recipient
    mail["Subject"] = letter.words.subject
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{name_of(letter.key)}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["Content-Language"] = letter.language
    if letter.stop_url:
        mail["List-Unsubscribe"] = f"<{letter.stop_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(text_of(letter), cte="quoted-printable")
    mail.add_alternative(
        letter.html or f"<p>{letter.words.subject}</p>", subtype="html", cte="quoted-printable"
    )
    if letter.ics:
        mail.add_attachment(
            letter.ics,
            maintype="text",
            subtype="calendar",
            filename="visit.ics",
            params={"method": "PUBLISH"},
        )
    return mail


def text_of(letter: Letter) -> str:
    """The plain text: lines, the link with its label, closing lines."""
    words = letter.words
    link = [f"{words.action}: {words.link}"] if words.action else []
    return "\n\n".join([*words.lines, *link, *words.closing]) + "\n"
