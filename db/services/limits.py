"""Limits of a portfolio, its slices and companies: set with a reason, and how they came to be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import PortfolioRecord, WatchLimitRecord
from db.register.lookup import startup_named
from db.register.naming import comparison_key
from db.register.slices import folded, read_slices
from db.register.tables import STARTUPS, startups_of
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.slices import sliced_store
from db.services.visible import visible_portfolio
from risk.portfolio.watching import RANGES, About, Limit, Measure, in_order

#: Limits of one portfolio; each is looked at whenever anything of it changes.
MOST_LIMITS = 500

#: What a limit is of, as it is compared: measure, and keys of provider, slices and company.
_Identity = tuple[str, str, tuple[str, ...], str]


@dataclass(frozen=True, kw_only=True)
class LimitChange:
    """One limit as somebody set it, and why. ``value`` None: it was taken away."""

    measure: Measure
    value: float | None
    reason: str
    by: str
    at: datetime
    provider: str | None
    about: About


def set_limit(
    store: Store,
    actor: Actor,
    portfolio: str,
    measure: Measure,
    value: float | None,
    reason: str,
    *,
    provider: str | None = None,
    slices: Iterable[str] = (),
    startup: str | None = None,
) -> None:
    """Set the limit of one measure; None takes it away.

    It is about the whole portfolio, about its companies in ``slices`` (texts such as
    ``country=DE``), or about the one called ``startup``. ``provider`` is whom a share is of.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: it lies outside what the measure can be, no reason is given, there is no such
            slice, company or provider, none is named that is needed, or there is none to take away.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.SET_LIMIT, f"{measure} of portfolio {portfolio}")
    of = tuple(f"{field}={one}" for field, one in read_slices(slices))
    _check(measure, value, reason)
    _check_what(measure, provider, of, startup)
    if value is not None:
        if provider is not None:
            provider = _called_so(store, actor, provider)
        if of:
            view = sliced_store(store, actor, portfolio, of).view
            of = tuple(f"{field}={one}" for field, one in view.slices)

    def work(session: Session) -> None:
        found = visible_portfolio(session, actor, portfolio)
        row = WatchLimitRecord(
            portfolio_id=found.id,
            measure=measure.value,
            value=value,
            reason=reason.strip(),
            set_by=actor.name,
            set_at=store.now(),
            provider=provider,
            slices=[*of] or None,
            startup=startup,
            startup_key=None if startup is None else comparison_key(startup),
        )
        if value is not None and startup is not None:
            row.startup = startup_named(session, found, startup).name
        newest = {_identity(one): one for one in _changes(session, found.id)}
        last = newest.get(_identity(row))
        before = None if last is None else last.value
        if before is None:
            standing = sum(one.value is not None for one in newest.values())
            _check_new(found, row, standing)
        elif value is None and last is not None:
            row.provider, row.slices, row.startup = last.provider, last.slices, last.startup
        session.add(row)
        record(
            store,
            session,
            actor,
            Action.SET_LIMIT,
            object_kind="limit",
            object_name=f"{found.name}: {_called(row)}",
            before={"value": before},
            after={"value": value},
            reason=reason.strip(),
        )

    store.transact(work)


def _called_so(store: Store, actor: Actor, provider: str) -> str:
    # Whoever only lists limits waits for none of what the reference facts load.
    from db.services.reference import load_catalog
    from db.services.signals import provider_named

    return provider_named(load_catalog(store, actor), provider)


