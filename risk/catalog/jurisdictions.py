"""Jurisdictions of startups and developers, and which rate of regional blocks holds between them.

A block needs an authority that can order it, or a developer that withdraws: at home both are rare,
between open markets one is on record in four years (Italy and OpenAI, 2023), Chinese developers
abroad have met more (Italy and DeepSeek, 2025), and developers from elsewhere withdrew from China
(OpenAI 2024, Anthropic 2025). How often is judgement, in fixtures/rates.csv. docs/method.md §1.
"""

from functools import cache

from risk.catalog.tables import shipped_rows

#: The default node of blocks between jurisdictions of which one is not known.
REGION = "*region"
HOME, OPEN_MARKETS, FROM_CHINA, IN_CHINA = (
    f"{REGION} {sort}" for sort in ("home", "open", "from China", "in China")
)
REGION_NODES = (REGION, HOME, OPEN_MARKETS, FROM_CHINA, IN_CHINA)


def jurisdiction(country: str | None) -> str | None:
    """Whose law holds in a country as a register writes it; None for one that nobody knows.

    Europe (EU, EEA, Switzerland, United Kingdom) is one; other open markets are each their own.
    """
    return _by_spelling().get((country or "").strip().casefold())


@cache
def _by_spelling() -> dict[str, str]:
    """fixtures/jurisdictions.csv: the two letters of countries, and names that registers write."""
    return {row["spelling"]: row["jurisdiction"] for row in shipped_rows("jurisdictions.csv")}


def region_node(developer: str | None, users: str | None) -> str:
    """The default node of the rate at which users in a country lose a developer of another."""
    there, here = jurisdiction(developer), jurisdiction(users)
    if there is None or here is None:
        return REGION
    if there == here:
        return HOME
    if here == "China":
        return IN_CHINA
    return FROM_CHINA if there == "China" else OPEN_MARKETS
