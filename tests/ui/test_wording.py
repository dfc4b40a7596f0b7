from datetime import date

import pytest

from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.results import BeforeAfter, Interval
from ui import wording


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (None, "unknown"),
        (0, "$0"),
        (0.2, "under $1"),
        (980, "$980"),
        (987, "$990"),
        (999.6, "$1.0k"),
        (1_234, "$1.2k"),
        (340_000, "$340k"),
        (999_600, "$1.0M"),
        (1_240_000, "$1.2M"),
        (14_200_000, "$14M"),
        (2_000_000_000, "$2.0bn"),
        (-5_000, "−$5.0k"),
    ],
)
def test_money_has_two_significant_figures_and_unknown_is_not_zero(
    usd: float | None, text: str
) -> None:
    assert wording.money(usd) == text


def test_a_range_of_one_value_is_written_once() -> None:
    assert wording.money_range(Interval(low=5_000, high=5_000)) == "$5.0k"
    assert wording.money_range(Interval(low=2.33e6, high=14.2e6)) == "$2.3M–14M"
    assert wording.money_range(Interval(low=340e3, high=1.2e6)) == "$340k–1.2M"
    assert wording.money_range(Interval(low=-5_000, high=9_000)) == "−$5.0k to $9.0k"


def test_what_somebody_stated_is_written_to_the_dollar() -> None:
    assert wording.stated_money(4_250_000) == "$4,250,000"
    assert wording.stated_money(None) == "unknown"


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "unknown"), (0, "0 %"), (0.0001, "under 0.1 %"), (0.016, "1.6 %"), (0.5, "50 %")],
)
def test_percent(share: float | None, text: str) -> None:
    assert wording.percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((None, "unknown"), (0, "0 days"), (0.01, "14 minutes"), (0.125, "3 hours")),
        *((12.3, "12 days"), (-47, "−47 days"), (-0.125, "−3 hours")),
    ],
)
def test_days_are_written_in_the_unit_people_use(value: float | None, text: str) -> None:
    assert wording.days(value) == text


def test_runway_is_written_before_and_after() -> None:
    assert wording.before_after_months(BeforeAfter(before=12, after=7)) == "12 → 7 months"
    assert wording.before_after_months(BeforeAfter(before=None, after=None)) == "unknown"
    assert wording.before_after_months(BeforeAfter(before=80, after=20)) == "60+ → 20 months"


def test_dates_are_read_from_iso_text_and_missing_ones_are_unknown() -> None:
    assert wording.day("2023-11-17") == "17 Nov 2023"
    assert wording.day(date(2026, 1, 2)) == "2 Jan 2026"
    assert wording.day(None) == "unknown"


def test_every_falter_kind_has_a_name_on_screen() -> None:
    assert {kind for kind in FailureKind if wording.disruption(kind)} == set(FailureKind)


def test_a_field_path_names_field_and_place() -> None:
    assert wording.field("support / OpenAI / exit_plan") == "Exit plan (support, OpenAI)"
    assert wording.field("cash_usd") == "Cash"


@pytest.mark.parametrize("text", ["$1 to $2", "*bold*", "[a](b)", ":red[x]", "`code`", "a -> b"])
def test_markup_in_a_name_is_shown_as_it_is(text: str) -> None:
    escaped = wording.escaped(text)
    assert escaped != text
    assert escaped.replace("\\", "") == text


@pytest.mark.parametrize("text", ["# 1", "- item", "3. item", "+ more"])
def test_a_name_starts_no_heading_or_list(text: str) -> None:
    assert "\\" in wording.escaped(text)


@pytest.mark.parametrize(
    "text", ["see https://evil.example", "WWW.evil.example", "ann@evil.example"]
)
def test_an_address_in_a_name_becomes_no_link_and_reads_the_same(text: str) -> None:
    parted = wording.escaped(text).replace("\\", "")
    assert parted != text
    assert parted.replace("\N{WORD JOINER}", "") == text
    assert wording.escaped("a @ b, https and www") == "a @ b, https and www"


def test_the_sources_of_reference_facts_lead_to_their_addresses() -> None:
    said = wording.with_links("Notice *of* 2023 (https://a.example/x_y), then https://b.example.")
    assert said == r"Notice \*of\* 2023 (<https://a.example/x_y>), then <https://b.example>."


def test_plain_text_is_left_alone() -> None:
    assert wording.escaped("1-in-20-year loss (10–90 %)") == "1-in-20-year loss (10–90 %)"
