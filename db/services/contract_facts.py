"""Facts of contracts for the dependencies that name them: what differs, and taking it over.

They go in as a batch of statements and as judgements, as if somebody had stated them by hand, so
that everything else takes them from there; the batch can be taken back like any other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import Refused
from db.register.contracts import (
    CONTRACTS,
    Named,
    StoredContract,
    as_reference,
    naming_dependencies,
    stored_contracts,
)
from db.services.access import Action, Actor, authorize
from db.services.judgements import judge_many
from db.services.statements import StatedOfDependency, state_of_dependencies
from db.services.visible import visible_portfolio
from risk.alternatives.judgements import YES_NO, Judgement, Topic
from risk.inventory.contract_facts import (
    Difference,
    DifferenceKind,
    Under,
    as_taken,
)
from risk.inventory.contract_facts import differences as differences_under
from risk.inventory.contracts import AGREED_OF_DEPENDENCIES, SPEND
from risk.inventory.formats.export_tables import Cell
from risk.money.stated import Stated

_YES_NO = {value: word for word, value in YES_NO.items()}


@dataclass(frozen=True, kw_only=True)
class TakenOver:
    """What dependencies took over: how many of them, how many facts, and of how many contracts.

    ``batch`` is the number of the batch of facts, None where only agreements were noted;
    ``judgements`` counts these. ``left`` is what was not taken over.
    """

    batch: int | None
    contracts: int
    dependencies: int
    facts: int
    judgements: int
    left: tuple[Difference, ...]


#: Of a dependency and a fact: that the contract is right where the two contradict each other.
Chosen = tuple[str, str]


def differences(
    store: Store, actor: Actor, portfolio: str, references: Sequence[str] | None = None
) -> tuple[Difference, ...]:
    """Return what dependencies state otherwise than their contracts: of all contracts, or of some.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such contract.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        stored, named = _read(session, actor, portfolio, references)
    return tuple(one for each in _differing(stored, named).values() for one in each)


def take_over(
    store: Store,
    actor: Actor,
    portfolio: str,
    references: Sequence[str] | None = None,
    *,
    over: Collection[Chosen] = (),
    over_all: bool = False,
    only: Collection[Chosen] | None = None,
) -> TakenOver:
    """Let dependencies take over what their contracts state: of all contracts, or of some.

    What contradicts stays as it is, but for what is named in ``over`` (key of the dependency, and
    fact), or with ``over_all``. With ``only`` nothing else than that is taken over, contradictions
    among it too.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: there is no such contract, or nothing to take over.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STATE_CONTRACT, f"contracts of portfolio {portfolio}")
    with store.read() as session:
        stored, named = _read(session, actor, portfolio, references)
    differing = _differing(stored, named)
    every = [one for each in differing.values() for one in each]
    chosen = [
        one
        for one in every
        if (
            (one.dependency_key, one.field) in only
            if only is not None
            else over_all
            or one.kind is not DifferenceKind.CONTRADICTION
            or (one.dependency_key, one.field) in over
        )
    ]
    taken = set(chosen)
    left = tuple(one for one in every if one not in taken)
    if not chosen:
        raise Refused(
            "Nothing is chosen to be taken over: say of each contradiction that the contract is"
            " right, or correct the contract."
            if left
            else "Nothing is left to take over: the dependencies state what their contracts do."
        )
    stated = _statements(chosen, stored)
    batch = None
    if stated:
        of = {one.reference for one in chosen}
        what = f"contract {next(iter(of))}" if len(of) == 1 else f"{len(of):,} contracts"
        batch = state_of_dependencies(store, actor, portfolio, stated, file_name=what).batch
    judgements = [_judgement(one, stored) for one in chosen if one.field in AGREED_OF_DEPENDENCIES]
    if judgements:
        judge_many(store, actor, portfolio, judgements)
    store.transact(lambda session: _note(session, stored, chosen))
    return TakenOver(
        batch=batch,
        contracts=len({one.reference for one in chosen}),
        dependencies=len({one.dependency_key for one in chosen}),
        facts=len(chosen),
        judgements=len(judgements),
        left=left,
    )


def _read(
    session: Session, actor: Actor, portfolio: str, references: Sequence[str] | None
) -> tuple[dict[str, StoredContract], list[Named]]:
    found = visible_portfolio(session, actor, portfolio)
    wanted = None if references is None else [as_reference(one) for one in references]
    stored = stored_contracts(session, found.id, wanted)
    if missing := [one for one in wanted or () if one not in stored]:
        raise Refused(f"{found.name} has no contract “{missing[0]}”.")
    return stored, naming_dependencies(session, found.id, wanted)


def _differing(
    stored: Mapping[str, StoredContract], named: Sequence[Named]
) -> dict[str, tuple[Difference, ...]]:
    under: dict[str, list[Under]] = {}
    for one in named:
        if one.reference in stored:
            under.setdefault(one.reference, []).append(one.under)
    return {
        reference: differences_under(stored[reference].contract, stored[reference].taken, own)
        for reference, own in under.items()
    }


def _statements(
    chosen: Sequence[Difference], stored: Mapping[str, StoredContract]
) -> list[StatedOfDependency]:
    """What the register is told of each dependency."""
    facts: dict[tuple[str, str, str], dict[str, Cell]] = {}
    for one in chosen:
        if one.field not in AGREED_OF_DEPENDENCIES:
            key = one.startup, one.dependency_key, one.reference
            facts.setdefault(key, {}).update(_cells(one))
    return [
        StatedOfDependency(
            startup=startup,
            dependency_key=key,
            facts=cells,
            source=f"contract {reference}",
            as_of=stored[reference].contract.as_of,
        )
        for (startup, key, reference), cells in facts.items()
    ]


def _cells(one: Difference) -> dict[str, Cell]:
    """A fact as the columns of an inventory state it."""
    if one.field == SPEND:
        spend: Stated = one.contract
        return {
            "spend_stated": spend.amount,
            "spend_currency": f"{spend.currency} per {spend.per}",
        }
    return {one.field: one.contract}


def _judgement(one: Difference, stored: Mapping[str, StoredContract]) -> Judgement:
    contract = stored[one.reference].contract
    where = f": {contract.source}" if contract.source else ""
    return Judgement(
        topic=Topic(one.field),
        value=_YES_NO[one.contract],
        reason=f"contract {one.reference}{where}",
        startup=one.startup,
        use_case=one.use_case,
        dependency_key=one.dependency_key,
    )


def _note(
    session: Session, stored: Mapping[str, StoredContract], chosen: Sequence[Difference]
) -> None:
    """Remember what was taken over, so that a later change of the contract is known as one.

    The batch and the judgements stand in the audit trail already.
    """
    fields: dict[str, set[str]] = {}
    for one in chosen:
        fields.setdefault(one.reference, set()).add(one.field)
    for reference, names in fields.items():
        of = stored[reference]
        whole = as_taken(of.contract)
        taken = {**of.taken, **{name: whole[name] for name in names}}
        session.execute(update(CONTRACTS).where(CONTRACTS.c.id == of.number).values(taken=taken))
