"""Facts of contracts against those of the dependencies that name them.

A dependency takes over what its contract states and it does not (new), and what the contract has
changed since it took it over (changed). Where it states otherwise on its own the two contradict
each other (contradiction), and somebody must choose; nothing is written over unasked.

Under one contract, dependencies on others than its provider are reached through that provider, such
as a subcontractor of a register of information: what is agreed with the provider is not theirs.
This is told by names, and only where at least one dependency has the provider's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from risk.inventory.contracts import (
    AGREED_OF_DEPENDENCIES,
    FACTS_OF_DEPENDENCIES,
    SPEND,
    Contract,
)
from risk.money.currencies import USD
from risk.money.stated import Period, Stated, stated_of

#: Two numbers that differ by less are the same, as a float and its text are.
_SAME = 1e-9
_CENT = Decimal("0.01")
_TAKEN = (*FACTS_OF_DEPENDENCIES, *AGREED_OF_DEPENDENCIES)
_MONTHS = 12


class DifferenceKind(StrEnum):
    """How a dependency stands to a fact of its contract."""

    NEW = "new"
    CHANGED = "changed"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True, kw_only=True)
class Under:
    """A dependency that names a contract, with the facts that a contract may state.

    ``facts`` go by the contract's names of them: those of :data:`FACTS_OF_DEPENDENCIES`, whether
    ``escrow`` and ``step_in`` were noted, and what is spent in a year as :class:`Stated`. None is
    unknown. ``is_model``: it is one on a language model, of which alone agreements can be noted.
    """

    startup: str
    use_case: str
    key: str
    provider: str
    developer: str | None = None
    host: str | None = None
    is_model: bool = True
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One fact that a dependency would take over: what it states ``now``, and what its contract.

    ``now`` None: nobody stated it.
    """

    reference: str
    startup: str
    use_case: str
    dependency_key: str
    provider: str
    field: str
    now: Any
    contract: Any
    kind: DifferenceKind

    @property
    def asked_first(self) -> bool:
        """Whether it is taken over only if somebody says so."""
        return self.kind is DifferenceKind.CONTRADICTION


def directly(contract: Contract, under: Sequence[Under]) -> tuple[Under, ...]:
    """The dependencies on the contract's provider; all of them where none has its name."""
    provider = _key(contract.provider)
    if not provider or len(under) == 1:
        return tuple(under)
    named = tuple(
        one
        for one in under
        if provider in (_key(one.provider), _key(one.developer), _key(one.host))
    )
    return named or tuple(under)


def differences(
    contract: Contract, taken: Mapping[str, Any], under: Sequence[Under]
) -> tuple[Difference, ...]:
    """What the dependencies under a contract state otherwise than it does, fact by fact.

    ``taken`` is what was last taken over from the contract (:func:`as_taken`).
    """
    return tuple(
        Difference(
            reference=contract.reference,
            startup=one.startup,
            use_case=one.use_case,
            dependency_key=one.key,
            provider=one.provider,
            field=name,
            now=one.facts.get(name),
            contract=value,
            kind=kind,
        )
        for one, name, value, kind in _differing(contract, taken, under)
    )


def counted(
    contract: Contract, taken: Mapping[str, Any], under: Sequence[Under]
) -> tuple[int, int]:
    """How many facts dependencies would take over unasked, and how many contradict."""
    kinds = [kind for _, _, _, kind in _differing(contract, taken, under)]
    open_ones = kinds.count(DifferenceKind.CONTRADICTION)
    return len(kinds) - open_ones, open_ones


def _differing(
    contract: Contract, taken: Mapping[str, Any], under: Sequence[Under]
) -> Iterator[tuple[Under, str, Any, DifferenceKind]]:
    own = directly(contract, under)
    of_models = stated_facts(contract, alone=len(own) == 1)
    for one in own:
        facts = one.facts
        for name, value in of_models.items():
            now = facts.get(name)
            if _is_same(now, value) or (not one.is_model and name in AGREED_OF_DEPENDENCIES):
                continue
            if now is None:
                kind = DifferenceKind.NEW
            elif name in taken and plain(now) == taken[name]:
                kind = DifferenceKind.CHANGED
            else:
                kind = DifferenceKind.CONTRADICTION
            yield one, name, value, kind


def stated_facts(contract: Contract, *, alone: bool = True) -> dict[str, Any]:
    """The facts that a contract states of a dependency under it.

    What it costs is that of a dependency which is ``alone`` under it: how several share it, nobody
    said.
    """
    found = {name: getattr(contract, name) for name in _TAKEN}
    if alone:
        found[SPEND] = expense_of(contract)
    return {name: value for name, value in found.items() if value is not None}


def expense_of(contract: Contract) -> Stated | None:
    """What a contract costs in a year; None where it does not say in which currency, or at all."""
    if contract.annual_expense is None or contract.expense_currency is None:
        return None
    return Stated(
        amount=contract.annual_expense, currency=contract.expense_currency, per=Period.YEAR
    )


def spent_in_a_year(stated: str | None, cents_per_month: int | None) -> Stated | None:
    """What a dependency states to spend, as an amount for a year."""
    if stated is not None:
        said = stated_of(stated)
        months = 1 if said.per is Period.YEAR else _MONTHS
        return Stated(amount=said.amount * months, currency=said.currency, per=Period.YEAR)
    if cents_per_month is None:
        return None
    return Stated(amount=Decimal(cents_per_month) * _MONTHS / 100, currency=USD, per=Period.YEAR)


def as_taken(contract: Contract) -> dict[str, Any]:
    """What dependencies take over from a contract, as JSON keeps it."""
    return {name: plain(value) for name, value in stated_facts(contract).items()}


def plain(value: Any) -> Any:
    """A fact as JSON keeps it."""
    if isinstance(value, Stated):
        return f"{value.currency} {value.amount.quantize(_CENT)}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value


def _is_same(now: Any, value: Any) -> bool:
    if now == value and type(now) is type(value):
        return True
    if now is None or isinstance(now, bool) or isinstance(value, bool):
        return now is value
    if isinstance(now, int | float) and isinstance(value, int | float):
        return abs(now - value) <= _SAME * max(1.0, abs(value))
    if isinstance(now, str) and isinstance(value, str):
        return _key(now) == _key(value)
    return bool(plain(now) == plain(value))


def _key(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()
