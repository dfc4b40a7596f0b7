"""A portfolio beside its limits: its scores checked against them, and remembered for next time.

A slice is scored as its pages are; a company's figures are those of its portfolio's answer.

A check writes nothing. ``remember_watch`` keeps its readings, so that the next check can say what
changed since; the check for cron does both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import WatchReadingRecord
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.audit import record
from db.services.deadlines import portfolio_deadlines
from db.services.dependence import dependence
from db.services.hazard import ON, provider_hazards
from db.services.incidents import history_revision
from db.services.kept_answers import margin_ranges
from db.services.limits import limits_in
from db.services.reference import load_catalog
from db.services.scoring import score_portfolio
from db.services.signals import list_signals
from db.services.slices import sliced_store
from db.services.visible import visible_portfolio
from risk.hazard.signals import WindDown
from risk.portfolio.readings import Basis, read
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.watching import (
    ALWAYS_READ,
    WHOLE,
    About,
    Limit,
    Measure,
    Reading,
    Readings,
    Watch,
    compare,
)

#: As far ahead as retirements are published.
_DAYS_AHEAD = 730
#: Of more companies nobody waits for ranges of shares, for which each is looked at in every world:
#: those that the server keeps beside the answer count once they are there.
_RANGES_WAITED_FOR = 5_000


def watch_portfolio(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    assessment: PortfolioAssessment | None = None,
) -> Watch:
    """Set a portfolio beside its limits and beside what was remembered last. Writes nothing.

    ``assessment`` spares scoring it again where the caller holds its answer.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        limits = limits_in(session, found.id)
        row = session.get(WatchReadingRecord, found.id)
        name = found.name
        before, since = (_restored(row.reading), row.read_at) if row else (None, None)
    readings = _read(store, actor, portfolio, limits, assessment, today=today)
    return compare(name, readings, limits=limits, before=before, since=since)


def remember_watch(store: Store, actor: Actor, watch: Watch) -> None:
    """Keep the readings of a check, with which the next one is compared.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.REMEMBER_WATCH, f"portfolio {watch.portfolio}")

    def work(session: Session) -> None:
        found = visible_portfolio(session, actor, watch.portfolio)
        row = session.get(WatchReadingRecord, found.id)
        if row is None:
            row = WatchReadingRecord(portfolio_id=found.id)
            session.add(row)
        row.read_at, row.reading = store.now(), _kept(watch.readings)
        record(
            store,
            session,
            actor,
            Action.REMEMBER_WATCH,
            object_kind="watch",
            object_name=found.name,
            after={one.key: one.value for one in watch.findings}
            | {"exceeded": [one.key for one in watch.exceeded]},
        )

    store.transact(work)


def last_watch(store: Store, actor: Actor, portfolio: str) -> datetime | None:
    """Return when a check of a portfolio was last remembered; None: never.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        row = session.get(WatchReadingRecord, found.id)
        return row.read_at if row else None


def _read(
    store: Store,
    actor: Actor,
    portfolio: str,
    limits: Sequence[Limit],
    assessment: PortfolioAssessment | None,
    *,
    today: date,
) -> Readings:
    """What the limits of a portfolio are held against, scored where no ``assessment`` is given."""
    return _Reader(store, actor, portfolio, today).readings(limits, assessment)


