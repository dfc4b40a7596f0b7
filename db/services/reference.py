"""The reference facts as the store holds them, and an analyst's own aliases."""

from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import insert
from sqlalchemy.orm import Session

import fixtures
from db.engine import Store
from db.records import AliasRecord, table_of
from db.reference.reading import CatalogState, catalog_state, read_catalog
from db.register.naming import comparison_key, tidy
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from risk.catalog.records import Alias, Catalog
from risk.inventory.resolution import Resolver

#: The tables that come with the product.
FIXTURES = Path(fixtures.__file__).parent


class _Known:
    """The catalogue as last read from a store, and what the store held then.

    It changes seldom, is shared by all readers, and is the dearest thing to read.
    """

    def __init__(self, state: CatalogState, catalog: Catalog) -> None:
        self.state = state
        self.catalog = catalog

    @cached_property
    def resolver(self) -> Resolver:
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
    """Return all reference facts; aliases that analysts decided come first.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the reference facts")
    return _read(store).catalog


def load_resolver(store: Store, actor: Actor) -> Resolver:
    """Return the reader of provider names, with the names that the store knows.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the reference facts")
    return _read(store).resolver


def add_alias(store: Store, actor: Actor, alias: Alias) -> None:
    """Note what a spelling stands for, from now on and for every portfolio.

    An earlier decision about the same spelling is replaced. Dependencies that are stored already
    keep their reading until their file is imported again.

    Raises:
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.ADD_ALIAS, alias.text)
    table = table_of(AliasRecord)
    key = comparison_key(alias.text)
    values = {
        "answer": alias.answer,
        "developer": alias.developer,
        "host": alias.host,
        "product": alias.product,
        "source": alias.source,
    }

    def work(session: Session) -> None:
        session.execute(
            table.delete().where(table.c.text_key == key, table.c.decided_by.is_not(None))
        )
        session.execute(
            insert(table).values(
                text=tidy(alias.text),
                text_key=key,
                decided_by=actor.name,
                decided_at=store.now(),
                **values,
            )
        )
        record(
            store,
            session,
            actor,
            Action.ADD_ALIAS,
            object_kind="alias",
            object_name=tidy(alias.text),
            after=values,
        )

    store.transact(work)
