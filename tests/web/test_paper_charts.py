"""Charts on paper are the charts of the pages."""

from __future__ import annotations

import datetime as dt
import io
import xml.etree.ElementTree as ElementTree

import pypdf
from flask import Flask

from pne_tracker.adapters.pdf import colours, render_paper
from pne_tracker.adapters.pdf_blocks import Charts, Paper
from pne_tracker.domain.outcomes import NPRS, read_change
from pne_tracker.queries.outcomes import Score, ScoreLine
from pne_tracker.web.outcome_views import outcome_views
from pne_tracker.web.paper_charts import outcome_chart

AUTUMN = (dt.date(2026, 9, 1), dt.date(2026, 11, 1))


def pain(first: float, last: float) -> ScoreLine:
    changed = Score(AUTUMN[1], last, read_change(NPRS, first, last))
    return ScoreLine(NPRS, (Score(AUTUMN[0], first, None), changed))


def test_the_picture_carries_its_own_colours_and_the_error_band(app: Flask) -> None:
    chart = outcome_chart(outcome_views([pain(7, 4)])[0])
    root = ElementTree.fromstring(chart.svg)
    assert "var(" not in chart.svg
    assert colours()["chart-1"] in chart.svg
    assert root.find("{*}rect[@class='band']") is not None


def test_the_finding_stands_beside_the_chart_in_words(app: Flask) -> None:
    chart = outcome_chart(outcome_views([pain(7, 6)])[0])
    assert "From 7 on 1 September to 6 on 1 November: within measurement error." in chart.note
    assert "Childs 2005" in chart.note
    pdf = render_paper(
        Paper("Outcomes", "Harbor Lane", (Charts((chart,)),)), at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    )
    text = " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    assert "within measurement error" in text
    assert "no clear change from the first score" in text
