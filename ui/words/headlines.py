"""The headline figures of a portfolio and a startup as words: a value and the line below it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from risk.catalog.failure_kinds import FailureKind
from risk.inventory.records import Startup
from risk.loss.questions import range_removed
from risk.portfolio.margin_ranges import MarginRanges
from risk.portfolio.results import (
    NO_BAND,
    Action,
    Ending,
    Interval,
    PortfolioAssessment,
    StartupAssessment,
    TailPart,
)
from risk.portfolio.startups import assessed_of, money_known
from ui import wording
from ui.uncertainty import OF_TEN, Spread, spread_of
from ui.words import marks

#: How the tail can be divided, by what each division is called on screen.
DIVISIONS = {
    "startup": "Company",
    "provider": "Provider called",
    "root": "Where it begins",
    "kind": "Kind of disruption",
}
#: Startups named as parts of the worst years; the others are counted.
MOST_PARTS = 1_000
#: Where less of the expected loss rests on stated revenue, amounts are placeholders.
MONEY_FROM = 0.5
NOBODY_DEPENDS = "No company is known to depend on a language model."
#: What stands below an amount that is one.
PLACEHOLDER = "placeholder, for revenue is mostly unstated"


def largest(values: NDArray[np.float64], count: int) -> list[int]:
    """The places of the largest values, largest first, without sorting all of them."""
    if len(values) > 4 * count:
        places = np.sort(np.argpartition(-values, count)[:count])
    else:
        places = np.arange(len(values))
    return [int(one) for one in places[np.argsort(-values[places], kind="stable")][:count]]


def thin_margin(stated: float | None, least: float) -> str | None:
    """Say that a stated gross margin counts as the least one; None where it counts as it is."""
    if stated is None or stated >= least:
        return None
    return (
        f"The stated gross margin of {wording.percent(stated)} counts as {wording.percent(least)}: "
        "so much of revenue an interruption costs at least, because costs run on while nothing is "
        "served."
    )


def loss_spread(one: PortfolioAssessment | StartupAssessment) -> Spread:
    """The expected loss a year as a median with its range."""
    facts = one.variance_shares.facts
    return spread_of(one.median_usd, one.aal_interval_usd, facts=facts)


def range_words(one: PortfolioAssessment | StartupAssessment) -> str:
    """Return ``$2.3M–14M in 8 of 10 worlds``."""
    return f"{wording.money_range(one.aal_interval_usd)} {OF_TEN}"


def loss_note(one: PortfolioAssessment | StartupAssessment) -> str:
    """Return the range below the median, and the mean beside it."""
    return f"{range_words(one)}; mean, for adding up: {wording.money(one.aal_usd)}"


def in_short(assessment: PortfolioAssessment) -> str:
    """Say in a sentence what the portfolio may lose, and on whom it depends most."""
    shares = assessment.concentration["developer"].shares
    if not shares:
        return NOBODY_DEPENDS
    lead = max(shares.items(), key=lambda one: one[1])
    if is_placeholder(money_known(assessment)):
        return typical_year(None, None, lead)
    return typical_year(assessment.median_usd, assessment.aal_interval_usd, lead)


def typical_year(
    median_usd: float | None, interval: Interval | None, lead: tuple[str, float] | None
) -> str:
    """Say what a portfolio may lose in a year, and how much of the margin depends on ``lead``.

    What is None is not said.
    """
    parts = []
    if median_usd is not None:
        reach = f", {wording.money_range(interval)} {OF_TEN}" if interval is not None else ""
        parts.append(
            f"Disruptions of AI providers cost this portfolio about {wording.money(median_usd)} in "
            f"a typical year{reach}"
        )
    if lead is not None:
        name, share = lead
        parts.append(
            f"{wording.percent(share)} of the margin that needs AI depends on "
            f"{wording.provider(name)}"
        )
    return f"{'; '.join(parts)}."


def if_it_ended(assessment: PortfolioAssessment, ending: Ending | None) -> str:
    """Say in a sentence who would lose how much together if the developer of ``ending`` ended.

    Without one, or where nobody loses anything, it is :func:`in_short`.
    """
    if ending is None:
        return in_short(assessment)
    names = assessed_of(assessment).table.names
    return ended(
        ending,
        names[0] if len(names) == 1 else of_companies(ending.startups, len(names), "your "),
        share=assessment.concentration["developer"].shares.get(ending.provider),
        placeholders=is_placeholder(money_known(assessment)),
    )


def of_companies(count: int, whole: int, whose: str = "") -> str:
    """Return ``31 of your 61 companies``."""
    return f"{count:,} of {whose}{wording.counted(whole, 'company', 'companies')}"


def ended(ending: Ending, who: str, *, share: float | None, placeholders: bool) -> str:
    """Say that ``who`` would lose by an end, or with what ``share`` of margin they would be hit."""
    name = wording.provider(ending.provider)
    if placeholders:
        part = f", with {wording.percent(share)} of the margin that needs AI" if share else ""
        return f"If {name} ended tomorrow, {who} would be hit{part}."
    together = " together" if ending.startups > 1 else ""
    return (
        f"If {name} ended tomorrow, {who} would lose {wording.money(ending.median_usd)}{together}."
    )


def bands_in_short(bands: Mapping[str, int]) -> str:
    """Say how many companies are most exposed, and of how many that cannot be told."""
    total, untold = sum(bands.values()), bands.get(NO_BAND, 0)
    if total == 1:
        band = next(one for one, count in bands.items() if count)
        return "Too little is known for a band" if untold else f"One company, in band {band}"
    if untold == total:
        return f"Too little is known of all {total:,} companies for a band"
    worst = bands.get("D", 0) + bands.get("E", 0)
    said = f"{worst:,} of {total:,} companies {'is' if worst == 1 else 'are'} in band D or E"
    if not untold:
        return said
    return f"{said}; for {untold:,} too little is known"


def ending_note(assessment: PortfolioAssessment, ending: Ending) -> str:
    """Say how sure the loss of :func:`if_it_ended` is, and what it is."""
    return ended_note(ending, placeholders=is_placeholder(money_known(assessment)))


def ended_note(ending: Ending, *, placeholders: bool) -> str:
    """The same beside :func:`ended`."""
    said = f"{wording.money_range(ending.interval)} {OF_TEN}; the stress test of its wind-down"
    return f"{said}, in placeholders" if placeholders else said


def carriers(assessment: PortfolioAssessment, most: int) -> str | None:
    """Say how much of a bad year those carry that carry most; None of one company or no loss."""
    table = assessed_of(assessment).table
    tail = np.nan_to_num(table.tail)
    shown = [row for row in largest(tail, most) if tail[row] > 0]
    if len(table) < 2 or not shown:
        return None
    share = wording.percent(float(tail[shown].sum() / tail.sum()))
    if len(shown) == 1:
        return f"{table.names[shown[0]]} carries {share} of a bad year"
    return (
        f"{wording.sentence_case(_number_word(len(shown)))} companies carry {share} of a bad year"
    )


def _number_word(number: int) -> str:
    words = "two three four five six seven eight nine ten".split()
    return words[number - 2] if 2 <= number <= 10 else f"{number:,}"


def is_placeholder(known: float) -> bool:
    """Whether amounts are placeholders, of which so much (0..1) rests on stated revenue."""
    return known < MONEY_FROM


def placeholder(assessment: PortfolioAssessment) -> str | None:
    """Say that amounts are placeholders where revenue is unstated for most of the money."""
    return placeholder_said(money_known(assessment))


def placeholder_said(share: float) -> str | None:
    """The same where ``share`` (0..1) of the expected loss rests on stated revenue."""
    if not is_placeholder(share):
        return None
    return (
        f"Revenue and margin are stated for {wording.percent(share)} of the expected loss. The "
        "amounts are placeholders, drawn from what such companies usually earn; shares and ranks "
        "hold better. Import revenue and margin to have amounts of your own."
    )


def first_questions(assessment: PortfolioAssessment, count: int = 3) -> tuple[tuple[str, str], ...]:
    """Whom to ask for which fact first: the startups whose range an answer narrows most, in USD."""
    assessed = assessed_of(assessment)
    found = assessed.table.answers
    narrows = np.where(found.question < 0, 0.0, found.narrows)
    narrowed = range_removed(found.low, found.median, found.high, narrows)
    asked = [assessed[row] for row in largest(narrowed, count) if narrowed[row] > 0]
    return tuple((one.startup, one.unknown[0]) for one in asked if one.unknown)


def share_of_gross_profit(assessment: PortfolioAssessment) -> str:
    """Return ``1.6 % of gross profit``; nothing where none is known."""
    if assessment.gross_profit_usd <= 0:
        return ""
    return f"{wording.percent(assessment.aal_usd / assessment.gross_profit_usd)} of gross profit"


def concentration(
    assessment: PortfolioAssessment, ranges: MarginRanges | None = None
) -> tuple[str, str]:
    """Return ``11 providers`` and as how many equal ones, with the range of that where it is known.

    What fails together counts once.
    """
    listed = wording.counted(assessment.listed_providers, "provider")
    effective = effective_number(assessment)
    if effective is None:
        return listed, "no margin is known to depend on AI"
    if assessment.listed_providers == 1:
        return listed, "all of the margin that needs AI"
    reach = ranges.equal_ones if ranges is not None else None
    known = "" if reach is None else f" ({reach.low:.1f}–{reach.high:.1f})"
    if reach is not None and f"{reach.low:.1f}" == f"{reach.high:.1f}":
        known = ""  # Where everything is stated it is the same in every world.
    return listed, f"as concentrated as {effective:.1f}{known} equal ones"


def concentration_spread(
    assessment: PortfolioAssessment, ranges: MarginRanges | None
) -> Spread | None:
    """As how many equal providers they count, for its bar; None where it has no range."""
    effective = effective_number(assessment)
    if effective is None or ranges is None or ranges.equal_ones is None:
        return None
    return Spread(low=ranges.equal_ones.low, median=effective, high=ranges.equal_ones.high)


def concentration_told(assessment: PortfolioAssessment, ranges: MarginRanges | None = None) -> str:
    """Return the same in a sentence, with the developers that have most."""
    listed, note = concentration(assessment, ranges)
    named = [share_told(name, of, ranges) for name, of in leading(assessment)]
    return f"{listed}, {note}{': ' if named else ''}{', '.join(named)}"


def effective_number(assessment: PortfolioAssessment) -> float | None:
    """How many equal providers they count as by margin; those that fail together count once."""
    by_margin = assessment.concentration["developer"].effective_number
    adjusted = assessment.dependence_adjusted
    return by_margin if by_margin is None or not adjusted else min(by_margin, adjusted)


def leading(assessment: PortfolioAssessment, most: int = 3) -> list[tuple[str, float]]:
    """The developers with the largest shares (0..1) of the margin that needs AI."""
    shares = assessment.concentration["developer"].shares
    return sorted(shares.items(), key=lambda one: (-one[1], one[0]))[:most]


def share_told(name: str, share: float, ranges: MarginRanges | None = None) -> str:
    """Return ``OpenAI 49 % (44–55 %)``, a developer's share with its range where it is known."""
    said, reach = wording.percent(share), share_reach(name, share, ranges)
    return f"{wording.provider(name)} {said if said == reach else f'{said} ({reach})'}"


