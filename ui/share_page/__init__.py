"""What readers of a share link see: one page of HTML that needs nothing else. No Streamlit here."""
