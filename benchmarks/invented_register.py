"""Invented portfolios as records, as an import leaves them: some facts stated, others not.

The places are those of :mod:`benchmarks.synthetic`, as unevenly popular. A third of the startups
come from a list of companies and vendors alone, so that nothing else is known of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from benchmarks.synthetic import COUNTRIES, PLACES
from risk.catalog.records import Answer
from risk.inventory.records import (
    Dependency,
    Depth,
    ExitPlan,
    Fallback,
    Portfolio,
    Startup,
    UseCase,
)

MOST_USE_CASES = 5
SECTORS = 30
BARE_SHARE = 1 / 3
USED = tuple((developer, host, model) for developer, host, models in PLACES for model in models)


def invented_register(startups: int, *, seed: int = 11) -> Portfolio:
    """A portfolio of so many startups with one to five use cases each, from one seed."""
    return Portfolio(
        name="invented",
        startups=tuple(invented_startups(range(startups), seed=seed)),
        invented=True,
    )


def invented_startups(
    numbers: Iterable[int], *, seed: int, most_use_cases: int = MOST_USE_CASES
) -> Iterator[Startup]:
    """Startups of these numbers, with one to ``most_use_cases`` use cases each."""
    draw = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, len(USED) + 1)
    popularity /= popularity.sum()
    for number in numbers:
        yield _startup(number, draw, popularity, most_use_cases)


def _startup(
    number: int, draw: np.random.Generator, popularity: np.ndarray, most_use_cases: int
) -> Startup:
    count = int(draw.integers(1, most_use_cases + 1))
    cases = tuple(
        UseCase(
            name=f"use case {place}",
            dependencies=(_dependency(f"{number}.{place}", draw, popularity),),
            criticality=int(draw.integers(2, 6)),
        )
        for place in range(count)
    )
    revenue = float(np.exp(draw.normal(np.log(2e6), 1.5)))
    known = Startup(
        name=f"Startup {number:06}",
        sector=f"sector {number % SECTORS}",
        use_cases=cases,
        country=str(draw.choice(COUNTRIES)) or None,
        annual_revenue_usd=revenue,
        gross_margin=0.7,
        ai_revenue_share=0.5,
        engineers=max(1.0, revenue / 4e5),
        cash_usd=revenue,
        monthly_burn_usd=revenue / 20,
    )
    return _bare(known) if draw.random() < BARE_SHARE else known


def _dependency(key: str, draw: np.random.Generator, popularity: np.ndarray) -> Dependency:
    developer, host, model = USED[int(draw.choice(len(USED), p=popularity))]
    other, other_host, _ = USED[int(draw.choice(len(USED), p=popularity))]
    fallback = list(Fallback)[int(draw.integers(len(Fallback)))]
    return Dependency(
        key=key,
        provider_text=developer,
        answer=Answer.YES,
        developer=developer,
        host=host,
        model=model,
        spend_usd_per_month=2_000.0,
        depth=list(Depth)[int(draw.integers(len(Depth)))],
        fallback=fallback,
        fallback_developer=None if fallback is Fallback.NONE else other,
        fallback_host=None if fallback is Fallback.NONE else other_host,
        exit_plan=ExitPlan.NONE,
    )


def _bare(known: Startup) -> Startup:
    """Of which nothing is known but its vendors."""
    return Startup(
        name=known.name,
        country=known.country,
        use_cases=tuple(
            replace(
                case,
                criticality=None,
                dependencies=tuple(
                    Dependency(
                        key=one.key,
                        provider_text=one.provider_text,
                        answer=one.answer,
                        developer=one.developer,
                        host=one.host,
                        model=one.model,
                    )
                    for one in case.dependencies
                ),
            )
            for case in known.use_cases
        ),
    )
