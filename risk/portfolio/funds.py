"""Funds: what those lose who own parts of the portfolio's startups.

A fund loses the part that it owns of what a startup's value loses. In each disruption that value
falls by the margin lost times a multiple, or by the startup's value times the rise of its chance to
run out of cash where the developer that leads ends; by the larger of both, and by no more than the
whole value. Every startup is valued once more on the portfolio's worlds, alone, so that what two
funds or two startups lose in one disruption they lose together: a fund's worst years are those of
its own law. What nobody stated is drawn (ownership) or counted and told (value, cash, startups that
the register does not know). docs/method.md §5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from risk.catalog.failure_kinds import FailureKind
from risk.loss.books import BookYear, book_year, world_masses
from risk.loss.draws import Z90, normals, row_seeds, seed_of, uniforms
from risk.loss.hazards import KINDS
from risk.loss.judgement import drawn_number
from risk.loss.uncertainty import HIGH, LOW, range_of
from risk.loss.valuation import Valuation
from risk.loss.valuing import CENTS, DRAWN_FACTS, MEAN, Kept, nothing_kept, value
from risk.loss.years import Masses
from risk.portfolio.assessment import if_asked
from risk.portfolio.results import Interval

Array = NDArray[np.float64]

_SMALLEST = 1e-300


@dataclass(frozen=True, kw_only=True)
class Stake:
    """What a fund holds of one company; None is what nobody stated.

    ``startup`` is the company's name in the portfolio, None where the register does not know it.
    ``ownership`` is a share (0..1), ``value_usd`` the fair value of this stake and ``cost_usd``
    what was paid for it.
    """

    fund: str
    company: str
    startup: str | None
    ownership: float | None
    value_usd: float | None
    cost_usd: float | None


@dataclass(frozen=True, kw_only=True)
class StakeLoss:
    """What a stake, or all stakes in one company, may lose of its value; USD a year.

    ``funds`` are those that hold it. ``ownership`` and ``value_usd`` are None where a part of
    them is not stated. ``expected_usd`` and ``interval_usd`` are None where the register does not
    know the company, or nothing that it depends on; ``root``, ``kind`` and ``worst_usd`` are the
    disruption that would cost most and what it costs then, None where nothing would. ``unknown``
    names what nobody stated: company (not in the register), dependencies, ownership, value, cash.
    """

    company: str
    startup: str | None
    funds: tuple[str, ...]
    ownership: float | None
    value_usd: float | None
    cost_usd: float | None
    expected_usd: float | None
    interval_usd: Interval | None
    root: str | None
    kind: FailureKind | None
    worst_usd: float | None
    unknown: tuple[str, ...]

    @property
    def of_value(self) -> float | None:
        """The expected loss as a share of the value."""
        if self.expected_usd is None or not self.value_usd:
            return None
        return self.expected_usd / self.value_usd


@dataclass(frozen=True, kw_only=True)
class ValuePoint:
    """A root through whose disruptions value is lost.

    ``expected_usd`` is the expected loss a year through it, ``kind`` its dearest disruption and
    ``worst_usd`` what that costs if it happens. ``companies`` counts the companies that lose by
    it, and ``value_usd`` is the value of stakes in them as far as it is stated.
    """

    root: str
    expected_usd: float
    kind: FailureKind
    worst_usd: float
    companies: int
    value_usd: float


@dataclass(frozen=True, kw_only=True)
class FundLoss:
    """What a fund, or all funds together, may lose; USD a year.

    ``fund`` is None for all funds together, where each company counts once. ``nav_usd`` is None
    where it is not stated. ``value_usd`` adds up the fair values that are stated. ``holdings``
    counts stakes, ``outside`` those in companies of which the register knows nothing that they
    depend on: nothing of them is in any figure; ``outside_value_usd`` is their value as far as it
    is stated.
    ``no_ownership``, ``no_value`` and ``no_cash`` count stakes of which that is not stated: the
    first are drawn, the others have no ceiling, and no write-down, in the figures.
    ``stakes`` come by expected loss, the largest first; those outside the register last.
    """

    fund: str | None
    nav_usd: float | None
    value_usd: float
    holdings: int
    outside: int
    outside_value_usd: float
    no_ownership: int
    no_value: int
    no_cash: int
    expected_usd: float
    median_usd: float
    interval_usd: Interval
    var95_usd: float
    tvar95_usd: float
    tvar95_interval_usd: Interval
    points: tuple[ValuePoint, ...]
    stakes: tuple[StakeLoss, ...]

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of anything that is held: what is lost is not 0 then."""
        return self.holdings == self.outside

    @property
    def expected_of_nav(self) -> float | None:
        """The expected loss as a share of the net asset value."""
        return self.expected_usd / self.nav_usd if self.nav_usd and not self.is_unknown else None

    @property
    def tail_of_nav(self) -> float | None:
        """The mean of the worst 5 % of years as a share of the net asset value."""
        return self.tvar95_usd / self.nav_usd if self.nav_usd and not self.is_unknown else None


