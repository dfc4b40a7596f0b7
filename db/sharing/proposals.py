"""Proposals of a one-startup link's reader: what can be said to be wrong, and how it is read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from db.errors import Refused
from db.sharing.presets import preset_of
from db.sharing.question_form import NO_MODEL
from db.sharing.startup_content import (
    FACTS_OF_A_DEPENDENCY,
    FACTS_OF_A_USE_CASE,
    STARTUP_FACTS,
    plain,
)
from risk.catalog.records import Alias, Answer
from risk.inventory.amounts import Signed, may_be_thousands, typed_amount, typed_share
from risk.inventory.cells import ColumnReader
from risk.inventory.columns import COLUMNS, Column, Kind
from risk.inventory.conventions import Conventions
from risk.inventory.limits import Limits

if TYPE_CHECKING:  # What reads names is heavy, and a form needs none of it.
    from risk.inventory.resolution import Resolver

#: What an inventory calls a fact that the register calls otherwise.
_COLUMN_NAMES = {
    "spend_usd_per_month": "spend_usd",
    "fallback_provider_text": "fallback_provider",
    # What a name stands for is said as a provider is named.
    "answer": "provider",
}
_IN_USD = ("$", "usd", "us$")
_SHARES = (Kind.FRACTION, Kind.MARGIN)


@dataclass(frozen=True, kw_only=True)
class Correctable:
    """One fact that can be corrected: of the startup, or of the dependency numbered so."""

    dependency: int | None
    field: str
    now: Any

    @property
    def column(self) -> str:
        """What an inventory calls this fact."""
        return column_of_fact(self.field)

    @property
    def choices(self) -> tuple[str, ...]:
        """The closed list of values, or nothing."""
        listed = COLUMNS[self.column].choices
        return tuple(one.value for one in listed) if listed is not None else ()


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One proposed value beside what the snapshot says."""

    dependency: int | None
    field: str
    before: Any
    proposed: Any


def column_of_fact(field: str) -> str:
    """Return what an inventory calls a fact of the register."""
    return _COLUMN_NAMES.get(field, field)


def correctable(content: Mapping[str, Any]) -> tuple[Correctable, ...]:
    """Return every fact that the content shows and that a line of an inventory can state.

    None where figures are rounded: what is proposed could not be held against them.
    """
    is_exact = content["format"] == 1 or preset_of(content["redacted"]).has_names
    return tuple(_correctable(content)) if is_exact else ()


def _correctable(content: Mapping[str, Any]) -> Iterator[Correctable]:
    facts = content.get("facts", {})
    for field in STARTUP_FACTS:
        if field in facts:
            yield Correctable(dependency=None, field=field, now=facts[field])
    for place, dependency in enumerate(content.get("dependencies", [])):
        for field in (*FACTS_OF_A_DEPENDENCY, *FACTS_OF_A_USE_CASE):
            if field in dependency:
                yield Correctable(dependency=place, field=field, now=dependency[field])


def read_proposals(
    known: Sequence[Correctable], given: Mapping[int, str]
) -> tuple[list[Proposal], dict[int, str]]:
    """Read what was written for each fact by its place in ``known``; empty means no change.

    Returns:
        the proposals that change something, and by place what to write instead of what cannot be
        read.
    """
    proposals, faults = [], {}
    for place, one in enumerate(known):
        written = given.get(place, "").strip()
        if not written:
            continue
        proposed, fault = read_fact(one.field, written)
        if fault is not None:
            faults[place] = fault
            continue
        if proposed is not None and proposed != one.now:
            proposals.append(
                Proposal(
                    dependency=one.dependency, field=one.field, before=one.now, proposed=proposed
                )
            )
    return proposals, faults


def read_fact(field: str, written: str) -> tuple[Any, str | None]:
    """Read what was written for a fact of the register, as an inventory would.

    An amount may also be written as ``45k`` or ``1.2m`` and a share as ``30 percent``, since a
    person fills in a form.

    Returns:
        the value as JSON knows it (None: the text says that it is not known) and None, or None and
        a sentence that says what to write instead.
    """
    column = COLUMNS[column_of_fact(field)]
    read, fault = read_typed(column, written)
    if fault is not None:
        return None, fault
    if isinstance(read.value, Signed):
        if read.value.sign.casefold() not in _IN_USD:
            return None, f"“{written[:40]}” is in another currency: write the amount in USD."
        return float(read.value.amount), None
    value = plain(read.value)
    return float(value) if isinstance(value, Decimal) else value, None


def as_typed(column: Column, written: str) -> str:
    """Return what a person typed for a fact as a file would have it."""
    if column.kind is Kind.MONEY:
        return typed_amount(written)
    return typed_share(written) if column.kind in _SHARES else written


def read_typed(column: Column, written: str) -> tuple[Any, str | None]:
    """Read what a person typed for a column of an inventory.

    Returns:
        what was read, and None or a sentence that says what to write instead.
    """
    read = ColumnReader(column, Conventions(), Limits()).read(as_typed(column, written))
    shown = f"“{written[:40]}”"
    if column.kind is Kind.MONEY:
        if may_be_thousands(written):
            return read, f"{shown} may be two amounts: write it as 1200, or as 1.2."
        if read.error == "bad_number":
            return read, f"{shown} cannot be read: write an amount such as 45000, 45k or 1.2M."
    if read.error is None:
        return read, None
    if column.kind in _SHARES:
        bare = typed_share(written)
        if bare.isdigit() and 1 < int(bare[:4]) <= 100:
            return read, f"{shown} is no share: write {int(bare)}%, or {int(bare) / 100:g}."
        return read, f"{shown} cannot be read: write a share such as 30% or 0.3."
    return read, f"{shown} cannot be read: {read.advice}."


def alias_said(text: str, stands_for: str, source: str, resolver: "Resolver") -> Alias:
    """Return what a name stands for, as somebody said who knows: :data:`NO_MODEL` or a provider.

    Raises:
        Refused: nobody knows the provider that they named.
    """
    none = Alias(
        text=text, answer=Answer.NO, developer=None, host=None, product=None, source=source
    )
    if stands_for == NO_MODEL:
        return none
    found = resolver.resolve(stands_for)
    if found.answer is not Answer.YES:
        raise Refused(
            f"“{text}” is said to stand for “{stands_for}”, which is no provider that is known "
            "here. Choose one of the list, or add it on the page All providers first."
        )
    return replace(
        none, answer=Answer.YES, developer=found.developer, host=found.host, product=found.product
    )
