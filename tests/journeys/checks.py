"""What every page must be: readable by anyone, at any width, in both schemes, by keyboard, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

HERE = Path(__file__).parent
FACTS = (HERE / "facts.js").read_text(encoding="utf-8")
SIDEWAYS = (HERE / "sideways.js").read_text(encoding="utf-8")
FOCUS = (HERE / "focus.js").read_text(encoding="utf-8")
PRINTED = """() => [...document.querySelectorAll("header.bar, nav.tabs, header nav, button")]
  .filter((element) => element.checkVisibility({visibilityProperty: true}))
  .map((element) => element.outerHTML.slice(0, 80))"""
RUN_AXE = """(options) => axe.run(document, {
  resultTypes: ["violations"], preload: {assets: ["media"]}, iframes: false, ...options})"""
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
EVERY_RULE: dict[str, Any] = {}
COLOURS_ALONE = {"runOnly": {"type": "rule", "values": COLOUR_RULES}}
BUT_COLOURS = {"rules": {rule: {"enabled": False} for rule in COLOUR_RULES}}
TAB_STOPS = 30
HEIGHT = 900


@dataclass(frozen=True)
class Sizes:
    """Widths in px and schemes to look at; `coloured` are the widths at which colours are, half of axe's time."""

    widths: tuple[int, ...] = (320, 1280)
    coloured: tuple[int, ...] = (1280,)
    schemes: tuple[str, ...] = ("light", "dark")

    def rules(self, width: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """The scheme and axe's options of each look at that width: all rules in the first, colours in the others."""
        first, *others = self.schemes
        yield first, EVERY_RULE if width in self.coloured else BUT_COLOURS
        if width in self.coloured:
            yield from ((scheme, COLOURS_ALONE) for scheme in others)


SHORT = Sizes()
FULL = Sizes(widths=(320, 390, 768, 1280, 1440), coloured=(320, 390, 768, 1280, 1440))


def faults(
    page: Page, sizes: Sizes, names: frozenset[str], *, closely: bool = True
) -> tuple[list[str], list[str]]:
    """(what is wrong with the page as it stands, the links on it). `names`: words no title may hold.

    Not `closely`: whether it can be read, and fits the narrowest width.
    """
    found, facts = _reading(page, names)
    for width in sizes.widths if closely else sizes.widths[:1]:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        over = page.evaluate(SIDEWAYS)
        if over:
            found.append(f"{width} px: scrolls sideways by {over}")
        for scheme, options in sizes.rules(width) if closely else ():
            found += [f"{width} px {scheme}: {fault}" for fault in _axe(page, scheme, options)]
    if closely:
        found += _large_text(page) + _paper(page) + _keyboard(page)
    return found, facts["links"]


def _reading(page: Page, names: frozenset[str]) -> tuple[list[str], dict[str, Any]]:
    facts = page.evaluate(FACTS)
    found = []
    if facts["headings"] != 1:
        found.append(f"{facts['headings']} h1 headings")
    if not facts["language"]:
        found.append("no language")
    if not facts["title"].split(" · ")[0].strip():
        found.append(f"no title: {facts['title']!r}")
    if told := names & set(facts["title"].replace(",", " ").split()):
        found.append(f"the title tells a name: {told}")
    found += [f"{key}: {facts[key]}" for key in ("unlabelled", "doubled", "empty") if facts[key]]
    return found, facts


def _axe(page: Page, scheme: Any, options: dict[str, Any]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    result = page.evaluate(RUN_AXE, options)
    return [
        f"axe {violation['id']}: {node['target']} {node['html'][:120]} ({node['failureSummary'][:160]})"
        for violation in result["violations"]
        for node in violation["nodes"][:3]
    ]


def _large_text(page: Page) -> list[str]:
    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    page.emulate_media(color_scheme="light")
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    over = page.evaluate(SIDEWAYS)
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    return [f"1280 px with text of 200 %: scrolls sideways by {over}"] if over else []


def _paper(page: Page) -> list[str]:
    page.emulate_media(media="print")
    shown = page.evaluate(PRINTED)
    page.emulate_media(media="screen")
    return [f"printed: {shown}"] if shown else []


def _keyboard(page: Page) -> list[str]:
    """The first stops of the tab key, each of which must be seen."""
    page.evaluate("() => { window.scrollTo(0, 0); document.activeElement.blur(); }")
    unseen: list[str] = []
    for _ in range(TAB_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop is None:
            break
        if not stop["seen"]:
            unseen.append(stop["name"])
    return [f"focus not seen: {sorted(set(unseen))}"] if unseen else []