class _Reader:
    """Readings of one portfolio on one day; what they share is worked out once."""

    def __init__(self, store: Store, actor: Actor, portfolio: str, today: date) -> None:
        self._store, self._actor, self._portfolio = store, actor, portfolio
        self._today = today
        self._assumptions = load_assumptions(store, actor, portfolio)
        self._providers = load_catalog(store, actor).providers
        self._chances: dict[str, WindDown | None] = {}

    def readings(self, limits: Sequence[Limit], assessment: PortfolioAssessment | None) -> Readings:
        """Every measure of the portfolio, and those of the limits that are about something else."""
        whole = self._basis(self._store, assessment)
        measures = {one: read(whole, one) for one in ALWAYS_READ}
        limited: dict[str, Reading] = {}
        of_slice: dict[About, Basis | str] = {WHOLE: whole}
        for one in limits:
            if not one.is_plain:
                limited[one.key] = self._limited(one, whole, of_slice)
        answer = whole.assessment
        learns = self._assumptions.learn_from_incidents >= ON
        developers = measures[Measure.WIND_DOWN].parts
        heard = [
            one.number
            for one in list_signals(self._store, self._actor)
            if one.signal.provider in developers
        ]
        return Readings(
            as_of=whole.calendar.as_of,
            measures=measures,
            data=answer.register_digest,
            facts=answer.catalogue_date,
            model=answer.model_version,
            signals=" ".join(str(number) for number in sorted(heard)),
            incidents=history_revision(self._store, self._actor) if learns else "",
            limited=limited,
        )

    def _limited(self, limit: Limit, whole: Basis, of_slice: dict[About, Basis | str]) -> Reading:
        """What a limit is held against; without a value where there is no such thing any more."""
        if limit.provider is not None and limit.provider not in self._providers:
            said = f"There is no provider {limit.provider} any longer."
            return Reading(value=None, subject=None, missing=said)
        if limit.about.startup is not None:
            return read(whole, limit.measure, provider=limit.provider, startup=limit.about.startup)
        if limit.about not in of_slice:
            of_slice[limit.about] = self._slice(limit.about)
        basis = of_slice[limit.about]
        if isinstance(basis, str):
            return Reading(value=None, subject=None, missing=basis)
        found = read(basis, limit.measure, provider=limit.provider)
        data = "" if basis is whole else basis.assessment.register_digest
        return replace(found, data=data)

    def _slice(self, about: About) -> Basis | str:
        """The companies of a slice, or why there are none."""
        wanted = [f"{field}={value}" for field, value in about.slices]
        try:
            part = sliced_store(self._store, self._actor, self._portfolio, wanted)
        except Refused as nobody:
            return str(nobody)
        return self._basis(part, None)

    def _basis(self, store: Store, assessment: PortfolioAssessment | None) -> Basis:
        asked, day = (store, self._actor, self._portfolio), self._today
        answer = assessment or score_portfolio(*asked, today=day)
        is_waited_for = len(answer.startups) <= _RANGES_WAITED_FOR
        return Basis(
            assessment=answer,
            calendar=portfolio_deadlines(*asked, today=day, days=_DAYS_AHEAD),
            dependence=cache(lambda: dependence(*asked, today=day)),
            wind_downs=self._wind_downs,
            ranges=cache(lambda: margin_ranges(*asked, today=day, wait=is_waited_for)),
        )

    def _wind_downs(self, developers: Iterable[str]) -> Mapping[str, WindDown]:
        """The chances of a wind-down of those developers of whom one is known."""
        wanted = [one for one in developers if one in self._providers]
        fresh = [one for one in wanted if one not in self._chances]
        known = provider_hazards(
            self._store, self._actor, fresh, today=self._today, assumptions=self._assumptions
        )
        self._chances |= {name: one.wind_down for name, one in known.items()}
        found = {one: self._chances[one] for one in wanted}
        return {name: chance for name, chance in found.items() if chance is not None}


def _kept(readings: Readings) -> dict[str, Any]:
    return {
        "as_of": readings.as_of.isoformat(),
        "data": readings.data,
        "facts": readings.facts,
        "model": readings.model,
        "signals": readings.signals,
        "incidents": readings.incidents,
        "measures": {one.value: _kept_one(each) for one, each in readings.measures.items()},
        "limited": {key: _kept_one(each) for key, each in readings.limited.items()},
    }


def _kept_one(one: Reading) -> dict[str, Any]:
    return {
        "value": one.value,
        "subject": one.subject,
        "parts": dict(one.parts),
        "is_cut": one.is_cut,
        "data": one.data,
    }


def _restored(kept: Mapping[str, Any]) -> Readings:
    """Readings as they were kept, by this version or one of before."""
    return Readings(
        as_of=date.fromisoformat(kept["as_of"]),
        data=kept["data"],
        facts=kept["facts"],
        model=kept["model"],
        signals=kept["signals"],
        incidents=kept.get("incidents"),
        measures={
            Measure(name): _restored_one(one)
            for name, one in kept["measures"].items()
            if name in set(Measure)
        },
        limited={key: _restored_one(one) for key, one in kept.get("limited", {}).items()},
    )


def _restored_one(one: Mapping[str, Any]) -> Reading:
    return Reading(
        value=one["value"],
        subject=one["subject"],
        parts=one["parts"],
        is_cut=one.get("is_cut", False),
        data=one.get("data", ""),
    )
