"""Words for observed usage: what was paid to whom, what is not seen whole, and failed requests."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from risk.inventory.usage.observations import NOT_STATED
from risk.inventory.usage.summary import UsageMonth
from ui import wording

if TYPE_CHECKING:
    from db.services.usage import FailureMonth, ObservedFailures, ObservedUsage

#: Names said of a month; the others are counted.
_SAID_NAMES = 3
#: Differences from so much on are told.
_SEEN = 0.005
#: Months named as not seen whole; more are counted.
_SAID_MONTHS = 4


def name_of(name: str | None) -> str:
    """A developer by name, or that it is not stated."""
    return name or f"developer {NOT_STATED}"


def headline(one: "ObservedUsage") -> str:
    """What was paid, or called, in the last month seen whole; without one, in the last."""
    months = one.summary.months
    month = next((each for each in reversed(months) if each.is_complete), months[-1])
    figures = month.figures
    when = f"{month.month:%B %Y}"
    if not month.is_complete:
        when = f"{when}, not seen whole"
    elif month != months[-1]:
        when = f"{when}, the last month seen whole"
    if figures.spend_usd is None:
        what = f"{wording.number(figures.requests)} requests"
        if figures.tokens is not None:
            what = f"{amount(figures.tokens)} tokens"
        return f"{when}: {what}, no money stated."
    shares = [
        f"{name_of(part.name)} {wording.percent(part.spend_share)}"
        for part in month.developers
        if part.spend_share
    ]
    more = len(shares) - _SAID_NAMES
    named = [*shares[:_SAID_NAMES], *([f"{more} more"] if more > 0 else [])]
    said = f"{when}: {wording.money(float(figures.spend_usd))}"
    return f"{said}, of which {wording.listed(named)}." if named else f"{said}."


def in_brief(one: "ObservedUsage | None") -> list[str]:
    """Return ``observed spend: $84k in October 2026`` for a line; nothing where none was seen."""
    if one is None:
        return []
    months = one.summary.months
    month = next((each for each in reversed(months) if each.is_complete), months[-1])
    if month.figures.spend_usd is None:
        return ["observed usage"]
    spend = wording.money(float(month.figures.spend_usd))
    return [f"observed spend: {spend} in {month.month:%B %Y}"]


def amount(value: float) -> str:
    """A large number in two or three figures: ``3.8M``, ``420k``."""
    for limit, unit in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:,.0f}"


def caveats(one: "ObservedUsage") -> list[str]:
    """What is partial, estimated or not said, a sentence each."""
    months = one.summary.months
    found = [_partial(months)] if any(not each.is_complete for each in months) else []
    estimated = [each for each in months if each.figures.spend_is_estimated]
    if estimated:
        found.append(
            "Spend is in part an estimate of the gateway, from a list of prices, in "
            f"{_said(estimated)}."
        )
    silent = [each for each in months if each.figures.spend_usd is None]
    if silent:
        found.append(f"No file states money for {_said(silent)}.")
    return found


def _partial(months: Sequence[UsageMonth]) -> str:
    partial = [each for each in months if not each.is_complete]
    sources = sorted({name for each in partial for name in each.partial})
    return (
        f"Not seen from the first day to the last: {_said(partial)} ({wording.listed(sources)}). "
        "Nothing is scaled up."
    )


def _said(months: Sequence[UsageMonth]) -> str:
    shown = [f"{each.month:%b %Y}" for each in months[-_SAID_MONTHS:]]
    more = len(months) - len(shown)
    return wording.listed([*([f"{more} earlier ones"] if more else []), *shown])


def files_in_words(one: "ObservedUsage") -> str:
    """How many files it rests on, and which came last."""
    last = one.files[-1]
    which = (
        f"{last.shown} of {wording.day(last.first_day)} to {wording.day(last.last_day)}, imported "
        f"on {wording.day(last.imported_on)}"
    )
    if len(one.files) == 1:
        return f"From {which}."
    return f"From {len(one.files)} files; the last: {which}."


def prices_in_words(one: "ObservedUsage") -> str | None:
    """What the tokens cost at list prices, and what the last changes of prices did to it."""
    costs = one.at_list_prices
    if not costs:
        return None
    now = float(sum(each.usd for each in costs))
    # A list has one price for input, and tokens from a cache are sold for less.
    most = "at most " if any(each.cached_tokens for each in costs) else ""
    said = f"At today's list prices the tokens seen cost {most}{wording.money(now)}"
    moved = [each for each in costs if each.earlier]
    if not moved:
        return f"{said}; no change of these prices is recorded."
    before = sum(float(each.earlier[0].usd if each.earlier else each.usd) for each in costs)
    difference = before / now - 1 if now else 0.0
    how = "hardly a difference" if abs(difference) < _SEEN else wording.change(difference)
    return (
        f"{said}; before the last recorded change of {wording.counted(len(moved), 'price')} "
        f"{most}{wording.money(before)} ({how})."
    )


def failures_in_words(found: "ObservedFailures") -> list[str]:
    """How many requests failed in the last month that is known, a sentence for each role."""
    roles = ((found.as_host, "served by"), (found.as_developer, "to models of"))
    return [
        said
        for months, role in roles
        if months and (said := _failures(months, f"{role} {found.provider}"))
    ]


def _failures(months: Sequence["FailureMonth"], role: str) -> str | None:
    known = [one for one in months if one.share is not None]
    if not known:
        return f"Logs do not say whether requests {role} failed."
    last = known[-1]
    return (
        f"In logs of {wording.counted(last.startups, 'company', 'companies')}, {last.failed:,} of "
        f"{wording.counted(last.requests or 0, 'request')} {role} failed in "
        f"{last.month:%B %Y} ({wording.percent(last.share)})."
    )
