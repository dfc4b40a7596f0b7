"""The engine's side of its benchmarks: what a child process runs, and checks after each run."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contestants import Works, peak_mebibytes
from benchmarks.synthetic import catalogue_of, reference_catalog, synthetic_columns
from risk.assumptions import DEFAULTS
from risk.engine.startup_years import startup_years
from risk.engine.valuation import Prepared, Valued, measure, prepare, value
from risk.portfolio.exact_year import ExactYear, exact_year, with_rates
from risk.portfolio.tail_shares import TailShares, tail_shares

Array = NDArray[np.float64]

LEVEL = 0.95
RETURN_PERIODS = (10, 50, 100, 250)
#: The provider whose rates the slider multiplies: the one that most startups stand on.
PROVIDER = "OpenAI"


class Score:
    """A full score: every figure of the portfolio and of its startups, with each stage's time."""

    def __init__(self, prepared: Prepared) -> None:
        self.stages: dict[str, float] = {}
        self._last = perf_counter()
        states = prepared.states
        rates = measure(states, states.rates)
        self._done("measure")
        self.valued: Valued = value(prepared, rates)
        self.by_startup: Array = self.valued.by_startup(prepared)
        self._done("value every exposure")
        self.year: ExactYear = exact_year(
            prepared, self.valued, frailty_variance=DEFAULTS.frailty_variance
        )
        year = self.year
        self.curve = [(year.aep_usd(one), year.oep_usd(one)) for one in RETURN_PERIODS]
        self.tail = year.var_usd(LEVEL), year.tvar_usd(LEVEL)
        self._done("law of the year")
        self.shares: TailShares = tail_shares(year, level=LEVEL)
        self._done("shares of the tail")

    def _done(self, stage: str) -> None:
        now = perf_counter()
        self.stages[stage], self._last = now - self._last, now

    def check(self) -> dict[str, Any]:
        """The sums that must hold (fast and wrong is an error); then the figures."""
        year = self.year
        law = year.law.law
        mean = float(law.probability[0] @ np.arange(law.probability.shape[1]) * law.step[0])
        total = float(self.by_startup.sum())
        assert total > 0
        _same("startups' expected losses and the portfolio's", total, year.aal_usd, within=1e-9)
        _same("the portfolio's expected loss and its law's mean", mean, year.aal_usd, within=1e-6)
        _same("shares of the tail and the tail", self.shares.by_startup.sum(), self.tail[1])
        assert self.shares.sum_error < 1e-4, "the shares missed the tail before they were scaled"
        assert all(low[0] <= high[0] for low, high in zip(self.curve, self.curve[1:], strict=False))
        return {"stages": self.stages, "mean off": abs(mean / total - 1)}


def engine(*, startups: int) -> Works:
    """A portfolio laid out, and what can be asked about it."""
    built = Built(startups)
    score = Score(built.prepared)

    def full() -> Callable[[], dict[str, Any]]:
        return Score(built.prepared).check

    def slider(factor: float) -> Callable[[], None]:
        rates = provider_rates(built.prepared, factor)
        found = with_rates(built.prepared, score.valued, score.year, rates)
        return lambda: _check_slider(built.prepared, rates, *found)

    def each_startup() -> Callable[[], None]:
        found = startup_years(built.prepared)
        return lambda: _check_years(found.aal_usd, found.tvar95_usd, score.by_startup)

    return {
        "facts": lambda: facts(built, score),
        "score": full,
        "slider": slider,
        "startup years": each_startup,
    }


class Built:
    """An invented portfolio of this size, laid out once; ``seconds`` is how long each part took."""

    def __init__(self, startups: int) -> None:
        self.seconds: dict[str, float] = {}
        last = perf_counter()
        catalog = reference_catalog()
        self.columns, endpoints = synthetic_columns(startups, catalog=catalog)
        self.catalogue = catalogue_of(endpoints, catalog=catalog, assumptions=DEFAULTS)
        self.seconds["inventing"] = perf_counter() - last
        last = perf_counter()
        self.prepared = prepare(self.columns, self.catalogue, DEFAULTS)
        self.seconds["laying out"] = perf_counter() - last


def facts(built: Built, score: Score) -> dict[str, Any]:
    """Sizes, and the figures that the peers' answers are held to."""
    states = built.prepared.states
    peak = peak_mebibytes()
    law = score.year.law.law
    values = np.arange(law.probability.shape[1]) * law.step[0]
    spread = float(law.probability[0] @ (values - score.year.aal_usd) ** 2) ** 0.5
    return {
        "use_cases": len(built.columns.exposures),
        "events": len(states.events),
        "patterns": len(states.probability),
        "seconds": built.seconds,
        "aal": score.year.aal_usd,
        "spread": spread,
        "grid error": score.year.grid_error(0.99),
        "peak": peak,
    }


def provider_rates(prepared: Prepared, factor: float) -> Array:
    """Rates (events,) with one provider's multiplied."""
    moved = np.array([one.root == PROVIDER for one in prepared.states.events])
    assert moved.any(), f"no event begins at {PROVIDER}"
    return np.where(moved, factor, 1.0) * prepared.states.rates


def first_score(*, startups: int) -> Works:
    """A portfolio that nothing was computed for yet, to see what compiling costs."""
    built = Built(startups)

    def each_startup() -> None:
        startup_years(built.prepared)

    return {"score": lambda: Score(built.prepared).check, "startup years": each_startup}


def _check_slider(prepared: Prepared, rates: Array, by_startup: Array, year: ExactYear) -> None:
    """What moved only what it must equals everything computed again."""
    again = value(prepared, measure(prepared.states, rates))
    expected = again.by_startup(prepared)
    worst = float(np.abs(by_startup - expected).max() / expected.max())
    assert worst < 1e-9, f"a moved slider gives another answer: {worst:.1e} off"
    _same("the moved law and its startups", year.aal_usd, float(expected.sum()), within=1e-9)
    law = exact_year(prepared, again, frailty_variance=DEFAULTS.frailty_variance, event_rates=rates)
    _same("the tail of the moved law", year.tvar_usd(LEVEL), law.tvar_usd(LEVEL), within=1e-9)


def _check_years(aal: Array, tails: Array, by_startup: Array) -> None:
    worst = float(np.abs(aal - by_startup).max() / by_startup.max())
    assert worst < 1e-9, f"startups' own years give another expected loss: {worst:.1e} off"
    assert (tails >= aal * (1 - 1e-9)).all(), "a tail lies below the mean"


def _same(what: str, one: float, other: float, *, within: float = 1e-9) -> None:
    assert abs(one / other - 1) < within, f"{what} differ: {one} and {other}"
