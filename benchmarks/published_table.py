"""Do our statistics give the figures that Chu, Talluri, Lu and Iosup published (ICPE 2025)?

    python benchmarks/published_table.py FOLDER

FOLDER holds the authors' cleaned tables of incidents and of uptime, under any name and depth.
They are not part of this project: get them from the authors' repository of that paper. Every
figure is printed as match or miss; the exit status is 1 if any misses.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from risk.hazard.incident_statistics import (  # noqa: E402  any folder  # noqa: E402
    IncidentStatistics,
    Pooling,
    co_outages,
    days_between_starts,
    incident_statistics,
    joint_outages,
    outage_days,
    repair_times,
)
from risk.hazard.incidents.reading import read_history  # noqa: E402
from risk.hazard.incidents.records import Incident, ServiceDay  # noqa: E402

#: service: incidents, MTTR in hours, MTBF in days, outage days %, mean availability %, shares of
#: incidents within 1 h, within 3 h, and the rest after 24 h (unknown lengths among them).
PUBLISHED_SERVICES: dict[str, tuple[str, ...]] = {
    "API": ("227", "2.56", "5.64", "7.32", "99.82", "0.4141", "0.7269", "0.0573"),
    "ChatGPT": ("141", "3.64", "4.01", "11.15", "99.66", "0.3617", "0.7730", "0.0638"),
    "Labs": ("31", "3.03", "18.24", "4.12", "99.78", "0.4839", "0.8065", "0.0323"),
    "Playground": ("32", "2.95", "39.93", "1.92", "99.94", "0.3438", "0.6562", "0.0938"),
    "api.anthropic.com": ("76", "2.81", "5.22", "5.98", "99.92", "0.5263", "0.8289", "0.0789"),
    "claude.ai": ("86", "3.16", "4.79", "6.94", "99.84", "0.4884", "0.8023", "0.0930"),
    "console.anthropic.com": ("72", "2.05", "5.73", "6.46", "99.89", "0.5000", "0.8611", "0.0556"),
    "Character.AI": ("35", "3.95", "8.74", "9.12", "99.59", "0.5143", "0.6857", "0.0571"),
}
SERVICE_FIGURES = ("n", "MTTR h", "MTBF d", "outage days %", "availability %", "<=1h", "<=3h")
SERVICE_FIGURES += ("rest",)
#: provider: lengths known, MTTR mean and median in hours, MTBF in days; services pooled.
PUBLISHED_PROVIDERS = {
    "OpenAI": ("417", "2.977", "1.217", "8.48"),
    "Anthropic": ("222", "2.701", "0.833", "5.22"),
    "Character.AI": ("35", "3.952", "1.000", "8.74"),
}
#: All services of all providers pooled: MTTR in hours, MTBF in days.
PUBLISHED_OVERALL = ("2.94", "7.41")
#: Days on which each service, or both of a pair, had an outage.
PUBLISHED_OUTAGE_DAYS = {
    "api": "95",
    "chatgpt": "63",
    "labs": "23",
    "playground": "24",
    "api.anthropic.com": "25",
    "claude.ai": "29",
    "console.anthropic.com": "27",
    "character.ai": "29",
}
PUBLISHED_PAIRS = {
    ("api", "chatgpt"): "31",
    ("api.anthropic.com", "claude.ai"): "24",
    ("api.anthropic.com", "console.anthropic.com"): "22",
    ("claude.ai", "console.anthropic.com"): "26",
    ("chatgpt", "claude.ai"): "7",
    ("chatgpt", "api.anthropic.com"): "5",
    ("api", "claude.ai"): "3",
    ("api", "api.anthropic.com"): "1",
}
#: P(first out | second out) in per cent.
PUBLISHED_CONDITIONALS = {
    ("api", "chatgpt"): "49.21",
    ("chatgpt", "api"): "32.63",
    ("api.anthropic.com", "claude.ai"): "82.76",
    ("claude.ai", "api.anthropic.com"): "96.00",
    ("chatgpt", "claude.ai"): "24.14",
}
#: Share of service incidents by services down at once, in per cent, over all rows of the file.
PUBLISHED_IMPACT_RANGE = {
    "OpenAI": ("57.63", "31.44", "2.73", "8.20"),
    "Anthropic": ("12.82", "15.38", "71.79"),
}
#: Recomputed from the same tables, 2023-10-19 to 2024-08-31: days, each provider's outage days.
JOINT_WINDOW = (date(2023, 10, 19), date(2024, 8, 31))
JOINT_DAYS = {
    ("OpenAI", "Anthropic"): ("318", "53", "30", "8", "5.0"),
    ("OpenAI", "Character.AI"): ("318", "53", "29", "3", "4.8"),
}
#: Recomputed, each incident once: incidents, days between, incidents a year.
ONCE_PER_INCIDENT = {
    "OpenAI": ("361", "3.60", "101.7"),
    "Anthropic": ("141", "3.81", "96.5"),
    "Character.AI": ("35", "8.74", "43.0"),
}


@dataclass(frozen=True)
class Check:
    """One figure, as published and as computed with the same number of decimals."""

    what: str
    published: str
    computed: str

    @property
    def holds(self) -> bool:
        """Whether every printed digit is the same."""
        return self.published == self.computed


@dataclass(frozen=True)
class History:
    """Everything that the folder's tables say; ``set_aside`` are rows with stamps out of order."""

    incidents: tuple[Incident, ...]
    set_aside: tuple[Incident, ...]
    days: tuple[ServiceDay, ...]