def share_reach(name: str, share: float, ranges: MarginRanges | None) -> str:
    """Return ``44–55 %``; the share itself where it has no range."""
    reach = ranges.developers.get(name) if ranges is not None else None
    return wording.percent(share) if reach is None else wording.percent_range(reach)


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


def diversification(assessment: PortfolioAssessment) -> str | None:
    """Say how far the startups' bad years fall together; None of too few startups."""
    ratio = assessment.diversification
    if ratio is None:
        return None
    alone = wording.money(assessment.tvar95_usd / ratio)
    return (
        f"The portfolio's worst 5 % of years cost {wording.money(assessment.tvar95_usd)} on "
        f"average; the companies' own worst years, each by itself, add up to {alone}. The "
        f"diversification ratio is {wording.percent(ratio)}: at 100 % all of their bad years would "
        "be the same years."
    )


def tail_parts(assessment: PortfolioAssessment) -> dict[str, tuple[TailPart, ...]]:
    """Return the parts of the worst years by every division of :data:`DIVISIONS` that is known.

    Of the startups those that carry most, :data:`MOST_PARTS` at most.
    """
    table = assessed_of(assessment).table
    tail = np.nan_to_num(table.tail)
    startups = [
        TailPart(name=table.names[row], tvar95_usd=float(tail[row]))
        for row in largest(tail, MOST_PARTS)
        if tail[row] > 0
    ]
    known = {by: assessment.tail_parts[by] for by in DIVISIONS if by in assessment.tail_parts}
    return {"startup": tuple(startups), **known}


