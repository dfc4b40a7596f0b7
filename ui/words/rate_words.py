"""Words about rates: how often, how sure, how long, and on what they rest."""

from collections.abc import Iterable

from risk.catalog.failure_kinds import PERMANENT_KINDS, Basis, FailureKind, FailureRate
from risk.catalog.model_history import MODEL_NODES
from risk.hazard.rate_laws import RateLaw, law_of_lengths
from ui import wording

NO_RATE = "Not modelled"
#: What the range of a rate covers.
RANGE_LEVEL = 0.8
LEAST_WRITTEN = 0.0001
BASIS_NAMES = {
    Basis.FITTED: "Fitted to incidents",
    Basis.PUBLISHED: "Published figure",
    Basis.JUDGEMENT: "Judgement",
}


def rate_in_words(per_year: float | None) -> str:
    """Return how often, or that the model has no such disruption begin at this provider."""
    return NO_RATE if per_year is None else wording.sentence_case(wording.rate(per_year))


def short_rate(per_year: float | None) -> str:
    """Return the rate without "about", to fit a headline figure: ``1 in 77 years``."""
    words = rate_in_words(per_year).removeprefix("About ").replace("once in", "1 in")
    return wording.sentence_case(words)


def basis_of(rates: Iterable[FailureRate], kind: FailureKind) -> str | None:
    """Return where the rate of one kind comes from, or None if there is none."""
    bases = dict.fromkeys(BASIS_NAMES[row.basis] for row in rates if row.kind is kind)
    return wording.listed(bases).lower() or None


def towards_market(one: RateLaw) -> str | None:
    """Return the rate with the weight of the market's average, where something was counted."""
    if one.shrunk is None:
        return None
    return f"{one.shrunk.law.mean:.3g} a year: {one.shrunk.sentence.lower()}"


def range_in_words(low: float, high: float) -> str:
    """Return ``28 to 43 a year`` or, of what is rare, ``1 in 29 to 1 in 4,500 years``."""
    if high >= 1.5:
        return (
            f"{low:,.2g} to {high:,.0f} a year"
            if low < 1.5
            else f"{low:,.0f} to {high:,.0f} a year"
        )
    often = f"1 in {wording.round_years(1 / high)}"
    if low < LEAST_WRITTEN:
        return f"{often} years or rarer"
    return f"{often} to 1 in {wording.round_years(1 / low)} years"


def range_in_figures(low: float, high: float) -> str:
    """Return ``28 to 43``; what is next to nothing is not written as a power of ten."""
    start = f"{low:.2g}" if low >= LEAST_WRITTEN else f"under {LEAST_WRITTEN:g}"
    return f"{start} to {high:.2g}"


def lasts_in_words(row: FailureRate) -> str:
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


def severity_in_words(row: FailureRate) -> str:
    """Return the share of the service that is lost while it lasts."""
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


def kind_and_level(row: FailureRate) -> str:
    """Return ``Outage, major``."""
    kind = wording.disruption(row.kind)
    return f"{kind}, {row.level}" if row.level else kind
