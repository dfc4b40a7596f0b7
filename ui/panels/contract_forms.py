"""Forms about one contract: its facts, its provisions, and what dependencies would take over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services.access import Action
from db.services.contract_facts import take_over
from db.services.contract_records import check_provisions, keep_contracts, remove_contract
from db.services.contracts import ContractDetail
from db.services.statements import StatedOfDependency, state_of_dependencies
from risk.alternatives.options import StartupNotFound
from risk.inventory.contract_facts import Difference
from risk.inventory.contracts import (
    ArrangementKind,
    Check,
    Contract,
    ProvisionState,
    cents_of,
)
from risk.money.currencies import currencies
from ui import cached, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card
from ui.render.page import column_table
from ui.tables import contract as table
from ui.tables.register import dependencies_of
from ui.words import contract_words
from ui.words.contract_words import LABELS

_MESSAGE = "contracts_message"
_UNKNOWN = "unknown"
_YES_NO: Mapping[str, bool | None] = {_UNKNOWN: None, "yes": True, "no": False}
_STATES = {wording.choice(one): one for one in ProvisionState}


def say_next(sentence: str) -> None:
    """Remember what a click did, to be said when the page has run again."""
    st.session_state[_MESSAGE] = sentence


def say_done() -> None:
    """Say what the last click did."""
    if sentence := st.session_state.pop(_MESSAGE, None):
        st.success(wording.escaped(sentence))


def facts_form(portfolio: str, contract: Contract | None, *, version: str = "") -> None:
    """Ask for the facts of a contract, with what is known in the fields; None: of a new one.

    ``version`` is another once somebody kept it again, so that fields begin anew with what is kept.
    """
    known = contract or Contract(reference="")
    key = f"{known.reference}_{version}"
    with st.form(f"contract_{key}", border=False):
        reference = known.reference or st.text_input(
            "Reference, as the contract has it", key="contract_reference", max_chars=200
        )
        given = _fields(known, key)
        source = st.text_input(
            "Source: where this is written", value=known.source or "", key=f"source_{key}"
        )
        st.caption("What you leave empty is unknown. Dependencies take nothing over by saving.")
        if not st.form_submit_button("Save", type="primary"):
            return
    after = replace(known, reference=reference, source=source.strip() or None, checks={}, **given)

    def save() -> str:
        done = once_a_click(
            keep_contracts,
            cached.store(),
            cached.actor(),
            portfolio,
            (after,),
            source=source,
            whole=True,
        )
        return contract_words.kept(done) if done.unchanged else "Saved."

    if _done(save):
        st.query_params["contract"] = after.reference.strip()
        st.rerun()


def _fields(known: Contract, key: str) -> dict[str, Any]:
    """A field for each fact."""

    def text(name: str, hint: str | None = None) -> str | None:
        value = getattr(known, name) or ""
        return st.text_input(LABELS[name], value=value, key=f"{name}_{key}", help=hint) or None

    def begun_with(name: str, value: object) -> str:
        """The name of a field that begins with a value and can be emptied."""
        field = f"{name}_{key}"
        st.session_state.setdefault(field, value)
        return field

    def day(name: str) -> date | None:
        found = st.date_input(
            LABELS[name],
            value=None,
            min_value=date.min,
            max_value=date.max,
            format="YYYY-MM-DD",
            key=begun_with(name, getattr(known, name)),
        )
        return found if isinstance(found, date) else None

    def number(
        name: str, most: float | None = None, step: float = 1.0, shown: str = "%g"
    ) -> float | None:
        value = getattr(known, name)
        found = st.number_input(
            LABELS[name],
            min_value=0.0,
            max_value=most,
            value=None,
            step=step,
            format=shown,
            placeholder=_UNKNOWN,
            key=begun_with(name, None if value is None else float(value)),
        )
        return None if found is None else float(found)

    def yes_no(name: str) -> bool | None:
        value = getattr(known, name)
        place = [*_YES_NO.values()].index(value)
        return _YES_NO[st.selectbox(LABELS[name], list(_YES_NO), index=place, key=f"{name}_{key}")]

    kinds = [_UNKNOWN, *map(str, ArrangementKind)]
    codes = [_UNKNOWN, *currencies()]
    # On a phone a field stands below the one before it, which three columns would tear apart.
    with st.grid(3, min_column_width=200):
        provider, entity = text("provider"), text("entity", "The company that uses it.")
        purpose = text("purpose")
        start, end, renewal = day("contract_start"), day("contract_end"), day("renewal")
        itself = yes_no("renews_itself")
        ours, theirs = number("notice_days"), number("provider_notice_days")
        law = text("governing_law", "A country, such as DE.")
        promised = number("promised_availability", 1.0, 0.001)
        kind = st.selectbox(
            LABELS["kind"],
            kinds,
            index=kinds.index(str(known.kind or _UNKNOWN)),
            key=f"kind_{key}",
        )
        overarching = text("overarching", "The reference of the contract above it.")
        amount = number("annual_expense", step=1000.0, shown="%.2f")
        code = st.selectbox(
            LABELS["expense_currency"],
            codes,
            index=codes.index(known.expense_currency or _UNKNOWN),
            key=f"currency_{key}",
        )
        escrow, step_in = yes_no("escrow"), yes_no("step_in")
        as_of = day("as_of")
    return {
        "provider": provider,
        "entity": entity,
        "purpose": purpose,
        "contract_start": start,
        "contract_end": end,
        "renewal": renewal,
        "renews_itself": itself,
        "notice_days": ours,
        "provider_notice_days": theirs,
        "governing_law": law,
        "promised_availability": promised,
        "kind": None if kind == _UNKNOWN else ArrangementKind(kind),
        "overarching": overarching,
        "annual_expense": None if amount is None else cents_of(amount),
        "expense_currency": None if code == _UNKNOWN else code,
        "escrow": escrow,
        "step_in": step_in,
        "as_of": as_of,
    }


def provisions_form(portfolio: str, detail: ContractDetail) -> None:
    """Show every provision with what was found of it, to be filled in as a table."""
    contract = detail.summary.contract
    every = table.provisions_of(contract, detail)
    wanted = [row for row in every if row["wanted"]]
    rest = [row for row in every if not row["wanted"]]
    rows = [*wanted, *rest]
    shown = [
        {
            "Article": f"Art. {row['article']}",
            "Found": wording.choice(row["state"]),
            "Clause": row["clause"],
            "Checked on": row["checked_on"],
            "By": row["checked_by"],
            "Note": row["note"],
            "What is agreed": row["meaning"],
        }
        for row in rows
    ]
    if rest:
        st.caption(
            "The last ones are wanted where a critical or important function depends on the "
            "contract: a use case of criticality 4 or 5."
        )
    editable = may(Action.STATE_CONTRACT)
    version = f"{contract.reference}_{detail.summary.kept_at}"
    with st.form(f"provisions_{version}", border=False):
        answered = st.data_editor(
            shown,
            hide_index=True,
            height="content",
            disabled=not editable or ["Article", "What is agreed"],
            column_config={
                "Article": st.column_config.TextColumn(pinned=True, width=115),
                "Found": st.column_config.SelectboxColumn(
                    options=list(_STATES), required=True, width=130
                ),
                "Clause": st.column_config.TextColumn(width=90, max_chars=200),
                "Checked on": st.column_config.DateColumn(format="D MMM YYYY", width=115),
                "By": st.column_config.TextColumn(width=110, max_chars=200),
                "Note": st.column_config.TextColumn(width=160, max_chars=1000),
                "What is agreed": st.column_config.TextColumn(width="large"),
            },
            placeholder="–",
            key=f"provisions_table_{version}",
        )
        st.caption("Day and name are filled in for you where you leave them empty.")
        saved = st.form_submit_button("Save what was found", type="primary", disabled=not editable)
    with st.expander("What each article wants, in our words"):
        for row in rows:
            st.markdown(f"- **Art. {row['article']}**: {wording.escaped(row['meaning'])}.")
        st.caption("Regulation (EU) 2022/2554. The text of the regulation decides.")
    if not saved:
        return
    checks = {
        str(row["provision"]): check_of(line) for row, line in zip(rows, answered, strict=True)
    }

    def save() -> str:
        changed = once_a_click(
            check_provisions,
            cached.store(),
            cached.actor(),
            portfolio,
            contract.reference,
            checks,
        )
        return f"{wording.counted(changed, 'provision')} noted."

    if _done(save):
        st.rerun()


def check_of(line: Mapping[str, Any]) -> Check:
    """Return what a line of the table says of a provision."""
    return Check(
        state=_STATES[str(line["Found"])],
        clause=_text(line["Clause"]),
        checked_on=_day(line["Checked on"]),
        checked_by=_text(line["By"]),
        note=_text(line["Note"]),
    )


def _text(cell: object) -> str | None:
    """A cell of a table as text; what the table calls missing is none."""
    return (cell.strip() or None) if isinstance(cell, str) else None


def _day(cell: object) -> date | None:
    """A cell of a table as a day, however the table gives it back."""
    try:
        return date.fromisoformat(str(cell)[:10])
    except ValueError:
        return None


def would_change(portfolio: str, found: Sequence[Difference]) -> None:
    """Show what dependencies would take over, and take over what is ticked."""
    rows = table.differences_of(found)
    # Ticks are of these very lines.
    key = sha256(repr(found).encode()).hexdigest()[:16]
    if not may(Action.STATE_CONTRACT):
        column_table(
            table.DIFFERENCES_SHOWN,
            rows,
            key=f"differences_{key}",
            file_name=f"{portfolio}-contract-differences.csv",
            alt=f"{len(rows)} facts that dependencies have not accepted.",
        )
        return
    shown = [
        {
            "Accept": not one.asked_first,
            **{each.label: each.text(row) for each in table.DIFFERENCES_SHOWN},
        }
        for one, row in zip(found, rows, strict=True)
    ]
    with st.form(f"take_over_{key}", border=False):
        answered = st.data_editor(
            shown,
            hide_index=True,
            disabled=[one.label for one in table.DIFFERENCES_SHOWN],
            column_config={
                "Accept": st.column_config.CheckboxColumn(pinned=True, width=70),
                "Fact": st.column_config.TextColumn(width=105),
                "Now": st.column_config.TextColumn(width=80),
                "Contract says": st.column_config.TextColumn(width=105),
            },
            key=f"take_over_table_{key}",
        )
        st.caption(
            "A contradiction is accepted only if you tick it. What is accepted is a batch: the "
            "page Import takes it back."
        )
        wanted = st.form_submit_button("Accept what is ticked", type="primary")
    if not wanted:
        return
    ticked = [
        (one.dependency_key, one.field)
        for one, line in zip(found, answered, strict=True)
        if line["Accept"]
    ]
    references = tuple(dict.fromkeys(one.reference for one in found))

    def take() -> str:
        done = once_a_click(
            take_over,
            cached.store(),
            cached.actor(),
            portfolio,
            references,
            only=frozenset(ticked),
        )
        return contract_words.taken(done)

    if _done(take):
        st.rerun()


def remove_button(portfolio: str, reference: str) -> None:
    """Let whoever may remove the record of a contract, with a reason."""
    with st.popover("Remove", icon=":material/delete:"):
        st.caption("What dependencies took over stays theirs; the audit trail keeps the record.")
        reason = st.text_input("Why", key=f"remove_reason_{reference}", max_chars=500)
        if st.button("Remove this contract", key=f"remove_{reference}"):

            def remove() -> str:
                once_a_click(
                    remove_contract,
                    cached.store(),
                    cached.actor(),
                    portfolio,
                    reference,
                    reason=reason,
                )
                return f"The record of {reference} is removed."

            if _done(remove):
                del st.query_params["contract"]
                st.rerun()


def put_under(portfolio: str, reference: str) -> None:
    """Let a startup's dependencies name the contract, as a fact of the register."""
    if not may(Action.IMPORT):
        return
    with st.expander("Put a dependency under it"):
        name = st.text_input("Company, its whole name", key=f"under_{reference}").strip()
        if not name:
            return
        try:
            startup = cached.record_of(portfolio, name)
        except (StoreError, StartupNotFound) as refused:
            st.error(wording.escaped(refused), icon=":material/block:")
            return
        known = {
            one.key: f"{case.name}: {one.provider_text}"
            + (f" (now under {one.contract})" if one.contract else "")
            for case, one in dependencies_of(startup)
            if one.contract != reference
        }
        keys = st.multiselect(
            "Dependencies", list(known), format_func=known.__getitem__, key=f"keys_{reference}"
        )
        if st.button("Put under the contract", disabled=not keys, key=f"put_{reference}"):
            stated = tuple(
                StatedOfDependency(
                    startup=startup.name,
                    dependency_key=key,
                    facts={"contract": reference},
                    source=f"contract {reference}",
                )
                for key in keys
            )

            def put() -> str:
                done = once_a_click(
                    state_of_dependencies,
                    cached.store(),
                    cached.actor(),
                    portfolio,
                    stated,
                    file_name=f"contract {reference}",
                )
                return f"Written as batch {done.batch}."

            if _done(put):
                st.rerun()


def new_contract(portfolio: str) -> None:
    """Offer a form for a contract of which nobody has a record."""
    if may(Action.STATE_CONTRACT):
        with card("Add a contract", height="content"), st.expander("Its facts"):
            facts_form(portfolio, None)


def _done(work: Callable[[], str]) -> bool:
    """Do what the reader asked and remember what to say, or say why not."""
    try:
        say_next(work())
    except StoreError as refused:
        st.error(wording.escaped(refused), icon=":material/block:")
        return False
    return True
