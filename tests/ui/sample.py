"""A hand-made register and its answer: three startups, two developers."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np

from risk.alternatives.why_high import Factor, FactorShare, WhyHigh
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Answer, Catalog, Provider, Role
from risk.inventory.records import Dependency, Depth, Fallback, Portfolio, Startup, UseCase
from risk.loss.answer import BANDS, WITHHELD, StartupAnswers
from risk.loss.columns import FALLBACKS
from risk.loss.facts import NAMES
from risk.loss.hazards import KINDS
from risk.loss.judgement import VARIABLES
from risk.portfolio.asked import OpenFact
from risk.portfolio.deadlines import Deadline, DeadlineKind
from risk.portfolio.history import Cause, Step
from risk.portfolio.margin_ranges import MarginRanges
from risk.portfolio.results import (
    Action,
    CashOutCount,
    Concentration,
    DependenceShare,
    Ending,
    EventPart,
    ExceedancePoint,
    Interval,
    Lever,
    PairOfPoints,
    PortfolioAssessment,
    SinglePoint,
    Source,
    TailPart,
    VarianceShares,
)
from risk.portfolio.startups import Assessed, StartupTable
from risk.portfolio.week import AtStake, Changed, News, this_week
from risk.scenarios.course import DependencyCourse, StartupCourse
from risk.scenarios.results import Scenario, Stage, StartupState

_VARIABLES = [one.name for one in VARIABLES]
TODAY = date(2026, 11, 23)


def _provider(name: str, colour: str, *roles: Role) -> Provider:
    return Provider(
        name=name,
        roles=frozenset(roles),
        country="US",
        website="",
        tier="top",
        colour=colour,
        source="test",
        as_of="2026-11-01",
    )


PROVIDERS = (
    _provider("OpenAI", "#10a37f", Role.DEVELOPER, Role.HOST),
    _provider("Anthropic", "#d97757", Role.DEVELOPER, Role.HOST),
    _provider("Microsoft Azure", "#0078d4", Role.HOST, Role.CLOUD),
)
CATALOG = Catalog(
    providers={one.name: one for one in PROVIDERS},
    services={},
    links=(),
    rates=(),
    aliases=(),
    models={},
    retirements=(),
    catalogue_date=date(2026, 11, 1),
)

PORTFOLIO = Portfolio(
    name="demo",
    invented=True,
    revision=3,
    updated=date(2026, 11, 20),
    startups=(
        Startup(
            name="Acme Notes",
            sector="Health",
            country="US",
            annual_revenue_usd=4_000_000,
            gross_margin=0.7,
            ai_revenue_share=0.8,
            cash_usd=3_000_000,
            monthly_burn_usd=250_000,
            engineers=9,
            sources={"annual_revenue_usd": "board deck"},
            use_cases=(
                UseCase(
                    name="Visit summaries",
                    criticality=5,
                    revenue_share=1.0,
                    dependencies=(
                        Dependency(
                            key="acme-1",
                            provider_text="GPT-4o via Azure",
                            answer=Answer.YES,
                            developer="OpenAI",
                            host="Microsoft Azure",
                            model="gpt-4o",
                            share=0.75,
                            depth=Depth.PROMPTS,
                            fallback=Fallback.NONE,
                        ),
                        Dependency(
                            key="acme-2",
                            provider_text="claude",
                            answer=Answer.YES,
                            developer="Anthropic",
                            host="Anthropic",
                            share=0.25,
                        ),
                    ),
                ),
            ),
        ),
        Startup(
            name="Bolt $ [Legal]",
            use_cases=(
                UseCase(
                    name="Drafting",
                    dependencies=(
                        Dependency(
                            key="bolt-1",
                            provider_text="OpenAI",
                            answer=Answer.YES,
                            developer="OpenAI",
                            host="OpenAI",
                        ),
                        Dependency(key="bolt-2", provider_text="LexBrain", answer=Answer.ASK),
                    ),
                ),
            ),
        ),
        Startup(
            name="Cedar Pumps",
            sector="Industry",
            annual_revenue_usd=9_000_000,
            gross_margin=0.4,
            use_cases=(),
        ),
    ),
)


#: What can happen in the sample: who is disrupted, and how.
EVENTS = (
    ("OpenAI", FailureKind.WIND_DOWN),
    ("Microsoft Azure", FailureKind.OUTAGE),
    ("Anthropic", FailureKind.OUTAGE),
    ("OpenAI", FailureKind.OUTAGE),
)
#: The columns of the sample's answers, for Acme Notes, Bolt and Cedar Pumps.
NAN = float("nan")
FIGURES: dict[str, tuple[float, float, float]] = {
    "mean": (90_000, 30_000, 0),
    "median": (80_000, 25_000, 0),
    "low": (60_000, 5_000, 0),
    "high": (140_000, 80_000, 0),
    "by_facts": (0.25, 0.6, 0),
    "by_rates": (0.25, 0.3, 0),
    "by_judgement": (0.5, 0.1, 0),
    "score": (62, 35, 0),
    "score_low": (55, 10, 0),
    "score_high": (70, 60, 0),
    "var95": (300_000, 100_000, 0),
    "tvar95": (450_000, 150_000, 0),
    "worst_event": (0, 0, -1),
    "worst": (1_400_000, 300_000, 0),
    "facts_stated": (0.9, 0.3, 1),
    "facts_known": (0.88, 0.3, 1),
    "judged_factor": (2.2, 1.1, 1),
    "question": (NAMES.index("exit_plan"), NAMES.index("annual_revenue_usd"), -1),
    "narrows": (0.12, 0.4, 0),
    "judged": (_VARIABLES.index("recapture"), -1, -1),
    "judged_share": (0.2, 0, 0),
    "main_link": (0, 0, -1),
    "main_event": (0, 0, -1),
    "band": (BANDS.index("D"), WITHHELD, BANDS.index("A")),
    "lowered": (0, 0, 0),
    "lead": (1, 1, -1),
    "switch_days": (24, NAN, NAN),
    "switch_days_low": (10, NAN, NAN),
    "switch_days_high": (50, NAN, NAN),
    "gross_profit": (2_800_000, 1_000_000, 3_600_000),
    "months": (12, NAN, NAN),
    "months_after": (7, NAN, NAN),
    "months_after_low": (4, NAN, NAN),
    "months_after_high": (11, NAN, NAN),
    "cash_out": (0.3, NAN, NAN),
    "cash_out_after": (0.8, NAN, NAN),
    "cash_out_after_low": (0.4, NAN, NAN),
    "cash_out_after_high": (0.9, NAN, NAN),
}
#: The expected losses by event; the rows add up to the means.
BY_EVENT = ((60_000, 20_000, 10_000, 0), (18_000, 0, 0, 12_000), (0, 0, 0, 0))
WHOLE = {
    "names": ("Acme Notes", "Bolt $ [Legal]", "Cedar Pumps"),
    "sectors": ("Health", None, "Industry"),
    "questions": np.array([0, 1, 0], dtype=np.int32),
    "tail": np.array([700_000.0, 200_000.0, 0.0]),
    "profit_known": np.array([True, False, True]),
    "asked_high": np.zeros(3),
    "asked_score": np.zeros(3),
    "provider_start": np.array([0, 2, 3, 3], dtype=np.int32),
    "providers": np.array([0, 1, 1], dtype=np.int32),
    "developers": ("Anthropic", "OpenAI"),
    "main_service": np.array([0, 1, -1], dtype=np.int32),
    "main_fallback": np.array([FALLBACKS.index(Fallback.NONE), -1, -1], dtype=np.int32),
    "main_plan": np.array([-1, -1, -1], dtype=np.int32),
    "main_case": ("Visit summaries", "Drafting", None),
    "services": ("Azure OpenAI Service", "OpenAI API"),
    "roots": tuple(root for root, _ in EVENTS),
    "kinds": np.array([KINDS.index(kind) for _, kind in EVENTS], dtype=np.int32),
    "rates": np.array([0.01, 3.0, 4.0, 5.0]),
    "unknown": (
        ("Visit summaries / GPT-4o via Azure / exit_plan", "notice_days"),
        ("annual_revenue_usd", "criticality", "cash_usd", "monthly_burn_usd"),
        (),
    ),
}


def table_of(
    figures: Mapping[str, Sequence[float]] = MappingProxyType({}), **columns: Any
) -> StartupTable:
    """The sample's columns, with some of the figures and columns replaced."""
    values = {name: np.array(one, dtype=float) for name, one in {**FIGURES, **figures}.items()}
    by_event = np.array(BY_EVENT, dtype=float)
    answers = StartupAnswers(**values, by_event=by_event, by_kind=by_event)
    return StartupTable(**{**WHOLE, "answers": answers, **columns})


