"""The DORA Register of Information on a page: what an authority would find wrong, and its files."""

from collections.abc import Mapping
from hashlib import sha256

import streamlit as st

from db.errors import StoreError
from db.services import dora
from risk.inventory.formats.dora_export import Identifier
from risk.inventory.formats.dora_lint import Finding, Weight
from risk.portfolio.results import PortfolioAssessment
from ui import cached, wording
from ui.cached import kept
from ui.page import card
from ui.render.page import column_table
from ui.reports.bundles import archive, rests_on
from ui.server.downloads import file_button
from ui.server.uploads import file_uploader
from ui.tables.column import matching
from ui.tables.dora import PAGE, RULES, by_rule, rows_of

NOTE = (
    "The six tables that name who serves a function and whether that can be replaced, for every "
    "dependency on a language model, with what an authority would find wrong with them."
)


def dora_register(assessment: PortfolioAssessment) -> None:
    """Offer the register: checked when asked for, since it stress-tests every developer."""
    with card("DORA register of information", note=NOTE, height="content"):
        given = file_uploader(
            "Official codes of firms, if you have them: CSV with name, code, type (LEI, EUID, …)",
            type="csv",
            key="dora_identifiers",
        )
        data = given.getvalue() if given is not None else b""
        asked = (assessment.portfolio, sha256(data).hexdigest())
        if st.button("Make and check the register", icon=":material/fact_check:"):
            st.session_state["dora_asked"] = asked
        if st.session_state.get("dora_asked") != asked:
            return
        try:
            identifiers = dora.read_identifiers(data) if data else {}
        except StoreError as problem:
            st.error(wording.escaped(problem))
            return
        with st.spinner("Filling the tables and checking them…"):
            files, findings = _made(assessment.portfolio, identifiers, asked[1])
        _files(files, assessment)
        _findings(findings, assessment.portfolio)


def _made(
    portfolio: str, identifiers: Mapping[str, Identifier], digest: str
) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    found: tuple[dict[str, bytes], tuple[Finding, ...]] = kept(
        ("dora", digest, *cached.state_of(portfolio)),
        lambda: dora.export_dora(
            cached.store(),
            cached.actor(),
            portfolio,
            identifiers=identifiers,
            today=cached.today(),
        ),
    )
    return found


def _files(files: Mapping[str, bytes], assessment: PortfolioAssessment) -> None:
    today = cached.today()
    made = archive(files, said=rests_on(assessment), made_on=today)
    file_button(
        "Register, ZIP of CSV files",
        lambda: made,
        file_name=f"{assessment.portfolio}-dora-{assessment.data_digest[:8]}.zip",
        mime="application/zip",
        key="dora_zip",
        hint="Six tables and the filing indicators. The archive's comment says what it rests on.",
    )


def _findings(findings: tuple[Finding, ...], portfolio: str) -> None:
    if not findings:
        st.success("Nothing is missing and nothing contradicts.")
        return
    errors = sum(one.weight is Weight.ERROR for one in findings)
    missing = len(findings) - errors
    st.markdown(
        f"**{wording.counted(errors, 'error')}** would keep it from being accepted, "
        f"**{wording.counted(missing, 'value')}** {'is' if missing == 1 else 'are'} wanted and "
        "missing. By rule:"
    )
    column_table(
        RULES,
        by_rule(findings),
        widths={"message": "large"},
        key="dora_rules",
        file_name=f"{portfolio}-dora-rules.csv",
        alt=f"{len(findings)} findings by rule, with what to do.",
    )
    with st.expander(f"Every finding ({len(findings):,})"):
        words = st.text_input("Search findings", placeholder="Startup, provider, rule, table")
        shown = matching(PAGE, rows_of(findings), words)
        column_table(
            PAGE,
            shown,
            widths={"message": "large"},
            key="dora_findings",
            file_name=f"{portfolio}-dora-findings.csv",
            workbook="DORA findings",
            alt=f"{len(shown)} findings with the record to correct.",
        )
