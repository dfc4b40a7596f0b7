"""Readings of what can be limited: of a portfolio or a slice of it, and of one of its companies.

Every figure is the one that its page shows: it comes out of the same answer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.hazard.signals import WindDown
from risk.portfolio.deadlines import DeadlineCalendar
from risk.portfolio.margin_ranges import MarginRanges
from risk.portfolio.providers import Dependence
from risk.portfolio.results import Interval, PortfolioAssessment
from risk.portfolio.startups import StartupTable, assessed, assessed_of, providers_of
from risk.portfolio.watching import MOST_MONTHS, Measure, Reading

Array = NDArray[np.float64]

#: So many parts of a measure are kept, those that weigh most.
MOST_PARTS = 1_000


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What readings are taken from, all of one state of one register.

    ``calendar`` looks as far ahead as retirements are published. ``dependence`` is asked for where
    a share needs it, ``ranges`` for those of all companies' shares (None: not worked out yet) and
    ``wind_downs`` for the chances of those named of whom one is known.
    """

    assessment: PortfolioAssessment
    calendar: DeadlineCalendar
    dependence: Callable[[], Dependence]
    wind_downs: Callable[[Iterable[str]], Mapping[str, WindDown]]
    ranges: Callable[[], MarginRanges | None]

    @property
    def table(self) -> StartupTable:
        """The answers about its companies in columns."""
        return assessed_of(self.assessment).table

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """The place of each company in these."""
        return {name: row for row, name in enumerate(self.table.names)}


def read(
    basis: Basis, measure: Measure, *, provider: str | None = None, startup: str | None = None
) -> Reading:
    """Take one measure of a whole portfolio, or of the company called ``startup``.

    ``provider`` is whom a share is of, where the measure is of one.
    """
    if startup is None:
        return _of_all(basis, measure, provider)
    row = basis.rows.get(startup)
    if row is None:
        return _gone(basis, startup)
    return _of_one(basis, measure, provider, row)


def _gone(basis: Basis, startup: str) -> Reading:
    said = f"There is no company {startup} in {basis.assessment.portfolio} any longer."
    return Reading(value=None, subject=None, missing=said)


def _of_all(basis: Basis, measure: Measure, provider: str | None) -> Reading:
    answer, table = basis.assessment, basis.table
    if measure is Measure.EXPECTED_LOSS:
        return _sum(table, table.answers.mean, answer.aal_usd, answer.aal_interval_usd)
    if measure is Measure.TAIL:
        parts = np.nan_to_num(table.tail)
        return _sum(table, parts, answer.tvar95_usd, answer.tvar95_interval_usd)
    if measure is Measure.DEVELOPER_SHARE:
        ranges = basis.ranges()
        return _largest_share(
            dict(answer.concentration["developer"].shares),
            lambda subject: ranges.developers.get(subject) if ranges else None,
        )
    if measure is Measure.PROVIDER_SHARE:
        share = basis.dependence().of(str(provider)).margin_share
        ranges = basis.ranges() if share is not None else None
        reach = ranges.providers.get(str(provider), Interval(low=0.0, high=0.0)) if ranges else None
        return Reading(value=share, subject=None, interval=reach)
    if measure is Measure.RUNWAY:
        return _least_runway(table)
    if measure is Measure.SCORE:
        return _highest_score(table)
    if measure is Measure.RETIREMENT_SLACK:
        return _least_slack(basis.calendar)
    return _likeliest_end(basis.wind_downs(answer.concentration["developer"].shares))


def _of_one(basis: Basis, measure: Measure, provider: str | None, row: int) -> Reading:
    table = basis.table
    one = assessed(table, row)
    if measure in (Measure.DEVELOPER_SHARE, Measure.PROVIDER_SHARE):
        return _share_of_one(basis, provider, one.startup)
    if measure is Measure.RUNWAY:
        return _runway_of_one(table, row)
    if measure is Measure.RETIREMENT_SLACK:
        return _least_slack(basis.calendar.of_startups((one.startup,)))
    if measure is Measure.WIND_DOWN:
        return _likeliest_end(basis.wind_downs(providers_of(table, row)))
    figures = {
        Measure.EXPECTED_LOSS: (one.aal_usd, one.aal_interval_usd),
        Measure.TAIL: (one.tvar95_usd, None),
        Measure.SCORE: (one.score, one.score_interval),
    }
    value, reach = figures[measure]
    if table.only_questions[row]:
        said = f"Of {one.startup} nothing but open questions is known: answer them."
        return Reading(value=None, subject=None, interval=reach, missing=said)
    return Reading(value=value, subject=None, interval=reach)


def _sum(table: StartupTable, parts: Array, value: float, reach: Interval | None) -> Reading:
    kept = largest(table.names, parts, MOST_PARTS)
    return Reading(
        value=value,
        subject=next(iter(kept), None),
        parts=kept,
        is_cut=len(table) > len(kept),
        interval=reach,
    )


