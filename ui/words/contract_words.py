"""Words about contracts: what comes first, what is found of each, what dependencies would take."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from risk.inventory.contract_facts import DifferenceKind
from risk.inventory.contracts import Contract, Finding, FindingKind, Use, provisions
from risk.money.stated import Stated
from ui import wording

if TYPE_CHECKING:
    from db.services.contract_facts import TakenOver
    from db.services.contract_records import ContractImport, KeptContracts
    from db.services.contracts import ContractsOverview

#: Facts of a contract as readers see them, where the register does not call them so already.
LABELS: Mapping[str, str] = {
    "reference": "Contract",
    "kind": "Kind",
    "overarching": "Stands under",
    "entity": "Used by",
    "provider": "Provider",
    "purpose": "What it is for",
    "contract_start": "Start",
    "contract_end": "End",
    "renewal": "Renews on",
    "renews_itself": "Renews by itself",
    "notice_days": "Our notice, days",
    "provider_notice_days": "Provider's notice, days",
    "governing_law": "Governing law",
    "promised_availability": "Promised availability",
    "annual_expense": "Expense a year",
    "expense_currency": "Currency of the expense",
    "escrow": "Escrow",
    "step_in": "Step-in right",
    "source": "Source",
    "as_of": "Data of",
}
#: How a dependency stands to a fact of its contract.
KINDS = {
    DifferenceKind.NEW: "unknown so far",
    DifferenceKind.CHANGED: "changed in the contract",
    DifferenceKind.CONTRADICTION: "contradiction",
}
_SHORT = {
    FindingKind.MISSING_FOR_CRITICAL: "lacks a critical provision",
    FindingKind.ENDED_BUT_USED: "ended but still used",
    FindingKind.NOTICE_PASSED: "too late for notice",
    FindingKind.RENEWS_SOON: "renews soon",
    FindingKind.PROVIDER_NOTICE_SHORT: "provider's notice too short",
    FindingKind.MISSING: "lacks a provision",
    FindingKind.NOT_CHECKED: "not all checked",
    FindingKind.AGREED_WITHOUT_VALUE: "agreed but not stated",
    FindingKind.NO_OVERARCHING: "names no contract above",
    FindingKind.NOT_NAMED: "named by nothing",
}
#: More provisions than this are counted, not named.
_MOST_NAMED = 4


def finding(found: "ContractsOverview") -> str:
    """Return what the reader must know first, in a sentence."""
    if not found.contracts:
        return "No contract is recorded yet."
    said = [wording.counted(len(found.contracts), "contract")]
    lacking = len(found.lacking)
    some = f"{lacking:,} {'lacks' if lacking == 1 else 'lack'}"
    said.append(f"{some if lacking else 'none is known to lack'} what a critical function needs")
    first = found.next_notice
    if first is None:
        said.append("no notice day ahead is known")
    else:
        day = wording.day(first.contract.notice_by)
        said.append(f"the next notice day is {day} ({first.contract.reference})")
    return f"{'; '.join(said)}."


def also(found: "ContractsOverview") -> list[str]:
    """Return what else is open over all contracts, a sentence each."""
    said = []
    if unchecked := len(found.unchecked):
        said.append(
            f"In {wording.counted(unchecked, 'contract')} provisions were not checked: they are "
            "unknown, not missing."
        )
    if ended := len(found.ended):
        verb = "has ended and is" if ended == 1 else "have ended and are"
        said.append(f"{ended:,} {verb} still named by a dependency.")
    if waiting := len(found.not_taken):
        said.append(
            f"Of {wording.counted(waiting, 'contract')} dependencies have not accepted all that "
            "is stated: until then it counts in no figure."
        )
    if contradicted := len(found.contradicted):
        said.append(
            f"{wording.counted(contradicted, 'contract')} and the register contradict each other: "
            "somebody must choose."
        )
    if missing := len(found.unrecorded):
        names = [name for name, _ in found.unrecorded[:3]]
        named = wording.listed(names) if missing <= 3 else f"{', '.join(names)} …"
        said.append(
            f"{wording.counted(missing, 'reference')} that dependencies name without a record of "
            f"the contract: {named}."
        )
    return said


def in_brief(one: Finding) -> str:
    """Return a finding in some words, for a table."""
    return _SHORT[one.kind]


def in_words(one: Finding) -> str:
    """Return a finding as a sentence that says what to do."""
    articles = _articles(one.provisions)
    day, until = wording.day(one.day), wording.day(one.until)
    number = len(one.provisions)
    said = {
        FindingKind.MISSING_FOR_CRITICAL: f"A critical function depends on it, and it lacks "
        f"{articles}: have it amended.",
        FindingKind.ENDED_BUT_USED: f"It ended on {day} and dependencies still name it: state the "
        "new end, or the contract that followed.",
        FindingKind.NOTICE_PASSED: f"To end by {until}, notice had to be given by {day}: it goes "
        "on, unless the provider agrees to end it.",
        FindingKind.RENEWS_SOON: f"It renews by itself in "
        f"{wording.counted(round(one.days or 0), 'day')}, on {until}, unless notice is given.",
        FindingKind.PROVIDER_NOTICE_SHORT: f"The provider may end it at "
        f"{wording.number(one.days)} days' notice, and leaving takes about "
        f"{wording.number(round(one.needed or 0))} days: agree on longer notice, or prepare.",
        FindingKind.MISSING: f"It lacks {articles}.",
        FindingKind.NOT_CHECKED: f"{wording.counted(number, 'provision')} not checked yet: "
        f"{articles}.",
        FindingKind.AGREED_WITHOUT_VALUE: f"{articles} {'is' if number == 1 else 'are'} agreed, "
        f"and what was agreed is not stated: {_fed(one.provisions)}.",
        FindingKind.NO_OVERARCHING: "It is subsequent, and the contract above it is not named.",
        FindingKind.NOT_NAMED: "No dependency names it: write its reference at those under it, in "
        "the column “contract”.",
    }
    return said[one.kind]


def _articles(names: tuple[str, ...]) -> str:
    known = provisions()
    shown = [f"Art. {known[name].article}" for name in names[:_MOST_NAMED]]
    more = len(names) - len(shown)
    return f"{', '.join(shown)} and {more:,} more" if more else wording.listed(shown)


def _fed(names: tuple[str, ...]) -> str:
    fed = dict.fromkeys(provisions()[name].feeds for name in names)
    return wording.listed(LABELS[name].lower() for name in fed if name is not None)


def notice(contract: Contract, today: date) -> str | None:
    """Return by when to give notice, where that is still to come."""
    day, until = contract.notice_by, contract.binds_until
    if day is None or day < today:
        return None
    return f"To end by {wording.day(until)}, notice must be given by {wording.day(day)}."


def critical(use: Use) -> str:
    """Return whether a critical function stands on a contract."""
    return wording.UNKNOWN if use.critical is None else "yes" if use.critical else "no"


def used(use: Use) -> str:
    """Return how a contract is used, as a sentence."""
    if not use.dependencies:
        return "No dependency names it."
    of = wording.counted(use.startups, "company", "companies")
    said = f"{wording.counted(use.dependencies, 'dependency', 'dependencies')} of {of} under it"
    if use.critical:
        return f"{said}; a critical function depends on it."
    if use.critical is None:
        open_ones = wording.counted(use.open_criticality, "use case")
        return f"{said}; whether one is critical is not known: {open_ones} state no criticality."
    return f"{said}; none is critical."


def fact(name: str, value: Any) -> str:
    """Return a fact of a contract or dependency in words; None is unknown."""
    if value is None:
        return wording.UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Stated):
        return value.shown
    if isinstance(value, date):
        return wording.day(value)
    if name == "promised_availability":
        return wording.availability(value)
    if isinstance(value, float):
        return f"{wording.number(value)} days"
    return str(value)


def kept(done: "KeptContracts", *, would: bool = False) -> str:
    """Return what became of some contracts."""
    verb = "would be " if would else ""
    parts = [
        f"{done.new:,} {verb}new",
        f"{done.changed:,} {verb}changed",
        f"{done.unchanged:,} known as {'it is' if done.unchanged == 1 else 'they are'}",
    ]
    return f"Contracts: {', '.join(parts)}."


def file_in_words(found: "ContractImport") -> str:
    """Return what a file of contracts says, in a sentence."""
    lines = wording.counted(found.read.records, "line")
    left = found.read.rejected
    out = f"; {left:,} cannot be read" if left else ""
    return f"{lines}{out}. {kept(found.kept, would=not found.written)}"


def taken(done: "TakenOver") -> str:
    """Return what dependencies took over."""
    facts = wording.counted(done.facts, "fact")
    whose = wording.counted(done.dependencies, "dependency", "dependencies")
    said = f"{facts} accepted by {whose}"
    if done.batch is not None:
        said += f", as batch {done.batch}: the page Import, or “downstream undo”, takes it back"
    if done.left:
        said += f". {wording.counted(len(done.left), 'difference')} left"
    return f"{said}."
