"""An attacker who wants the expected loss out of a link without money, and has everything of it.

Whoever runs Downstream can score portfolios of their own, look at links to them beside the truth,
and learn from that what a foreign link tells. That attack finds every loss in a link that shows
everything; in one without money it must do no better than the mean of the band.
"""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from db.engine import Store
from db.services.access import LOCAL_OWNER
from db.services.scoring import score_portfolio, stress
from db.sharing.canonical import canonical_json
from db.sharing.content import portfolio_content
from db.sharing.presets import Preset
from db.sharing.scenario_content import scenario_content
from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import FailureKind
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
from risk.portfolio.results import (
    BeforeAfter,
    Concentration,
    Ending,
    PortfolioAssessment,
    StartupAssessment,
    VarianceShares,
)
from risk.portfolio.startups import Assessed, assessed_of
from risk.portfolio.week import Item, Sort
from risk.scenarios.results import WORST_HIT, Scenario
from tests.sharing.links import TODAY, Link, keep, link_of
from tests.sharing.test_content import ACTION, showing
from tests.sharing.test_scenario_content import RESULT
from tests.ui import sample

UNPRICED = [Preset.MONEY, Preset.OUTLINE]
MANY = 30
PROVIDERS = ("OpenAI", "Anthropic", "Google", "Mistral AI", "Cohere", "DeepSeek")


def startup(number: int, chance: random.Random) -> Startup:
    """A startup of any size that depends on any provider in any way; everything is known of it."""
    who = chance.choice(PROVIDERS)
    revenue = 10 ** chance.uniform(5.3, 8.0)
    depends = Dependency(
        key=f"d{number}",
        provider_text=who,
        answer=Answer.YES,
        developer=who,
        host=who,
        share=1.0,
        spend_usd_per_month=revenue * chance.uniform(0.001, 0.02),
        depth=chance.choice(list(Depth)),
        fallback=chance.choice(list(Fallback)),
        exit_plan=chance.choice(list(ExitPlan)),
    )
    return Startup(
        name=f"{chance.choice('ABCDEFGH')}{number:03d} Labs",
        use_cases=(
            UseCase(name="chat", dependencies=(depends,), criticality=3, revenue_share=1.0),
        ),
        annual_revenue_usd=revenue,
        gross_margin=chance.uniform(0.4, 0.9),
        ai_revenue_share=chance.uniform(0.1, 1.0),
        cash_usd=revenue * chance.uniform(0.2, 2.0),
        monthly_burn_usd=revenue * chance.uniform(0.01, 0.1),
        engineers=float(chance.randint(3, 60)),
    )


def register(seed: int) -> Portfolio:
    chance = random.Random(seed)  # noqa: S311 - a register, no secret
    return Portfolio(
        name=f"Seed {seed}", startups=tuple(startup(number, chance) for number in range(MANY))
    )


Truth = dict[str, StartupAssessment]
#: A portfolio with its links by preset, and the losses that its owner knows.
Known = tuple[dict[Preset, Link], Truth]


@pytest.fixture(scope="module")
def portfolios(store: Store) -> list[Known]:
    """Four portfolios; of each in turn the attacker knows nothing but the link."""
    found = []
    for seed in range(4):
        name = keep(store, register(seed))
        scored = score_portfolio(store, LOCAL_OWNER, name, today=TODAY)
        links = {preset: link_of(store, name, preset) for preset in Preset if preset.has_names}
        found.append((links, {one.startup: one for one in scored.startups}))
    return found


def cells(link: Link) -> dict[str, dict[str, float]]:
    """Every cell of the table as numbers, its place in the table and on the page among them."""
    found: dict[str, dict[str, float]] = {}
    for place, row in enumerate(link.sheet):
        name = str(row["startup"])
        numbers = {"place": float(place), "on the page": link.page.index(name) / len(link.page)}
        for column, value in row.items():
            if isinstance(value, int | float):
                numbers[column] = float(value)
                numbers[f"log {column}"] = math.log(max(float(value), 1e-9))
            elif value is not None and column not in ("startup", "next_action"):
                numbers[f"{column} is {value}"] = 1.0
        found[name] = numbers
    return found


