"""What statements that are built once are asked about, by the names their callers give."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, bindparam

EPISODES: BindParameter[Any] = bindparam("episodes", expanding=True)
EPISODE: BindParameter[Any] = bindparam("episode")
VISIT: BindParameter[Any] = bindparam("visit")
PATIENT: BindParameter[Any] = bindparam("patient")
