"""All loops of the model compiled ahead, so that nobody waits for the compiler on a page.

``python -m risk.compiling`` asks everything that runs a loop of two small startups: one of which
much is known, and one of which nothing is. ``make run`` does it once for each state of the files.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from risk.alternatives.options import alternatives_for
from risk.alternatives.planning.answer import large_prepared
from risk.alternatives.planning.table import PlanLimits
from risk.alternatives.variants import Setting
from risk.alternatives.why_high import why_high
from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.loading import load_catalog
from risk.catalog.records import Answer, Catalog
from risk.inventory.records import Dependency, Portfolio, Requirement, Startup, UseCase
from risk.loss.changes import marks_of_lines
from risk.loss.compiling import clearing_away
from risk.loss.moving import days_to_move
from risk.loss.valuation import valuation_of
from risk.portfolio.assessment import assess
from risk.scenarios.course import startup_course
from risk.scenarios.results import Scenario
from risk.scenarios.stress import followed, stress

#: A day on which nothing depends.
A_DAY = date(2026, 1, 1)
WORLDS = 8


def compile_all(catalog: Catalog) -> None:
    """Compile every loop that is not kept yet, and clear away what is old."""
    with clearing_away():
        held = two_startups(catalog)
        asked = valuation_of(held, catalog=catalog, assumptions=DEFAULTS, today=A_DAY)
        asked = replace(asked, count=WORLDS)
        assess(asked)
        marks_of_lines(b"[1]", 0)
        days_to_move(
            asked.book.exposures, asked.worlds, np.arange(len(asked.book.exposures.link_row))
        )
        known = held.startups[0]
        root = known.use_cases[0].dependencies[0].developer or ""
        for kind in (FailureKind.WIND_DOWN, FailureKind.OUTAGE):
            scenario = Scenario(id="any", title="", root=root, kind=kind)
            followed(stress(asked, scenario), 2)
            startup_course(asked, known.name, scenario)
        setting = Setting(catalog=catalog, assumptions=DEFAULTS, today=A_DAY, count=WORLDS)
        alternatives_for(known, setting)
        why_high(known, setting)
        large_prepared(asked).plan(PlanLimits(budget_usd=1e5))


def two_startups(catalog: Catalog) -> Portfolio:
    """A portfolio that takes every loop every way."""
    developer, host = next(
        (one.developer, one.host)
        for one in catalog.services.values()
        if one.developer is not None and one.developer == one.host
    )
    links = tuple(
        Dependency(
            key=key, provider_text=developer, answer=Answer.YES, developer=developer, host=host
        )
        for key in ("a", "b", "c")
    )
    cases = (
        UseCase(name="one", dependencies=links[:1]),
        UseCase(name="two", dependencies=links[1:], requirement=Requirement.ALL),
    )
    known = Startup(
        name="known",
        use_cases=cases,
        annual_revenue_usd=1e6,
        cash_usd=1e6,
        monthly_burn_usd=1e5,
    )
    bare = Startup(name="bare", use_cases=(replace(cases[0], dependencies=(links[0],)),))
    return Portfolio(name="any", startups=(known, bare))


if __name__ == "__main__":
    compile_all(load_catalog(Path(__file__).parents[1] / "fixtures"))
