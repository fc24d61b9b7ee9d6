"""A PDF as an answer. Its name says kind and day, never whose it is."""

from __future__ import annotations

import datetime as dt

from flask import Response

from pne_tracker.domain.papers import PaperKind


def pdf_response(pdf: bytes, kind: PaperKind, day: dt.date) -> Response:
    """The paper, to be looked at in the browser and saved as `superbill-2026-11-23.pdf`."""
    response = Response(pdf, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{kind.value}-{day.isoformat()}.pdf"'
    return response