def largest(names: Sequence[str], values: Array, most: int) -> dict[str, float]:
    """The largest of some values by name, the largest first."""
    rows = np.argsort(-values, kind="stable")[:most]
    return {names[row]: float(values[row]) for row in rows.tolist()}


def _largest_share(
    shares: Mapping[str, float], range_of: Callable[[str], Interval | None]
) -> Reading:
    """The developer with the largest share of the margin, of all companies or of one."""
    subject = _most(shares)
    if subject is None:
        return Reading(value=None, subject=None, parts=shares)
    return Reading(value=shares[subject], subject=subject, parts=shares, interval=range_of(subject))


def _share_of_one(basis: Basis, provider: str | None, startup: str) -> Reading:
    held = basis.dependence()
    row = held.place(startup)
    if row is None:  # It went while its portfolio was read.
        return _gone(basis, startup)
    if provider is None:
        return _largest_share(
            held.developer_shares(row),
            lambda subject: held.share_range(held.of_developer(subject), row),
        )
    pairs = held.reached_by(provider)
    value = held.share(pairs, row)
    reach = None if value is None else held.share_range(pairs, row)
    return Reading(value=value, subject=None, interval=reach)


def _least_runway(table: StartupTable) -> Reading:
    """Whose cash lasts shortest once its lead developer wound down; unknown cash is counted."""
    after = table.answers.months_after
    led = table.answers.lead >= 0
    rows = np.flatnonzero(led & ~np.isnan(after))
    unknown = int((led & np.isnan(after)).sum())
    if not len(rows):
        said = "No company has a lead developer."
        if unknown:
            said = "Cash or burn is unknown of every company that has a lead developer."
        return Reading(value=None, subject=None, unknown=unknown, missing=said)
    rows = rows[np.argsort(after[rows], kind="stable")]
    kept = {table.names[row]: _capped(after[row]) for row in rows[:MOST_PARTS].tolist()}
    subject, value = next(iter(kept.items()))
    return Reading(
        value=value,
        subject=subject,
        parts=kept,
        is_cut=len(rows) > len(kept),
        interval=_months_range(table, int(rows[0])),
        unknown=unknown,
    )


def _runway_of_one(table: StartupTable, row: int) -> Reading:
    after = table.answers.months_after[row]
    if np.isnan(after):
        said = f"Cash or burn of {table.names[row]} is unknown."
        return Reading(value=None, subject=None, missing=said)
    return Reading(value=_capped(after), subject=None, interval=_months_range(table, row))


def _months_range(table: StartupTable, row: int) -> Interval:
    answers = table.answers
    return Interval(
        low=_capped(answers.months_after_low[row]), high=_capped(answers.months_after_high[row])
    )


def _capped(months: float) -> float:
    return float(min(months, MOST_MONTHS))


def _highest_score(table: StartupTable) -> Reading:
    """The highest score; companies of which only open questions are known have none."""
    told = np.flatnonzero(~table.only_questions)
    unknown = len(table) - len(told)
    if not len(told):
        said = "Of no company anything but open questions is known: answer them."
        return Reading(value=None, subject=None, unknown=unknown, missing=said if unknown else None)
    scores = table.answers.score
    rows = told[np.argsort(-scores[told], kind="stable")]
    kept = {table.names[row]: float(scores[row]) for row in rows[:MOST_PARTS].tolist()}
    first = assessed(table, int(rows[0]))
    return Reading(
        value=first.score,
        subject=first.startup,
        parts=kept,
        is_cut=len(rows) > len(kept),
        interval=first.score_interval,
        unknown=unknown,
    )


def _least_slack(calendar: DeadlineCalendar) -> Reading:
    """The last day of a model that leaves least time to switch."""
    models = calendar.of_models()
    tight = models.least_slack(MOST_PARTS)
    first = tight[0] if tight else None
    return Reading(
        value=first.slack_days if first else None,
        subject=f"{first.model} at {first.startup}" if first else None,
        # Of a company with several such days, the first counts.
        parts={f"{one.model} at {one.startup}": one.slack_days for one in reversed(tight)},
        is_cut=len(models) > len(tight),
        interval=first.slack_range if first else None,
        missing=None if first else "No model that is used has a last day published.",
    )


def _likeliest_end(chances: Mapping[str, WindDown]) -> Reading:
    parts = {name: one.probability for name, one in chances.items()}
    subject = _most(parts)
    if subject is None:
        return Reading(value=None, subject=None)
    found = chances[subject]
    return Reading(
        value=found.probability,
        subject=subject,
        parts=parts,
        interval=Interval(low=found.low, high=found.high),
    )


def _most(parts: Mapping[str, float]) -> str | None:
    return max(parts, key=lambda name: (parts[name], name), default=None)
