"""Precision of developer, host, issuer and model on lines that people labelled."""

import csv
import json
import re
from typing import Any

import pytest

from risk.inventory.resolution import Resolver
from risk.inventory.usage.formats import COST_EXPLORER, FORMATS
from risk.inventory.usage.lines import Bucket, UsageLine
from risk.inventory.usage.suppliers import Suppliers, plain_model
from tests.inventory.usage.samples import SAMPLES

READERS = {one.name: one.read for one in FORMATS}
#: A day in the column of each format, and an amount where a line without one is no line.
FILLED = {
    "Date": "10/01/2026",
    **dict.fromkeys(
        "UsageDate line_item_usage_start_date usage_start_time startTime created_at Timestamp"
        " request_created_at start_time ChargePeriodStart starting_at usage_date_utc date".split(),
        "2026-10-01",
    ),
    "amount_value": "1.5",
}
_WHOLE_NAMES = {"service.description", "sku.description", "project.name", "product.product_name"}
LEAST = 0.98


def _nested(fields: dict[str, Any]) -> dict[str, Any]:
    """Dotted names of objects in a row as the objects that they are."""
    found = dict(fields)
    for name, value in fields.items():
        if "." in name and name not in _WHOLE_NAMES:
            head, *rest = name.split(".")
            held = found.setdefault(head, {})
            if isinstance(held, str):
                held = found[head] = json.loads(held)
            for part in rest[:-1]:
                held = held.setdefault(part, {})
            held[rest[-1]] = value
    return found


def _document(format_: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The row, or the document that holds it, as the format's reader takes it."""
    if format_ == "otel_gen_ai":
        attributes = [{"key": key, "value": {"stringValue": of}} for key, of in fields.items()]
        span = {"startTimeUnixNano": "1789887018859000064", "attributes": attributes}
        return {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    row = FILLED | _nested(fields)
    if format_ == "cloudflare_logs":
        return {"result": [row]}
    if format_ == "openrouter_activity_api":
        return {"data": [row]}
    if format_ in ("anthropic_cost_report", "openai_costs", "openai_usage"):
        return {"data": [{"starting_at": "2026-10-01", "start_time": 1790899200, "results": [row]}]}
    return row


def _read(label: dict[str, str], suppliers: Suppliers) -> UsageLine:
    fields = json.loads(label["fields"])
    if label["format"] == "aws_cost_explorer":
        row = {"Service": "2026-10-01", fields["column"]: "1", "Total costs($)": "1"}
        found = next(COST_EXPLORER.read(row, suppliers))
    else:
        found = next(READERS[label["format"]](_document(label["format"], fields), suppliers))
    assert isinstance(found, UsageLine), (label, found)
    return found


@pytest.fixture(scope="module")
def judged(resolver: Resolver) -> list[tuple[dict[str, str], UsageLine]]:
    suppliers = Suppliers(resolver)
    with (SAMPLES / "labelled_lines.csv").open(newline="") as file:
        return [(label, _read(label, suppliers)) for label in csv.DictReader(file)]


def _is_llm(line: UsageLine) -> str:
    return {Bucket.LLM: "yes", Bucket.ASK: "ask"}.get(line.bucket, "no")


def _precision(judged: list[tuple[dict[str, str], UsageLine]], name: str) -> float:
    """Of the lines for which a supplier is named, the part for which it is the labelled one."""
    named = [
        (label[name], getattr(line.supplier, name))
        for label, line in judged
        if _is_llm(line) != "no" and getattr(line.supplier, name) is not None
    ]
    assert len(named) > 20
    return sum(wanted == found for wanted, found in named) / len(named)


@pytest.mark.parametrize("name", ["developer", "host"])
def test_a_developer_or_host_that_is_named_is_the_right_one(judged, name: str):
    assert _precision(judged, name) >= LEAST


@pytest.mark.parametrize("name", ["developer", "host"])
def test_what_the_line_tells_is_not_asked(judged, name: str):
    told = [(label, line) for label, line in judged if label[name] not in ("", "ask")]
    silent = [label["id"] for label, line in told if getattr(line.supplier, name) is None]
    assert len(silent) <= (1 - LEAST) * len(told), silent


def test_what_is_no_language_model_is_left_out_and_what_may_be_one_is_asked(judged):
    wrong = [label["id"] for label, line in judged if label["is_llm"] != _is_llm(line)]
    assert len(wrong) <= (1 - LEAST) * len(judged), wrong


def test_the_issuer_that_a_line_states_is_kept(judged):
    stated = [
        (label["id"], label["issuer"], line.supplier.issuer or "")
        for label, line in judged
        if label["issuer_stated"] == "yes"
    ]
    wrong = [one for one in stated if one[1] != one[2]]
    assert len(wrong) <= (1 - LEAST) * len(stated), wrong


def test_the_model_is_the_labelled_one_however_it_is_written(judged):
    def bare(text: str) -> str:
        return re.sub(r"[\s._]+", "-", plain_model(text.lower()))

    named = [(label, line.supplier) for label, line in judged if label["model"]]
    wrong = [
        label["id"]
        for label, supplier in named
        if bare(supplier.model or supplier.as_billed) != bare(label["model"])
    ]
    assert len(wrong) <= (1 - LEAST) * len(named), wrong
