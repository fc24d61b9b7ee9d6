"""The charts of the pages on paper: the same macros and rules, with the colours written out."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from flask import get_template_attribute

from pne_tracker.adapters.pdf import colours
from pne_tracker.adapters.pdf_blocks import Chart
from pne_tracker.web.charts import LineChart
from pne_tracker.web.outcome_views import OutcomeView

COMPONENTS = Path(__file__).resolve().parents[1] / "static" / "css" / "components.css"
FONT = '"Atkinson Hyperlegible Next"'


def outcome_chart(outcome: OutcomeView) -> Chart:
    """An outcome measure for a paper: its chart with the error band, the finding in words, whose error it is."""
    return Chart(
        svg=line_svg(outcome.chart),
        alt=f"{outcome.chart.title}. {outcome.chart.finding}",
        caption=f"{outcome.title} ({outcome.meta})",
        note=f"{outcome.chart.finding} {outcome.source}.",
    )


def line_svg(chart: LineChart) -> str:
    """The drawing of `chart_line.html` as a picture that needs no style sheet. Needs an application context."""
    markup = str(get_template_attribute("components/chart_line.html", "line_svg")(chart))
    return markup.strip().replace("<title", f"<style>{_rules()}</style><title", 1)


@cache
def _rules() -> str:
    """The rules of `.chart` in components.css, each token replaced by its colour."""
    known = {**colours(), "font": FONT}
    rules = re.findall(r"^\.chart [^{]+{[^}]+}", COMPONENTS.read_text(encoding="utf-8"), re.MULTILINE)
    return re.sub(r"var\(--([a-z0-9-]+)\)", lambda found: known[found[1]], " ".join(rules))
