"""The loss if a developer winds down is the same on Replay, in a stress test and in the plan."""

import numpy as np
import pytest

from risk.alternatives.offers import OfferMaker
from risk.alternatives.options import asked_of
from risk.alternatives.valued import choices_of, valued_options
from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.loss.columns import columns_of
from risk.loss.exposures import book_of
from risk.loss.valuation import Valuation, valuation_of
from risk.scenarios.replay import provider_stake
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress
from tests.small_world import TODAY

#: The first's models come through Azure too, the second's through two clouds, the last has one.
DEVELOPERS = ("OpenAI", "Anthropic", "Cohere")


@pytest.fixture(scope="module")
def valuation(demo: Portfolio, catalog: Catalog) -> Valuation:
    return valuation_of(demo, catalog=catalog, assumptions=DEFAULTS, today=TODAY)


@pytest.fixture(scope="module")
def planned(demo: Portfolio, catalog: Catalog, valuation: Valuation) -> dict[str, dict[str, float]]:
    """What each startup loses if a developer winds down, as a plan has it of those who stay."""
    setting = Setting(catalog=catalog, assumptions=DEFAULTS, today=TODAY)
    asked, links = asked_of(demo.startups, OfferMaker(setting))
    # Staying loses the same for all dependencies of a use case: the first stands for them.
    case = [(one.startup.name, one.case.name) for one in asked]
    first = [number for number, one in enumerate(case) if case.index(one) == number]
    valued = valued_options(
        book_of(columns_of(demo.startups, catalog=catalog, today=TODAY)),
        choices_of([asked[n].offers[:1] for n in first], [links[n] for n in first]),
        setting,
        by_event=valuation.worlds.count,
        years=False,
    )
    worlds = valued.world_tables.worlds
    found: dict[str, dict[str, float]] = {}
    for developer in DEVELOPERS:
        (place,) = (
            place
            for place, one in enumerate(worlds.hazards.events)
            if (one.root, one.kind) == (developer, FailureKind.WIND_DOWN)
        )
        # A world's expected loss by it is its rate there times what it costs if it happens.
        loss = valued.figures.by_event[:, :, place] / worlds.rates[:, 0, place][:, None]
        own = found.setdefault(developer, {})
        for number, usd in zip(first, np.mean(loss, axis=0).tolist(), strict=True):
            own[asked[number].startup.name] = own.get(asked[number].startup.name, 0.0) + usd
    return found


@pytest.mark.parametrize("developer", DEVELOPERS)
def test_a_wind_down_costs_the_same_wherever_it_is_asked_for(
    developer: str, valuation: Valuation, planned: dict[str, dict[str, float]]
) -> None:
    scenario = Scenario(id="", title="", root=developer, kind=FailureKind.WIND_DOWN)
    tested = {one.startup: one.loss_usd for one in stress(valuation, scenario).startups}
    replayed = {one.startup: one.loss_usd for one in provider_stake(valuation, developer).startups}
    assert sum(tested.values()) > 1_000_000
    assert replayed == tested
    hit = {name: usd for name, usd in planned[developer].items() if usd > 0}
    assert hit == pytest.approx(tested, rel=1e-9)
