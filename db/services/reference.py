"""The reference facts as the store holds them, and an analyst's own aliases."""

from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

import fixtures
from db.engine import Store
from db.records import AliasRecord, table_of
from db.reference.reading import read_catalog
from db.register.naming import comparison_key, tidy
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from risk.catalog.records import Alias, Catalog

#: The tables that come with the product.
FIXTURES = Path(fixtures.__file__).parent


def load_catalog(store: Store, actor: Actor) -> Catalog:
    """Return all reference facts; aliases that analysts decided come first.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the reference facts")
    with store.read() as session:
        return read_catalog(session)


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