def read_folder(folder: Path) -> History:
    """Read every table of the folder whose header is known; others are passed over."""
    files = [read_history(path.read_bytes()) for path in sorted(folder.rglob("*.csv"))]
    return History(
        incidents=tuple(one for file in files for one in file.incidents),
        set_aside=tuple(row.incident for file in files for row in file.skipped if row.incident),
        days=tuple(day for file in files for day in file.service_days),
    )


def checks(history: History) -> Iterator[Check]:
    """Every published figure beside ours."""
    by_service = incident_statistics(history.incidents, history.days, pooling=Pooling.SERVICE)
    yield from service_checks({one.service: one for one in by_service if one.service})
    yield from provider_checks({one.provider: one for one in by_service if not one.service})
    yield from overall_checks(history.incidents)
    yield from co_outage_checks(history.days)
    yield from impact_checks([*history.incidents, *history.set_aside])
    yield from joint_checks(history.days)
    once = incident_statistics(history.incidents, history.days, pooling=Pooling.PROVIDER)
    for one in once:
        values = (one.incidents, one.mean_days_between, one.rate_per_year)
        figures = ("n, each once", "MTBF d, each once", "a year")
        yield from compare(one.provider, figures, ONCE_PER_INCIDENT[one.provider], values)


def service_checks(rows: dict[str, IncidentStatistics]) -> Iterator[Check]:
    """The table by service."""
    for name, published in PUBLISHED_SERVICES.items():
        one = rows[name]
        values = (
            one.incidents,
            one.repair.mean_hours,
            one.mean_days_between,
            100 * one.uptime.outage_day_share if one.uptime else None,
            100 * one.uptime.availability if one.uptime else None,
            one.repair.within_1_hour,
            one.repair.within_3_hours,
            one.repair.over_24_hours_or_unknown,
        )
        yield from compare(name, SERVICE_FIGURES, published, values)


def provider_checks(rows: dict[str, IncidentStatistics]) -> Iterator[Check]:
    """The providers, their services pooled without de-duplication."""
    for name, published in PUBLISHED_PROVIDERS.items():
        one = rows[name]
        repair = one.repair
        values = (repair.known, repair.mean_hours, repair.median_hours, one.mean_days_between)
        figures = ("lengths known", "MTTR h", "median h", "MTBF d")
        yield from compare(f"{name}, services pooled", figures, published, values)


