"""The blueprint of the pages that billing is set up on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("office", __name__, url_prefix="/billing/setup")
