"""The blueprint of the ways in. It is named as Flask-Security's own, which its helpers and our links build on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("security", __name__)
