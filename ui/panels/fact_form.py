"""Facts stated by hand on the page Startup: of the company, a use case or a dependency."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from db.errors import StoreError
from db.services import statements
from db.services.access import Action
from db.services.statements import Statement
from risk.inventory.columns import COLUMNS
from risk.inventory.records import Dependency, Evidence, Startup, UseCase
from ui import cached, wording
from ui.clicks import once_a_click
from ui.tables import correction
from ui.tables.register import dependencies_of

_SAID = "what_was_stated"
_NO_CHANGE = "no change"
#: What an inventory calls otherwise than the register.
_FIELDS = {
    "spend_usd": "spend_usd_per_month",
    "fallback_provider": "fallback_provider_text",
    "use_case_revenue_share": "revenue_share",
}


@dataclass(frozen=True, kw_only=True)
class _About:
    """What facts are stated of, with what is known of it now, by column."""

    title: str
    now: Mapping[str, str]
    case: UseCase | None = None
    link: Dependency | None = None


def state_a_fact(portfolio: str, startup: Startup) -> None:
    """Let whoever may import write facts into the register, with their source."""
    said = st.session_state.pop(_SAID, None)
    if said:
        st.success(wording.escaped(said))
    if not cached.may(Action.IMPORT):
        return
    with st.expander("State or correct facts", icon=":material/edit:"):
        known = {one.title: one for one in _abouts(startup)}
        title = st.selectbox("About", list(known), key="state_about")
        about = known[title]
        with st.form(f"state_{title}", border=False):
            given = _fields(about)
            left, middle, right = st.columns(3)
            source = left.text_input("Source", key="state_source", max_chars=200)
            as_of = middle.date_input(
                "Held on", value=cached.today(), key="state_as_of", format="YYYY-MM-DD"
            )
            evidence = right.selectbox(
                "How it is known",
                list(Evidence),
                format_func=wording.choice,
                key="state_evidence",
            )
            st.caption(
                "Amounts such as 45k or 1.2M, shares such as 30%. What you leave empty stays as it "
                "is. It can be undone on the page Import."
            )
            if st.form_submit_button("Write into the register", type="primary"):
                statement = Statement(
                    startup=startup.name,
                    facts=given,
                    use_case=about.case.name if about.case else None,
                    provider=about.link.provider_text if about.link else None,
                    model=about.link.model if about.link else None,
                    source=source,
                    as_of=as_of,
                    evidence=evidence,
                )
                _write(portfolio, statement)


def _abouts(startup: Startup) -> list[_About]:
    """The company, each of its use cases, and each of its dependencies."""
    found = [_About(title=startup.name, now=_now(startup, statements.OF_A_STARTUP))]
    for case in startup.use_cases:
        now = _now(case, statements.OF_A_USE_CASE)
        found.append(_About(title=f"Use case: {case.name}", now=now, case=case))
    for case, link in dependencies_of(startup):
        name = f"{link.provider_text} {link.model}" if link.model else link.provider_text
        now = _now(link, statements.OF_A_DEPENDENCY)
        found.append(_About(title=f"{case.name}: {name}", now=now, case=case, link=link))
    return found


def _now(about: Startup | UseCase | Dependency, names: tuple[str, ...]) -> dict[str, str]:
    """What is known of it now, in words, by the column of an inventory."""
    return {name: correction.fact(name, getattr(about, _FIELDS.get(name, name))) for name in names}


def _fields(about: _About) -> dict[str, str]:
    """A field for each fact, with what is known now in it until somebody writes."""
    given: dict[str, str] = {}
    # On a phone a field stands below the one before it, which three columns would tear apart.
    with st.grid(3, min_column_width=200):
        for name, now in about.now.items():
            label = wording.field(name)
            key = f"state_{about.title}_{name}"
            choices = COLUMNS[name].choices
            if choices is None:
                given[name] = st.text_input(label, placeholder=now, key=key, max_chars=1000)
                continue
            options = [_NO_CHANGE, *(one.value for one in choices)]
            chosen = st.selectbox(
                f"{label} (now {now})", options, format_func=wording.choice, key=key
            )
            given[name] = "" if chosen == _NO_CHANGE else chosen
    return given


def _write(portfolio: str, statement: Statement) -> None:
    try:
        done = once_a_click(
            statements.state_facts, cached.store(), cached.actor(), portfolio, statement
        )
    except StoreError as problem:
        st.error(wording.escaped(problem))
        return
    st.session_state[_SAID] = (
        f"Written as batch {done.batch}. The score counts with it."
        if done.changes.changed
        else "The register says that already."
    )
    st.rerun()
