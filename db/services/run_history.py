"""Answers of before: the headline figures of each day, and what changed since one of them.

An answer about a portfolio as it is, on the day of today, leaves its figures behind; the last one
of each month leaves every startup's. What rests on the same as the last of its day leaves nothing.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from db.chunks.answers import columns_of_startups, startups_from
from db.engine import Store, view_of
from db.errors import Refused, StoreError
from db.records import BatchRecord, PortfolioRecord, RunColumnRecord, RunRecord, table_of
from db.reference.reading import catalog_state
from db.register.past import history_of
from db.services.access import Action, Actor, authorize
from db.services.assumptions import assumptions_at, assumptions_of
from db.services.audit import record
from db.services.hazard import hazard_revision
from db.services.past import as_known_at, as_of
from db.services.valuations import valuation
from db.services.visible import visible_portfolio
from risk.assumptions import Assumptions
from risk.loss.valuation import Valuation
from risk.portfolio.assessment import MODEL_VERSION, register_digest
from risk.portfolio.history import (
    Cause,
    Losses,
    Mover,
    Step,
    movers_between,
    steps_between,
)
from risk.portfolio.results import Interval, PortfolioAssessment

log = logging.getLogger("downstream")

_RUNS, _COLUMNS = table_of(RunRecord), table_of(RunColumnRecord)
#: Startups that moved most which are told.
MOST_MOVERS = 10


@dataclass(frozen=True, kw_only=True)
class KeptRun:
    """The headline figures of an answer of before, in USD a year.

    ``aal_interval_usd`` is the 10–90 % range of the expected loss, ``tvar95_usd`` the mean of the
    worst 5 % of years. ``by_startup``: every startup's figures are kept too. Digests stand for what
    it rests on.
    """

    number: int
    day: date
    made_at: datetime
    model_version: str
    catalogue_date: date
    catalogue_digest: str
    data_digest: str
    register_digest: str
    hazard_digest: str
    assumptions_digest: str
    startups: int
    aal_usd: float
    median_usd: float
    aal_interval_usd: Interval
    var95_usd: float
    tvar95_usd: float
    effective_providers: float | None
    by_startup: bool


@dataclass(frozen=True, kw_only=True)
class ChangesSince:
    """What changed since a day: ``steps`` add up to ``change_usd`` from ``before_usd`` exactly.

    ``run`` is what was kept on that day or last before it; None: nothing was, and the only step is
    that of the register, from what today's model says of the register of then. ``register_known``:
    the register of then is kept; where it is not, its step cannot be told from the first.
    """

    portfolio: str
    since: date
    run: KeptRun | None
    as_of: date
    before_usd: float
    after_usd: float
    steps: tuple[Step, ...]
    movers: tuple[Mover, ...]
    register_known: bool

    @property
    def change_usd(self) -> float:
        """By how much the expected loss is another."""
        return self.after_usd - self.before_usd


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Digests of what an answer rests on beside the register: to be read before it is made."""

    portfolio_id: int
    catalogue: str
    hazard: str
    assumptions: str


def basis_in(
    session: Session, store: Store, actor: Actor, found: PortfolioRecord, *, today: date
) -> Basis | None:
    """What an answer will rest on, in a session of a service that has authorised it.

    None where an answer leaves nothing behind: one through a view, of another day, or of somebody
    who may keep none.
    """
    keeps = actor.may(Action.STORE_SCORES) and view_of(session).is_whole
    if not keeps or today != store.now().date():
        return None
    return Basis(
        portfolio_id=found.id,
        catalogue=_digest(catalog_state(session)),
        hazard=_digest(hazard_revision(store, actor)),
        assumptions=_digest(assumptions_of(session, found.id)),
    )


