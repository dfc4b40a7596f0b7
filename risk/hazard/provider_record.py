"""Record of a provider's disruptions, short enough to stand beside an option.

What is documented was chosen because it was remarkable, and who reports more openly counts more, so
that records are told and never ranked. That nothing was recorded says nothing. docs/method.md §6.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from risk.catalog.failure_kinds import FailureKind

#: Imported incidents are counted over so many days up to today.
A_YEAR = timedelta(days=365)
#: What changes a price or retires a model is no failure to serve.
NO_DISRUPTION = frozenset({FailureKind.PRICE_SHOCK, FailureKind.MODEL_RETIREMENT})


class Disruption(NamedTuple):
    """One disruption that somebody wrote down, by the day on which it began."""

    provider: str
    day: date
    kind: FailureKind


@dataclass(frozen=True, kw_only=True)
class ProviderRecord:
    """What is known of one provider's past.

    ``documented`` disruptions since the day ``since`` on which the record of all providers begins,
    the newest of them ``last``. ``incidents`` of its status pages in the last year, None where none
    of its incidents were ever imported. ``availability`` (0..1) of its ``service`` as a study
    published it up to ``published``, None where none did.
    """

    provider: str
    documented: int = 0
    since: date | None = None
    last: Disruption | None = None
    incidents: int | None = None
    service: str | None = None
    availability: float | None = None
    published: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is recorded: unknown, not free of disruptions."""
        return not self.documented and self.incidents is None and self.availability is None


class Availability(NamedTuple):
    """The availability (0..1) of one service of a provider, as a study published it."""

    provider: str
    service: str
    availability: float
    as_of: date


def provider_records(
    disruptions: Iterable[Disruption],
    incidents: Iterable[tuple[str, date]],
    published: Iterable[Availability],
    *,
    today: date,
) -> Mapping[str, ProviderRecord]:
    """The record of every provider of whom anything is known, by name.

    ``disruptions`` of one provider that began on the same day with the same kind count once, as two
    tables may tell of one; those after ``today`` not at all. ``incidents`` are the provider and the
    first day of each that was imported. Of ``published`` services the API counts, else the first.
    """
    known = {one for one in disruptions if one.day <= today and one.kind not in NO_DISRUPTION}
    since = min((one.day for one in known), default=None)
    counted: dict[str, int] = {}
    for provider, day in incidents:
        counted[provider] = counted.get(provider, 0) + (today - A_YEAR < day <= today)
    served: dict[str, Availability] = {}
    for one in published:
        if one.as_of <= today and (one.provider not in served or one.service == "API"):
            served[one.provider] = one
    names = {one.provider for one in known} | counted.keys() | served.keys()
    return {
        name: _record(name, [one for one in known if one.provider == name], since, counted, served)
        for name in sorted(names)
    }


def _record(
    name: str,
    own: list[Disruption],
    since: date | None,
    counted: Mapping[str, int],
    served: Mapping[str, Availability],
) -> ProviderRecord:
    study = served.get(name)
    return ProviderRecord(
        provider=name,
        documented=len(own),
        since=since,
        last=max(own, key=lambda one: (one.day, one.kind), default=None),
        incidents=counted.get(name),
        service=study.service if study else None,
        availability=study.availability if study else None,
        published=study.as_of if study else None,
    )
