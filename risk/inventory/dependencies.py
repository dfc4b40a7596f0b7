"""From sound records to inventory rows: names resolved, products of one cell parted if asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from risk.catalog.records import UNSPECIFIED, Answer
from risk.inventory.duplicates import key_numbers
from risk.inventory.records import Resolution
from risk.inventory.resolution import Resolver
from risk.inventory.rows import Coded, Indices, InventoryRows, combined, object_array

#: What a provider's reading depends on.
_NAMES = ("provider", "model", "host")
#: What cannot be true of each product when it was said of all of them together.
_OF_THE_WHOLE_CELL = ("share", "spend_usd")


@dataclass(frozen=True)
class _Reading:
    """What the names of one record, or one product of it, were read as."""

    provider: str
    model: str | None
    resolution: Resolution


def with_model_names(columns: dict[str, Coded], resolver: Resolver) -> dict[str, Coded]:
    """The columns with each model called as the catalogue calls it.

    Two spellings of one model make one record, which must be seen before records are compared.
    """
    if "model" not in columns:
        return columns
    codes, found = _readings(columns, resolver, split_products=False)
    return {**columns, "model": Coded(codes, object_array([one.model for (one,) in found]))}


def resolved_rows(
    columns: Mapping[str, Coded], lines: Indices, resolver: Resolver, *, split_products: bool
) -> InventoryRows:
    """The rows of records: one each, or one for each product in the provider cell if asked.

    The share and the spend of several products together are not known for each: they become None.
    A product split off that has its own record is left out.
    """
    codes, found = _readings(columns, resolver, split_products=split_products)
    every = [one for parts in found for one in parts]
    parts = np.array([len(parts) for parts in found], np.int64)
    of_record = parts[codes]
    records = np.repeat(np.arange(len(lines)), of_record)
    place = np.arange(len(records)) - np.repeat(np.cumsum(of_record) - of_record, of_record)
    codes = (np.cumsum(parts) - parts)[codes][records] + place
    parted = of_record[records] > 1
    made = {name: column.taken(records) for name, column in columns.items()}
    for name in _OF_THE_WHOLE_CELL:
        if name in made:
            made[name] = made[name].unknown_where(parted)
    made["provider"] = Coded(codes, object_array([one.provider for one in every]))
    made["resolution"] = Coded(codes, object_array([one.resolution for one in every]))
    if "model" in made:
        made["model"] = Coded(codes, object_array([one.model for one in every]))
    if "fallback_provider" in made:
        made["fallback_resolution"] = _resolved(made["fallback_provider"], resolver)
    rows = InventoryRows(lines[records], made)
    by_parts = np.argsort(of_record[records], kind="stable")
    _, first = key_numbers(rows.taken(by_parts).columns, len(rows))
    kept = by_parts[np.sort(first)]
    kept = kept[np.argsort(rows.lines[kept], kind="stable")]
    return rows.taken(kept)


def _resolved(names: Coded, resolver: Resolver) -> Coded:
    codes, first = combined([names.identities])
    texts = names.objects[first]
    read = [None if text is None else resolver.resolve(text) for text in texts]
    return Coded(codes, object_array(read))


def _readings(
    columns: Mapping[str, Coded], resolver: Resolver, *, split_products: bool
) -> tuple[Indices, list[list[_Reading]]]:
    """Number the combinations of names, and read each: one reading or one for each product."""
    codes, first = combined([columns[name].identities for name in _NAMES if name in columns])
    texts: list[list[Any]] = [
        columns[name].objects[first].tolist() if name in columns else [None] * len(first)
        for name in _NAMES
    ]
    found = []
    for provider, model, host in zip(*texts, strict=True):
        products = resolver.resolve_all(provider) if split_products else ()
        if len(products) > 1:
            found.append([_reading(resolver, one.text, model, host, one) for one in products])
        else:
            found.append([_reading(resolver, provider, model, host)])
    return codes, found


def _reading(
    resolver: Resolver,
    provider: str,
    model: str | None,
    host: str | None,
    product: Resolution | None = None,
) -> _Reading:
    resolution = _resolve_dependency(resolver, provider, model, host, product)
    if model is not None:
        # The catalogue's name of the model where it has one, else the text as it stands.
        model = resolver.resolve_model(model, resolution.developer) or model
    return _Reading(provider, model, resolution)


def _resolve_dependency(
    resolver: Resolver,
    provider: str,
    model: str | None,
    host: str | None,
    product: Resolution | None,
) -> Resolution:
    """What the provider cell stands for, made precise by the cells for model and host.

    ``AWS`` with the model ``claude-sonnet-4`` is Anthropic on Amazon Web Services; ``OpenAI`` with
    the host ``Azure`` is OpenAI on Microsoft Azure.
    """
    result = product or resolver.resolve(provider)
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