Features = Callable[[Link], dict[str, dict[str, float]]]


def learned(portfolios: list[Known], preset: Preset, features: Features) -> float:
    """The attack on each portfolio with what the others taught: its median error.

    Ridge regression of the logarithm of the losses.
    """
    rows = [
        (cell, math.log(max(truth[name].aal_usd, 1.0)), place)
        for place, (links, truth) in enumerate(portfolios)
        for name, cell in features(links[preset]).items()
    ]
    columns = sorted({column for cell, _, _ in rows for column in cell})
    table = np.array([[cell.get(column, 0.0) for column in columns] for cell, _, _ in rows])
    table = (table - table.mean(axis=0)) / np.maximum(table.std(axis=0), 1e-12)
    table = np.column_stack([table, np.ones(len(rows))])
    losses = np.array([loss for _, loss, _ in rows])
    places = np.array([place for _, _, place in rows])
    errors = []
    for attacked in range(len(portfolios)):
        own, known = table[places != attacked], losses[places != attacked]
        weights = np.linalg.solve(own.T @ own + np.eye(own.shape[1]) / 2, own.T @ known)
        errors.append(table[places == attacked] @ weights - losses[places == attacked])
    return float(np.median(np.abs(np.concatenate(errors))))


def bands(link: Link) -> dict[str, dict[str, float]]:
    return {str(row["startup"]): {f"band {row['band']}": 1.0} for row in link.sheet}


def test_what_is_learned_from_a_link_with_everything_is_every_loss(portfolios: list[Known]):
    # 0.15 in the logarithm is a seventh of the loss.
    assert learned(portfolios, Preset.EVERYTHING, cells) < 0.15


def test_what_is_learned_from_a_link_without_money_is_no_more_than_the_band_tells(
    portfolios: list[Known],
):
    by_band = learned(portfolios, Preset.MONEY, bands)
    assert by_band > 0.5  # the band leaves losses open by more than half as much again
    assert learned(portfolios, Preset.MONEY, cells) > 0.85 * by_band


def inverted(content: dict[str, Any]) -> float | None:
    """What a startup loses and its worst years cost together, from its score and gross profit.

    With z = (loss + worst years) / (2 GP) and S = 100 ln(1 + z / z0) / ln(1 + z1 / z0), so that
    loss + worst years = 2 GP z0 ((1 + z1 / z0) ** (S / 100) - 1), in the middle of the worlds.
    """
    answer, facts = content["answer"], content.get("facts", {})
    if not {"score", "annual_revenue_usd", "gross_margin"} <= {*answer, *facts}:
        return None
    profit = facts["annual_revenue_usd"] * facts["gross_margin"]
    floor, ceiling = DEFAULTS.score_floor, DEFAULTS.score_ceiling
    relative = floor * ((1 + ceiling / floor) ** (answer["score"] / 100) - 1)
    return float(2 * profit * relative)


def test_the_formula_of_the_score_gives_the_loss_away_with_everything_and_never_without_money(
    store: Store, portfolios: list[Known]
):
    name, truth = "Seed 3", portfolios[3][1]
    below_the_cap = [one for one in truth.values() if 1 < one.score < 99][:5]
    for one in below_the_cap:
        found = inverted(link_of(store, name, Preset.EVERYTHING, startup=one.startup).content)
        # The score is of the middle of the worlds, the two figures are means: the middle is less.
        assert found is not None
        assert 0.4 < found / (one.aal_usd + one.tvar95_usd) < 1.1
        for preset in UNPRICED:
            assert inverted(link_of(store, name, preset, startup=one.startup).content) is None


