"""Contracts in the terminal: their list, one of them, and what would be taken over."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ui.render.json import document
from ui.render.terminal import Document, printed, text
from ui.tables import contract as table
from ui.tables.column import texts
from ui.terminal.failures import RefusedCommand
from ui.words import contract_words

if TYPE_CHECKING:
    from datetime import date

    from rich.console import RenderableType

    from db.services.contract_facts import TakenOver
    from db.services.contracts import ContractDetail, ContractsOverview
    from risk.inventory.contract_facts import Difference
    from risk.inventory.contracts import Check, Contract

#: Lines shown to people; all of them are in the JSON document.
SHOWN = 20
NOTHING = "No contract is recorded yet: “downstream contracts import FILE --portfolio P”."


def list_document(found: "ContractsOverview") -> Document:
    """Return every contract with what is found of it."""
    first = found.next_notice
    return {
        "portfolio": found.portfolio,
        "as_of": found.as_of,
        "counts": {
            "contracts": len(found.contracts),
            "lack_what_a_critical_function_needs": len(found.lacking),
            "not_checked": len(found.unchecked),
            "ended_but_used": len(found.ended),
            "not_taken_over": len(found.not_taken),
            "contradicted": len(found.contradicted),
        },
        "next_notice": None
        if first is None
        else {"contract": first.contract.reference, "day": first.contract.notice_by},
        "contracts": [document(table.VALUES, row) for row in table.rows_of(found.contracts)],
        "unrecorded": table.unrecorded_of(found.unrecorded),
    }


def list_tables(found: "ContractsOverview") -> list["RenderableType"]:
    """Return the same for people."""
    if not found.contracts:
        return [text(one) for one in (NOTHING, *contract_words.also(found))]
    some = found.contracts[:SHOWN]
    title = "Contracts" if len(some) == len(found.contracts) else f"The first {SHOWN} contracts"
    return [
        text(contract_words.finding(found)),
        printed(title, table.TERMINAL, table.rows_of(some)),
        *(text(one) for one in contract_words.also(found)),
    ]


def detail_document(found: "ContractDetail") -> Document:
    """Return one contract with its provisions and what its dependencies would take over."""
    contract = found.summary.contract
    return {
        **document(table.VALUES, table.row_of(found.summary)),
        "findings": [
            {
                "kind": one.kind,
                "provisions": one.provisions,
                "sentence": contract_words.in_words(one),
            }
            for one in found.summary.findings
        ],
        "provisions": [
            document(table.PROVISIONS, row) for row in table.provisions_of(contract, found)
        ],
        "under": [
            {
                "startup": one.startup,
                "use_case": one.use_case,
                "provider": one.provider,
                "dependency_key": one.key,
            }
            for one in found.under
        ],
        "differences": differences_document(found.differences),
    }


def detail_tables(found: "ContractDetail", today: "date") -> list["RenderableType"]:
    """Return the same for people."""
    contract = found.summary.contract
    row = table.row_of(found.summary)
    stated = [one for one in table.COLUMNS if row.get(one.key) is not None]
    facts = [
        {"what": one.label, "is": one.text(row)}
        for one in stated
        if one.key in contract_words.LABELS and one.key != "expense_currency"
    ]
    said = contract_words.notice(contract, today)
    shown: list[RenderableType] = [text(contract_words.used(found.summary.use))]
    shown += [text(said)] if said else []
    shown += [text(contract_words.in_words(one)) for one in found.summary.findings]
    shown.append(printed(f"Contract {contract.reference}", _FACTS, facts))
    rows = table.provisions_of(contract, found)
    shown.append(printed("Provisions", table.PROVISIONS_SHOWN[:6], rows))
    return [*shown, *differences_tables(found.differences)]


_FACTS = texts(**{"what": "Fact", "is": "Stated"})


def differences_document(found: Sequence["Difference"]) -> list[Document]:
    """Return what dependencies would take over."""
    return [document(table.DIFFERENCES, row) for row in table.differences_of(found)]


def differences_tables(found: Sequence["Difference"]) -> list["RenderableType"]:
    """Return the same for people, and how it is taken over."""
    if not found:
        return [text("The dependencies state what the contract does.")]
    rows = table.differences_of(found[:SHOWN])
    more = "" if len(rows) == len(found) else f" (the first {SHOWN} of {len(found):,})"
    title = f"What would change{more}"
    return [
        printed(title, table.TERMINAL_DIFFERENCES, rows),
        text("“downstream contracts apply” lets them accept it; contradictions only with --over."),
    ]


def taken_document(done: "TakenOver") -> Document:
    """Return what was taken over."""
    return {
        "batch": done.batch,
        "contracts": done.contracts,
        "dependencies": done.dependencies,
        "facts": done.facts,
        "judgements": done.judgements,
        "left": differences_document(done.left),
    }


def changed(before: "Contract", given: dict[str, Any], forgotten: Sequence[str]) -> "Contract":
    """Return a contract with some facts stated, and others unknown again.

    Raises RefusedCommand where one is to be forgotten that there is not.
    """
    from dataclasses import replace

    from risk.inventory.contracts import FACTS

    for name in forgotten:
        if name not in FACTS:
            raise RefusedCommand(f"There is no fact “{name}”. There are: {', '.join(FACTS)}.")
    facts: dict[str, Any] = dict.fromkeys(forgotten)
    facts |= {name: value for name, value in given.items() if value is not None}
    return replace(before, checks={}, **facts)


def provision_of(name: str) -> str:
    """Return the identifier of a provision by its article or identifier.

    Raises RefusedCommand if there is none; the sentence names all.
    """
    from risk.inventory.contracts import provision_named, provisions

    found = provision_named(name)
    if found is None:
        articles = ", ".join(one.article for one in provisions().values())
        raise RefusedCommand(f"There is no provision “{name}”. There are: {articles}.")
    return found.id


def check_document(reference: str, provision: str, check: "Check") -> Document:
    """Return what was noted of a provision."""
    return {"contract": reference, "provision": provision, **vars(check)}
