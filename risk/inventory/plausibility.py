"""Warnings that need the accepted rows together: shares, look-alike names, unknown providers."""

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk.inventory.duplicates import folded_name
from risk.inventory.findings import Findings
from risk.inventory.name_text import skeleton
from risk.inventory.resolution import Resolver
from risk.inventory.rows import InventoryRow, InventoryRows, combined

_ROUNDING = 1e-9
#: Less than any excess that is said, so that no use case is passed over by rounding.
_WHOLE = 1 + 1e-10


def warn_about_rows(rows: InventoryRows, resolver: Resolver, findings: Findings) -> None:
    """Note what is doubtful about ``rows`` taken together; nothing is changed."""
    if not len(rows):
        return
    _shares_that_exceed_one(rows.taken(_in_full_use_cases(rows)), findings)
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


def _in_full_use_cases(rows: InventoryRows) -> NDArray[np.bool_]:
    """Which rows belong to a use case whose shares add up to more than the whole."""
    if "share" not in rows.columns:
        return np.zeros(len(rows), bool)
    keys = [
        one.mapped([folded_name(value) for value in one.values]).identities
        for one in (rows.columns.get("startup"), rows.columns.get("use_case"))
        if one is not None
    ]
    numbers, _ = combined(keys)
    shares = rows.columns["share"]
    weights = np.array([value or 0.0 for value in shares.values], float)
    totals = np.bincount(numbers, weights=weights[shares.codes])
    full: NDArray[np.bool_] = totals[numbers] > _WHOLE
    return full


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


def _shares_that_exceed_one(rows: Sequence[InventoryRow], findings: Findings) -> None:
    """Note use cases whose shares add up to more than the whole."""
    totals: dict[tuple[str, str], float] = {}
    for row in rows:
        if row.share is None:
            continue
        use_case = folded_name(row.startup), folded_name(row.use_case)
        before = totals.get(use_case, 0.0)
        totals[use_case] = before + row.share
        if before <= 1 + _ROUNDING < totals[use_case]:
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
