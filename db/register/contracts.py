"""Contracts of a portfolio as rows, and the dependencies of its register that name them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from db.records import ContractProvisionRecord, ContractRecord, JudgementRecord, table_of
from db.register.tables import DEPENDENCIES, LIVE_DEPENDENCY, STARTUPS, USE_CASES, startups_of
from risk.alternatives.judgements import YES_NO, Topic
from risk.catalog.records import Answer
from risk.inventory.contract_facts import Under, spent_in_a_year
from risk.inventory.contracts import (
    FACTS,
    FACTS_OF_DEPENDENCIES,
    SPEND,
    Check,
    Contract,
    Use,
)

CONTRACTS = table_of(ContractRecord)
CHECKS = table_of(ContractProvisionRecord)
_JUDGEMENTS = table_of(JudgementRecord)
DETAILS = ("clause", "checked_on", "checked_by", "note")
#: References that one statement asks for; of more all are read.
_AT_ONCE = 500
_PLAIN = tuple(name for name in FACTS if name != SPEND)
_COLUMNS = ("id", "reference", *_PLAIN, "expense_cents", "taken", "kept_by", "kept_at")
_NOTHING_TAKEN: Mapping[str, Any] = {}
_AGREED = {Topic.ESCROW: "escrow", Topic.STEP_IN: "step_in"}


@dataclass(frozen=True, kw_only=True)
class StoredContract:
    """A contract with its row's number, what was last taken over from it, and who kept it when."""

    number: int
    contract: Contract
    taken: Mapping[str, Any]
    kept_by: str
    kept_at: datetime


@dataclass(frozen=True, kw_only=True)
class Named:
    """A live dependency that names a contract."""

    reference: str
    startup_key: str
    criticality: int | None
    under: Under
    case: int


def stored_contracts(
    session: Session, portfolio_id: int, references: Iterable[str] | None = None
) -> dict[str, StoredContract]:
    """Contracts of a portfolio by reference, in the order of these: all, or those of some."""
    wanted = None if references is None else set(references)
    among: list[ColumnElement[bool]] = [CONTRACTS.c.portfolio_id == portfolio_id]
    if wanted is not None and len(wanted) <= _AT_ONCE:
        among.append(CONTRACTS.c.reference.in_(wanted))
    rows = session.execute(
        select(*(CONTRACTS.c[name] for name in _COLUMNS))
        .where(*among)
        .order_by(CONTRACTS.c.reference)
    ).all()
    if not rows:
        return {}
    own = select(CONTRACTS.c.id).where(*among)
    checks: dict[int, dict[str, Check]] = {}
    known: dict[tuple[Any, ...], Check] = {}
    columns = [CHECKS.c[name] for name in ("contract_id", "provision", "state", *DETAILS)]
    for number, provision, *said in session.execute(
        select(*columns).where(CHECKS.c.contract_id.in_(own))
    ):
        # Most of them say the same.
        check = known.get(tuple(said))
        if check is None:
            check = Check(**dict(zip(("state", *DETAILS), said, strict=True)))
            known[tuple(said)] = check
        checks.setdefault(number, {})[provision] = check
    return {
        row.reference: StoredContract(
            number=row.id,
            contract=_as_contract(row, checks.get(row.id, {})),
            taken=row.taken or _NOTHING_TAKEN,
            kept_by=row.kept_by,
            kept_at=row.kept_at,
        )
        for row in rows
        if wanted is None or row.reference in wanted
    }


def _as_contract(row: Any, checks: Mapping[str, Check]) -> Contract:
    kept = dict(zip(_COLUMNS, row, strict=True))
    cents = kept["expense_cents"]
    return Contract(
        reference=kept["reference"],
        annual_expense=None if cents is None else Decimal(cents) / 100,
        checks=checks,
        **{name: kept[name] for name in _PLAIN},
    )


