"""Answers to requests that are not Streamlit's: health, share links, files."""