def tail_beyond(assessment: PortfolioAssessment, by: str, shown: int) -> tuple[int, float]:
    """How many parts there are beyond so many of the largest, and their sum in USD."""
    if by != "startup":
        others = assessment.tail_parts.get(by, ())[shown:]
        return len(others), sum(one.tvar95_usd for one in others)
    tail = np.nan_to_num(assessed_of(assessment).table.tail)
    named = largest(tail, shown)
    rest = tail.copy()
    rest[named] = 0.0
    return int((rest > 0).sum()), float(rest.sum())


def part_name(division: str, name: str) -> str:
    """Return what a part of the tail is called on screen."""
    return wording.disruption(FailureKind(name)) if division == "kind" else wording.provider(name)


def out_of_cash(assessment: PortfolioAssessment) -> tuple[str, str]:
    """Return how many more startups would run out of cash, and of how many cash is known."""
    found = assessment.cash_out
    if not found.known:
        return wording.UNKNOWN, "nobody stated cash and burn"
    low, high = found.newly_interval.low, found.newly_interval.high
    note = "if their lead developer wound down"
    if round(low) != round(high):
        note += f"; {low:,.0f}–{high:,.0f} {OF_TEN}"
    if found.anyway:
        note += f"; {found.anyway:,} would anyway"
    if found.known < len(assessment.startups):
        note += f"; cash known of {found.known:,}"
    return f"{wording.number(round(found.newly))} more", note


