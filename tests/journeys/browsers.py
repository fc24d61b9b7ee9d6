"""Chromium or Chrome on this machine, and a page of it that writes down everything that goes wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NONE_HERE = (
    "no Chromium or Chrome on this machine: the browser tests are skipped (Debian: apt install chromium)"
)
REPORT_CSP = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


def find() -> str | None:
    """The path of a browser, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return next((app for app in MAC_APPS if Path(app).exists()), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """A headless browser with a new, empty profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        yield browser
        browser.close()


class Person:
    """One person at one browser window, signed in or not.

    `troubles` gathers what must not happen while they work: console errors, broken content policy, lost
    requests, answers of 400 and more that the test does not expect, requests to other places.
    """

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.url = url
        self.troubles: list[str] = []
        self.expected: set[int] = set()
        self.context: BrowserContext = browser.new_context(
            base_url=url, reduced_motion="reduce", accept_downloads=True, locale="en-US", **options
        )
        self.context.set_default_timeout(15_000)
        if options.get("java_script_enabled", True):
            self.context.add_init_script(REPORT_CSP)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._trouble(f"script error: {error}"))
        self.page.on("requestfailed", self._lost)
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the form, and stand on the first screen."""
        self.page.goto("/sign-in")
        self.page.get_by_label("Work email").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def take_troubles(self) -> list[str]:
        """The troubles until now, which are then forgotten."""
        taken, self.troubles = self.troubles, []
        return taken

    def unharmed(self) -> None:
        """Fails when anything went wrong in this window."""
        assert not self.troubles, "\n".join(self.troubles)

    def close(self) -> None:
        """Close the window and forget its cookies."""
        self.context.close()

    def _trouble(self, what: str) -> None:
        self.troubles.append(f"{urlsplit(self.page.url).path}: {what}")

    def _console(self, message: ConsoleMessage) -> None:
        answered = any(f"status of {status}" in message.text for status in self.expected)
        if message.type == "error" and not answered:
            self._trouble(f"console: {message.text}")

    def _lost(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":
            self._trouble(f"lost: {request.method} {request.url} {request.failure}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "blob:")):
            self._trouble(f"asks another place: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self._trouble(f"{response.status} for {response.request.method} {urlsplit(response.url).path}")
