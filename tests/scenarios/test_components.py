"""A disruption that happens once: its parts, held against the kernel, and what must always hold."""

from dataclasses import replace

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import MarketShare
from risk.inventory.records import CapacityClass, Depth, Fallback, Requirement
from risk.loss.components import ALONE, HIT, LOW, MEDIAN
from risk.loss.rates import RATE_DRAWS
from risk.loss.tables import tables_of
from risk.loss.valuation import Valuation
from risk.loss.valuing import MEAN, value
from risk.scenarios.happening import happening_of, losses_by, mean_of, struck
from risk.scenarios.results import Scenario
from risk.scenarios.stress import stress
from tests.loss.test_kernels import EVERYTHING
from tests.oracle.stress import losses_if
from tests.scenarios.small import central, drawn
from tests.small_world import dependency, portfolio, small_catalog, startup

SHARES = {
    name: MarketShare(share=share, low=share, high=share, source="test", as_of="2026-11-23")
    for name, share in (("Alpha API", 0.5), ("Beta API", 0.5))
}
WORLD = replace(small_catalog(rates=EVERYTHING), market=SHARES)
#: One of everything: known and unknown facts, a copy elsewhere, a backup, all of two, any of two.
BOOK = portfolio(
    startup("Direct", dependency("a", "Alpha", "Alpha", model="alpha-1")),
    startup("Hosted", dependency("b", "Alpha", "Cloud", model="alpha-1", depth=Depth.AGENTS)),
    startup(
        "Unknown",
        dependency("c", "Alpha", "Alpha", depth=None, fallback=None, spend_usd_per_month=None),
        annual_revenue_usd=None,
        gross_margin=None,
        engineers=None,
    ),
    startup(
        "Warm",
        dependency(
            "d",
            "Alpha",
            "Alpha",
            fallback=Fallback.TESTED,
            fallback_developer="Beta",
            fallback_host="Beta",
        ),
    ),
    startup(
        "All",
        dependency("e", "Alpha", "Alpha"),
        dependency("f", "Beta", "Beta"),
        requirement=Requirement.ALL,
    ),
    startup(
        "Any",
        dependency("g", "Alpha", "Alpha"),
        dependency("h", "Alpha", "Cloud"),
        requirement=Requirement.ANY,
    ),
    startup("Elsewhere", dependency("i", "Beta", "Beta")),
)
HERE = "Unnamed model of Alpha at Alpha"
LASTING = (
    (FailureKind.WIND_DOWN, "Alpha"),
    (FailureKind.ACQUISITION, "Alpha"),
    (FailureKind.PRICE_SHOCK, HERE),
    (FailureKind.MODEL_RETIREMENT, HERE),
)


@pytest.fixture(scope="module")
def laid_out() -> Valuation:
    return drawn(BOOK, WORLD)


def scenario(kind: FailureKind, root: str = "Alpha", **settings: object) -> Scenario:
    return Scenario(id="", title="", root=root, kind=kind, **settings)  # type: ignore[arg-type]


def events(laid_out: Valuation, kind: FailureKind, root: str = "Alpha") -> list[int]:
    return [
        place
        for place, one in enumerate(laid_out.worlds.hazards.events)
        if (one.root, one.kind) == (root, kind)
    ]


@pytest.mark.parametrize(("kind", "root"), LASTING)
def test_what_is_lost_for_good_is_the_kernels_loss_and_the_sum_of_its_parts(
    laid_out: Valuation, kind: FailureKind, root: str
) -> None:
    found = struck(happening_of(laid_out, scenario(kind, root)), laid_out.book.exposures)
    (event,) = events(laid_out, kind, root)
    by_drawn_facts = losses_if(laid_out.book.exposures, laid_out.world_tables, [event])
    np.testing.assert_allclose(found.totals, by_drawn_facts.sum(axis=1), rtol=1e-9)
    for place, row in enumerate(found.rows):
        expected = np.quantile(by_drawn_facts[:, row], [0.1, 0.5])
        np.testing.assert_allclose(found.told[place, [LOW, MEDIAN]], expected, rtol=1e-9)
    by_means = kernel_means(laid_out, event)
    np.testing.assert_allclose(mean_of(found.told), by_means[found.rows], rtol=1e-6)
    assert by_means.sum() == pytest.approx(mean_of(found.told).sum(), rel=1e-6)


