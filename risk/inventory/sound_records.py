"""Sound records of a file taken together: names, repetitions, contradictions, doubts.

A record is known by startup, use case, provider and model. Rows that agree in every mapped column
count once; rows of one key that differ are all refused, because the last is no truer than the
first.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.catalog.records import RUN_BY_ONESELF, UNSPECIFIED, Answer
from risk.inventory.cells import Value
from risk.inventory.columns import KEY
from risk.inventory.intake_results import Problem
from risk.inventory.name_text import skeleton
from risk.inventory.not_stated import is_not_stated
from risk.inventory.records import DEPENDS_ON_NOTHING, Resolution
from risk.inventory.refusals import Findings, shortened
from risk.inventory.resolution import Resolver
from risk.inventory.row_speaks import Hint
from risk.inventory.rows import (
    Coded,
    Indices,
    InventoryRow,
    InventoryRows,
    combined,
    object_array,
)
from risk.inventory.shared_cells import Parting, evenly, models_of, parts_of, with_fallback
from risk.inventory.tables import Table
from risk.money.stated import PERIODS

#: What a provider's reading depends on.
_HINT = "hint"
_NAMES = ("provider", "model", "host", _HINT)
#: What cannot be true of each product when it was said of all of them together, and what is paid.
_OF_THE_WHOLE_CELL = ("share",)
_PAID = ("spend_usd", "spend_stated")
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


def _name_no_dependency(columns: Mapping[str, Coded]) -> NDArray[np.bool_]:
    """Which records are about a startup or use case alone."""
    nothing, provider = folded_name(DEPENDS_ON_NOTHING), columns["provider"]
    alone = provider.mapped([folded_name(one) == nothing for one in provider.values])
    return alone.objects.astype(np.bool_)


def settle_duplicates(
    table: Table,
    columns: Mapping[str, Coded],
    lines: Indices,
    positions: Indices,
    lost: NDArray[np.bool_],
    findings: Findings,
) -> Indices:
    """The records to import; repetitions are counted once, contradictions refused.

    ``columns`` hold the values of sound records, ``lines`` and ``positions`` where these stand. A
    record that ``lost`` a cell contradicts none of which every cell could be read: it repeats it.
    """
    keys, first = _numbers(columns, KEY, len(lines))
    if (is_alone := _name_no_dependency(columns)).any():
        # Several may each state facts of one startup.
        said = (one for name, one in columns.items() if name not in KEY)
        keys, first = combined([keys, *(np.where(is_alone, one.identities, -1) for one in said)])
    if len(first) == len(lines):
        return np.arange(len(lines))
    whole = np.bincount(keys, weights=~lost)[keys] > 0
    passed_over = lost & whole
    first = np.full(len(first), len(lines), np.int64)
    np.minimum.at(first, keys[~passed_over], np.flatnonzero(~passed_over))
    shared = np.flatnonzero(~passed_over & (np.bincount(keys)[keys] > 1))
    parts = [np.zeros(len(shared), np.int64)]
    parts += [one.taken(shared).identities for name, one in columns.items() if name not in KEY]
    content = np.zeros(len(keys), np.int64)
    content[shared] = combined(parts)[0]
    contradicted = np.zeros(len(first), bool)
    contradicted[keys[shared[content[shared] != content[first[keys[shared]]]]]] = True
    others = np.flatnonzero(passed_over | (np.bincount(keys)[keys] > 1))
    repeated = others[(others != first[keys[others]]) & ~contradicted[keys[others]]]
    if len(repeated):
        line = lines[repeated[np.argmin(keys[repeated])]]
        findings.warn(
            "duplicate_records",
            int(line),
            f"Line {line} repeats an earlier record; it counts once. Remove one of them.",
            times=len(repeated),
        )
    in_conflict = others[contradicted[keys[others]]]
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
                message=f"Line {line}: the same company, use case, provider and model stand"
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
    fallback: str | None = None


def with_model_names(columns: dict[str, Coded], resolver: Resolver) -> dict[str, Coded]:
    """The columns with each model called as the catalogue calls it.

    Two spellings of one model make one record, which must be seen before records are compared.
    """
    if "model" not in columns:
        return columns
    codes, found = _readings(columns, resolver, Parting.NONE)
    return {**columns, "model": Coded(codes, object_array([one.model for (one,) in found]))}


def resolved_rows(
    columns: Mapping[str, Coded],
    lines: Indices,
    resolver: Resolver,
    *,
    parting: Parting,
    hints: Coded,
    findings: Findings,
) -> InventoryRows:
    """The rows of records: one each, or one for each product in a provider cell that is split.

    The share of several products together is not known for each: it becomes None; the spend is
    shared out evenly. A product split off that has its own record is left out. ``hints`` are what
    other cells say of the provider (:class:`~risk.inventory.row_speaks.Hint` or None).
    """
    codes, found = _readings(dict(columns) | {_HINT: hints}, resolver, parting)
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
    fallbacks = Coded(codes, object_array([one.fallback for one in every]))
    if any(one.fallback is not None for one in every):
        made["fallback_provider"] = _stated_or(made.get("fallback_provider"), fallbacks)
    if "fallback_provider" in made:
        numbers, first = combined([made["fallback_provider"].identities])
        names = made["fallback_provider"].objects[first]
        read = [None if name is None else resolver.resolve(name) for name in names]
        made["fallback_resolution"] = Coded(numbers, object_array(read))
    rows = InventoryRows(lines[records], made)
    by_parts = np.argsort(of_record[records], kind="stable")
    _, first = _numbers(rows.taken(by_parts).columns, KEY, len(rows))
    is_kept = _name_no_dependency(made)
    is_kept[by_parts[first]] = True
    kept = by_parts[is_kept[by_parts]]
    kept = kept[np.argsort(rows.lines[kept], kind="stable")]
    return _with_spend_shared(rows.taken(kept), records[kept], parted[kept], findings)


def _stated_or(stated: Coded | None, named: Coded) -> Coded:
    """What a column states, else what a cell of providers named."""
    if stated is None:
        return named
    both = np.where(stated.identities >= 0, stated.objects, named.objects)
    return Coded(np.arange(len(both)), both)


def _with_spend_shared(
    rows: InventoryRows, records: Indices, parted: NDArray[np.bool_], findings: Findings
) -> InventoryRows:
    """The rows with what was paid for all the products of a cell shared out evenly, to the cent.

    An amount of another currency is shared out as it was stated.
    """
    paid = {name: rows.columns[name] for name in _PAID if name in rows.columns}
    is_paid = [column.identities >= 0 for column in paid.values()]
    places = np.flatnonzero(parted & np.logical_or.reduce(is_paid)) if paid else parted[:0]
    if not len(places):
        return rows
    values = {name: column.objects.copy() for name, column in paid.items()}
    of_line = np.split(places, np.flatnonzero(np.diff(records[places])) + 1)
    for some in of_line:
        stated = values["spend_stated"][some[0]] if "spend_stated" in values else None
        usd: list[float | None]
        if stated is None:
            usd = list(evenly(values["spend_usd"][some[0]], len(some)))
        else:
            parts = stated.parts(len(some))
            values["spend_stated"][some] = object_array(parts)
            usd = [_number(one.usd(PERIODS["spend"])) for one in parts]
        values["spend_usd"][some] = object_array(usd)
    line = int(rows.lines[places[0]])
    findings.warn(
        "spend_shared_out",
        line,
        spend_shared(line, "spend_usd"),
        column="spend_usd",
        times=len(of_line),
    )
    changed = {name: Coded(np.arange(len(one)), one) for name, one in values.items()}
    return InventoryRows(rows.lines, {**rows.columns, **changed})


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def spend_shared(line: int, column: str) -> str:
    """The sentence about a record whose spend was shared out over several providers."""
    return (
        f"Line {line}, {column}: it is for several providers, and was shared out evenly over them."
        " Write a line with its own spend for each to be exact."
    )


def _readings(
    columns: Mapping[str, Coded], resolver: Resolver, parting: Parting
) -> tuple[Indices, list[list[_Reading]]]:
    """Number the combinations of names, and read each: one reading or one for each product."""
    codes, first = combined([columns[name].identities for name in _NAMES if name in columns])
    texts: list[list[Any]] = [
        columns[name].objects[first].tolist() if name in columns else [None] * len(first)
        for name in _NAMES
    ]
    found = []
    for provider, model, host, hint in zip(*texts, strict=True):
        products = parts_of(provider, resolver, parting)
        if not products:
            found.append([_reading(resolver, provider, model, host, hint)])
            continue
        used, fallback = with_fallback(products)
        models = models_of(model, used, resolver)
        found.append(
            [
                replace(_reading(resolver, one.text, own, host, None, one), fallback=fallback)
                for one, own in zip(used, models, strict=True)
            ]
        )
    return codes, found


def _reading(
    resolver: Resolver,
    provider: str,
    model: str | None,
    host: str | None,
    hint: Hint | None,
    product: Resolution | None = None,
) -> _Reading:
    resolution = _resolve_dependency(resolver, provider, model, host, product)
    if hint is not None:
        resolution = hint.suggested_for(resolution)
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
        beside = model if is_not_stated(provider) else f"{model} on {provider}"
        named = resolver.resolve(beside)
        if named.answer is Answer.YES and named.developer not in (None, UNSPECIFIED):
            reason = f"the model column says {model}; {named.reason}"
            result = replace(named, text=result.text, reason=reason)
    if host and result.answer is Answer.YES:
        written = host.strip().casefold()
        # A host that nobody names is no host of the developer's; one's own machines are a host.
        unnamed = written == UNSPECIFIED or written in RUN_BY_ONESELF
        place = written if unnamed else resolver.resolve(host).host
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
        if resolver.knows(row.provider) and (left := resolver.parts_nobody_knows(row.provider)):
            findings.warn(
                "part_not_read",
                row.line,
                part_not_read(row.line, row.provider, left),
                column="provider",
                value=row.provider,
                times=times,
            )
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


def part_not_read(line: int, provider: str, left: Sequence[str]) -> str:
    """The sentence about the words of a list of providers that nobody knows."""
    words = ", ".join(repr(one[:40]) for one in left[:3])
    return (
        f"Line {line}, provider: of {provider[:80]!r} the words {words} name no provider that we"
        " know. If they do, write a line of its own for it."
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