def overall_checks(incidents: Sequence[Incident]) -> Iterator[Check]:
    """All services of all providers pooled."""
    services = sorted({name for one in incidents for name in one.services})
    series = [[one for one in incidents if name in one.services] for name in services]
    gaps = [gap for part in series for gap in days_between_starts(part)]
    repair = repair_times([one for part in series for one in part])
    values = (repair.mean_hours, fmean(gaps))
    yield from compare("all services pooled", ("MTTR h", "MTBF d"), PUBLISHED_OVERALL, values)


def co_outage_checks(days: Sequence[ServiceDay]) -> Iterator[Check]:
    """Outage days of services, of pairs, and of one given the other."""
    alone = {service: len(found) for (_, service), found in outage_days(days).items()}
    for name, published in PUBLISHED_OUTAGE_DAYS.items():
        yield from compare(name, ("outage days",), (published,), (alone[name],))
    given: dict[tuple[str, str], float | None] = {}
    both: dict[tuple[str, str], int] = {}
    for pair in co_outages(days):
        first, second = pair.first[1], pair.second[1]
        both[first, second] = both[second, first] = pair.both_days
        given[first, second], given[second, first] = (
            pair.first_given_second,
            pair.second_given_first,
        )
    for names, published in PUBLISHED_PAIRS.items():
        yield from compare(" and ".join(names), ("days both out",), (published,), (both[names],))
    for names, published in PUBLISHED_CONDITIONALS.items():
        share = given[names]
        value = None if share is None else 100 * share
        yield from compare(" given ".join(names), ("P %",), (published,), (value,))


def impact_range(incidents: Iterable[Incident]) -> Mapping[int, float]:
    """Share of service incidents that came with 1, 2, 3, … services of the provider down at once.

    An incident of three services weighs three; one that names no service weighs nothing.
    """
    weights = Counter[int]()
    for incident in incidents:
        weights[len(incident.services)] += len(incident.services)
    total = weights.total()
    return {reach: weights[reach] / total for reach in sorted(weights) if weights[reach]}


def impact_checks(incidents: Sequence[Incident]) -> Iterator[Check]:
    """How many services of a provider are down at once."""
    for name, published in PUBLISHED_IMPACT_RANGE.items():
        shares = impact_range(one for one in incidents if one.provider == name)
        figures = [f"{reach} services at once %" for reach in range(1, len(published) + 1)]
        values = [100 * shares.get(reach, 0.0) for reach in range(1, len(published) + 1)]
        yield from compare(name, figures, published, values)


def joint_checks(days: Sequence[ServiceDay]) -> Iterator[Check]:
    """Providers out on the same day."""
    since, until = JOINT_WINDOW
    for (first, second), published in JOINT_DAYS.items():
        joint = joint_outages(days, first, second, since=since, until=until)
        if joint is None:
            raise SystemExit(f"The uptime table lacks {first} or {second}.")
        values = (
            joint.days,
            joint.first_days,
            joint.second_days,
            joint.both_days,
            joint.expected_days,
        )
        figures = ("days", "first out", "second out", "both out", "expected if independent")
        yield from compare(f"{first} and {second}", figures, published, values)


def compare(
    who: str,
    figures: Sequence[str],
    published: Sequence[str],
    values: Sequence[float | None],
) -> Iterator[Check]:
    """Pair figures with values, printed to the decimals of the published ones."""
    for figure, stated, value in zip(figures, published, values, strict=True):
        decimals = len(stated.partition(".")[2])
        computed = "unknown" if value is None else f"{value:.{decimals}f}"
        yield Check(f"{who}: {figure}", stated, computed)


def main() -> int:
    """Print every figure as match or miss, and how many match."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    history = read_folder(parser.parse_args().folder)
    if not (history.incidents and history.days):
        raise SystemExit("The folder lacks a table of incidents or one of uptime days.")
    done = list(checks(history))
    for one in done:
        verdict = "match" if one.holds else "MISS "
        print(f"{verdict}  {one.what:<58} {one.published:>9} {one.computed:>9}")
    print(f"\n{sum(one.holds for one in done)} of {len(done)} figures match to the last digit.")
    return 0 if all(one.holds for one in done) else 1


if __name__ == "__main__":
    sys.exit(main())
