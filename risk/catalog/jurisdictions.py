"""Jurisdictions of startups and developers, and which rate of regional blocks holds between them.

A block needs an authority that can order it, or a developer that withdraws: at home both are rare,
between open markets one is on record in four years (Italy and OpenAI, 2023), Chinese developers
abroad have met more (Italy and DeepSeek, 2025), and developers from elsewhere withdrew from China
(OpenAI 2024, Anthropic 2025). How often is judgement, in fixtures/rates.csv. docs/method.md §1.
"""

#: Jurisdictions by the two letters of a country and by the names that registers write.
_CHINA = frozenset({"cn", "chn", "china", "prc", "people's republic of china", "mainland china"})
_US = frozenset({"us", "usa", "u.s.", "u.s.a.", "united states", "united states of america"})
_EUROPE = frozenset(
    """at be bg ch cy cz de dk ee es fi fr gb gr hr hu ie is it li lt lu lv mt nl no pl pt ro se si
    sk uk austria belgium bulgaria croatia cyprus czechia denmark estonia finland france germany
    greece hungary iceland ireland italy latvia liechtenstein lithuania luxembourg malta netherlands
    norway poland portugal romania slovakia slovenia spain sweden switzerland england""".split()
) | {"czech republic", "the netherlands", "united kingdom", "great britain"}
_OPEN = frozenset("au ca il in jp kr nz sg tw".split())
_CODES = {
    "australia": "au",
    "canada": "ca",
    "israel": "il",
    "india": "in",
    "japan": "jp",
    "south korea": "kr",
    "korea": "kr",
    "republic of korea": "kr",
    "new zealand": "nz",
    "singapore": "sg",
    "taiwan": "tw",
}

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
    text = (country or "").strip().casefold()
    for name, known in (("China", _CHINA), ("US", _US), ("Europe", _EUROPE)):
        if text in known:
            return name
    code = _CODES.get(text, text)
    return code if code in _OPEN else None


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
