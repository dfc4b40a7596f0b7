"""The button "Something happened": from any page to the call list of an incident."""

import streamlit as st


def something_happened(portfolio: str, provider: str | None = None) -> None:
    """Show the button; it leads to the page Incident, of one provider where one is given."""
    if st.button("Something happened", icon=":material/crisis_alert:", type="primary"):
        asked = {"portfolio": portfolio} | ({"provider": provider} if provider else {})
        st.switch_page("pages/incident.py", query_params=asked)