def answered(
    figures: Mapping[str, Sequence[float]] = MappingProxyType({}),
    whole: Mapping[str, Any] = MappingProxyType({}),
    **columns: Any,
) -> PortfolioAssessment:
    """The sample's answer with some figures and columns of its startups, and some of its own."""
    return replace(ASSESSMENT, startups=Assessed(table_of(figures, **columns)), **whole)


def many(count: int, *, tail: float = 0.0) -> PortfolioAssessment:
    """As many startups as Acme Notes is one, S0, S1, ..., each with ``tail``."""
    table = table_of()
    first = {field.name: getattr(table.answers, field.name)[:1] for field in fields(table.answers)}
    answers = StartupAnswers(**{name: np.repeat(one, count, 0) for name, one in first.items()})
    repeated = {
        name: np.repeat(getattr(table, name)[:1], count)
        for name in ("questions", "profit_known", "asked_high", "asked_score", "main_service")
    }
    columns = {
        **{field.name: getattr(table, field.name) for field in fields(table)},
        **repeated,
        "names": tuple(f"S{place}" for place in range(count)),
        "sectors": ("Health",) * count,
        "answers": answers,
        "tail": np.full(count, tail),
        "provider_start": np.arange(0, 2 * count + 1, 2, dtype=np.int32),
        "providers": np.tile(np.array([0, 1], dtype=np.int32), count),
        "main_fallback": np.full(count, -1, dtype=np.int32),
        "main_plan": np.full(count, -1, dtype=np.int32),
        "main_case": (None,) * count,
        "unknown": ((),) * count,
    }
    return replace(ASSESSMENT, startups=Assessed(StartupTable(**columns)))


