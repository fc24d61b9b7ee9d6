"""Fixtures of the browser tests. Without Chromium or Chrome one skip stands for the whole folder."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import browsers, servers
from tests.journeys.browsers import Person
from tests.journeys.servers import Clinic

HERE = Path(__file__).parent
PATIENCE = 20_000
"""Milliseconds that a page may take to show what is expected, on a machine that is busy."""
expect.set_options(timeout=PATIENCE)
collect_ignore = (
    []
    if browsers.find()
    else [path.name for path in HERE.glob("test_*.py") if path.name != "test_browser.py"]
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one module: while it runs, this thread has an event loop."""
    with browsers.launched() as chromium:
        yield chromium


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[..., Person]]:
    """Somebody at a window of their own: `person(url, java_script_enabled=False)`."""
    windows: list[Person] = []

    def open_window(url: str, **options: Any) -> Person:
        windows.append(Person(browser, url, **options))
        return windows[-1]

    yield open_window
    for window in windows:
        window.close()


@pytest.fixture
def small_clinic(database_url: str, tmp_path: Path) -> Iterator[Clinic]:
    """The small house, served from a database of this test: runs on both kinds."""
    yield from _serve_small(database_url, tmp_path)


@pytest.fixture
def small_clinic_on_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Clinic]:
    """The small house, served from an SQLite file of this test."""
    target = tmp_path / "test.db"
    shutil.copy(sqlite_template, target)
    yield from _serve_small(f"sqlite:///{target}", tmp_path)


def _serve_small(database_url: str, instance: Path) -> Iterator[Clinic]:
    app = servers.application(database_url, instance)
    house = servers.fill_small(app)
    with servers.served(app) as url:
        yield Clinic(url, app, servers.accounts_of(house), house)


@pytest.fixture(scope="package")
def demo_file(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """The demo clinic in an SQLite file, made once for all workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    made = shared / "demo.db"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            half = made.with_suffix(".half")
            shutil.copy(sqlite_template, half)
            servers.fill_demo(f"sqlite:///{half}", shared)
            half.rename(made)
    return made


@pytest.fixture(scope="package")
def demo_clinic(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The demo clinic, served from a copy of this worker's own."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(demo_file, folder / "demo.db")
    app = servers.application(f"sqlite:///{folder / 'demo.db'}", folder)
    with servers.served(app) as url:
        yield Clinic(url, app, servers.demo_accounts(app))
