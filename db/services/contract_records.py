"""Contracts of a portfolio as they are kept: stated, read from a table, checked, and removed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.importing.unpacking import unpack_apart
from db.records import PortfolioRecord
from db.register.contract_writing import write_contracts
from db.register.contracts import (
    CHECKS,
    CONTRACTS,
    StoredContract,
    as_reference,
    stored_contracts,
)
from db.services.access import Action, Actor, authorize
from db.services.audit import record
from db.services.contracts import no_such_contract
from db.services.visible import visible_portfolio
from risk.inventory.contract_facts import plain
from risk.inventory.contract_tables import ContractLine, read_contracts, with_source
from risk.inventory.contracts import (
    FACTS,
    NOT_CHECKED,
    Check,
    Contract,
    faults,
    merged,
    noted,
    provisions,
)
from risk.inventory.own_tables import TableRead


@dataclass(frozen=True, kw_only=True)
class ContractFile:
    """A table of contracts and how to read it."""

    data: bytes
    file_name: str
    mapping: Mapping[str, str | None] | None = None
    assume: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class KeptContracts:
    """How many contracts were new, were changed, and stood so already."""

    new: int
    changed: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class ContractImport:
    """What a table of contracts says and changes; ``written`` is whether it was taken over."""

    read: TableRead[ContractLine]
    kept: KeptContracts
    written: bool


def keep_contracts(
    store: Store,
    actor: Actor,
    portfolio: str,
    contracts: Sequence[Contract],
    *,
    source: str,
    whole: bool = False,
) -> KeptContracts:
    """Keep contracts by their references, all of them or none.

    What a record leaves out stays as it was, unless the records state the ``whole`` of the facts;
    what was found of provisions stays in any case. ``source`` is where those are from that do not
    say so themselves. Dependencies take nothing over by this.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: a record makes no sense, or a reference is named twice; the sentence says which.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_CONTRACT, f"contracts of portfolio {portfolio}")
    if not source.strip():
        raise Refused("Say where the contracts are from: others will want to know.")
    wanted = _checked(contracts)

    def work(session: Session) -> KeptContracts:
        found = visible_portfolio(session, actor, portfolio)
        return _keep(store, session, actor, found, wanted, whole=whole, source=source.strip())

    return store.transact(work)


def import_contracts(
    store: Store, actor: Actor, portfolio: str, file: ContractFile, *, dry_run: bool = False
) -> ContractImport:
    """Take a table of contracts over; blank cells leave what is known as it is.

    What can be read is taken, unless a question is open or the file is refused; every other line
    comes back with its reason. With ``dry_run`` nothing is written.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_CONTRACT, f"contracts of portfolio {portfolio}")
    read = read_contracts(
        file.data,
        file_name=file.file_name,
        mapping=file.mapping,
        assume=file.assume,
        unpack=unpack_apart,
    )
    wanted = _checked([one.contract for one in read.rows])

    def work(session: Session) -> KeptContracts:
        found = visible_portfolio(session, actor, portfolio)
        return _keep(store, session, actor, found, wanted, whole=False, source=file.file_name)

    if wanted and read.is_ready and not dry_run:
        return ContractImport(read=read, kept=store.transact(work), written=True)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        plan = _plan(session, found, wanted, whole=False, source=file.file_name)
    return ContractImport(read=read, kept=plan.told, written=False)


def check_provisions(
    store: Store, actor: Actor, portfolio: str, reference: str, checks: Mapping[str, Check]
) -> int:
    """Note what was found of provisions in a contract; return how many that changed.

    ``checks`` are by the identifier of the provision. One that says nothing takes back what was
    noted. Without a day a provision at which somebody looked has today's, without a name the
    actor's.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such contract or provision, or the day is still to come.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_CONTRACT, f"contract {reference} of portfolio {portfolio}")
    today = store.now().date()

    def work(session: Session) -> int:
        found = visible_portfolio(session, actor, portfolio)
        stored = stored_contracts(session, found.id, [as_reference(reference)])
        if not stored:
            raise no_such_contract(session, found, reference)
        before = next(iter(stored.values())).contract
        signed = {
            name: _signed(check, before.check(name), by=actor.name, on=today)
            for name, check in checks.items()
        }
        _check_provisions(signed, today)
        changed = {name: one for name, one in signed.items() if one != before.check(name)}
        if not changed:
            return 0
        after = replace(before, checks=noted({**before.checks, **changed}))
        at = store.now()
        write_contracts(session, found.id, [after], stored, by=actor.name, at=at)
        record(
            store,
            session,
            actor,
            Action.STATE_CONTRACT,
            object_kind="provisions",
            object_name=f"{found.name}: {before.reference}",
            before={name: _check_document(before.check(name)) for name in changed},
            after={name: _check_document(one) for name, one in changed.items()},
        )
        return len(changed)

    return store.transact(work)


