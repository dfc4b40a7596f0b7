"""Status feeds by their address: fetched when somebody asks or by themselves, if they changed.

What a server said of the version that was imported last (ETag, Last-Modified) is remembered, so
that asking again costs it nothing. It is remembered only once its incidents are in the store. What
a feed does wrong is noted beside it: failures, silence, incidents told late or dated ahead.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import FeedPollRecord, FeedRecord
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.incidents import IncidentImport, import_incidents
from db.web.addresses import AddressRule, is_public
from db.web.calling import Answer, Validators, fetch
from risk.hazard.incidents.maps import IncidentMap
from risk.hazard.incidents.records import FileFormat, Incident, IncidentLevel

#: Failures in a row from which a feed is called broken.
BROKEN_AFTER = 3
#: An incident that is told this much after it began, or before it begins, is out of time.
OUT_OF_TIME = timedelta(days=1)
#: Incidents from which a mean time between them is worth naming.
_ENOUGH_FOR_A_GAP = 5
#: exp(−4.6) = 1 %: the chance of a silence of so many mean gaps where incidents come at random.
_GAPS_OF_SILENCE = 4.6
_LEAST_SILENCE_DAYS = 14.0
#: A feed that told something late is marked for so long.
_LATE_IS_TOLD_FOR = timedelta(days=90)
#: How often a feed may be asked by itself, in minutes.
OFTENEST, RAREST = 5, 7 * 24 * 60
#: Reads an address as :func:`db.web.calling.fetch` does.
Fetch = Callable[..., Answer]


class FeedMark(StrEnum):
    """What a reader must know before believing a feed."""

    BROKEN = "broken"
    UNASKED = "not asked"
    STALE = "silent"
    BACK_FILLED = "back-filled"
    AHEAD = "dated ahead"


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed that was imported: whose, in which format, when last read, when last changed.

    ``every_minutes`` None: it is asked by hand alone. ``problem`` is what went wrong when it was
    asked last, ``failures`` how often in a row. ``newest_at`` is when its newest incident began,
    ``gap_days`` the mean time between the starts of those it tells of. ``late`` incidents came more
    than a day after an earlier reading that they should have been in, the last at ``late_at``;
    ``ahead`` began in the future when it was read, the last of them at ``ahead_at``.
    """

    address: str
    provider: str | None
    format: str | None
    checked_at: datetime
    changed_at: datetime
    every_minutes: int | None = None
    asked_at: datetime | None = None
    failures: int = 0
    problem: str | None = None
    newest_at: datetime | None = None
    gap_days: float | None = None
    late: int = 0
    late_at: datetime | None = None
    ahead: int = 0
    ahead_at: datetime | None = None

    def marks(self, now: datetime) -> tuple[FeedMark, ...]:
        """Return what is wrong with it at a moment, the worst first.

        Silent: no incident began for so long that this had a chance of 1 % if they came as before
        (and a fortnight at least). Not asked: three times the interval and an hour have passed.
        """
        found = []
        if self.failures >= BROKEN_AFTER:
            found.append(FeedMark.BROKEN)
        if self.every_minutes and self.asked_at is not None:
            waited = now - self.asked_at
            longest = timedelta(minutes=3 * self.every_minutes, hours=1)
            # One that failed waits longer from time to time, up to a day.
            if waited > (longest if not self.failures else max(longest, timedelta(days=2))):
                found.append(FeedMark.UNASKED)
        if self.newest_at is not None and self.gap_days is not None:
            silence = (now - self.newest_at) / timedelta(days=1)
            if silence > max(_LEAST_SILENCE_DAYS, _GAPS_OF_SILENCE * self.gap_days):
                found.append(FeedMark.STALE)
        if self.late_at is not None and now - self.late_at < _LATE_IS_TOLD_FOR:
            found.append(FeedMark.BACK_FILLED)
        if self.ahead_at is not None and self.ahead_at > now + OUT_OF_TIME:
            found.append(FeedMark.AHEAD)
        return tuple(found)


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
    by_itself: bool = False,
    read: Fetch = fetch,
) -> FeedImport:
    """Fetch a feed and import its incidents, as :func:`import_incidents` does a file.

    ``allowed`` says which numbers may be called: those of the public internet. ``by_itself``:
    nobody asked for it, so that what changes nothing leaves no row in the trail.

    Raises:
        Refused: the address may not be called or gives nothing that can be read.
        NotAllowed: the actor may only read.
    """
    address = address.strip()
    authorize(actor, Action.IMPORT_INCIDENTS, address)
    with store.read() as session:
        known = _feed(session, address)
        before = _poll_of(session, address)
        digest = before.digest if before is not None else None
    # Somebody who says whose or what it is wants it read so, changed or not.
    asked_anew = known is None or provider is not None or mapped is not None or file_format
    answer = read(address, known=None if asked_anew else _validators(known), allowed=allowed)
    found = hashlib.sha256(answer.data).hexdigest() if answer.data is not None else digest
    if known is not None and (answer.data is None or (by_itself and found == digest)):
        same = _Reading(known.provider, known.format, answer.validators, found)
        _remember(store, address, same)
        return FeedImport(address=address, result=None, unchanged_since=known.changed_at)
    result = import_incidents(
        store,
        actor,
        data=answer.data or b"",
        file_name=address,
        provider=provider or (known.provider if known is not None else None),
        file_format=file_format,
        mapped=mapped,
        trail_unchanged=not by_itself,
    )
    if result.accepted:
        owners = sorted({one.provider for one in result.file.incidents})
        owner = owners[0] if len(owners) == 1 else None
        now = store.now()
        last = min(known.checked_at, now) if known is not None else None
        new = _Reading(
            # A feed that tells of nobody for a while is still its owner's.
            owner if owners or known is None else known.provider,
            result.file.format,
            answer.validators,
            found,
            told=result.file.incidents,
            late=_told_late(result.unheard, last),
        )
        _remember(store, address, new)
    return FeedImport(address=address, result=result, unchanged_since=None)