def only_questions(one: StartupAssessment) -> bool:
    """Whether nothing but open questions is known of what a startup depends on."""
    return not one.providers and one.open_questions > 0


def loss_value(one: StartupAssessment) -> str:
    """Return the median, or what open questions could add and how many they are."""
    if not only_questions(one):
        return wording.money(one.median_usd)
    return wording.at_most(one.aal_interval_usd.high)


def what_may_be(one: StartupAssessment) -> str:
    """Say what open questions could add where nothing else is known."""
    if not one.aal_interval_usd.high:
        lines = wording.counted(one.open_questions, "line")
        return f"Nothing is known of it yet: {lines} could not be read. Correct and import them."
    return (
        f"No language-model dependence found so far, but "
        f"{wording.counted(one.open_questions, 'text')} below, marked “ask”, could not be read "
        "surely. If every one stood for a language model, the expected loss could reach "
        f"{wording.escaped(wording.money(one.aal_interval_usd.high))} a year and the score "
        f"{one.score_interval.high:.0f}."
    )


def in_question(one: StartupAssessment) -> str:
    """Return ``answer 3 questions``: what would make a number of it."""
    return f"answer {wording.counted(one.open_questions, 'question')}"


def score_value(one: StartupAssessment) -> str:
    """Return ``44 · band C``; a range and no letter where too little is known."""
    if one.band == NO_BAND:
        low, high = one.score_interval.low, one.score_interval.high
        return f"{low:.0f}–{high:.0f}"
    return f"{one.score:.0f} · band {one.band}"


def score_note(one: StartupAssessment) -> str:
    """Return the range of the score, or why no band is told."""
    if one.band == NO_BAND:
        return f"of 100; no band, for too little is known: {percent_known(one)}"
    low, high = one.score_interval.low, one.score_interval.high
    if round(low) == round(high):
        return "of 100"
    return f"of 100; {low:.0f}–{high:.0f} {OF_TEN}"


def percent_known(one: StartupAssessment) -> str:
    """Return how much of what facts can do to an answer is known, as per cent."""
    return wording.percent(round(one.facts_known, 2))


def switch_note(one: StartupAssessment) -> str:
    """Return the range of the days to switch, and away from whom."""
    away = f"away from {wording.provider(one.lead_developer)}"
    found = one.days_to_switch_interval
    if found is None or one.days_to_switch is None:
        return away
    return f"{found.low:,.0f}–{found.high:,.0f} days {OF_TEN}, {away}"


def in_a_story(one: StartupAssessment) -> str:
    """Say what the worst disruption would do, how long switching takes and what cash is left."""
    if one.worst is None:
        return "No disruption in the model reaches it."
    what = wording.disruption_of(one.worst.root, one.worst.kind)
    said = [
        f"The worst that may come is {what[0].lower()}{what[1:]}, "
        f"{how_often(one.worst.rate_per_year)}: it would cost about "
        f"{wording.money(one.worst.loss_usd)}"
    ]
    if one.days_to_switch is not None and one.lead_developer is not None:
        said.append(
            f"leaving {wording.provider(one.lead_developer)} takes about "
            f"{wording.days(one.days_to_switch)}"
        )
    before, after = one.runway_months.before, one.runway_months.after
    if before is not None and after is not None:
        said.append(
            f"its wind-down would leave {wording.months(after)} of cash, of "
            f"{wording.months(before).removesuffix(' months')} today"
        )
    return f"{'; '.join(said)}."


