"""Call list of an hour: whom of a portfolio to call first, what to say, and how sure that is.

An hour is what is known of one provider at one moment: of a crisis (:mod:`.replay`), of today,
or that its service has failed already. Whoever can lose by it stands in the list once: to be called
tonight, to be prepared, or to be watched. Counts are made in arrays, entries of those that somebody
looks at. docs/method.md §9.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from math import exp, log1p
from typing import overload

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.hazard.signals import Signal, SignalKind, WindDown, weigh_signals
from risk.inventory.records import Fallback
from risk.loss.columns import FALLBACKS
from risk.loss.components import HIT, MEDIAN
from risk.portfolio.deadlines import RETIREMENT, DeadlineCalendar
from risk.scenarios import hits
from risk.scenarios.replay import Decision, ReplayFrame, ReplaySetting, decide, decisions_of
from risk.scenarios.replay_advice import TELLING_FACTOR
from risk.scenarios.replays import Moment
from risk.scenarios.results import StressedStartup, StressResult
from risk.scenarios.stress import AT_ONCE, LIKELY, StressedStartups, ways_of

Places = NDArray[np.int64]

#: As many as a page lists.
HEAD = 1_000
#: So many kinds of news are named that would change the chance most, for an end and against it.
MOST_FOR, MOST_AGAINST = 2, 1


class Urgency(StrEnum):
    """What to do about a startup tonight; in this order the list is called."""

    CALL = "call"
    PREPARE = "prepare"
    WATCH = "watch"


class Say(StrEnum):
    """What to say first to a startup."""

    MODEL_ENDS = "model_ends"
    CASH = "cash"
    OTHER_HOST = "other_host"
    NO_BACKUP = "no_backup"
    UNKNOWN_BACKUP = "unknown_backup"
    UNTESTED_BACKUP = "untested_backup"
    BACKUP = "backup"


URGENCIES = tuple(Urgency)
CALL, PREPARE, WATCH = range(len(URGENCIES))
#: How good a backup is, the worst first, by its code among :data:`risk.loss.columns.FALLBACKS`;
#: the last is of whom nobody said. What is only written down takes over nothing.
_BACKUPS = (Say.NO_BACKUP, Say.UNKNOWN_BACKUP, Say.UNTESTED_BACKUP, Say.BACKUP)
_RANKS = {
    Fallback.NONE: 0,
    Fallback.DOCUMENTED: 0,
    Fallback.UNTESTED: 2,
    Fallback.TESTED: 3,
    Fallback.AUTOMATIC: 3,
}
_RANK = np.array([*(_RANKS[one] for one in FALLBACKS), 1], dtype=np.int8)
_NOT_REACHED = np.int8(len(_BACKUPS))


@dataclass(frozen=True, kw_only=True)
class Call:
    """One startup on the list. ``decision`` None: nothing may happen, it has.

    ``days_down`` is how long its service is lost if it is hit, by the mean over worlds.
    ``sign_with`` names the service that it would ask first, None where nobody worked that out;
    ``other_host`` whose copy it uses, where it uses none of the provider's own; ``model`` and
    ``model_ends`` the model of the provider that ends within the horizon anyway.
    """

    rank: int
    stake: StressedStartup
    urgency: Urgency
    decision: Decision | None
    say: Say
    bridge: bool
    days_down: float
    sign_with: str | None
    other_host: str | None
    model: str | None
    model_ends: date | None


@dataclass(frozen=True, kw_only=True, eq=False)
class CallList(Sequence[Call]):
    """Everybody who loses something, in the order of calling, made when somebody looks.

    ``hazard`` None: the disruption of ``result`` has happened. ``endings`` are last days of models.
    """

    provider: str
    result: StressResult
    startups: StressedStartups
    hazard: WindDown | None
    endings: DeadlineCalendar | None

    def __len__(self) -> int:
        return len(self.order)

    @overload
    def __getitem__(self, place: int) -> Call: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Call, ...]: ...
    def __getitem__(self, place: int | slice) -> Call | tuple[Call, ...]:
        if isinstance(place, slice):
            return self._made(range(*place.indices(len(self))))
        return self._made([range(len(self))[place]])[0]

    def __iter__(self) -> Iterator[Call]:
        for start in range(0, len(self), AT_ONCE):
            yield from self[start : start + AT_ONCE]

    def count(self, urgency: Urgency) -> int:
        """How many are to be called, prepared or watched."""
        return int((self.urgency == URGENCIES.index(urgency)).sum())

    @cached_property
    def head(self) -> tuple[Call, ...]:
        """The first of them, as many as a page lists."""
        return self[:HEAD]

    @cached_property
    def urgency(self) -> NDArray[np.int8]:
        """The place of each one's urgency, (hit,), the largest loss first.

        Those are called whose move pays even at the low end of the chance, whose model ends within
        the horizon anyway, and who would likely run out of cash once the news tells something.
        """
        found = np.full(self._losing, WATCH, dtype=np.int8)
        if self.hazard is None:
            found[self.backups == 2] = PREPARE
            found[self.backups < 2] = CALL
            # Whom a copy elsewhere more likely than not keeps running need not be called first.
            found[self.startups.told[: self._losing, HIT] < LIKELY] = WATCH
        else:
            moves, prepares = decisions_of(self.startups.break_even[: self._losing], self.hazard)
            found[prepares] = PREPARE
            found[moves] = CALL
        found[self._ending >= 0] = CALL
        found[self.bridges] = CALL
        return found

    @cached_property
    def order(self) -> Places:
        """Places in ``startups``: by urgency, and within each the largest median loss first."""
        return np.lexsort((-self.startups.told[: self._losing, MEDIAN], self.urgency))

    @cached_property
    def bridges(self) -> NDArray[np.bool_]:
        """Who would likely run out of cash within a year, and is told so tonight, (hit,)."""
        hazard = self.hazard
        if hazard is not None and hazard.evidence.likelihood_ratio < TELLING_FACTOR:
            return np.zeros(self._losing, dtype=bool)
        return self.startups.newly_out[: self._losing]

    @cached_property
    def backups(self) -> NDArray[np.int8]:
        """How good the worst backup of each is, (hit,): a place in ``_BACKUPS``."""
        book = self.startups.happening.valuation.book
        one = book.exposures
        shaky = np.array(
            [
                way.backup is not None
                and self.provider in (way.backup.service.developer, way.backup.service.host)
                for way in book.routes
            ],
            dtype=bool,
        )
        rank = np.where(shaky[one.route], 0, _RANK[one.fallback])
        rank = np.where(self._reached[one.route], rank, _NOT_REACHED)
        starts = one.link_start[one.case_start]
        worst = np.full(len(one), _NOT_REACHED, dtype=np.int8)
        has_any = starts[:-1] < starts[1:]
        if has_any.any():
            worst[has_any] = np.minimum.reduceat(rank, starts[:-1][has_any])
        return np.minimum(worst[self.startups.rows[: self._losing]], len(_BACKUPS) - 1)

    @property
    def move_all_usd(self) -> float:
        """What it costs for certain if everybody on the list leaves at once."""
        return float(self.startups.moves[: self._losing].sum())

    @cached_property
    def _losing(self) -> int:
        return int((self.startups.loss_usd > 0).sum())

    @cached_property
    def _ending(self) -> Places:
        """Of each the place among the endings of its first model that ends, -1 for none, (hit,)."""
        found = np.full(len(self.startups.happening.valuation.members), -1, dtype=np.int64)
        if self.endings is not None:
            ends = self.endings.ends
            ahead = ends.day >= self.endings.as_of.toordinal()
            places = np.flatnonzero((ends.kind == RETIREMENT) & ahead & (ends.begun != 1))
            rows, first = np.unique(ends.startup[places], return_index=True)
            found[rows] = places[first]
        return found[self.startups.rows[: self._losing]]

    @cached_property
    def _reached(self) -> NDArray[np.bool_]:
        """Which routes the disruption can reach, (routes,)."""
        way = ways_of(self.startups.happening)
        routes = self.startups.happening.valuation.book.routes
        return np.array([way(place) is not None for place in range(len(routes))], dtype=bool)

    @cached_property
    def _first_choices(self) -> Mapping[str, str]:
        """The service that a startup would ask first, for its largest spend."""
        if self.result.crowd is None:
            return {}
        services = self.startups.happening.catalog.services
        found = {}
        for one in sorted(self.result.crowd.members, key=lambda each: each.units):
            for choice in (one.first_choice, one.second_choice):
                known = None if choice is None else services.get(choice)
                # A copy of the same developer's models is no way out of its end.
                if choice and not (known and known.developer == self.provider):
                    found[one.startup] = choice
                    break
        return found

    def _made(self, ranks: Sequence[int]) -> tuple[Call, ...]:
        places = self.order[list(ranks)].tolist()
        stakes = self.startups.at(places)
        return tuple(
            self._one(rank, place, stake)
            for rank, place, stake in zip(ranks, places, stakes, strict=True)
        )

    def _one(self, rank: int, place: int, stake: StressedStartup) -> Call:
        ending, bridge = int(self._ending[place]), bool(self.bridges[place])
        model, ends = self._model(ending)
        host = self._other_host(int(self.startups.rows[place]))
        backup = _BACKUPS[int(self.backups[place])]
        if ending >= 0:
            say = Say.MODEL_ENDS
        elif bridge:
            say = Say.CASH
        elif host is not None and backup is not Say.BACKUP:
            say = Say.OTHER_HOST
        else:
            say = backup
        hit = stake.hit_probability
        return Call(
            rank=rank + 1,
            stake=stake,
            urgency=URGENCIES[int(self.urgency[place])],
            decision=None if self.hazard is None else decide(stake, self.hazard),
            say=say,
            bridge=bridge,
            days_down=stake.lost_service_days / hit if hit > 0 else 0.0,
            sign_with=self._first_choices.get(stake.startup),
            other_host=host,
            model=model,
            model_ends=ends,
        )

    def _model(self, ending: int) -> tuple[str | None, date | None]:
        if ending < 0 or self.endings is None:
            return None, None
        ends = self.endings.ends
        model = self.endings.called[int(self.endings.route[ends.link[ending]])].model
        return model, date.fromordinal(int(ends.ends_on[ending]))

    def _other_host(self, row: int) -> str | None:
        """Whose copy a startup uses, if it uses none of the provider's own."""
        book = self.startups.happening.valuation.book
        one = book.exposures
        first, last = one.link_start[one.case_start[row]], one.link_start[one.case_start[row + 1]]
        hosts = [
            book.routes[route].endpoint.service.host
            for route in one.route[first:last].tolist()
            if self._reached[route]
        ]
        return hosts[0] if hosts and self.provider not in hosts else None


