"""The headline figures of a portfolio as words: a value and the line below it."""

from collections import defaultdict
from collections.abc import Sequence

from risk.alternatives.results import Alternative, OptionClass
from risk.catalog.falters import FalterKind
from risk.exposure.results import StartupAssessment
from risk.inventory.records import Startup
from risk.portfolio.results import Action, PortfolioAssessment, TailPart
from ui import wording

#: How the tail can be divided, by what each division is called on screen.
DIVISIONS = {
    "startup": "Startup",
    "provider": "Provider called",
    "root": "Root cause",
    "kind": "Kind of falter",
}


def share_of_gross_profit(assessment: PortfolioAssessment) -> str:
    """Return ``1.6 % of gross profit`` with the range over unknown facts."""
    if assessment.gross_profit_usd <= 0:
        return f"{wording.money_range(assessment.aal_interval_usd)}"
    share = wording.percent(assessment.aal_usd / assessment.gross_profit_usd)
    return f"{share} of gross profit; {wording.money_range(assessment.aal_interval_usd)}"


def biggest_dependence(assessment: PortfolioAssessment) -> tuple[str, str]:
    """Return the developer with the largest share of AI-dependent margin, and through whom."""
    shares = assessment.concentration["developer"].shares
    if not shares:
        return "none", "no language-model dependence found"
    name = max(shares, key=lambda one: shares[one])
    hosts: dict[str, float] = defaultdict(float)
    for one in assessment.dependence:
        if one.developer == name:
            hosts[one.host] += one.margin_usd_per_year
    through = sorted(hosts, key=lambda one: -hosts[one])[:2]
    return (
        f"{wording.percent(shares[name])} {wording.provider(name)}",
        f"of AI-dependent margin, at {wording.listed(map(wording.provider, through))}",
    )


def independent_providers(assessment: PortfolioAssessment) -> tuple[str, str]:
    """Return ``2.1 in effect`` and ``7 listed``; what falls together counts as less than two."""
    listed = f"{assessment.listed_providers} listed"
    effective = assessment.concentration["developer"].effective_number
    if effective is None:
        return wording.UNKNOWN, listed
    adjusted = assessment.dependence_adjusted
    if adjusted is None or adjusted >= effective:
        return f"{effective:.1f} in effect", listed
    if round(adjusted, 1) < round(effective, 1):
        listed += f"; {effective:.1f} if none fell with another"
    return f"{adjusted:.1f} in effect", listed


def independence(assessment: PortfolioAssessment) -> str:
    """Say how many developers there are in effect, and how much of it is only on paper."""
    effective = assessment.concentration["developer"].effective_number
    adjusted = assessment.dependence_adjusted
    if effective is None:
        return "No margin depends on language models."
    said = (
        f"{wording.counted(assessment.listed_providers, 'developer is', 'developers are')} listed. "
        f"By the margin on each they count as {effective:.2f} of equal size"
    )
    if adjusted is None:
        return f"{said}; how far they fall together is unknown."
    gap = round(effective, 2) - round(adjusted, 2)
    if gap <= 0:
        return f"{said}, and no two of them fall together to speak of."
    return (
        f"{said}, and as {adjusted:.2f} once those that fall together are counted so. The gap of "
        f"{gap:.2f} is diversification on paper only."
    )


def diversification(assessment: PortfolioAssessment) -> str:
    """Say how far the startups' bad years fall together."""
    ratio = assessment.diversification
    if not ratio:
        return "No bad years to spread."
    alone = wording.money(assessment.tvar95_usd / ratio)
    return (
        f"The portfolio's worst 5 % of years cost {wording.money(assessment.tvar95_usd)} on "
        f"average; the startups' own worst years, each by itself, add up to {alone}. The "
        f"diversification ratio is {wording.percent(ratio)}: at 100 % all of their bad years would "
        "be the same years."
    )


def tail_parts(assessment: PortfolioAssessment) -> dict[str, tuple[TailPart, ...]]:
    """Return the parts of the worst years by every division of :data:`DIVISIONS` that is known.

    The last answer is remembered: one page asks several times, of 100,000 startups too.
    """
    global _last_parts
    asked_of, parts = _last_parts
    if asked_of is not assessment:
        parts = _tail_parts(assessment)
        _last_parts = (assessment, parts)
    return parts


_last_parts: tuple[PortfolioAssessment | None, dict[str, tuple[TailPart, ...]]] = (None, {})


def _tail_parts(assessment: PortfolioAssessment) -> dict[str, tuple[TailPart, ...]]:
    startups = [
        TailPart(name=one.startup, tvar95_usd=one.tvar95_contribution_usd)
        for one in assessment.startups
        if one.tvar95_contribution_usd
    ]
    startups.sort(key=lambda one: (-one.tvar95_usd, one.name))
    known = {by: assessment.tail_parts[by] for by in DIVISIONS if by in assessment.tail_parts}
    return {"startup": tuple(startups), **known}


