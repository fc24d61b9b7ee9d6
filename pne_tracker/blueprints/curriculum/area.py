"""The blueprint of the curriculum's pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("curriculum", __name__, url_prefix="/curriculum")
