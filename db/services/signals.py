"""Signals about providers: governance, staff, money, law. Everybody's portfolios share them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import SignalRecord
from db.register.naming import comparison_key
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.reference import FIXTURES, load_catalog
from risk.assumptions import DEFAULTS, Assumptions
from risk.catalog.records import Catalog
from risk.hazard.signals import Signal, SignalKind, UnknownSignalKind, kind_of, load_signal_kinds


@dataclass(frozen=True, kw_only=True)
class RecordedSignal:
    """A stored signal, its number, and who noted it when (UTC)."""

    number: int
    signal: Signal
    by: str
    at: datetime


def signal_kinds(
    store: Store, actor: Actor, assumptions: Assumptions = DEFAULTS
) -> Mapping[str, SignalKind]:
    """Return the kinds of signals by name, with a portfolio's ratios and half-lives.

    The kinds come with the product, not from the store.

    Raises:
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the kinds of signals")
    return load_signal_kinds(FIXTURES, assumptions)


def start_of_day(day: date) -> datetime:
    """Return the moment from which something dated ``day`` counts as known."""
    return datetime.combine(day, time(), tzinfo=UTC)


def provider_named(catalog: Catalog, name: str) -> str:
    """Return a provider's own spelling of its name.

    Raises:
        Refused: there is no such provider.
    """
    by_key = {comparison_key(one): one for one in catalog.providers}
    found = by_key.get(comparison_key(name))
    if found is None:
        raise Refused(f"There is no provider “{name}”. “downstream providers” lists them.")
    return found


def add_signal(store: Store, actor: Actor, signal: Signal) -> int:
    """Note a signal about a provider and return its number.

    The store keeps the day; the signal counts as known from the day's beginning in UTC.

    Raises:
        Refused: provider or kind are unknown, no source is named, it lies in the future, or the
            same is noted already.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.ADD_SIGNAL, f"{signal.kind} of {signal.provider}")
    provider = provider_named(load_catalog(store, actor), signal.provider)
    _check(signal, signal_kinds(store, actor), now=store.now())
    day, source = signal.at.astimezone(UTC).date(), signal.source.strip()

    def work(session: Session) -> int:
        _refuse_twice(session, provider, signal.kind, day, source)
        row = SignalRecord(
            provider=provider,
            kind=signal.kind,
            date=day,
            intensity=signal.intensity,
            reliability=signal.reliability,
            source=source,
            recorded_by=actor.name,
            recorded_at=store.now(),
        )
        session.add(row)
        session.flush()
        record(
            store,
            session,
            actor,
            Action.ADD_SIGNAL,
            object_kind="signal",
            object_name=f"{provider}: {signal.kind}",
            after={
                "number": row.id,
                "date": day.isoformat(),
                "intensity": signal.intensity,
                "reliability": signal.reliability,
                "source": source,
            },
        )
        return row.id

    return store.transact(work)


def list_signals(
    store: Store, actor: Actor, provider: str | None = None
) -> tuple[RecordedSignal, ...]:
    """Return what was heard of one provider or of all, newest first.

    Raises:
        Refused: there is no such provider.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, "the signals")
    query = select(SignalRecord).order_by(SignalRecord.date.desc(), SignalRecord.id.desc())
    if provider is not None:
        name = provider_named(load_catalog(store, actor), provider)
        query = query.where(SignalRecord.provider == name)
    with store.read() as session:
        return tuple(
            RecordedSignal(
                number=row.id,
                signal=Signal(
                    provider=row.provider,
                    kind=row.kind,
                    at=start_of_day(row.date),
                    intensity=row.intensity,
                    reliability=row.reliability,
                    source=row.source,
                ),
                by=row.recorded_by,
                at=row.recorded_at,
            )
            for row in session.scalars(query)
        )


def _check(signal: Signal, kinds: Mapping[str, SignalKind], *, now: datetime) -> None:
    try:
        kind_of(signal, kinds)
    except UnknownSignalKind as error:
        raise Refused(str(error)) from None
    if not signal.source.strip():
        raise Refused("Say where the signal was heard: a publication and its date.")
    if signal.at > now:
        raise Refused(f"{signal.at.date()} is still to come: note a signal once it is known.")


def _refuse_twice(session: Session, provider: str, kind: str, day: date, source: str) -> None:
    same = session.scalar(
        select(SignalRecord.id).where(
            SignalRecord.provider == provider,
            SignalRecord.kind == kind,
            SignalRecord.date == day,
            SignalRecord.source == source,
        )
    )
    if same is not None:
        raise Refused(f"This is signal {same} already: one source is heard once a day.")
