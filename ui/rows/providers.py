"""Rows of the tables about providers: the list, and what is known of one of them."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
import streamlit as st

from risk.catalog.falters import PERMANENT_KINDS, Basis, FalterKind, FalterRate
from risk.catalog.model_history import MODEL_NODES
from risk.catalog.records import Catalog, Provider, Role
from risk.hazard.neighbours import Neighbour, provider_rates, rate_of
from risk.hazard.rate_laws import RateLaw, law_of_lengths
from risk.hazard.supply_chain import SupplyChain
from risk.portfolio.providers import Dependent, Dependents
from ui import wording

NO_RATE = "Not modelled"
#: Startups that the table of those who depend on a provider lists.
MOST_DEPENDENTS = 2_000
ROLE_NAMES = {
    Role.DEVELOPER: "Developer",
    Role.HOST: "Host",
    Role.CLOUD: "Cloud",
    Role.EDGE: "Edge network",
    Role.GPU: "Chips",
    Role.OWNER: "Owner",
}
#: What the range of a rate covers.
RANGE_LEVEL = 0.8
LEAST_WRITTEN = 0.0001


def provider_table(
    catalog: Catalog, chain: SupplyChain, dependents: Mapping[str, Dependents]
) -> pd.DataFrame:
    """Return a row per provider, those that carry most of this portfolio's margin first."""
    rows = [
        _provider_row(one, provider_rates(catalog, chain, one.name), dependents.get(one.name))
        for one in catalog.providers.values()
    ]
    rows.sort(key=_heaviest_first)
    return pd.DataFrame(rows)


def _heaviest_first(row: Mapping[str, object]) -> tuple[float, float, float, str]:
    numbers = (row["Share of margin, %"], row["Direct"], row["Through others"])
    first, second, third = (-float(str(value or 0)) for value in numbers)
    return first, second, third, str(row["Provider"])


def _provider_row(
    provider: Provider, rates: Sequence[FalterRate], found: Dependents | None
) -> dict[str, object]:
    outages = rate_of(rates, FalterKind.OUTAGE)
    wind_downs = rate_of(rates, FalterKind.WIND_DOWN)
    return {
        "Provider": provider.name,
        "Roles": roles_in_words(provider),
        "Country": provider.country or None,
        "Direct": found.direct if found else 0,
        "Through others": found.through_others if found else 0,
        # Where nobody stands on it the share is known to be zero; otherwise it may be unknown.
        "Share of margin, %": _rounded(found.margin_share) if found else 0.0,
        "Outages": rate_in_words(outages),
        "Wind-down": rate_in_words(wind_downs),
        "Facts of": provider.as_of or None,
        "Outages a year": outages,
        "Wind-downs a year": wind_downs,
        "Source": provider.source or None,
    }


def _rounded(share: float | None) -> float | None:
    # A bar with a whole per cent beside it reads better than one with two decimals.
    return None if share is None else float(round(100 * share))


#: Columns of :func:`provider_table` that only the downloaded file carries.
PROVIDER_DOWNLOAD_ONLY = ("Outages a year", "Wind-downs a year", "Source")


def stands_on(catalog: Catalog) -> str:
    """Say what figures about providers stand on."""
    day = wording.day(catalog.catalogue_date)
    return f"From the reference facts, catalogue of {day}, and the register of this portfolio."


