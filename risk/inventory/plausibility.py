"""Warnings that need the accepted rows together: shares, look-alike names, unknown providers."""

import unicodedata
from collections.abc import Sequence

from risk.inventory.duplicates import folded_name
from risk.inventory.findings import Findings
from risk.inventory.intake_results import InventoryRow
from risk.inventory.name_text import skeleton
from risk.inventory.resolution import Resolver

_ROUNDING = 1e-9


def warn_about_rows(rows: Sequence[InventoryRow], resolver: Resolver, findings: Findings) -> None:
    """Note what is doubtful about ``rows`` taken together; nothing is changed."""
    shares_that_exceed_one(rows, findings)
    names_that_look_alike(rows, findings)
    providers_nobody_knows(rows, resolver, findings)


def providers_nobody_knows(
    rows: Sequence[InventoryRow], resolver: Resolver, findings: Findings
) -> None:
    """Note every provider of which no alias and no rule says anything."""
    for row in rows:
        if not resolver.knows(row.provider):
            findings.warn(
                "unknown_provider",
                row.line,
                f"Line {row.line}, provider: {row.provider[:80]!r} is no provider that we know; it"
                " counts as no language model. If it is one, name its developer or model.",
                column="provider",
                value=row.provider,
            )


def shares_that_exceed_one(rows: Sequence[InventoryRow], findings: Findings) -> None:
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


def names_that_look_alike(rows: Sequence[InventoryRow], findings: Findings) -> None:
    """Note names that only differ by letters of another script, or mix scripts."""
    seen: dict[tuple[str, str], str] = {}
    for row in rows:
        for column, name in (("startup", row.startup), ("provider", row.provider)):
            folded = folded_name(name)
            other = seen.setdefault((column, skeleton(folded)), folded)
            if other == folded and not _mixes_scripts(name):
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


def _mixes_scripts(name: str) -> bool:
    if name.isascii():
        return False
    scripts = {unicodedata.name(letter, "").split(" ", 1)[0] for letter in name if letter.isalpha()}
    return "LATIN" in scripts and bool(scripts & {"CYRILLIC", "GREEK"})