@dataclass(frozen=True, kw_only=True)
class Hour:
    """What is known of one provider at one moment, and whom to call.

    ``hazard`` is the chance of its end, before the newest news ``probability_before``; both None
    where a disruption has happened, which ``result`` is of. ``known`` is the news, oldest first.
    """

    provider: str
    as_of: datetime
    known: tuple[Moment, ...]
    hazard: WindDown | None
    probability_before: float | None
    result: StressResult
    calls: CallList

    @property
    def through_others(self) -> int:
        """How many of those hit depend on the provider through someone else alone."""
        startups = self.calls.startups
        hit = startups.first(len(self.calls))
        return hits.only_through_others(hit, self.provider, startups.happening.catalog)


def hour_of(
    setting: ReplaySetting, frame: ReplayFrame, *, probability_before: float | None = None
) -> Hour:
    """The hour of a frame; without another chance to compare with, before any news."""
    before = frame.hazard.probability_before if probability_before is None else probability_before
    return Hour(
        provider=setting.provider,
        as_of=frame.as_of,
        known=frame.known,
        hazard=frame.hazard,
        probability_before=before,
        result=setting.stake.result,
        calls=CallList(
            provider=setting.provider,
            result=setting.stake.result,
            startups=setting.stake.startups,
            hazard=frame.hazard,
            endings=setting.endings,
        ),
    )


