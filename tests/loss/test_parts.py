"""Parts of an expected loss by disruption: they add up, and each is what that one alone costs."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
from risk.loss.answer import answer_on, parts_in
from risk.loss.facts import BEGUN
from risk.loss.hazards import KINDS
from risk.loss.tables import tables_of
from risk.loss.valuing import MEAN, value
from tests.loss import small
from tests.loss.test_answer import CATALOG, DEMO, INVENTED, known, on, plainly_told
from tests.loss.test_answer import TODAY as DAY
from tests.oracle.one_startup import ways
from tests.small_world import dependency, rate, small_catalog, startup


def parts_of(answer, startup):
    """A startup's expected loss by root and kind, what costs nothing left out."""
    found = {}
    for event, usd in zip(answer.events, answer.startups.by_event[startup], strict=True):
        if usd:
            key = event.root, event.kind
            found[key] = found.get(key, 0.0) + usd
    return found


def test_two_disruptions_have_the_parts_that_their_arithmetic_says():
    # The wind-down of the kernel's test costs 383,550 and the price shock 10,080; a chance of
    # 1 - e^-0.1 and a rate of 0.2 a year give 0.095163 · 383,550 and 0.2 · 10,080.
    catalog = small_catalog(
        rates=(
            rate("Alpha", FailureKind.WIND_DOWN, 0.1, notice_days=14),
            rate("*model first-party top", FailureKind.PRICE_SHOCK, 0.2, notice_days=30),
        )
    )
    held = small.book(startup("Direct", dependency("d", "Alpha", "Alpha")), catalog=catalog)
    answer = answer_on(small.world_tables(held, catalog), held.exposures, DEFAULTS)
    parts = parts_of(answer, 0)
    churn = 0.5 * (1 - exp(-(0.3**1.5))) * 365
    loss = (3 + churn + 6.75) * 10_000 + 9_500
    assert parts == {
        ("Alpha", FailureKind.WIND_DOWN): pytest.approx((1 - exp(-0.1)) * loss, rel=1e-6),
        ("Unnamed model of Alpha at Alpha", FailureKind.PRICE_SHOCK): pytest.approx(
            2_016, rel=1e-6
        ),
    }
    worst = answer.events[int(answer.startups.worst_event[0])]
    assert (worst.root, worst.kind) == ("Alpha", FailureKind.WIND_DOWN)
    assert answer.startups.worst[0] == pytest.approx(loss, rel=1e-6)


@pytest.mark.parametrize("startups", [DEMO, INVENTED], ids=["demo", "invented"])
def test_parts_add_up_to_the_mean(startups):
    held, world_tables = on(startups, count=16)
    answer = answer_on(world_tables, held.exposures, DEFAULTS).startups
    np.testing.assert_allclose(answer.by_event.sum(axis=1), answer.mean, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(answer.by_kind.sum(axis=1), answer.mean, rtol=1e-9, atol=1e-6)
    assert answer.by_kind.shape[1] == len(KINDS)
    np.testing.assert_array_equal(parts_in(held.exposures, world_tables), answer.by_event)
    # What a disruption costs if it happens divides by one rate, the same in every world.
    assert np.ptp(world_tables.worlds.rates[:, 0], axis=0).max() == 0


def test_a_part_is_the_loss_with_nothing_else_in_the_world():
    held, world_tables = on([*DEMO, *INVENTED[:20]], count=2)
    parts = parts_in(held.exposures, world_tables)
    kinds = world_tables.worlds.hazards.kinds
    for kind in np.unique(kinds):
        # The likeliest of each kind to cost anybody anything.
        event = np.flatnonzero(kinds == kind)[parts[:, kinds == kind].sum(axis=0).argmax()]
        rates = np.zeros_like(world_tables.worlds.rates)
        rates[:, :, event] = world_tables.worlds.rates[:, :, event]
        changed = replace(world_tables.worlds, rates=rates)
        known_tables = [tables_of(changed, world_tables.signatures, k) for k in range(2)]
        alone = value(held.exposures, world_tables, tables=known_tables.__getitem__).y[:, :, MEAN]
        np.testing.assert_allclose(parts[:, event], alone.mean(axis=0), rtol=1e-9, atol=1e-6)


def test_parts_are_those_of_the_plain_formulas_at_the_centre():
    held, world_tables = on(DEMO, count=1, drawn=False)
    answer = answer_on(world_tables, held.exposures, DEFAULTS)
    checked = 0
    begun = held.exposures.chunk(0).drawn[BEGUN]
    for place, one in enumerate(DEMO):
        if not known(one) or not plainly_told(one):
            continue
        plain = {}
        drawn = begun[place]
        for way in ways(one, catalog=CATALOG, assumptions=DEFAULTS, today=DAY, begins=drawn):
            key = way.event.root, way.event.kind
            plain[key] = plain.get(key, 0.0) + way.rate * way.loss
        whole = sum(plain.values())
        for key, usd in parts_of(answer, place).items():
            expected = plain.pop(key, 0.0)
            assert usd == pytest.approx(expected, rel=0.03, abs=0.003 * whole)
            checked += 1
        assert sum(plain.values()) < 0.001 * whole + 1
    assert checked > 200