@dataclass(frozen=True, kw_only=True)
class LookThrough:
    """The funds of a portfolio by name, and all of them together."""

    funds: tuple[FundLoss, ...]
    together: FundLoss
    worlds: int


def look_through(
    valuation: Valuation, stakes: Sequence[Stake], nav_usd: Mapping[str, float | None]
) -> LookThrough:
    """What every fund, and all together, may lose in the worlds of a portfolio.

    ``nav_usd`` has the net asset value of each fund, None where nobody stated it; a fund without
    a holding loses nothing.
    """
    names = sorted({*nav_usd, *(one.fund for one in stakes)})
    ground = _Ground(valuation)
    held = {name: _Held(valuation) for name in (*names, None)}
    found: dict[int, _Lost] = {}
    by_startup: dict[str, list[int]] = {}
    rows, empty = valuation.members.place, valuation.members.empty
    for place, one in enumerate(stakes):
        # Of whom nothing is listed, nobody knows what it may lose.
        if one.startup is not None and one.startup in rows and not empty[rows[one.startup]]:
            by_startup.setdefault(one.startup, []).append(place)
    for startup, places in by_startup.items():
        alone = ground.alone(startup)
        for place in places:
            lost = found[place] = ground.lost(alone, stakes[place])
            held[stakes[place].fund].add(lost)
            held[None].add(lost)
    known = [found.get(place) for place in range(len(stakes))]
    navs = [value for value in nav_usd.values() if value is not None]
    all_navs = sum(navs) if navs and len(navs) == len(names) else None
    return LookThrough(
        funds=tuple(
            _fund(
                ground,
                name,
                nav_usd.get(name),
                [(one, lost) for one, lost in zip(stakes, known, strict=True) if one.fund == name],
                held[name],
            )
            for name in names
        ),
        together=_fund(ground, None, all_navs, list(zip(stakes, known, strict=True)), held[None]),
        worlds=valuation.worlds.count,
    )


@dataclass(frozen=True, kw_only=True)
class _Alone:
    """What one startup loses in every world by itself.

    ``mean`` (worlds,) and ``drawn`` (worlds, draws) are its yearly losses, ``by_event`` (events,)
    their mean by disruption. ``masses`` are what disruptions for good cost; ``chance_out``
    (worlds,) is by how much the chance to run out of cash rises in ``end`` (a disruption, -1: none)
    where it hits, None where cash or burn is not stated.
    """

    row: int
    mean: Array
    drawn: Array
    by_event: Array
    masses: tuple[Masses, ...]
    waiting: Array
    outages: Array
    end: int
    chance_out: Array | None
    asked: float


@dataclass(frozen=True, kw_only=True)
class _Lost:
    """What a stake loses: as :class:`_Alone`, in USD of the fund's.

    ``atoms`` and ``own`` (worlds, …) are what disruptions for good cost, those that everybody
    shares and those that each customer has for itself. ``extra`` is what the upper end gains if
    every open question is a yes.
    """

    mean: float
    drawn: Array
    by_event: Array
    atoms: tuple[Array, ...]
    own: tuple[tuple[Array, NDArray[np.int64]], ...]
    waiting: Array
    outages: Array
    extra: float
    no_cash: bool


