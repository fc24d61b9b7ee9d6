"""The application as Flask knows it, but for addresses within the site, which are made once each."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request

KEPT = 8192


class Site(Flask):
    """Flask whose `url_for` remembers what it answered: a page names a hundred addresses, most of them each time.

    An address within the site depends on the endpoint, its values and where the site is mounted, on nothing else of
    the request. What goes out in a mail, and values that cannot be kept, are made by Flask as always.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._address = lru_cache(maxsize=KEPT, typed=True)(self._made)

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """The address of an endpoint, as Flask makes it."""
        if not (_method or _scheme or _external or endpoint.startswith(".")) and has_request_context():
            with suppress(TypeError):  # a list among the values
                return self._address(request.root_path, endpoint, _anchor, **values)
        return super().url_for(
            endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values
        )

    def _made(self, _mounted: str, endpoint: str, _anchor: str | None, /, **values: Any) -> str:
        return super().url_for(endpoint, _anchor=_anchor, **values)
