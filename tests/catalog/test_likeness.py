"""How unlike two models are: worked out by hand, and what must hold of any two."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.usual_distances import usual_distances
from risk.assumptions import DEFAULTS, override
from risk.catalog.likeness import (
    NONE,
    PARTS,
    UNKNOWN,
    Distance,
    Relation,
    alike,
    distance_between,
    distance_factor,
    leads_to,
    level_of,
    preference_between,
    preference_loss,
)
from risk.catalog.loading import load_catalog, load_ratings
from risk.catalog.records import Catalog, Model, Rating, Retirement, Task
from risk.catalog.tables import CatalogError
from tests.small_world import AS_OF, TODAY, model, small_catalog

FIXTURES = Path(__file__).parents[2] / "fixtures"
#: Preference 0.1, context 0.1, nothing else: 0.1 + 0.2 · 0.1 = 0.12 weighed.
USUAL = (0.1, 0.1, 0.0, 0.0, 0.0)


def rating(name: str, points: float, half: float = 0.0, task: Task = Task.OVERALL) -> Rating:
    return Rating(
        model=name,
        task=task,
        rating=points,
        low=points - half,
        high=points + half,
        votes=1_000,
        listed_as=name,
        source="test",
        as_of=AS_OF,
    )


def rated(**points: float) -> Mapping[tuple[str, Task], Rating]:
    names = {name.replace("_", "-"): value for name, value in points.items()}
    return {(name, Task.OVERALL): rating(name, value) for name, value in names.items()}


def world(**changes: object) -> Catalog:
    usual = dict.fromkeys(Relation, USUAL)
    return replace(small_catalog(), usual_distances=usual, **changes)  # type: ignore[arg-type]


ALPHA, BETA = model("alpha-1", "Alpha", "Alpha"), model("beta-1", "Beta", "Beta")


def priced(one: Model, usd: float) -> Model:
    offers = tuple(replace(each, output_usd_per_million_tokens=usd) for each in one.offers)
    return replace(one, offers=offers)


def test_a_hundred_points_lose_more_than_a_quarter_of_the_voters_balance() -> None:
    # P = 1 / (1 + 10^(-100/400)) = 1 / 1.56234 = 0.640; 2 · 0.640 - 1 = 0.280.
    assert preference_loss(100) == pytest.approx(0.280, abs=5e-4)
    assert preference_loss(0) == preference_loss(-50) == 0.0


def test_the_interval_of_a_preference_loss_is_that_of_the_difference() -> None:
    # 100 points apart, half widths 6 and 8: the difference is good to 10, so 90 to 110 points.
    # 1 / (1 + 10^-0.225) = 0.62670 → 0.25340; 1 / (1 + 10^-0.275) = 0.65321 → 0.30641.
    found = preference_between(rating("a", 1500, 6), rating("b", 1400, 8))
    assert (found.low, found.high) == pytest.approx((0.2534, 0.3064), abs=1e-4)
    # As good as each other, one cannot say that anything is lost, nor that nothing is.
    even = preference_between(rating("a", 1500, 6), rating("b", 1500, 8))
    assert (even.loss, even.low) == (0.0, 0.0)
    assert even.high == pytest.approx(preference_loss(10))


def test_what_is_lost_is_told_part_by_part() -> None:
    catalog = world(ratings=rated(alpha_1=1500, beta_1=1400))
    today = replace(
        *(ALPHA,), context_tokens=200_000, input_modalities=frozenset({"text", "image"})
    )
    other = replace(BETA, context_tokens=100_000, tool_call=False)
    found = distance_between(today, other, catalog)
    # Half the context; one of three (reads text and images, writes text); tools.
    assert found.preference == pytest.approx(0.280, abs=5e-4)
    assert (found.context, found.modalities, found.tools) == (0.5, pytest.approx(1 / 3), 1.0)
    assert found.price == 0.0


def test_a_price_class_speaks_only_where_voters_did_not() -> None:
    # 9 USD to 3 USD is a factor of three: one class. To 4.5 USD: ln 2 / ln 3 = 0.6309.
    today, other = priced(ALPHA, 9.0), priced(BETA, 3.0)
    assert distance_between(today, other, world()).price == pytest.approx(1.0)
    assert distance_between(today, priced(BETA, 4.5), world()).price == pytest.approx(0.6309, 1e-4)
    assert distance_between(today, priced(BETA, 20.0), world()).price == 0.0
    assert distance_between(today, other, world()).parts[-1] == pytest.approx(1.0)
    known = distance_between(today, other, world(ratings=rated(alpha_1=1400, beta_1=1400)))
    assert (known.price, known.parts[-1]) == (pytest.approx(1.0), 0.0)


def test_facts_move_a_replacement_around_the_level_of_its_kind() -> None:
    # 0.28 of the voters and half the context: 0.28 + 0.2 · 0.5 = 0.38, against 0.12 usually:
    # 3.1667 times as far. Half of the unlikeness shows in no fact: k = 1 + 0.5 · 2.1667 = 2.0833.
    # 1 - 0.25 · 2.0833 = 0.4792.
    distance = Distance(preference=0.28, context=0.5, modalities=0.0, tools=0.0, price=0.0)
    value, factor = alike(distance, Relation.ELSEWHERE, world(), DEFAULTS)
    assert factor == pytest.approx(2.0833, abs=1e-4)
    assert value == pytest.approx(0.4792, abs=1e-4)
    # As good in everything: what no fact shows is left, 1 - 0.25 · 0.5 = 0.875.
    assert alike(NONE, Relation.ELSEWHERE, world(), DEFAULTS) == (0.875, 0.5)
    # The furthest: three times as unlike as the typical one and no more, 1 - 0.25 · 3.
    worst = Distance(preference=1.0, context=1.0, modalities=1.0, tools=1.0, price=1.0)
    assert alike(worst, Relation.ELSEWHERE, world(), DEFAULTS) == (0.25, 3.0)


def test_what_is_not_known_is_as_usual() -> None:
    # Of context alone it is known that all fits: 0.1 + 0 against 0.12 is 0.8333; k = 0.9167.
    some = Distance(context=0.0)
    assert alike(some, Relation.ELSEWHERE, world(), DEFAULTS)[1] == pytest.approx(0.9167, abs=1e-4)
    for relation in Relation:
        level = level_of(relation, DEFAULTS)
        assert alike(UNKNOWN, relation, world(), DEFAULTS) == (level, 1.0)
        # Nor does a distance say anything where nobody knows what is usual.
        assert alike(NONE, relation, small_catalog(), DEFAULTS) == (level, 1.0)


def test_nothing_known_is_the_level_to_the_last_bit_whatever_the_weights() -> None:
    numbers = override(
        DEFAULTS,
        {
            **{"unlike_unseen": 0.37, "unlike_context_weight": 0.171},
            **{"unlike_tools_weight": 0.613, "substitutability_frontier": 0.7313},
        },
    )
    assert alike(UNKNOWN, Relation.ELSEWHERE, world(), numbers) == (0.7313, 1.0)


def test_a_model_is_wholly_alike_itself() -> None:
    assert distance_between(ALPHA, ALPHA, world()) is NONE
    assert distance_between(None, ALPHA, world()) is distance_between(ALPHA, None, world())
    assert alike(UNKNOWN, Relation.SAME_MODEL, world(), DEFAULTS) == (1.0, 1.0)


shares = st.floats(0, 1)
parts = st.tuples(*(st.none() | shares for _ in PARTS))


def factor_of(*parts: float | None) -> float:
    values = np.array([np.nan if one is None else one for one in parts])
    return float(distance_factor(values, np.array([0.1, 0.1, 0.05, 0.02, 0.03]), DEFAULTS))


@given(parts, st.sampled_from(range(len(PARTS))), shares, shares)
def test_more_distance_never_makes_more_alike(
    known: tuple[float | None, ...], place: int, first: float, second: float
) -> None:
    near, far = list(known), list(known)
    near[place], far[place] = sorted((first, second))
    assert factor_of(*near) <= factor_of(*far) + 1e-12
    assert DEFAULTS.unlike_unseen <= factor_of(*far) + 1e-12 <= DEFAULTS.unlike_most + 1e-9


@given(
    st.floats(1000, 1600), st.floats(0, 300), st.integers(1, 10**6), st.integers(0, 10**6), shares
)
def test_a_replacement_as_good_in_everything_costs_nothing_that_facts_show(
    points: float, better: float, tokens: int, more: int, dearer: float
) -> None:
    today = priced(replace(ALPHA, context_tokens=tokens), 5.0)
    other = priced(replace(BETA, context_tokens=tokens + more), 5.0 + dearer)
    catalog = world(ratings=rated(alpha_1=points, beta_1=points + better))
    assert distance_between(today, other, catalog).parts == NONE.parts


def test_leaving_leads_to_what_options_offer_first_and_to_the_named_successor() -> None:
    newer = replace(model("alpha-2", "Alpha", "Alpha"), released=date(2026, 6, 1))
    named = replace(model("alpha-3", "Alpha", "Alpha"), released=date(2026, 3, 1))
    models = {**small_catalog().models, "alpha-2": newer, "alpha-3": named}
    catalog = world(models=models)
    elsewhere, same = leads_to(models["alpha-1"], "Alpha", catalog, TODAY)
    assert elsewhere is not None
    assert (elsewhere.name, same) == ("beta-1", newer)
    # A rating makes the older one the nearer of the two.
    known = world(models=models, ratings=rated(alpha_1=1400, alpha_3=1400))
    assert leads_to(models["alpha-1"], "Alpha", known, TODAY)[1] is named
    assert leads_to(None, "Alpha", catalog, TODAY) == (None, None)


def test_the_successor_that_a_developer_names_is_the_pair() -> None:
    named = model("Alpha 3", "Alpha", "Alpha")
    models = {**small_catalog().models, "Alpha 3": named}
    end = Retirement(
        developer="Alpha",
        model="alpha-1",
        announced=TODAY,
        shutdown=date(2027, 1, 1),
        replacement="alpha-3",
        source="test",
        as_of=AS_OF,
    )
    catalog = world(models=models, retirements=(end,))
    assert leads_to(models["alpha-1"], "Alpha", catalog, TODAY)[1] is named


def test_every_rated_model_is_in_the_catalogue_under_its_name() -> None:
    catalog = load_catalog(FIXTURES)
    assert {task for _, task in catalog.ratings} == set(Task)
    assert len(catalog.ratings) > 4_900
    assert {name for name, _ in catalog.ratings} <= set(catalog.models)
    opus = catalog.ratings["Claude Opus 4.6", Task.OVERALL]
    assert (opus.rating, opus.low, opus.high, opus.votes) == (1502.6, 1499.3, 1505.9, 82_619)
    assert all(one.source == "Arena (CC BY 4.0)" for one in catalog.ratings.values())


def test_usual_distances_are_those_of_the_shipped_facts() -> None:
    catalog = load_catalog(FIXTURES)
    day = max(date.fromisoformat(one.as_of) for one in catalog.ratings.values())
    for relation, (means, _, _) in usual_distances(catalog, day).items():
        assert catalog.usual_distances[relation] == pytest.approx(means, abs=6e-5)
    assert Relation.SAME_MODEL not in catalog.usual_distances


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("A,overall,1500,1510,1520,9,A,s,2026-10-20", "low"),
        ("A,overall,1500,1490,1495,9,A,s,2026-10-20", "high"),
        ("A,poetry,1500,1490,1510,9,A,s,2026-10-20", "task"),
        ("A,overall,1500,1490,1510,9,A,,2026-10-20", "source"),
    ],
)
def test_a_wrong_rating_names_its_cell(tmp_path: Path, cells: str, said: str) -> None:
    head = "model,task,rating,low,high,votes,listed_as,source,as_of"
    (tmp_path / "model_ratings.csv").write_text(f"{head}\n{cells}\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=f"line 2, column {said}"):
        load_ratings(tmp_path)
