"""Usage and cost reports of OpenAI and Anthropic: their own models, on their own hosts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from risk.inventory.usage.lines import Bucket, Ignored, Reading, Supplier, UsageLine
from risk.inventory.usage.suppliers import Suppliers, plain_model
from risk.inventory.usage.values import (
    amount,
    count,
    day_of,
    each_of,
    last_day_of,
    nested,
    places,
    text,
    whole,
)

_CENTS = Decimal(100)


def _own(vendor: str, model: str) -> Supplier:
    return Supplier(
        developer=vendor,
        host=vendor,
        issuer=vendor,
        model=plain_model(model) if model else None,
        as_billed=model,
    )


def _buckets(
    document: Mapping[str, Any],
    start: str,
    end: str,
    line_of: Callable[[Mapping[str, Any], date, date], UsageLine],
) -> Iterator[Reading]:
    """A line of every result of a report by day; an empty bucket is a day without use."""

    def of_bucket(bucket: Mapping[str, Any]) -> Iterator[Reading]:
        first = day_of(bucket.get(start))
        last = last_day_of(first, bucket.get(end))
        results = bucket.get("results") or bucket.get("result")
        if not results:
            return iter((Ignored(first, last, 0),))
        return each_of(results, lambda row: iter((line_of(row, first, last),)))

    return each_of(document.get("data"), of_bucket)


def openai_usage(document: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """Requests and tokens by bucket; input holds what came from the cache."""
    return _buckets(document, "start_time", "end_time", _openai_use)


def openai_usage_row(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A line of the usage page's CSV; a day without any use is a line without numbers."""
    first = day_of(row.get("start_time"))
    last = last_day_of(first, row.get("end_time"))
    if not text(row, "num_model_requests"):
        yield Ignored(first, last)
        return
    yield _openai_use(row, first, last)


def _openai_use(row: Mapping[str, Any], first: Any, last: Any) -> UsageLine:
    return UsageLine(
        first_day=first,
        last_day=last,
        bucket=Bucket.LLM,
        supplier=_own("OpenAI", text(row, "model")),
        places=_openai_places(row),
        requests=count(row.get("num_model_requests")),
        input_tokens=count(row.get("input_tokens")),
        cached_tokens=count(row.get("input_cached_tokens")),
        cache_write_tokens=count(row.get("input_cache_write_tokens")),
        output_tokens=count(row.get("output_tokens")),
    )


def _openai_places(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    named = text(row, "project_name") or text(row, "project_id")
    return places(("project", named), ("key_alias", text(row, "api_key_name")))


def openai_costs(document: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """Money by day and line item; what is negative is a credit."""

    def line_of(row: Mapping[str, Any], first: date, last: date) -> UsageLine:
        money = amount(nested(row.get("amount")).get("value"))
        currency = text(nested(row.get("amount")), "currency")
        return _openai_cost(row, first, last, money, currency)

    return _buckets(document, "start_time", "end_time", line_of)


def openai_cost_row(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A line of the cost page's CSV."""
    first = day_of(row.get("start_time"))
    last = last_day_of(first, row.get("end_time"))
    money = amount(row.get("amount_value"))
    yield (
        Ignored(first, last)
        if money is None
        else _openai_cost(row, first, last, money, text(row, "amount_currency"))
    )


def _openai_cost(
    row: Mapping[str, Any], first: Any, last: Any, money: Decimal | None, currency: str
) -> UsageLine:
    item = text(row, "line_item").split(",")[0].strip()
    is_credit = money is not None and money < 0
    named = item if any(letter.isdigit() for letter in item) else ""
    return UsageLine(
        first_day=first,
        last_day=last,
        bucket=Bucket.CREDITS if is_credit else Bucket.LLM,
        supplier=replace(_own("OpenAI", named), as_billed=item),
        places=_openai_places(row),
        money=money,
        currency=currency.upper() or "USD",
    )


def anthropic_usage(document: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """Tokens by bucket; the classes of input exclude each other, so that all are added."""
    return _buckets(document, "starting_at", "ending_at", _anthropic_use)


def _anthropic_use(row: Mapping[str, Any], first: date, last: date) -> UsageLine:
    made = nested(row.get("cache_creation"))
    written = whole(made, "ephemeral_1h_input_tokens", "ephemeral_5m_input_tokens")
    read = count(row.get("cache_read_input_tokens"))
    return UsageLine(
        first_day=first,
        last_day=last,
        bucket=Bucket.LLM,
        supplier=_own("Anthropic", text(row, "model")),
        places=places(("workspace", text(row, "workspace_id") or "default workspace")),
        input_tokens=(count(row.get("uncached_input_tokens")) or 0) + (read or 0) + (written or 0),
        cached_tokens=read,
        cache_write_tokens=written,
        output_tokens=count(row.get("output_tokens")),
    )


def anthropic_usage_row(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A line of the console's usage page."""
    day = day_of(row.get("usage_date_utc"))
    made = ("usage_input_tokens_cache_write_5m", "usage_input_tokens_cache_write_1h")
    read = "usage_input_tokens_cache_read"
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.LLM,
        supplier=_own("Anthropic", text(row, "model_version")),
        places=_console_places(row),
        input_tokens=whole(row, "usage_input_tokens_no_cache", read, *made),
        cached_tokens=count(row.get(read)),
        cache_write_tokens=whole(row, *made),
        output_tokens=count(row.get("usage_output_tokens")),
    )


def _console_places(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return places(("workspace", text(row, "workspace")), ("key_alias", text(row, "api_key")))


def anthropic_costs(document: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """Money by day, in cents; tools such as web search name no model."""
    return _buckets(document, "starting_at", "ending_at", _anthropic_cost)


def _anthropic_cost(row: Mapping[str, Any], first: date, last: date) -> UsageLine:
    cents = amount(row.get("amount"))
    name = text(row, "workspace_id") or ("" if "product" in row else "default workspace")
    return UsageLine(
        first_day=first,
        last_day=last,
        bucket=Bucket.CREDITS if cents is not None and cents < 0 else Bucket.LLM,
        supplier=_own("Anthropic", text(row, "model")),
        places=places(("workspace", name), ("product", text(row, "product"))),
        money=None if cents is None else cents / _CENTS,
        requests=count(row.get("requests")),
        currency=text(row, "currency").upper() or "USD",
    )


def anthropic_cost_row(row: Mapping[str, Any], suppliers: Suppliers) -> Iterator[Reading]:
    """A line of the console's cost page, in dollars rounded to cents."""
    day = day_of(row.get("usage_date_utc"))
    money = amount(row.get("cost_usd"))
    yield UsageLine(
        first_day=day,
        last_day=day,
        bucket=Bucket.CREDITS if money is not None and money < 0 else Bucket.LLM,
        supplier=_own("Anthropic", text(row, "model")),
        places=_console_places(row),
        money=money,
    )
