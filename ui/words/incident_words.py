"""Words of an hour: what happened, what to say to whom, the message to send, and how sure it is."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from risk.catalog.failure_kinds import SERVICE_KINDS, FailureKind
from risk.hazard.signals import SignalKind, WindDown
from risk.portfolio.results import Interval
from risk.scenarios.calls import Hour, NextNews, Say, Urgency
from risk.scenarios.replay import Decision
from risk.scenarios.replays import Replay
from ui import wording
from ui.uncertainty import OF_TEN

#: So many companies are named in the message.
NAMED = 5
#: What has happened, as short as a figure.
_FAILED_IN_SHORT = {
    FailureKind.OUTAGE: "Down",
    FailureKind.DEGRADED: "Slow",
    FailureKind.ACCESS_CUT: "Access cut",
    FailureKind.PRICE_SHOCK: "Dearer",
    FailureKind.ACQUISITION: "Bought",
    FailureKind.WIND_DOWN: "Shuts down",
}
FAILED = {
    FailureKind.OUTAGE: "The service is down",
    FailureKind.DEGRADED: "The service is slow or fails often",
    FailureKind.ACCESS_CUT: "Our access was cut",
    FailureKind.PRICE_SHOCK: "The price was raised",
    FailureKind.ACQUISITION: "It was bought",
    FailureKind.WIND_DOWN: "It shuts down",
}
HINT = (
    "How often such a provider ends and the weights of the news are drawn anew; the range holds in "
    "8 of 10 draws."
)
ADVICE = (
    "Moving costs something for certain and saves the loss if the provider ends, so it pays from "
    "some chance on. Move now: it pays even at the low end of the chance. Prepare: at its middle "
    "or upper end only. Wait: nowhere in its range."
)

Row = Mapping[str, Any]


def what_happened(news: str, kinds: Mapping[str, SignalKind]) -> str:
    """A kind of news, or of failure, in plain words."""
    if news in kinds:
        return wording.sentence_case(kinds[news].meaning)
    return FAILED[FailureKind(news)]


def moment(at: datetime, zone: tzinfo = UTC, clock: str = "UTC") -> str:
    """``Friday 17 Nov 2023, 13:10 UTC``."""
    shown = at.astimezone(zone)
    return f"{shown:%A} {shown.day} {shown:%b %Y, %H:%M} {clock}"


def hour_moment(at: datetime, replay: Replay | None) -> str:
    """The moment on the clock of the hour."""
    if replay is None:
        return moment(at)
    return moment(at, replay.starts.tzinfo or UTC, replay.clock)


def chance(probability: float, before: float | None) -> str:
    """``0.3 % → 5 %``, or the chance alone where nothing changed it."""
    now = wording.percent(probability)
    if before is None or wording.percent(before) == now:
        return now
    return f"{wording.percent(before)} → {now}"


def chance_range(low: float, high: float) -> str:
    """``between 1 % and 28 %``."""
    return f"between {wording.percent(low)} and {wording.percent(high)}"


def keeps_running(provider: str, hazard: WindDown, before: float | None) -> str:
    """What a leadership crisis does: no service stops, the end gets likelier."""
    moved = chance(hazard.probability, before)
    return (
        f"The service keeps running, so nothing is lost at once. The chance that {provider} ends "
        f"within {hazard.horizon_days:.0f} days becomes {moved} "
        f"({chance_range(hazard.low, hazard.high)})."
    )


def how_likely(provider: str, hazard: WindDown) -> str:
    """The answer of an hour in one sentence: how likely the end is, and in which range."""
    reach = wording.percent_range(Interval(low=hazard.low, high=hazard.high))
    return (
        f"{wording.percent(hazard.probability)} chance ({reach}) that {provider} ends within "
        f"{hazard.horizon_days:.0f} days"
    )


def chance_label(provider: str, days: float) -> str:
    """What the chance is of."""
    return f"Chance that {provider} ends within {days:.0f} days"


def first_tonight(call: int, prepare: int) -> str:
    """``Call 5, prepare 12``, as short as a figure."""
    if not call and not prepare:
        return "Nobody to call"
    return f"Call {call:,}, prepare {prepare:,}"


def watched(watch: int) -> str:
    """What is left of the list."""
    return f"Watch {watch:,}"


def do_tonight(call: int, prepare: int, watch: int) -> str:
    """``Call 5, prepare 12, watch 14``."""
    return f"Call {call:,}, prepare {prepare:,}, watch {watch:,}"


def whom_it_hits(hit: int, out_of_cash: int | None, through_others: int | None) -> str:
    """How many lose something, of whom how many run out of cash and how many are hit by others."""
    said = [wording.counted(hit, "company hit", "companies hit")]
    if out_of_cash is not None:
        said.append(f"{out_of_cash:,} out of cash within a year")
    if through_others:
        said.append(f"{through_others:,} through someone else")
    return "; ".join(said)


def loss_range(low: float, high: float) -> str:
    """``$1.2M–14M in 8 of 10 worlds``."""
    return f"{wording.money_range(Interval(low=low, high=high))} {OF_TEN}"


def say(row: Row) -> str:
    """The one sentence to say to a company."""
    what, urgency = Say(row["say"]), Urgency(row["urgency"])
    if what is Say.MODEL_ENDS:
        model = row["model"] or "Its model"
        return f"{model} ends {wording.day(row['model_ends'])} anyway: replace it"
    if what is Say.CASH:
        return "Cash out likely without bridge money"
    if what is Say.UNTESTED_BACKUP:
        return "Backup untested: run the drill tonight"
    if what is Say.BACKUP:
        return "Backup tested: agree who switches over, and when"
    if what is Say.OTHER_HOST:
        return f"May keep running: its copy at {row['other_host'] or 'another host'}"
    down = f"down {wording.days(row['days_down'])}"
    if what is Say.UNKNOWN_BACKUP:
        return f"Ask for its backup: without one, {down}"
    where = row["sign_with"]
    if where is None or urgency is Urgency.WATCH:
        return f"No backup, {down}"
    return f"No backup, {down}; {'switch to' if _moves(row) else 'sign up for'} {where}"


def _moves(row: Row) -> bool:
    return bool(row["decision"] == Decision.MOVE)


def advice(row: Row) -> str:
    """What to do, and from which chance on that pays."""
    pays = row["break_even_probability"]
    if row["decision"] is None:
        return _of_failed(row)
    if _moves(row):
        return f"Move now: pays even at {wording.percent(row['probability_low'])}"
    if row["say"] == Say.MODEL_ENDS:
        return "Move now: model ends"
    if row["bridge"]:
        return "Call about bridge money"
    if pays is None:
        return "Wait: moving never pays"
    lead = "Prepare" if row["decision"] == Decision.PREPARE else "Wait"
    return f"{lead}: pays above {wording.percent(pays)}"


def _of_failed(row: Row) -> str:
    if row["say"] == Say.MODEL_ENDS:
        return "Move now: model ends"
    if row["bridge"]:
        return "Call about bridge money"
    return {
        Urgency.CALL: "Call now",
        Urgency.PREPARE: "Try the backup now",
        Urgency.WATCH: "Watch",
    }[Urgency(row["urgency"])]


def runway(row: Row) -> str:
    """``22 of 25 months``; unknown where cash or burn is."""
    before, after = row["runway_months_before"], row["runway_months_after"]
    if before is None and after is None:
        return wording.UNKNOWN
    left = wording.months(after).removesuffix(" months").removesuffix(" month")
    return f"{left} of {wording.months(before)}"


def contact(row: Row) -> str:
    """Who sees to it and whom to write to; nobody knows them where nobody said."""
    known = [one for one in (row["watched_by"], row["contact_email"]) if one]
    return " · ".join(known) or "— ask"


def how_sure(coming: Sequence[NextNews]) -> str:
    """How far to trust the hour, and which news would change the advice."""
    said = (
        "How sure: the weights of such news are judgement; three past crises, one of them a false "
        "alarm, cannot prove them."
    )
    if not coming:
        return said
    named = (f"{one.meaning} (then {wording.percent(one.probability)})" for one in coming)
    return f"{said} What would change the advice most: {'; '.join(named)}."


def how_sure_of_failure() -> str:
    """How far to trust the hour of a disruption that has happened."""
    return (
        "How sure: this has happened, so nothing is said of its chance. How long it lasts is what "
        "you said, and the losses are the stress test's with their ranges."
    )


def failed(kind: FailureKind, days: float | None) -> str:
    """``Down for 6 hours``: what has happened, and how long it lasts where that was said."""
    said = _FAILED_IN_SHORT[kind]
    return f"{said} for {wording.days(days)}" if kind in SERVICE_KINDS and days else said


def move_all(usd: float) -> str:
    """What moving everybody costs."""
    return f"Moving all at once would cost {wording.money(usd)} for certain"


def message(
    hour: Hour, rows: Sequence[Row], *, news: str, when: str, source: str, link: str | None
) -> str:
    """The text to send: what happened, what it means in figures with ranges, and whom to call."""
    lines = [
        f"{hour.provider}: {news or 'no news'}",
        " · ".join([when, *([source] if source else [])]),
    ]
    if hour.hazard is not None:
        lines.append(
            f"{chance_label(hour.provider, hour.hazard.horizon_days)}: "
            f"{chance(hour.hazard.probability, hour.probability_before)} "
            f"({chance_range(hour.hazard.low, hour.hazard.high)})."
        )
    result = hour.result
    lines.append(
        f"{'If it does' if hour.hazard else 'Cost'}: {wording.money(result.total_median_usd)} "
        f"({loss_range(result.total_low_usd, result.total_high_usd)}); "
        f"{whom_it_hits(len(hour.calls), result.newly_out_of_cash, hour.through_others)}."
    )
    counts = (hour.calls.count(one) for one in Urgency)
    lines.append(f"Tonight: {do_tonight(*counts)}.")
    for row in rows[:NAMED]:
        lines.append(f"{row['rank']}. {row['startup']}: {say(row)}. {advice(row)}.")
    lines.append("Weights of news are judgement; an estimate, no forecast.")
    if link:
        lines.append(link)
    return "\n".join(lines)
