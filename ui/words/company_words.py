"""Words of one company's story: what its lead developer's end would do, what is safer, what to ask.

The same for the page of the app, where the company is "it", and for the founder's link: "you".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from risk.alternatives.results import Alternative, Comparison
from risk.catalog.records import SELF_HOSTED, UNSPECIFIED
from risk.inventory.records import Dependency, ExitPlan, Fallback
from risk.portfolio.results import Interval, StartupAssessment
from ui import wording
from ui.uncertainty import OF_TEN, Spread
from ui.words.founder_words import ASKS, question_of

if TYPE_CHECKING:
    from risk.portfolio.asked import Question
    from risk.portfolio.deadlines import Deadline
    from risk.scenarios.lead_end import LeadEnd

#: Above this an end reaches a company as good as surely.
SURELY = 0.95
#: A smaller share of the variance cannot be told from none by so few worlds.
_HARDLY = 0.001
_BACKUPS = {
    None: "unknown",
    Fallback.NONE: "none",
    Fallback.DOCUMENTED: "on paper only",
    Fallback.UNTESTED: "built but never tried",
    Fallback.TESTED: "tried, switched by hand",
    Fallback.AUTOMATIC: "yes",
}
_PLANS = {
    None: "unknown",
    ExitPlan.NONE: "none",
    ExitPlan.WRITTEN: "written but never tried",
    ExitPlan.TESTED: "tried",
}


@dataclass(frozen=True, kw_only=True)
class EndTold:
    """What the end of a developer does to a company, as it is told: medians with ranges.

    ``is_told`` is False where too little is known for more than how large the loss may be.
    """

    developer: str
    chance: float
    reaches: float
    days_down: float
    loss_usd: float
    low_usd: float
    high_usd: float
    months_before: float | None
    months_after: float | None
    is_told: bool = True

    @property
    def spread(self) -> Spread:
        """The loss as a bar; hatched where too little is known."""
        if not self.is_told:
            return Spread(low=0.0, median=0.0, high=self.high_usd, asked=True)
        return Spread(low=self.low_usd, median=self.loss_usd, high=self.high_usd)


def end_told(one: "LeadEnd", *, is_told: bool) -> EndTold:
    """Return the end of a lead developer as it is told."""
    return EndTold(
        developer=one.developer,
        chance=one.chance,
        reaches=one.hit.hit_probability,
        days_down=one.hit.lost_service_days,
        loss_usd=one.hit.loss_median_usd,
        low_usd=one.hit.loss_low_usd,
        high_usd=one.hit.loss_high_usd,
        months_before=one.hit.runway_months.before,
        months_after=one.hit.runway_months.after,
        is_told=is_told,
    )


def end_values(one: EndTold) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "developer": one.developer,
        "chance_within_a_year": one.chance,
        "reaches": one.reaches,
        "days_down": one.days_down if one.is_told else None,
        "loss_median_usd": one.loss_usd if one.is_told else None,
        "loss_range_usd": [one.low_usd if one.is_told else 0.0, one.high_usd],
        "runway_months_before": one.months_before,
        "runway_months_after": one.months_after,
    }


def story(one: EndTold, *, who: str = "it") -> str:
    """Say what the end of a developer would do: ``If OpenAI ended tomorrow it would be down …``."""
    if not one.is_told:
        return (
            f"If {one.developer} ended tomorrow {who} could lose up to "
            f"{wording.money(one.high_usd)}; too little is known to say more."
        )
    parts = [f"lose about {wording.money(one.loss_usd)}"]
    if one.days_down >= 1 / 24:
        parts.insert(0, f"be down about {wording.days(one.days_down)}")
    cash = cash_left(one.months_before, one.months_after)
    if cash:
        parts.append(f"have {cash}")
    return f"If {one.developer} ended tomorrow {who} would {wording.listed(parts)}."


def cash_left(before: float | None, after: float | None) -> str:
    """Return ``21 of 25 months of cash left``; empty where cash or burn is unknown."""
    if before is None or after is None:
        return ""
    had, left = (wording.months(one).removesuffix(" months") for one in (before, after))
    if had == left:
        return f"{left} months of cash left, as many as today"
    return f"{left} of {had} months of cash left"


def story_note(one: EndTold, *, who: str = "it") -> str:
    """Return the range below the bar, how likely it is, and how surely it reaches the company."""
    if one.is_told:
        between = Interval(low=one.low_usd, high=one.high_usd)
        said = f"Loss {between_words(between)} {OF_TEN}"
    else:
        said = f"Loss up to {wording.money(one.high_usd)} in 9 of 10 worlds"
    if one.chance > 0:
        said += f"; the chance of it this year is about 1 in {wording.round_years(1 / one.chance)}"
    if one.reaches < SURELY:
        said += (
            f"; it reaches {who} in {wording.percent(round(one.reaches, 2))} of cases, over which "
            "these figures are averages"
        )
    return f"{said}."


def left_by_facts(one: StartupAssessment) -> str:
    """Say what of the uncertainty facts leave, which is known of the loss a year alone.

    Nothing where nothing is unsure about it.
    """
    shares = one.variance_shares
    if shares.most is None:
        return ""
    part = wording.percent(shares.facts) if shares.facts >= _HARDLY else "next to nothing"
    return (
        f"Of what is unsure about its loss a year, facts that nobody stated are {part}; of this "
        "loss that is not worked out."
    )


def between_words(interval: Interval) -> str:
    """Return ``between $0.7M and $3.4M``."""
    low = wording.money(interval.low) if interval.low > 0 else f"{wording.money(0.0)}"
    return f"between {low} and {wording.money(interval.high)}"


def served_by(one: Dependency) -> str:
    """Return ``GPT-5.5 at OpenAI``: a model, or what is known instead, and where it is called."""
    host = one.host or one.developer
    what = one.model or one.product
    if what is None:
        named = one.developer not in (None, UNSPECIFIED)
        what = f"a model of {wording.provider(one.developer)}" if named else "a model nobody named"
        if named and host == one.developer:
            return what
    if host in (None, UNSPECIFIED):
        return f"{what}, host unknown"
    if host == SELF_HOSTED:
        return f"{what}, self-hosted"
    return what if wording.provider(host) in what else f"{what} at {wording.provider(host)}"


def spend(usd: float | None) -> str:
    """Return what is spent a month; unknown is no zero."""
    return "spend unknown" if usd is None else wording.money(usd)


def backups(dependencies: Sequence[Dependency]) -> str:
    """Return ``Automatic backup: none · exit plan: written but never tried``."""
    said = _each([one.fallback for one in dependencies], _BACKUPS)
    plans = _each([one.exit_plan for one in dependencies], _PLANS)
    return f"Automatic backup: {said} · exit plan: {plans}"


def _each(found: Sequence[Any], words: Mapping[Any, str]) -> str:
    """Return one word for all, or how many have which."""
    counts = {words[one]: 0 for one in words if one in found}
    for one in found:
        counts[words[one]] += 1
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{word} ({count} of {len(found)})" for word, count in counts.items())


#: Questions of the founder's form that say "you", as they are asked about a company.
_ABOUT_IT = {
    "annual_revenue_usd": "What is its revenue a year?",
    "gross_margin": "What is its gross margin?",
    "ai_revenue_share": "What share of its revenue needs an AI model to work?",
    "cash_usd": "How much cash does it have?",
    "monthly_burn_usd": "How much cash does it use up a month?",
    "criticality": "How much of its product stops without “{case}”?",
    "spend_usd_per_month": "What does it pay {provider} for “{case}” a month?",
}


def asked_about(one: "Question") -> str:
    """Return a question about a company to whoever looks after it."""
    if one.field not in _ABOUT_IT:
        return question_of(one.field, use_case=one.use_case, provider=one.provider)
    case, provider = one.use_case or "this", one.provider or "its provider"
    return _ABOUT_IT[one.field].format(case=case, provider=provider)


def hint_of(name: str) -> str:
    """Return how an answer may be written: an amount with its unit."""
    ask = ASKS[name]
    if ask.unit != "USD":
        return ask.hint or "Answer"
    return "such as 90k" if name == "monthly_burn_usd" else "such as 2.5M"


def likeness(one: Comparison | None) -> str:
    """Return how good its answers are where somebody compared them, in brackets; else nothing."""
    if one is None:
        return ""
    if one.evaluation is not None:
        own = one.evaluation
        said = f"{wording.percent(own.other)} against {wording.percent(own.today)}"
        return f"(own evaluation: {said})"
    counted = one.likeness.distance.counted if one.likeness is not None else None
    if counted is None:
        return ""
    other = round(100 * (1 - counted.loss) / 2)
    task = counted.task.value
    where = "overall" if task == "overall" else f"in {task} work"
    return f"(voters preferred its answers {other} : {100 - other} {where})"


def once(one: Alternative) -> str:
    """Return what an option costs once with its range."""
    low, high = one.one_off_low_usd, one.one_off_high_usd
    if low is None or high is None:
        return wording.money(one.one_off_usd)
    return f"{wording.money(one.one_off_usd)} ({wording.money_range(Interval(low=low, high=high))})"


def a_year_more(usd: float | None) -> str:
    """Return what an option costs to run beyond today, a year; unknown is said."""
    if usd is None:
        return wording.UNKNOWN
    if abs(usd) < 1:
        return "–"
    return f"+{wording.money(usd)}" if usd > 0 else wording.money(usd)


def before_after(stay: Alternative, option: Alternative) -> str:
    """Return the loss a year before and after: ``$120k → $28k``, medians where they are known."""
    return f"{wording.money(stay.usual_loss_usd)} → {wording.money(option.usual_loss_usd)}"


def after_range(option: Alternative) -> str:
    """Return the range of what is left; empty where nobody worked it out."""
    if option.left is None:
        return ""
    left = Interval(low=option.left.low_usd, high=option.left.high_usd)
    return f"{wording.money_range(left)} {OF_TEN}"


def model_end(one: "Deadline") -> str:
    """Say when a model ends and by when leaving it must begin, or how late that is."""
    if one.days_left < 0:
        case = wording.sentence_case(wording.brief(one.use_case))
        return (
            f"{one.model or 'A model'} ended on {wording.day(one.ends_on)}; the register still "
            f"names it. {case} runs on something else by now, or stands still."
        )
    when = {0: "today", 1: "tomorrow"}.get(one.days_left, f"in {one.days_left:,} days")
    return ending(
        model=one.model,
        use_case=one.use_case,
        ends_on=f"{wording.day(one.ends_on)}, {when}",
        days_to_switch=one.days_to_switch,
        replacement=one.replacement,
        start_by=wording.day(one.start_by),
        days_late=max(1, round(-one.slack_days)) if one.late else None,
        begun=one.begun,
    )


def ending(
    *,
    model: str | None,
    use_case: str | None,
    ends_on: str,
    days_to_switch: float,
    replacement: str | None,
    start_by: str,
    days_late: int | None,
    begun: bool | None,
) -> str:
    """Say the same of what is told of it; days are in words. ``days_late`` None: in time."""
    case = wording.sentence_case(wording.brief(use_case or "A use case"))
    to = f" to {replacement}" if replacement else ""
    said = (
        f"{model or 'A model'} ends on {ends_on}. {case} needs about "
        f"{wording.days(days_to_switch)} to move{to}"
    )
    move = {True: " The move has begun.", False: " The move has not begun.", None: ""}[begun]
    if days_late is None:
        return f"{said}: start by {start_by}.{move}"
    return f"{said}: who starts today is {wording.counted(days_late, 'day')} too late.{move}"


def end_of_content(one: Mapping[str, Any]) -> EndTold:
    """Return the end of a lead developer as a link's content tells it."""
    is_told = one["loss_median_usd"] is not None
    return EndTold(
        developer=one["developer"],
        chance=one["chance"],
        reaches=one["reaches"],
        days_down=one["days_down"] or 0.0,
        loss_usd=one["loss_median_usd"] or 0.0,
        low_usd=one["loss_low_usd"] or 0.0,
        high_usd=one["loss_high_usd"],
        months_before=one["runway_months_before"],
        months_after=one["runway_months_after"],
        is_told=is_told,
    )
