"""Words about one provider: who depends on it, how often it fails, who is around it."""

from collections.abc import Sequence
from datetime import datetime

from db.services.feeds import Feed, FeedMark
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Provider
from risk.hazard.frequency import GammaLaw, sum_of_laws
from risk.hazard.neighbours import Neighbour
from risk.hazard.rate_laws import RateLaw
from risk.portfolio.providers import Dependents
from risk.portfolio.results import Interval
from ui import wording
from ui.tables.provider import roles_in_words
from ui.uncertainty import OF_TEN, Spread
from ui.words import rate_words


def who_depends(name: str, found: Dependents | None, startups: int) -> str:
    """Say how many depend on a provider, and how many of them through someone else."""
    if not startups:
        return f"No company is listed yet that could depend on {name}"
    if startups == 1:
        return _of_one(name, found)
    if found is None or not len(found):
        return f"None of your {wording.counted(startups, 'company', 'companies')} depends on {name}"
    depend = "depends" if len(found) == 1 else "depend"
    said = (
        f"{len(found):,} of your {wording.counted(startups, 'company', 'companies')} {depend} on "
        f"{name}"
    )
    if not found.through_others:
        return f"{said}, {'directly' if len(found) == 1 else 'all of them directly'}"
    if not found.direct:
        return f"{said}, only through someone else"
    return f"{said}: {found.direct:,} directly, {found.through_others:,} through someone else"


def margin_in_words(found: Dependents | None, reach: Interval | None) -> tuple[str, str]:
    """Return the share of margin that depends on a provider, and its range with what it is of.

    Without its range, which may still be to come, it is said where it lies.
    """
    what = "of the margin that needs AI, directly or through others"
    if found is None:
        return wording.percent(0.0), f"as stated; {what}"
    share = wording.percent(found.margin_share)
    if found.margin_share is None or reach is None:
        return share, f"unknown facts at their mean; {what}"
    said = wording.percent_range(reach)
    return share, f"{'as stated' if said == share else f'{said} {OF_TEN}'}; {what}"


def margin_spread(found: Dependents | None, reach: Interval | None) -> Spread | None:
    """The same for its bar; None where no range is known."""
    if found is None or found.margin_share is None or reach is None:
        return None
    return Spread(low=reach.low, median=found.margin_share, high=reach.high)


def _of_one(name: str, found: Dependents | None) -> str:
    """Say whether and how the single company of a portfolio depends on a provider."""
    if found is None or not len(found):
        return f"Your company is not known to depend on {name}"
    how = "directly" if found.direct else "only through someone else"
    return f"Your company depends on {name}, {how}"


def law_of(laws: Sequence[RateLaw], kind: FailureKind) -> GammaLaw | None:
    """The law of how often a provider fails in one way, over all levels; None: not modelled."""
    return sum_of_laws([one.law for one in laws if one.row.kind is kind])


def rate_spread(laws: Sequence[RateLaw], kind: FailureKind) -> Spread | None:
    """The range of a rate for its bar, in failures a year; None: not modelled."""
    law = law_of(laws, kind)
    if law is None:
        return None
    low, high = law.interval(rate_words.RANGE_LEVEL)
    return Spread(low=low, median=law.mean, high=high)


def how_often(laws: Sequence[RateLaw], kind: FailureKind) -> tuple[str, str]:
    """Return ``1 in 77 years``, and the range of it with what it rests on."""
    law = law_of(laws, kind)
    if law is None:
        return rate_words.NO_RATE, "no such failure begins here in the model"
    basis = rate_words.basis_of([one.row for one in laws], kind)
    said = rate_words.range_in_words(*law.interval(rate_words.RANGE_LEVEL))
    return rate_words.short_rate(law.mean), f"{said} {OF_TEN}; {basis}"


def failing_in_short(laws: Sequence[RateLaw]) -> str:
    """Say which failure is the most frequent and which the rarest."""
    ordered = sorted(laws, key=lambda one: -one.row.rate_per_year)
    most, least = ordered[0], ordered[-1]
    first = f"{wording.disruption(most.row.kind)}: {wording.rate(most.row.rate_per_year)}"
    if len(ordered) == 1:
        return first
    last = wording.disruption(least.row.kind).lower()
    return f"{first}; {last}: {wording.rate(least.row.rate_per_year)}"


def chain_in_short(
    name: str, upstream: Sequence[Neighbour], dependents: Sequence[Neighbour]
) -> str:
    """Say how many stand behind a provider and how many depend on it."""
    behind = wording.counted(len(upstream), "other")
    return f"{name} depends on {behind}; {wording.counted(len(dependents), 'other')} depend on it"


def about(provider: Provider) -> str:
    """Return its roles, country and site, and what its facts come from."""
    facts = [roles_in_words(provider), provider.country, provider.website]
    known = " · ".join(one for one in facts if one)
    return f"{known} · facts of {wording.day(provider.as_of)} ({provider.source})"


def every(minutes: int | None) -> str:
    """Return how often a feed is asked: ``every 5 minutes``, ``every hour``, ``by hand alone``."""
    if minutes is None:
        return "by hand alone"
    for name, length in (("week", 7 * 24 * 60), ("day", 24 * 60), ("hour", 60)):
        if minutes % length == 0:
            number = minutes // length
            return f"every {name}" if number == 1 else f"every {number} {name}s"
    return f"every {minutes} minutes"


def mark_in_words(feed: Feed, mark: FeedMark, now: datetime) -> str:
    """Say what is doubtful of a feed, and what follows for whoever reads its incidents."""
    whose = f"The status feed {feed.address}"
    if mark is FeedMark.BROKEN:
        return (
            f"{whose} failed {feed.failures} times in a row, so newer incidents are missing. "
            f"Last: {feed.problem}"
        )
    if mark is FeedMark.UNASKED:
        since = wording.day(feed.asked_at.date()) if feed.asked_at is not None else "the start"
        return f"{whose} should be asked {every(feed.every_minutes)} and was not since {since}."
    if mark is FeedMark.STALE and feed.newest_at is not None:
        days = wording.counted((now - feed.newest_at).days, "day")
        return (
            f"{whose} tells of no incident for {days}. As incidents came before, such a silence "
            "has a chance below 1 %: it may be no longer kept."
        )
    if mark is FeedMark.BACK_FILLED:
        told = wording.counted(feed.late, "incident")
        return (
            f"{whose} told of {told} more than a day after an earlier reading without them: what "
            "it does not show today may still have happened."
        )
    last = wording.day(feed.ahead_at.date()) if feed.ahead_at is not None else wording.UNKNOWN
    return (
        f"{whose} tells of {wording.counted(feed.ahead, 'incident')} of days still to come (up to "
        f"{last}); they are in no rate until then."
    )
