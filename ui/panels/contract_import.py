"""Contracts as a file on a page: a table is read, shown with its problems, and taken over."""

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.contract_records import ContractFile, import_contracts
from risk.inventory.contract_tables import FACT_COLUMNS
from ui import cached, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.panels.contract_forms import say_next
from ui.panels.own_tables import Answers, looked_at, problems_of
from ui.server.uploads import file_uploader
from ui.words.contract_words import file_in_words, kept

NOTE = (
    f"A table with a line for each contract: {', '.join(FACT_COLUMNS)}, and a column for each "
    "provision, such as 30(2)(h). Other names of these columns are understood; a blank cell leaves "
    "what is known."
)


def import_card(portfolio: str) -> None:
    """Ask for a table of contracts, show what it says, and take it over when told to."""
    if not may(Action.STATE_CONTRACT):
        return
    with st.expander("Import contracts", icon=":material/upload:"):
        st.caption(wording.escaped(NOTE))
        given = file_uploader("Contracts: CSV or Excel", type=["csv", "xlsx"], key="contracts_file")
        if given is None:
            return
        data = given.getvalue()

        def file(answers: Answers) -> ContractFile:
            return ContractFile(data=data, file_name=given.name, assume=answers)

        looked = looked_at(
            "contracts",
            data,
            lambda answers: cached.asked(import_contracts, portfolio, file(answers), dry_run=True),
        )
        if looked is None:
            return
        found, answers = looked
        st.markdown(f"**{wording.escaped(file_in_words(found))}**")
        problems_of(found.read, "contracts", portfolio)
        if not found.read.is_ready or not (found.kept.new or found.kept.changed):
            return
        if st.button("Import these contracts", type="primary", icon=":material/check:"):
            try:
                done = once_a_click(
                    import_contracts, cached.store(), cached.actor(), portfolio, file(answers)
                )
            except StoreError as refused:
                st.error(wording.escaped(refused), icon=":material/block:")
                return
            say_next(f"{given.name}. {kept(done.kept)}")
            st.rerun()
