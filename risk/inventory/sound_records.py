"""Sound records of a file taken together: names, repetitions, contradictions, doubts.

A record is known by startup, use case, provider and model. Rows that agree in every mapped column
count once; rows of one key that differ are all refused, because the last is no truer than the
first.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.catalog.records import UNSPECIFIED, Answer
from risk.inventory.cells import Value
from risk.inventory.columns import KEY
from risk.inventory.intake_results import Problem
from risk.inventory.name_text import skeleton
from risk.inventory.records import Resolution
from risk.inventory.refusals import Findings, shortened
from risk.inventory.resolution import Resolver
from risk.inventory.rows import (
    Coded,
    Indices,
    InventoryRow,
    InventoryRows,
    combined,
    object_array,
)
from risk.inventory.tables import Table

#: What a provider's reading depends on.
_NAMES = ("provider", "model", "host")
#: What cannot be true of each product when it was said of all of them together.
_OF_THE_WHOLE_CELL = ("share", "spend_usd", "spend_stated")
#: All of a use case's workload, rounding aside.
_WHOLE = 1 + 1e-9


def folded_name(value: Value) -> str:
    """A name as it is compared: NFC, trimmed, inner space folded, without case."""
    if value is None:
        return ""
    return " ".join(unicodedata.normalize("NFC", str(value)).split()).casefold()


def _numbers(
    columns: Mapping[str, Coded], names: Sequence[str], records: int
) -> tuple[Indices, Indices]:
    """Number the records by what stands in some columns of names, as :func:`combined` does."""
    parts = [np.zeros(records, np.int64)]
    for column in (columns[name] for name in names if name in columns):
        parts.append(column.mapped([folded_name(one) for one in column.values]).identities)
    return combined(parts)


def settle_duplicates(
    table: Table,
    columns: Mapping[str, Coded],
    lines: Indices,
    positions: Indices,
    findings: Findings,
) -> Indices:
    """The records to import; repetitions are counted once, contradictions refused.

    ``columns`` hold the values of sound records, ``lines`` and ``positions`` where these stand.
    """
    keys, first = _numbers(columns, KEY, len(lines))
    if len(first) == len(lines):
        return np.arange(len(lines))
    shared = np.flatnonzero(np.bincount(keys)[keys] > 1)
    parts = [np.zeros(len(shared), np.int64)]
    parts += [one.taken(shared).identities for name, one in columns.items() if name not in KEY]
    content = np.zeros(len(keys), np.int64)
    content[shared] = combined(parts)[0]
    contradicted = np.zeros(len(first), bool)
    contradicted[keys[shared[content[shared] != content[first[keys[shared]]]]]] = True
    repeated = shared[(shared != first[keys[shared]]) & ~contradicted[keys[shared]]]
    if len(repeated):
        line = lines[repeated[np.argmin(keys[repeated])]]
        findings.warn(
            "duplicate_records",
            int(line),
            f"Line {line} repeats an earlier record; it counts once. Remove one of them.",
            times=len(repeated),
        )
    in_conflict = shared[contradicted[keys[shared]]]
    raw = table.records_at(positions[in_conflict].tolist())
    ordered = in_conflict[np.argsort(keys[in_conflict], kind="stable")]
    for group in np.split(ordered, np.flatnonzero(np.diff(keys[ordered])) + 1):
        listed = ", ".join(str(line) for line in lines[group[:5]])
        for line, position in zip(lines[group].tolist(), positions[group].tolist(), strict=True):
            problem = Problem(
                code="conflict",
                line=line,
                column=None,
                value=shortened(raw[position].text),
                message=f"Line {line}: the same startup, use case, provider and model stand"
                f" on lines {listed} with different values; keep the line that is true.",
            )
            findings.reject([problem], table.cells(raw[position]))
    return np.sort(first[~contradicted])


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
        numbers, first = combined([made["fallback_provider"].identities])
        names = made["fallback_provider"].objects[first]
        read = [None if name is None else resolver.resolve(name) for name in names]
        made["fallback_resolution"] = Coded(numbers, object_array(read))
    rows = InventoryRows(lines[records], made)
    by_parts = np.argsort(of_record[records], kind="stable")
    _, first = _numbers(rows.taken(by_parts).columns, KEY, len(rows))
    kept = by_parts[np.sort(first)]
    kept = kept[np.argsort(rows.lines[kept], kind="stable")]
    return rows.taken(kept)


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


def warn_about_rows(rows: InventoryRows, resolver: Resolver, findings: Findings) -> None:
    """Note what is doubtful about ``rows`` taken together; nothing is changed."""
    if not len(rows):
        return
    _shares_that_exceed_one(rows, findings)
    doubtful = _looks_like_another(rows, "startup") | _looks_like_another(rows, "provider")
    _names_that_look_alike(rows.taken(doubtful), findings)
    _providers_nobody_knows(rows, resolver, findings)


def _providers_nobody_knows(rows: InventoryRows, resolver: Resolver, findings: Findings) -> None:
    """Note every provider of which no alias and no rule says anything."""
    numbers, first = combined([rows.identities("provider")])
    for place, times in zip(first.tolist(), np.bincount(numbers).tolist(), strict=True):
        row = rows[place]
        if not resolver.knows(row.provider):
            findings.warn(
                "unknown_provider",
                row.line,
                f"Line {row.line}, provider: {row.provider[:80]!r} is no provider that we know; it"
                " counts as no language model. If it is one, name its developer or model.",
                column="provider",
                value=row.provider,
                times=times,
            )


def _looks_like_another(rows: InventoryRows, name: str) -> NDArray[np.bool_]:
    """Which rows have a name that is not all ASCII, or shares its look with one that is not."""
    column = rows.columns[name]
    texts: Sequence[str] = ["" if value is None else value for value in column.values]
    if all(map(str.isascii, texts)):
        return np.zeros(len(rows), bool)
    looks = [skeleton(folded_name(text)) for text in texts]
    doubtful = {look for look, text in zip(looks, texts, strict=True) if not text.isascii()}
    flags = np.array([look in doubtful for look in looks], bool)
    each: NDArray[np.bool_] = flags[column.codes]
    return each


def _shares_that_exceed_one(rows: InventoryRows, findings: Findings) -> None:
    """Note use cases whose shares add up to more than the whole, where they first do."""
    if "share" not in rows.columns:
        return
    numbers, _ = _numbers(rows.columns, ("startup", "use_case"), len(rows))
    column = rows.columns["share"]
    shares = np.array([value or 0.0 for value in column.values], float)[column.codes]
    totals = pd.Series(shares).groupby(numbers).cumsum().to_numpy()
    exceeds = (totals > _WHOLE) & (totals - shares <= _WHOLE)
    for row in rows.taken(exceeds):
        findings.warn(
            "shares_exceed_one",
            row.line,
            f"Line {row.line}, share: the shares of this use case of {row.startup} add up to"
            " more than 1. They were kept; correct the one that is too high.",
            column="share",
            value=f"{row.startup} / {row.use_case or ''}",
        )


def _names_that_look_alike(rows: Sequence[InventoryRow], findings: Findings) -> None:
    """Note names that only differ by letters of another script, or mix scripts."""
    seen: dict[tuple[str, str], str] = {}
    for row in rows:
        for column, name in (("startup", row.startup), ("provider", row.provider)):
            folded = folded_name(name)
            other = seen.setdefault((column, skeleton(folded)), folded)
            if other == folded and not mixes_scripts(name):
                continue
            findings.warn(
                "confusable_names",
                row.line,
                f"Line {row.line}, {column}: {name[:80]!r} holds letters of another script that"
                " look Latin, or looks like another name. They were kept apart;"
                " write them alike if they are one.",
                column=column,
                value=name,
            )


def mixes_scripts(name: str) -> bool:
    """Whether ``name`` holds letters of Latin and of a script whose letters look Latin."""
    if name.isascii():
        return False
    scripts = {unicodedata.name(letter, "").split(" ", 1)[0] for letter in name if letter.isalpha()}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK"})
