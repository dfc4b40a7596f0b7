"""Logs of gateways and tracers: LiteLLM, OpenRouter, Langfuse, Helicone, Portkey, Cloudflare, OTel.

What their fields mean was read in their own sources and documentation; names and versions stand in
``docs/usage.md``. A gateway's log knows who was asked, not who sends the bill.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from risk.inventory.usage.lines import FIRST_OF_LIST, Bucket, Ignored, Reading, Supplier, UsageLine
from risk.inventory.usage.suppliers import Suppliers, plain_model, told_by_model
from risk.inventory.usage.values import (
    amount,
    count,
    day_of,
    each_of,
    listed_tags,
    nested,
    places,
    telling_tags,
    text,
    whole,
)

_CENTS = Decimal(100)
_NOT_CACHED = "00000000-0000-0000-0000-000000000000"


def _is_true(value: Any) -> bool:
    return value is True or str(value).strip().casefold() in ("true", "1")


def _tags(value: Any) -> tuple[tuple[str, str], ...]:
    return listed_tags(value if isinstance(value, str) else json.dumps(value or []))


def litellm_spend_logs(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """One request. A hit of LiteLLM's own cache is no request to a supplier."""
    told = nested(row.get("metadata"))
    usage, mapped = nested(told.get("usage_object")), nested(told.get("model_map_information"))
    day, provider = day_of(row.get("startTime")), text(row, "custom_llm_provider")
    upstream = text(told, "upstream_provider") if provider == "openrouter" else ""
    supplier = suppliers.called(
        provider, text(row, "model"), text(mapped, "model_map_key"), "LiteLLM"
    )
    if supplier.developer is None:
        group = suppliers.developer_of(text(row, "model_group"))
        if group is not None:
            name = plain_model(text(row, "model_group"))
            supplier = replace(supplier, developer=group, model=name)
    if upstream:
        supplier = replace(supplier, host=suppliers.called(upstream, "").host)
    cached = _is_true(row.get("cache_hit"))
    failed = text(row, "status") == "failure" or text(told, "status") == "failure"
    fell = (count(told.get("attempted_fallbacks")) or 0) > 0
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=supplier,
        places=places(
            ("project", text(told, "user_api_key_project_alias")),
            ("team", text(told, "user_api_key_team_alias") or text(row, "team_id")),
        )
        + _tags(row.get("request_tags"))
        + places(("key_alias", text(told, "user_api_key_alias"))),
        money=amount(row.get("spend")),
        requests=0 if cached else 1,
        failed=int(failed),
        from_cache=int(cached),
        fallbacks=int(fell),
        input_tokens=0 if cached else count(row.get("prompt_tokens")),
        cached_tokens=count(nested(usage.get("prompt_tokens_details")).get("cached_tokens")),
        output_tokens=0 if cached else count(row.get("completion_tokens")),
        identity=text(row, "request_id"),
        took_over=text(told, "original_model_group") if fell else None,
        group=text(row, "model_group") or None,
    )


def litellm_daily(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """One day of a table of daily spend, or of the server's export (which names no provider)."""
    day = day_of(row.get("date"))
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=suppliers.called(
            text(row, "custom_llm_provider"), text(row, "model"), "", "LiteLLM"
        ),
        places=places(
            ("team", text(row, "entity_alias") or text(row, "team_id")),
            ("tag", text(row, "tag")),
            ("key_alias", text(row, "key_alias")),
        ),
        money=_sum(amount(row.get("spend")), amount(row.get("flat_cost"))),
        requests=count(row.get("api_requests")),
        failed=count(row.get("failed_requests")),
        input_tokens=count(row.get("prompt_tokens")),
        cached_tokens=count(row.get("cache_read_input_tokens")),
        cache_write_tokens=count(row.get("cache_creation_input_tokens")),
        output_tokens=count(row.get("completion_tokens")),
    )


def litellm_ui(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """One day of a team, a tag or a customer in the dashboard's export; no provider, no model."""
    day = day_of(row.get("Date"))
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=suppliers.called("", text(row, "Model"), "", "LiteLLM"),
        places=places(("team", text(row, "Team")), ("tag", text(row, "Tag"))),
        money=amount(row.get("Spend ($)")),
        requests=count(row.get("Requests")),
        failed=count(row.get("Failed Requests") or row.get("Failed")),
        input_tokens=count(row.get("Prompt Tokens")),
        output_tokens=count(row.get("Completion Tokens")),
    )


