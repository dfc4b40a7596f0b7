"""The pages of Downstream, in Streamlit.

How to write a page (see ``pages/portfolio.py`` for the pattern)::

    portfolio = chosen_summary()                        # ui.page; ends the page if there is none
    shown = answer_of(portfolio, title="Providers")     # ui.answering: today's answer or the last
    assessment = shown.answer
    page_header("Providers", portfolio, marks=marks.explained(assessment), as_of=assessment.as_of)
    say_if_updating(shown)
    with st.grid(5, min_column_width=160):
        metric("Expected loss", wording.money(...), note="...")    # ui.page
    with card("Where it comes from"):                               # ui.page
        chart(figure(..., palette=palette()), alt=alt_text(...), key="...")
    table(rows, key="...", file_name="providers.csv", open_row=...)  # ui.render.page
    link("stress.py", "What if it falters", portfolio=portfolio.name, root="OpenAI")  # ui.page

- ``ui.links``: the address is the truth. Use ``links.select``, ``links.multiselect``,
  ``links.search``, ``links.slider`` and ``links.share`` instead of Streamlit's own for whatever a
  copied link should bring back; ``links.read_choice(name, options, what=...)`` for ids. Unknown
  values are named on screen and left out.
- ``ui.wording``: money, percent, days, day, months, falter, field, provider ... None is
  "unknown". Markdown places (caption, markdown, badge, labels) need ``wording.escaped`` around
  names and amounts, because ``$`` starts a formula there; table cells and ``metric`` do not.
- ``ui.tables``: a module a noun: a result as values by key, and its columns with label, unit, help.
  ``ui.render.page.column_table`` shows them, ``ui.render.terminal.print_table`` prints them.
- ``ui.charts``: pure functions, results in, plotly figure out, with a function ``..._alt`` beside
  each that says the finding in a sentence. They take ``palette``; end with
  ``ui.charts.style.finish(figure, palette=..., height=...)``.
- ``ui.theme``: colours. ``palette.provider(name)`` is a provider's one colour everywhere.
- Icons: ``:material/...:`` is served from here in labels and buttons, but never as a page icon.
- No formula, groupby or SQL in a page; tables in ``ui.tables``, figures in ``ui.charts``.
"""