def _check(measure: Measure, value: float | None, reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why the limit is set so: others will want to know.")
    low, high = RANGES[measure]
    if value is not None and not low <= value <= high:
        raise Refused(f"A limit of {measure} lies between {low:,.10g} and {high:,.10g}.")


def _check_what(
    measure: Measure, provider: str | None, slices: Sequence[str], startup: str | None
) -> None:
    if "" in (comparison_key(one) for one in (provider, startup) if one is not None):
        raise Refused("Name the provider or the company, or leave the option out.")
    if measure.of_one_provider and provider is None:
        raise Refused(f"Name the provider of which it is the share: {measure} is of one.")
    if provider is not None and not measure.of_one_provider:
        raise Refused(
            f"{measure} is of no single provider: leave {provider} out, or limit "
            f"{Measure.PROVIDER_SHARE}."
        )
    if slices and startup is not None:
        raise Refused("A limit is about a slice or about one company: leave one of them out.")


def _check_new(found: PortfolioRecord, row: WatchLimitRecord, standing: int) -> None:
    """Refuse to take away what is not set, and to set more than are looked at."""
    if row.value is None and (row.provider or row.slices or row.startup):
        raise Refused(
            f"{found.name} has no limit of {_called(row)}. “downstream watch limits” lists those "
            "that it has."
        )
    if row.value is not None and standing >= MOST_LIMITS:
        raise Refused(
            f"{found.name} has {standing} limits, and no more are looked at: take one away first."
        )


def load_limits(store: Store, actor: Actor, portfolio: str) -> tuple[Limit, ...]:
    """Return the limits that are set: of the whole portfolio, then of slices, then of companies.

    A company has the name that it has now.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        return limits_in(session, visible_portfolio(session, actor, portfolio).id)


def limit_history(store: Store, actor: Actor, portfolio: str) -> tuple[LimitChange, ...]:
    """Return every limit that was set or taken away, newest first.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        rows = _changes(session, visible_portfolio(session, actor, portfolio).id)
    return tuple(
        LimitChange(
            measure=Measure(row.measure),
            value=row.value,
            reason=row.reason,
            by=row.set_by,
            at=row.set_at,
            provider=row.provider,
            about=_about(row),
        )
        for row in reversed(rows)
    )


def limits_in(session: Session, portfolio_id: int) -> tuple[Limit, ...]:
    """Return the limits that are set, in order: the newest of each, unless it took it away."""
    newest: dict[_Identity, tuple[int, WatchLimitRecord]] = {}
    for row in _changes(session, portfolio_id):
        first, _ = newest.get(_identity(row), (row.id, row))
        newest[_identity(row)] = first, row
    rows = [(first, row) for first, row in newest.values() if row.value is not None]
    keys = {row.startup_key for _, row in rows if row.startup_key is not None}
    names: dict[str, str] = {}
    if keys:
        named = select(STARTUPS.c.name_key, STARTUPS.c.name).where(
            startups_of(session, portfolio_id), STARTUPS.c.name_key.in_(keys)
        )
        names = dict(session.execute(named).all())
    limits = [
        Limit(
            measure=Measure(row.measure),
            value=row.value,
            provider=row.provider,
            about=_about(row, names),
            number=first,
        )
        for first, row in rows
        if row.value is not None
    ]
    return in_order(limits)


def _changes(session: Session, portfolio_id: int) -> list[WatchLimitRecord]:
    return list(
        session.scalars(
            select(WatchLimitRecord)
            .where(WatchLimitRecord.portfolio_id == portfolio_id)
            .order_by(WatchLimitRecord.id)
        )
    )


def _identity(row: WatchLimitRecord) -> _Identity:
    """What a row is the limit of, however its names are written."""
    return (
        row.measure,
        comparison_key(row.provider),
        tuple(sorted(folded(one) for one in row.slices or ())),
        row.startup_key or "",
    )


def _about(row: WatchLimitRecord, names: Mapping[str, str] = MappingProxyType({})) -> About:
    """What a row is about; a company by its name of now where that is known."""
    pairs = (one.partition("=") for one in row.slices or ())
    return About(
        slices=tuple((field, value) for field, _, value in pairs),
        startup=names.get(row.startup_key or "", row.startup),
    )


def _called(row: WatchLimitRecord) -> str:
    """What a row is the limit of, for the trail and refusals."""
    on = f" on {row.provider}" if row.provider else ""
    of = row.startup or ", ".join(row.slices or ())
    return f"{row.measure}{on}{f' of {of}' if of else ''}"