ASSESSMENT = PortfolioAssessment(
    portfolio="demo",
    invented=True,
    startups=Assessed(table_of()),
    aal_usd=120_000,
    mean_error=0.039,
    median_usd=100_000,
    aal_interval_usd=Interval(low=80_000, high=200_000),
    variance_shares=VarianceShares(facts=0.1, rates=0.3, judgement=0.6),
    facts_known=0.8,
    judged_factor=2.0,
    levers=(
        Lever(what="recapture", kind=Source.JUDGEMENT, low=0.75, high=1.5),
        Lever(
            what="annual_revenue_usd",
            kind=Source.FACTS,
            low=0.9,
            high=1.3,
            startups=1,
            largest=("Bolt $ [Legal]",),
        ),
        Lever(what="wind_down_rate_multiple", kind=Source.RATES, low=0.96, high=1.1),
    ),
    gross_profit_usd=7_400_000,
    var95_usd=500_000,
    tvar95_usd=900_000,
    var99_usd=1_200_000,
    tvar99_usd=1_600_000,
    exceedance=tuple(
        ExceedancePoint(return_period_years=years, oep_usd=oep, aep_usd=aep)
        for years, oep, aep in (
            (2, 20_000, 60_000),
            (5, 100_000, 180_000),
            (10, 200_000, 320_000),
            (20, 380_000, 500_000),
            (50, 700_000, 900_000),
            (100, 1_000_000, 1_200_000),
            (200, 1_300_000, 1_500_000),
        )
    ),
    expected_parts=tuple(
        EventPart(root=root, kind=kind, aal_usd=float(usd))
        for (root, kind), usd in zip(EVENTS, np.sum(BY_EVENT, axis=0), strict=True)
    ),
    concentration={
        "service": Concentration(
            hhi=0.4, effective_number=2.5, shares={"Azure OpenAI Service": 0.6, "OpenAI API": 0.4}
        ),
        "developer": Concentration(
            hhi=0.7, effective_number=1.43, shares={"OpenAI": 0.82, "Anthropic": 0.18}
        ),
        "host": Concentration(
            hhi=0.4,
            effective_number=2.5,
            shares={"Microsoft Azure": 0.5, "OpenAI": 0.32, "Anthropic": 0.18},
        ),
        "cloud": Concentration(hhi=None, effective_number=None, shares={}),
    },
    dependence=(
        DependenceShare(
            developer="OpenAI",
            host="Microsoft Azure",
            startup="Acme Notes",
            margin_usd_per_year=1_600_000,
        ),
        DependenceShare(
            developer="Anthropic",
            host="Anthropic",
            startup="Acme Notes",
            margin_usd_per_year=560_000,
        ),
        DependenceShare(
            developer="OpenAI",
            host="OpenAI",
            startup="Bolt $ [Legal]",
            margin_usd_per_year=900_000,
        ),
    ),
    listed_providers=3,
    exposed_startups=2,
    cash_out=CashOutCount(known=1, anyway=0, newly=1.0, newly_interval=Interval(low=0, high=1)),
    worlds=256,
    model_version="test",
    catalogue_date="2026-11-01",
    data_digest="0" * 64,
    as_of="2026-11-23",
    dependence_adjusted=None,
    diversification=0.6,
    tail_parts={
        "provider": (
            TailPart(name="Azure OpenAI Service", tvar95_usd=700_000),
            TailPart(name="OpenAI API", tvar95_usd=200_000),
        ),
        "root": (
            TailPart(name="OpenAI", tvar95_usd=800_000),
            TailPart(name="Unnamed model of OpenAI", tvar95_usd=100_000),
        ),
        "kind": (
            TailPart(name="wind_down", tvar95_usd=600_000),
            TailPart(name="outage", tvar95_usd=300_000),
        ),
    },
    single_points=(
        SinglePoint(
            root="OpenAI",
            kinds=("wind_down", "outage"),
            startups=2,
            use_cases=3,
            margin_share=0.82,
            aal_usd=60_000,
        ),
    ),
    pairs=(
        PairOfPoints(
            roots=("Anthropic", "OpenAI"),
            kinds=("outage",),
            startups=1,
            use_cases=1,
            margin_share=0.18,
            rate_per_year=0.4,
            margin_usd_per_year=1_200,
        ),
    ),
)

