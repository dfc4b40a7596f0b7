"""Charts as pure functions: results in, plotly figure out; no Streamlit, no store."""
