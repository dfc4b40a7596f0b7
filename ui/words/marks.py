"""Words for how sure an answer is: its range, its two marks, and what would narrow it most."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from risk.portfolio.results import (
    NO_BAND,
    Interval,
    Lever,
    Narrowing,
    PortfolioAssessment,
    Source,
    StartupAssessment,
)
from ui import wording

#: What each source of uncertainty is called where one thing of it is named.
KINDS = {Source.FACTS: "fact", Source.RATES: "rate", Source.JUDGEMENT: "judgement"}
MOSTLY = {
    Source.FACTS: "mostly unknown facts",
    Source.RATES: "mostly how often providers fail",
    Source.JUDGEMENT: "mostly judgement",
}
#: What the figures beside things that would narrow a range are: of a startup, of a portfolio.
SHARES_MEANING = "Per cent: the part of the uncertainty that each explains."
ENDS_MEANING = (
    "How far the expected loss moves between the 10 and the 90 % point of each, as on Assumptions"
)
#: What stands above a range everywhere.
RANGE_MEANING = "10 to 90 % over facts, rates and judgement"
UNBROKEN = "\N{NO-BREAK SPACE}"
NOTHING_OPEN = "nothing that is modelled as uncertain"


def median_and_range(median_usd: float | None, interval: Interval | None) -> str:
    """Return ``$6.1M ($2.3M–14M)``; the middle alone where there is no range; unknown."""
    if median_usd is None or interval is None:
        return wording.money(median_usd)
    middle, spread = wording.money(median_usd), wording.money_range(interval)
    return middle if middle == spread else f"{middle} ({spread})"


def is_told(one: StartupAssessment) -> bool:
    """Whether enough is known of a startup for more than how much it may lose."""
    return one.band != NO_BAND


def loss(one: StartupAssessment | PortfolioAssessment) -> str:
    """Return the expected loss of a startup or a portfolio as its median with its range.

    Of a startup of which too little is known, only how large it may be.
    """
    if isinstance(one, StartupAssessment) and not is_told(one):
        return wording.at_most(one.aal_interval_usd.high)
    return median_and_range(one.median_usd, one.aal_interval_usd)


def facts_known(share: float | None) -> str:
    """Return ``facts known 88 %``: what facts can do to the answer that somebody stated lately."""
    return f"facts known {wording.percent(share if share is None else round(share, 2))}"


def rests_mostly_on(most: Source | None, share: float | None = None) -> str:
    """Return ``model: mostly judgement (74 %)``, or that nothing is uncertain."""
    if most is None:
        return f"model: {NOTHING_OPEN}"
    of_all = "" if share is None else f" ({wording.percent(share)})"
    return f"model: {MOSTLY[most]}{of_all}"


def marks(one: StartupAssessment | PortfolioAssessment) -> str:
    """Return the two marks of an answer: which facts are known, and what the model rests on."""
    shares = one.variance_shares
    share = float(getattr(shares, shares.most.value)) if shares.most else None
    return f"{facts_known(one.facts_known)}; {rests_mostly_on(shares.most, share)}"


def explained(one: StartupAssessment | PortfolioAssessment) -> tuple[tuple[str, str], ...]:
    """Return the two marks of an answer, each with what it means; one where nothing is unsure."""
    known, shares = (facts_known(one.facts_known), wording.FACTS_KNOWN_MEANING), one.variance_shares
    if shares.most is None:
        return (known,)
    divided = (
        f"Of the uncertainty, {wording.percent(round(shares.judgement, 2))} is judgement, "
        f"{wording.percent(round(shares.rates, 2))} how often providers fail, and "
        f"{wording.percent(round(shares.facts, 2))} facts that nobody stated. Judgement alone "
        f"moves the answer by a factor of {one.judged_factor:.1f} up or down."
    )
    return known, (rests_mostly_on(shares.most), divided)


def narrowed_by(one: Narrowing) -> str:
    """Return what would narrow a startup's range: ``Churn maximum (judgement): 7 %``."""
    return narrowing_words(one.what, one.kind, one.share)


def narrowing_words(what: str | None, kind: Source, share: float) -> str:
    """Return the same of something that may not be named."""
    named = {Source.FACTS: "A fact of one company", Source.RATES: "How often something fails"}
    thing = named[kind] if what is None else _thing(what, kind)
    return f"{thing} ({KINDS[kind]}): {wording.percent(round(share, 3))}"


def pulled_by(one: Lever) -> str:
    """Return what would narrow a portfolio's range: ``Ask 28 startups for …: −39 % to +78 %``."""
    return lever_words(one.what, one.kind, one.low, one.high, one.startups)


def lever_words(what: str, kind: Source, low: float, high: float, startups: int) -> str:
    """Return the same from the parts of a :class:`Lever`."""
    thing = f"{_thing(what, kind)} ({KINDS[kind]})"
    if kind is Source.FACTS:
        fact = wording.field(what)
        asked = wording.counted(startups, "company", "companies")
        thing = f"Ask {asked} for {fact[:1].lower() + fact[1:] if fact[1:2].islower() else fact}"
    ends = f"{wording.change(low - 1)} to {wording.change(high - 1)}"
    # Short as they are, the ends stay on one line.
    return f"{thing}: {ends.replace(' ', UNBROKEN)}"


def lever_values(levers: Sequence[Lever]) -> list[dict[str, Any]]:
    """Return the same for programs, with names as the register and the model have them."""
    return [{**asdict(one), "kind": KINDS[one.kind]} for one in levers]


def narrowing_values(narrow_most: Sequence[Narrowing]) -> list[dict[str, Any]]:
    """Return what would narrow a startup's range for programs."""
    return [{**asdict(one), "kind": KINDS[one.kind]} for one in narrow_most]


def provenance(assessment: PortfolioAssessment) -> str:
    """Return what figures rest on: model, catalogue, data, and how exact they are."""
    known = [
        f"Model {assessment.model_version}",
        f"catalogue of {wording.day(assessment.catalogue_date)}",
        f"data {assessment.data_digest[:12]}",
        f"{wording.counted(assessment.worlds, 'world')}, which leave the mean uncertain by "
        f"{wording.percent(assessment.mean_error)}",
    ]
    if assessment.learned:
        known.append(f"{wording.counted(len(assessment.learned), 'rate')} learned since")
    return ", ".join(known)


def _thing(what: str, kind: Source) -> str:
    return wording.field(what) if kind is Source.FACTS else wording.assumption(what)
