"""Own incidents of providers: a status page's past, from which rates of disruptions are learned."""

from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

import pandas as pd

from db.importing.history import as_in_the_catalogue
from db.plugins import FEEDS, translated
from downstream.inventory import CannotBeRead, catalog
from risk.catalog.records import Catalog
from risk.hazard.incidents.reading import read_history
from risk.hazard.incidents.records import Incident, ServiceDay
from risk.hazard.learned_rates import LearnedRate, learned_from_incidents, with_learned
from ui import wording


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class History:
    """Incidents of providers as a file told them, and the rates that they teach."""

    incidents: tuple[Incident, ...]
    service_days: tuple[ServiceDay, ...]
    day: date

    def __repr__(self) -> str:
        return f"<History: {self.explain()[0]}>"

    @property
    def rates(self) -> tuple[LearnedRate, ...]:
        """The rates that are replaced where they count, with the ones before."""
        return learned_from_incidents(catalog(), self.incidents, self.service_days, today=self.day)

    @property
    def frame(self) -> pd.DataFrame:
        """A row for each rate: events a year before and after what was learned."""
        return pd.DataFrame(
            [
                {
                    "provider": one.row.node,
                    "kind": str(one.row.kind),
                    "rate_before": one.before,
                    "rate": one.row.rate_per_year,
                }
                for one in self.rates
            ],
            columns=["provider", "kind", "rate_before", "rate"],
        )

    def taught(self) -> Catalog:
        """The reference facts with these rates in the place of the shipped ones."""
        return with_learned(catalog(), self.rates)

    def explain(self) -> list[str]:
        """Return in sentences what was read and what it teaches."""
        named = sorted({one.provider for one in self.incidents})
        said = [
            f"{wording.counted(len(self.incidents), 'incident')} of {wording.listed(named)}, up to "
            f"{wording.day(self.day)}."
        ]
        return said + [f"{one}." for one in self.taught().learned]

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(one)}</p>" for one in self.explain())


def history(
    source: str | Path | bytes | pd.DataFrame,
    *,
    today: date,
    provider: str | None = None,
) -> History:
    """Read a provider's past: a table, a feed or JSON of a status page, or a pandas frame.

    ``provider`` is whom it is about, where its records name nobody. What begins on ``today`` or
    later teaches nothing.

    Raises:
        CannotBeRead: it is no such file; the message says what is wrong.
        OSError: the path cannot be read.
    """
    if isinstance(source, pd.DataFrame):
        data = source.to_csv(index=False).encode()
    else:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    found = read_history(translated(FEEDS, data).data, provider=provider)
    if found.problems:
        raise CannotBeRead(" ".join(one.message for one in found.problems))
    known = as_in_the_catalogue(found, catalog())
    return History(incidents=known.incidents, service_days=known.service_days, day=today)
