"""What a portfolio of today has at stake if one developer winds down, and what leaving would cost.

The notice is uncertain: the loss is taken at short, usual and long notice, as likely as the model
takes them (docs/method.md §1). Moving before anything happens costs the switch for certain and
saves the loss if it happens, so it pays from the probability on at which both are equal.
"""

from dataclasses import dataclass, replace
from datetime import date

from risk.assumptions import Assumptions
from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.exposure.results import BeforeAfter
from risk.portfolio.book import Book
from risk.scenarios.results import Scenario, StressedStartup, StressResult
from risk.scenarios.stress import stress_book

#: With so much notice everybody has switched in time: what is left is what the switch costs.
AMPLE_NOTICE_DAYS = 3650.0
#: The parts of a loss that whoever moves in time pays as well.
MOVING_PARTS = ("quality", "switching", "price")
WIND_DOWN = Scenario(id="wind_down", title="", root="", kind=FalterKind.WIND_DOWN)


@dataclass(frozen=True, kw_only=True)
class NoticeLoss:
    """The portfolio's loss if the wind-down comes with this notice, and how likely that is."""

    notice_days: float
    probability: float
    loss_usd: float


@dataclass(frozen=True, kw_only=True)
class StartupStake:
    """One startup's expected loss if it happens, over notices and over links that may not pass.

    ``move_usd`` is what leaving now costs: the switch, and being worse off for a while.
    ``break_even`` is the probability from which on that is the smaller of the two; None: never.
    Runway and cash-out are those at the usual notice.
    """

    startup: str
    loss_usd: float
    move_usd: float
    break_even: float | None
    hit_through: tuple[str, ...]
    switched_on_day: float | None
    runway_months: BeforeAfter
    cash_out_probability: BeforeAfter


@dataclass(frozen=True, kw_only=True)
class Stake:
    """``loss_usd`` is the portfolio's expected loss given that the provider winds down."""

    provider: str
    loss_usd: float
    notices: tuple[NoticeLoss, ...]
    startups: tuple[StartupStake, ...]


def provider_stake(
    book: Book, provider: str, *, catalog: Catalog, assumptions: Assumptions, today: date
) -> Stake:
    """What the book's startups lose if ``provider`` winds down, the largest loss first."""

    def result_after(notice_days: float) -> StressResult:
        return stress_book(
            book,
            replace(WIND_DOWN, root=provider, notice_days=notice_days),
            catalog=catalog,
            assumptions=assumptions,
            today=today,
        )

    closings: dict[float, float] = {}
    for one in book.events:
        if (one.event.root, one.event.kind) == (provider, FalterKind.WIND_DOWN):
            notice = one.event.notice_days
            closings[notice] = closings.get(notice, 0.0) + one.event.rate_per_year
    whole = sum(closings.values())
    results = []
    notices = []
    for notice in sorted(closings):
        result = result_after(notice)
        share = closings[notice] / whole
        results.append((share, result))
        notices.append(NoticeLoss(notice_days=notice, probability=share, loss_usd=result.total_usd))
    if not results:
        return Stake(provider=provider, loss_usd=0.0, notices=(), startups=())
    ample = result_after(AMPLE_NOTICE_DAYS)
    return Stake(
        provider=provider,
        loss_usd=sum(one.probability * one.loss_usd for one in notices),
        notices=tuple(notices),
        startups=_startups(results, ample),
    )


def _startups(
    results: list[tuple[float, StressResult]], ample: StressResult
) -> tuple[StartupStake, ...]:
    losses: dict[str, float] = {}
    for share, result in results:
        for one in result.startups:
            losses[one.startup] = losses.get(one.startup, 0.0) + share * one.loss_usd
    _, usual = max(results, key=lambda pair: pair[0])
    moving = {one.startup: _cost_of_moving(one) for one in ample.startups}
    found = [
        _stake(one, losses[one.startup], moving.get(one.startup, 0.0)) for one in usual.startups
    ]
    return tuple(sorted(found, key=lambda one: (-one.loss_usd, one.startup)))


def _cost_of_moving(one: StressedStartup) -> float:
    """What a switch in good time costs whoever has to switch, hit or not."""
    paid = sum(one.parts[name] for name in MOVING_PARTS)
    return paid / one.hit_probability if one.hit_probability > 0 else 0.0


def _stake(one: StressedStartup, loss_usd: float, move_usd: float) -> StartupStake:
    pays = move_usd < loss_usd
    return StartupStake(
        startup=one.startup,
        loss_usd=loss_usd,
        move_usd=move_usd,
        break_even=move_usd / loss_usd if pays else None,
        hit_through=one.hit_through,
        switched_on_day=one.switched_on_day,
        runway_months=one.runway_months,
        cash_out_probability=one.cash_out_probability,
    )
