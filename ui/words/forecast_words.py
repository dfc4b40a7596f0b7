"""Words for forecasts and realised losses: what was said, what came, and how few that is."""

from datetime import date
from typing import TYPE_CHECKING

from risk.hazard.forecasts import LEVELS, Answered, Forecast, Kept, Outcome, Question, State
from risk.portfolio.results import Interval
from ui import wording

if TYPE_CHECKING:  # Lists are written without the engine.
    from risk.hazard.forecast_scores import ChanceScore, Group, Scored
    from risk.scenarios.realised import LossScore

QUESTION_NAMES = {
    Question.WIND_DOWN: "Wind-down",
    Question.LONG_OUTAGE: "Long outage",
    Question.PRICE_RISE: "Price rise",
    Question.OUTAGE_HOURS: "Hours of outages",
}
STATE_NAMES = {
    State.AHEAD: "its time is not over",
    State.UNANSWERED: "over, nobody knows yet",
    State.SETTLED: "settled",
    State.VOID: "void",
}
OUTCOME_NAMES = {
    Outcome.YES: "Yes, it happened",
    Outcome.NO: "No, it did not",
    Outcome.AMOUNT: "So many hours",
    Outcome.VOID: "Void: it cannot be answered",
}
NOT_INDEPENDENT = (
    "Intervals take questions as independent. Those whose periods overlap, or that one event "
    "answers, are not: the truth is less sure."
)
NOTHING_SETTLED = (
    "A question is settled once its time is over and somebody, or an imported incident, says what "
    "came. Until then it counts as nothing: not as a no either."
)
BRIER = (
    "Brier score: the mean squared error of the chances, lower is better. The share that came true "
    "is a hard rival: nobody knew it beforehand."
)
PREDICTION = (
    "A prediction is what a snapshot of a stress test or of an incident said of the company, "
    "frozen on or before the first day. It is right of a disruption of that sort and length alone."
)
NOTHING_KEPT = "No prediction was frozen before its first day"


def question(one: Forecast) -> str:
    """Say what is asked: ``OpenAI has an outage above 4 hours, 1 Dec 2026 to 31 Dec 2026``."""
    by, period = f"by {wording.day(one.last_day)}", span(one.first_day, one.last_day)
    if one.question is Question.WIND_DOWN:
        return f"{one.provider} winds down {by}"
    if one.question is Question.PRICE_RISE:
        rise = wording.percent((one.threshold or 1.0) - 1)
        return f"The price of {one.subject} at {one.provider} rises by more than {rise} {by}"
    if one.question is Question.LONG_OUTAGE:
        hours = wording.number(one.threshold)
        return f"{one.provider} has an outage above {hours} hours, {period}"
    return f"Hours of outages of {one.provider}, {period}"


def span(first: date, last: date) -> str:
    """Return a period: whole months by name (``Dec 2026``, ``Jan to Mar 2027``), else its days."""
    after = date.fromordinal(last.toordinal() + 1)
    if first.day == after.day == 1:
        if (first.year, first.month) == (last.year, last.month):
            return f"{first:%b %Y}"
        return f"{first:%b} to {last:%b %Y}" if first.year == last.year else _days(first, last)
    return _days(first, last)


def _days(first: date, last: date) -> str:
    return f"{wording.day(first)} to {wording.day(last)}"


def said(one: Forecast) -> str:
    """Return what was said beforehand: a chance with its range, or hours with theirs."""
    if one.probability is not None:
        reach = ""
        if one.low is not None and one.high is not None:
            reach = f" ({wording.percent_range(Interval(low=one.low, high=one.high))})"
        return f"{wording.percent(one.probability)}{reach}"
    low, *_, high = one.quantiles
    middle = one.quantiles[LEVELS.index(0.5)]
    return f"{hours(middle)} ({figure(low)}–{figure(high)})"


def hours(value: float) -> str:
    """Return ``24 hours``, ``1.5 hours``."""
    shown = figure(value)
    return f"{shown} hour{'' if shown == '1' else 's'}"


def figure(value: float) -> str:
    """Return a score or a sum in two significant figures: ``0.083``, ``5.3``, ``390``."""
    if 0 < value < 0.001:
        return "under 0.001"
    return f"{value:.2g}" if value < 9.95 else wording.number(float(f"{value:.2g}"))


def came(answer: Answered | None) -> str:
    """Return what happened: ``yes, 4 Dec 2026``; unknown is not a no."""
    if answer is None:
        return wording.UNKNOWN
    if answer.outcome is Outcome.AMOUNT and answer.hours is not None:
        return hours(answer.hours)
    on = f", {wording.day(answer.day)}" if answer.day else ""
    return f"{answer.outcome.value}{on}"