def remove_contract(
    store: Store, actor: Actor, portfolio: str, reference: str, *, reason: str
) -> None:
    """Remove the record of a contract; what dependencies took over from it stays theirs.

    The audit trail keeps all that it stated.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such contract, or no reason is given.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_CONTRACT, f"contract {reference} of portfolio {portfolio}")
    if not reason.strip():
        raise Refused("Say why the contract is removed: others will want to know.")

    def work(session: Session) -> None:
        found = visible_portfolio(session, actor, portfolio)
        stored = stored_contracts(session, found.id, [as_reference(reference)])
        if not stored:
            raise no_such_contract(session, found, reference)
        (one,) = stored.values()
        session.execute(delete(CHECKS).where(CHECKS.c.contract_id == one.number))
        session.execute(delete(CONTRACTS).where(CONTRACTS.c.id == one.number))
        record(
            store,
            session,
            actor,
            Action.STATE_CONTRACT,
            object_kind="contract",
            object_name=f"{found.name}: {one.contract.reference}",
            before=_document(one.contract),
            reason=reason.strip(),
        )

    store.transact(work)


# --- What is kept ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What records change of the contracts that stand."""

    known: Mapping[str, StoredContract]
    new: Sequence[Contract]
    changed: Sequence[Contract]
    unchanged: int

    @property
    def told(self) -> KeptContracts:
        return KeptContracts(new=len(self.new), changed=len(self.changed), unchanged=self.unchanged)


def _plan(
    session: Session,
    found: PortfolioRecord,
    wanted: Sequence[Contract],
    *,
    whole: bool,
    source: str,
) -> _Plan:
    known = stored_contracts(session, found.id, [one.reference for one in wanted])
    new, changed, unchanged = [], [], 0
    for one in wanted:
        stands = known.get(one.reference)
        before = Contract(reference=one.reference) if stands is None else stands.contract
        after = merged(before, one, whole=whole)
        if (fault := next(faults(after), None)) is not None:
            raise Refused(f"Contract {one.reference}, with what is known of it: {fault[1]}")
        if stands is None:
            new.append(with_source(after, source))
        elif replace(after, source=one.source or before.source) != before:
            # What says something else is from here, where it does not say so itself.
            changed.append(replace(after, source=one.source or source))
        else:
            unchanged += 1
    return _Plan(known=known, new=new, changed=changed, unchanged=unchanged)


def _keep(
    store: Store,
    session: Session,
    actor: Actor,
    found: PortfolioRecord,
    wanted: Sequence[Contract],
    *,
    whole: bool,
    source: str,
) -> KeptContracts:
    plan = _plan(session, found, wanted, whole=whole, source=source)
    if not plan.new and not plan.changed:
        return plan.told
    every = [*plan.new, *plan.changed]
    write_contracts(session, found.id, every, plan.known, by=actor.name, at=store.now())
    before, after = {}, {}
    for one in plan.changed:
        old, now = _document(plan.known[one.reference].contract), _document(one)
        after[one.reference] = {
            name: now.get(name) for name in now | old if old.get(name) != now.get(name)
        }
        before[one.reference] = {name: old.get(name) for name in after[one.reference]}
    only = every[0].reference if len(every) == 1 else f"{len(every):,} contracts"
    record(
        store,
        session,
        actor,
        Action.STATE_CONTRACT,
        object_kind="contract",
        object_name=f"{found.name}: {only}",
        before={"changed": before} if before else None,
        after={
            "new": [one.reference for one in plan.new],
            "changed": after,
            "unchanged": plan.unchanged,
        },
        reason=source,
    )
    return plan.told


def _document(one: Contract) -> dict[str, Any]:
    """What a contract states, as the audit trail keeps it."""
    facts = {name: value for name in FACTS if (value := getattr(one, name)) is not None}
    amount = facts.pop("annual_expense", None)
    found = {name: plain(value) for name, value in facts.items()}
    if amount is not None:
        found["annual_expense"] = str(amount)
    if one.checks:
        found["checks"] = {name: _check_document(each) for name, each in one.checks.items()}
    return found


def _check_document(one: Check) -> dict[str, Any]:
    return {name: plain(value) for name, value in vars(one).items() if value is not None}


# --- What is checked at the door ------------------------------------------------------------------


def _checked(contracts: Iterable[Contract]) -> list[Contract]:
    found: dict[str, Contract] = {}
    for given in contracts:
        facts = {name: _tidied(getattr(given, name)) for name in FACTS}
        one = Contract(reference=as_reference(given.reference), **facts, checks=given.checks)
        if (fault := next(faults(one), None)) is not None:
            raise Refused(f"Contract {one.reference or 'without a reference'}: {fault[1]}")
        if one.reference in found:
            raise Refused(f"Contract {one.reference} is named twice: keep one record of it.")
        _check_provisions(one.checks, None)
        found[one.reference] = one
    return list(found.values())


def _tidied(value: Any) -> Any:
    return (value.strip() or None) if type(value) is str else value


def _check_provisions(checks: Mapping[str, Check], today: date | None) -> None:
    for name, check in checks.items():
        if name not in provisions():
            articles = ", ".join(one.article for one in provisions().values())
            raise Refused(f"There is no provision “{name}”. There are: {articles}.")
        if today is not None and check.checked_on is not None and check.checked_on > today:
            raise Refused(f"{check.checked_on:%d %B %Y} is still to come: write when it was read.")


def _signed(check: Check, before: Check, *, by: str, on: date) -> Check:
    """A check with day and name, where somebody looked and did not say when and who."""
    texts = {name: _tidied(getattr(check, name)) for name in ("clause", "checked_by", "note")}
    plainly = Check(state=check.state, checked_on=check.checked_on, **texts)
    if plainly == before or plainly.state is NOT_CHECKED.state:
        return plainly
    return Check(
        state=plainly.state,
        clause=plainly.clause,
        note=plainly.note,
        checked_on=plainly.checked_on or on,
        checked_by=plainly.checked_by or by,
    )
