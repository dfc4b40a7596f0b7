"""Contracts of a portfolio as they stand: their use, what is found of them, one of them whole.

They are kept by :mod:`db.services.contract_records`. What a contract states reaches calculations by
the dependencies that name it, once they take it over (:mod:`db.services.contract_facts`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.records import PortfolioRecord
from db.register.contracts import (
    CONTRACTS,
    Named,
    StoredContract,
    as_reference,
    naming_dependencies,
    stored_contracts,
    uses_of,
)
from db.services.access import Action, Actor, authorize
from db.services.visible import visible_portfolio
from risk.inventory.contract_facts import Difference, Under, counted, differences
from risk.inventory.contracts import (
    Contract,
    Finding,
    FindingKind,
    Use,
    findings,
)


@dataclass(frozen=True, kw_only=True)
class ContractSummary:
    """One contract with how it is used and what is found of it.

    ``pending`` counts facts of dependencies that are not taken over yet, ``contradictions`` those
    that a dependency states otherwise.
    """

    contract: Contract
    use: Use
    findings: tuple[Finding, ...]
    pending: int
    contradictions: int
    kept_by: str
    kept_at: datetime


@dataclass(frozen=True, kw_only=True)
class ContractsOverview:
    """All contracts of a portfolio by reference, as of a day.

    ``unrecorded`` are references that dependencies name and nobody has a record of, with how many
    do.
    """

    portfolio: str
    as_of: date
    contracts: tuple[ContractSummary, ...]
    unrecorded: tuple[tuple[str, int], ...]

    @cached_property
    def lacking(self) -> tuple[ContractSummary, ...]:
        """Those that lack a provision which a critical function needs."""
        return self._with(FindingKind.MISSING_FOR_CRITICAL)

    @cached_property
    def unchecked(self) -> tuple[ContractSummary, ...]:
        """Those of which provisions that are wanted were not checked."""
        return self._with(FindingKind.NOT_CHECKED)

    @cached_property
    def ended(self) -> tuple[ContractSummary, ...]:
        """Those that ended and are still used."""
        return self._with(FindingKind.ENDED_BUT_USED)

    @cached_property
    def not_taken(self) -> tuple[ContractSummary, ...]:
        """Those that state what their dependencies have not taken over yet."""
        return tuple(one for one in self.contracts if one.pending)

    @cached_property
    def contradicted(self) -> tuple[ContractSummary, ...]:
        """Those that a dependency contradicts."""
        return tuple(one for one in self.contracts if one.contradictions)

    @cached_property
    def next_notice(self) -> ContractSummary | None:
        """That of which notice must be given first, from the day on that it is as of."""
        ahead = [
            (day, one.contract.reference, one)
            for one in self.contracts
            if (day := one.contract.notice_by) is not None and day >= self.as_of
        ]
        return min(ahead, key=lambda each: each[:2])[2] if ahead else None

    def _with(self, kind: FindingKind) -> tuple[ContractSummary, ...]:
        return tuple(
            one for one in self.contracts if any(each.kind is kind for each in one.findings)
        )


@dataclass(frozen=True, kw_only=True)
class ContractDetail:
    """One contract with the dependencies that name it, and what they would take over."""

    summary: ContractSummary
    under: tuple[Under, ...]
    differences: tuple[Difference, ...]


def contracts_of(store: Store, actor: Actor, portfolio: str, *, today: date) -> ContractsOverview:
    """Return every contract of a portfolio with its use and what is found of it.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        stored = stored_contracts(session, found.id)
        named = naming_dependencies(session, found.id)
        name = found.name
    uses, under = uses_of(named), _by_reference(named)
    return ContractsOverview(
        portfolio=name,
        as_of=today,
        contracts=tuple(
            _summary(one, uses.get(reference, Use()), under.get(reference, ()), today=today)
            for reference, one in stored.items()
        ),
        unrecorded=tuple(
            (reference, use.dependencies)
            for reference, use in sorted(uses.items())
            if reference not in stored
        ),
    )


def contract(
    store: Store,
    actor: Actor,
    portfolio: str,
    reference: str,
    *,
    today: date,
    switch_days: float | None = None,
) -> ContractDetail:
    """Return one contract with its dependencies and what they would take over.

    ``switch_days``: how long it takes to leave (:func:`db.services.deadlines.days_to_leave`), to be
    held against the provider's notice.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such contract; the sentence names some.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    wanted = as_reference(reference)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        stored = stored_contracts(session, found.id, [wanted])
        if not stored:
            raise no_such_contract(session, found, reference)
        named = naming_dependencies(session, found.id, [wanted])
    (one,) = stored.values()
    use, under = uses_of(named).get(wanted, Use()), [each.under for each in named]
    return ContractDetail(
        summary=_summary(one, use, under, today=today, switch_days=switch_days),
        under=tuple(under),
        differences=differences(one.contract, one.taken, under),
    )


def known_contract(store: Store, actor: Actor, portfolio: str, reference: str) -> Contract | None:
    """Return a contract as it is stated, None where there is no record of it.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        stored = stored_contracts(session, found.id, [as_reference(reference)])
    return next((one.contract for one in stored.values()), None)


def all_contracts(store: Store, actor: Actor, portfolio: str) -> tuple[Contract, ...]:
    """Return the contracts of a portfolio as they are stated, by reference.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        return tuple(one.contract for one in stored_contracts(session, found.id).values())


def contracts_revision(store: Store, actor: Actor, portfolio: str) -> tuple[int, str]:
    """Return what is another after each change of contracts, for the keys of caches.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        count, last = session.execute(
            select(func.count(), func.max(CONTRACTS.c.kept_at)).where(
                CONTRACTS.c.portfolio_id == found.id
            )
        ).one()
    return count, str(last)


# --- What stands ----------------------------------------------------------------------------------


def _by_reference(named: Iterable[Named]) -> dict[str, list[Under]]:
    """The dependencies under each contract."""
    under: dict[str, list[Under]] = {}
    for one in named:
        under.setdefault(one.reference, []).append(one.under)
    return under


def _summary(
    one: StoredContract,
    use: Use,
    under: Sequence[Under],
    *,
    today: date,
    switch_days: float | None = None,
) -> ContractSummary:
    pending, open_ones = counted(one.contract, one.taken, under) if under else (0, 0)
    return ContractSummary(
        contract=one.contract,
        use=use,
        findings=findings(one.contract, use, today=today, switch_days=switch_days),
        pending=pending,
        contradictions=open_ones,
        kept_by=one.kept_by,
        kept_at=one.kept_at,
    )


def no_such_contract(session: Session, found: PortfolioRecord, reference: str) -> Refused:
    """Say that there is no such contract, and name some that there are."""
    some = list(
        session.scalars(
            select(CONTRACTS.c.reference)
            .where(CONTRACTS.c.portfolio_id == found.id)
            .order_by(CONTRACTS.c.reference)
            .limit(3)
        )
    )
    listed = f" There is {'; '.join(some)}." if some else " None is known yet."
    return Refused(f"{found.name} has no contract “{reference}”.{listed}")