def surprise(one: Kept) -> str:
    """Say how surprising it was: the chance that was given to what came, or where hours lie."""
    if one.said is not None:
        return f"had a chance of {_chance(one.said)}"
    if one.held is None or one.answer is None or one.answer.hours is None:
        return wording.UNKNOWN
    return beside(one.held, above=one.answer.hours > one.forecast.quantiles[-1])


def beside(held: bool, *, above: bool) -> str:
    """Say where a figure lies beside its range."""
    if held:
        return "inside the range"
    return "above the range" if above else "below the range"


def _chance(share: float) -> str:
    if share >= 0.095:
        return wording.percent(share)
    return f"1 in {figure(1 / share)}" if share > 0 else "none at all"


def is_miss(one: Kept) -> bool:
    """Whether less than even chances were given to what came, or hours lie outside their range."""
    return one.said < 0.5 if one.said is not None else one.held is False


def misses(found: "Scored") -> str:
    """Say how many of what is settled came otherwise than was thought likelier."""
    missed = sum(is_miss(one) for one in found.settled)
    return f"{missed} of {len(found.settled)} came otherwise than was thought likelier"


def headline(found: "Scored") -> str:
    """Say in a sentence how far forecasts are, and how good if there are enough."""
    kept = sum(found.states.values())
    if not kept:
        return "No forecast was kept yet"
    settled = found.states[State.SETTLED]
    counted = wording.counted(kept, "forecast")
    if not settled:
        return f"{counted} kept, none settled yet"
    together = found.together
    if together is None or not together.is_enough:
        return f"{settled} of {counted} settled: too few to say how good they are"
    return f"{settled} of {counted} settled: {verdict_beside(together)}"


def verdict_beside(score: "ChanceScore") -> str:
    """Say how chances compare with always saying 50 %, and with the share that came true."""
    coin, base = score.coin.verdict, score.base_rate.verdict
    return f"{_BESIDE[coin]} always saying 50 %, {_BESIDE[base]} the share that came true"


_BESIDE = {
    "too few": "too few to set beside",
    "better": "better than",
    "worse": "worse than",
    "no difference shown": "not shown to differ from",
}


def calibration_finding(score: "ChanceScore") -> str:
    """Return the finding of the chart of chances beside what came."""
    counted = wording.counted(score.questions, "question")
    told = f"{score.happened} of {counted} came true; {figure(score.expected)} were said to"
    if not score.is_enough:
        return f"{told}: too few to tell"
    off = [one for one in score.groups if not one.is_held]
    if not off:
        return f"{told}. Every group lies within what chance allows"
    many = wording.counted(len(off), "group")
    return f"{told}. Off by more than chance in {many} of {len(score.groups)}"


def group_words(one: "Group") -> str:
    """Say what came of a group of chances, and how sure its share is."""
    reach = wording.percent_range(Interval(low=one.low, high=one.high))
    return (
        f"{wording.percent(one.mean)} said: {one.happened} of {one.questions} came true "
        f"({wording.percent(one.share)}, 95 % interval {reach})"
    )


def amounts_words(found: "Scored") -> str:
    """Say how ranges of hours did."""
    score = found.amounts
    if score is None:
        return "No amount is settled yet."
    low, high = score.band
    return (
        f"{score.held} of {wording.counted(score.questions, 'amount')} lay in their 10–90 % range "
        f"(honest ranges hold {wording.percent(low)} to {wording.percent(high)} of so few), "
        f"{score.above} above it. Pinball loss {hours(score.pinball)}."
    )


def kept(new: int, known: int) -> str:
    """Say how many forecasts were kept just now, and how many were before."""
    before = f" {known} of the same period were kept before." if known else ""
    return f"{wording.counted(new, 'forecast')} kept.{before}"


# --- Losses ---------------------------------------------------------------------------------------


def losses_words(score: "LossScore") -> str:
    """Say how predictions of losses did, and what could not be compared."""
    if not score.noted:
        return "No loss was noted yet."
    told = []
    if score.compared and score.band is not None:
        low, high = score.band
        events = wording.counted(score.events, "event")
        told.append(
            f"{score.held} of {wording.counted(score.compared, 'loss', 'losses')} from {events} "
            f"lay in the predicted range (honest ranges hold {wording.percent(low)} to "
            f"{wording.percent(high)} of so many, were companies independent), {score.above} above "
            f"it. Together {wording.money(score.realised_usd)}; the medians said "
            f"{wording.money(score.median_usd)}."
        )
    if score.unknown:
        told.append(f"Of {score.unknown} the amount is unknown: in no figure.")
    if score.unpredicted:
        told.append(f"Of {score.unpredicted} nothing was predicted before it began.")
    return " ".join(told)