def test_neither_order_nor_the_rest_of_a_total_tells_a_loss(portfolios: list[Known]):
    links, truth = portfolios[3]

    def order(preset: Preset) -> float:
        losses = [truth[str(row["startup"])].aal_usd for row in links[preset].sheet]
        return abs(float(spearmanr(losses, range(len(losses))).statistic))

    assert order(Preset.EVERYTHING) == pytest.approx(1)
    names = [str(row["startup"]) for row in links[Preset.MONEY].sheet]
    assert names == sorted(names, key=str.casefold)
    assert order(Preset.MONEY) < 0.4  # as far as chance goes among thirty

    def rest(preset: Preset) -> float | None:
        """The total minus all rows but one."""
        total = links[preset].content["figures"].get("aal_usd")
        known = [row.get("aal_usd") for row in links[preset].content["startups"]]
        return None if total is None else total - sum(known[1:])

    first = links[Preset.EVERYTHING].content["startups"][0]["startup"]
    assert rest(Preset.EVERYTHING) == pytest.approx(truth[first].aal_usd)
    assert rest(Preset.MONEY) is None


#: Figures of a startup that are amounts, or follow from amounts, each by its column.
PRICED = (
    *("mean", "median", "low", "high", "score_low", "score_high", "tvar95", "worst"),
    *("gross_profit", "months", "months_after", "months_after_low", "months_after_high"),
    *("cash_out_after", "judged_factor"),
)


def at_other_prices(known: PortfolioAssessment, factors: list[float]) -> PortfolioAssessment:
    """The same portfolio whose startups are of another size, each by its factor."""
    table, by = assessed_of(known).table, np.array(factors)
    told = table.answers
    answers = replace(
        told,
        **{name: getattr(told, name) * by for name in PRICED},
        score=told.score + by / 1e3,
        by_facts=told.by_rates,
        by_rates=told.by_judgement,
        by_judgement=told.by_facts,
    )
    startups = Assessed(replace(table, answers=answers, tail=table.tail * by))
    shares = known.concentration["developer"].shares
    turned = dict(zip(shares, [share * by for share, by in zip(shares.values(), factors)]))  # noqa: B905
    developer = Concentration(hhi=factors[0], effective_number=factors[1], shares=turned)
    return replace(
        known,
        startups=startups,
        aal_usd=known.aal_usd * factors[0],
        median_usd=known.median_usd * factors[1],
        tvar95_usd=known.tvar95_usd * factors[1],
        gross_profit_usd=known.gross_profit_usd * factors[2],
        cash_out=replace(known.cash_out, newly=factors[0]),
        exceedance=known.exceedance[::-1],
        expected_parts=tuple(
            replace(one, aal_usd=one.aal_usd * factors[0]) for one in known.expected_parts
        ),
        variance_shares=VarianceShares(facts=0.7, rates=0.2, judgement=0.1),
        levers=(known.levers or ())[::-1],
        judged_factor=factors[2],
        concentration={**known.concentration, "developer": developer},
        single_points=tuple(
            replace(one, margin_share=one.margin_share / factors[2], aal_usd=factors[0])
            for one in known.single_points[::-1]
        ),
        data_digest=str(factors),
        dependence_adjusted=factors[0],
    )


def first_at_other_prices(factors: list[float]) -> tuple[Ending, tuple[Item, ...]]:
    """Another developer whose end costs most, and the week with other amounts and things to do."""
    ending = replace(sample.ENDING, provider="Anthropic", median_usd=factors[0], startups=1)
    week = [
        replace(one, stake=one.stake and replace(one.stake, usd=one.stake.usd * factors[1]))
        for one in sample.WEEK
        if one.sort not in (Sort.ACT, Sort.CHANGED)
    ]
    news = [replace(one, about=replace(one.about, usd=factors[2])) for one in week if is_news(one)]
    return ending, (*(one for one in week if not is_news(one)), *news)


def is_news(one: Item) -> bool:
    return one.sort is Sort.NEWS


