"""The blueprint of homework as the clinic handles it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("homework", __name__, url_prefix="/homework")
