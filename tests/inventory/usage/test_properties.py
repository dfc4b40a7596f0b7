"""Properties of reading usage, whatever the rows: nothing is lost, and nothing counts twice."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.inventory.resolution import Resolver
from risk.inventory.usage.adding import UsageSums, add_up
from risk.inventory.usage.observations import rounded_parts
from risk.inventory.usage.suppliers import Suppliers
from risk.inventory.usage.values import EXACT
from tests.inventory.usage.samples import usage

Row = dict[str, Any]
_MICRO = Decimal("0.000001")
COLUMNS = (
    "request_id call_type spend startTime custom_llm_provider model model_group team_id status"
    " prompt_tokens completion_tokens metadata"
).split()
CALLED = [
    ("openai", "gpt-5.4"),
    ("azure", "azure/gpt-5.4"),
    ("anthropic", "claude-sonnet-4-6"),
    ("bedrock", "us.anthropic.claude-sonnet-4-6-v1:0"),
    ("openrouter", "moonshotai/kimi-k2.6"),
    ("custom", "nobody-knows-it"),
]
amounts = st.decimals(-10, 10_000, places=30, allow_nan=False).map(lambda one: f"{one:f}")
rows_of_logs = st.lists(
    st.builds(
        lambda called, spend, day, team, tokens: {
            "call_type": "acompletion",
            "spend": spend,
            "startTime": f"{date(2026, 9, 1) + timedelta(days=day)} 10:00:00",
            "custom_llm_provider": called[0],
            "model": called[1],
            "model_group": called[1],
            "team_id": team,
            "status": "success",
            "prompt_tokens": tokens,
            "completion_tokens": 1,
            "metadata": "{}",
        },
        st.sampled_from(CALLED),
        st.one_of(amounts, st.just("")),
        st.integers(0, 60),
        st.sampled_from(["search", "support", ""]),
        st.integers(0, 10**6),
    ),
    min_size=1,
    max_size=25,
).map(lambda rows: [row | {"request_id": f"r{n}"} for n, row in enumerate(rows)])


def table(rows: Sequence[Row], columns: Sequence[str] = COLUMNS) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture(scope="module")
def suppliers(resolver: Resolver) -> Suppliers:
    return Suppliers(resolver)


def sums_of(suppliers: Suppliers, *parts: Sequence[Row]) -> UsageSums:
    return add_up([BytesIO(table(part)) for part in parts], suppliers)


def total(moneys: Any) -> Decimal:
    with localcontext(EXACT):
        return sum((one for one in moneys if one is not None), Decimal(0))


@settings(max_examples=60)
@given(rows=rows_of_logs)
def test_what_goes_in_comes_out_to_the_thirtieth_decimal(suppliers: Suppliers, rows: list[Row]):
    sums = sums_of(suppliers, rows)
    wanted = total(Decimal(row["spend"]) for row in rows if row["spend"])
    assert sums.is_balanced
    assert sums.money_in["USD"] == wanted
    assert total(sums.money.values()) == wanted
    assert total(one.money for one in sums.groups.values()) == wanted
    assert sums.rows.read == sums.rows.counted == len(rows)


@settings(max_examples=60)
@given(rows=rows_of_logs)
def test_observations_add_up_to_the_file_rounded_once(resolver: Resolver, rows: list[Row]):
    found = usage(table(rows), resolver=resolver)
    told = [one.spend_usd for one in found.observations if one.spend_usd is not None]
    with localcontext(EXACT):
        assert total(told) == found.money_in.get("USD", Decimal(0)).quantize(_MICRO)
    assert all(one == one.quantize(_MICRO) for one in told)


@settings(max_examples=60)
@given(data=st.data(), rows=rows_of_logs)
def test_any_split_into_files_says_the_same(
    resolver: Resolver, data: st.DataObject, rows: list[Row]
):
    whole = usage(table(rows), resolver=resolver)
    of = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    parts = [[row for row, part in zip(rows, of, strict=True) if part == n] for n in range(4)]
    order = data.draw(st.permutations([part for part in parts if part]))
    split = usage(*(table(part) for part in order), resolver=resolver)
    assert split.dependencies == whole.dependencies
    assert split.observations == whole.observations
    assert (split.money_in, split.read) == (whole.money_in, whole.read)


@settings(max_examples=40)
@given(data=st.data(), rows=rows_of_logs)
def test_a_row_that_stands_twice_counts_once(
    resolver: Resolver, data: st.DataObject, rows: list[Row]
):
    again = data.draw(st.lists(st.sampled_from(rows), min_size=1, max_size=10))
    once = usage(table(rows), resolver=resolver)
    twice = usage(table(data.draw(st.permutations([*rows, *again]))), resolver=resolver)
    assert twice.dependencies == once.dependencies
    assert twice.money_in == once.money_in
    assert (twice.duplicates, twice.counted) == (len(again), once.counted)


@pytest.mark.parametrize(
    "other",
    [
        {"spend": "9.5"},
        {"model": "claude-sonnet-4-6"},
        {"custom_llm_provider": "azure"},
        {"startTime": "2026-09-30 10:00:00"},
        {"team_id": "another"},
        {"status": "failure"},
        {"prompt_tokens": 77},
    ],
    ids=lambda other: next(iter(other)),
)
def test_two_rows_of_one_id_that_say_different_things_are_both_refused(
    resolver: Resolver, other: Row
):
    one = {
        "call_type": "acompletion",
        "spend": "1.5",
        "startTime": "2026-09-01 10:00:00",
        "custom_llm_provider": "openai",
        "model": "gpt-5.4",
        "team_id": "search",
        "prompt_tokens": 5,
        "metadata": "{}",
    }
    rows = [one | {"request_id": "good"}, one | {"request_id": "bad"}]
    rows += [one | other | {"request_id": "bad"}, one | {"request_id": "bad"}]
    found = usage(table(rows), resolver=resolver)
    # Three rows of the id "bad": two alike and one other; none of them holds.
    assert (found.read, found.counted, found.duplicates, found.rejected) == (4, 1, 0, 3)
    assert found.money_in["USD"] == Decimal("1.5")


@settings(max_examples=40)
@given(data=st.data(), rows=rows_of_logs)
def test_conflicts_are_refused_and_counted_wherever_they_stand(
    suppliers: Suppliers, data: st.DataObject, rows: list[Row]
):
    changed = data.draw(st.lists(st.sampled_from(rows), unique_by=lambda row: row["request_id"]))
    others = [row | {"completion_tokens": 999} for row in changed]
    sums = sums_of(suppliers, data.draw(st.permutations([*rows, *others])))
    kept = [row for row in rows if row not in changed]
    assert (sums.rows.rejected, sums.rows.counted) == (2 * len(changed), len(kept))
    assert Counter(one.code for _, one in sums.rejects) == Counter(conflict=2 * len(changed))
    assert sums.is_balanced
    assert sums.money_in["USD"] == total(Decimal(row["spend"]) for row in kept if row["spend"])


@settings(max_examples=40)
@given(
    costs=st.lists(
        st.tuples(amounts, st.decimals(-5, 0, places=20), st.sampled_from(["USD", "EUR", "JPY"])),
        min_size=1,
        max_size=20,
    ),
    rate=st.decimals("0.05", 200, places=6),
)
def test_a_bill_in_another_currency_is_balanced_by_its_own_rate(
    suppliers: Suppliers, costs: list[tuple[str, Decimal, str]], rate: Decimal
):
    columns = (
        "service.description sku.description cost currency currency_conversion_rate"
        " usage_start_time credits"
    ).split()
    rows = [
        dict(
            zip(
                columns,
                (
                    ("Vertex AI", "Compute Engine")[n % 2],
                    "Gemini 2.5 Flash GA Text Input - Predictions",
                    *(cost, currency, rate, "2026-10-01"),
                    f'[{{"amount": {credit:f}}}]',
                ),
                strict=True,
            )
        )
        for n, (cost, credit, currency) in enumerate(costs)
    ]
    sums = add_up([BytesIO(table(rows, columns))], suppliers)
    assert sums.rows.counted == len(rows)
    assert sums.is_balanced


@given(st.lists(st.decimals(-1000, 1000, places=12), max_size=40))
def test_the_largest_remainders_make_parts_add_up(exact: list[Decimal]):
    parts = rounded_parts(exact)
    assert total(parts) == total(exact).quantize(_MICRO)
    # Every part is the exact amount, rounded down or up.
    assert all(abs(part - one) < _MICRO for part, one in zip(parts, exact, strict=True))


def test_a_third_of_a_dollar_three_times_is_a_dollar():
    parts = rounded_parts([Decimal(1) / 3] * 3)
    # 3 × 0.333333 is a millionth short, which the first of equal remainders gets.
    assert parts == [Decimal("0.333334"), Decimal("0.333333"), Decimal("0.333333")]


@settings(max_examples=40)
@given(rows=rows_of_logs)
def test_the_shares_of_a_use_case_add_up_to_one(resolver: Resolver, rows: list[Row]):
    whole: dict[str, Decimal] = {}
    for one in usage(table(rows), resolver=resolver).dependencies:
        if one.share is not None:
            whole[one.use_case] = whole.get(one.use_case, Decimal(0)) + one.share
    assert all(of == 1 for of in whole.values())