class _Ground:
    """What all stakes are valued on."""

    def __init__(self, valuation: Valuation) -> None:
        self.valuation = valuation
        self.tables = valuation.world_tables
        self.tables.prepare()
        self.rates = self.tables.worlds.rates
        self.hazards = self.tables.worlds.hazards
        self.asked = if_asked(valuation)
        count = self.tables.count
        self.multiple = drawn_number(
            valuation.assumptions, "value_multiple", count, middle=valuation.middle
        )

    def alone(self, startup: str) -> _Alone:
        """Value one startup by itself in all worlds."""
        place = self.valuation.members.place[startup]
        one = self.valuation.book.exposures.taken(np.array([place]))
        kept = nothing_kept(self.tables)
        parts = np.zeros((1, len(self.hazards.events)))
        y = value(one, self.tables, kept=kept, parts=parts).y[:, 0]
        masses = tuple(world_masses(self.tables, kept, k) for k in range(self.tables.count))
        answers = self.valuation.answer.startups
        lead = int(answers.lead[place])
        end = int(self.valuation.answer.leads.wind_down[lead]) if lead >= 0 else -1
        before, after = float(answers.cash_out[place]), float(answers.cash_out_after[place])
        rise = None
        if end < 0 or np.isfinite(after - before):
            rise = np.array([self._rise(before, after, one, end) for one in masses])
        return _Alone(
            row=int(one.row[0]),
            mean=y[:, MEAN],
            drawn=y[:, 1:DRAWN_FACTS],
            by_event=parts[0] / self.tables.count,
            masses=masses,
            waiting=kept.waiting / CENTS,
            outages=kept.outages / CENTS,
            end=end,
            chance_out=rise,
            asked=max(0.0, float(self.asked.high[place]) - float(answers.high[place])),
        )

    def _rise(self, before: float, after: float, masses: Masses, end: int) -> float:
        """How much likelier running out of cash is where an end hits, from its mean over all."""
        if end < 0 or after <= before:
            return 0.0
        hit = np.where(masses.loss > 0, masses.chance, 0.0)
        of_part = np.bincount(masses.part, hit, len(masses.event_of_part))
        reached = float(of_part[masses.event_of_part == end].max(initial=0.0))
        return min(1.0 - before, (after - before) / reached) if reached > 0 else 0.0

    def lost(self, alone: _Alone, stake: Stake) -> _Lost:
        """What a stake loses in every world."""
        owned = self._owned(alone.row, stake)
        times = owned * self.multiple
        most = np.inf if stake.value_usd is None else stake.value_usd
        count = self.tables.count
        mean, drawn = times * alone.mean, times[:, None] * alone.drawn
        by_event = np.zeros(len(self.hazards.events))
        atoms, own = [], []
        for k, masses in enumerate(alone.masses):
            event = masses.event_of_part[masses.part]
            shared = np.minimum(times[k] * masses.loss, most)
            if alone.chance_out is not None and stake.value_usd is not None:
                down = alone.chance_out[k] * stake.value_usd
                hit = (event == alone.end) & (masses.loss > 0)
                shared = np.where(hit, np.maximum(shared, down), shared)
            each = np.minimum(times[k] * masses.alone_loss, most)
            atoms.append(shared)
            own.append((each, masses.alone_event))
            # What a ceiling takes and a write-down adds, weighted with how often it happens.
            change = np.bincount(
                event, masses.chance * (shared - times[k] * masses.loss), len(by_event)
            )
            change += np.bincount(
                masses.alone_event,
                masses.alone_number * (each - times[k] * masses.alone_loss),
                len(by_event),
            )
            mean[k] += self.rates[k, 0] @ change
            drawn[k] += self.rates[k, 1:] @ change
            by_event += self.rates[k, 0] * change
        mean, drawn = np.maximum(mean, 0.0), np.maximum(drawn, 0.0)
        whole = float(mean.mean())
        by_event = np.maximum(alone.by_event * float(times.mean()) + by_event / count, 0.0)
        by_event *= whole / max(float(by_event.sum()), _SMALLEST)
        return _Lost(
            mean=whole,
            drawn=drawn,
            by_event=by_event,
            atoms=tuple(atoms),
            own=tuple(own),
            waiting=times[:, None, None] * alone.waiting,
            outages=times[:, None] * alone.outages,
            extra=float(times.mean()) * alone.asked,
            no_cash=alone.chance_out is None,
        )

    def _owned(self, row: int, stake: Stake) -> Array:
        """The part that a fund owns in every world, (worlds,): drawn where nobody stated it."""
        count, numbers = self.tables.count, self.valuation.assumptions
        if stake.ownership is not None:
            return np.full(count, stake.ownership)
        points = np.log(
            np.maximum(
                [numbers.fund_ownership_low, numbers.fund_ownership, numbers.fund_ownership_high],
                1e-6,
            )
        )
        if self.valuation.middle:
            return np.full(count, float(np.exp(points[1])))
        field_of_fund = seed_of("ownership", stake.fund)
        seeds = row_seeds(np.array([row], dtype=np.uint32), field_of_fund)
        z = normals(uniforms(seeds, count))[:, 0]
        spread = np.where(z > 0, points[2] - points[1], points[1] - points[0])
        return np.asarray(np.minimum(1.0, np.exp(points[1] + z * spread / Z90)))