ACME, BOLT, CEDAR = ASSESSMENT.startups
#: Whose end would cost most, and what this week asks for.
ENDING = Ending(
    provider="OpenAI", startups=2, median_usd=1_700_000, interval=Interval(low=9e5, high=4e6)
)
RANGES = MarginRanges(
    developers={"OpenAI": Interval(low=0.74, high=0.9), "Anthropic": Interval(low=0.1, high=0.26)},
    providers={"OpenAI": Interval(low=0.74, high=0.9)},
    equal_ones=Interval(low=1.2, high=1.7),
)
_DEADLINE = Deadline(
    kind=DeadlineKind.RETIREMENT,
    day=date(2026, 12, 10),
    ends_on=date(2026, 12, 10),
    startup="Acme Notes",
    use_case="Visit summaries",
    dependency_key="acme-gpt",
    provider="GPT-4o via Azure",
    model="gpt-4o",
    developer="OpenAI",
    host="Microsoft Azure",
    days_left=17,
    days_to_switch=24.0,
    switch_range=Interval(low=10, high=50),
    slack_days=-7.0,
    replacement=None,
    source="published",
)
WEEK = this_week(
    deadlines=(_DEADLINE,),
    stakes={_DEADLINE: AtStake(usd=60_000, interval=Interval(low=20_000, high=90_000))},
    actions=(
        Action(
            startup="Bolt $ [Legal]",
            use_case="Drafting",
            what="Claude at Anthropic",
            aal_removed_usd=12_000,
            one_off_usd=4_000,
            removed=Interval(low=5_000, high=30_000),
            one_off=Interval(low=2_000, high=9_000),
            dependency_key="bolt-openai",
        ),
    ),
    facts=(
        OpenFact(
            startup="Bolt $ [Legal]",
            field="annual_revenue_usd",
            use_case=None,
            provider=None,
            removes_usd=30_000,
        ),
    ),
    news=(
        News(provider="OpenAI", day=date(2026, 11, 21), meaning="the chair resigns", usd=4_000.0),
    ),
    changed=Changed(
        since=date(2026, 10, 31), usd=9_000.0, steps=(Step(cause=Cause.NEWS, usd=9e3),)
    ),
)

WHY_ACME = WhyHigh(
    startup="Acme Notes",
    score=62.0,
    best_score=31.0,
    shares=(
        FactorShare(factor=Factor.FALLBACK, points=20.0),
        FactorShare(factor=Factor.PORTABILITY, points=14.0),
        FactorShare(factor=Factor.LEGAL, points=0.0),
        FactorShare(factor=Factor.CONCENTRATION, points=-3.0),
    ),
)

COURSE = StartupCourse(
    scenario=Scenario(id="course", title="", root="OpenAI", kind=FailureKind.WIND_DOWN),
    hit_probability=0.2,
    courses=(
        DependencyCourse(
            use_case="support answers",
            service="OpenAI API",
            stages=(
                Stage(state=StartupState.NOTICE, from_day=-14, to_day=0),
                Stage(state=StartupState.WAITING, from_day=0, to_day=4),
                Stage(state=StartupState.SWITCHED, from_day=4, to_day=None),
            ),
            carried=0.0,
            switch_days=18.0,
        ),
    ),
    by_day=((0.0, 1_000.0), (4.0, 9_000.0), (365.0, 10_000.0)),
)


def register(name: str) -> Portfolio:
    """The records behind the pages, in whichever way these read them."""
    return PORTFOLIO
