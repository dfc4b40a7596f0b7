"""What options cost once and a year, part by part, and who shares it; worked out by hand.

One startup of the small world: USD 1,000 a month at Alpha, USD 10,000 of margin a day. Models are
taken to be half alike (an analyst says so), so that porting takes 1.5 times its effort.
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.alternatives.costs import COST_PARTS, Costs
from risk.alternatives.judgements import Decided, Judgements
from risk.alternatives.options import alternatives_for
from risk.alternatives.results import Alternative, CostPart, OptionClass
from risk.alternatives.sharing import Worth, sharers
from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS
from risk.catalog.records import Role
from risk.inventory.records import Depth, Fallback, Startup
from tests.alternatives.settings import central
from tests.alternatives.test_worked_examples import only, world
from tests.small_world import TODAY, dependency, provider, service, startup

HALF = Decided(value=0.5, reason="tried on our own cases", by="Ann")
JUDGED = Judgements(alike={("alpha-1", name): HALF for name in ("beta-1", "beta-open")})
MONTH = 365 / 12


def options(firm: Startup | None = None, **facts: object) -> tuple[Alternative, ...]:
    held = firm or startup("Any", dependency("d", "Alpha", "Alpha", model="alpha-1", **facts))
    return alternatives_for(held, central(world()), judgements=JUDGED)


def parts(one: Alternative) -> dict[CostPart, float]:
    return {each.part: each.mean_usd for each in one.once}


@pytest.mark.parametrize(
    ("depth", "weeks"),
    [(Depth.RAW_API, 1.5), (Depth.PROMPTS, 3.0), (Depth.AGENTS, 6.0)],
)
def test_a_gateway_pays_for_porting_its_second_model_by_depth(depth: Depth, weeks: float) -> None:
    gateway = only(options(depth=depth), OptionClass.GATEWAY)
    ported = weeks * (2 - 0.5)
    assert gateway.weeks == pytest.approx(2 + ported + 1)
    assert parts(gateway) == pytest.approx(
        {
            CostPart.BUILDING: 2 * 4_000,
            CostPart.PORTING: ported * 4_000,
            CostPart.EVALUATION: 1 * 4_000 + 2_000,
        }
    )
    # A year: today's bill, 5 % of it for what is kept warm, a fifth of the porting to keep it so.
    assert gateway.run_usd_per_year == pytest.approx(12_000 * 1.05 + 0.2 * ported * 4_000)


def test_a_backup_that_is_called_already_is_not_ported_again_nor_its_evaluation_set() -> None:
    facts = {"fallback_developer": "Beta", "fallback_host": "Beta"}
    asked = only(options(fallback=Fallback.TESTED, **facts), OptionClass.GATEWAY)
    assert parts(asked) == pytest.approx({CostPart.BUILDING: 8_000, CostPart.EVALUATION: 2_000})
    untested = only(options(fallback=Fallback.UNTESTED, **facts), OptionClass.GATEWAY)
    assert CostPart.PORTING not in parts(untested)
    on_paper = only(options(fallback=Fallback.DOCUMENTED, **facts), OptionClass.GATEWAY)
    assert CostPart.PORTING in parts(on_paper)


def test_a_gateway_is_offered_with_todays_backup_beside_the_first_on_offer() -> None:
    # A third developer's model comes behind Beta's, and is today's backup.
    catalog = world()
    gamma = replace(catalog.models["beta-1"], name="gamma-1", developer="Gamma", released=None)
    gamma = replace(gamma, offers=(replace(gamma.offers[0], model="gamma-1", host="Gamma"),))
    catalog = replace(
        catalog,
        models={**catalog.models, "gamma-1": gamma},
        providers={**catalog.providers, "Gamma": provider("Gamma", Role.DEVELOPER, Role.HOST)},
        services={**catalog.services, "Gamma API": service("Gamma API", "Gamma", "Gamma")},
    )
    facts = {"fallback_developer": "Gamma", "fallback_host": "Gamma"}
    held = startup(
        "Any",
        dependency("d", "Alpha", "Alpha", model="alpha-1", fallback=Fallback.TESTED, **facts),
    )
    found = alternatives_for(held, central(catalog), judgements=JUDGED)
    gateways = [one for one in found if one.option_class is OptionClass.GATEWAY]
    assert ["gamma-1" in one.option for one in gateways] == [True, False]
    kept, new = gateways
    assert CostPart.PORTING not in parts(kept)
    assert CostPart.PORTING in parts(new)


def test_leaving_pays_both_providers_the_notice_and_what_a_contract_commits() -> None:
    ends = TODAY + timedelta(days=300)
    move = only(options(notice_days=60.0, contract_end=ends), OptionClass.OTHER_DEVELOPER)
    # 1.5 · 1.5 = 2.25 weeks of porting and one of an evaluation set for 2 engineers, of whom half
    # can be spared: (0.5·2)^0.7 = 1 works on it: 22.75 days, and 3 to evaluate. An agreement is
    # signed meanwhile.
    assert move.switch_days == pytest.approx(7 * 3.25 + 3)
    owed = (60 - 25.75) + 0.5 * (300 - 60)
    found = parts(move)
    assert found[CostPart.COMMITTED] == pytest.approx(1_000 / MONTH * owed)
    assert found[CostPart.BOTH] == pytest.approx(1_000 / MONTH * 30)
    # Half as alike: 30 % of half the margin is lost for 90 days.
    assert found[CostPart.WORSE] == pytest.approx(10_000 * 0.5 * 0.3 * 90)
    # Without a stated end only the notice is owed.
    unknown = only(options(notice_days=60.0), OptionClass.OTHER_DEVELOPER)
    assert parts(unknown)[CostPart.COMMITTED] == pytest.approx(1_000 / MONTH * (60 - 25.75))


def test_a_store_of_embeddings_is_embedded_again_and_kept_twice_behind_a_gateway() -> None:
    found = options(depth=Depth.EMBEDDINGS)
    move = parts(only(found, OptionClass.OTHER_DEVELOPER))
    # Six months of spend at the same price, and 200 GB at 9 cents.
    assert move[CostPart.EMBEDDING] == pytest.approx(6 * 1_000)
    assert move[CostPart.EGRESS] == pytest.approx(200 * 0.09)
    gateway = only(found, OptionClass.GATEWAY)
    assert parts(gateway)[CostPart.EMBEDDING] == pytest.approx(6_000)
    porting = 4.0 * 1.5 * 4_000
    # The second store takes in all that the first does: its bill comes on top.
    assert gateway.run_usd_per_year == pytest.approx(12_000 * (1.05 + 1) + 0.2 * porting)
    # The same model at another host reads the same store.
    assert CostPart.EMBEDDING not in parts(only(found, OptionClass.OTHER_HOST))


def test_a_fine_tuning_is_repeated_wherever_the_work_is_to_run() -> None:
    found = options(depth=Depth.FINE_TUNED)
    for kind in (OptionClass.OTHER_DEVELOPER, OptionClass.GATEWAY, OptionClass.OTHER_HOST):
        assert parts(only(found, kind))[CostPart.TUNING] == pytest.approx(15_000)
    # Another model never replaces a fine-tuned one easily: 0.4 alike. 8 · (2 - 0.4) weeks.
    gateway = only(found, OptionClass.GATEWAY)
    assert parts(gateway)[CostPart.PORTING] == pytest.approx(8 * 1.6 * 4_000)


def test_the_same_model_at_another_host_takes_its_prompts_along() -> None:
    # What changes is how it is called: 1.5 weeks, however deeply it is built in.
    for depth in (Depth.RAW_API, Depth.AGENTS):
        host = only(options(depth=depth), OptionClass.OTHER_HOST)
        assert parts(host)[CostPart.PORTING] == pytest.approx(1.5 * 4_000)
        assert parts(host)[CostPart.EVALUATION] == pytest.approx(2_000)


def test_what_another_host_costs_is_measured_by_todays_host() -> None:
    # Cloud asks twice what Alpha does: who is at Cloud would pay half at Alpha, whatever is least.
    catalog = world()
    alpha = catalog.models["alpha-1"]
    (at_alpha, at_cloud) = alpha.offers
    at_cloud = replace(
        at_cloud, input_usd_per_million_tokens=4.0, output_usd_per_million_tokens=16.0
    )
    models = {**catalog.models, "alpha-1": replace(alpha, offers=(at_alpha, at_cloud))}
    held = startup("Any", dependency("d", "Alpha", "Cloud", model="alpha-1"))
    setting = central(replace(catalog, models=models))
    found = alternatives_for(held, setting, judgements=JUDGED)
    assert only(found, OptionClass.OTHER_HOST).run_usd_per_year == pytest.approx(6_000)
    assert only(found, OptionClass.OTHER_DEVELOPER).run_usd_per_year == pytest.approx(6_000)


def test_use_cases_that_take_the_same_gateway_build_and_port_it_once() -> None:
    alone = startup("Any", dependency("d", "Alpha", "Alpha", model="alpha-1"))
    case = alone.use_cases[0]
    three = replace(
        alone,
        use_cases=tuple(
            replace(
                case,
                name=name,
                dependencies=(replace(case.dependencies[0], key=name),),
            )
            for name in ("first", "second", "third")
        ),
    )
    one = only(options(alone), OptionClass.GATEWAY)
    found = [each for each in options(three) if each.option_class is OptionClass.GATEWAY]
    assert all(each.recommended for each in (one, *found))
    assert [each.shared_by for each in found] == [3, 3, 3]
    assert [each.alone_usd for each in found] == pytest.approx([one.one_off_usd] * 3)
    shared = parts(one)[CostPart.BUILDING] + parts(one)[CostPart.PORTING]
    assert found[0].one_off_usd == pytest.approx(one.one_off_usd - shared * 2 / 3)
    assert one.one_off_usd == pytest.approx(sum(parts(one).values()))


def worth(own: list[float], built: list[float], loss: list[float]) -> Worth:
    """Dependencies that may stay (a loss, no cost) or take what is built once for all of them."""
    count = len(own)
    usd = np.zeros((len(COST_PARTS), 1, 2 * count))
    usd[COST_PARTS.index(CostPart.EVALUATION), 0, 1::2] = own
    usd[COST_PARTS.index(CostPart.BUILDING), 0, 1::2] = built
    nothing = np.zeros((1, 2 * count))
    left = np.zeros(2 * count)
    left[::2] = loss
    return Worth(
        costs=Costs(
            porting=nothing, building=nothing, own=nothing, days=nothing, parts=usd, run=nothing
        ),
        loss=left,
        allowed=np.ones(2 * count, dtype=bool),
        owner=np.repeat(np.arange(count), 2),
        stay=np.repeat(np.arange(count) * 2, 2),
        years=1.0,
    )


def among(count: int) -> np.ndarray:
    """The gateway of all is one; staying is each one's own."""
    groups = np.arange(2 * count)
    groups[1::2] = 1
    return groups


