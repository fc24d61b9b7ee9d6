"""What the benchmark of pages stands on: databases full of patients, servers to ask, people signed in, and timing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import http.client
import math
import os
import re
import secrets
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from pne_tracker.db import UNSCOPED, db, reading, transaction
from pne_tracker.domain.access import Viewer
from pne_tracker.factory import create_app
from pne_tracker.queries.accounts import sign_in_record
from pne_tracker.services import sessions
from pne_tracker.web.identity import SignedIn
from tests.conftest import settings_for

ROOT = Path(__file__).parents[1]
SMALLEST = 100
AGELESS = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def size() -> int:
    """How many patients the large database has: `PNE_BENCH_N`, a thousand unless said."""
    return max(int(os.environ.get("PNE_BENCH_N", "1000")), SMALLEST)


def database(folder: Path, patients: int) -> str:
    """A database with so many patients, made in `folder` unless it is there."""
    path = folder / f"bench-{patients}.db"
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{path}", "PNE_INSTANCE": str(folder / "instance")}
    command = str(Path(sys.executable).with_name("pne-tracker"))
    for words in (["db", "upgrade"], ["bench-data", str(patients)]):
        subprocess.run([command, *words], env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return env["DATABASE_URL"]


def application(url: str, instance: Path) -> Flask:
    """The application as it is run, without a beat of its own."""
    return create_app(dataclasses.replace(settings_for(url, instance), testing=False, log_level="WARNING"))


@dataclass
class Server:
    """A server in a process of its own: the application, or the bare views that it is held against."""

    port: int
    process: subprocess.Popen[str]

    def connect(self) -> http.client.HTTPConnection:
        """A connection that stays open, as a browser's does."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def memory(self, field: str = "VmRSS") -> float:
        """MiB of its memory: now, or the most it had (`VmHWM`)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(rf"{field}:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0

    def forget_peak(self) -> None:
        """Let the most it had be what it has now."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")


@contextmanager
def served(kind: str, url: str, instance: Path) -> Iterator[Server]:
    """A server of that kind, `app` or `anchor`, on a free port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench_server", kind, url, str(instance)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield Server(int(process.stdout.readline()), process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@dataclass(frozen=True)
class Person:
    """Somebody signed in: in whose name, and the cookie that says so."""

    viewer: Viewer
    cookie: str


def sign_in(app: Flask, email: str) -> Person:
    """A session of that account, opened as the door does."""
    token = secrets.token_hex(16)
    with app.app_context():
        with reading(UNSCOPED) as session:
            record = sign_in_record(session, email=email)
        assert record is not None, email
        viewer = SignedIn(record).viewer
        with transaction(viewer) as session:
            sessions.open_session(
                session, viewer, token=token, how="password", device="Benchmark", now=AGELESS
            )
        db.session.remove()
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = record.uniquifier, True
        kept["door"], kept["seen"] = token, AGELESS.timestamp()
        kept["csrf_token"] = secrets.token_hex(20)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    return Person(viewer, f"{name}={cookie.value}")


@dataclass(frozen=True)
class Answer:
    """One answer of a server, with how long it took in ms and how many queries it was."""

    status: int
    body: bytes
    ms: float
    queries: int


def ask(
    connection: http.client.HTTPConnection,
    path: str,
    cookie: str = "",
    form: str | None = None,
) -> Answer:
    """One request over an open connection."""
    headers: Mapping[str, str] = {"Cookie": cookie} if cookie else {}
    if form is not None:
        headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    start = time.perf_counter()
    connection.request("POST" if form is not None else "GET", path, body=form, headers=dict(headers))
    answer = connection.getresponse()
    body = answer.read()
    spent = (time.perf_counter() - start) * 1000
    assert answer.status in {200, 303}, (answer.status, path, body[:400])
    return Answer(answer.status, body, spent, int(answer.headers.get("X-Queries", "0")))


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[min(len(values) - 1, math.ceil(len(values) * 0.95) - 1)]


def turns(works: Mapping[str, Callable[[int], float]], rounds: int, warm: int = 3) -> dict[str, list[float]]:
    """Each work in turn, round after round, so that what disturbs the machine disturbs them alike; ms by name."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(-warm, rounds):
        for name, work in works.items():
            spent = work(number + warm)
            if number >= 0:
                found[name].append(spent)
    return found


def against(own: list[float], floor: list[float], most: float) -> dict[str, Any]:
    """The row of a work and its floor."""
    ratio = p95(own) / p95(floor)
    return {
        "median_ms": round(statistics.median(own), 2),
        "p95_ms": round(p95(own), 2),
        "floor_median_ms": round(statistics.median(floor), 2),
        "floor_p95_ms": round(p95(floor), 2),
        "ratio": round(ratio, 2),
        "ratio_of_medians": round(statistics.median(own) / statistics.median(floor), 2),
        "most": most,
        "ok": ratio <= most,
    }
