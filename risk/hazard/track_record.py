"""The track record of one provider's forecasts: counts by month, lengths, and which were honest.

docs/method.md §8.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from risk.hazard.calibration import WARM_UP_MONTHS, MethodScore, months_of, score_counts
from risk.hazard.duration_calibration import DurationScore, score_durations
from risk.hazard.incidents.records import Incident, IncidentLevel, ServiceDay

#: Lengths of so many months at the end are scored with a law fitted to those before them.
_MONTHS_OF_LENGTHS = 6


@dataclass(frozen=True, kw_only=True)
class TrackRecord:
    """How forecasts did for one provider over the months from ``since`` up to before ``until``.

    ``learned_from`` months were not scored. ``methods`` is empty where too few months are known,
    ``durations`` None where lengths could not be split.
    """

    provider: str
    since: date
    until: date
    learned_from: int
    methods: tuple[MethodScore, ...]
    durations: DurationScore | None


def track_records(
    incidents: Sequence[Incident],
    days: Iterable[ServiceDay] = (),
    *,
    seed: int,
    since: date | None = None,
    until: date | None = None,
    split: date | None = None,
) -> tuple[TrackRecord, ...]:
    """Score the forecasts of every provider, by name.

    Args:
        incidents: of any providers; planned maintenance is left out.
        days: of uptime pages; they say until when a provider was watched.
        seed: draws the random part of the integral transforms.
        since: a day of the first month. By default, and where the provider's first incident came
            later, the month after that incident: months that nobody watched are not quiet ones.
        until: a day of the month after the last; by default the month in which the watch ended,
            which is left out unless it was watched to its last day.
        split: lengths that begin before it are fitted to, the others scored; by default six
            months before the end.
    """
    told = [one for one in incidents if one.level is not IncidentLevel.MAINTENANCE]
    watched = list(days)
    return tuple(
        _track_record(
            [one for one in told if one.provider == provider],
            [day.day for day in watched if day.provider == provider],
            seed=seed,
            since=since,
            until=until,
            split=split,
        )
        for provider in sorted({one.provider for one in told})
    )


def _track_record(
    incidents: Sequence[Incident],
    days: Sequence[date],
    *,
    seed: int,
    since: date | None,
    until: date | None,
    split: date | None,
) -> TrackRecord:
    starts = [one.started_at.date() for one in incidents]
    first = first_month_watched(min(starts), since)
    end = _first_day(until) if until else month_after(max([*starts, *days]))
    months = months_of(incidents, since=first, until=max(first, end))
    enough = len(months) > WARM_UP_MONTHS
    return TrackRecord(
        provider=incidents[0].provider,
        since=first,
        until=end,
        learned_from=min(WARM_UP_MONTHS, len(months)),
        methods=score_counts(months, seed=seed) if enough else (),
        durations=score_durations(
            (one for one in incidents if one.started_at.date() < end),
            split=split or _months_later(end, -_MONTHS_OF_LENGTHS),
        ),
    )


def first_month_watched(first_incident: date, since: date | None = None) -> date:
    """The first day of the first month that was watched from its beginning, as far as is known."""
    if since is None or _first_day(since) < _first_day(first_incident):
        return _months_later(first_incident, 1)
    return _first_day(since)


def month_after(last_day: date) -> date:
    """The first day after the last month that was watched to its end, up to ``last_day``."""
    return _first_day(last_day + timedelta(days=1))


def _first_day(day: date) -> date:
    return day.replace(day=1)


def _months_later(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
