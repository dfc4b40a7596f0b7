"""Are the figures on held-out months in docs/method.md what the code gives?

    python benchmarks/calibration_table.py FOLDER

FOLDER holds the cleaned table of incidents of Chu, Talluri, Lu and Iosup (ICPE 2025), under any
name; it is not part of this project. Counts are of March 2023 to August 2024, all rows but planned
maintenance, the first six months learned from. Lengths are all rows whose length is known, planned
maintenance among them, split at 1 March 2024. Every figure is printed as match or miss; the exit
status is 1 if any misses.
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
    Method,
    months_of,
    score_counts,
    score_durations,
)
from risk.hazard.incidents.records import Incident  # noqa: E402

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
#: Lengths fitted, scored; CRPS in hours of lognormal, exponential, past lengths; p of uniformity;
#: share above four hours as forecast and as seen.
STATED_DURATIONS = {
    "OpenAI": ("229", "100", "2.454", "2.460", "2.454", "0.015", "0.156", "0.21"),
    "Anthropic": ("25", "86", "2.46", "4.50", "2.68", "0.31", "0.18", "0.14"),
}
DURATION_FIGURES = ("fitted", "scored", "lognormal", "exponential", "past lengths", "uniformity p")
DURATION_FIGURES += ("over 4 h forecast", "over 4 h seen")


def checks(incidents: Sequence[Incident]) -> Iterator[Check]:
    """Every stated figure beside the computed one."""
    for provider, stated in STATED_COUNTS.items():
        own = [one for one in incidents if one.provider == provider]
        months = months_of(own, since=SINCE, until=UNTIL)
        for score in score_counts(months, seed=1):
            who = f"{provider}, {score.method}"
            values = (score.crps, score.coverage)
            yield from compare(who, ("CRPS", "coverage"), stated[score.method], values)
    for provider, figures in STATED_DURATIONS.items():
        own = [one for one in incidents if one.provider == provider]
        found = score_durations(own, split=SPLIT)
        if found is None:
            raise SystemExit(f"The table holds too few lengths of {provider}.")
        lengths = (
            found.fit.incidents,
            found.scored,
            found.lognormal,
            found.exponential,
            found.empirical,
            found.uniformity,
            found.long_predicted,
            found.long_seen,
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
