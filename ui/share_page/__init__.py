"""Pages of share links: one file of HTML each, which needs nothing else. No Streamlit here."""