def failed_hour(
    result: StressResult, known: Sequence[Moment], as_of: datetime, endings: DeadlineCalendar | None
) -> Hour:
    """The hour of a disruption that has happened, as the stress test answers it."""
    if not isinstance(result.startups, StressedStartups):  # pragma: no cover - stress() makes them
        raise TypeError("a stress test tells its companies in arrays")
    provider = result.scenario.root
    return Hour(
        provider=provider,
        as_of=as_of,
        known=tuple(known),
        hazard=None,
        probability_before=None,
        result=result,
        calls=CallList(
            provider=provider,
            result=result,
            startups=result.startups,
            hazard=None,
            endings=endings,
        ),
    )


@dataclass(frozen=True, kw_only=True)
class NextNews:
    """News that has not come yet, and the chance of an end if it came now in full."""

    kind: str
    meaning: str
    probability: float


def next_news(
    hazard: WindDown,
    provider: str,
    *,
    kinds: Mapping[str, SignalKind],
    numbers: Assumptions,
) -> tuple[NextNews, ...]:
    """The kinds of news that would change the chance most: those for an end, then against it."""
    as_of = hazard.evidence.as_of
    heard = [one.signal for one in hazard.evidence.contributions if one.signal is not None]
    come = {one.kind for one in heard}
    found = []
    for kind in kinds.values():
        if kind.kind in come:
            continue
        news = Signal(provider=provider, kind=kind.kind, at=as_of)
        evidence = weigh_signals([*heard, news], kinds=kinds, as_of=as_of, numbers=numbers)
        moved = evidence.ln_units - hazard.evidence.ln_units
        log_odds = hazard.log_odds_before + evidence.ln_units
        chance = exp(-(max(-log_odds, 0.0) + log1p(exp(-abs(log_odds)))))
        found.append((moved, NextNews(kind=kind.kind, meaning=kind.meaning, probability=chance)))
    found.sort(key=lambda one: (-one[0], one[1].kind))
    speak_for = [one for moved, one in found if moved > 0][:MOST_FOR]
    against = [one for moved, one in reversed(found) if moved < 0][:MOST_AGAINST]
    return (*speak_for, *against)
