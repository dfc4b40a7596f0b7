"""Contracts: what each agrees, by when to give notice, and what is not taken over yet."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.contracts import (
    ContractDetail,
    ContractsOverview,
    ContractSummary,
    contract,
)
from risk.inventory.contracts import FindingKind
from ui import cached, links, wording
from ui.cached import may
from ui.downloads import export_buttons
from ui.page import card, chosen_summary, empty_state, metric, open_startup, page_header
from ui.panels import contract_forms, contract_import
from ui.render.page import column_table
from ui.tables import contract as table
from ui.words import contract_words

#: Contracts on a page.
PER_PAGE = 100
_GRAVEST = list(FindingKind)


def figures(found: ContractsOverview) -> None:
    """Show how many there are, what they lack, the next notice day, and what is not taken over."""
    first = found.next_notice
    with st.grid(4, min_column_width=155):
        used = sum(one.use.dependencies > 0 for one in found.contracts)
        metric("Contracts", f"{len(found.contracts):,}", f"{used:,} named by a dependency")
        metric(
            "Lack a provision",
            f"{len(found.lacking):,}",
            "that a critical function needs",
        )
        metric(
            "Next notice day",
            "none known" if first is None else wording.day(first.contract.notice_by),
            "state notice and end" if first is None else f"for {first.contract.reference}",
        )
        metric(
            "Not accepted",
            f"{len(found.not_taken):,}",
            "contracts that count in no figure",
        )


def _gravest_first(one: ContractSummary) -> tuple[int, str]:
    kinds = [_GRAVEST.index(each.kind) for each in one.findings]
    return min(kinds, default=len(_GRAVEST)), one.contract.reference


def _by_notice(one: ContractSummary) -> tuple[bool, str, str]:
    day = one.contract.notice_by
    return day is None or day < cached.today(), str(day), one.contract.reference


ORDERS: Mapping[str, Callable[[ContractSummary], Any]] = {
    "to see to": _gravest_first,
    "notice day": _by_notice,
    "reference": lambda one: one.contract.reference.casefold(),
}
ONLY: Mapping[str, Callable[[ContractSummary], Any]] = {
    "a provision missing for a critical function": lambda one: (
        one.findings and one.findings[0].kind is FindingKind.MISSING_FOR_CRITICAL
    ),
    "facts not taken over": lambda one: one.pending > 0,
    "contradictions": lambda one: one.contradictions > 0,
    "no dependency": lambda one: not one.use.dependencies,
}


def matching(found: ContractsOverview) -> list[ContractSummary]:
    """Ask for words, filters and order; return the contracts that fit, in order."""
    with st.grid(3, min_column_width=200):
        words = links.search("Search", placeholder="Reference, provider, company").casefold()
        only = links.multiselect("Only with", list(ONLY), name="only", placeholder="Any")
        order = links.select(
            "Sorted by",
            list(ORDERS),
            name="order",
            default="to see to",
            shown=wording.sentence_case,
        )

    def said(one: ContractSummary) -> str:
        it = one.contract
        return " ".join(
            filter(None, (it.reference, it.provider, it.entity, it.purpose, it.overarching))
        ).casefold()

    fitting = [
        one
        for one in found.contracts
        if all(word in said(one) for word in words.split())
        and all(ONLY[name](one) for name in only)
    ]
    return sorted(fitting, key=ORDERS[order])


def listed(found: ContractsOverview, portfolio: str) -> None:
    """Show the contracts a page at a time; a click on a reference opens it."""
    some = matching(found)
    if not some:
        empty_state("No contract matches.", "Remove a filter or change the search.")
        return
    pages = -(-len(some) // PER_PAGE)
    number = 1
    if pages > 1:
        place = f"Page, 1 to {pages:,}"
        number = int(st.number_input(place, 1, pages, key=f"page of {len(some)}", width=150))
    shown = some[(number - 1) * PER_PAGE : number * PER_PAGE]
    if len(some) < len(found.contracts) or pages > 1:
        st.caption(
            f"{len(shown):,} of {len(some):,} that match, of {len(found.contracts):,} contracts."
        )
    column_table(
        table.PAGE,
        table.rows_of(shown),
        key="contracts",
        file_name=f"{portfolio}-contracts-shown.csv",
        files=table.VALUES,
        workbook="Contracts",
        widths={"reference": "medium", "findings": 240, "provider": 150},
        open_row=lambda row: _open(row["reference"]),
        alt=f"{len(shown)} contracts with what is to be seen to, notice days and provisions.",
    )
    export_buttons("contracts", portfolio, label="All contracts with provisions")


def _open(reference: str) -> None:
    links.write(contract=reference)
    st.rerun()


def opened(portfolio: str, reference: str) -> None:
    """Show one contract: what to see to, what would change, its provisions and its facts."""
    above = st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    if above.button("All contracts", icon=":material/arrow_back:", type="tertiary"):
        links.write(contract=None)
        st.rerun()
    try:
        detail = cached.asked(contract, portfolio, reference, today=cached.today())
        if detail.summary.contract.provider_notice_days is not None and detail.under:
            detail = cached.asked(
                contract,
                portfolio,
                reference,
                today=cached.today(),
                switch_days=cached.days_to_leave(portfolio, reference),
            )
    except StoreError as refused:
        st.error(wording.escaped(refused), icon=":material/block:")
        return
    it = detail.summary.contract
    if may(Action.STATE_CONTRACT):
        with above:
            contract_forms.remove_button(portfolio, it.reference)
    said = contract_words.notice(it, cached.today())
    if said:
        st.markdown(f"**{wording.escaped(said)}**")
    st.markdown(wording.escaped(contract_words.used(detail.summary.use)))
    for one in detail.summary.findings:
        st.markdown(f"- {wording.escaped(contract_words.in_words(one))}")
    if detail.differences:
        with card(
            "What would change",
            note="What the register says of these dependencies now, and what the contract says.",
            height="content",
        ):
            contract_forms.would_change(portfolio, detail.differences)
    elif detail.under:
        st.caption("The dependencies under it state what it does.")
    with card("Provisions", note="Unknown is not checked, never no.", height="content"):
        contract_forms.provisions_form(portfolio, detail)
    with st.expander("Facts"):
        facts(portfolio, detail)
    under(portfolio, detail)


def facts(portfolio: str, detail: ContractDetail) -> None:
    """Show the facts as a form to those who may state them, else as they are."""
    it = detail.summary.contract
    if may(Action.STATE_CONTRACT):
        contract_forms.facts_form(portfolio, it, version=str(detail.summary.kept_at))
        return
    row = table.row_of(detail.summary)
    for one in table.COLUMNS:
        if one.key in contract_words.LABELS and row[one.key] is not None:
            st.markdown(f"- {one.label}: {wording.escaped(one.text(row))}")


def under(portfolio: str, detail: ContractDetail) -> None:
    """List the dependencies that name the contract; a click opens their company."""
    with card("Dependencies under it", height="content"):
        rows = table.under_of(detail.under)
        if rows:
            column_table(
                table.UNDER,
                rows,
                key="under",
                file_name=f"{portfolio}-under-contract.csv",
                open_row=lambda row: open_startup(row["startup"], portfolio),
                alt=f"{len(rows)} dependencies that name the contract.",
            )
        contract_forms.put_under(portfolio, detail.summary.contract.reference)


def overview(portfolio: str) -> None:
    """Show all contracts, the answer first."""
    found = cached.contracts_overview(portfolio)
    if found.contracts:
        figures(found)
        _also(contract_words.also(found))
        listed(found, portfolio)
    else:
        empty_state(
            contract_words.finding(found),
            "Add one, or import a table of them: its columns are told below. A dependency names "
            "its contract in the column “contract”.",
        )
        _also(contract_words.also(found))
    with st.grid(2, min_column_width=300):
        contract_forms.new_contract(portfolio)
        contract_import.import_card(portfolio)


def _also(sentences: Sequence[str]) -> None:
    if sentences:
        st.caption("\n".join(f"- {wording.escaped(one)}" for one in sentences))


portfolio = chosen_summary()
reference = links.read("contract")
page_header(
    f"Contract {reference}"
    if reference
    else contract_words.finding(cached.contracts_overview(portfolio.name)).rstrip("."),
    portfolio,
    rests_on="From the contracts as they are recorded, and the dependencies that name them.",
)
contract_forms.say_done()
if reference:
    opened(portfolio.name, reference)
else:
    overview(portfolio.name)
st.caption(
    "What is agreed with providers, held against what DORA wants agreed, and what of it the "
    "register has accepted."
)
