"""Contracts with those who provide: what is agreed in each, and what is found of it.

A contract is known by its reference, as written. Dependencies name it and take its facts over;
nothing here reaches a calculation otherwise. What nobody stated is None, a provision at which
nobody looked is not checked: neither is ever read as no.

The provisions are those that Regulation (EU) 2022/2554 wants agreed, Articles 28(7), 28(8), 30(2)
and 30(3), told in our words in ``fixtures/contract_provisions.csv``; those of 28(8) and 30(3) are
wanted where the service supports a critical or important function. Which functions these are is
read from the criticality of the use cases: 4 and 5 are (:data:`CRITICAL`).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from risk.inventory.shipped import shipped
from risk.money.currencies import currencies

#: From this criticality on a use case is taken for a critical or important function.
CRITICAL = 4
#: Within how many days a renewal is told as near.
SOON = 90


class ArrangementKind(StrEnum):
    """How a contract stands to others (register of information, B_02.01.0020)."""

    STANDALONE = "standalone"
    OVERARCHING = "overarching"
    SUBSEQUENT = "subsequent"


class ProvisionState(StrEnum):
    """What was found of a provision in a contract."""

    AGREED = "agreed"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, kw_only=True)
class Provision:
    """Something that the regulation wants agreed.

    ``critical``: only where a critical or important function is supported. ``feeds`` is the fact of
    the contract that states it in a number, if any.
    """

    id: str
    article: str
    critical: bool
    feeds: str | None
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Check:
    """What somebody found of one provision in one contract, where it stands, and when they looked.

    Two that say the same are equal.
    """

    state: ProvisionState
    clause: str | None = None
    checked_on: date | None = None
    checked_by: str | None = None
    note: str | None = None

    @property
    def says_nothing(self) -> bool:
        """Whether it is as if nobody had looked."""
        return self == Check(state=ProvisionState.NOT_CHECKED)


NOT_CHECKED = Check(state=ProvisionState.NOT_CHECKED)


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One contractual arrangement.

    ``overarching`` is the reference of the contract that it stands under, ``entity`` the startup
    that uses it, ``provider`` the other party, as it is named. Days and dates are called as in an
    inventory: ``notice_days`` is what we must give, ``provider_notice_days`` what the provider
    must; ``renews_itself`` says whether it goes on at ``renewal`` unless somebody ends it.
    ``governing_law`` is best a country of ISO 3166, ``promised_availability`` lies in 0..1.
    ``annual_expense`` is a year's, in ``expense_currency`` (ISO 4217), as it is stated. ``checks``
    are by the identifier of the provision; those that are left out were not checked.
    """

    reference: str
    kind: ArrangementKind | None = None
    overarching: str | None = None
    entity: str | None = None
    provider: str | None = None
    purpose: str | None = None
    contract_start: date | None = None
    contract_end: date | None = None
    renewal: date | None = None
    renews_itself: bool | None = None
    notice_days: float | None = None
    provider_notice_days: float | None = None
    governing_law: str | None = None
    promised_availability: float | None = None
    annual_expense: Decimal | None = None
    expense_currency: str | None = None
    escrow: bool | None = None
    step_in: bool | None = None
    source: str | None = None
    as_of: date | None = None
    checks: Mapping[str, Check] = field(default_factory=dict)

    @property
    def binds_until(self) -> date | None:
        """The day on which it renews, or else ends."""
        return self.renewal or self.contract_end

    @property
    def notice_by(self) -> date | None:
        """The last day on which we can give notice; None where the day or the notice is unknown.

        Half a day of notice needs the whole day before.
        """
        until = self.binds_until
        if until is None or self.notice_days is None:
            return None
        return until - timedelta(days=math.ceil(self.notice_days))

    def check(self, provision: str) -> Check:
        """What was found of a provision."""
        return self.checks.get(provision, NOT_CHECKED)


_LONGEST_REFERENCE = 200
_LONGEST_TEXT = 65_536
_MOST = 10**12


