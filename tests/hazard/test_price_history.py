"""How often list prices rise and how far, by hand on small records and on the one that ships."""

from collections import Counter
from datetime import date
from math import log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.catalog.model_history import (
    MODELS_FILE,
    MOVES_FILE,
    Change,
    HistorySource,
    HostType,
    ListedModel,
    ModelHistory,
    PriceMove,
    load_model_history,
)
from risk.catalog.records import Catalog
from risk.hazard.cell_rates import Rival
from risk.hazard.history_record import (
    JUDGED,
    SPLIT,
    check_prices,
    falls,
    price_fit,
    priced_years,
    rises,
    size_law,
)

HISTORY = load_model_history(Path(__file__).parents[2] / "fixtures")
UNTIL = HISTORY.sources[MOVES_FILE].until


def model(name: str, **facts: object) -> ListedModel:
    stated: dict[str, object] = {
        "developer": "OpenAI",
        "host": "OpenAI",
        "is_text": True,
        "is_fixed": True,
        "is_priced": True,
        "listed": date(2025, 1, 1),
        "gone": None,
        "last_day": None,
        "seen": None,
    }
    return ListedModel(model=name, **{**stated, **facts})  # type: ignore[arg-type]


def move(
    name: str = "A",
    *,
    before: float,
    after: float,
    output: tuple[float, float] | None = None,
    what: Change = Change.PRICE,
    day: date = date(2025, 6, 1),
) -> PriceMove:
    return PriceMove(
        developer="OpenAI",
        model=name,
        host="OpenAI",
        day=day,
        input_usd=(before, after),
        output_usd=output,
        what=what,
        note="",
    )


def record(models: list[ListedModel], moves: list[PriceMove]) -> ModelHistory:
    source = HistorySource(
        file=MOVES_FILE,
        since=date(2024, 1, 1),
        until=date(2026, 1, 1),
        snapshot=date(2026, 1, 1),
        licence="",
        source="",
    )
    sources = {MODELS_FILE: source, MOVES_FILE: source}
    return ModelHistory(models=tuple(models), moves=tuple(moves), sources=sources)


def test_a_rise_goes_above_a_fifth_and_a_fall_below_with_nothing_rising() -> None:
    up, down = move(before=1, after=1.3), move(before=1, after=0.7)
    small = move(before=1, after=1.2)
    mixed = move(before=1, after=0.5, output=(1, 2))
    moved = move(before=1, after=3, what=Change.REPLACEMENT)
    slip = move(before=1, after=10, what=Change.REPAIR)
    every = [up, down, small, mixed, moved, slip]
    assert rises(every) == (up, mixed)
    assert falls(every) == (down,)


def test_a_model_is_watched_while_it_is_listed_with_a_price_a_token() -> None:
    year = {"since": date(2025, 1, 1), "until": date(2026, 1, 1)}
    assert priced_years(model("A"), **year) == pytest.approx(1)
    half = model("A", listed=date(2024, 3, 1), gone=date(2025, 7, 2))
    assert priced_years(half, **year) == pytest.approx(182 / 365)
    assert priced_years(model("A", listed=None), **year) == pytest.approx(1)
    for sort in ("is_text", "is_fixed", "is_priced"):
        assert priced_years(model("A", **{sort: False}), **year) == 0


def test_one_cell_by_hand(catalog: Catalog) -> None:
    # Four models of a first-tier developer at its own API through 2025 (4 model-years) and two
    # price rises on one day: one clump of two. φ = 4/2 = 2. Alone among cells the pooled rate
    # 2/4 = 0.5 a year with the strength of a quarter of a year: Gamma(.125, .25). So the rate is
    # (.125 + 2)/(.25 + 4) = 0.5, known as well as (.125 + 2)/2 = 1.0625 events tell.
    models = [model(name) for name in "ABCD"]
    moves = [move(name, before=1, after=2) for name in "AB"]
    fit = price_fit(record(models, moves), catalog.providers, until=date(2026, 1, 1))
    own = fit.rises.cells[0]
    assert (own.cell.name, own.cell.events, own.cell.days) == ("first-party, top", 2, 1)
    assert own.cell.years == pytest.approx(4)
    assert own.cell.clump == 2
    assert own.rate == pytest.approx(0.5)
    assert own.law.shape == pytest.approx(1.0625)
    assert fit.sizes.excess == pytest.approx(log(2 / 1.2))


def test_days_with_a_rise_are_counted_by_host(catalog: Catalog) -> None:
    # One developer, watched for the year of 2025; A and B of its four models rise on one day, A
    # once more. On the first day four models are listed, on the second three: 3 of 7 rose.
    models = [model(name) for name in "ABC"] + [model("D", gone=date(2025, 8, 1))]
    moves = [move(name, before=1, after=2) for name in "AB"]
    moves.append(move("A", before=2, after=3, day=date(2025, 9, 1)))
    fit = price_fit(record(models, moves), catalog.providers, until=date(2026, 1, 1))
    own, cloud, other = fit.hosts
    assert (own.place, own.hosts, own.days) == (HostType.FIRST_PARTY, 1, 2)
    assert own.years == pytest.approx(1)
    assert own.moved_share == pytest.approx(3 / 7)
    assert own.law.mean == pytest.approx(2.5)
    assert cloud.moved_share is None
    assert (other.hosts, other.years) == (0, 0)