def litellm_activity(document: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """Days of the activity API. Each breakdown repeats the day's total: models are read.

    The hosts stand in another breakdown that is not crossed with the models: a model whose name
    tells no host is of the one host of the day, if there is but one.
    """
    return each_of(document.get("results"), lambda result: _activity_day(result, suppliers))


def _activity_day(result: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    day, breakdown = day_of(result.get("date")), nested(result.get("breakdown"))
    providers = list(nested(breakdown.get("providers")))
    models = nested(breakdown.get("models"))
    if not models:
        yield Ignored(day, day)
    for place, (model, held) in enumerate(models.items()):
        metrics = nested(nested(held).get("metrics"))
        supplier = suppliers.called(
            providers[0] if len(providers) == 1 else "", model, "", "LiteLLM"
        )
        if supplier.developer is None:
            supplier = _by_group(model, breakdown, supplier, suppliers)
        yield UsageLine(
            first_day=day,
            last_day=day,
            bucket=Bucket.LLM,
            supplier=supplier,
            money=amount(metrics.get("spend")),
            requests=count(metrics.get("api_requests")),
            failed=count(metrics.get("failed_requests")),
            input_tokens=count(metrics.get("prompt_tokens")),
            cached_tokens=count(metrics.get("cache_read_input_tokens")),
            cache_write_tokens=count(metrics.get("cache_creation_input_tokens")),
            output_tokens=count(metrics.get("completion_tokens")),
            rows=int(place == 0),
        )


def _by_group(
    model: str, breakdown: Mapping[str, Any], supplier: Supplier, suppliers: Suppliers
) -> Supplier:
    """The supplier with the developer of the one model group that has the same numbers."""
    spend = nested(nested(nested(breakdown.get("models")).get(model)).get("metrics")).get("spend")
    same = [
        group
        for group, held in nested(breakdown.get("model_groups")).items()
        if nested(nested(held).get("metrics")).get("spend") == spend
    ]
    developer = suppliers.developer_of(same[0]) if len(same) == 1 else None
    if developer is None:
        return supplier
    return replace(supplier, developer=developer, model=plain_model(same[0]))


def openrouter_generation(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """One generation. OpenRouter's fee is its own, the money under an own key the host's."""
    day = day_of(row.get("created_at"))
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=_routed(row, "model_permaslug", suppliers),
        places=places(("app", text(row, "app_name")), ("key_alias", text(row, "api_key_name"))),
        money=amount(row.get("cost_total")),
        byok=amount(row.get("byok_usage_inference")),
        requests=1,
        failed=int(_is_true(row.get("cancelled"))),
        input_tokens=count(row.get("tokens_prompt")),
        cached_tokens=count(row.get("tokens_cached")),
        output_tokens=count(row.get("tokens_completion")),
        identity=text(row, "generation_id"),
    )


def openrouter_day(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """One day of a model; who served it is not named."""
    day = day_of(row.get("Date"))
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=_routed(row, "Slug", suppliers),
        money=amount(row.get("Usage")),
        byok=amount(row.get("BYOK Usage")),
        requests=count(row.get("Requests")),
        input_tokens=count(row.get("Prompt Tokens")),
        output_tokens=count(row.get("Completion Tokens")),
    )


def openrouter_activity(document: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """Days of the activity API, at most the last thirty."""
    return each_of(document.get("data"), lambda row: _openrouter_line(row, suppliers))


def _openrouter_line(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    day = day_of(row.get("date"))
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=_routed(row, "model_permaslug", suppliers),
        money=amount(row.get("usage")),
        byok=amount(row.get("byok_usage_inference")),
        requests=count(row.get("requests")),
        input_tokens=count(row.get("prompt_tokens")),
        output_tokens=count(row.get("completion_tokens")),
    )


def _routed(row: Mapping[str, Any], model: str, suppliers: Suppliers) -> Supplier:
    provider = text(row, "provider_name")
    # OpenRouter calls Vertex AI "Google", and the Gemini API "Google AI Studio".
    host = "vertex_ai" if provider == "Google" else provider
    found = suppliers.called(host, text(row, model), "", "OpenRouter")
    return replace(found, issuer="OpenRouter", issuer_assumed=False)


_CALLS = frozenset(("GENERATION", "EMBEDDING"))


def langfuse_observation(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """One observation; spans, events and tools call no model."""
    day = day_of(row.get("start_time"))
    if text(row, "type").upper() not in _CALLS:
        yield Ignored(day, day)
        return
    usage = nested(row.get("usage_details"))
    inputs = [key for key in usage if key.startswith("input") and key != "input"]
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=suppliers.called("", text(row, "provided_model_name"), "", ""),
        places=places(("trace", text(row, "trace_name")))
        + _tags(row.get("tags"))
        + places(("name", "" if "trace_name" in row else text(row, "name"))),
        money=amount(row.get("total_cost")),
        requests=1,
        failed=int(text(row, "level") == "ERROR"),
        input_tokens=whole(usage, "input", *inputs),
        cached_tokens=whole(usage, "input_cached_tokens", "input_cache_read"),
        output_tokens=whole(usage, "output", *(key for key in usage if key[:7] == "output_")),
        identity=text(row, "id"),
    )


def helicone_request(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """One request, of the API or (without a model, which that export leaves empty) of the CLI."""
    day = day_of(row.get("request_created_at"))
    cached = _is_true(row.get("cache_enabled")) and text(row, "cache_reference_id") not in (
        "",
        _NOT_CACHED,
    )
    money = amount(row.get("costUSD"))
    cost = amount(row.get("cost")) if money is None else money
    status = text(row, "response_status") or text(row, "status")
    reads, writes = (count(row.get(f"prompt_cache_{one}_tokens")) for one in ("read", "write"))
    properties = nested(row.get("request_properties")) or nested(row.get("properties"))
    provider = text(row, "provider")
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=suppliers.called(
            provider, text(row, "request_model") or text(row, "model"), "", "Helicone"
        ),
        places=telling_tags(properties),
        money=cost,
        requests=0 if cached else 1,
        failed=int(bool(status) and not status.startswith("2")),
        from_cache=int(cached),
        input_tokens=count(row.get("prompt_tokens")),
        cached_tokens=reads,
        cache_write_tokens=writes,
        output_tokens=count(row.get("completion_tokens")),
        identity=text(row, "request_id") or text(row, "response_id"),
    )


def portkey_log(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """One call; its cost is in cents. Two calls of one trace are two."""
    day = day_of(row.get("created_at"))
    cost = amount(row.get("cost"))
    failed = row.get("is_success") in (0, "0", False)
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=suppliers.called(text(row, "ai_org"), text(row, "ai_model"), "", "Portkey"),
        places=telling_tags(nested(row.get("metadata")))
        + places(("prompt", text(row, "prompt_slug"))),
        money=None if cost is None else cost / _CENTS,
        currency=text(row, "cost_currency").upper() or "USD",
        requests=1,
        failed=int(failed),
        input_tokens=count(row.get("req_units")),
        output_tokens=count(row.get("res_units")),
        identity=text(row, "id"),
        trace=text(row, "trace_id") if text(row, "mode").upper() == "FALLBACK" else None,
    )


def cloudflare_log(document: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """Calls of the log API; a step above 0 is a later one of the list of fallbacks."""
    return each_of(document.get("result"), lambda row: _cloudflare_line(row, suppliers))


def _cloudflare_line(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    step = count(row.get("step")) or 0
    yield _cloudflare(
        row.get("created_at"),
        suppliers.called(text(row, "provider"), text(row, "model"), "", "Cloudflare"),
        row.get("metadata"),
        money=row.get("cost"),
        tokens=(row.get("tokens_in"), row.get("tokens_out")),
        cached=_is_true(row.get("cached")),
        failed=not _is_true(row.get("success")),
        identity=text(row, "id"),
        took_over=FIRST_OF_LIST if step > 0 else None,
    )


def cloudflare_event(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """One event of the log push; another model than the one asked for is a fallback.

    Who asks for a route, such as ``cloudflare/auto``, asked for no model.
    """
    metrics = nested(row.get("Metrics"))
    asked, model = text(row, "RequestedModel"), text(row, "Model")
    status = text(row, "StatusCode")
    is_model = suppliers.developer_of(asked) is not None
    fell = is_model and plain_model(asked) != plain_model(model)
    yield _cloudflare(
        row.get("Timestamp"),
        suppliers.called(text(row, "Provider"), model, "", "Cloudflare"),
        row.get("Metadata"),
        money=metrics.get("cost"),
        tokens=(metrics.get("tokensIn"), metrics.get("tokensOut")),
        cached=_is_true(row.get("Cached")),
        failed=bool(status) and not status.startswith("2"),
        identity=None,
        took_over=asked if fell else None,
    )


def _cloudflare(
    when: Any,
    supplier: Supplier,
    metadata: Any,
    *,
    money: Any,
    tokens: tuple[Any, Any],
    cached: bool,
    failed: bool,
    identity: str | None,
    took_over: str | None,
) -> Reading:
    day = day_of(when)
    return UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=supplier,
        places=telling_tags(nested(metadata)),
        money=amount(money),
        requests=0 if cached else 1,
        failed=int(failed),
        from_cache=int(cached),
        fallbacks=int(took_over is not None),
        input_tokens=0 if cached else count(tokens[0]),
        output_tokens=0 if cached else count(tokens[1]),
        identity=identity,
        took_over=took_over,
    )


_MODEL_CALLS = frozenset(("chat", "text_completion", "generate_content", "embeddings", ""))
_ADDRESSES = (
    ("openai.azure.com", "azure"),
    ("cognitiveservices.azure.com", "azure"),
    ("services.ai.azure.com", "azure"),
    ("inference.ai.azure.com", "azure"),
    ("bedrock-runtime", "bedrock"),
    ("amazonaws.com", "bedrock"),
    ("aiplatform.googleapis.com", "vertex_ai"),
    ("generativelanguage.googleapis.com", "gemini"),
    ("api.openai.com", "openai"),
    ("api.anthropic.com", "anthropic"),
    ("api.mistral.ai", "mistral"),
    ("api.cohere", "cohere"),
    ("api.groq.com", "groq"),
    ("fireworks.ai", "fireworks_ai"),
    ("together.xyz", "together_ai"),
    ("together.ai", "together_ai"),
    ("api.deepseek.com", "deepseek"),
    ("api.x.ai", "xai"),
    ("api.perplexity.ai", "perplexity"),
    ("cloudflare.com", "cloudflare"),
    ("openrouter.ai", "openrouter"),
)


def otel_spans(document: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """Spans of a trace; those of agents and tools repeat the tokens of the calls below them."""

    def of_resource(held: Mapping[str, Any]) -> Iterator[Reading]:
        resource = _attributes(nested(held.get("resource")).get("attributes"))

        def of_scope(scope: Mapping[str, Any]) -> Iterator[Reading]:
            return each_of(
                scope.get("spans"), lambda span: iter((_span(span, resource, suppliers),))
            )

        return each_of(held.get("scopeSpans"), of_scope)

    return each_of(document.get("resourceSpans"), of_resource)


def _span(span: Mapping[str, Any], resource: Mapping[str, Any], suppliers: Suppliers) -> Reading:
    told = _attributes(span.get("attributes"))
    day = day_of(span.get("startTimeUnixNano"))
    asked = text(told, "gen_ai.request.model")
    if not asked or text(told, "gen_ai.operation.name") not in _MODEL_CALLS:
        return Ignored(day, day)
    answered = text(told, "gen_ai.response.model")
    model = answered or asked
    address = text(told, "server.address").casefold()
    host = next((key for part, key in _ADDRESSES if part in address), "")
    took_over = None
    if answered and suppliers.developer_of(answered) != suppliers.developer_of(asked):
        took_over = asked
        host = "" if told_by_model(answered) is None else host
    return UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=suppliers.called(host, model, "", ""),
        places=places(("service", text(resource, "service.name"))),
        requests=1,
        failed=int(bool(text(told, "error.type"))),
        fallbacks=int(took_over is not None),
        input_tokens=whole(told, "gen_ai.usage.input_tokens")
        if "gen_ai.usage.input_tokens" in told
        else whole(told, "gen_ai.usage.prompt_tokens"),
        cached_tokens=whole(told, "gen_ai.usage.cache_read.input_tokens"),
        cache_write_tokens=whole(told, "gen_ai.usage.cache_creation.input_tokens"),
        output_tokens=whole(told, "gen_ai.usage.output_tokens")
        if "gen_ai.usage.output_tokens" in told
        else whole(told, "gen_ai.usage.completion_tokens"),
        identity=text(span, "spanId") or None,
        took_over=took_over,
    )


_READ = (
    "gen_ai.operation.name",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "gen_ai.usage.",
    "server.address",
    "error.type",
    "service.name",
)


def _attributes(listed_ones: Any) -> dict[str, Any]:
    """The attributes that are read; prompts, answers and people are left where they are."""
    found = {}
    for one in listed_ones or ():
        key = one.get("key", "")
        if key.startswith(_READ):
            value = nested(one.get("value"))
            found[key] = next(iter(value.values()), None)
    return found


def _sum(*amounts: Decimal | None) -> Decimal | None:
    known = [one for one in amounts if one is not None]
    return sum(known, Decimal(0)) if known else None
