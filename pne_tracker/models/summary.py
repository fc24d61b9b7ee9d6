"""Who wants the monthly summary by mail."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from pne_tracker.models.base import Base, Ref, TenantOwned, fk, owned


class SummaryWish(TenantOwned, Base):
    """Whether an account wants the summary; without a row it does not. The audit trail tells who changed it when."""

    __tablename__ = "summary_wish"
    __table_args__ = owned(fk("account_id", "account"), UniqueConstraint("account_id"))

    account_id: Mapped[Ref]
    wanted: Mapped[bool]
    changed_at: Mapped[dt.datetime]
