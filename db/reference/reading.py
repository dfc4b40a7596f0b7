"""Reading the reference facts back as the model's :class:`~risk.catalog.records.Catalog`."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

import fixtures
from db.errors import StoreNotReady
from db.records import (
    AliasRecord,
    Base,
    FailureRateRecord,
    ModelRecord,
    OfferRecord,
    ProviderRecord,
    ReferenceLoadRecord,
    RetirementRecord,
    ServiceRecord,
    UpstreamLinkRecord,
    table_of,
)
from db.register.documents import Row
from risk.catalog.failure_kinds import FailureRate
from risk.catalog.loading import (
    load_market_shares,
    load_rate_evidence,
    load_ratings,
    load_usual_distances,
)
from risk.catalog.records import (
    Alias,
    Catalog,
    LinkEffect,
    Model,
    Offer,
    Provider,
    Retirement,
    Role,
    Service,
    UpstreamLink,
)

_SHIPPED = Path(fixtures.__file__).parent
#: The newest load of facts, when an alias was last decided, and how many decisions there are.
CatalogState = tuple[int | None, datetime | None, int]


def newest_load(session: Session) -> ReferenceLoadRecord | None:
    """Return what was loaded last, or None if nothing was."""
    return session.scalar(
        select(ReferenceLoadRecord).order_by(ReferenceLoadRecord.id.desc()).limit(1)
    )


def catalog_state(session: Session) -> CatalogState:
    """Return what changes whenever the reference facts or the analysts' aliases do."""
    state = session.execute(
        select(
            select(func.max(ReferenceLoadRecord.id)).scalar_subquery(),
            select(func.max(AliasRecord.decided_at)).scalar_subquery(),
            select(func.count(AliasRecord.decided_by)).scalar_subquery(),
        )
    ).one()
    return (state[0], state[1], state[2])


def newest_decisions(rows: Iterable[Row]) -> list[Row]:
    """Return of each spelling the decision that holds: the one made last."""
    decided = [row for row in rows if row["decided_by"] is not None]
    decided.sort(key=lambda row: (row["decided_at"], row["id"]))
    return list({row["text_key"]: row for row in decided}.values())


def _aliases(session: Session) -> list[Row]:
    """The product's own aliases, then the analysts': the later of two is the one that counts."""
    rows = list(_rows(session, AliasRecord))
    shipped = [row for row in rows if row["decided_by"] is None]
    return [*shipped, *newest_decisions(rows)]


def read_catalog(session: Session) -> Catalog:
    """Read all reference facts.

    Raises:
        StoreNotReady: none were loaded yet.
    """
    load = newest_load(session)
    if load is None:
        raise StoreNotReady("The store holds no reference facts yet. Run “downstream init”.")
    return Catalog(
        providers={
            row["name"]: Provider(
                **_fields(Provider, row, but=("roles",)),
                roles=frozenset(Role(role) for role in row["roles"]),
            )
            for row in _rows(session, ProviderRecord)
        },
        services={
            row["name"]: Service(**_fields(Service, row)) for row in _rows(session, ServiceRecord)
        },
        links=_links(session),
        rates=tuple(
            FailureRate(**_fields(FailureRate, row)) for row in _rows(session, FailureRateRecord)
        ),
        aliases=tuple(Alias(**_fields(Alias, row)) for row in _aliases(session)),
        models=_models(session),
        retirements=tuple(
            Retirement(**_fields(Retirement, row)) for row in _rows(session, RetirementRecord)
        ),
        catalogue_date=load.catalogue_date,
        notes=load.notes,
        # How sure a rate is, how large a service and how voters rate a model ship beside them and
        # are not stored: they are about our tables, not theirs.
        rate_evidence=load_rate_evidence(_SHIPPED),
        market=load_market_shares(_SHIPPED),
        ratings=load_ratings(_SHIPPED),
        usual_distances=load_usual_distances(_SHIPPED),
    )


def _rows(session: Session, record: type[Base]) -> Iterable[Row]:
    table = table_of(record)
    return [dict(row) for row in session.execute(select(table).order_by(table.c.id)).mappings()]


def _fields(fact: Any, row: Row, *, but: tuple[str, ...] = ()) -> Row:
    return {one.name: row[one.name] for one in fields(fact) if one.name not in but}


def _links(session: Session) -> tuple[UpstreamLink, ...]:
    found = session.scalars(
        select(UpstreamLinkRecord)
        .options(selectinload(UpstreamLinkRecord.effects))
        .order_by(UpstreamLinkRecord.id)
    )
    return tuple(
        UpstreamLink(
            upstream=link.upstream,
            downstream=link.downstream,
            relation=link.relation,
            effects={
                effect.kind: LinkEffect(
                    probability=effect.probability,
                    gain=effect.gain,
                    probability_long_notice=effect.probability_long_notice,
                )
                for effect in link.effects
            },
            basis=link.basis,
            note=link.note,
            source=link.source,
            as_of=link.as_of,
        )
        for link in found
    )


def _models(session: Session) -> dict[str, Model]:
    offers: dict[int, list[Offer]] = {}
    for row in _rows(session, OfferRecord):
        offers.setdefault(row["model_id"], []).append(Offer(**_fields(Offer, row)))
    sets = ("input_modalities", "output_modalities")
    return {
        row["catalogue_key"]: Model(
            **_fields(Model, row, but=("offers", *sets)),
            input_modalities=frozenset(row["input_modalities"]),
            output_modalities=frozenset(row["output_modalities"]),
            offers=tuple(offers.get(row["id"], ())),
        )
        for row in _rows(session, ModelRecord)
    }