@dataclass
class _Held:
    """What a fund's stakes lose together, added up in every world."""

    valuation: Valuation
    drawn: Array | float = 0.0
    waiting: Array | float = 0.0
    outages: Array | float = 0.0
    atoms: list[Array] = field(default_factory=list)
    own: list[list[tuple[Array, NDArray[np.int64]]]] = field(default_factory=list)
    extra: float = 0.0

    def add(self, lost: _Lost) -> None:
        """Take in a stake."""
        if not self.atoms:
            self.atoms = [np.zeros(len(one)) for one in lost.atoms]
            self.own = [[] for _ in lost.own]
        self.drawn = self.drawn + lost.drawn
        self.waiting = self.waiting + lost.waiting
        self.outages = self.outages + lost.outages
        for k, (shared, own) in enumerate(zip(lost.atoms, lost.own, strict=True)):
            self.atoms[k] += shared
            self.own[k].append(own)
        self.extra += lost.extra

    def year(self, ground: _Ground) -> BookYear:
        """The law of its year."""
        nothing = nothing_kept(ground.tables)
        if not self.atoms:
            return book_year(ground.tables, nothing)
        kept = Kept(
            **{
                **vars(nothing),
                "waiting": np.rint(np.asarray(self.waiting) * CENTS).astype(np.int64),
                "outages": np.rint(np.asarray(self.outages) * CENTS).astype(np.int64),
            }
        )
        masses = [self._masses(ground, nothing, k) for k in range(ground.tables.count)]
        return book_year(ground.tables, kept, masses=masses)

    def _masses(self, ground: _Ground, nothing: Kept, k: int) -> Masses:
        laid = world_masses(ground.tables, nothing, k)
        loss = np.concatenate([one for one, _ in self.own[k]])
        event = np.concatenate([one for _, one in self.own[k]])
        some = loss > 0
        return Masses(
            loss=self.atoms[k],
            chance=laid.chance,
            part=laid.part,
            event_of_part=laid.event_of_part,
            alone_loss=loss[some],
            alone_number=np.ones(int(some.sum())),
            alone_event=event[some],
            alone_bin=np.zeros(int(some.sum()), dtype=np.int64),
        )


Told = Sequence[tuple[Stake, "_Lost | None"]]


def _fund(
    ground: _Ground, name: str | None, nav_usd: float | None, told: Told, held: _Held
) -> FundLoss:
    year = held.year(ground)
    drawn = np.asarray(held.drawn)
    known = [(one, lost) for one, lost in told if lost is not None]
    outside = [one for one, lost in told if lost is None]
    low, median, high = 0.0, 0.0, 0.0
    if known:
        low, median, high = np.quantile(drawn, [LOW, 0.5, HIGH]).tolist()
    _, beyond = year.at_risk(0.95)
    tail_low, tail_high = np.quantile(beyond, [LOW, HIGH]).tolist()
    return FundLoss(
        fund=name,
        nav_usd=nav_usd,
        value_usd=_added(one.value_usd for one, _ in told),
        holdings=len(told),
        outside=len(outside),
        outside_value_usd=_added(one.value_usd for one in outside),
        no_ownership=sum(one.ownership is None for one, _ in known),
        no_value=sum(one.value_usd is None for one, _ in known),
        no_cash=sum(lost.no_cash for _, lost in known),
        expected_usd=sum(lost.mean for _, lost in known),
        median_usd=median,
        interval_usd=Interval(low=low, high=high + held.extra),
        var95_usd=year.law.value_at_risk(0.95) if known else 0.0,
        tvar95_usd=year.law.tail_value_at_risk(0.95) if known else 0.0,
        tvar95_interval_usd=Interval(
            low=tail_low if known else 0.0, high=tail_high if known else 0.0
        ),
        points=_points(ground, known),
        stakes=_stakes(ground, told),
    )