def set_feed_interval(store: Store, actor: Actor, address: str, minutes: int | None) -> None:
    """Have a feed that was imported asked by itself every so many minutes; None: by hand alone.

    Raises:
        Refused: it was never imported, is read through a map, or the interval is none.
        NotAllowed: the actor may only read.
    """
    address = address.strip()
    authorize(actor, Action.IMPORT_INCIDENTS, f"how often {address} is asked")
    if minutes is not None and not OFTENEST <= minutes <= RAREST:
        raise Refused(f"A feed is asked every {OFTENEST} to {RAREST:,} minutes (a week).")

    def work(session: Session) -> None:
        feed = session.scalar(select(FeedRecord).where(FeedRecord.address == address))
        if feed is None:
            raise Refused(
                f"{address} was never imported. Import it once, which shows what it holds: "
                "“downstream incidents import ADDRESS”."
            )
        if minutes is not None and feed.format == FileFormat.MAPPED:
            raise Refused("A feed that is read through a map is asked by hand alone.")
        poll = session.get(FeedPollRecord, feed.id)
        before = poll.every_minutes if poll is not None else None
        if poll is None:
            poll = FeedPollRecord(feed_id=feed.id, failures=0, late=0, ahead=0)
            session.add(poll)
        poll.every_minutes, poll.due_at = minutes, None
        record(
            store,
            session,
            actor,
            Action.IMPORT,
            object_kind="feed",
            object_name=address,
            before={"every_minutes": before},
            after={"every_minutes": minutes},
        )

    store.transact(work)


def list_feeds(store: Store, actor: Actor, *, provider: str | None = None) -> tuple[Feed, ...]:
    """Return the feeds that were imported, all or one provider's, by address.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the feeds")
    query = select(FeedRecord, FeedPollRecord).outerjoin(FeedPollRecord)
    with store.read() as session:
        rows = session.execute(query.order_by(FeedRecord.address)).all()
        return tuple(
            _as_feed(feed, poll)
            for feed, poll in rows
            if provider is None or feed.provider == provider
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


def _poll_of(session: Session, address: str) -> FeedPollRecord | None:
    return session.scalar(
        select(FeedPollRecord).join(FeedRecord).where(FeedRecord.address == address)
    )


def _as_feed(feed: FeedRecord, poll: FeedPollRecord | None) -> Feed:
    told = poll or FeedPollRecord(failures=0, late=0, ahead=0)
    return Feed(
        address=feed.address,
        provider=feed.provider,
        format=feed.format,
        checked_at=feed.checked_at,
        changed_at=feed.changed_at,
        every_minutes=told.every_minutes,
        asked_at=told.asked_at,
        failures=told.failures,
        problem=told.problem,
        newest_at=told.newest_at,
        gap_days=told.gap_days,
        late=told.late,
        late_at=told.late_at,
        ahead=told.ahead,
        ahead_at=told.ahead_at,
    )


def _unplanned(incidents: Sequence[Incident]) -> list[datetime]:
    """When incidents began that nobody announced."""
    return sorted(one.started_at for one in incidents if one.level is not IncidentLevel.MAINTENANCE)


def _told_late(unheard: Sequence[Incident], last: datetime | None) -> int:
    """How many began more than a day before a reading that did not have them."""
    return 0 if last is None else sum(at < last - OUT_OF_TIME for at in _unplanned(unheard))


@dataclass(frozen=True)
class _Reading:
    """What one reading of a feed found. ``told`` None: nothing newer than the one before."""

    provider: str | None
    format: str | None
    validators: Validators
    digest: str | None
    told: Sequence[Incident] | None = None
    late: int = 0


def _remember(store: Store, address: str, reading: _Reading) -> None:
    def work(session: Session) -> None:
        now = store.now()
        row = session.scalar(select(FeedRecord).where(FeedRecord.address == address))
        if row is None:
            row = FeedRecord(address=address, changed_at=now)
            session.add(row)
        row.provider, row.format = reading.provider, reading.format
        row.etag, row.last_modified = reading.validators.etag, reading.validators.last_modified
        row.checked_at = now
        session.flush()
        poll = session.get(FeedPollRecord, row.id)
        if poll is None:
            poll = FeedPollRecord(feed_id=row.id, failures=0, late=0, ahead=0)
            session.add(poll)
        poll.failures, poll.problem, poll.digest = 0, None, reading.digest
        if reading.told is None:
            return
        row.changed_at = now
        starts = _unplanned(reading.told)
        begun = [at for at in starts if at <= now + OUT_OF_TIME]
        poll.ahead = len(starts) - len(begun)
        poll.ahead_at = starts[-1] if poll.ahead else None
        if begun:
            poll.newest_at = begun[-1]
        if len(begun) >= _ENOUGH_FOR_A_GAP:
            poll.gap_days = (begun[-1] - begun[0]) / timedelta(days=1) / (len(begun) - 1)
        if reading.late:
            poll.late, poll.late_at = poll.late + reading.late, now

    store.transact(work, is_noticed=reading.told is not None)