def faults(one: Contract) -> Iterator[tuple[str, str]]:
    """What makes no sense in a contract: the fact, and a sentence that says what to write."""
    if not 0 < len(one.reference) <= _LONGEST_REFERENCE or not one.reference.isprintable():
        yield "reference", "a reference has 1 to 200 letters, digits and signs, in one line."
    for name in ("notice_days", "provider_notice_days"):
        days = getattr(one, name)
        if days is not None and not 0 <= days <= _MOST:
            yield name, "notice is a number of days from 0 on."
    promised = one.promised_availability
    if promised is not None and not 0 <= promised <= 1:
        yield "promised_availability", "the availability lies between 0 and 1, as 0.999."
    start, end = one.contract_start, one.contract_end
    if start is not None and end is not None and end < start:
        yield "contract_end", "the contract ends before it starts. Correct one of the days."
    if (one.annual_expense is None) != (one.expense_currency is None):
        name = "annual_expense" if one.annual_expense is None else "expense_currency"
        yield name, "an expense needs its currency, and a currency its expense: write both."
    if one.annual_expense is not None and not 0 <= one.annual_expense <= _MOST:
        yield "annual_expense", "the expense lies between 0 and 1,000,000,000,000 a year."
    if one.expense_currency is not None and one.expense_currency not in currencies():
        yield "expense_currency", "write the currency as three letters of ISO 4217, such as EUR."
    if one.overarching is not None and one.overarching == one.reference:
        yield "overarching", "a contract cannot stand under itself. Name the one above it, or none."
    for name in FACTS:
        text = getattr(one, name)
        if type(text) is str and len(text) > _LONGEST_TEXT:
            yield name, f"a text has more than {_LONGEST_TEXT:,} characters. Shorten it."


def cents_of(amount: float) -> Decimal:
    """An amount to the cent."""
    return Decimal(str(amount)).quantize(Decimal("0.01"))


#: The facts of a contract beside its reference and its provisions, in the order of a file.
FACTS = tuple(one.name for one in fields(Contract) if one.name not in ("reference", "checks"))
#: Facts that dependencies take over under the same name, as statements of an inventory.
FACTS_OF_DEPENDENCIES = (
    "contract_start",
    "contract_end",
    "renewal",
    "notice_days",
    "provider_notice_days",
    "governing_law",
    "promised_availability",
)
#: Facts that dependencies take over as what an analyst noted of them.
AGREED_OF_DEPENDENCIES = ("escrow", "step_in")
#: What a dependency is called to spend that is the only one under its contract.
SPEND = "annual_expense"


@cache
def provisions() -> Mapping[str, Provision]:
    """Every provision by its identifier, in the order of the articles."""
    return {
        row["id"]: Provision(
            id=row["id"],
            article=row["article"],
            critical=row["applies"] == "critical",
            feeds=row["feeds"] or None,
            meaning=row["meaning"],
        )
        for row in shipped("contract_provisions")
    }


def provision_named(text: str) -> Provision | None:
    """The provision of an identifier or an article, such as ``30(2)(h)`` or ``Art. 30 (2) (h)``."""
    return _by_letters().get(_letters(text))


@cache
def _by_letters() -> Mapping[str, Provision]:
    return {_letters(one.article): one for one in provisions().values()}


def _letters(text: str) -> str:
    plain = "".join(letter for letter in text.casefold() if letter.isalnum())
    return plain.removeprefix("article").removeprefix("art")


def merged(before: Contract, after: Contract, *, whole: bool) -> Contract:
    """A contract as it stands once another record of it is kept.

    What the later record leaves out stays as it was, unless it states the ``whole`` of the facts;
    what was found of provisions stays in any case.
    """
    stated = {name: value for name in FACTS if (value := getattr(after, name)) is not None or whole}
    told = {name: _merged(before.check(name), one) for name, one in after.checks.items()}
    return replace(before, **stated, checks=noted({**before.checks, **told}))


def _merged(before: Check, after: Check) -> Check:
    """What a later record says of a provision; what it leaves out stays while the finding does."""
    if before.state is not after.state:
        return after
    given = {name: value for name, value in vars(after).items() if value is not None}
    return replace(before, **given)


def noted(checks: Mapping[str, Check]) -> dict[str, Check]:
    """Checks without those that say nothing."""
    return {name: one for name, one in checks.items() if not one.says_nothing}


def facts_of(contract: Contract) -> dict[str, Any]:
    """The facts of a contract by their names."""
    return {name: getattr(contract, name) for name in FACTS}


@dataclass(frozen=True, kw_only=True)
class Use:
    """How a contract is used: by how many dependencies of how many startups.

    ``criticality`` is the highest of their use cases, None where none of these states one;
    ``open_criticality`` counts the use cases that do not.
    """

    dependencies: int = 0
    startups: int = 0
    criticality: int | None = None
    open_criticality: int = 0

    @property
    def critical(self) -> bool | None:
        """Whether a critical function stands on it; None where that depends on what is unknown."""
        if self.criticality is not None and self.criticality >= CRITICAL:
            return True
        return None if self.open_criticality or not self.dependencies else False