def in_a_line(one: StartupAssessment) -> str:
    """Return expected loss, score and days to leave, each with its range, in one line."""
    said = [f"Expected loss a year {marks.loss(one)}"]
    low, high = one.score_interval.low, one.score_interval.high
    if one.band == NO_BAND:
        said.append(f"score {low:.0f}–{high:.0f} of 100, no band")
    else:
        said.append(f"score {one.score:.0f} of 100 ({low:.0f}–{high:.0f}), band {one.band}")
    if one.days_to_switch is not None and one.lead_developer is not None:
        days = wording.with_range(one.days_to_switch, one.days_to_switch_interval)
        said.append(f"leaving {wording.provider(one.lead_developer)} takes {days} days")
    return " · ".join(said)


def what_is_unknown(one: StartupAssessment) -> str:
    """Say what of the range is facts; without any unknown, that the rest is the model's."""
    if one.open_questions:
        asked = wording.counted(one.open_questions, "text")
        return f"{asked} could not be read surely; the upper end counts each as a yes."
    if one.unknown:
        return f"Facts that nobody stated, most influential first. {marks.SHARES_MEANING}"
    return "No unknown facts. The range is model uncertainty: judgement, and how often it happens."


def worst_disruption(one: StartupAssessment) -> tuple[str, str]:
    """Return the loss of the worst disruption, and what it is and how often it is expected."""
    if one.worst is None:
        return "none", "no disruption reaches it"
    what = wording.disruption_of(one.worst.root, one.worst.kind)
    return wording.money(one.worst.loss_usd), f"{what}, {how_often(one.worst.rate_per_year)}"


def how_often(rate_per_year: float) -> str:
    """Return ``once in 100 years`` or ``3 times a year``."""
    if rate_per_year <= 0:
        return "not expected"
    if rate_per_year < 1:
        return f"once in {wording.round_years(1 / rate_per_year)} years"
    return f"{wording.number(round(rate_per_year, 1))} times a year"


def runway_months(one: StartupAssessment) -> str:
    """Return months of runway before and after as ``12 → 7``."""
    return wording.before_after_months(one.runway_months).removesuffix(" months")


def runway(one: StartupAssessment) -> str:
    """Return the range after a wind-down and the chance of running out of cash within a year."""
    chance, months = one.cash_out_probability, one.runway_months
    if chance.after is None:
        return "cash or burn is unknown"
    before, after = wording.percent(chance.before), wording.percent(chance.after)
    change = after if before == after else f"{before} → {after}"
    said = f"out of cash in 12 months: {change}"
    if months.after_low is None or months.after_high is None:
        return said
    return f"after: {months.after_low:,.0f}–{months.after_high:,.0f} {OF_TEN}; {said}"


def action(one: Action, *, of: float | None = None) -> str:
    """Return what to do, what it saves and what it costs, in a sentence.

    Where amounts are placeholders, ``of`` is the expected loss of the portfolio: the share comes
    first.
    """
    removed = marks.median_and_range(one.aal_removed_usd, one.removed)
    once = marks.median_and_range(one.one_off_usd, one.one_off)
    case = wording.sentence_case(wording.brief(one.use_case))
    if of:
        share = wording.percent(one.aal_removed_usd / of)
        return (
            f"{case}: {one.what}. Removes {share} of the expected loss; as placeholders, {removed} "
            f"a year for {once} once."
        )
    return f"{case}: {one.what}. Removes {removed} of expected loss a year for {once} once."


def about(startup: Startup) -> list[str]:
    """Return what a startup is, in a few words, for the line below its name."""
    known = (startup.sector, startup.country)
    return [text for text in known if text]


def points_note(assessment: PortfolioAssessment) -> str:
    """Say how much of the expected loss comes from being stopped by one root."""
    points = assessment.single_points
    if not points:
        return "Nobody stops a use case alone."
    stopped = sum(one.aal_usd for one in points)
    share = stopped / assessment.aal_usd if assessment.aal_usd > 0 else 0.0
    count = "1 single point" if len(points) == 1 else f"{len(points):,} single points"
    return (
        f"{count} of failure. Being stopped by one is {wording.money(stopped)} of the expected "
        f"loss a year, {wording.percent(share)} of it."
    )


def pairs_note(assessment: PortfolioAssessment) -> str:
    """Say what the weight of a pair is, and that no other figure holds it."""
    pairs = assessment.pairs
    if not pairs:
        return "No two stop a use case that neither of them stops alone."
    lost = sum(one.margin_usd_per_year for one in pairs)
    return (
        f"{wording.counted(len(pairs), 'pair')} stop a use case only if both are down at once, by "
        f"chance. Such days cost {wording.money(lost)} of margin a year, taken as wholly lost but "
        "without the customers who would leave for good. The expected loss adds disruptions up one "
        "by one and leaves this out."
    )