def part_name(division: str, name: str) -> str:
    """Return what a part of the tail is called on screen."""
    return wording.falter(FalterKind(name)) if division == "kind" else wording.provider(name)


def provenance(assessment: PortfolioAssessment) -> str:
    """Return what the figures stand on: model, catalogue, data, and how exact they are."""
    known = [
        f"Model {assessment.model_version}",
        f"catalogue of {wording.day(assessment.catalogue_date)}",
        f"data {assessment.data_digest[:12]}",
    ]
    if assessment.grid_error is not None:
        known.append(
            f"calculated, not simulated: the grid moves the portfolio's tail by "
            f"{wording.less_than(assessment.grid_error)}"
        )
    if assessment.learned:
        count = len(assessment.learned)
        known.append(f"{count} {'rate' if count == 1 else 'rates'} learned since")
    return ", ".join(known)


def out_of_cash(assessment: PortfolioAssessment) -> tuple[str, str]:
    """Return ``5 startups`` and of how many cash and burn are known; unknown where of none."""
    known = sum(one.cash_out_probability.after is not None for one in assessment.startups)
    if not known:
        return wording.UNKNOWN, "nobody stated cash and burn"
    note = "if their lead developer wound down"
    if assessment.cash_out_anyway:
        note += f"; {assessment.cash_out_anyway} of them would anyway"
    if known < len(assessment.startups):
        note += f"; cash known of {known}"
    return wording.counted(assessment.cash_out_startups, "startup"), note


def loss_range(one: StartupAssessment) -> str:
    """Return where the expected loss lies once the unknown facts are known."""
    if not one.unknown and not one.open_questions:
        return "every fact is known"
    return f"10–90 %: {wording.money_range(one.aal_interval_usd)}"


def score_range(one: StartupAssessment) -> str:
    """Return where the score lies once the unknown facts are known."""
    low, high = one.score_interval.low, one.score_interval.high
    if round(low) == round(high):
        return "of 100"
    return f"of 100; 10–90 %: {low:.0f} to {high:.0f}"


def worst_falter(one: StartupAssessment) -> tuple[str, str]:
    """Return the loss of the worst falter, and what it is and how often it is expected."""
    if one.worst is None:
        return "none", "nothing can falter"
    what = wording.falter_of(one.worst.root, one.worst.kind)
    return wording.money(one.worst.loss_usd), f"{what}, {how_often(one.worst.rate_per_year)}"


def how_often(rate_per_year: float) -> str:
    """Return ``once in 100 years`` or ``3 times a year``."""
    if rate_per_year <= 0:
        return "not expected"
    if rate_per_year < 1:
        return f"once in {wording.number(round(1 / rate_per_year))} years"
    return f"{wording.number(round(rate_per_year, 1))} times a year"


def lead_developer(one: StartupAssessment) -> str:
    """Return away from whom the switch would be."""
    return f"away from {wording.provider(one.lead_developer)}"


def runway_months(one: StartupAssessment) -> str:
    """Return months of runway before and after as ``12 → 7``."""
    return wording.before_after_months(one.runway_months).removesuffix(" months")


def runway(one: StartupAssessment) -> str:
    """Return the chance of running out of cash before and after."""
    chance = one.cash_out_probability
    if chance.after is None:
        return "cash or burn is unknown"
    before, after = wording.percent(chance.before), wording.percent(chance.after)
    change = after if before == after else f"{before} → {after}"
    return f"out of cash in 12 months: {change}"


def action(one: Action) -> str:
    """Return what to do, what it saves and what it costs, in a sentence."""
    removed, once = wording.money(one.aal_removed_usd), wording.money(one.one_off_usd)
    case = wording.sentence_case(wording.brief(one.use_case))
    return f"{case}: {one.what}. Removes {removed} of expected loss a year for {once} once."


def about(startup: Startup) -> list[str]:
    """Return what a startup is, in a few words, for the line below its name."""
    known = (startup.sector, startup.country)
    return [text for text in known if text]


def recommended_options(options: Sequence[Alternative], startup: Startup) -> list[str]:
    """Return a sentence for the recommended option of each dependency."""
    texts = {one.key: one.provider_text for case in startup.use_cases for one in case.dependencies}
    stay = {
        one.dependency_key: one.residual_aal_usd
        for one in options
        if one.option_class is OptionClass.STAY
    }
    sentences = []
    for one in options:
        if not one.recommended:
            continue
        case = wording.sentence_case(wording.brief(one.use_case))
        if one.option_class is OptionClass.STAY:
            sentences.append(f"{case}: stay with {texts[one.dependency_key]}")
            continue
        sentences.append(
            f"{case}, instead of {texts[one.dependency_key]}: {one.option}. Expected loss "
            f"{wording.money(stay.get(one.dependency_key))} → "
            f"{wording.money(one.residual_aal_usd)} a year, {wording.money(one.one_off_usd)} once."
        )
    return sentences
