"""The reference facts: providers, services, links, disruption rates, models, aliases.

They are replaced as a whole when the files or packages they come from change; only an analyst's
own aliases, and providers, services and links that somebody added, stay. Prices per million tokens
are rates, not amounts, so they are not in cents.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.records.base import NEVER_REUSED, Base, Identifier, Name, NameKey, RowNumber, closed_list
from risk.catalog.failure_kinds import Basis, FailureKind
from risk.catalog.records import Answer


class ReferenceLoadRecord(Base):
    """One loading of the reference facts; the newest row says what the store holds."""

    __tablename__ = "reference_loads"

    id: Mapped[Identifier]
    digest: Mapped[str]
    catalogue_date: Mapped[date]
    notes: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime]


class ProviderRecord(Base):
    """A company that develops, hosts or carries language models, or stands behind one."""

    __tablename__ = "providers"

    id: Mapped[Identifier]
    name: Mapped[Name] = mapped_column(unique=True)
    roles: Mapped[list[str]]
    country: Mapped[str]
    website: Mapped[str]
    tier: Mapped[str]
    colour: Mapped[str]
    source: Mapped[str]
    as_of: Mapped[str]


class ServiceRecord(Base):
    """A family of models at a host."""

    __tablename__ = "services"

    id: Mapped[Identifier]
    name: Mapped[Name] = mapped_column(unique=True)
    developer: Mapped[str | None]
    host: Mapped[str]
    form: Mapped[str]
    source: Mapped[str]
    as_of: Mapped[str]


class UpstreamLinkRecord(Base):
    """``upstream`` stands behind ``downstream``."""

    __tablename__ = "upstream_links"
    __table_args__ = NEVER_REUSED

    id: Mapped[Identifier]
    upstream: Mapped[Name] = mapped_column(index=True)
    downstream: Mapped[Name] = mapped_column(index=True)
    relation: Mapped[str]
    basis: Mapped[Basis] = mapped_column(closed_list(Basis, "basis"))
    note: Mapped[str]
    source: Mapped[str]
    as_of: Mapped[str]
    effects: Mapped[list["LinkEffectRecord"]] = relationship(
        lazy="raise", order_by="LinkEffectRecord.id"
    )


class LinkEffectRecord(Base):
    """How a disruption of one kind passes along a link."""

    __tablename__ = "link_effects"
    __table_args__ = (UniqueConstraint("link_id", "kind"),)

    id: Mapped[Identifier]
    link_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("upstream_links.id"))
    kind: Mapped[FailureKind] = mapped_column(closed_list(FailureKind, "kind"))
    probability: Mapped[float]
    gain: Mapped[float]
    probability_long_notice: Mapped[float | None]


class FailureRateRecord(Base):
    """How often one node falters in one way, and how badly."""

    __tablename__ = "falter_rates"

    id: Mapped[Identifier]
    node: Mapped[Name]
    kind: Mapped[FailureKind] = mapped_column(closed_list(FailureKind, "kind"))
    level: Mapped[str]
    rate_per_year: Mapped[float]
    severity: Mapped[float]
    calibration: Mapped[float]
    duration_mu_ln_days: Mapped[float | None]
    duration_sigma: Mapped[float | None]
    notice_days: Mapped[float]
    basis: Mapped[Basis] = mapped_column(closed_list(Basis, "basis"))
    source: Mapped[str]
    as_of: Mapped[str]
    long_share: Mapped[float | None]
    tail_shape: Mapped[float | None]
    tail_scale_days: Mapped[float | None]


class ModelRecord(Base):
    """A language model. ``catalogue_key`` is the name under which the catalogue files it."""

    __tablename__ = "models"
    __table_args__ = NEVER_REUSED

    id: Mapped[Identifier]
    catalogue_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    developer: Mapped[str]
    family: Mapped[str | None]
    open_weights: Mapped[bool | None]
    context_tokens: Mapped[int | None]
    input_modalities: Mapped[list[str]]
    output_modalities: Mapped[list[str]]
    tool_call: Mapped[bool | None]
    structured_output: Mapped[bool | None]
    released: Mapped[date | None]
    always_latest: Mapped[bool]
    source: Mapped[str]


class OfferRecord(Base):
    """One model at one host, with its list price."""

    __tablename__ = "offers"

    id: Mapped[Identifier]
    model_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("models.id"), index=True)
    model: Mapped[str]
    host: Mapped[str]
    input_usd_per_million_tokens: Mapped[float | None]
    output_usd_per_million_tokens: Mapped[float | None]
    source: Mapped[str]


class RetirementRecord(Base):
    """A model's published last day."""

    __tablename__ = "retirements"

    id: Mapped[Identifier]
    developer: Mapped[str]
    model: Mapped[str]
    announced: Mapped[date | None]
    shutdown: Mapped[date]
    replacement: Mapped[str | None]
    host: Mapped[str | None]
    source: Mapped[str]
    as_of: Mapped[str]


