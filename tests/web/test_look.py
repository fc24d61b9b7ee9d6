"""The look's figures: contrast of the tokens, one dark list, tokens only, a light first load."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "pne_tracker" / "static"


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+):\s*(#[0-9A-Fa-f]{6})", block))


def schemes() -> dict[str, dict[str, str]]:
    css = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    light, rest = css.split("@media (prefers-color-scheme: dark)", 1)
    device, account = rest.split(':root[data-theme="dark"] {', 1)
    return {"light": tokens(light), "device": tokens(device), "account": tokens(account.split("}", 1)[0])}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two hex colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


TEXT_PAIRS = [
    ("--ink", "--paper"),
    ("--ink-2", "--paper"),
    ("--ink-3", "--paper"),
    ("--ink-3", "--sheet"),
    ("--ink-3", "--sunk"),
    ("--ink-3", "--raised"),
    ("--link", "--paper"),
    ("--link", "--raised"),
    ("--on-pine", "--pine"),
    ("--on-pine", "--pine-hover"),
    ("--on-pine-soft", "--pine-soft"),
    ("--sun-ink", "--sun"),
    ("--stop-line", "--paper"),
    ("--stop-line", "--sheet"),
    *[(f"--st-{s}-ink", f"--st-{s}-fill") for s in ("none", "taught", "understood", "complete", "revisit")],
    ("--st-revisit-ink", "--st-revisit-band"),
    *[(f"--{level}-ink", f"--{level}-fill") for level in ("stop", "warn", "decide", "good")],
]


@pytest.mark.parametrize("scheme", ["light", "account"])
def test_every_pair_of_text_colours_can_be_read(scheme: str) -> None:
    colours = schemes()[scheme]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    assert contrast(colours["--line-strong"], colours["--sheet"]) >= 3


def test_the_two_dark_lists_are_one() -> None:
    found = schemes()
    assert found["device"] == found["account"]


def test_no_colour_is_named_outside_the_tokens() -> None:
    css = (STATIC / "css" / "components.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b(?!\))|rgba?\(|hsl", css) == []
    used = set(re.findall(r"var\((--[\w-]+)", css))
    known = set(re.findall(r"(--[\w-]+):", (STATIC / "css" / "tokens.css").read_text(encoding="utf-8") + css))
    assert used <= known


def test_the_first_load_of_the_portal_is_light() -> None:
    files = ["vendor/pico.layered.min.css", "css/tokens.css", "css/components.css", "vendor/htmx.min.js"]
    files += ["js/app.js", "icons.svg", "favicon.svg", "img/chevron.svg"]
    packed = sum(len(gzip.compress((STATIC / f).read_bytes(), mtime=0)) for f in files)
    font = next((STATIC / "vendor").glob("*.woff2")).stat().st_size
    assert packed + font < 100_000
