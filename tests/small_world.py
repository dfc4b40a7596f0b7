"""A supply chain small enough to check by hand, for tests of the model."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from risk.assumptions import DEFAULTS, Assumptions, override
from risk.catalog.failure_kinds import Basis, FailureKind, FailureRate
from risk.catalog.records import (
    Answer,
    Catalog,
    LinkEffect,
    Model,
    Offer,
    Provider,
    Role,
    Service,
    UpstreamLink,
)
from risk.inventory.records import (
    Dependency,
    Depth,
    ExitPlan,
    Fallback,
    Portfolio,
    Requirement,
    Startup,
    UseCase,
)
from risk.loss.valuation import Valuation, valuation_of
from risk.portfolio.assessment import assess
from risk.portfolio.results import PortfolioAssessment

TODAY = date(2026, 11, 23)
AS_OF = "2026-11-23"

#: The model without what would triple the arithmetic of an answer worked out by hand: times to
#: switch are known, and everybody begins in time.
PLAIN = override(DEFAULTS, {"switch_spread": 0.0, "begins_on_time": 1.0})


def provider(name: str, *roles: Role, tier: str = "") -> Provider:
    return Provider(
        name=name,
        roles=frozenset(roles),
        country="US",
        website="",
        tier=tier,
        colour="#2563eb",
        source="test",
        as_of=AS_OF,
    )


def service(name: str, developer: str | None, host: str) -> Service:
    return Service(
        name=name, developer=developer, host=host, form="api", source="test", as_of=AS_OF
    )


def rate(
    node: str,
    kind: FailureKind,
    per_year: float,
    *,
    severity: float = 1.0,
    days: tuple[float, float] | None = None,
    notice_days: float = 0.0,
    level: str = "",
) -> FailureRate:
    """``days`` is (mu, sigma) of ln days."""
    return FailureRate(
        node=node,
        kind=kind,
        level=level,
        rate_per_year=per_year,
        severity=severity,
        calibration=1.0,
        duration_mu_ln_days=days[0] if days else None,
        duration_sigma=days[1] if days else None,
        notice_days=notice_days,
        basis=Basis.JUDGEMENT,
        source="test",
        as_of=AS_OF,
    )


def model(name: str, developer: str, *hosts: str, open_weights: bool = False) -> Model:
    return Model(
        name=name,
        developer=developer,
        family=None,
        open_weights=open_weights,
        context_tokens=128_000,
        input_modalities=frozenset({"text"}),
        output_modalities=frozenset({"text"}),
        tool_call=True,
        structured_output=True,
        released=date(2026, 1, 1),
        source="test",
        offers=tuple(
            Offer(
                model=name,
                host=host,
                input_usd_per_million_tokens=2.0,
                output_usd_per_million_tokens=8.0,
                source="test",
            )
            for host in hosts
        ),
    )


def small_catalog(*, rates: tuple[FailureRate, ...] = ()) -> Catalog:
    """Alpha and Beta develop and serve; Cloud hosts a copy of Alpha's; Nimbus carries Beta."""
    providers = [
        provider("Alpha", Role.DEVELOPER, Role.HOST, tier="top"),
        provider("Beta", Role.DEVELOPER, Role.HOST, tier="top"),
        provider("Cloud", Role.CLOUD, Role.HOST),
        provider("Nimbus", Role.CLOUD, Role.HOST),
    ]
    services = [
        service("Alpha API", "Alpha", "Alpha"),
        service("Beta API", "Beta", "Beta"),
        service("Alpha on Cloud", "Alpha", "Cloud"),
    ]
    models = [
        model("alpha-1", "Alpha", "Alpha", "Cloud"),
        model("beta-1", "Beta", "Beta"),
        model("beta-open", "Beta", "Beta", open_weights=True),
    ]
    link = UpstreamLink(
        upstream="Nimbus",
        downstream="Beta",
        relation="cloud",
        effects={FailureKind.OUTAGE: LinkEffect(probability=0.5, gain=0.8)},
        source="test",
        as_of=AS_OF,
    )
    return Catalog(
        providers={one.name: one for one in providers},
        services={one.name: one for one in services},
        links=(link,),
        rates=rates,
        aliases=(),
        models={one.name: one for one in models},
        retirements=(),
        catalogue_date=TODAY,
    )


def dependency(key: str, developer: str | None, host: str | None, **facts: object) -> Dependency:
    """A dependency whose every fact is known unless given otherwise."""
    known: dict[str, object] = {
        "share": 1.0,
        "spend_usd_per_month": 1_000.0,
        "depth": Depth.RAW_API,
        "fallback": Fallback.NONE,
        "exit_plan": ExitPlan.NONE,
        "notice_days": 0.0,
    }
    return Dependency(
        key=key,
        provider_text=developer or "",
        answer=Answer.YES,
        developer=developer,
        host=host,
        **{**known, **facts},  # type: ignore[arg-type]
    )


def startup(
    name: str,
    *dependencies: Dependency,
    requirement: Requirement = Requirement.SHARED,
    case: Mapping[str, object] | None = None,
    **facts: object,
) -> Startup:
    """One use case; $3.65 m revenue, all of it AI at a gross margin of 1: $10,000 a day."""
    known: dict[str, object] = {
        "annual_revenue_usd": 3_650_000.0,
        "gross_margin": 1.0,
        "ai_revenue_share": 1.0,
        "engineers": 2.0,
        "cash_usd": 1_000_000.0,
        "monthly_burn_usd": 100_000.0,
    }
    use_case = UseCase(
        name="assistant",
        dependencies=dependencies,
        requirement=requirement,
        **{"criticality": 5, "buffer_hours": 0.0, **(case or {})},  # type: ignore[arg-type]
    )
    return Startup(name=name, use_cases=(use_case,), **{**known, **facts})  # type: ignore[arg-type]


def portfolio(*startups: Startup) -> Portfolio:
    return Portfolio(name="test", startups=startups)


def laid_out(
    book: Portfolio, *, catalog: Catalog, assumptions: Assumptions = PLAIN, today: date = TODAY
) -> Valuation:
    """A portfolio in one world, with judgement, rates and common parts of facts at their middle."""
    found = valuation_of(book, catalog=catalog, assumptions=assumptions, today=today)
    return replace(found, middle=True, count=1)


def in_the_middle(
    book: Portfolio, *, catalog: Catalog, assumptions: Assumptions = PLAIN, today: date = TODAY
) -> PortfolioAssessment:
    """The answer in that world, to be checked by hand."""
    return assess(laid_out(book, catalog=catalog, assumptions=assumptions, today=today))