class AliasRecord(Base):
    """A spelling and what it stands for. ``decided_by`` is set where an analyst decided it."""

    __tablename__ = "aliases"

    id: Mapped[Identifier]
    text: Mapped[str]
    text_key: Mapped[NameKey] = mapped_column(index=True)
    answer: Mapped[Answer] = mapped_column(closed_list(Answer, "answer"))
    developer: Mapped[str | None]
    host: Mapped[str | None]
    product: Mapped[str | None]
    source: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class _Stated:
    """Who stated an own fact last, and how often it was stated (``version``)."""

    source: Mapped[str]
    as_of: Mapped[str]
    stated_by: Mapped[Name]
    stated_at: Mapped[datetime]
    version: Mapped[int]


class OwnProviderRecord(_Stated, Base):
    """A provider that somebody of this store added to those that ship."""

    __tablename__ = "own_providers"
    __table_args__ = NEVER_REUSED

    id: Mapped[Identifier]
    name: Mapped[Name]
    name_key: Mapped[NameKey] = mapped_column(unique=True)
    roles: Mapped[list[str]]
    country: Mapped[str]
    website: Mapped[str]
    colour: Mapped[str]
    note: Mapped[str]


class OwnServiceRecord(_Stated, Base):
    """A service of an own provider, with further names by which files call it."""

    __tablename__ = "own_services"
    __table_args__ = NEVER_REUSED

    id: Mapped[Identifier]
    name: Mapped[Name]
    name_key: Mapped[NameKey] = mapped_column(unique=True)
    developer: Mapped[str | None]
    host: Mapped[Name]
    form: Mapped[str]
    aliases: Mapped[list[str]]


class OwnLinkRecord(_Stated, Base):
    """What an own provider or service runs on; ``effects`` are ``{kind, probability, gain}``."""

    __tablename__ = "own_links"
    __table_args__ = (UniqueConstraint("upstream", "downstream", "relation"), NEVER_REUSED)

    id: Mapped[Identifier]
    upstream: Mapped[Name]
    downstream: Mapped[Name]
    relation: Mapped[str]
    basis: Mapped[Basis] = mapped_column(closed_list(Basis, "basis"))
    effects: Mapped[list[dict[str, Any]]]
    note: Mapped[str]


class ScenarioFileRecord(Base):
    """A scenario or crisis that somebody of this store wrote, as the text of its file.

    ``team`` None: everybody sees it. ``title`` is that of the text.
    """

    __tablename__ = "scenario_files"
    __table_args__ = NEVER_REUSED

    id: Mapped[Identifier]
    name: Mapped[NameKey] = mapped_column(unique=True)
    title: Mapped[Name]
    text: Mapped[str]
    team: Mapped[Name | None]
    stated_by: Mapped[Name]
    stated_at: Mapped[datetime]
    version: Mapped[int]
