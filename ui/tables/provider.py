"""Providers as columns: the list, how one is disrupted, who is around it, who depends on it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from risk.catalog.failure_kinds import FailureKind, FailureRate
from risk.catalog.records import Catalog, Provider, Role
from risk.hazard.frequency import sum_of_laws
from risk.hazard.neighbours import Neighbour, provider_rates, rate_of
from risk.hazard.rate_laws import RateLaw, rate_law
from risk.hazard.supply_chain import SupplyChain
from risk.portfolio.providers import Dependents
from ui import wording
from ui.tables.column import Column, Record, Unit, chosen, texts
from ui.words import rate_words

ROLE_NAMES = {
    Role.DEVELOPER: "Developer",
    Role.HOST: "Host",
    Role.CLOUD: "Cloud",
    Role.EDGE: "Edge network",
    Role.GPU: "Chips",
    Role.OWNER: "Owner",
}


def roles_in_words(provider: Provider) -> str:
    """Return ``Developer, Host``, in the order of the closed list."""
    return ", ".join(ROLE_NAMES[role] for role in Role if role in provider.roles)


def _often(name: str) -> Callable[[Record], str]:
    """How often, with the range that holds in 8 of 10 worlds."""

    def cell(row: Record) -> str:
        said = rate_words.short_rate(row[f"{name}_a_year"])
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        return said if high is None else f"{said} ({rate_words.range_in_words(low, high)})"

    return cell


def _rates(name: str, label: str, meaning: str) -> tuple[Column, ...]:
    """The columns of a rate a year and of its range."""
    whole = Column(
        key=f"{name}_a_year",
        label=label,
        cell=_often(name),
        help=f"{meaning} In brackets where the true rate lies with 80 % probability.",
    )
    ends = (("low", "low (10 %)"), ("high", "high (90 %)"))
    return (
        whole,
        *(
            Column(key=f"{name}_{end}", label=f"{label}, {words}", unit=Unit.RATE)
            for end, words in ends
        ),
    )


COLUMNS = (
    *texts(provider="Provider", roles="Roles", country="Country"),
    Column(
        key="direct",
        label="Directly",
        unit=Unit.COUNT,
        help="Companies that named it as developer or host.",
    ),
    Column(
        key="through_others",
        label="Through others",
        unit=Unit.COUNT,
        help="Companies that depend on it only through someone they named.",
    ),
    Column(
        key="ask",
        label="To ask",
        unit=Unit.COUNT,
        help="Companies with an open text, or a model of nobody known, that may be it.",
    ),
    Column(
        key="margin_share",
        label="Share of margin",
        unit=Unit.SHARE,
        help="Of the margin that depends on language models, directly or through others.",
    ),
    *_rates("wind_downs", "Its end", "How often it winds down."),
    *_rates("outages", "Outages", "Major and critical ones."),
    Column(key="as_of", label="Facts of"),
    Column(key="source", label="Source"),
    Column(
        key="own",
        label="Added here",
        unit=Unit.YES,
        help="Whether somebody added it here; otherwise it ships with the product.",
    ),
)
PAGE = chosen(
    COLUMNS,
    (
        *("provider", "roles", "direct", "through_others", "ask", "margin_share"),
        *("wind_downs_a_year", "outages_a_year", "country", "as_of"),
    ),
)
#: Where somebody added providers, those are told apart.
WITH_OWN = (PAGE[0], COLUMNS[-1], *PAGE[1:])


def rows_of(
    catalog: Catalog, chain: SupplyChain, dependents: Mapping[str, Dependents]
) -> list[Record]:
    """Every provider, those that most of this portfolio's margin names first."""
    rows = [
        _row(one, provider_rates(catalog, chain, one.name), dependents.get(one.name), catalog)
        | {"own": one.name in catalog.own.names}
        for one in catalog.providers.values()
    ]
    return sorted(rows, key=_heaviest_first)


def _heaviest_first(row: Record) -> tuple[float, int, float, int, str]:
    direct, share = row["direct_share"] or 0.0, row["margin_share"] or 0.0
    return -direct, -row["direct"], -share, -row["through_others"], row["provider"]


def _row(
    provider: Provider, rates: Sequence[FailureRate], found: Dependents | None, catalog: Catalog
) -> dict[str, Any]:
    # Where nobody depends on it the share is known to be zero; otherwise it may be unknown.
    share = found.margin_share if found else 0.0
    return {
        "provider": provider.name,
        "roles": roles_in_words(provider),
        "country": provider.country or None,
        "direct": found.direct if found else 0,
        "through_others": found.through_others if found else 0,
        "ask": found.asked if found else 0,
        # A bar with a whole per cent beside it reads better than one with two decimals.
        "margin_share": None if share is None else round(share, 2),
        "direct_share": found.direct_margin_share if found else 0.0,
        **_rate("outages", rates, FailureKind.OUTAGE, catalog),
        **_rate("wind_downs", rates, FailureKind.WIND_DOWN, catalog),
        "as_of": provider.as_of or None,
        "source": provider.source or None,
    }


