"""The one line that says why the browser tests did not run."""

from __future__ import annotations

import os

import pytest

from tests.journeys import browsers


def test_a_browser_is_here() -> None:
    if browsers.find() is None:
        assert os.environ.get("PNE_BROWSER_REQUIRED", "") != "1", browsers.NONE_HERE
        pytest.skip(browsers.NONE_HERE)
    with browsers.launched() as chromium:
        assert chromium.is_connected()
