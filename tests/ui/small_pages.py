"""The small supply chain of tests/small_world.py with everything that the pages show of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from math import inf

from risk.alternatives.break_even import Advice, PaysFrom
from risk.alternatives.results import Alternative, LastDay, OptionClass
from risk.alternatives.waiting import Course, Waiting
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Alias, Answer, Catalog, Retirement
from risk.hazard.provider_record import Disruption, ProviderRecord
from risk.hazard.signals import Contribution, Evidence, WindDown
from risk.inventory.records import Portfolio
from risk.portfolio.results import BeforeAfter
from risk.scenarios.results import Scenario, StressedStartup, StressResult
from tests.small_world import AS_OF, dependency, portfolio, rate, small_catalog, startup


def full_catalog() -> Catalog:
    bare = small_catalog(
        rates=(
            rate("Alpha", FailureKind.OUTAGE, 7, level="critical", severity=0.5, days=(-3.0, 1.0)),
            rate("Alpha", FailureKind.OUTAGE, 35, level="major", severity=0.3, days=(-3.0, 1.0)),
            rate("*developer top", FailureKind.WIND_DOWN, 0.01, notice_days=14),
        )
    )
    alias = Alias(
        text="ALPHA, L.L.C.",
        answer=Answer.YES,
        developer="Alpha",
        host="Alpha",
        product=None,
        source="test",
    )
    return replace(
        bare,
        aliases=(alias,),
        retirements=(
            retirement("alpha-1", date(2027, 1, 31)),
            retirement("alpha-1", date(2027, 6, 30), host="Cloud"),
        ),
    )


def retirement(model: str, shutdown: date, host: str | None = None) -> Retirement:
    return Retirement(
        developer="Alpha",
        model=model,
        announced=None,
        shutdown=shutdown,
        replacement=None,
        source="test",
        as_of=AS_OF,
        host=host,
    )


CATALOG = full_catalog()


def book() -> Portfolio:
    made = portfolio(
        startup("Ash", dependency("ash", "Alpha", "Alpha", model="alpha-1")),
        startup("Birch $ [x]", dependency("birch", "Alpha", "Cloud", model="alpha-1")),
        startup("Cole", dependency("cole", "Beta", "Beta")),
    )
    return replace(made, revision=1)


BOOK = book()


def stressed(name: str, loss: float, path: str, **facts: object) -> StressedStartup:
    known: dict[str, object] = {
        "parts": {
            "interruption": loss * 0.2,
            "churn": loss * 0.6,
            "quality": 0.0,
            "switching": loss * 0.2,
            "price": 0.0,
        },
        "hit_probability": 1.0,
        "lost_service_days": 4.0,
        "switched_on_day": 9.0,
        "queue_days": None,
        "runway_months": BeforeAfter(before=10.0, after=8.0),
        "cash_out_probability": BeforeAfter(before=0.2, after=0.7),
    }
    return StressedStartup(
        startup=name,
        loss_usd=loss,
        loss_low_usd=loss * 0.5,
        loss_median_usd=loss * 0.9,
        loss_high_usd=loss * 2,
        hit_through=(path,),
        **{**known, **facts},  # type: ignore[arg-type]
    )


WIND_DOWN = Scenario(
    id="alpha-gone",
    title="Alpha winds down",
    root="Alpha",
    kind=FailureKind.WIND_DOWN,
    notice_days=14.0,
    summary="Alpha ends its API.",
    not_modelled="Queues at the others.",
    sources=("A newspaper, 2023-11-21",),
)

HIT = (
    stressed("Ash", 100_000.0, "Alpha → Alpha API (100 %)"),
    stressed(
        "Birch $ [x]",
        20_000.0,
        "Alpha → Alpha on Cloud (20 %)",
        hit_probability=0.2,
        switched_on_day=None,
        runway_months=BeforeAfter(before=None, after=None),
        cash_out_probability=BeforeAfter(before=None, after=None),
    ),
)

STRESS = StressResult(
    scenario=WIND_DOWN,
    total_usd=120_000.0,
    total_low_usd=60_000.0,
    total_median_usd=108_000.0,
    total_high_usd=240_000.0,
    newly_out_of_cash=1,
    by_day=((0.0, 0.0), (10.0, 70_000.0), (90.0, 120_000.0)),
    startups=HIT,
    unaffected=("Cole",),
    herd=None,
    note="Averaged over links.",
)


def option(name: str, option_class: OptionClass, residual: float, **facts: object) -> Alternative:
    known: dict[str, object] = {
        "developer": "Beta",
        "host": "Beta",
        "model": "beta-1",
        "excluded": (),
        "ask": (),
        "covers": {FailureKind.OUTAGE: 1.0, FailureKind.WIND_DOWN: 1.0},
        "down_together": {FailureKind.OUTAGE: 0.0, FailureKind.WIND_DOWN: 0.0},
        "weeks": 3.0,
        "one_off_usd": 12_000.0,
        "run_usd_per_year": 20_000.0,
        "pareto": False,
        "recommended": False,
        "flips_if": None,
    }
    return Alternative(
        use_case="assistant",
        dependency_key="ash",
        option=name,
        option_class=option_class,
        residual_aal_usd=residual,
        residual_tvar95_usd=residual * 4,
        **{**known, **facts},  # type: ignore[arg-type]
    )


STAY = option(
    "Stay as today",
    OptionClass.STAY,
    50_000.0,
    covers={FailureKind.OUTAGE: 0.0, FailureKind.WIND_DOWN: 0.0},
    weeks=0.0,
    one_off_usd=0.0,
    run_usd_per_year=12_000.0,
    pareto=True,
    runner_up=True,
)
BEST = option(
    "beta-1 on Beta API",
    OptionClass.OTHER_DEVELOPER,
    9_000.0,
    pareto=True,
    recommended=True,
    flips_if="Doing nothing is better only if disruptions are 10 times rarer than assumed",
    best_in=0.78,
    records=(
        ProviderRecord(
            provider="Beta",
            documented=2,
            since=date(2023, 3, 31),
            last=Disruption("Beta", date(2026, 4, 15), FailureKind.OUTAGE),
        ),
    ),
)
COPY = option(
    "alpha-1 on Alpha on Cloud",
    OptionClass.OTHER_HOST,
    30_000.0,
    excluded=("retires on 2027-06-30",),
    covers={FailureKind.OUTAGE: 0.9, FailureKind.WIND_DOWN: 0.0},
)
UNPRICED = option("beta-open", OptionClass.SELF_HOST, 20_000.0, run_usd_per_year=None)
OPTIONS = (STAY, COPY, BEST, UNPRICED)
#: The same where alpha-1 ends in 47 days and beta-1 takes 60 until it works.
ENDS = LastDay(model="alpha-1", day=date(2027, 1, 15), days_left=47)
ENDING = (
    replace(
        STAY,
        excluded=("alpha-1 ends on 2027-01-15, in 47 days: staying ends with it",),
        last_day=ENDS,
        runner_up=False,
    ),
    replace(
        BEST,
        switch_days=60.0,
        last_day=replace(ENDS, start_by=date(2026, 11, 16), days_late=13),
        best_in=0.4,
    ),
)
CHANCE = WindDown(
    horizon_days=90.0,
    probability_before=0.003,
    probability=0.34,
    low=0.01,
    high=0.6,
    log_odds_before=-5.8,
    log_odds_after=-0.66,
    rate_per_year=1.7,
    evidence=Evidence(
        as_of=datetime(2026, 11, 29, tzinfo=UTC),
        contributions=(
            Contribution(
                label="news", group=None, signal=None, weight=5.1, counted=1.0, ln_units=5.1
            ),
        ),
    ),
)
WAITING = Waiting(
    use_case="assistant",
    dependency_key="ash",
    provider="Alpha",
    chance=CHANCE,
    courses=(
        Course(
            course=Advice.ACT,
            option="beta-1 on Beta API",
            days=17.0,
            cost_usd=20_000.0,
            loss_usd=0.0,
            expected_usd=20_000.0,
            best_in=0.55,
            pays_from=PaysFrom(low=0.1, median=0.2, high=inf),
        ),
        Course(
            course=Advice.WAIT,
            option=None,
            days=0.0,
            cost_usd=0.0,
            loss_usd=100_000.0,
            expected_usd=34_000.0,
            best_in=0.45,
            pays_from=None,
        ),
    ),
    advice=Advice.OPEN,
)
