"""Limits and what changed since the last check, in words, for pages, terminal and messages."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from risk.portfolio.watching import Cause, Finding, Measure, Moved, Watch
from ui import wording
from ui.uncertainty import OF_TEN

if TYPE_CHECKING:
    from db.services.subscriptions import Subscription

MEASURE_NAMES: Mapping[Measure, str] = {
    Measure.EXPECTED_LOSS: "Expected loss a year",
    Measure.DEVELOPER_SHARE: "Share on one developer",
    Measure.WIND_DOWN: "Probability of a wind-down in 90 days",
    Measure.RETIREMENT_SLACK: "Slack before a model's last day",
}
#: What the number of a limit is, where it is typed.
MEASURE_UNITS: Mapping[Measure, str] = {
    Measure.EXPECTED_LOSS: "USD, at most",
    Measure.DEVELOPER_SHARE: "per cent, at most",
    Measure.WIND_DOWN: "per cent, at most",
    Measure.RETIREMENT_SLACK: "days, at least",
}
#: Typed in per cent, kept as shares.
IN_PER_CENT = frozenset({Measure.DEVELOPER_SHARE, Measure.WIND_DOWN})
#: How often a digest comes.
RHYTHMS: Mapping[str, str] = {"day": "a day", "week": "a week", "none": "none"}


def figure(measure: Measure, value: float | None) -> str:
    """Return a value in the unit of its measure."""
    if value is None:
        return wording.UNKNOWN
    if measure is Measure.EXPECTED_LOSS:
        return wording.money(value)
    if measure in IN_PER_CENT:
        return wording.percent(value)
    whole = round(value)
    return f"{'−' if whole < 0 else ''}{wording.counted(abs(whole), 'day')}"


def reach(finding: Finding) -> str | None:
    """Return the range of a value and what it is over, or where it lies; None: neither is known."""
    found, measure = finding.interval, finding.measure
    if measure is Measure.DEVELOPER_SHARE and finding.value is not None:
        return "unknown facts at their mean"
    if found is None:
        return None
    if measure is Measure.EXPECTED_LOSS:
        return f"mean; {wording.money_range(found)} {OF_TEN}"
    if measure is Measure.RETIREMENT_SLACK:
        low, high = round(found.low), round(found.high)
        reach = f"{low:,} to {wording.counted(high, 'day')}".replace("-", "−")
        return f"{reach}, as the switch takes long or is quick"
    return f"{wording.percent_range(found)} {OF_TEN}"


def limit_in_words(measure: Measure, limit: float | None) -> str:
    """Return ``at most $2 M`` or ``at least 14 days``, or that there is none."""
    if limit is None:
        return "no limit"
    return f"{'at least' if measure.is_floor else 'at most'} {figure(measure, limit)}"


def verdict(finding: Finding) -> str:
    """Return where a measure stands, in a sentence."""
    name = MEASURE_NAMES[finding.measure]
    if finding.value is None:
        return f"{name}: nothing is known that it could be made of."
    whose = f" ({finding.subject})" if finding.subject else ""
    sentence = f"{name} is {figure(finding.measure, finding.value)}{whose}"
    if finding.limit is None:
        return f"{sentence}; no limit is set."
    where = "beyond the limit of" if finding.exceeded else "within the limit of"
    return f"{sentence}, {where} {limit_in_words(finding.measure, finding.limit)}."


def change(finding: Finding) -> str | None:
    """Return what changed since the last reading and through whom; None: nothing to speak of."""
    before = figure(finding.measure, finding.before)
    after = figure(finding.measure, finding.value)
    if before == after and finding.subject == finding.subject_before:
        return None
    named = "; ".join(_moved(finding.measure, one) for one in finding.moved)
    was = f"was {before}"
    if finding.subject_before and finding.subject_before != finding.subject:
        was += f" ({finding.subject_before})"
    return f"It {was}, is {after}{': ' + named if named else ''}."


def _moved(measure: Measure, one: Moved) -> str:
    if one.before is None:
        return f"{one.name} is new with {figure(measure, one.after)}"
    if one.after is None:
        return f"{one.name} is gone, was {figure(measure, one.before)}"
    return f"{one.name} {figure(measure, one.before)} → {figure(measure, one.after)}"


def why(watch: Watch) -> str | None:
    """Return what differs from the last check, or that nothing does; None: there was none."""
    if watch.since is None:
        return None
    when = f"{watch.since:%Y-%m-%d %H:%M} UTC"
    if not watch.causes:
        return f"Nothing that the measures rest on changed since {when}."
    others = [cause.value for cause in watch.causes if cause is not Cause.TIME]
    named = wording.listed(others) if others else "nothing but the day"
    return f"Changed since {when}: {named}."


def headline(watch: Watch) -> str:
    """Return the state of a portfolio in one line."""
    number = len(watch.exceeded)
    if number:
        names = wording.listed([MEASURE_NAMES[one.measure].lower() for one in watch.exceeded])
        return f"{watch.portfolio}: {wording.counted(number, 'limit')} exceeded ({names})."
    limits = sum(one.limit is not None for one in watch.findings)
    if not limits:
        return f"{watch.portfolio}: no limit is set."
    return f"{watch.portfolio}: within its {wording.counted(limits, 'limit')}."


def told_in_words(one: "Subscription") -> str:
    """Return who is told what: ``anna@example.com (by mail): a digest a week, and at once …``."""
    whom = f"{one.recipient} ({one.channel})" if one.recipient else one.channel
    parts = [f"a digest {RHYTHMS[one.rhythm]}"] if one.rhythm != "none" else []
    parts += ["at once what crosses a limit"] if one.at_once else []
    about = one.portfolio or f"all portfolios that {one.made_by} sees"
    return f"{whom}: {wording.listed(parts)}; {about}"


def went_out(one: "Subscription") -> str:
    """Return when a message last went out, and why one did not."""
    last = f"{one.sent_at:%Y-%m-%d %H:%M} UTC" if one.sent_at is not None else None
    said = f"Last sent {last}." if last else "Nothing was sent yet."
    if one.problem is None:
        return said
    then = "it is tried again" if one.waiting else "it is given up"
    return f"{said} The newest message did not go out ({then}): {one.problem}"