def keep_run(basis: Basis, whole: PortfolioAssessment, *, store: Store, actor: Actor) -> bool:
    """Keep the headline figures of an answer that was just made; return whether they were new.

    A store that is busy, or takes nothing, costs no answer: then they are not kept.
    """

    def write(session: Session) -> bool:
        kept = write_run(basis, whole, store=store, session=session)
        if kept:
            record(
                store,
                session,
                actor,
                Action.STORE_SCORES,
                object_kind="run",
                object_name=whole.portfolio,
                after={"startups": len(whole.startups), "digest": whole.data_digest},
            )
        return kept

    try:
        with store.read() as session:
            if _is_kept(session, basis, whole):
                return False
        return store.transact_at_once(write)
    except StoreError as refused:
        log.info("The figures of %s were not kept: %s", whole.portfolio, refused)
        return False


def write_run(basis: Basis, whole: PortfolioAssessment, *, store: Store, session: Session) -> bool:
    """The same, inside a writing transaction of another service, which has authorised it."""
    if _is_kept(session, basis, whole):
        return False
    day = date.fromisoformat(whole.as_of)
    run = RunRecord(
        portfolio_id=basis.portfolio_id,
        day=day,
        made_at=store.now(),
        startups=len(whole.startups),
        aal_usd=whole.aal_usd,
        median_usd=whole.median_usd,
        low_usd=whole.aal_interval_usd.low,
        high_usd=whole.aal_interval_usd.high,
        var95_usd=whole.var95_usd,
        tvar95_usd=whole.tvar95_usd,
        effective_providers=whole.concentration["developer"].effective_number,
        **_state(basis, whole),
    )
    session.add(run)
    session.flush()
    of_month = select(_RUNS.c.id).where(
        _RUNS.c.portfolio_id == basis.portfolio_id, _RUNS.c.day >= day.replace(day=1)
    )
    session.execute(delete(_COLUMNS).where(_COLUMNS.c.run_id.in_(of_month)))
    columns = columns_of_startups(whole)
    rows = [{"run_id": run.id, "name": name, "content": one} for name, one in columns.items()]
    session.execute(insert(_COLUMNS), rows)
    return True


def _state(basis: Basis, whole: PortfolioAssessment) -> dict[str, Any]:
    """What makes an answer another one on the same day."""
    return {
        "model_version": whole.model_version,
        "catalogue_date": date.fromisoformat(whole.catalogue_date),
        "catalogue_digest": basis.catalogue,
        "data_digest": whole.data_digest,
        "register_digest": whole.register_digest,
        "hazard_digest": basis.hazard,
        "assumptions_digest": basis.assumptions,
    }


def _is_kept(session: Session, basis: Basis, whole: PortfolioAssessment) -> bool:
    """Whether the last run of that day rests on the same."""
    last = session.scalars(
        select(RunRecord)
        .where(
            RunRecord.portfolio_id == basis.portfolio_id,
            RunRecord.day == date.fromisoformat(whole.as_of),
        )
        .order_by(RunRecord.id.desc())
        .limit(1)
    ).one_or_none()
    wanted = _state(basis, whole)
    return last is not None and all(getattr(last, name) == one for name, one in wanted.items())


def _digest(of: object) -> str:
    return sha256(repr(of).encode()).hexdigest()