def test_who_drops_out_leaves_the_cost_to_the_others() -> None:
    # Built for 90. Shared by three it costs 30 each: the third, who loses 20, drops out; by two it
    # costs 45 each: the second, who loses 40, drops out; the first takes it for 90 of his 100.
    found = sharers(worth([0.0] * 3, [90.0] * 3, [100.0, 40.0, 20.0]), np.arange(6), among(3))[1]
    assert found[1::2].tolist() == [1, 1, 1]
    found = sharers(worth([0.0] * 3, [90.0] * 3, [100.0, 50.0, 20.0]), np.arange(6), among(3))[1]
    assert found[1::2].tolist() == [2, 2, 2]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 120)), min_size=1, max_size=6),
    st.integers(1, 200),
)
def test_a_cost_is_divided_by_those_who_would_pay_it(
    facts: list[tuple[int, int]], built: int
) -> None:
    own = [float(one) for one, _ in facts]
    asked = worth(own, [float(built)] * len(facts), [float(loss) for _, loss in facts])
    _, found = sharers(asked, np.arange(2 * len(facts)), among(len(facts)))
    many = int(found[1])
    paying = [loss > cost + built / many for cost, loss in facts]
    # Nobody is counted who would rather stay; ties stay.
    assert many == max(1, sum(paying))


def test_the_range_of_a_cost_knows_that_building_may_take_longer() -> None:
    setting = Setting(catalog=world(), assumptions=DEFAULTS, today=TODAY, count=64)
    held = startup("Any", dependency("d", "Alpha", "Alpha", model="alpha-1"))
    gateway = only(alternatives_for(held, setting, judgements=JUDGED), OptionClass.GATEWAY)
    built = next(one for one in gateway.once if one.part is CostPart.BUILDING)
    # 1 to 6 weeks of USD 2,000 to 8,000: far wider than the middle of 8,000 alone.
    assert built.low_usd < 6_000 < 8_000 < 14_000 < built.high_usd
    moving = next((one for one in gateway.once if one.part is CostPart.EGRESS), None)
    assert moving is None
    assert built.source == "judgement"