def _added(values: Iterable[float | None]) -> float:
    return float(sum(one for one in values if one is not None))


def _points(ground: _Ground, known: Sequence[tuple[Stake, _Lost]]) -> tuple[ValuePoint, ...]:
    """Roots by what is lost through them, the largest first."""
    events, rates = ground.hazards.events, ground.rates[0, 0]
    places: dict[str, list[int]] = {}
    for place, event in enumerate(events):
        places.setdefault(event.root, []).append(place)
    found = []
    for root, own in places.items():
        hit = [(one, lost) for one, lost in known if lost.by_event[own].sum() > 0]
        if not hit:
            continue
        whole = sum((lost.by_event[own] for _, lost in hit), np.zeros(len(own)))
        if_it_happens = whole / np.maximum(rates[own], _SMALLEST)
        worst = int(if_it_happens.argmax())
        found.append(
            ValuePoint(
                root=root,
                expected_usd=float(whole.sum()),
                kind=KINDS[int(ground.hazards.kinds[own[worst]])],
                worst_usd=float(if_it_happens[worst]),
                companies=len({one.startup for one, _ in hit}),
                value_usd=_added(one.value_usd for one, _ in hit),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.expected_usd, one.root)))


def _stakes(ground: _Ground, told: Told) -> tuple[StakeLoss, ...]:
    """Companies, each once, by expected loss, those that the register does not know last."""
    together: dict[str, list[tuple[Stake, _Lost | None]]] = {}
    for one, lost in told:
        together.setdefault(one.startup or f"\0{one.company.casefold()}", []).append((one, lost))
    found = [_company(ground, own) for own in together.values()]

    def place(one: StakeLoss) -> tuple[float, str]:
        return (1.0 if one.expected_usd is None else -one.expected_usd, one.company)

    return tuple(sorted(found, key=place))


def _company(ground: _Ground, own: Told) -> StakeLoss:
    stakes = [one for one, _ in own]
    lost = [one for _, one in own if one is not None]
    unknown = [
        name
        for name, missing in (
            ("company", not lost and stakes[0].startup is None),
            ("dependencies", not lost and stakes[0].startup is not None),
            ("ownership", any(one.ownership is None for one in stakes)),
            ("value", any(one.value_usd is None for one in stakes)),
            ("cash", any(one.no_cash for one in lost)),
        )
        if missing
    ]
    interval, root, kind, worst = None, None, None, None
    if lost:
        drawn = sum((one.drawn for one in lost), np.zeros_like(lost[0].drawn))
        span = range_of(drawn[:, None, :])
        extra = sum(one.extra for one in lost)
        interval = Interval(low=float(span.low[0]), high=float(span.high[0]) + extra)
        by_event = sum((one.by_event for one in lost), np.zeros_like(lost[0].by_event))
        if by_event.sum() > 0:
            if_it_happens = by_event / np.maximum(ground.rates[0, 0], _SMALLEST)
            place = int(if_it_happens.argmax())
            root = ground.hazards.events[place].root
            kind = KINDS[int(ground.hazards.kinds[place])]
            worst = float(if_it_happens[place])
    return StakeLoss(
        company=stakes[0].startup or stakes[0].company,
        startup=stakes[0].startup,
        funds=tuple(sorted({one.fund for one in stakes})),
        ownership=_all_of(one.ownership for one in stakes),
        value_usd=_all_of(one.value_usd for one in stakes),
        cost_usd=_all_of(one.cost_usd for one in stakes),
        expected_usd=sum(one.mean for one in lost) if lost else None,
        interval_usd=interval,
        root=root,
        kind=kind,
        worst_usd=worst,
        unknown=tuple(unknown),
    )


def _all_of(values: Iterable[float | None]) -> float | None:
    """The sum where each is stated."""
    found = list(values)
    known = [one for one in found if one is not None]
    return float(sum(known)) if len(known) == len(found) else None
