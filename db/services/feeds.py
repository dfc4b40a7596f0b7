"""Status feeds by their address: fetched when somebody asks, and only if they changed.

What a server said of the version that was imported last (ETag, Last-Modified) is remembered, so
that asking again costs it nothing. It is remembered only once its incidents are in the store.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.records import FeedRecord
from db.services.access import Action, Actor, authorize
from db.services.incidents import IncidentImport, import_incidents
from db.web.addresses import AddressRule, is_public
from db.web.calling import Validators, fetch
from risk.hazard.incidents.maps import IncidentMap
from risk.hazard.incidents.records import FileFormat


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed that was imported: whose, in which format, when last asked, when last changed."""

    address: str
    provider: str | None
    format: str | None
    checked_at: datetime
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class FeedImport:
    """What came of asking a feed. ``result`` None: nothing new since ``unchanged_since``."""

    address: str
    result: IncidentImport | None
    unchanged_since: datetime | None


def import_feed(
    store: Store,
    actor: Actor,
    address: str,
    *,
    provider: str | None = None,
    file_format: FileFormat | None = None,
    mapped: IncidentMap | None = None,
    allowed: AddressRule = is_public,
) -> FeedImport:
    """Fetch a feed and import its incidents, as :func:`import_incidents` does a file.

    ``allowed`` says which numbers may be called: those of the public internet.

    Raises:
        Refused: the address may not be called or gives nothing that can be read.
        NotAllowed: the actor may only read.
    """
    address = address.strip()
    authorize(actor, Action.IMPORT_INCIDENTS, f"incidents from {address}")
    with store.read() as session:
        known = _feed(session, address)
    # Somebody who says whose or what it is wants it read so, changed or not.
    asked_anew = known is None or provider is not None or mapped is not None or file_format
    answer = fetch(address, known=None if asked_anew else _validators(known), allowed=allowed)
    if answer.data is None and known is not None:
        _remember(store, address, known.provider, known.format, answer.validators, changed=False)
        return FeedImport(address=address, result=None, unchanged_since=known.changed_at)
    result = import_incidents(
        store,
        actor,
        data=answer.data or b"",
        file_name=address,
        provider=provider,
        file_format=file_format,
        mapped=mapped,
    )
    if result.accepted:
        owners = sorted({one.provider for one in result.file.incidents})
        owner = owners[0] if len(owners) == 1 else None
        _remember(store, address, owner, result.file.format, answer.validators, changed=True)
    return FeedImport(address=address, result=result, unchanged_since=None)


def list_feeds(store: Store, actor: Actor, *, provider: str | None = None) -> tuple[Feed, ...]:
    """Return the feeds that were imported, all or one provider's, by address.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the feeds")
    with store.read() as session:
        rows = session.scalars(select(FeedRecord).order_by(FeedRecord.address))
        return tuple(
            Feed(
                address=row.address,
                provider=row.provider,
                format=row.format,
                checked_at=row.checked_at,
                changed_at=row.changed_at,
            )
            for row in rows
            if provider is None or row.provider == provider
        )


def is_address(text: str) -> bool:
    """Whether a text is meant as an address and not as a file."""
    return "://" in text


def _validators(feed: FeedRecord | None) -> Validators | None:
    return None if feed is None else Validators(etag=feed.etag, last_modified=feed.last_modified)


def _feed(session: Session, address: str) -> FeedRecord | None:
    found = session.scalar(select(FeedRecord).where(FeedRecord.address == address))
    if found is not None:
        session.expunge(found)
    return found


def _remember(
    store: Store,
    address: str,
    provider: str | None,
    file_format: str | None,
    validators: Validators,
    *,
    changed: bool,
) -> None:
    def work(session: Session) -> None:
        row = session.scalar(select(FeedRecord).where(FeedRecord.address == address))
        if row is None:
            row = FeedRecord(address=address, changed_at=store.now())
            session.add(row)
        row.provider, row.format = provider, file_format
        row.etag, row.last_modified = validators.etag, validators.last_modified
        row.checked_at = store.now()
        if changed:
            row.changed_at = store.now()

    store.transact(work)