def provider_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`provider_table`."""
    column = st.column_config
    return {
        "Provider": column.TextColumn(pinned=True, width="medium"),
        "Roles": column.TextColumn(width=170),
        "Country": column.TextColumn(width=75),
        "Direct": column.NumberColumn(width=70, help="Startups that name it themselves."),
        "Through others": column.NumberColumn(
            width=110, help="Startups that stand on it only through someone they named."
        ),
        "Share of margin, %": column.ProgressColumn(
            "Share of margin",
            format="%.0f %%",
            min_value=0,
            max_value=100,
            width=130,
            help="Of the margin that depends on language models, directly or through others.",
        ),
        "Outages": column.TextColumn(width=180, help="Major and critical ones."),
        "Wind-down": column.TextColumn(width=190),
        "Facts of": column.TextColumn(width=100),
    }


def with_role(rows: pd.DataFrame, roles: Sequence[str]) -> pd.DataFrame:
    """Return the rows that have one of these roles; no roles means all rows."""
    if not roles:
        return rows
    wanted = {ROLE_NAMES[Role(role)] for role in roles}
    return rows[[not wanted.isdisjoint(text.split(", ")) for text in rows["Roles"]]]


def roles_in_words(provider: Provider) -> str:
    """Return ``Developer, Host``, in the order of the closed list."""
    return ", ".join(ROLE_NAMES[role] for role in Role if role in provider.roles)


def rate_in_words(per_year: float | None) -> str:
    """Return how often, or that the model has no such falter begin at this provider."""
    return NO_RATE if per_year is None else wording.sentence_case(wording.rate(per_year))


def short_rate(per_year: float | None) -> str:
    """Return the rate without "about", to fit a headline figure: ``1 in 77 years``."""
    words = rate_in_words(per_year).removeprefix("About ").replace("once in", "1 in")
    return wording.sentence_case(words)


def basis_of(rates: Iterable[FalterRate], kind: FalterKind) -> str | None:
    """Return where the rate of one kind comes from, or None if there is none."""
    bases = dict.fromkeys(BASIS_NAMES[row.basis] for row in rates if row.kind is kind)
    return wording.listed(bases).lower() or None


def falter_table(laws: Iterable[RateLaw], provider: str) -> pd.DataFrame:
    """Return a row per rate: how often, how sure, how long, how much is lost, and the source."""
    order = list(FalterKind)
    rows = [
        {
            "Falter": f"{wording.falter(row.kind)}, {row.level}"
            if row.level
            else wording.falter(row.kind),
            "How often": rate_in_words(row.rate_per_year),
            "80 % range a year": range_in_figures(*one.law.interval(RANGE_LEVEL)),
            "Rests on": one.sentence,
            "Drawn towards the market": towards_market(one),
            "How long": lasts_in_words(row),
            "Service lost": _severity_in_words(row),
            "Notice": wording.days(row.notice_days) if row.notice_days else "None",
            "Basis": BASIS_NAMES[row.basis],
            "Whose record": "Its own" if row.node == provider else sort_in_words(row.node),
            "Source": row.source,
            "As of": row.as_of,
        }
        for one, row in sorted(
            ((one, one.row) for one in laws),
            key=lambda pair: (order.index(pair[1].kind), -pair[1].rate_per_year),
        )
    ]
    return pd.DataFrame(rows)


def towards_market(one: RateLaw) -> str | None:
    """Return the rate with the weight of the market's average, where something was counted."""
    if one.shrunk is None:
        return None
    return f"{one.shrunk.law.mean:.3g} a year: {one.shrunk.sentence.lower()}"


def range_in_figures(low: float, high: float) -> str:
    """Return ``28 to 43``; what is next to nothing is not written as a power of ten."""
    start = f"{low:.2g}" if low >= LEAST_WRITTEN else f"under {LEAST_WRITTEN:g}"
    return f"{start} to {high:.2g}"


BASIS_NAMES = {
    Basis.FITTED: "Fitted to incidents",
    Basis.PUBLISHED: "Published figure",
    Basis.JUDGEMENT: "Judgement",
}


def lasts_in_words(row: FalterRate) -> str:
    """Return the median, the length that 9 in 10 stay below, and how many exceed a day.

    Permanent kinds do not end.
    """
    if row.kind in PERMANENT_KINDS:
        return "For good"
    law = law_of_lengths(row)
    if law is None:
        return "Not modelled"
    median, nine = (wording.days(law.quantile(share)) for share in (0.5, 0.9))
    said = f"Half within {median}, 9 in 10 within {nine}"
    if row.long_share is None:
        return said
    return f"{said}, {wording.percent(row.long_share)} longer than a day"