def kernel_means(laid_out: Valuation, event: int) -> np.ndarray:
    """The kernel's mean column if one disruption happens once and no other does."""
    worlds = laid_out.worlds
    rates = np.zeros((worlds.count, 1 + RATE_DRAWS, len(worlds.hazards.events)))
    rates[:, :, event] = 1.0
    once = replace(worlds, rates=rates)
    tables = [tables_of(once, laid_out.world_tables.signatures, k) for k in range(worlds.count)]
    y = value(laid_out.book.exposures, laid_out.world_tables, tables=tables.__getitem__).y
    return np.asarray(y[:, :, MEAN].mean(axis=0))


@pytest.mark.parametrize(
    "kind", [one for one in FailureKind if one is not FailureKind.LEADERSHIP_CRISIS]
)
def test_parts_and_days_add_up_to_the_loss(laid_out: Valuation, kind: FailureKind) -> None:
    root = "alpha-1" if kind is FailureKind.MODEL_RETIREMENT else "Alpha"
    happening = happening_of(laid_out, scenario(kind, root))
    found = struck(happening, laid_out.book.exposures)
    assert len(found.rows)
    whole = losses_by(happening, laid_out.book.exposures, np.array([0.0, 1.0, 30.0, np.inf]))
    np.testing.assert_allclose(whole[found.rows, -1], mean_of(found.told), rtol=1e-9)
    assert (np.diff(whole, axis=1) >= -1e-6).all()
    assert (found.told[:, HIT] > 0).all()
    assert (found.told[:, HIT] <= 1 + 1e-12).all()


def test_some_startups_alone_lose_what_they_lose_among_others(laid_out: Valuation) -> None:
    happening = happening_of(laid_out, scenario(FailureKind.WIND_DOWN))
    every = struck(happening, laid_out.book.exposures)
    some = struck(happening, laid_out.book.exposures.taken(every.rows[::2]))
    np.testing.assert_array_equal(some.told, every.told[::2])


def test_harder_settings_cost_more(laid_out: Valuation) -> None:
    def total(kind: FailureKind, **settings: object) -> float:
        return stress(laid_out, scenario(kind, **settings)).total_usd

    notices = [total(FailureKind.WIND_DOWN, notice_days=days) for days in (0, 7, 30, 365)]
    assert notices == sorted(notices, reverse=True)
    assert notices[0] > notices[-1] > 0
    lengths = [total(FailureKind.OUTAGE, days=days) for days in (0.1, 1, 5, 60)]
    assert lengths == sorted(lengths)
    shares = [total(FailureKind.OUTAGE, severity=share) for share in (0.1, 0.5, 1.0)]
    assert shares == sorted(shares)
    prices = [total(FailureKind.PRICE_SHOCK, price_multiple=times) for times in (1.0, 1.5, 3.0)]
    assert prices == sorted(prices)
    assert prices[0] == 0


def test_a_loss_is_capped_at_what_there_is_to_lose() -> None:
    # Down for good with no notice and a legal review of ten years: a year's margin of 10,000 a day,
    # 3,650,000, is all that the interruption, those who leave and a worse model can take; the
    # switch itself costs 9,500 (tests/scenarios/test_stress.py).
    slow = central(
        portfolio(startup("One", dependency("a", "Alpha", "Alpha"))),
        WORLD,
        assumptions=replace(DEFAULTS, legal_days=3_650.0),
    )
    found = stress(slow, scenario(FailureKind.WIND_DOWN, notice_days=0.0)).startups[0]
    margin = found.parts["interruption"] + found.parts["churn"] + found.parts["quality"]
    assert margin == pytest.approx(365 * 10_000)
    assert found.loss_usd == pytest.approx(365 * 10_000 + 9_500)


def test_the_queue_adds_what_it_takes_longer_and_reserved_capacity_waits_for_nobody() -> None:
    two = central(
        portfolio(
            startup("New", dependency("n", "Alpha", "Alpha")),
            startup(
                "Reserved",
                dependency(
                    "r",
                    "Alpha",
                    "Alpha",
                    fallback=Fallback.UNTESTED,
                    fallback_developer="Beta",
                    fallback_host="Beta",
                    fallback_capacity=CapacityClass.RESERVED,
                ),
            ),
        ),
        WORLD,
    )
    happening = happening_of(two, scenario(FailureKind.WIND_DOWN))
    found = struck(happening, two.book.exposures)
    loss, alone = mean_of(found.told), found.told[:, ALONE]
    assert loss[0] > alone[0]
    assert loss[1] == pytest.approx(alone[1])


def test_nobody_is_hit_where_nobody_is_asked_about(laid_out: Valuation) -> None:
    found = struck(
        happening_of(laid_out, scenario(FailureKind.OUTAGE)), laid_out.book.exposures.stretch(0, 0)
    )
    assert len(found.rows) == 0
    assert not found.totals.any()
