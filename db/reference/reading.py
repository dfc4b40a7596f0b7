"""Reading the reference facts back as the model's :class:`~risk.catalog.records.Catalog`."""

from collections.abc import Iterable
from dataclasses import fields, replace
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
    OwnLinkRecord,
    OwnProviderRecord,
    OwnServiceRecord,
    ProviderRecord,
    ReferenceLoadRecord,
    RetirementRecord,
    ServiceRecord,
    UpstreamLinkRecord,
    table_of,
)
from db.register.documents import Row
from risk.catalog.failure_kinds import FailureKind, FailureRate
from risk.catalog.loading import (
    load_market_shares,
    load_rate_evidence,
    load_ratings,
    load_usual_distances,
)
from risk.catalog.own import with_own
from risk.catalog.records import (
    Alias,
    Catalog,
    LinkEffect,
    Model,
    Offer,
    OwnFacts,
    OwnLink,
    OwnProvider,
    OwnService,
    Provider,
    Retirement,
    Role,
    Service,
    UpstreamLink,
)

_FIXTURES = Path(fixtures.__file__).parent
_OWN = (OwnProviderRecord, OwnServiceRecord, OwnLinkRecord)
#: The newest load of facts, when an alias was last decided, and how many decisions there are; then,
#: where there are own facts, what changes with any of them.
CatalogState = tuple[object, ...]


def newest_load(session: Session) -> ReferenceLoadRecord | None:
    """Return what was loaded last, or None if nothing was."""
    return session.scalar(
        select(ReferenceLoadRecord).order_by(ReferenceLoadRecord.id.desc()).limit(1)
    )


def catalog_state(session: Session) -> CatalogState:
    """Return what changes whenever reference facts, analysts' aliases or own facts do."""
    state = session.execute(
        select(
            select(func.max(ReferenceLoadRecord.id)).scalar_subquery(),
            select(func.max(AliasRecord.decided_at)).scalar_subquery(),
            select(func.count(AliasRecord.decided_by)).scalar_subquery(),
        )
    ).one()
    return (*state, *own_state(session))


def own_state(session: Session) -> tuple[object, ...]:
    """Return what changes whenever an own fact does; empty where there is none.

    Numbers are never given again and versions only rise, so that no two states are alike.
    """
    asked = [
        select(what).scalar_subquery()
        for table in map(table_of, _OWN)
        for what in (func.count(table.c.id), func.max(table.c.id), func.sum(table.c.version))
    ]
    found = session.execute(select(*asked)).one()
    return tuple(found) if any(found) else ()


def newest_decisions(rows: Iterable[Row]) -> list[Row]:
    """Return of each spelling the decision that holds: the one made last."""
    decided = [row for row in rows if row["decided_by"] is not None]
    decided.sort(key=lambda row: (row["decided_at"], row["id"]))
    return list({row["text_key"]: row for row in decided}.values())


def read_catalog(session: Session) -> Catalog:
    """Read all reference facts: those that ship, own ones, and what analysts decided of names.

    Of two aliases of one text the later one counts.

    Raises:
        StoreNotReady: none were loaded yet.
    """
    rows = list(_rows(session, AliasRecord))
    shipped = _shipped(session, [row for row in rows if row["decided_by"] is None])
    known = with_own(shipped, read_own(session))
    decided = (Alias(**_fields(Alias, row)) for row in newest_decisions(rows))
    return replace(known, aliases=(*known.aliases, *decided))


def _shipped(session: Session, aliases: Iterable[Row]) -> Catalog:
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
        aliases=tuple(Alias(**_fields(Alias, row)) for row in aliases),
        models=_models(session),
        retirements=tuple(
            Retirement(**_fields(Retirement, row)) for row in _rows(session, RetirementRecord)
        ),
        catalogue_date=load.catalogue_date,
        notes=load.notes,
        # How sure a rate is, how large a service and how voters rate a model ship beside them and
        # are not stored: they are about our tables, not theirs.
        rate_evidence=load_rate_evidence(_FIXTURES),
        market=load_market_shares(_FIXTURES),
        ratings=load_ratings(_FIXTURES),
        usual_distances=load_usual_distances(_FIXTURES),
    )


def _rows(session: Session, record: type[Base]) -> Iterable[Row]:
    table = table_of(record)
    return [dict(row) for row in session.execute(select(table).order_by(table.c.id)).mappings()]


def _fields(fact: Any, row: Row, *, but: tuple[str, ...] = ()) -> Row:
    return {one.name: row[one.name] for one in fields(fact) if one.name not in but}


def read_own(session: Session) -> OwnFacts:
    """Read what somebody of this store added, in the order in which it was."""
    return OwnFacts(
        providers=tuple(map(_own_provider, _rows(session, OwnProviderRecord))),
        services=tuple(map(_own_service, _rows(session, OwnServiceRecord))),
        links=tuple(map(_own_link, _rows(session, OwnLinkRecord))),
    )


def _own_provider(row: Row) -> OwnProvider:
    roles = frozenset(Role(role) for role in row["roles"])
    # One that nobody has heard of is not of the first rank.
    tier = "second" if Role.DEVELOPER in roles else ""
    provider = Provider(**_fields(Provider, row, but=("roles", "tier")), roles=roles, tier=tier)
    return OwnProvider(provider=provider, note=row["note"], **_stated(row))


def _own_service(row: Row) -> OwnService:
    service = Service(**_fields(Service, row))
    return OwnService(service=service, aliases=tuple(row["aliases"]), **_stated(row))


def _own_link(row: Row) -> OwnLink:
    effects = {
        FailureKind(one["kind"]): LinkEffect(probability=one["probability"], gain=one["gain"])
        for one in row["effects"]
    }
    link = UpstreamLink(**_fields(UpstreamLink, row, but=("effects",)), effects=effects)
    return OwnLink(link=link, **_stated(row))


def _stated(row: Row) -> Row:
    return {"by": row["stated_by"], "at": row["stated_at"]}


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
