"""Replacing the reference facts by those that came with this version of the product."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from db.records import (
    AliasRecord,
    Base,
    FailureRateRecord,
    LinkEffectRecord,
    ModelRecord,
    OfferRecord,
    ProviderRecord,
    ReferenceLoadRecord,
    RetirementRecord,
    ServiceRecord,
    UpstreamLinkRecord,
    table_of,
)
from db.register.bulk import append_rows, insert_rows
from db.register.documents import Row
from db.register.naming import comparison_key
from risk.catalog.records import Alias, Catalog, Model, UpstreamLink

#: Children before parents.
_REPLACED = (
    OfferRecord,
    ModelRecord,
    LinkEffectRecord,
    UpstreamLinkRecord,
    ServiceRecord,
    ProviderRecord,
    FailureRateRecord,
    RetirementRecord,
)


def replace_catalog(session: Session, catalog: Catalog, *, digest: str, at: datetime) -> None:
    """Put ``catalog`` in place of what the store holds; analysts' own aliases stay."""
    for record in _REPLACED:
        session.execute(delete(record))
    session.execute(delete(AliasRecord).where(AliasRecord.decided_by.is_(None)))
    _insert(session, ProviderRecord, (_plain(one) for one in catalog.providers.values()))
    _insert(session, ServiceRecord, (_plain(one) for one in catalog.services.values()))
    _insert(session, FailureRateRecord, (_plain(one) for one in catalog.rates))
    _insert(session, RetirementRecord, (_plain(one) for one in catalog.retirements))
    _insert(session, AliasRecord, (_alias(one) for one in catalog.aliases))
    _insert_links(session, catalog.links)
    _insert_models(session, catalog.models.items())
    session.execute(
        insert(ReferenceLoadRecord).values(
            digest=digest,
            catalogue_date=catalog.catalogue_date,
            notes=dict(catalog.notes),
            loaded_at=at,
        )
    )


def _insert(session: Session, record: type[Base], rows: Iterable[Row]) -> None:
    append_rows(session, table_of(record), list(rows))


def _plain(fact: Any) -> Row:
    """Return a fact's fields, sets as sorted lists so that equal facts are equal documents."""
    values = {one.name: getattr(fact, one.name) for one in fields(fact)}
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in values.items()
    }


def _alias(alias: Alias) -> Row:
    return asdict(alias) | {
        "text_key": comparison_key(alias.text),
        "decided_by": None,
        "decided_at": None,
    }


def _insert_links(session: Session, links: Iterable[UpstreamLink]) -> None:
    listed = list(links)
    rows = [{k: v for k, v in _plain(link).items() if k != "effects"} for link in listed]
    numbers = insert_rows(session, table_of(UpstreamLinkRecord), rows)
    _insert(
        session,
        LinkEffectRecord,
        (
            {"link_id": number, "kind": kind, **asdict(effect)}
            for number, link in zip(numbers, listed, strict=True)
            for kind, effect in link.effects.items()
        ),
    )


def _insert_models(session: Session, models: Iterable[tuple[str, Model]]) -> None:
    listed = list(models)
    rows = [
        {"catalogue_key": key, **{k: v for k, v in _plain(model).items() if k != "offers"}}
        for key, model in listed
    ]
    numbers = insert_rows(session, table_of(ModelRecord), rows)
    _insert(
        session,
        OfferRecord,
        (
            {"model_id": number, **_plain(offer)}
            for number, (_, model) in zip(numbers, listed, strict=True)
            for offer in model.offers
        ),
    )
