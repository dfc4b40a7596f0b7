"""Losses that companies had by a disruption, and what was predicted of them before.

Predictions are those of snapshots: a stress test, or an hour of an incident, that was frozen on or
before the first day. What a snapshot leaves out was not kept.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import PortfolioRecord, RealisedLossRecord, ShareLinkRecord, SnapshotRecord
from db.register.naming import comparison_key
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.visible import sees, visible_portfolio
from risk.catalog.failure_kinds import FailureKind

if TYPE_CHECKING:  # Lists are read without the engine.
    from risk.scenarios.realised import ComparedLoss, PredictedLoss, RealisedLoss

#: More cents than this do not fit the store, and are no company's.
_MOST_USD = 1e13


def note_loss(store: Store, actor: Actor, portfolio: str, loss: "RealisedLoss") -> int:
    """Note what a company lost and return the note's number.

    The newest note about a company, a provider and a first day counts; older ones stay on record.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: company or provider are unknown, no source is named, a day lies ahead or before
            the first, or the amount cannot be.
        NotAllowed: the actor may only read.
    """
    from db.register.lookup import startup_named
    from db.services.reference import load_catalog
    from db.services.signals import provider_named

    authorize(actor, Action.NOTE_LOSS, f"{loss.startup} of portfolio {portfolio}")
    provider = provider_named(load_catalog(store, actor), loss.provider)
    _check(loss, today=store.now().date())

    def work(session: Session) -> int:
        found = visible_portfolio(session, actor, portfolio)
        name = startup_named(session, found, loss.startup).name
        row = RealisedLossRecord(
            portfolio_id=found.id,
            startup=name,
            startup_key=comparison_key(name),
            provider=provider,
            kind=loss.kind,
            first_day=loss.first_day,
            last_day=loss.last_day,
            amount_cents=None if loss.amount_usd is None else round(loss.amount_usd * 100),
            source=loss.source.strip(),
            taken_back=False,
            noted_by=actor.name,
            noted_at=store.now(),
        )
        return _added(store, session, actor, found, row)

    return store.transact(work)


def take_back_loss(store: Store, actor: Actor, number: int, *, reason: str) -> None:
    """Take a note back: nothing is known of that loss any longer; the note stays on record.

    Raises:
        Refused: there is no such note, it does not count any longer, or no reason is given.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.NOTE_LOSS, f"loss {number}")
    if not reason.strip():
        raise Refused("Say why it is taken back: others will want to know.")

    def work(session: Session) -> None:
        row = session.get(RealisedLossRecord, number)
        if row is None or not sees(session, actor, row.portfolio_id):
            raise Refused(f"There is no loss {number}. “downstream losses list” shows them.")
        found = session.get_one(PortfolioRecord, row.portfolio_id)
        if row.id not in {one.id for one in _standing(session, found.id)}:
            raise Refused(f"Loss {number} does not count any longer: a newer note does.")
        names = "portfolio_id startup startup_key provider kind first_day last_day"
        undone = RealisedLossRecord(
            **{name: getattr(row, name) for name in names.split()},
            amount_cents=None,
            source=reason.strip(),
            taken_back=True,
            noted_by=actor.name,
            noted_at=store.now(),
        )
        _added(store, session, actor, found, undone)

    store.transact(work)


