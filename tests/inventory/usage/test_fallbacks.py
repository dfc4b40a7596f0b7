"""Backups that logs show: automatic where another answered, tested where two hosts run a model."""

import json
from typing import Any

import pytest

from risk.inventory.resolution import Resolver
from tests.inventory.usage.samples import usage

Backups = dict[tuple[str, str | None, str | None], tuple[str, str]]


def backups(*files: bytes | str, resolver: Resolver) -> Backups:
    """Use case, developer and host → the kind of backup, and who it is, where there is one."""
    return {
        (one.use_case, one.developer, one.host): (one.fallback, one.fallback_provider)
        for one in usage(*files, resolver=resolver).dependencies
        if one.fallback
    }


def lines(*rows: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def portkey(number: int, org: str, model: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"call-{number}",
        "trace_id": f"trace-{number}",
        "created_at": "2026-10-05T04:11:02Z",
        "is_success": 1,
        "ai_org": org,
        "ai_model": model,
        "cost": 150,
        "cost_currency": "USD",
        "mode": "",
        "metadata": {"use_case": "chat"},
    } | more


def litellm(number: int, provider: str, model: str, **more: Any) -> dict[str, Any]:
    metadata = {"user_api_key_team_alias": "chat"} | more.pop("metadata", {})
    return {
        "request_id": f"r{number}",
        "call_type": "acompletion",
        "spend": 1.5,
        "startTime": "2026-10-05 10:00:00",
        "custom_llm_provider": provider,
        "model": model,
        "model_group": model,
        "metadata": json.dumps(metadata),
    } | more


def cloudflare(asked: str, provider: str, model: str, **more: Any) -> dict[str, Any]:
    return {
        "Gateway": "prod",
        "Provider": provider,
        "Model": model,
        "RequestedModel": asked,
        "StatusCode": 200,
        "Timestamp": "2026-10-05T04:11:02Z",
        "Cached": False,
        "Metadata": {"feature": "chat"},
        "Metrics": {"cost": 1.5, "tokensIn": 10, "tokensOut": 1},
    } | more


def test_litellm_tells_which_group_was_asked_and_the_model_behind_it_is_known(resolver: Resolver):
    found = backups("litellm_spend_logs.json", resolver=resolver)
    # Three rows have attempted_fallbacks: gpt-5.4 → Claude in the search twice, and the group
    # claude-sonnet → GPT in the tickets, which Anthropic itself and Bedrock run.
    assert found["answer search", "OpenAI", "OpenAI"] == ("automatic", "Anthropic")
    assert found["ticket answers", "Anthropic", "Anthropic"] == ("automatic", "OpenAI")
    assert found["ticket answers", "Anthropic", "Amazon Web Services"] == ("automatic", "OpenAI")
    # In the invoices nobody took over; both models ran at two hosts.
    assert found["invoice extraction", "OpenAI", "OpenAI"] == ("tested", "Microsoft Azure")
    assert found["invoice extraction", "Anthropic", "Anthropic"][0] == "tested"


def test_portkey_tells_it_by_two_calls_of_one_trace(resolver: Resolver):
    found = backups("portkey_logs_export.jsonl", resolver=resolver)
    assert found["email reader", "OpenAI", "OpenAI"] == ("automatic", "Anthropic")
    assert ("quote drafting", "OpenAI", "OpenAI") not in found


def test_the_order_in_which_an_export_writes_a_trace_does_not_matter(resolver: Resolver):
    direct = portkey(1, "openai", "gpt-5.4")
    failed = portkey(2, "openai", "gpt-5.4", is_success=0, cost=0, mode="FALLBACK")
    took_over = portkey(3, "anthropic", "claude-sonnet-4-6", trace_id="trace-2", mode="FALLBACK")
    first = backups(lines(direct, failed, took_over), resolver=resolver)
    assert first == {("chat", "OpenAI", "OpenAI"): ("automatic", "Anthropic")}
    assert backups(lines(took_over, failed, direct), resolver=resolver) == first
    assert backups(lines(took_over), lines(failed, direct), resolver=resolver) == first


def test_another_host_of_the_same_model_is_a_backup_too(resolver: Resolver):
    failed = portkey(1, "openai", "gpt-5.4", is_success=0, cost=0, mode="FALLBACK")
    took_over = portkey(2, "azure-openai", "gpt-5.4", trace_id="trace-1", mode="FALLBACK")
    found = backups(lines(failed, took_over), resolver=resolver)
    assert found["chat", "OpenAI", "OpenAI"] == ("automatic", "Microsoft Azure")


def test_a_second_try_at_the_same_supplier_is_no_backup(resolver: Resolver):
    failed = portkey(1, "openai", "gpt-5.4", is_success=0, cost=0, mode="FALLBACK")
    again = portkey(2, "openai", "gpt-5.4", trace_id="trace-1", mode="FALLBACK")
    assert backups(lines(failed, again), resolver=resolver) == {}


def test_a_later_step_at_cloudflare_backs_up_what_is_called_most(resolver: Resolver):
    found = backups("cloudflare_ai_gateway_logs.json", resolver=resolver)
    # The log does not say who comes first in the list of fallbacks.
    assert {kind for kind, _ in found.values()} == {"automatic"}
    assert {place[0] for place in found} == {"support", "trip planner"}


def test_another_model_than_the_one_asked_for_is_a_backup_but_a_route_is_no_model(
    resolver: Resolver,
):
    direct = cloudflare("openai/gpt-5.4-mini", "openai", "gpt-5.4-mini")
    took_over = cloudflare("openai/gpt-5.4-mini", "anthropic", "claude-haiku-4-5")
    found = backups(lines(direct, took_over), resolver=resolver)
    assert found == {("chat", "OpenAI", "OpenAI"): ("automatic", "Anthropic")}
    # The sample asks for cloudflare/auto only.
    assert backups("cloudflare_ai_gateway_logpush.ndjson", resolver=resolver) == {}


def test_a_span_that_another_developer_answered_is_a_backup(resolver: Resolver):
    found = backups("otel_gen_ai_spans.json", resolver=resolver)
    for use_case in ("answer-search", "ticket-answers"):
        for host in ("OpenAI", "Microsoft Azure"):
            assert found[use_case, "OpenAI", host] == ("automatic", "Anthropic")


def _spans(*answered: str) -> bytes:
    def attribute(key: str, value: str) -> dict[str, Any]:
        return {"key": key, "value": {"stringValue": value}}

    spans = [
        {
            "spanId": f"s{number}",
            "startTimeUnixNano": "1791000000000000000",
            "attributes": [
                attribute("gen_ai.operation.name", "chat"),
                attribute("gen_ai.request.model", "gpt-5.4"),
                attribute("gen_ai.response.model", model),
                attribute("server.address", "api.openai.com"),
            ],
        }
        for number, model in enumerate(answered)
    ]
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}).encode()