@settings(max_examples=50, deadline=None)
@given(factors=st.lists(st.floats(1.01, 500), min_size=3, max_size=3))
def test_portfolios_that_differ_in_money_alone_are_one_link(factors: list[float]):
    """Nothing can be worked out from what is the same, to the letter, whatever is hidden."""
    other = at_other_prices(sample.ASSESSMENT, factors)
    for preset in Preset:
        same = [
            canonical_json(
                portfolio_content(one, [ACTION], showing(preset), ending=ending, week=week)
            )
            for one, ending, week in (
                (sample.ASSESSMENT, sample.ENDING, sample.WEEK),
                (other, *first_at_other_prices(factors)),
            )
        ]
        assert (same[0] == same[1]) == (preset in UNPRICED)


@settings(max_examples=30, deadline=None)
@given(factors=st.lists(st.floats(1.01, 500), min_size=2, max_size=2))
def test_stress_tests_that_differ_in_money_alone_are_one_link(factors: list[float]):
    other = replace(
        RESULT,
        total_usd=RESULT.total_usd * factors[0],
        by_day=tuple((day, usd * factors[0]) for day, usd in RESULT.by_day),
        queue_usd=factors[0],
        startups=tuple(
            replace(
                one,
                loss_usd=one.loss_usd * by,
                loss_high_usd=one.loss_high_usd * by,
                parts={name: usd * by for name, usd in one.parts.items()},
                switched_on_day=by,
                lost_service_days=by,
                runway_months=BeforeAfter(before=by, after=by),
            )
            for one, by in zip(RESULT.startups, factors, strict=True)
        )[::-1],
    )
    for preset in Preset:
        same = [
            canonical_json(scenario_content(one, sample.ASSESSMENT, showing(preset), own_words={}))
            for one in (RESULT, other)
        ]
        assert (same[0] == same[1]) == (preset in UNPRICED)


@pytest.mark.parametrize("preset", Preset)
def test_no_amount_stands_anywhere_in_a_link_without_money(store: Store, preset: Preset):
    name = keep(store, register(3))
    tested = Scenario(id="own", title="", root="OpenAI", kind=FailureKind.WIND_DOWN)
    first = register(3).startups[0].name
    for about in ({}, {"startup": first}, {"scenario": tested}):
        link = link_of(store, name, preset, **about)  # type: ignore[arg-type]
        assert ("$" in link.page) == preset.has_money
        assert ("usd" in "".join(map(str, link.sheet[0]))) == preset.has_money


def test_which_startups_of_a_stress_test_are_listed_tells_nothing_of_losses(store: Store):
    name = keep(store, register(3))
    tested = Scenario(id="own", title="", root="OpenAI", kind=FailureKind.WIND_DOWN)
    result = stress(store, LOCAL_OWNER, name, tested, today=TODAY)
    scored = score_portfolio(store, LOCAL_OWNER, name, today=TODAY)

    def listed(preset: Preset) -> list[str]:
        content = scenario_content(result, scored, showing(preset), own_words={}, most=3)
        return [row["startup"] for row in content["startups"]]

    hit = [one.startup for one in result.startups if one.loss_usd > 0]
    assert len(hit) > 3
    assert listed(Preset.EVERYTHING) == hit[:3]
    assert listed(Preset.MONEY) == sorted(hit, key=str.casefold)[:3]


def test_a_falter_that_picks_whoever_loses_most_names_nobody_without_money(store: Store):
    name = keep(store, register(3))
    tested = Scenario(
        id="own", title="x", root="OpenAI", kind=FailureKind.ACCESS_CUT, customer=WORST_HIT
    )
    whole = link_of(store, name, Preset.EVERYTHING, scenario=tested)
    worst = whole.content["scenario"]["customer"]
    assert worst in whole.page
    names = [one.name for one in register(3).startups]
    for preset in UNPRICED:
        hidden = link_of(store, name, preset, scenario=tested).everything
        assert not [one for one in names if one in hidden]