def list_losses(store: Store, actor: Actor, portfolio: str) -> "tuple[ComparedLoss, ...]":
    """Return the losses that were noted of a portfolio, each beside what was predicted before it.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    from risk.scenarios.realised import ComparedLoss

    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        rows = _standing(session, found.id)
        said = list(_predictions(session, found.id)) if rows else []
    return tuple(
        ComparedLoss(
            number=row.id,
            realised=_realised(row),
            noted_by=row.noted_by,
            noted_at=row.noted_at,
            predicted=_before(row, said),
        )
        for row in rows
    )


def _check(loss: "RealisedLoss", *, today: date) -> None:
    if not loss.source.strip():
        raise Refused("Name where the figure comes from: others will want to know.")
    if loss.first_day > today or (loss.last_day is not None and loss.last_day > today):
        raise Refused("A loss is noted once it happened: name days up to today.")
    if loss.last_day is not None and loss.last_day < loss.first_day:
        raise Refused("The last day lies before the first. Exchange them.")
    # What is no number (NaN) is not at least 0 either.
    if loss.amount_usd is not None and not 0 <= loss.amount_usd < _MOST_USD:
        raise Refused("Write the loss as USD from 0 up; where nobody knows it, leave it out.")


def _added(
    store: Store,
    session: Session,
    actor: Actor,
    found: PortfolioRecord,
    row: RealisedLossRecord,
) -> int:
    session.add(row)
    session.flush()
    record(
        store,
        session,
        actor,
        Action.NOTE_LOSS,
        object_kind="realised loss",
        object_name=f"{found.name}: {row.startup}: {row.provider}",
        after={
            "number": row.id,
            "kind": FailureKind(row.kind).value,
            "first_day": row.first_day.isoformat(),
            "last_day": row.last_day.isoformat() if row.last_day else None,
            "amount_cents": row.amount_cents,
            "taken_back": row.taken_back,
        },
        reason=row.source,
    )
    return row.id


def _standing(session: Session, portfolio_id: int) -> list[RealisedLossRecord]:
    """The newest note about each company, provider and first day, but for what was taken back."""
    query = select(RealisedLossRecord).where(RealisedLossRecord.portfolio_id == portfolio_id)
    newest = {
        (one.startup_key, one.provider, one.first_day): one
        for one in session.scalars(query.order_by(RealisedLossRecord.id))
    }
    return sorted((one for one in newest.values() if not one.taken_back), key=lambda one: one.id)


def _realised(row: RealisedLossRecord) -> "RealisedLoss":
    from risk.scenarios.realised import RealisedLoss

    return RealisedLoss(
        startup=row.startup,
        provider=row.provider,
        kind=FailureKind(row.kind),
        first_day=row.first_day,
        last_day=row.last_day,
        amount_usd=None if row.amount_cents is None else row.amount_cents / 100,
        source=row.source,
    )


# --- What was predicted ---------------------------------------------------------------------------

#: Whom and what a snapshot is about, and what it says of each company by its key.
_Said = tuple[str, FailureKind, "Mapping[str, PredictedLoss]"]


def _before(row: RealisedLossRecord, said: Sequence[_Said]) -> "PredictedLoss | None":
    """The last prediction of the same disruption that was frozen up to the first day."""
    known = [
        losses[row.startup_key]
        for provider, kind, losses in said
        if (provider, kind) == (row.provider, FailureKind(row.kind)) and row.startup_key in losses
    ]
    before = [one for one in known if one.frozen_at.astimezone(UTC).date() <= row.first_day]
    return max(before, key=lambda one: (one.frozen_at, one.share), default=None)


def _predictions(session: Session, portfolio_id: int) -> Iterator[_Said]:
    """What snapshots of stress tests and of incidents say, as far as they show names and money."""
    from db.sharing.canonical import content_digest
    from db.sharing.formats import upgraded
    from db.sharing.hour_content import hour_title_of
    from db.sharing.scenario_content import stored_scenario

    query = (
        select(ShareLinkRecord, SnapshotRecord)
        .join(SnapshotRecord, SnapshotRecord.link_id == ShareLinkRecord.id)
        .where(ShareLinkRecord.portfolio_id == portfolio_id, ShareLinkRecord.purpose.is_(None))
        .order_by(ShareLinkRecord.id)
    )
    for link, snapshot in session.execute(query):
        scenario, title = stored_scenario(link.view), hour_title_of(link.view)
        hides = {"names", "money"} & set(link.redacted)
        if hides or (scenario is None and title is None):
            continue
        if content_digest(snapshot.content) != snapshot.digest:
            continue  # It is not what was frozen, as “audit verify” says.
        content = upgraded(json.loads(snapshot.content))
        if scenario is not None:
            about = scenario.root, scenario.kind, scenario.days, scenario.title
        else:
            kind = FailureKind(content.get("happened") or FailureKind.WIND_DOWN)
            about = content["provider"], kind, content.get("days"), str(title)
        yield about[0], about[1], _losses(content, link, about)


def _losses(
    content: Mapping[str, Any],
    link: ShareLinkRecord,
    about: tuple[str, FailureKind, float | None, str],
) -> "Mapping[str, PredictedLoss]":
    from risk.scenarios.realised import PredictedLoss

    def said(low: float, median: float, high: float) -> PredictedLoss:
        return PredictedLoss(
            share=link.id,
            title=about[3],
            frozen_at=link.made_at,
            days=about[2],
            low_usd=low,
            median_usd=median,
            high_usd=high,
        )

    # Whom the disruption was said to spare was said to lose nothing.
    found = {comparison_key(name): said(0.0, 0.0, 0.0) for name in content.get("unaffected", ())}
    for row in content["startups"]:
        figures = [row.get(f"loss_{name}_usd") for name in ("low", "median", "high")]
        if None not in figures:
            found[comparison_key(row["startup"])] = said(*figures)
    return found