class FindingKind(StrEnum):
    """What may be found of a contract; gravest first."""

    MISSING_FOR_CRITICAL = "missing_for_critical"
    ENDED_BUT_USED = "ended_but_used"
    NOTICE_PASSED = "notice_passed"
    RENEWS_SOON = "renews_soon"
    PROVIDER_NOTICE_SHORT = "provider_notice_short"
    MISSING = "missing"
    NOT_CHECKED = "not_checked"
    AGREED_WITHOUT_VALUE = "agreed_without_value"
    NO_OVERARCHING = "no_overarching"
    NOT_NAMED = "not_named"


_GRAVITY = {kind: place for place, kind in enumerate(FindingKind)}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that somebody should see to.

    ``provisions`` are identifiers, ``day`` the day that it is about and ``until`` the one on which
    the contract renews or ends; ``days`` are days until then, or of notice; ``needed`` are the
    days that leaving takes.
    """

    kind: FindingKind
    provisions: tuple[str, ...] = ()
    day: date | None = None
    until: date | None = None
    days: float | None = None
    needed: float | None = None


def wanted(use: Use) -> tuple[Provision, ...]:
    """The provisions that a contract of this use should have.

    Where it is not known whether a critical function stands on it, those of every contract.
    """
    return _wanted(bool(use.critical))


@cache
def _wanted(critical: bool) -> tuple[Provision, ...]:
    return tuple(one for one in provisions().values() if critical or not one.critical)


def findings(
    contract: Contract, use: Use, *, today: date, switch_days: float | None = None
) -> tuple[Finding, ...]:
    """What is found of a contract, gravest first.

    ``switch_days`` is how long it takes to leave the provider, the longest of the dependencies
    under it; None: nobody worked it out.
    """
    found = [*_of_provisions(contract, use), *_of_days(contract, use, today)]
    short = contract.provider_notice_days
    if short is not None and switch_days is not None and short < switch_days:
        found.append(
            Finding(kind=FindingKind.PROVIDER_NOTICE_SHORT, days=short, needed=switch_days)
        )
    if contract.kind is ArrangementKind.SUBSEQUENT and contract.overarching is None:
        found.append(Finding(kind=FindingKind.NO_OVERARCHING))
    if not use.dependencies:
        found.append(Finding(kind=FindingKind.NOT_NAMED))
    return tuple(sorted(found, key=lambda one: _GRAVITY[one.kind]))


def _of_provisions(contract: Contract, use: Use) -> Iterator[Finding]:
    """What is missing, unchecked, or agreed without the fact that states it."""
    needed, checks = wanted(use), contract.checks
    found = [(one, checks[one.id].state) for one in needed if one.id in checks]
    missing = tuple(one.id for one, state in found if state is ProvisionState.MISSING)
    if missing:
        lacks = FindingKind.MISSING_FOR_CRITICAL if use.critical else FindingKind.MISSING
        yield Finding(kind=lacks, provisions=missing)
    looked = {one.id for one, state in found if state is not ProvisionState.NOT_CHECKED}
    if len(looked) < len(needed):
        rest = tuple(one.id for one in needed if one.id not in looked)
        yield Finding(kind=FindingKind.NOT_CHECKED, provisions=rest)
    unstated = tuple(
        one.id
        for one, state in found
        if state is ProvisionState.AGREED
        and one.feeds is not None
        and getattr(contract, one.feeds) is None
    )
    if unstated:
        yield Finding(kind=FindingKind.AGREED_WITHOUT_VALUE, provisions=unstated)


def _of_days(contract: Contract, use: Use, today: date) -> Iterator[Finding]:
    """What has passed, and what is near."""
    ended, until = contract.contract_end, contract.binds_until
    if ended is not None and ended < today and use.dependencies and not contract.renews_itself:
        yield Finding(kind=FindingKind.ENDED_BUT_USED, day=ended)
    if until is None or until < today:
        return
    last = contract.notice_by
    if last is not None and last < today:
        yield Finding(kind=FindingKind.NOTICE_PASSED, day=last, until=until)
    left = (until - today).days
    if contract.renews_itself and left <= SOON:
        yield Finding(kind=FindingKind.RENEWS_SOON, day=until, until=until, days=left)
