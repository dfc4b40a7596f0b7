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
from risk.loss.answer import merged, part_answer
from risk.loss.valuation import valuation_of
from risk.loss.valuing import chunks

FIXTURES = Path(__file__).parents[1] / "fixtures"
TODAY = date(2026, 11, 16)


def measure(startups: int = 2_000, parts: int = 2) -> Iterator[Measurement]:
    """Value an invented portfolio in parts; times are of one part, but for what is done once."""
    catalog = load_catalog(FIXTURES)
    portfolio = invented_register(startups)
    clock = _Clock(startups / parts)
    found = valuation_of(portfolio, catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    setting, exposures = found.setting, found.book.exposures
    yield clock.line(f"columns, lines and worlds, once ({_megabytes(setting)})")
    part_answer(exposures.stretch(0, 1), setting)
    yield clock.line("compiling or loading machine code, once")
    pieces = [one for _, one in chunks(exposures, startups // parts)]
    answers = [part_answer(one, setting) for one in pieces]
    yield clock.line(f"answers of a part (it sends {_megabytes(answers[0])})", each=parts)
    whole = merged(answers, setting)
    yield clock.line("law of the year and weights of the tail, once")
    assert abs(whole.startups.mean.sum() / whole.book.mean - 1) < 1e-6, "parts must sum to it"


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
