"""Mail over SMTP, step by step, so that each failure is known to lie before or after the server's yes."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pne_tracker.adapters.channels.letter import ACCEPTED, Letter
from pne_tracker.adapters.channels.mime import mail_of
from pne_tracker.domain.reminders.attempts import Attempt, Result

TIMEOUT = 20.0
"""Seconds for one answer of the server."""
DOWN, SENDER = "smtp_down", "smtp_sender"
DISCONNECTED = (smtplib.SMTPException, OSError)


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over: `smtp://`, `smtp+starttls://` or `smtps://`, with an optional name and password."""

    host: str
    port: int
    secure: str
    user: str = ""
    password: str = ""


def server_of(url: str) -> Server:
    """The server of `PNE_SMTP_URL`. ValueError when it cannot be read."""
    parts = urlsplit(url)
    ports = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname:
        raise ValueError("smtp://host:25, smtp+starttls://name:password@host:587 or smtps://host:465")
    return Server(
        parts.hostname,
        parts.port or ports[parts.scheme],
        parts.scheme,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


class SmtpWay:
    """One connection for a run of messages; opened again when the server let go of it."""

    def __init__(self, server: Server, from_address: str, timeout: float = TIMEOUT) -> None:
        self._server, self._from, self._timeout = server, from_address, timeout
        self._smtp: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> Attempt:
        """Hand one mail over. Undecidable only when the connection is lost after the content was sent."""
        content = mail_of(letter, self._from).as_bytes()
        smtp, trouble = self._ready()
        if smtp is None:
            return trouble
        try:
            refused = self._envelope(smtp, letter.recipient)
            if refused is not None:
                self._reset(smtp)
                return refused
            smtp.putcmd("data")
            code, _ = smtp.getreply()
        except DISCONNECTED:
            self.close()
            return Attempt(Result.TEMPORARY, DOWN)
        if code != 354:
            self._reset(smtp)
            return _refused(code)
        return self._content(smtp, content)

    def _content(self, smtp: smtplib.SMTP, content: bytes) -> Attempt:
        quoted = b"\r\n".join(
            b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n")
        )
        try:
            smtp.send(quoted.rstrip(b"\r\n") + b"\r\n.\r\n")
            code, _ = smtp.getreply()
        except DISCONNECTED:
            self.close()
            return Attempt(Result.UNDECIDABLE, "smtp_cut")
        return ACCEPTED if code == 250 else _refused(code)

    def _envelope(self, smtp: smtplib.SMTP, recipient: str) -> Attempt | None:
        """What was refused: a sender is refused to everybody, a recipient is this message's own trouble."""
        code, _ = smtp.mail(self._from)
        if code >= 500:
            return Attempt(Result.TEMPORARY, SENDER)
        if code < 400:
            code, _ = smtp.rcpt(recipient)
        return _refused(code) if code >= 400 else None

    def _ready(self) -> tuple[smtplib.SMTP | None, Attempt]:
        if self._smtp is not None:
            try:
                if self._smtp.noop()[0] == 250:
                    return self._smtp, ACCEPTED
            except DISCONNECTED:
                pass
            self.close()
        try:
            self._smtp = self._open()
        except smtplib.SMTPAuthenticationError:
            return None, Attempt(Result.TEMPORARY, "smtp_sign_in")
        except DISCONNECTED:
            return None, Attempt(Result.TEMPORARY, DOWN)
        return self._smtp, ACCEPTED

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.secure == "smtps":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._timeout, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        if server.secure == "smtp+starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
        smtp.ehlo_or_helo_if_needed()
        return smtp

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except DISCONNECTED:
            self.close()

    def close(self) -> None:
        """Let go of the connection."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _refused(code: int) -> Attempt:
    """421 closes the channel; other 4xx are this message's; 5xx will not change."""
    if code == 421:
        return Attempt(Result.TEMPORARY, DOWN)
    return Attempt(Result.PERMANENT if code >= 500 else Result.TEMPORARY, f"smtp_{code}")