def naming_dependencies(
    session: Session, portfolio_id: int, references: Iterable[str] | None = None
) -> list[Named]:
    """The live dependencies that name a contract, in the order of the register: all, or of some."""
    wanted = None if references is None else set(references)
    named: ColumnElement[bool] = DEPENDENCIES.c.contract.is_not(None)
    if wanted is not None and len(wanted) <= _AT_ONCE:
        named = DEPENDENCIES.c.contract.in_(wanted)
    columns = (
        STARTUPS.c.name.label("startup"),
        STARTUPS.c.name_key.label("startup_key"),
        USE_CASES.c.id.label("case"),
        USE_CASES.c.name.label("use_case"),
        USE_CASES.c.criticality,
        *(DEPENDENCIES.c[name] for name in _OF_A_DEPENDENCY),
        *(DEPENDENCIES.c[name] for name in FACTS_OF_DEPENDENCIES),
    )
    query: Select[Any] = (
        select(*columns)
        .select_from(STARTUPS.join(USE_CASES).join(DEPENDENCIES))
        .where(startups_of(session, portfolio_id), LIVE_DEPENDENCY, named)
        .order_by(STARTUPS.c.id, USE_CASES.c.id, DEPENDENCIES.c.id)
    )
    rows = [row for row in session.execute(query) if wanted is None or row.contract in wanted]
    agreed = _agreed(session, portfolio_id) if rows else {}
    return [_named(row, agreed) for row in rows]


_OF_A_DEPENDENCY = (
    "key provider_text developer host answer contract spend_stated spend_cents_per_month"
).split()
_OF_A_ROW = (
    *("startup", "startup_key", "case", "use_case", "criticality"),
    *_OF_A_DEPENDENCY,
    *FACTS_OF_DEPENDENCIES,
)
#: What was noted of a dependency: by startup, key and fact.
_Agreed = Mapping[tuple[str, str, str], bool]


def _named(row: Any, agreed: _Agreed) -> Named:
    kept = dict(zip(_OF_A_ROW, row, strict=True))
    key, startup_key = kept["key"], kept["startup_key"]
    facts = {name: kept[name] for name in FACTS_OF_DEPENDENCIES}
    facts[SPEND] = spent_in_a_year(kept["spend_stated"], kept["spend_cents_per_month"])
    for name in _AGREED.values() if agreed else ():
        facts[name] = agreed.get((startup_key, key, name))
    return Named(
        reference=kept["contract"],
        startup_key=startup_key,
        criticality=kept["criticality"],
        case=kept["case"],
        under=Under(
            startup=kept["startup"],
            use_case=kept["use_case"],
            key=key,
            provider=kept["provider_text"],
            developer=kept["developer"],
            host=kept["host"],
            is_model=kept["answer"] is Answer.YES,
            facts=facts,
        ),
    )


def _agreed(session: Session, portfolio_id: int) -> _Agreed:
    """The newest of what analysts noted of escrow and step-in; what was taken back is left out."""
    query = (
        select(
            _JUDGEMENTS.c.startup_key,
            _JUDGEMENTS.c.dependency_key,
            _JUDGEMENTS.c.topic,
            _JUDGEMENTS.c.value,
        )
        .where(
            _JUDGEMENTS.c.portfolio_id == portfolio_id,
            _JUDGEMENTS.c.topic.in_([one.value for one in _AGREED]),
        )
        .order_by(_JUDGEMENTS.c.id)
    )
    newest = {
        (row.startup_key, row.dependency_key, _AGREED[Topic(row.topic)]): row.value
        for row in session.execute(query)
    }
    return {key: YES_NO[value] for key, value in newest.items() if value is not None}


def uses_of(named: Iterable[Named]) -> dict[str, Use]:
    """How each contract is used, by its reference."""
    grouped: dict[str, list[Named]] = {}
    for one in named:
        grouped.setdefault(one.reference, []).append(one)
    found = {}
    for reference, own in grouped.items():
        cases = {one.case: one.criticality for one in own}
        stated = [level for level in cases.values() if level is not None]
        found[reference] = Use(
            dependencies=len(own),
            startups=len({one.startup_key for one in own}),
            criticality=max(stated, default=None),
            open_criticality=len(cases) - len(stated),
        )
    return found


def as_reference(text: str | None) -> str:
    """A reference as it is compared: as written, without space around it."""
    return (text or "").strip()
