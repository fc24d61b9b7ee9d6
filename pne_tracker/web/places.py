"""Addresses that several areas show to those who may go there, and where an answer may lead."""

from __future__ import annotations

from urllib.parse import urljoin

from flask import current_app, request, url_for

from config import Settings
from pne_tracker.domain.access import Permission, Viewer

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


def import_url(viewer: Viewer) -> str:
    """Where files are imported, or "" for somebody who may not."""
    return url_for("imports.index") if viewer.may(Permission.IMPORT_PATIENTS) else ""


def local_target(target: str | None, fallback: str) -> str:
    """`target` when it is a path of this host, else `fallback`: an answer never leads to another site."""
    text = target or ""
    safe = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if safe else fallback


def came_from() -> str:
    """The page a request was sent from, when it is one of ours."""
    referrer = request.referrer or ""
    ours = referrer.startswith(request.host_url)
    return local_target(referrer.removeprefix(request.host_url.rstrip("/")) if ours else "", "/")


def is_file(path: str) -> bool:
    """Whether an address of ours gives a file to keep, not a page."""
    return "." in path.partition("?")[0].rpartition("/")[2]


def way_on(target: str | None, back: str | None) -> str:
    """Where somebody goes who has shown again who it is: to what asked; to a page that gives it where it is a file."""
    path = local_target(target, url_for("home.index"))
    return url_for("security.file", next=path, back=local_target(back, "/")) if is_file(path) else path


def mailed_url(path: str) -> str | None:
    """The address of `path` to write into a message, or None where the installation's own is not known.

    What a stranger's request names as its host is never written into somebody's mail: it is `PNE_URL`, or a
    host that `PNE_HOSTS` allows, or this machine itself.
    """
    settings: Settings = current_app.extensions["pne_settings"]
    if settings.url:
        return urljoin(settings.url, path)
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return urljoin(request.host_url, path) if settings.hosts or host in LOOPBACK else None
