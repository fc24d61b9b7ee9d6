"""The pages of homework kinds that are more than a form."""

from __future__ import annotations

from pne_tracker.blueprints.portal import drawing_views, flare_views, practice_views

__all__ = ["drawing_views", "flare_views", "practice_views"]
