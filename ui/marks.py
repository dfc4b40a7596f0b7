"""Words for how sure an answer is: its range, its two marks, and what would narrow it most."""

from collections.abc import Sequence
from typing import Any

from risk.portfolio.results import (
    NO_BAND,
    Interval,
    Narrowing,
    PortfolioAssessment,
    Source,
    StartupAssessment,
)
from ui import headlines, wording

#: What each source of uncertainty is called where one thing of it is named.
KINDS = {Source.FACTS: "fact", Source.RATES: "rate", Source.JUDGEMENT: "judgement"}
#: What stands above a range everywhere.
RANGE_MEANING = "10 to 90 % over facts, rates and judgement"
NOTHING_OPEN = "nothing that is modelled as uncertain"


def median_and_range(median_usd: float | None, interval: Interval | None) -> str:
    """Return ``$6 M ($2.3 M to $14 M)``; a median alone where there is no width; unknown."""
    if median_usd is None or interval is None:
        return wording.UNKNOWN
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
        return f"up to {wording.money(one.aal_interval_usd.high)}"
    return median_and_range(one.median_usd, one.aal_interval_usd)


def facts_known(share: float | None) -> str:
    """Return ``facts known 88 %``: what facts can do to the answer that somebody stated lately."""
    return f"facts known {wording.percent(share)}"


def rests_mostly_on(most: Source | None, share: float | None = None) -> str:
    """Return ``model: mostly judgement (74 %)``, or that nothing is uncertain."""
    if most is None:
        return f"model: {NOTHING_OPEN}"
    of_all = "" if share is None else f" ({wording.percent(share)})"
    return f"model: {headlines.MOSTLY[most]}{of_all}"


def marks(one: StartupAssessment | PortfolioAssessment) -> str:
    """Return the two marks of an answer: which facts are known, and what the model rests on."""
    shares = one.variance_shares
    share = float(getattr(shares, shares.most.value)) if shares.most else None
    return f"{facts_known(one.facts_known)}; {rests_mostly_on(shares.most, share)}"


def narrowed_by(one: Narrowing) -> str:
    """Return what would narrow a range and by how much: ``Churn maximum (judgement, 7 %)``."""
    return narrowing_words(one.what, one.kind, one.share)


def narrowing_words(what: str | None, kind: Source, share: float) -> str:
    """Return the same of something that may not be named."""
    named = {Source.FACTS: "A fact of one startup", Source.RATES: "How often something fails"}
    thing = named[kind] if what is None else _thing(what, kind)
    return f"{thing} ({KINDS[kind]}, {wording.percent(share)})"


def narrows_most(narrow_most: Sequence[Narrowing], *, most: int = 3) -> str:
    """Return what would narrow a range most, a few things in words; nothing if nothing would."""
    return "; ".join(narrowed_by(one) for one in narrow_most[:most])


def narrowing_values(narrow_most: Sequence[Narrowing]) -> list[dict[str, Any]]:
    """Return the same for programs, with names as the register and the model have them."""
    return [{"what": one.what, "kind": KINDS[one.kind], "share": one.share} for one in narrow_most]


def rests_on(assessment: PortfolioAssessment) -> str:
    """Return what figures stand on: model, catalogue, data, and in how many worlds."""
    known = [
        f"Model {assessment.model_version}",
        f"catalogue of {wording.day(assessment.catalogue_date)}",
        f"data {assessment.data_digest[:12]}",
        f"{assessment.worlds} worlds, which give the mean within "
        f"{wording.percent(assessment.mean_error)}",
    ]
    if assessment.learned:
        known.append(f"{wording.counted(len(assessment.learned), 'rate')} learned since")
    return ", ".join(known)


def _thing(what: str, kind: Source) -> str:
    if kind is Source.FACTS:
        return wording.field(what)
    return wording.assumption(what) if kind is Source.JUDGEMENT else wording.sentence_case(what)