@pytest.mark.parametrize(
    "file",
    [
        _spans("gpt-5.4-2026-03-05", "gpt-5.4"),
        lines(
            cloudflare("gpt-5.4", "openai", "gpt-5.4"),
            cloudflare("gpt-5.4", "openai", "gpt-5.4-2026-03-05"),
        ),
        lines(
            litellm(1, "openai", "gpt-5.4"),
            litellm(
                2,
                "openai",
                "gpt-5.4-2026-03-05",
                metadata={"attempted_fallbacks": 1, "original_model_group": "gpt-5.4"},
            ),
        ),
    ],
    ids=["otel", "cloudflare", "litellm"],
)
def test_a_dated_name_of_the_same_model_is_no_backup(file: bytes, resolver: Resolver):
    assert backups(file, resolver=resolver) == {}


def test_of_several_that_took_over_the_backup_is_the_one_that_answered_most(resolver: Resolver):
    fell = {"attempted_fallbacks": 1, "original_model_group": "gpt-5.4"}
    rows = [litellm(1, "openai", "gpt-5.4")]
    rows += [litellm(2, "gemini", "gemini-2.5-flash", metadata=fell)]
    rows += [litellm(3 + n, "anthropic", "claude-sonnet-4-6", metadata=fell) for n in range(2)]
    found = backups(lines(*rows), resolver=resolver)
    assert found == {("chat", "OpenAI", "OpenAI"): ("automatic", "Anthropic")}


def test_a_host_with_less_than_one_in_a_hundred_requests_is_not_tested(resolver: Resolver):
    many = [litellm(n, "openai", "gpt-5.4") for n in range(100)]
    # One of 101 requests is less than 1 %, two of 102 are more.
    few = [litellm(200 + n, "azure", "azure/gpt-5.4") for n in range(2)]
    assert backups(lines(*many, few[0]), resolver=resolver) == {}
    found = backups(lines(*many, *few), resolver=resolver)
    assert found == {
        ("chat", "OpenAI", "OpenAI"): ("tested", "Microsoft Azure"),
        ("chat", "OpenAI", "Microsoft Azure"): ("tested", "OpenAI"),
    }
