"""How often models end and with how much notice: by hand, on what ships, and out of time."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.assumptions import DEFAULTS, PLAUSIBLE
from risk.catalog.model_history import MODELS_FILE, HostType, load_model_history
from risk.catalog.records import Catalog, Retirement
from risk.hazard.cell_rates import Rival
from risk.hazard.failure_settings import ModelClass
from risk.hazard.history_record import (
    JUDGED,
    KEPT_SINCE,
    Notices,
    announcements,
    check_retirements,
    end_cells,
    followed,
    history_record,
    retirement_fit,
)
from tests.hazard.test_price_history import model, record

HISTORY = load_model_history(Path(__file__).parents[2] / "fixtures")
SINCE, UNTIL = date(2025, 1, 1), date(2026, 1, 1)
YEAR = {"since": SINCE, "until": UNTIL}
EVERYWHERE = dict.fromkeys(HostType, UNTIL)


def retirement(model: str, announced: date | None, last: date, host: str | None) -> Retirement:
    return Retirement(
        developer="OpenAI",
        model=model,
        announced=announced,
        shutdown=last,
        replacement=None,
        source="",
        as_of="",
        host=host,
    )


def test_a_model_is_followed_from_its_first_day_to_its_last() -> None:
    ends = model("A", last_day=date(2025, 7, 1))
    assert followed(ends, **YEAR) == (SINCE, date(2025, 7, 1), True)
    assert followed(model("A"), **YEAR) == (SINCE, UNTIL, False)
    later = model("A", last_day=date(2026, 7, 1))
    assert followed(later, **YEAR) == (SINCE, UNTIL, False)
    left = model("A", gone=date(2025, 3, 1))
    assert followed(left, **YEAR) == (SINCE, date(2025, 3, 1), False)


def test_what_ended_before_or_came_after_was_not_followed() -> None:
    assert followed(model("A", last_day=date(2024, 12, 31)), **YEAR) is None
    assert followed(model("A", listed=UNTIL), **YEAR) is None
    assert followed(model("A", is_text=False), **YEAR) is None


@given(
    st.dates(date(2024, 1, 1), date(2027, 1, 1)),
    st.none() | st.dates(date(2024, 1, 1), date(2027, 1, 1)),
)
def test_nobody_is_followed_outside_of_the_time(listed: date, last_day: date | None) -> None:
    spell = followed(model("A", listed=listed, last_day=last_day), **YEAR)
    if spell is not None:
        begins, leaves, ended = spell
        assert SINCE <= begins <= leaves <= UNTIL
        assert not ended or leaves == last_day


def test_a_cells_ends_by_hand(catalog: Catalog) -> None:
    # Three models through 2025, two of which end on 2 July after 182 days: 1 + 2 · 182/365
    # model-years with two ends on one day.
    models = [model(name, last_day=date(2025, 7, 2)) for name in "AB"] + [model("C")]
    own = end_cells(record(models, []), catalog.providers, SINCE, EVERYWHERE)[0]
    assert own.years == pytest.approx(1 + 2 * 182 / 365)
    assert (own.events, own.days, own.clump) == (2, 1, 2)


def test_announced_together_for_one_day_is_one_announcement() -> None:
    day, last = date(2025, 4, 1), date(2025, 7, 1)
    found = announcements(
        [
            retirement("GPT-A", day, last, None),
            retirement("GPT-B", day, last, None),
            retirement("GPT-C Codex", day, last, None),
            retirement("GPT-D", None, last, None),
            retirement("GPT-E", day, last, "Microsoft Azure"),
        ]
    )
    assert [(one.kind, one.days) for one in found] == [
        (ModelClass.GENERAL, 91),
        (ModelClass.SPECIALISED, 91),
    ]


def test_points_of_notices_need_two_of_them() -> None:
    assert Notices(days=(5,)).points is None
    assert Notices(days=(0, 10, 20)).points == pytest.approx((2, 10, 18))


def test_a_last_day_entered_too_late_says_nothing_of_notice(catalog: Catalog) -> None:
    # The snapshot is of 1 December 2026: A and B end while last days are kept, A told before.
    last = date(2026, 11, 1)
    models = [
        model("A", last_day=last, seen=date(2026, 10, 2)),
        model("B", last_day=last, seen=date(2026, 11, 20)),
        model("C", last_day=date(2027, 1, 1), seen=date(2026, 10, 3)),
        model("D", last_day=date(2027, 1, 1), seen=None),
        model("E"),
    ]
    source = replace(HISTORY.sources[MODELS_FILE], snapshot=date(2026, 12, 1))
    history = replace(record(models, []), sources={MODELS_FILE: source})
    seen = retirement_fit(history, catalog).seen[0]
    assert seen.at_least.days == (30, 90)
    assert (seen.after, seen.undated, seen.ended, seen.told) == (1, 1, 2, 1)


def test_first_tier_models_end_about_as_often_as_the_model_assumes(catalog: Catalog) -> None:
    fit = retirement_fit(HISTORY, catalog)
    own = fit.ends.cells[0]
    prior = fit.ends.prior.law
    assert (own.cell.events, own.cell.days) == (20, 6)
    # (1.92 + 20)/(7.22 + 49.12) = .389 a year.
    assert own.rate == pytest.approx((prior.shape + 20) / (prior.years + 49.118), abs=1e-4)
    assert own.rate == pytest.approx(0.389, abs=1e-3)
    low, high = own.interval
    assert low < JUDGED.retirement_rate < high


def test_few_models_end_in_their_first_year_at_their_developer(catalog: Catalog) -> None:
    young, old = retirement_fit(HISTORY, catalog).ages.cells[:2]
    assert (young.cell.events, old.cell.events) == (1, 19)
    assert young.interval[1] < old.interval[0]


def test_second_tier_developers_own_apis_show_no_end(catalog: Catalog) -> None:
    second = retirement_fit(HISTORY, catalog).ends.cells[1]
    assert (second.cell.name, second.cell.events) == ("first-party, second", 0)


def test_ages_and_cells_divide_the_same_record(catalog: Catalog) -> None:
    fit = retirement_fit(HISTORY, catalog)
    for part in (fit.ends, fit.ages):
        assert sum(one.cell.events for one in part.cells) == 86
    years = [sum(one.cell.years for one in part.cells) for part in (fit.ends, fit.ages)]
    assert years[0] == pytest.approx(years[1])


def test_the_record_lacks_what_ended_before_last_days_were_kept(catalog: Catalog) -> None:
    early = end_cells(
        HISTORY, catalog.providers, date(2023, 9, 18), dict.fromkeys(HostType, KEPT_SINCE)
    )
    own = [one for one in early if one.name.startswith(HostType.FIRST_PARTY)]
    dated = [one for one in catalog.retirements if one.host is None and one.shutdown < KEPT_SINCE]
    assert sum(one.events for one in own) < len(dated)


def test_ends_since_october_were_missed_and_notices_were_not(catalog: Catalog) -> None:
    check = check_retirements(HISTORY, catalog)
    assert [one.is_held for one in check.late.cells] == [False, True, False, False, False, False]
    assert check.late.better == (Rival.JUDGED,)
    assert check.half_year.better == (Rival.POOLED,)
    assert check.developers_ends == 5
    assert check.notices is not None
    assert check.notices.past < check.notices.judged
    # Seven announcements: |92 - 180|, |184 - 180|, |94 - 180|, |182 - 90|, |61 - 180|, |183 - 180|
    # of a general or specialised model, and |92 - 90|: 394/7 days.
    assert sorted(check.notices.scored) == [61, 92, 92, 94, 182, 183, 184]
    assert check.notices.judged == pytest.approx((88 + 4 + 86 + 92 + 119 + 3 + 2) / 7)


def test_sizes_and_notices_of_the_model_are_those_of_the_record(catalog: Catalog) -> None:
    record = history_record(HISTORY, catalog)
    low, high = PLAUSIBLE["price_multiple"]
    sizes = [record.prices.sizes.quantile(level) for level in (0.1, 0.5, 0.9)]
    assert sizes == pytest.approx([low, DEFAULTS.price_multiple, high], abs=0.01)
    known = {
        **{str(kind): one.points for kind, one in record.retirements.published.items()},
        **{str(one.place): one.at_least.points for one in record.retirements.seen},
    }
    for sort in ("general", "specialised", "cloud", "reseller"):
        name = f"retirement_notice_{sort}_days"
        points = known[sort]
        assert points is not None
        below, above = PLAUSIBLE[name]
        assert points == pytest.approx((below, getattr(DEFAULTS, name), above), abs=1)
