"""Each channel says what it knows: taken, not now, not ever, or undecidable. A lost answer is no failure."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pne_tracker.adapters.channels.files import FolderWay
from pne_tracker.adapters.channels.letter import Letter
from pne_tracker.adapters.channels.mime import mail_of, name_of
from pne_tracker.adapters.channels.push import PushWay, public_key
from pne_tracker.adapters.channels.sms import AppriseWay
from pne_tracker.adapters.channels.smtp import SmtpWay, server_of
from pne_tracker.domain.messages.templates import Channel, render
from pne_tracker.domain.messages.wordings import NEWEST
from pne_tracker.domain.reminders.attempts import Attempt, Result
from tests.jobs.mail_sink import MailSink, free_port, mail_server

FROM = "reminders@clinic.example"
VALUES = {
    "sender": "Harbor Lane, Therapy",
    "link": "https://pne.example/portal",
    "stop": "https://pne.example/stop/abc",
}


def letter(channel: Channel = Channel.EMAIL, **changes: object) -> Letter:
    given: dict[str, object] = {
        "key": "reminder:1",
        "recipient": "rosalind@example.org",
        "sender": VALUES["sender"],
        "words": render(NEWEST["reminder"], "en", VALUES, channel),
        "at": dt.datetime(2026, 11, 29, 23, 5, tzinfo=dt.UTC),
        "stop_url": VALUES["stop"],
        "html": "<p>You have something waiting.</p>",
    }
    return Letter(**(given | changes))  # type: ignore[arg-type]


@pytest.fixture
def sink() -> MailSink:
    return MailSink()


def sent_through(sink: MailSink, timeout: float = 5) -> Attempt:
    with mail_server(sink) as address:
        way = SmtpWay(server_of(address), FROM, timeout=timeout)
        try:
            return way.send(letter())
        finally:
            way.close()


def test_a_mail_is_taken_whole(sink: MailSink) -> None:
    assert sent_through(sink).result is Result.ACCEPTED
    mail = sink.mails[0]
    assert mail["From"] == '"Harbor Lane, Therapy" <reminders@clinic.example>'
    assert mail["List-Unsubscribe"] == "<https://pne.example/stop/abc>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Message-ID"] == f"<{name_of('reminder:1')}@clinic.example>"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_a_long_address_to_stop_is_written_whole(sink: MailSink) -> None:
    address = "https://portal.harbor-lane-therapy.example.org/stop/" + "Ab3_-" * 20
    written = mail_of(letter(stop_url=address), FROM).as_bytes()
    assert f"List-Unsubscribe: <{address}>\r\n".encode() in written


def test_every_attempt_has_the_same_message_id() -> None:
    later = letter(at=dt.datetime(2026, 11, 30, tzinfo=dt.UTC))
    assert mail_of(letter(), FROM)["Message-ID"] == mail_of(later, FROM)["Message-ID"]


@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [
        ("421 closing", Result.TEMPORARY, "smtp_down"),
        ("451 try later", Result.TEMPORARY, "smtp_451"),
        ("452 full", Result.TEMPORARY, "smtp_452"),
        ("550 no such person", Result.PERMANENT, "smtp_550"),
        ("553 bad name", Result.PERMANENT, "smtp_553"),
    ],
)
@pytest.mark.parametrize("where", ["on_rcpt", "on_data"])
def test_what_the_server_refuses_is_known_not_to_have_gone(
    sink: MailSink, where: str, answer: str, result: Result, code: str
) -> None:
    setattr(sink, where, (lambda: answer) if where == "on_rcpt" else (lambda _count: answer))
    assert sent_through(sink) == Attempt(result, code)
    assert not sink.taken


def test_a_server_that_refuses_our_own_address_is_in_trouble_with_us_not_with_the_patient(
    sink: MailSink,
) -> None:
    sink.on_mail = lambda: "550 sender not allowed"
    assert sent_through(sink) == Attempt(Result.TEMPORARY, "smtp_sender")
    assert not sink.taken


def test_a_connection_cut_after_the_content_is_undecidable(sink: MailSink) -> None:
    sink.cut = True
    assert sent_through(sink).result is Result.UNDECIDABLE
    assert sum(sink.taken.values()) == 1


def test_a_server_too_slow_to_say_yes_is_undecidable(sink: MailSink) -> None:
    sink.wait = 0.6
    assert sent_through(sink, timeout=0.2).result is Result.UNDECIDABLE


def test_a_server_that_is_down_is_tried_later() -> None:
    assert SmtpWay(server_of(f"smtp://127.0.0.1:{free_port()}"), FROM).send(letter()) == Attempt(
        Result.TEMPORARY, "smtp_down"
    )


def test_a_line_that_is_a_dot_does_not_end_the_mail(sink: MailSink) -> None:
    words = render(NEWEST["reminder"], "en", VALUES, Channel.EMAIL)
    dotted = type(words)(words.subject, ("before", ".", "after"), "", "", (), "")
    with mail_server(sink) as address:
        way = SmtpWay(server_of(address), FROM)
        assert way.send(letter(words=dotted)).result is Result.ACCEPTED
        assert way.send(letter(key="reminder:2")).result is Result.ACCEPTED
        way.close()
    assert "after" in sink.mails[0].get_payload()[0].get_payload()


@pytest.mark.parametrize("url", ["http://mail.example", "mail.example", "smtp://"])
def test_an_address_of_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://host"):
        server_of(url)


def test_without_a_server_a_mail_is_one_file_however_often_it_is_sent(tmp_path: Path) -> None:
    way = FolderWay(tmp_path, FROM, mail=True)
    for _ in range(2):
        assert way.send(letter()).result is Result.ACCEPTED
    files = list(tmp_path.iterdir())
    assert [path.suffix for path in files] == [".eml"]
    assert b"something waiting" in files[0].read_bytes()


class HttpSink:
    """A local server that answers as told and keeps what it was sent."""

    def __init__(self) -> None:
        self.answer, self.bodies, self.cut = 200, list[bytes](), False


@pytest.fixture
def web() -> Iterator[tuple[str, HttpSink]]:
    kept = HttpSink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if kept.cut:
                self.connection.close()
                return
            self.send_response(kept.answer)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}", kept
    server.shutdown()
    server.server_close()


ANSWERS = [
    (200, Result.ACCEPTED),
    (400, Result.PERMANENT),
    (429, Result.TEMPORARY),
    (503, Result.TEMPORARY),
]


@pytest.mark.parametrize(("answer", "result"), ANSWERS)
def test_a_text_gateway_is_understood(web: tuple[str, HttpSink], answer: int, result: Result) -> None:
    address, kept = web
    kept.answer = answer
    text = letter(Channel.SMS, recipient="+15035550100")
    assert AppriseWay(f"json://{address}/{{to}}").send(text).result is result
    assert json.loads(kept.bodies[0])["message"] == text.words.short


def test_a_text_sent_while_the_process_ends_is_not_lost_in_a_pool_of_threads(
    web: tuple[str, HttpSink], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("cannot schedule new futures after shutdown")

    monkeypatch.setattr(ThreadPoolExecutor, "submit", ended)
    address, kept = web
    assert AppriseWay(f"json://{address}/{{to}}").send(letter(Channel.SMS)) == Attempt(Result.ACCEPTED)
    assert len(kept.bodies) == 1


def test_a_text_gateway_that_hangs_up_is_undecidable(web: tuple[str, HttpSink]) -> None:
    address, kept = web
    kept.cut = True
    text = letter(Channel.SMS, recipient="+15035550100")
    assert AppriseWay(f"json://{address}/{{to}}").send(text).result is Result.UNDECIDABLE


def device(address: str) -> dict[str, object]:
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    keys = {"p256dh": point, "auth": os.urandom(16)}
    return {
        "endpoint": f"http://{address}/push/1",
        "keys": {name: base64.urlsafe_b64encode(one).rstrip(b"=").decode() for name, one in keys.items()},
    }


@pytest.mark.parametrize(
    ("answer", "result"), [(201, Result.ACCEPTED), *ANSWERS[1:], (410, Result.PERMANENT)]
)
def test_a_push_service_is_understood_and_a_gone_browser_is_forgotten(
    web: tuple[str, HttpSink], tmp_path: Path, answer: int, result: Result
) -> None:
    address, kept = web
    kept.answer = answer
    gone: list[str] = []
    way = PushWay(tmp_path, FROM, gone.append)
    sent = way.send(letter(Channel.PUSH, devices={"phone": device(address)}))
    assert sent.result is result
    assert gone == (["phone"] if answer == 410 else [])
    assert b"something" not in kept.bodies[0], "the push service reads no word"


def test_one_browser_that_takes_it_is_enough(web: tuple[str, HttpSink], tmp_path: Path) -> None:
    address, _ = web
    gone: list[str] = []
    devices = {
        "old": {"endpoint": "http://127.0.0.1:1/x", "keys": device(address)["keys"]},
        "new": device(address),
    }
    sent = PushWay(tmp_path, FROM, gone.append).send(letter(Channel.PUSH, devices=devices))
    assert sent.result is Result.ACCEPTED


def test_the_key_of_the_installation_is_made_once(tmp_path: Path) -> None:
    first = public_key(tmp_path)
    assert public_key(tmp_path) == first
    assert len(base64.urlsafe_b64decode(first + "=")) == 65
    assert (tmp_path / "vapid_key.pem").stat().st_mode & 0o077 == 0
