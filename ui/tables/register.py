"""The register as columns: portfolios, startups with their facts, dependencies, what to ask."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from risk.catalog.records import Answer
from risk.inventory.records import Dependency, Evidence, Startup, UseCase
from risk.money.stated import stated_of
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen

if TYPE_CHECKING:
    from db.services.portfolio_changes import ArchivedPortfolio
    from db.services.portfolios import PortfolioSummary
    from risk.catalog.records import Catalog

#: The facts of a startup in the order of the screen, with how each is written.
FACTS: dict[str, Callable[[Any], str]] = {
    "sector": str,
    "country": str,
    "website": str,
    "annual_revenue_usd": wording.stated_money,
    "gross_margin": wording.percent,
    "ai_revenue_share": wording.percent,
    "cash_usd": wording.stated_money,
    "monthly_burn_usd": wording.stated_money,
    "engineers": wording.number,
    "invested_usd": wording.stated_money,
}
#: What is kept of a startup and not scored: it is not missed where nobody states it.
KEPT_FACTS: dict[str, Callable[[Any], str]] = {
    "tags": str,
    "stage": str,
    "fund": str,
    "ownership": wording.percent,
    "relationship": str,
    "watched_by": str,
    "contact_email": str,
}
_DOCUMENTED_FACTS = (
    "website sector country notes annual_revenue_usd gross_margin ai_revenue_share cash_usd"
    " monthly_burn_usd engineers invested_usd tags stage fund ownership relationship watched_by"
    " contact_email as_of"
)
_USE_CASE_FACTS = "criticality revenue_share buffer_hours"
_DEPENDENCY_FACTS = (
    "model region data_residency share spend_usd_per_month depth fallback exit_plan notice_days"
    " renewal"
)


def portfolios_of(summaries: Iterable["PortfolioSummary"]) -> list[Record]:
    """Return each portfolio with the number of its startups, its last change and its currency."""
    names = "startups updated currency"
    return [{"portfolio": one.name, **attributes(one, names)} for one in summaries]


def archived_of(portfolios: Iterable["ArchivedPortfolio"]) -> list[Record]:
    """Return each portfolio that was put away, with the number of its startups, and when."""
    return [{"portfolio": one.name, **attributes(one, "startups archived")} for one in portfolios]


def document_of(startup: Startup) -> Record:
    """Return a startup with its facts (unknown: None) and what it depends on."""
    return {
        "startup": startup.name,
        "facts": {**attributes(startup, _DOCUMENTED_FACTS), "stated": dict(startup.stated)},
        "dependencies": [_dependency(case, one) for case, one in dependencies_of(startup)],
    }


def _dependency(case: UseCase, one: Dependency) -> dict[str, Any]:
    return {
        "use_case": case.name,
        **attributes(one, "provider_text answer developer host product model share"),
        "spend_usd": one.spend_usd_per_month,
        "spend_stated": one.spend_stated,
    }


def dependencies_of(startup: Startup) -> list[tuple[UseCase, Dependency]]:
    """Return every dependency with its use case, in the order of the register."""
    return [(case, one) for case in startup.use_cases for one in case.dependencies]


def open_questions(startup: Startup) -> list[tuple[UseCase, Dependency]]:
    """Return the dependencies whose text may or may not stand for a language model."""
    return [pair for pair in dependencies_of(startup) if pair[1].answer is Answer.ASK]


def unknown_facts(startup: Startup) -> int:
    """Count the facts of a startup, its use cases and its dependencies that nobody stated."""
    models = [one for _, one in dependencies_of(startup) if one.answer is Answer.YES]
    stated = [
        *attributes(startup, " ".join(FACTS)).values(),
        *(fact for one in startup.use_cases for fact in attributes(one, _USE_CASE_FACTS).values()),
        *(fact for one in models for fact in attributes(one, _DEPENDENCY_FACTS).values()),
    ]
    return sum(fact is None for fact in stated)


def row_of(startup: Startup) -> Record:
    """Return a startup with its facts, whom it depends on, and how much is not known."""
    developers = {
        wording.provider(one.developer)
        for _, one in dependencies_of(startup)
        if one.answer is Answer.YES
    }
    return {
        "startup": startup.name,
        **attributes(startup, _DOCUMENTED_FACTS),
        "developers": sorted(developers),
        "unknown_facts": unknown_facts(startup),
        "open_questions": len(open_questions(startup)),
        "unread_lines": startup.unread_lines or 0,
    }


def dependency_rows(startup: Startup) -> list[Record]:
    """Return each dependency of a startup with all its facts."""
    facts = (
        "depth fallback fallback_developer fallback_host fallback_tested_on exit_plan switch_begun"
        " region notice_days provider_notice_days contract_start contract_end renewal contract"
        " governing_law promised_availability source as_of"
    )
    return [
        {
            "startup": startup.name,
            **_dependency(case, one),
            **attributes(one, facts),
            "evidence": one.evidence or Evidence.STATED,
        }
        for case, one in dependencies_of(startup)
    ]


def use_case_rows(startup: Startup) -> list[Record]:
    """Return each use case of a startup with its facts."""
    return [
        {
            "startup": startup.name,
            "use_case": case.name,
            **attributes(case, "criticality requirement"),
            "use_case_revenue_share": case.revenue_share,
            "buffer_hours": case.buffer_hours,
            "dependencies": len(case.dependencies),
        }
        for case in startup.use_cases
    ]


def every_dependency(startups: Iterable[Startup]) -> Iterable[Record]:
    """Give the dependencies of many startups; who has none has a row of its name alone."""
    for startup in startups:
        yield from dependency_rows(startup) or [{"startup": startup.name}]


def questions_of(startups: Iterable[Startup]) -> list[Record]:
    """Return the texts of startups that somebody must clarify."""
    return [
        {"startup": startup.name, "use_case": case.name, **attributes(one, "provider_text source")}
        for startup in startups
        for case, one in open_questions(startup)
    ]


def facts_of(startup: Startup) -> list[Record]:
    """Return the facts of a startup, each with where it was read, as of when, and how known."""
    sources = startup.sources
    return [
        {
            "fact": name,
            "value": getattr(startup, name),
            "stated": startup.stated.get(name),
            "source": sources.get(name) or sources.get("*") or "register",
            "as_of": startup.stated_on.get(name, startup.as_of),
            "evidence": startup.evidence.get(name, Evidence.STATED),
        }
        for name in (*FACTS, *KEPT_FACTS)
    ]


def providers_of(catalog: "Catalog") -> list[Record]:
    """Return every provider, what it does, its services and who stands behind these and it.

    ``own``: whether it was added to this store rather than ships with the product.
    """
    return [
        {
            "name": provider.name,
            "own": provider.name in catalog.own.names,
            "roles": sorted(provider.roles),
            "services": [
                service.name
                for service in catalog.services.values()
                if provider.name in (service.developer, service.host)
            ],
            "upstream": [
                {
                    "name": link.upstream,
                    "kinds": {
                        kind: attributes(effect, "probability gain")
                        for kind, effect in link.effects.items()
                    },
                }
                for link in catalog.links
                if link.downstream == provider.name
            ],
        }
        for provider in catalog.providers.values()
    ]


def _read_as(name: str) -> Callable[[Record], str]:
    return lambda row: "–" if row["answer"] is Answer.NO else wording.provider(row[name])


def _choice(name: str) -> Callable[[Record], str]:
    return lambda row: wording.choice(row[name])


def _fallback(row: Record) -> str:
    state = wording.choice(row["fallback"])
    if row["fallback_developer"] is None:
        return state
    to = wording.provider(row["fallback_developer"])
    if row["fallback_host"] not in (None, row["fallback_developer"]):
        to = f"{to} at {wording.provider(row['fallback_host'])}"
    on = row["fallback_tested_on"]
    return f"{state}: {to}, tested {wording.day(on)}" if on else f"{state}: {to}"


def _fact(row: Record) -> str:
    value = row["value"]
    return wording.UNKNOWN if value is None else {**FACTS, **KEPT_FACTS}[row["fact"]](value)


def _of_a_stated_fact(name: str) -> Callable[[Record], str]:
    """A cell about a fact; nothing where nobody has stated it."""

    def cell(row: Record) -> str:
        known = row["value"] is not None and row[name] is not None
        return "" if not known else str(row[name])

    return cell


def _source(row: Record) -> str:
    if row["stated"] is not None:
        return f"{row['source']}; {stated_of(row['stated']).provenance}"
    return "nobody has stated it" if row["value"] is None else str(row["source"])


def _spend_stated(row: Record) -> str:
    return "–" if row["spend_stated"] is None else stated_of(row["spend_stated"]).provenance


PORTFOLIOS = (
    Column(key="portfolio", label="Portfolio"),
    Column(key="startups", label="Companies", unit=Unit.COUNT),
    Column(key="updated", label="Updated", unit=Unit.DATE),
    Column(key="currency", label="Currency", help="In which its money is shown."),
)
ARCHIVED = (
    Column(key="portfolio", label="Portfolio"),
    Column(key="startups", label="Companies", unit=Unit.COUNT),
    Column(key="archived", label="Archived (UTC)", unit=Unit.MOMENT),
)
STARTUPS = (
    Column(key="startup", label="Company"),
    Column(key="sector", label="Sector"),
    Column(key="country", label="Country"),
    Column(
        key="developers",
        label="Depends on",
        unit=Unit.LIST,
        cell=lambda row: ", ".join(row["developers"]) or "–",
        help="Developers of the models it uses.",
    ),
    Column(key="annual_revenue_usd", label="Annual revenue", unit=Unit.USD),
    Column(key="gross_margin", label="Gross margin", unit=Unit.SHARE),
    Column(key="ai_revenue_share", label="Revenue needing AI", unit=Unit.SHARE),
    Column(key="cash_usd", label="Cash", unit=Unit.USD),
    Column(key="monthly_burn_usd", label="Burn a month", unit=Unit.USD),
    Column(key="engineers", label="Engineers", unit=Unit.COUNT),
    Column(
        key="unknown_facts",
        label="Unknown facts",
        unit=Unit.COUNT,
        help="Facts of the company, its use cases and dependencies nobody stated.",
    ),
    Column(
        key="open_questions",
        label="Open questions",
        unit=Unit.COUNT,
        help="Texts that may or may not stand for a language model.",
    ),
    Column(
        key="unread_lines",
        label="Lines not read",
        unit=Unit.COUNT,
        help="Lines about it in the last file that names it that could not be read.",
    ),
    Column(key="as_of", label="Data of", unit=Unit.DATE),
)
DEPENDENCIES = (
    Column(key="startup", label="Company"),
    Column(key="use_case", label="Use case"),
    Column(key="provider_text", label="Text in the file"),
    Column(
        key="answer",
        label="Language model?",
        help="yes, no, or ask: nobody can tell from the text.",
    ),
    Column(key="developer", label="Developer", cell=_read_as("developer")),
    Column(key="host", label="Host", cell=_read_as("host")),
    Column(key="product", label="Product"),
    Column(key="model", label="Model"),
    Column(key="share", label="Share", unit=Unit.SHARE, help="Of the use case's workload."),
    Column(key="spend_usd", label="Spend a month", unit=Unit.USD),
    Column(
        key="spend_stated",
        label="Spend as stated",
        cell=_spend_stated,
        help="Where it was not stated in USD a month: as it was, and the rate.",
    ),
    Column(key="depth", label="Integration", cell=_choice("depth")),
    Column(key="fallback", label="Backup", cell=_fallback),
    Column(key="exit_plan", label="Exit plan", cell=_choice("exit_plan")),
    Column(key="switch_begun", label="Move begun", cell=_choice("switch_begun")),
    Column(key="region", label="Region"),
    Column(
        key="notice_days",
        label="Notice, days",
        unit=Unit.DAYS,
        help="That the company must give.",
    ),
    Column(
        key="provider_notice_days",
        label="Provider's notice, days",
        unit=Unit.DAYS,
        help="That the provider must give.",
    ),
    Column(key="contract_start", label="Contract start", unit=Unit.DATE),
    Column(key="contract_end", label="Contract end", unit=Unit.DATE),
    Column(key="renewal", label="Renewal", unit=Unit.DATE),
    Column(
        key="contract",
        label="Contract",
        help="The reference of the contract under which it is used.",
    ),
    Column(key="governing_law", label="Governing law"),
    Column(
        key="promised_availability",
        label="Promised availability",
        cell=lambda row: wording.availability(row["promised_availability"]),
        help="Share of the time that the service is promised to be there.",
    ),
    Column(key="source", label="Source"),
    Column(key="as_of", label="Data of", unit=Unit.DATE),
    Column(
        key="evidence",
        label="Evidence",
        cell=_choice("evidence"),
        help="How it is known: stated, observed in bills or logs, confirmed by the company, or"
        " imputed.",
    ),
)
USE_CASES = (
    Column(key="startup", label="Company"),
    Column(key="use_case", label="Use case"),
    Column(key="criticality", label="Criticality", unit=Unit.COUNT, help="1 to 5, the product."),
    Column(
        key="requirement",
        label="Providers combine",
        cell=_choice("requirement"),
        help="Shared: each carries its share. All: every one is needed. Any: one suffices.",
    ),
    Column(
        key="use_case_revenue_share",
        label="Share of AI revenue",
        unit=Unit.SHARE,
        help="Of the revenue that needs a language model.",
    ),
    Column(key="buffer_hours", label="Hours it can wait", unit=Unit.HOURS),
    Column(key="dependencies", label="Dependencies", unit=Unit.COUNT),
)
#: Of one startup, and of all.
PAGE_DEPENDENCIES = DEPENDENCIES[1:]
TERMINAL_DEPENDENCIES = chosen(
    DEPENDENCIES, "startup use_case provider_text answer developer host model".split()
)
QUESTIONS = (
    *DEPENDENCIES[:3],
    Column(
        key="question",
        label="Question",
        cell=lambda row: f"Does “{row['provider_text']}” use a language model, and whose?",
    ),
    Column(key="source", label="Source"),
)
FACT_COLUMNS = (
    Column(key="fact", label="Fact", cell=lambda row: wording.field(row["fact"])),
    Column(key="value", label="Value", cell=_fact),
    Column(key="source", label="Source", cell=_source),
    Column(key="as_of", label="Data of", unit=Unit.DATE, cell=_of_a_stated_fact("as_of")),
    Column(
        key="evidence",
        label="Evidence",
        cell=_of_a_stated_fact("evidence"),
        help="How it is known: stated, observed, confirmed by the company, or imputed.",
    ),
)
PROVIDERS = (
    Column(key="name", label="Provider"),
    Column(key="roles", label="Roles", unit=Unit.LIST),
    Column(key="services", label="Services", unit=Unit.LIST),
    Column(
        key="upstream",
        label="Depends on",
        unit=Unit.LIST,
        cell=lambda row: ", ".join(link["name"] for link in row["upstream"]),
    ),
)
