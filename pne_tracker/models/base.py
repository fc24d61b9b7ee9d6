"""The declarative base, the column types and the tenant's part of every table of patient data."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import Annotated, Any

import uuid_utils.compat
from sqlalchemy import (
    JSON,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Text,
    Uuid,
    column,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem, UniqueConstraint
from sqlalchemy.types import TypeDecorator

from pne_tracker.domain.door import MfaPolicy
from pne_tracker.domain.retention import YEARS

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant. Refuses naive times on the way in, gives UTC with its zone on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Json = JSON().with_variant(JSONB(), "postgresql")


def new_id() -> uuid.UUID:
    """A fresh UUIDv7: opaque in an address, in order of time in an index."""
    return uuid_utils.compat.uuid7()


def enum_of(kind: type[StrEnum]) -> Enum:
    """A column of the enum's values, checked by the database."""
    return Enum(
        kind,
        native_enum=False,
        length=24,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
        create_constraint=True,
        name=kind.__name__.lower(),
    )


Id = Annotated[uuid.UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Ref = Annotated[uuid.UUID, mapped_column(Uuid)]
Name = Annotated[str, mapped_column(String(200))]
Long = Annotated[str, mapped_column(Text)]
JsonDict = Annotated[dict[str, Any], mapped_column(Json)]
JsonList = Annotated[list[Any], mapped_column(Json)]


class Base(DeclarativeBase):
    """Base of all tables: naming conventions and types by annotation."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        dt.datetime: UtcDateTime,
        uuid.UUID: Uuid,
        str: String(200),
    }


class Organisation(Base):
    """Who runs the installation: the tenant."""

    __tablename__ = "organisation"

    id: Mapped[Id]
    name: Mapped[Name]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    staff_mfa: Mapped[MfaPolicy] = mapped_column(enum_of(MfaPolicy), default=MfaPolicy.REQUIRED)
    retention_years: Mapped[int] = mapped_column(default=YEARS, server_default=str(YEARS))
    created_at: Mapped[dt.datetime]


class TenantOwned:
    """What every row of an organisation carries. `models.tenancy` guards it on load and flush."""

    id: Mapped[Id]

    @declared_attr
    def organisation_id(cls) -> Mapped[uuid.UUID]:  # noqa: N805
        return mapped_column(ForeignKey("organisation.id"), sort_order=-1)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[SchemaItem, ...]:  # noqa: N805
        return owned()


def owned(*items: SchemaItem) -> tuple[SchemaItem, ...]:
    """Table arguments of a tenant's table: its key together with the organisation, then `items`."""
    return (UniqueConstraint("organisation_id", "id"), *items)


def sparse(name: str, pointer: str) -> Index:
    """An index of a column that few rows fill. The empty ones are left out, or else SQLite takes it for useless."""
    points = column(pointer).is_not(None)
    return Index(name, pointer, sqlite_where=points, postgresql_where=points)


def fk(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key that cannot point into another organisation. Checked at commit, so order of writing is free."""
    return ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{table}.organisation_id", f"{table}.id"],
        deferrable=True,
        initially="DEFERRED",
    )
