"""Page People: who signs in here, what they and programs may do, which teams see what."""

import streamlit as st

from db.services.people import list_people
from db.services.teams import list_portfolio_teams
from ui import cached, sign_in
from ui.page import card, empty_state, page_header
from ui.panels import people_forms
from ui.panels.token_form import tokens


def who_may_do_what() -> None:
    """Show everybody who ever signed in with their role, or what to do first."""
    people = cached.asked(list_people)
    if not people:
        empty_state("Nobody has signed in yet.", "Send your team the address of this dashboard.")
        return
    with card(
        "Who may do what",
        note="Viewers read. Analysts also import, decide and share. Owners also give roles, back "
        "up, and read the activity. A change counts from that person's next click.",
    ):
        for person in people:
            people_forms.person_row(person)
    st.caption(
        "Names and addresses are what the sign-in provider says and can change hands; a person is "
        "known by the provider's own id, shown below the name."
    )


def portfolios_and_teams() -> None:
    """Show every portfolio with its team."""
    with card(
        "Portfolios and teams",
        note="A team's portfolio is seen by that team and by owners, any other by everybody who "
        "may read. What somebody of a team imports under a new name is their team's.",
    ):
        for number, portfolio in enumerate(cached.asked(list_portfolio_teams)):
            people_forms.portfolio_row(portfolio, number)


page_header("People")
people_forms.say_what_was_done()
if sign_in.is_required():
    who_may_do_what()
    portfolios_and_teams()
else:
    empty_state(
        "Nobody signs in here.",
        "Whoever sits at this machine is the owner and sees everything. To let a team in, connect "
        "the sign-in of your organisation (OpenID Connect): docs/deployment.md says how.",
    )
tokens()
