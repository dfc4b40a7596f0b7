"""Damaged logs and bills: a clear refusal or a row left out, never a traceback or a wrong sum."""

import gzip
import json
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk.inventory.intake_results import Outcome
from risk.inventory.observed import UsageResult
from risk.inventory.resolution import Resolver
from risk.inventory.usage.adding import usage_format
from tests.inventory.usage.samples import read, sample, usage

LOGS = sample("litellm_spend_logs.csv")
NUMBERS = [
    *("1e30", "-1e30", "1e999999999", "9" * 400, "0x10", "twelve", "--5"),
    *("Infinity", "-inf", "1e-200"),
]  # fmt: skip
TIMES = ["", "yesterday", "2026-13-45", "0", "-1", "1e999999999", "9" * 400, "31/12/2026", "NaN"]


def log(**more: Any) -> dict[str, Any]:
    return {
        "request_id": "r1",
        "call_type": "acompletion",
        "spend": "1.5",
        "startTime": "2026-10-05 10:00:00",
        "custom_llm_provider": "openai",
        "model": "gpt-5.4",
        "metadata": "{}",
    } | more


def good_and(bad: dict[str, Any]) -> bytes:
    """A good row for 1.5 dollars, and a bad one."""
    return json.dumps([log(request_id="good"), bad]).encode()


def refused(data: bytes, resolver: Resolver) -> str | None:
    result = read(data, resolver=resolver)
    assert result.outcome is Outcome.REJECT_FILE
    assert result.problems[0].message
    return result.error


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unknown_usage_format"),
        (b"\n\n", "unknown_usage_format"),
        (b"[]", "unknown_usage_format"),
        (b"{}", "unknown_usage_format"),
        (b"null", "unknown_usage_format"),
        (b"\xff\xfe\x00\x00\x01", "unknown_usage_format"),
        (b"name,vendor\nAcme,OpenAI\n", "unknown_usage_format"),
        (LOGS.splitlines()[0], "no_usage_rows"),
        (b'{"resourceSpans": []}', "no_usage_rows"),
        (sample("litellm_spend_logs.json")[:5000], "truncated_json"),
        (sample("openai_costs.json")[:-3], "truncated_json"),
        (sample("portkey_logs_export.jsonl")[:-40], "truncated_json"),
        (b"[" * 100_000, "truncated_json"),
        (sample("focus_1_3.parquet")[:-30], "truncated_file"),
        (b"PAR1", "truncated_file"),
        (gzip.compress(LOGS, mtime=0)[:-40], "truncated_file"),
        (gzip.compress(LOGS, mtime=0)[:12], "truncated_file"),
        (b"\x1f\x8b", "truncated_file"),
    ],
    ids=lambda one: one if isinstance(one, str) else f"{len(one)} bytes",
)
def test_a_file_that_is_not_whole_is_refused_with_what_to_do(
    data: bytes, code: str, resolver: Resolver
):
    assert refused(data, resolver) == code


def test_a_parquet_file_whose_pages_are_broken_is_refused(resolver: Resolver):
    data = bytearray(sample("focus_1_3.parquet"))
    data[100:6000] = bytes(5900)
    assert refused(bytes(data), resolver) == "truncated_file"


def test_packed_files_are_read_as_if_they_were_not(resolver: Resolver):
    assert usage(gzip.compress(LOGS, mtime=0), resolver=resolver).dependencies == (
        usage(LOGS, resolver=resolver).dependencies
    )


def test_parts_of_several_formats_are_refused(resolver: Resolver):
    result = read(LOGS, "openai_cost.csv", resolver=resolver)
    assert result.error == "unknown_usage_format"


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("column", ["spend", "prompt_tokens"])
def test_a_number_that_is_none_costs_its_row_and_no_other(
    number: str, column: str, resolver: Resolver
):
    result = read(good_and(log(**{column: number})), resolver=resolver)
    assert isinstance(result, UsageResult)
    assert (result.outcome, result.usage.rejected) == (Outcome.PARTIAL, 1)
    assert [problem.code for problem in result.problems if problem.line] == ["bad_number"]
    assert str(result.usage.money_in["USD"]) == "1.5"


@pytest.mark.parametrize("number", ["NaN", "1e30", "-Infinity", "1e999999999"])
def test_numbers_that_stand_in_json_as_they_are_read_alike(number: str, resolver: Resolver):
    data = good_and(log(spend="?")).replace(b'"?"', number.encode())
    found = usage(data, resolver=resolver)
    # NaN is what some tools write for nothing: the row counts, without money.
    assert (found.counted, found.rejected) == ((2, 0) if number == "NaN" else (1, 1))
    assert str(found.money_in["USD"]) == "1.5"


@pytest.mark.parametrize("time", TIMES)
def test_a_time_that_is_none_costs_its_row(time: str, resolver: Resolver):
    result = read(good_and(log(startTime=time)), resolver=resolver)
    assert isinstance(result, UsageResult)
    assert [problem.code for problem in result.problems if problem.line] == ["bad_date"]