def kept_runs(store: Store, actor: Actor, portfolio: str) -> tuple[KeptRun, ...]:
    """Return the runs that were kept of a portfolio, oldest first; none through a view.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        if not view_of(session).is_whole:
            return ()
        return _runs(session, found)


def _runs(session: Session, found: PortfolioRecord) -> tuple[KeptRun, ...]:
    query = select(RunRecord).where(RunRecord.portfolio_id == found.id).order_by(RunRecord.id)
    rows = session.scalars(query).all()
    whole = set(session.scalars(select(_COLUMNS.c.run_id).distinct()))
    same = "day made_at model_version catalogue_date catalogue_digest data_digest register_digest "
    same += "hazard_digest assumptions_digest startups aal_usd median_usd var95_usd tvar95_usd "
    same += "effective_providers"
    return tuple(
        KeptRun(
            number=row.id,
            aal_interval_usd=Interval(low=row.low_usd, high=row.high_usd),
            by_startup=row.id in whole,
            **{name: getattr(row, name) for name in same.split()},
        )
        for row in rows
    )


# --- What changed since ---------------------------------------------------------------------------


def changes_since(
    store: Store, actor: Actor, portfolio: str, day: date, *, today: date
) -> ChangesSince:
    """Say what changed since the figures that were kept on a day, or last before it.

    From those figures, what is of today is taken over in this order: the model with its reference
    facts, the days that passed, the register, the assumptions, news and incidents. So the steps add
    up to the difference exactly.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: the day is still to come, nothing is known of it, or the store is read through a
            view.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    if not store.view.is_whole:
        raise Refused(
            "What changed is told of the portfolio as it is: leave out the past day and the slices."
        )
    if day > today:
        raise Refused(f"{day:%d %B %Y} is still to come. Name a past day.")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        name, number = found.name, found.id
        known = [one for one in _runs(session, found) if one.day <= day]
    asked = _Asked(store=store, actor=actor, portfolio=name, number=number, today=today)
    return asked.since_run(day, known[-1]) if known else asked.since_day(day)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Who asks about which portfolio of a store, on which day."""

    store: Store
    actor: Actor
    portfolio: str
    number: int
    today: date

    def losses(
        self,
        store: Store,
        *,
        today: date | None = None,
        assumptions: Assumptions | None = None,
        known_at: datetime | None = None,
    ) -> tuple[Losses, str]:
        """The expected losses by today's model, and the digest of the register they rest on."""
        laid_out = valuation(
            store,
            self.actor,
            self.portfolio,
            today=today or self.today,
            assumptions=assumptions,
            known_at=known_at,
        )
        return _losses(laid_out), register_digest(laid_out)

    def since_day(self, day: date) -> ChangesSince:
        """The step of the register alone, as no answer of then is kept."""
        then, _ = self.losses(as_of(self.store, self.actor, self.portfolio, day))
        now, _ = self.losses(self.store)
        with self.store.read() as session:
            because = {Cause.REGISTER: self.batches_after(session, day)}
        return ChangesSince(
            portfolio=self.portfolio,
            since=day,
            run=None,
            as_of=self.today,
            before_usd=then.total_usd,
            after_usd=now.total_usd,
            steps=steps_between(then.total_usd, {Cause.REGISTER: now.total_usd}, because),
            movers=movers_between(then, now, [(then, now)], most=MOST_MOVERS),
            register_known=True,
        )

    def since_run(self, day: date, run: KeptRun) -> ChangesSince:
        """The steps from the figures of a run to those of now."""
        moment = run.made_at
        with self.store.read() as session:
            stood = assumptions_at(session, self.number, moment)
            stands = assumptions_of(session, self.number)
            catalogue = _digest(catalog_state(session))
            hazard = _digest(hazard_revision(self.store, self.actor))
            batches = self.batches_after(session, moment.date(), moment)
        heard = None if hazard == run.hazard_digest else moment
        try:
            past, known = self.known_at(moment), True
        except Refused:
            past, known = self.store, False
        chain: dict[Cause, Losses] = {}
        chain[Cause.MODEL], read = self.losses(
            past, today=run.day, assumptions=stood, known_at=heard
        )
        known = known and read == run.register_digest
        chain[Cause.DAYS], _ = self.losses(past, assumptions=stood, known_at=heard)
        chain[Cause.REGISTER], _ = self.losses(self.store, assumptions=stood, known_at=heard)
        chain[Cause.ASSUMPTIONS], _ = self.losses(self.store, assumptions=stands, known_at=heard)
        chain[Cause.NEWS], _ = self.losses(self.store)
        because = {
            Cause.MODEL: _of_the_model(run, catalogue),
            Cause.REGISTER: batches,
            Cause.ASSUMPTIONS: _of_assumptions(stood, stands),
        }
        totals = {cause: one.total_usd for cause, one in chain.items()}
        steps = steps_between(run.aal_usd, totals, because)
        merged = not known and not because[Cause.MODEL]
        if merged:  # Nothing but the register can be why the first step is one.
            steps = _moved(steps, Cause.MODEL, Cause.REGISTER)
        elif heard and not because[Cause.MODEL]:  # Nor but an incident that was replaced since.
            steps = _moved(steps, Cause.MODEL, Cause.NEWS)
        kept = self.kept_losses(run)
        by_register = [(chain[Cause.DAYS], chain[Cause.REGISTER])]
        if kept and merged:
            by_register.append((kept, chain[Cause.MODEL]))
        return ChangesSince(
            portfolio=self.portfolio,
            since=day,
            run=run,
            as_of=self.today,
            before_usd=run.aal_usd,
            after_usd=chain[Cause.NEWS].total_usd,
            steps=steps,
            movers=movers_between(
                kept or chain[Cause.MODEL],
                chain[Cause.NEWS],
                by_register,
                most=MOST_MOVERS,
            ),
            register_known=known,
        )

    def batches_after(
        self, session: Session, day: date, moment: datetime | None = None
    ) -> tuple[str, ...]:
        """What is in force of imports and changes that count after a day, or came after a moment.

        Each by its file's name or what it did, in the order in which they were written.
        """
        history = history_of(session, self.number)
        if moment is not None:
            history = history.known_at(moment)
        later = history.after(day)
        named = select(BatchRecord.id, BatchRecord.file_name).where(BatchRecord.id.in_(later))
        names = {one.id: one.file_name for one in session.execute(named)}
        return tuple(dict.fromkeys(names[one] for one in later))

    def known_at(self, moment: datetime) -> Store:
        """The store as the register was known at a moment: as it is where nothing came since."""
        past = as_known_at(self.store, self.actor, self.portfolio, moment)
        own, hidden = past.view.past or (0, 0)
        return self.store if own == hidden else past

    def kept_losses(self, run: KeptRun) -> Losses | None:
        """What is kept of every startup of a run, None where nothing is."""
        if not run.by_startup:
            return None
        with self.store.read() as session:
            query = select(_COLUMNS.c.name, _COLUMNS.c.content)
            rows = session.execute(query.where(_COLUMNS.c.run_id == run.number)).all()
        columns: Mapping[str, Any] = startups_from(dict(rows))
        return Losses(total_usd=run.aal_usd, names=tuple(columns["names"]), usd=columns["aal_usd"])


def _losses(laid_out: Valuation) -> Losses:
    answer = laid_out.answer
    return Losses(
        total_usd=answer.book.mean, names=laid_out.members.names, usd=answer.startups.mean
    )


def _of_the_model(run: KeptRun, catalogue: str) -> tuple[str, ...]:
    """What changed of the model and its reference facts since a run."""
    found = []
    if run.model_version != MODEL_VERSION:
        found.append(f"model version {run.model_version} → {MODEL_VERSION}")
    if run.catalogue_digest != catalogue:
        found.append("reference facts, aliases or own providers")
    return tuple(found)


def _of_assumptions(stood: Assumptions, stands: Assumptions) -> tuple[str, ...]:
    """The assumptions that are others."""
    return tuple(
        sorted(
            one.name
            for one in fields(stands)
            if getattr(stood, one.name) != getattr(stands, one.name)
        )
    )


def _moved(steps: tuple[Step, ...], source: Cause, target: Cause) -> tuple[Step, ...]:
    """The same steps with what one cause adds added to another's."""
    usd = next(one.usd for one in steps if one.cause is source)
    change = {source: -usd, target: usd}
    return tuple(replace(one, usd=one.usd + change.get(one.cause, 0.0)) for one in steps)