def _rate(
    name: str, rates: Sequence[FailureRate], kind: FailureKind, catalog: Catalog
) -> dict[str, float | None]:
    """A rate a year and its range, by the law of the provider's page."""
    laws = [
        rate_law(one, catalog.rate_evidence.get(one.key))
        for one in rates
        if one.kind is kind and one.rate_per_year > 0
    ]
    law = sum_of_laws(laws)
    low, high = (None, None) if law is None else law.interval(rate_words.RANGE_LEVEL)
    return {f"{name}_a_year": rate_of(rates, kind), f"{name}_low": low, f"{name}_high": high}


def with_role(rows: Sequence[Record], roles: Sequence[str]) -> list[Record]:
    """Return the rows that have one of these roles; no roles means all rows."""
    wanted = {ROLE_NAMES[Role(role)] for role in roles}
    return [one for one in rows if not roles or wanted & set(one["roles"].split(", "))]


DISRUPTION = (
    Column(key="kind", label="Disruption"),
    Column(key="how_often", label="How often"),
    Column(
        key="range",
        label="80 % range",
        help="The true rate lies between these with 80 % probability.",
    ),
    Column(key="rests_on", label="Based on"),
    Column(
        key="towards_market",
        label="Drawn towards the market",
        help="The rate if the market's average counts as prior, and its weight; scores do not "
        "use it.",
    ),
    Column(key="how_long", label="How long"),
    Column(
        key="service_lost",
        label="Service lost",
        help="Share of the service lost while it lasts, calibrated to uptime pages.",
    ),
    *texts(notice="Notice", basis="Basis", whose="Whose record", source="Source", as_of="As of"),
)


def disruption_rows(laws: Iterable[RateLaw], provider: str) -> list[Record]:
    """Return a row per rate: how often, how sure, how long, how much is lost, and the source."""
    order = list(FailureKind)
    ranked = sorted(laws, key=lambda one: (order.index(one.row.kind), -one.row.rate_per_year))
    return [
        {
            "kind": rate_words.kind_and_level(row),
            "how_often": rate_words.rate_in_words(row.rate_per_year),
            "range": rate_words.range_in_words(*one.law.interval(rate_words.RANGE_LEVEL)),
            "rests_on": one.sentence,
            "towards_market": rate_words.towards_market(one),
            "how_long": rate_words.lasts_in_words(row),
            "service_lost": rate_words.severity_in_words(row),
            "notice": wording.days(row.notice_days) if row.notice_days else "None",
            "basis": rate_words.BASIS_NAMES[row.basis],
            "whose": "Its own" if row.node == provider else rate_words.sort_in_words(row.node),
            "source": row.source,
            "as_of": row.as_of,
        }
        for one in ranked
        for row in (one.row,)
    ]


NEIGHBOUR = texts(
    where="Where",
    name="Name",
    through="Through",
    relation="Relation",
    passes="What passes",
    source="Source",
)


def neighbour_rows(
    upstream: Iterable[Neighbour], dependents: Iterable[Neighbour], provider: str
) -> list[Record]:
    """Return who is behind the provider and who is on it, with what passes between."""
    sides = [("It depends on", one) for one in upstream]
    sides += [("Depends on it", one) for one in dependents]
    return [
        {
            "where": where,
            "name": one.name,
            "through": wording.listed(one.via) or "Directly",
            "relation": wording.sentence_case(one.relation),
            "passes": effects_in_words(one),
            "source": one.source or "Follows from who hosts what",
        }
        for where, one in sides
    ]


def effects_in_words(one: Neighbour) -> str:
    """Return which disruptions pass over the last link, surest first: ``Outage 50 %, ...``."""
    chances = sorted(one.effects.items(), key=lambda item: (-item[1].probability, item[0]))
    passing = [(kind, effect.probability) for kind, effect in chances if effect.probability > 0]
    if not passing:
        return "Nothing"
    if len(passing) == len(FailureKind) and passing[-1][1] == 1:
        return "Everything"
    words = [
        f"{wording.disruption(kind).lower()} {wording.percent(share)}" for kind, share in passing
    ]
    return wording.sentence_case(", ".join(words))
