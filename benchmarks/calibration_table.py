"""Are the figures on held-out months in docs/method.md what the code gives?

    python benchmarks/calibration_table.py FOLDER

FOLDER holds the cleaned table of incidents of Chu, Talluri, Lu and Iosup (ICPE 2025), under any
name; it is not part of this project. Counts are of March 2023 to August 2024, all rows but planned
maintenance, the first six months learned from. Lengths are all rows whose length is known, planned
maintenance among them, split at 1 March 2024; what is longer than a day is fitted to all providers
before it. The tail that ships is fitted to all months. Every figure is printed as match or miss;
the exit status is 1 if any misses.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks.published_table import Check, compare, read_folder  # noqa: E402  from any folder
from risk.hazard.calibration import (  # noqa: E402
    HOURS_PER_DAY,
    Method,
    months_of,
    pooled_tail,
    score_counts,
    score_durations,
)
from risk.hazard.durations import fit_tail  # noqa: E402
from risk.hazard.incidents.records import KIND_OF_LEVEL, Incident  # noqa: E402

SINCE, UNTIL, SPLIT = date(2023, 3, 1), date(2024, 9, 1), date(2024, 3, 1)
#: Mean CRPS in incidents a month, and the share of 90 % intervals that held.
STATED_COUNTS: dict[str, dict[Method, tuple[str, str]]] = {
    "OpenAI": {
        Method.STATIC: ("4.00", "0.75"),
        Method.DISCOUNT_08: ("4.15", "0.83"),
        Method.DISCOUNT_06: ("4.38", "0.83"),
        Method.LAST_VALUE: ("6.56", "0.58"),
        Method.TRAILING_6: ("4.33", "0.75"),
        Method.CLIMATOLOGY: ("4.02", "0.75"),
    },
    "Anthropic": {
        Method.STATIC: ("5.36", "0.42"),
        Method.DISCOUNT_08: ("3.92", "0.67"),
        Method.DISCOUNT_06: ("3.29", "0.67"),
        Method.LAST_VALUE: ("3.54", "0.58"),
        Method.TRAILING_6: ("3.83", "0.67"),
        Method.CLIMATOLOGY: ("5.39", "0.42"),
    },
}
#: Lengths fitted, scored; CRPS in hours of the model's law, lognormal, exponential, past lengths; p
#: of uniformity; shares above four hours and above a day as forecast, by a lognormal law, as seen.
STATED_DURATIONS = {
    "OpenAI": (
        *("229", "100", "2.453", "2.454", "2.460", "2.454", "0.007"),
        *("0.143", "0.156", "0.21", "0.018", "0.006", "0.02"),
    ),
    "Anthropic": (
        *("25", "86", "2.46", "2.46", "4.50", "2.68", "0.93"),
        *("0.10", "0.18", "0.14", "0.019", "0.022", "0.035"),
    ),
    "Character.AI": (
        *("18", "18", "3.96", "4.01", "4.02", "4.06", "0.26"),
        *("0.16", "0.15", "0.17", "0.018", "0.006", "0.11"),
    ),
}
DURATION_FIGURES = ("fitted", "scored", "spliced", "lognormal", "exponential", "past lengths")
DURATION_FIGURES += ("uniformity p", "over 4 h forecast", "over 4 h lognormal", "over 4 h seen")
DURATION_FIGURES += ("over 24 h forecast", "over 24 h lognormal", "over 24 h seen")
#: The tail in fixtures/rates.csv: lengths of critical, major and minor incidents, those above a
#: day, their share with its 90 % interval, shape with its, scale in days.
STATED_TAIL = ("422", "11", "0.0261", "0.015", "0.043", "0.786", "0.18", "2.1", "0.391")
TAIL_FIGURES = ("lengths", "above a day", "share", "from", "to", "shape", "from", "to", "scale")


def checks(incidents: Sequence[Incident]) -> Iterator[Check]:
    """Every stated figure beside the computed one."""
    for provider, stated in STATED_COUNTS.items():
        own = [one for one in incidents if one.provider == provider]
        months = months_of(own, since=SINCE, until=UNTIL)
        for score in score_counts(months, seed=1):
            who = f"{provider}, {score.method}"
            values = (score.crps, score.coverage)
            yield from compare(who, ("CRPS", "coverage"), stated[score.method], values)
    rated = (one.hours for one in incidents if one.level in KIND_OF_LEVEL)
    fit = fit_tail(None if hours is None else hours / HOURS_PER_DAY for hours in rated)
    if fit is None:
        raise SystemExit("The table holds too few lengths above a day.")
    tail = (fit.incidents, fit.beyond, fit.tail.share, *fit.share_range)
    tail += (fit.tail.shape, *fit.shape_range, fit.tail.scale_days)
    yield from compare("All, lengths above a day", TAIL_FIGURES, STATED_TAIL, tail)
    before = pooled_tail(incidents, split=SPLIT, reference=None)
    for provider, figures in STATED_DURATIONS.items():
        own = [one for one in incidents if one.provider == provider]
        found = score_durations(own, split=SPLIT, tail=before)
        if found is None:
            raise SystemExit(f"The table holds too few lengths of {provider}.")
        lengths = (
            found.fit.incidents,
            found.scored,
            found.spliced,
            found.lognormal,
            found.exponential,
            found.empirical,
            found.uniformity,
            found.long_predicted,
            found.long_lognormal,
            found.long_seen,
            found.day_predicted,
            found.day_lognormal,
            found.day_seen,
        )
        yield from compare(f"{provider}, lengths", DURATION_FIGURES, figures, lengths)


def main() -> int:
    """Print every figure as match or miss, and how many match."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    history = read_folder(parser.parse_args().folder)
    if not history.incidents:
        raise SystemExit("The folder lacks a table of incidents.")
    done = list(checks([*history.incidents, *history.set_aside]))
    for one in done:
        verdict = "match" if one.holds else "MISS "
        print(f"{verdict}  {one.what:<58} {one.published:>9} {one.computed:>9}")
    print(f"\n{sum(one.holds for one in done)} of {len(done)} figures match to the last digit.")
    return 0 if all(one.holds for one in done) else 1


if __name__ == "__main__":
    sys.exit(main())