def _severity_in_words(row: FalterRate) -> str:
    lost = row.severity * row.calibration
    return "None by itself" if lost == 0 else wording.percent(lost)


def sort_in_words(node: str) -> str:
    """Return whose rate this is: ``*developer top`` stands for every top-tier developer."""
    names = {
        "*service": "All services",
        "*developer top": "Top-tier developers",
        "*developer second": "Second-tier developers",
        "*developer": "All developers",
        "*cloud": "All clouds",
        "*edge": "All edge networks",
        **{node: wording.sentence_case(words) for node, words in MODEL_NODES.items()},
        "*host": "All hosts",
        "*customer": "Every customer",
        "*region": "Users and developers of which one's jurisdiction is unknown",
        "*region home": "Users and developers of one jurisdiction",
        "*region open": "Users and developers of open markets",
        "*region from China": "Users of Chinese developers abroad",
        "*region in China": "Users in China of developers abroad",
    }
    return names.get(node, node)


def falter_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`falter_table`."""
    column = st.column_config
    return {
        "Falter": column.TextColumn(pinned=True, width="medium"),
        "How often": column.TextColumn(width=190),
        "80 % range a year": column.TextColumn(
            width=150, help="The true rate lies between these with 80 % probability."
        ),
        "Rests on": column.TextColumn(width=330),
        "Drawn towards the market": column.TextColumn(
            width=330,
            help="The rate if the market's average counts as prior, and its weight; scores do not "
            "use it.",
        ),
        "How long": column.TextColumn(width=270),
        "Service lost": column.TextColumn(
            width=120, help="Share of the service lost while it lasts, calibrated to uptime pages."
        ),
        "Notice": column.TextColumn(width=80),
        "Basis": column.TextColumn(width=150),
        "Whose record": column.TextColumn(width=160),
        "Source": column.TextColumn(width="large"),
        "As of": column.TextColumn(width=100),
    }


def neighbour_table(
    behind: Iterable[Neighbour], standing: Iterable[Neighbour], provider: str
) -> pd.DataFrame:
    """Return who stands behind the provider and who stands on it, with what passes between."""
    sides = [(f"Behind {provider}", one) for one in behind]
    sides += [(f"On {provider}", one) for one in standing]
    return pd.DataFrame(
        {
            "Where": [where for where, _ in sides],
            "Name": [one.name for _, one in sides],
            "Through": [wording.listed(one.via) or "Directly" for _, one in sides],
            "Relation": [wording.sentence_case(one.relation) for _, one in sides],
            "What passes": [effects_in_words(one) for _, one in sides],
            "Source": [one.source or "Follows from who hosts what" for _, one in sides],
        }
    )


def effects_in_words(one: Neighbour) -> str:
    """Return which falters pass over the last link, surest first: ``Outage 50 %, ...``."""
    chances = sorted(one.effects.items(), key=lambda item: (-item[1].probability, item[0]))
    passing = [(kind, effect.probability) for kind, effect in chances if effect.probability > 0]
    if not passing:
        return "Nothing"
    if len(passing) == len(FalterKind) and passing[-1][1] == 1:
        return "Everything"
    words = [f"{wording.falter(kind).lower()} {wording.percent(share)}" for kind, share in passing]
    return wording.sentence_case(", ".join(words))


def dependents_table(found: Dependents) -> pd.DataFrame:
    """Return the startups that depend on the provider, direct ones first.

    Of very many those with most at stake are listed.
    """
    rows = found.startups(0, MOST_DEPENDENTS)
    return pd.DataFrame(
        {
            "Startup": [one.startup for one in rows],
            "How": ["Directly" if one.direct else "Through others" for one in rows],
            "Use cases": [_use_cases(one) for one in rows],
            "Path": ["; ".join(" → ".join(path) for path in one.paths) for one in rows],
        }
    )


def _use_cases(one: Dependent) -> str:
    if one.named is None:
        return wording.counted(one.use_cases, "use case")
    return ", ".join(one.named)
