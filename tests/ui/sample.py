"""A hand-made register and its answer: three startups, two developers."""

from datetime import date

from risk.alternatives.best_practice import Factor
from risk.alternatives.why_high import FactorShare, WhyHigh
from risk.catalog.falters import FalterKind
from risk.catalog.records import Answer, Catalog, Provider, Role
from risk.exposure.results import (
    BeforeAfter,
    Confidence,
    ExposurePart,
    Interval,
    StartupAssessment,
    WorstFalter,
)
from risk.inventory.records import Dependency, Depth, Fallback, Portfolio, Startup, UseCase
from risk.portfolio.results import (
    Concentration,
    DependenceShare,
    ExceedancePoint,
    PairOfPoints,
    PortfolioAssessment,
    SinglePoint,
    TailPart,
)
from risk.scenarios.course import DependencyCourse
from risk.scenarios.results import Scenario, Stage, StartupState
from risk.scenarios.startup_course import StartupCourse

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


def _part(
    startup: str, key: str, root: str, kind: FalterKind, aal: float, score: float
) -> ExposurePart:
    return ExposurePart(
        use_case="Visit summaries" if startup == "acme" else "Drafting",
        dependency_key=key,
        provider=root,
        root=root,
        kind=kind,
        aal_usd=aal,
        tvar95_usd=aal * 5,
        score=score,
    )


ACME = StartupAssessment(
    startup="Acme Notes",
    score=62.0,
    score_interval=Interval(low=55, high=70),
    band="D",
    cash_out_override=False,
    aal_usd=90_000,
    aal_interval_usd=Interval(low=60_000, high=140_000),
    tvar95_usd=450_000,
    tvar95_contribution_usd=700_000,
    gross_profit_usd=2_800_000,
    gross_profit_known=True,
    lead_developer="OpenAI",
    worst=WorstFalter(
        root="OpenAI", kind=FalterKind.WIND_DOWN, loss_usd=1_400_000, rate_per_year=0.01
    ),
    days_to_switch=24.0,
    runway_months=BeforeAfter(before=12, after=7),
    cash_out_probability=BeforeAfter(before=0.3, after=0.8),
    confidence=Confidence.MEDIUM,
    unknown=("exit_plan", "notice_days"),
    parts=(
        _part("acme", "acme-1", "OpenAI", FalterKind.WIND_DOWN, 60_000, 40.0),
        _part("acme", "acme-1", "Microsoft Azure", FalterKind.OUTAGE, 20_000, 15.0),
        _part("acme", "acme-2", "Anthropic", FalterKind.OUTAGE, 10_000, 7.0),
    ),
    next_action="Set up and test a fallback to Claude for Visit summaries.",
    sector="Health",
    providers=("Anthropic", "Microsoft Azure", "OpenAI"),
    open_questions=0,
)

BOLT = StartupAssessment(
    startup="Bolt $ [Legal]",
    score=35.0,
    score_interval=Interval(low=10, high=60),
    band="B",
    cash_out_override=False,
    aal_usd=30_000,
    aal_interval_usd=Interval(low=5_000, high=80_000),
    tvar95_usd=150_000,
    tvar95_contribution_usd=200_000,
    gross_profit_usd=1_000_000,
    gross_profit_known=False,
    lead_developer="OpenAI",
    worst=WorstFalter(
        root="OpenAI", kind=FalterKind.WIND_DOWN, loss_usd=300_000, rate_per_year=0.01
    ),
    days_to_switch=None,
    runway_months=BeforeAfter(before=None, after=None),
    cash_out_probability=BeforeAfter(before=None, after=None),
    confidence=Confidence.LOW,
    unknown=("annual_revenue_usd", "cash_usd", "monthly_burn_usd", "criticality"),
    parts=(
        _part("bolt", "bolt-1", "OpenAI", FalterKind.OUTAGE, 12_000, 14.0),
        _part("bolt", "bolt-1", "OpenAI", FalterKind.WIND_DOWN, 18_000, 21.0),
    ),
    next_action="Ask for annual revenue.",
    sector=None,
    providers=("OpenAI",),
    open_questions=1,
)

CEDAR = StartupAssessment(
    startup="Cedar Pumps",
    score=0.0,
    score_interval=Interval(low=0, high=0),
    band="A",
    cash_out_override=False,
    aal_usd=0.0,
    aal_interval_usd=Interval(low=0, high=0),
    tvar95_usd=0.0,
    tvar95_contribution_usd=0.0,
    gross_profit_usd=3_600_000,
    gross_profit_known=True,
    lead_developer=None,
    worst=None,
    days_to_switch=None,
    runway_months=BeforeAfter(before=None, after=None),
    cash_out_probability=BeforeAfter(before=None, after=None),
    confidence=Confidence.HIGH,
    unknown=(),
    parts=(),
    next_action="Nothing to do.",
    sector="Industry",
    providers=(),
    open_questions=0,
)

ASSESSMENT = PortfolioAssessment(
    portfolio="demo",
    invented=True,
    startups=(ACME, BOLT, CEDAR),
    aal_usd=120_000,
    aal_interval_usd=Interval(low=80_000, high=200_000),
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
    cash_out_startups=1,
    confidence=Confidence.MEDIUM,
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
    grid_error=2e-6,
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
    scenario=Scenario(id="course", title="", root="OpenAI", kind=FalterKind.WIND_DOWN),
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