def test_a_move_of_a_model_that_was_not_watched_counts_nowhere(catalog: Catalog) -> None:
    models = [model("A"), model("B", is_fixed=False)]
    moves = [move("A", before=1, after=2), move("B", before=1, after=2)]
    fit = price_fit(record(models, moves), catalog.providers, until=date(2026, 1, 1))
    assert sum(one.cell.events for one in fit.rises.cells) == 1


def test_sizes_are_peaks_over_the_threshold() -> None:
    law = size_law([2.4, 4.8])
    # ln 2 and ln 4 have the mean 1.5 ln 2; the median is 1.2·2^(1.5 ln 2).
    assert law.excess == pytest.approx(1.5 * log(2))
    assert law.quantile(0.5) == pytest.approx(1.2 * 2 ** (1.5 * log(2)))
    assert law.quantile(0) == pytest.approx(1.2)
    with pytest.raises(ValueError, match="at least one rise"):
        size_law([1.1])


@given(st.lists(st.floats(1.21, 50), min_size=1, max_size=20), st.floats(0, 0.98))
def test_a_larger_share_of_rises_lies_below_a_larger_size(
    ratios: list[float], level: float
) -> None:
    law = size_law(ratios)
    assert 1.2 <= law.quantile(level) < law.quantile(level + 0.01)


def test_the_record_that_ships_by_hand(catalog: Catalog) -> None:
    fit = price_fit(HISTORY, catalog.providers, until=UNTIL)
    other = next(one for one in fit.rises.cells if one.cell.name == "reseller, top")
    assert other.cell.events == 13
    assert other.cell.years == pytest.approx(272.36, abs=0.01)
    # α = .7347 and β = 36.57 years from the six cells: (.7347 + 13)/(36.57 + 272.36) = .0445.
    assert fit.rises.prior.law.shape == pytest.approx(0.7347, abs=1e-3)
    assert fit.rises.prior.law.years == pytest.approx(36.57, abs=0.05)
    assert other.rate == pytest.approx(13.7347 / 308.93, abs=1e-4)


def test_developers_and_clouds_raise_far_less_often_than_was_judged(
    catalog: Catalog,
) -> None:
    judged = JUDGED.price_rate
    fit = price_fit(HISTORY, catalog.providers, until=UNTIL)
    assert all(one.interval[1] < judged for one in fit.rises.cells)
    direct = [one for one in fit.rises.cells if not one.cell.name.startswith(HostType.RESELLER)]
    assert all(one.interval[1] < judged / 4 for one in direct)


def test_by_host_the_judged_number_is_near_but_few_of_a_hosts_models_rise(
    catalog: Catalog,
) -> None:
    own, cloud, other = price_fit(HISTORY, catalog.providers, until=UNTIL).hosts
    assert [one.days for one in (own, cloud, other)] == [1, 1, 5]
    assert own.law.quantile(0.9) < 0.15 < cloud.law.quantile(0.9)
    assert other.law.quantile(0.1) < 0.15 < other.law.quantile(0.9)
    assert all((one.moved_share or 0) < 0.5 for one in (own, cloud, other))


def test_nearly_all_rises_at_other_hosts_are_one_hosts_on_two_days(catalog: Catalog) -> None:
    fit = price_fit(HISTORY, catalog.providers, until=UNTIL)
    places = [one.cell for one in fit.rises.cells if one.cell.name.startswith(HostType.RESELLER)]
    days = Counter((one.host, one.day) for one in rises(HISTORY.moves))
    assert sum(one.events for one in places) == 19
    assert days.most_common(2) == [
        (("DeepInfra", date(2025, 10, 4)), 13),
        (("DeepInfra", date(2025, 9, 10)), 3),
    ]


def test_what_is_fitted_to_the_end_of_2025_knows_nothing_of_2026(catalog: Catalog) -> None:
    before = ModelHistory(
        models=HISTORY.models,
        moves=tuple(one for one in HISTORY.moves if one.day < SPLIT),
        sources=HISTORY.sources,
    )
    blind = price_fit(before, catalog.providers, until=SPLIT)
    assert blind == price_fit(HISTORY, catalog.providers, until=SPLIT)


def test_the_counts_of_early_2026_were_known_and_their_sizes_no_better_than_judged(
    catalog: Catalog,
) -> None:
    check = check_prices(HISTORY, catalog.providers)
    assert sum(one.came for one in check.rises.cells) == 4
    assert all(one.is_held for one in check.rises.cells)
    assert check.rises.better == ()
    assert check.rises.crps(Rival.JUDGED) > 6 * check.rises.crps(Rival.FIT)
    assert check.sizes is not None
    assert len(check.sizes.scored) == 4
    # The point at 2.0: two rises of 2.0 are hit, ln(2/1.4) and ln(2/1.5) are missed.
    assert check.sizes.judged == pytest.approx((log(2 / 1.4) + log(2 / 1.5)) / 4)
    assert check.sizes.judged < check.sizes.fit < check.sizes.past
