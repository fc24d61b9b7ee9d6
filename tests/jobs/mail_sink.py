"""A mail server that counts by Message-ID, and can do harm at a chosen moment."""

from __future__ import annotations

import asyncio
import email
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class MailSink:
    """`on_data` runs when a mail is taken, before the yes; what it returns is answered instead of 250."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.mails: list[Any] = []
        self.on_data: Callable[[int], str | None] = lambda _count: None
        self.on_rcpt: Callable[[], str | None] = lambda: None
        self.on_mail: Callable[[], str | None] = lambda: None
        self.cut = False
        self.wait = 0.0

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        answer = self.on_mail()
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        answer = self.on_rcpt()
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.wait:
            await asyncio.sleep(self.wait)
        mail = email.message_from_bytes(envelope.content)
        answer = self.on_data(sum(self.taken.values()) + 1)
        if answer is None:
            self.taken[str(mail["Message-ID"]).partition("@")[0].lstrip("<")] += 1
            self.mails.append(mail)
        if self.cut:
            server.transport.abort()
        return answer or "250 OK"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def mail_server(sink: MailSink) -> Iterator[str]:
    """The address of a server that hands mail to `sink`."""
    port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
