"""What does a part of a portfolio cost, and what does it send?"""

import pickle
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.invented_register import invented_register
from benchmarks.measuring import Measurement
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.portfolio.compiling import compile_engine
from risk.portfolio.shards import law_of_shards, score_shard, share_of_shard
from risk.portfolio.survey import ground_of, joined, survey_of
from risk.portfolio.tail_shares import tail_weights

FIXTURES = Path(__file__).parents[1] / "fixtures"
TODAY = date(2026, 11, 16)


def measure(startups: int = 2_000, parts: int = 2) -> Iterator[Measurement]:
    """Score an invented portfolio in parts; times are of one part, but for what is done once."""
    catalog = load_catalog(FIXTURES)
    compile_engine(catalog)
    held = invented_register(startups).startups
    shards = [held[first::parts] for first in range(parts)]
    clock = _Clock(startups / parts)
    surveys = [survey_of(one, catalog=catalog, assumptions=DEFAULTS, today=TODAY) for one in shards]
    yield clock.line("survey of a part", each=parts)
    ground = ground_of(joined(surveys), catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    yield clock.line(f"supply chain and events, once ({_megabytes(ground)})")
    scores = [score_shard(one, ground) for one in shards]
    yield clock.line(f"score of a part (it sends {_megabytes(scores[0].sums)})", each=parts)
    year = law_of_shards([one.sums for one in scores], ground)
    weights = tail_weights(year, level=0.95)
    yield clock.line(f"law of the year, once ({_megabytes(weights)})")
    shares = [share_of_shard(one.columns, weights, ground) for one in scores]
    yield clock.line("shares of a part", each=parts)
    total = sum(part for one in shares for part in one.by_startup.values())
    assert abs(total / year.tvar_usd(0.95) - 1) < 1e-9, "startups' shares must sum to the tail"


class _Clock:
    """Times what was done since it was last asked."""

    def __init__(self, startups: float) -> None:
        self.startups = startups
        self.wall, self.processors = perf_counter(), process_time()

    def line(self, what: str, *, each: int = 1) -> Measurement:
        """One measurement; of ``each`` alike parts it tells one."""
        wall, processors = perf_counter() - self.wall, process_time() - self.processors
        if each > 1:
            what = f"{what}, {1000 * processors / each / self.startups:.2f} ms a startup"
        self.wall, self.processors = perf_counter(), process_time()
        return Measurement(what=what, seconds=wall / each, processor_seconds=processors / each)


def _megabytes(value: object) -> str:
    return f"{len(pickle.dumps(value)) / 1e6:.1f} MB"
