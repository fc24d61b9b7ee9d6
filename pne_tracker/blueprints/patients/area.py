"""The blueprint of the patients' pages, and how all its forms are answered."""

from __future__ import annotations

from flask import Blueprint

from pne_tracker.web.forms import refusal

__all__ = ["bp", "refusal", "version_of"]

bp = Blueprint("patients", __name__, url_prefix="/patients")


def version_of(text: str | None) -> int:
    """The version a form was made from; 0, which no row has, when the form was tampered with."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
