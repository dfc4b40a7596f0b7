"""The reference facts as the store holds them, and an analyst's own aliases."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

import fixtures
from db.engine import Store
from db.errors import AliasNotFound
from db.records import AliasRecord, table_of
from db.reference.reading import CatalogState, catalog_state, newest_decisions, read_catalog
from db.register.naming import comparison_key, tidy
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from risk.catalog.records import Alias, Catalog

if TYPE_CHECKING:  # The list of providers starts without what reads names.
    from risk.inventory.resolution import Resolver

#: The tables that come with the product.
FIXTURES = Path(fixtures.__file__).parent
#: What an alias says of its spelling.
_MEANING = ("answer", "developer", "host", "product", "source")


@dataclass(frozen=True, kw_only=True)
class DecidedAlias:
    """What somebody decided a spelling stands for, and when."""

    alias: Alias
    by: str
    at: datetime


class _Known:
    """The catalogue as last read from a store, and what the store held then.

    It changes seldom, is shared by all readers, and is the dearest thing to read.
    """

    def __init__(self, state: CatalogState, catalog: Catalog) -> None:
        self.state = state
        self.catalog = catalog

    @cached_property
    def resolver(self) -> "Resolver":
        from risk.inventory.resolution import Resolver

        return Resolver(self.catalog)


_known: WeakKeyDictionary[Store, _Known] = WeakKeyDictionary()


def _read(store: Store) -> _Known:
    with store.read() as session:
        state = catalog_state(session)
        known = _known.get(store)
        if known is None or known.state != state:
            known = _known[store] = _Known(state, read_catalog(session))
    return known


def load_catalog(store: Store, actor: Actor) -> Catalog:
    """Return all reference facts; aliases that analysts decided come last and count.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the reference facts")
    return _read(store).catalog


def load_resolver(store: Store, actor: Actor) -> "Resolver":
    """Return the reader of provider names, with the names that the store knows.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the reference facts")
    return _read(store).resolver


def add_alias(store: Store, actor: Actor, alias: Alias) -> None:
    """Note what a spelling stands for, from now on and for every portfolio.

    An earlier decision about the same spelling no longer counts; it comes back when this one is
    removed. Dependencies that are stored already keep their reading until their file is imported
    again.

    Raises:
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.ADD_ALIAS, alias.text)

    def work(session: Session) -> None:
        earlier = _decision(session, alias.text)
        session.execute(
            insert(table_of(AliasRecord)).values(
                text=tidy(alias.text),
                text_key=comparison_key(alias.text),
                decided_by=actor.name,
                decided_at=store.now(),
                **_meaning(alias),
            )
        )
        record(
            store,
            session,
            actor,
            Action.ADD_ALIAS,
            object_kind="alias",
            object_name=tidy(alias.text),
            before=_meaning(earlier) if earlier else None,
            after=_meaning(alias),
        )

    store.transact(work)


def list_aliases(store: Store, actor: Actor) -> tuple[DecidedAlias, ...]:
    """Return the decisions about spellings that count now, newest first.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the decisions about spellings")
    with store.read() as session:
        rows = newest_decisions(row._asdict() for row in session.execute(_decided()))
    return tuple(
        DecidedAlias(
            alias=Alias(text=row["text"], **{name: row[name] for name in _MEANING}),
            by=row["decided_by"],
            at=row["decided_at"],
        )
        for row in sorted(rows, key=lambda row: (row["decided_at"], row["id"]), reverse=True)
    )


def remove_alias(store: Store, actor: Actor, text: str) -> Alias | None:
    """Take back the decision about a spelling, and return the one before it, which counts again.

    None where there was none before: the spelling is read by the product's own rules again.
    Dependencies that are stored already keep their reading until their file is imported again.

    Raises:
        NotAllowed: the actor may only read.
        AliasNotFound: nobody decided about this spelling.
    """
    authorize(actor, Action.REMOVE_ALIAS, text)

    def work(session: Session) -> Alias | None:
        removed = _decision(session, text)
        if removed is None:
            raise AliasNotFound(text)
        session.delete(removed)
        session.flush()
        earlier = _decision(session, text)
        record(
            store,
            session,
            actor,
            Action.REMOVE_ALIAS,
            object_kind="alias",
            object_name=removed.text,
            before=_meaning(removed),
            after=_meaning(earlier) if earlier else None,
        )
        return Alias(text=earlier.text, **_meaning(earlier)) if earlier else None

    return store.transact(work)


def _decided() -> Select[Any]:
    table = table_of(AliasRecord)
    return select(table).where(table.c.decided_by.is_not(None))


def _decision(session: Session, text: str) -> AliasRecord | None:
    """The decision about a spelling that counts."""
    return session.scalars(
        select(AliasRecord)
        .where(AliasRecord.text_key == comparison_key(text), AliasRecord.decided_by.is_not(None))
        .order_by(AliasRecord.decided_at.desc(), AliasRecord.id.desc())
        .limit(1)
    ).first()


def _meaning(alias: Alias | AliasRecord) -> dict[str, Any]:
    return {name: getattr(alias, name) for name in _MEANING}
