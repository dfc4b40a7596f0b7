"""The rows of the People page: giving somebody a role and a team, and a portfolio to a team."""

import streamlit as st

from db.errors import StoreError
from db.services.access import ActorRole
from db.services.people import Person, set_role
from db.services.teams import PortfolioTeam, assign_team
from ui import cached, wording
from ui.page import portfolio_label

ROLES = [ActorRole.NONE, ActorRole.VIEWER, ActorRole.ANALYST, ActorRole.OWNER]
_SAID = "people_said"


def say_what_was_done() -> None:
    """Say what the last click changed, or why it did not."""
    worked, sentence = st.session_state.pop(_SAID, (True, ""))
    if sentence:
        (st.success if worked else st.error)(wording.escaped(sentence))


def person_row(person: Person) -> None:
    """Show one person with the role and team they have."""
    named = wording.escaped(person.name or "No name")
    with st.form(f"person_{person.number}", border=False), st.grid(4, min_column_width=170):
        with st.container(gap=None):
            st.markdown(f"**{named}** · person {person.number}")
            seen = f"last seen {wording.day(person.last_seen)}, {person.last_seen:%H:%M} UTC"
            st.caption(wording.escaped(f"{person.email or 'no address'} · {seen}"))
            st.caption(wording.escaped(f"{person.subject} at {person.issuer}"))
        st.selectbox(
            f"Role of person {person.number}",
            ROLES,
            index=ROLES.index(person.role),
            key=f"role_{person.number}",
            format_func=_role_label,
        )
        st.text_input(
            f"Team of person {person.number}",
            value=person.team or "",
            key=f"team_{person.number}",
            placeholder="No team",
            max_chars=200,
        )
        with st.container(height="stretch", vertical_alignment="bottom"):
            st.form_submit_button(
                "Save",
                key=f"save_{person.number}",
                on_click=_save_person,
                args=(person.number, person.name or f"person {person.number}"),
            )


def portfolio_row(portfolio: PortfolioTeam, number: int) -> None:
    """Show one portfolio with the team that it belongs to."""
    shown = portfolio_label(portfolio.portfolio)
    with st.form(f"portfolio_{number}", border=False), st.grid(3, min_column_width=170):
        st.markdown(f"**{wording.escaped(shown)}**")
        st.text_input(
            f"Team of {shown}",
            value=portfolio.team or "",
            key=f"portfolio_team_{number}",
            placeholder="Everybody",
            max_chars=200,
        )
        with st.container(height="stretch", vertical_alignment="bottom"):
            st.form_submit_button(
                "Save",
                key=f"save_portfolio_{number}",
                on_click=_save_portfolio,
                args=(portfolio.portfolio, number),
            )


def _role_label(role: ActorRole) -> str:
    return "no access" if role is ActorRole.NONE else str(role)


def _save_person(number: int, named: str) -> None:
    role = ActorRole(st.session_state[f"role_{number}"])
    team = st.session_state[f"team_{number}"].strip() or None
    try:
        cached.asked(set_role, number, role, team=team)
    except StoreError as refused:
        st.session_state[_SAID] = (False, str(refused))
    else:
        of_team = f", team {team}" if team else ""
        st.session_state[_SAID] = (True, f"{named}: {_role_label(role)}{of_team}.")


def _save_portfolio(portfolio: str, number: int) -> None:
    team = st.session_state[f"portfolio_team_{number}"].strip() or None
    try:
        cached.asked(assign_team, portfolio, team)
    except StoreError as refused:
        st.session_state[_SAID] = (False, str(refused))
    else:
        who = f"team {team} and owners" if team else "everybody who may read"
        said = f"{portfolio_label(portfolio)} is seen by {who}."
        st.session_state[_SAID] = (True, said)
