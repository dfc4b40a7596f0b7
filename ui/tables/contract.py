"""Contracts as columns: each with its days and findings, its provisions, what it would change."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from risk.inventory.contract_facts import Difference, Under, plain
from risk.inventory.contracts import FACTS, Contract, FindingKind, provisions, wanted
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes, chosen, texts
from ui.words import contract_words
from ui.words.contract_words import LABELS

if TYPE_CHECKING:
    from db.services.contracts import ContractDetail, ContractSummary


def rows_of(summaries: Iterable["ContractSummary"]) -> list[Record]:
    """The values of some contracts."""
    return [row_of(one) for one in summaries]


def row_of(one: "ContractSummary") -> Record:
    """The values of one contract."""
    found = {each.kind: each for each in one.findings}

    def count(*kinds: FindingKind) -> int:
        return sum(len(found[kind].provisions) for kind in kinds if kind in found)

    contract, expense = one.contract, one.contract.annual_expense
    return {
        "reference": contract.reference,
        **{name: getattr(contract, name) for name in FACTS},
        "annual_expense": None if expense is None else float(expense),
        "notice_by": contract.notice_by,
        "dependencies": one.use.dependencies,
        "startups": one.use.startups,
        "critical": one.use.critical,
        "missing": count(FindingKind.MISSING_FOR_CRITICAL, FindingKind.MISSING),
        "not_checked": count(FindingKind.NOT_CHECKED),
        "findings": [each.kind.value for each in one.findings],
        "told": [contract_words.in_brief(each) for each in one.findings],
        "not_taken_over": one.pending,
        "contradictions": one.contradictions,
        "kept_by": one.kept_by,
        "kept_at": one.kept_at,
    }


def _findings(row: Record) -> str:
    """What is found of a contract; that not all was checked has a column of its own."""
    said = [one for one in row["told"] if one != "not all checked"]
    return ", ".join(said) or "–"


def _missing(row: Record) -> str:
    return str(row["missing"] or "–")


def _expense(row: Record) -> str:
    amount = row["annual_expense"]
    return wording.UNKNOWN if amount is None else f"{row['expense_currency']} {amount:,.0f}"


_UNITS = {
    **dict.fromkeys(("contract_start", "contract_end", "renewal", "as_of"), Unit.DATE),
    **dict.fromkeys(("notice_days", "provider_notice_days"), Unit.DAYS),
    **dict.fromkeys(("renews_itself", "escrow", "step_in"), Unit.YES),
}
_CELLS: dict[str, Any] = {
    "promised_availability": lambda row: wording.availability(row["promised_availability"]),
    "annual_expense": _expense,
    "kind": lambda row: wording.choice(row["kind"]),
}
COLUMNS = (
    *(
        Column(
            key=name,
            label=LABELS[name],
            unit=_UNITS.get(name, Unit.TEXT),
            cell=_CELLS.get(name),
        )
        for name in ("reference", *FACTS)
    ),
    Column(
        key="notice_by",
        label="Notice by",
        unit=Unit.DATE,
        help="The last day to give notice before it renews or ends.",
    ),
    Column(key="dependencies", label="Dependencies", unit=Unit.COUNT),
    Column(key="startups", label="Companies", unit=Unit.COUNT),
    Column(
        key="critical",
        label="Critical",
        unit=Unit.YES,
        help="Whether a use case of criticality 4 or 5 depends on it.",
    ),
    Column(
        key="missing",
        label="Missing",
        unit=Unit.COUNT,
        cell=_missing,
        help="Provisions that are wanted and were found missing.",
    ),
    Column(
        key="not_checked",
        label="Not checked",
        unit=Unit.COUNT,
        help="Provisions that are wanted and that nobody looked for yet.",
    ),
    Column(key="findings", label="To see to", unit=Unit.LIST, cell=_findings),
    Column(
        key="not_taken_over",
        label="Not accepted",
        unit=Unit.COUNT,
        help="Facts that dependencies have not accepted; until then they count in no figure.",
    ),
    Column(
        key="contradictions",
        label="Contradictions",
        unit=Unit.COUNT,
        help="Facts that a dependency states otherwise than the contract.",
    ),
    Column(key="kept_by", label="Kept by"),
    Column(key="kept_at", label="Kept at", unit=Unit.MOMENT),
)
PAGE = chosen(
    COLUMNS,
    "reference findings notice_by provider entity renewal contract_end notice_days critical"
    " missing not_checked not_taken_over contradictions dependencies".split(),
)
TERMINAL = chosen(
    COLUMNS,
    "reference provider contract_end renewal notice_by critical missing not_checked"
    " not_taken_over contradictions findings".split(),
)
VALUES = COLUMNS


def provisions_of(contract: Contract, detail: "ContractDetail") -> list[Record]:
    """Every provision with what was found of it; ``wanted`` says whether this contract needs it."""
    needed = {one.id for one in wanted(detail.summary.use)}
    return [
        {
            "provision": one.id,
            "article": one.article,
            "applies_to": "critical" if one.critical else "all",
            "meaning": one.meaning,
            "wanted": one.id in needed,
            **{
                name: getattr(check, name)
                for name in ("state", "clause", "checked_on", "checked_by", "note")
            },
        }
        for one in provisions().values()
        for check in [contract.check(one.id)]
    ]


PROVISIONS = (
    Column(key="article", label="Article", cell=lambda row: f"Art. {row['article']}"),
    Column(key="meaning", label="What is agreed"),
    Column(key="state", label="Found", cell=lambda row: wording.choice(row["state"])),
    Column(key="clause", label="Clause", missing="–"),
    Column(key="checked_on", label="Checked on", unit=Unit.DATE, missing="–"),
    Column(key="checked_by", label="By", missing="–"),
    Column(key="note", label="Note", missing="–"),
    Column(
        key="applies_to",
        label="Applies to",
        cell=lambda row: "critical functions" if row["applies_to"] == "critical" else "all",
    ),
    Column(key="provision", label="Provision"),
    Column(key="wanted", label="Wanted here", unit=Unit.YES),
)
PROVISIONS_SHOWN = chosen(
    PROVISIONS, "article state clause checked_on checked_by note meaning applies_to".split()
)


def differences_of(found: Iterable[Difference]) -> list[Record]:
    """What dependencies would take over, fact by fact."""
    return [
        {
            "contract": one.reference,
            "startup": one.startup,
            "use_case": one.use_case,
            "provider": one.provider,
            "dependency_key": one.dependency_key,
            "field": one.field,
            "now": plain(one.now),
            "contract_says": plain(one.contract),
            "kind": one.kind,
            "now_told": contract_words.fact(one.field, one.now),
            "contract_told": contract_words.fact(one.field, one.contract),
        }
        for one in found
    ]


DIFFERENCES = (
    Column(key="contract", label="Contract"),
    Column(key="startup", label="Company"),
    Column(key="use_case", label="Use case"),
    Column(key="provider", label="Provider"),
    Column(key="field", label="Fact", cell=lambda row: LABELS[row["field"]]),
    Column(key="now", label="Now", cell=lambda row: str(row["now_told"])),
    Column(key="contract_says", label="Contract says", cell=lambda row: str(row["contract_told"])),
    Column(key="kind", label="Why", cell=lambda row: contract_words.KINDS[row["kind"]]),
    Column(key="dependency_key", label="Key of the dependency"),
)
DIFFERENCES_SHOWN = chosen(
    DIFFERENCES, "field now contract_says kind startup use_case provider".split()
)
TERMINAL_DIFFERENCES = chosen(
    DIFFERENCES, "contract startup use_case provider field now contract_says kind".split()
)
UNRECORDED = (
    Column(key="contract", label="Contract"),
    Column(key="dependencies", label="Dependencies", unit=Unit.COUNT),
)


def unrecorded_of(found: Iterable[tuple[str, int]]) -> list[Record]:
    """References that dependencies name and nobody has a record of."""
    return [{"contract": name, "dependencies": count} for name, count in found]


UNDER = texts(startup="Company", use_case="Use case", provider="Provider")


def under_of(found: Iterable[Under]) -> list[Record]:
    """Dependencies that name a contract."""
    return [attributes(one, "startup use_case provider") for one in found]
