"""The reference facts as the store holds them, and an analyst's own aliases."""

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

#: The tables that come with the product.
FIXTURES = Path(fixtures.__file__).parent

#: The catalogue as last read from each open store, and what the store held then. It changes
#: seldom, is shared by all readers, and is the dearest thing to read.
_READ: WeakKeyDictionary[Store, tuple[CatalogState, Catalog]] = WeakKeyDictionary()


def load_catalog(store: Store, actor: Actor) -> Catalog:
    """Return all reference facts; aliases that analysts decided come first.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the reference facts")
    with store.read() as session:
        state = catalog_state(session)
        kept = _READ.get(store)
        if kept is None or kept[0] != state:
            kept = _READ[store] = (state, read_catalog(session))
    return kept[1]


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