@pytest.mark.parametrize("time", [None, "abc", 10**300, -5, 1.5e300, [], {}, True])
def test_a_span_whose_time_is_none_costs_itself(time: object, resolver: Resolver):
    document = json.loads(sample("otel_gen_ai_spans.json"))
    scope = document["resourceSpans"][0]["scopeSpans"][0]
    scope["spans"][0]["startTimeUnixNano"] = time
    found = usage(json.dumps(document).encode(), resolver=resolver)
    assert found.rejected == 1
    # Only what is broken is left out, not the spans that follow in the same document.
    assert found.read == 50


def test_a_negative_amount_in_a_log_counts_as_it_stands(resolver: Resolver):
    found = usage(good_and(log(spend="-0.5")), resolver=resolver)
    assert str(found.money_in["USD"]) == "1.0"


def test_many_large_amounts_are_no_error_of_the_program(resolver: Resolver):
    rows = [log(request_id=f"r{n}", spend="999999999999") for n in range(20)]
    result = read(json.dumps(rows).encode(), resolver=resolver)
    assert result.outcome is Outcome.REJECT_FILE
    assert result.error == "implausible_total"


@pytest.mark.parametrize("column", ["spend", "startTime", "custom_llm_provider"])
def test_a_column_that_is_missing_makes_it_another_file(column: str, resolver: Resolver):
    row = log()
    del row[column]
    assert refused(json.dumps([row]).encode(), resolver) == "unknown_usage_format"


@pytest.mark.parametrize("column", ["model", "metadata", "model_group", "prompt_tokens"])
def test_a_column_that_says_more_may_be_missing(column: str, resolver: Resolver):
    row = log()
    row.pop(column, None)
    assert usage(json.dumps([row]).encode(), resolver=resolver).counted == 1


def test_rows_with_too_few_cells_are_left_out(resolver: Resolver):
    whole = usage(LOGS, resolver=resolver)
    found = usage(LOGS + b"a,b,c\r\n", resolver=resolver)
    assert (found.rejected, found.counted) == (1, whole.counted)
    assert found.money_in == whole.money_in


@pytest.mark.parametrize("value", [None, 5, "text", [], [1], {"a": 1}, True])
@pytest.mark.parametrize(
    "name",
    [
        "openai_costs.json", "openai_usage_completions.json", "anthropic_cost_report.json",
        "anthropic_usage_report_messages.json", "openrouter_activity_api.json",
        "cloudflare_ai_gateway_logs.json", "litellm_daily_activity.json", "otel_gen_ai_spans.json",
    ],
)  # fmt: skip
def test_a_document_with_something_else_inside_is_no_traceback(
    name: str, value: object, resolver: Resolver
):
    document = json.loads(sample(name))
    held = next(held for held in document.values() if isinstance(held, list))
    held[-1] = value
    result = read(json.dumps(document).encode(), resolver=resolver)
    assert result.outcome in (Outcome.PARTIAL, Outcome.ACCEPT, Outcome.REJECT_FILE)


def test_a_parquet_file_with_other_types_is_read_or_left_out(resolver: Resolver):
    table = pa.table(
        {
            "BilledCost": [1.5, float("nan"), float("inf")],
            "EffectiveCost": [1.5, 1.0, float("inf")],
            "ChargeCategory": ["Usage"] * 3,
            "ChargePeriodStart": ["2026-10-01"] * 3,
            "ServiceName": ["OpenAI API"] * 3,
            "ProviderName": ["OpenAI"] * 3,
        }
    )
    data = BytesIO()
    pq.write_table(table, data)
    found = usage(data.getvalue(), resolver=resolver)
    assert (found.counted, found.rejected) == (2, 1)
    assert str(found.money_in["USD"]) == "2.5"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bytes_that_are_cut_or_changed_anywhere_are_no_traceback(data: st.DataObject, resolver):
    name = data.draw(
        st.sampled_from(
            [
                "litellm_spend_logs.csv", "portkey_logs_export.jsonl", "focus_1_3.parquet",
                "aws_cur2_bedrock.csv", "openai_costs.json", "aws_cost_explorer_services.csv",
            ]
        )
    )  # fmt: skip
    file = bytearray(sample(name))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(file) - 1))
        file[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    changed = bytes(file[: data.draw(st.integers(1, len(file)))])
    result = read(changed, resolver=resolver)
    if isinstance(result, UsageResult):
        parts = result.usage
        counted = parts.counted + parts.duplicates + parts.ignored + parts.rejected
        assert parts.read == counted


def test_what_is_no_log_is_told_apart_without_reading_it():
    assert usage_format(BytesIO(b"startup,provider\nAcme,OpenAI\n")) is None
    assert usage_format(BytesIO(LOGS)).name == "litellm_spend_logs"
