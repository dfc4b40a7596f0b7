"""From a valid record to inventory rows: names resolved, products of one cell parted if asked."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from risk.catalog.records import UNSPECIFIED, Answer
from risk.inventory.duplicates import ValidRecord
from risk.inventory.intake_results import InventoryRow
from risk.inventory.records import Resolution
from risk.inventory.resolution import Resolver

#: What cannot be true of each product when it was said of all of them together.
_OF_THE_WHOLE_CELL = ("share", "spend_usd")


def inventory_rows(
    record: ValidRecord, resolver: Resolver, *, split_products: bool
) -> Iterator[InventoryRow]:
    """One row, or one for each product in the provider cell if ``split_products``.

    The share and the spend of several products together are not known for each: they become None.
    """
    provider, model = str(record.values["provider"]), _text(record, "model")
    host, fallback = _text(record, "host"), _text(record, "fallback_provider")
    parts = resolver.resolve_all(provider) if split_products else ()
    values: dict[str, Any] = dict(record.values)
    if fallback is not None:
        values["fallback_resolution"] = resolver.resolve(fallback)
    if len(parts) < 2:
        values["resolution"] = resolve_dependency(resolver, provider, model, host)
        values["model"] = _model_name(resolver, model, values["resolution"])
        yield InventoryRow(line=record.line, **values)
        return
    values.update(dict.fromkeys(_OF_THE_WHOLE_CELL))
    for part in parts:
        values["provider"] = part.text
        values["resolution"] = resolve_dependency(resolver, part.text, model, host, read=part)
        values["model"] = _model_name(resolver, model, values["resolution"])
        yield InventoryRow(line=record.line, **values)


def with_model_name(record: ValidRecord, resolver: Resolver) -> ValidRecord:
    """The record with its model called as the catalogue calls it.

    Two spellings of one model make one record, which must be seen before records are compared.
    """
    model = _text(record, "model")
    if model is None:
        return record
    provider, host = str(record.values["provider"]), _text(record, "host")
    resolution = resolve_dependency(resolver, provider, model, host)
    return replace(
        record, values={**record.values, "model": _model_name(resolver, model, resolution)}
    )


def resolve_dependency(
    resolver: Resolver,
    provider: str,
    model: str | None,
    host: str | None,
    *,
    read: Resolution | None = None,
) -> Resolution:
    """What the provider cell stands for, made precise by the cells for model and host.

    ``AWS`` with the model ``claude-sonnet-4`` is Anthropic on Amazon Web Services; ``OpenAI`` with
    the host ``Azure`` is OpenAI on Microsoft Azure.
    """
    result = read or resolver.resolve(provider)
    if model and (result.answer is not Answer.YES or result.developer == UNSPECIFIED):
        named = resolver.resolve(f"{model} on {provider}")
        if named.answer is Answer.YES and named.developer not in (None, UNSPECIFIED):
            reason = f"the model column says {model}; {named.reason}"
            result = replace(named, text=result.text, reason=reason)
    if host and result.answer is Answer.YES:
        place = resolver.resolve(host).host
        if place is not None and place != result.host:
            reason = f"{result.reason}; the host column says {host}"
            result = replace(result, host=place, reason=reason)
    return result


def _model_name(resolver: Resolver, model: str | None, resolution: Resolution) -> str | None:
    """The catalogue's name of the model where it has one, else the text as it stands."""
    if model is None:
        return None
    return resolver.resolve_model(model, resolution.developer) or model


def _text(record: ValidRecord, column: str) -> str | None:
    value = record.values.get(column)
    return None if value is None else str(value)
