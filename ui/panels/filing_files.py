"""Files of a register of information: the package to file, plain tables, everything as it came."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from db.services.access import Action
from db.services.filing_checks import Checked
from db.services.filings import Filing, files_as_kept, pack_filing, packed, tables_of
from risk.dora.packages import package_name, zip_of
from ui import cached, wording
from ui.cached import may
from ui.page import card
from ui.server.downloads import file_button

_ZIP = "application/zip"


def files(filing: Filing, checked: Checked) -> None:
    """Offer the register's files, and say what a filing leaves out."""
    facts, store, actor = filing.summary.facts, cached.store(), cached.actor()
    note = "A zip of fifteen tables with the files around them, named as authorities want it"
    with card("The package to file", note=note, height="content"):
        if facts.missing:
            asked = wording.listed(facts.missing)
            st.warning(f"State under “Who files” first: {wording.escaped(asked)}.")
        elif not may(Action.PACK_FILING):
            st.caption("Only analysts and owners pack a register.")
        else:
            if not checked.ready:
                st.warning(wording.escaped(f"{checked.said} It can be packed as it stands."))
            made_at = datetime.now(UTC)
            for sentence in packed(filing, made_at=made_at).left_out:
                st.caption(wording.escaped(sentence))
            number = filing.summary.number
            file_button(
                "Package, ZIP",
                lambda: pack_filing(store, actor, number, made_at=made_at).zipped(),
                file_name=f"{package_name(facts, made_at)}.zip",
                mime=_ZIP,
                key="filing_package",
                hint="The trail notes who packed what. Portals of single authorities may want "
                "another name around it.",
            )
    with card("Other forms", note="For tools and for the next year", height="content"):
        stem = f"register-{filing.summary.number}"
        with st.container(horizontal=True):
            file_button(
                "Fifteen tables, ZIP of CSV",
                partial(_zipped, filing, plain=True),
                file_name=f"{stem}-tables.zip",
                mime=_ZIP,
                key="filing_tables",
            )
            file_button(
                "Everything as it came, ZIP",
                partial(_zipped, filing, plain=False),
                file_name=f"{stem}-kept.zip",
                mime=_ZIP,
                key="filing_kept",
                hint="Every file and column that came, with the cells decided since.",
            )


def _zipped(filing: Filing, *, plain: bool) -> bytes:
    return zip_of(tables_of(filing) if plain else files_as_kept(filing))
