"""Limits and what changed since the last check, in words, for pages, terminal and messages."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from db.services.channels import PREFIX
from risk.portfolio.watching import (
    WHOLE,
    About,
    Cause,
    Finding,
    Limit,
    Measure,
    Moved,
    Watch,
)
from ui import wording
from ui.uncertainty import OF_TEN
from ui.words.view_words import slices_in_words

if TYPE_CHECKING:
    from db.services.subscriptions import Subscription

MEASURE_NAMES: Mapping[Measure, str] = {
    Measure.EXPECTED_LOSS: "Expected loss a year",
    Measure.TAIL: "Worst 5 % of years",
    Measure.DEVELOPER_SHARE: "Share on one developer",
    Measure.PROVIDER_SHARE: "Share on a provider",
    Measure.RUNWAY: "Runway after the lead developer's wind-down",
    Measure.SCORE: "Highest score",
    Measure.RETIREMENT_SLACK: "Slack before a model's last day",
    Measure.WIND_DOWN: "Probability of a wind-down in 90 days",
}
#: What the number of a limit is, where it is typed.
MEASURE_UNITS: Mapping[Measure, str] = {
    Measure.EXPECTED_LOSS: "USD, at most",
    Measure.TAIL: "USD, at most",
    Measure.DEVELOPER_SHARE: "per cent, at most",
    Measure.PROVIDER_SHARE: "per cent, at most",
    Measure.RUNWAY: "months, at least",
    Measure.SCORE: "0 to 100, at most",
    Measure.RETIREMENT_SLACK: "days, at least",
    Measure.WIND_DOWN: "per cent, at most",
}
#: Typed in per cent, kept as shares.
IN_PER_CENT = frozenset({Measure.DEVELOPER_SHARE, Measure.PROVIDER_SHARE, Measure.WIND_DOWN})
_IN_MONEY = frozenset({Measure.EXPECTED_LOSS, Measure.TAIL})
_SHARES = frozenset({Measure.DEVELOPER_SHARE, Measure.PROVIDER_SHARE})
#: What is not known of companies that count nowhere in a measure.
_UNKNOWN: Mapping[Measure, str] = {
    Measure.RUNWAY: "cash or burn of {} is unknown",
    Measure.SCORE: "of {} only open questions are known",
}
#: Limits that a line names; the others are counted.
_MOST_NAMED = 3
NO_CHANNEL = (
    f"No channel is set. Whoever runs the server sets `{PREFIX}NAME` to the address of an e-mail "
    "server, Slack, Teams or a webhook; the guide to deployment shows how."
)
#: How often a digest comes.
RHYTHMS: Mapping[str, str] = {"day": "a day", "week": "a week", "none": "none"}


def about_in_words(about: About) -> str:
    """Return ``country DE``, the name of a company, or ``the portfolio``."""
    if about.startup is not None:
        return about.startup
    return slices_in_words(about.slices) if about.slices else "the portfolio"


def name_of(one: Finding | Limit) -> str:
    """Return what is limited: ``Share on OpenAI of country DE``."""
    return called(one.measure, one.provider, one.about)


def called(measure: Measure, provider: str | None, about: About) -> str:
    """Return the same of its parts."""
    name = f"Share on {provider}" if provider is not None else MEASURE_NAMES[measure]
    if measure is Measure.SCORE and about.startup is not None:
        name = "Score"
    return name if about == WHOLE else f"{name} of {about_in_words(about)}"


def figure(measure: Measure, value: float | None) -> str:
    """Return a value in the unit of its measure."""
    if value is None:
        return wording.UNKNOWN
    if measure in _IN_MONEY:
        return wording.money(value)
    if measure in IN_PER_CENT:
        return wording.percent(value)
    if measure is Measure.RUNWAY:
        return wording.months(value)
    if measure is Measure.SCORE:
        return f"{value:.0f}"
    whole = round(value)
    return f"{'−' if whole < 0 else ''}{wording.counted(abs(whole), 'day')}"


def reach(finding: Finding) -> str | None:
    """Return the range of a value and what it is over, or why it has none; None: no value."""
    found, measure = finding.interval, finding.measure
    if found is None:
        if finding.value is None:
            return None
        if measure in _SHARES:
            return "unknown facts at their mean; the range of so many companies comes later"
        if measure is Measure.TAIL and finding.about.startup is not None:
            return "mean over the worlds; of one company no range of it is worked out"
        return None
    if measure in _IN_MONEY:
        return f"mean; {wording.money_range(found)} {OF_TEN}"
    if measure is Measure.RETIREMENT_SLACK:
        low, high = round(found.low), round(found.high)
        reach = f"{low:,} to {wording.counted(high, 'day')}".replace("-", "−")
        return f"{reach}, as the switch takes long or is quick"
    if measure is Measure.SCORE:
        return f"{found.low:.0f} to {found.high:.0f} {OF_TEN}"
    if measure is Measure.RUNWAY:
        least = wording.months(found.low).removesuffix(" months")
        return f"{least} to {wording.months(found.high)} {OF_TEN}"
    return f"{wording.percent_range(found)} {OF_TEN}"


def where(finding: Finding) -> str | None:
    """Return range, who sets the value, and what is not known, as far as there is any of it."""
    reaches, whom = reach(finding), finding.subject
    if whom and reaches:
        whom = f"{'least' if finding.measure.is_floor else 'most'} at {whom}"
    said = (reaches, whom, not_counted(finding), finding.missing)
    return " · ".join(part for part in said if part) or None


def not_counted(finding: Finding) -> str | None:
    """Return how many companies count nowhere in a measure, and why; None: none."""
    if not finding.unknown:
        return None
    return _UNKNOWN[finding.measure].format(
        wording.counted(finding.unknown, "company", "companies")
    )


def limit_in_words(measure: Measure, limit: float | None) -> str:
    """Return ``at most $2 M`` or ``at least 14 days``, or that there is none."""
    if limit is None:
        return "no limit"
    return f"{'at least' if measure.is_floor else 'at most'} {figure(measure, limit)}"


def verdict(finding: Finding) -> str:
    """Return where a measure stands, in a sentence."""
    name = name_of(finding)
    if finding.value is None:
        why = finding.missing or "Nothing is known that it could be made of."
        held = f" Its limit of {limit_in_words(finding.measure, finding.limit)} cannot be checked."
        return f"{name}: {why}{held if finding.unchecked else ''}"
    whose = f" ({finding.subject})" if finding.subject else ""
    sentence = f"{name} is {figure(finding.measure, finding.value)}{whose}"
    if finding.limit is None:
        sentence = f"{sentence}; no limit is set"
    else:
        where = "beyond the limit of" if finding.exceeded else "within the limit of"
        sentence = f"{sentence}, {where} {limit_in_words(finding.measure, finding.limit)}"
    unknown = not_counted(finding)
    return f"{sentence}; {unknown}." if unknown else f"{sentence}."


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
    number, unchecked = len(watch.exceeded), len(watch.unchecked)
    open_ones = f"; {wording.counted(unchecked, 'limit')} cannot be checked" if unchecked else ""
    if number:
        said = f"{wording.counted(number, 'limit')} exceeded ({_named(watch.exceeded)})"
        return f"{watch.portfolio}: {said}{open_ones}."
    limits = sum(one.limit is not None for one in watch.findings)
    if not limits:
        return f"{watch.portfolio}: no limit is set."
    if unchecked == limits:
        return f"{watch.portfolio}: {wording.counted(limits, 'limit')} cannot be checked."
    within = wording.counted(limits - unchecked, "limit")
    return f"{watch.portfolio}: within its {within}{open_ones}."


def _named(findings: Sequence[Finding]) -> str:
    names = [_lower(name_of(one)) for one in findings[:_MOST_NAMED]]
    more = len(findings) - _MOST_NAMED
    return wording.listed([*names, *([f"{more:,} more"] if more > 0 else [])])


def _lower(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"


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
