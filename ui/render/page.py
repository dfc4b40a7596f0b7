"""Tables: searched by the reader, opened by a click on a name, downloaded as CSV or Excel."""

import csv
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from ui import wording
from ui.downloads import Later, table_buttons
from ui.paging import page_of_rows
from ui.render.cards import Cards, cards_html
from ui.render.frames import as_on_page, as_they_are, file_of, format_of, frame
from ui.server.downloads import file_button
from ui.tables.column import Column, Record, Unit

#: A cell that starts with one of these is a formula to a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

NO_BREAK = "\N{NO-BREAK SPACE}"
#: The width of a column of short values that has room for the word unknown; one does not fit it
#: by itself. Longer headers have the room.
_UNKNOWN_FITS, _UNKNOWN_LETTERS = 95, 9


def table(
    rows: pd.DataFrame,
    *,
    key: str,
    file_name: str,
    columns: Mapping[str, Any] | None = None,
    hidden: tuple[str, ...] = (),
    open_row: Callable[[int], None] | None = None,
    opens: str | None = None,
    download: pd.DataFrame | Later | None = None,
    workbook: str | None = None,
    height: int | Literal["auto", "content", "stretch"] = "auto",
    alt: str | None = None,
) -> None:
    """Show rows, long ones a page at a time, with a CSV and an Excel download below.

    ``columns`` is Streamlit's column configuration by column name; ``hidden`` columns are left
    out on screen but stay in the file. ``open_row`` is called with the position of the row whose
    name the reader clicks (a text in the column ``opens``, by default the first) or whose box is
    ticked, by keyboard with Shift+Space. ``download`` replaces ``rows`` in the file, for instance
    with raw figures; a :class:`Later` makes them when they are asked for. ``workbook`` names the
    sheet.
    """
    offered = rows if download is None else download
    rows, positions = page_of_rows(rows, key=key)
    shown = [name for name in rows.columns if name not in hidden]
    configured = dict(columns or {})
    options: dict[str, Any] = {}
    if open_row is not None:
        # A button and the box of a row: moving through a table must not lead anywhere by itself.
        configured[opens or shown[0]] = _button(opens or shown[0], key)
        options = {"on_select": "rerun", "selection_mode": "single-row"}
    for name in shown:
        if needs_room_for_unknown(rows[name]):
            given = dict(configured.get(name) or {})
            if given.get("width") is None:
                configured[name] = {**given, "width": _UNKNOWN_FITS}
    event: Any = st.dataframe(
        rows,
        key=key,
        hide_index=True,
        column_order=shown,
        column_config=configured,
        height=height,
        placeholder=wording.UNKNOWN,
        alt=alt,
        **options,
    )
    _offer(offered, key, file_name, workbook)
    if open_row is not None:
        pressed = st.session_state.get(f"{key}_open")
        chosen = [pressed["row"]] if pressed else list(event.selection.rows)
        if chosen:
            open_row(positions[int(chosen[0])])


def needs_room_for_unknown(cells: "pd.Series[Any]") -> bool:
    """Whether a column has unknown values, and nothing longer to be as wide as."""
    if len(str(cells.name)) >= _UNKNOWN_LETTERS or not cells.isna().any():
        return False
    if pd.api.types.is_numeric_dtype(cells):
        return True
    return all(len(str(one)) < _UNKNOWN_LETTERS for one in cells.dropna())


def column_table(
    columns: Sequence[Column],
    rows: Sequence[Record],
    *,
    key: str,
    file_name: str,
    files: Sequence[Column] | None = None,
    file_rows: Sequence[Record] | None = None,
    bars: Collection[str] = (),
    widths: Mapping[str, Any] | None = None,
    tags: Mapping[str, Callable[[Record], str]] | None = None,
    hidden: Collection[str] = (),
    open_row: Callable[[Record], None] | None = None,
    opens: str | None = None,
    workbook: str | None = None,
    height: int | Literal["auto", "content", "stretch"] = "auto",
    alt: str | None = None,
    cards: Cards | None = None,
) -> None:
    """Show rows of columns; what has no words of its own stays as it is, so that a click sorts it.

    The downloaded file has plain values by key: of ``files``, by default of the columns shown and
    the ``hidden`` ones, and of ``file_rows`` where these are more rows. ``bars`` draws figures by
    key, ``widths`` are in points or words, ``tags`` say the colour of texts that stand out.
    ``open_row`` is called with the row whose value of ``opens``, by default the first column's, is
    clicked. ``cards`` stand in place of the table on a phone.
    """
    if cards is not None:
        with st.container(key=f"{key}_cards"):
            st.html(cards_html(columns, rows, cards, key=key))
    raw = as_they_are(columns) | set(bars)
    first = next(one.key for one in columns if one.key not in hidden)
    config = configured(columns, pinned=first, widths={}, raw=raw)
    for one in columns:
        if widths and one.key in widths:
            config[one.label]["width"] = widths[one.key]
    for one in columns:
        if one.key in bars:
            config[one.label] = _bar(one, [as_on_page(row[one.key] or 0, one.unit) for row in rows])
    shown = frame(columns, rows, raw=raw, figure=as_on_page)
    for one in columns:
        if tags and one.key in tags:
            config[one.label] = _tag(one, rows, tags[one.key], config[one.label]["width"])
            shown[one.label] = [[one.text(row)] for row in rows]
    table(
        shown,
        key=key,
        file_name=file_name,
        columns=config,
        hidden=tuple(one.label for one in columns if one.key in hidden),
        open_row=None if open_row is None else lambda place: open_row(rows[place]),
        opens=next((one.label for one in columns if one.key == opens), None),
        download=file_of(files or columns, file_rows or rows),
        workbook=workbook,
        height=height,
        alt=alt,
    )


def short_table(
    columns: Sequence[Column],
    rows: Sequence[Record],
    *,
    key: str | None = None,
    file_name: str = "",
    files: Sequence[Column] | None = None,
    file_rows: Sequence[Record] | None = None,
) -> None:
    """Show a few rows of columns as text; with a ``key`` a CSV of ``files`` stands below it.

    ``file_rows`` are the rows of the file where it has more of them.
    """
    small_table(
        frame(columns, rows),
        right=tuple(one.label for one in columns if one.unit.is_number),
        key=key,
        file_name=file_name,
        download=None if files is None else file_of(files, file_rows or rows),
    )


def _bar(one: Column, values: Sequence[float]) -> Any:
    most = 100.0 if one.unit is Unit.SHARE else max([1.0, *values])
    return st.column_config.ProgressColumn(
        format=format_of(one.unit),
        min_value=0,
        max_value=most,
        width=150,
        help=one.help or None,
    )


def _tag(one: Column, rows: Sequence[Record], colour: Callable[[Record], str], width: Any) -> Any:
    """Texts as labels, each in its colour; what they say never hangs on the colour alone."""
    colours = {one.text(row): colour(row) for row in rows}
    return st.column_config.MultiselectColumn(
        options=list(colours), color=list(colours.values()), width=width, help=one.help or None
    )


def configured(
    columns: Sequence[Column],
    *,
    pinned: str,
    widths: Mapping[str, Any],
    raw: Collection[str] = (),
) -> dict[str, Any]:
    """Return how columns are shown: their help, and some widths by key; all others fit.

    Of ``raw`` keys figures and days are written by their unit.
    """
    shown = {}
    for one in columns:
        options: dict[str, Any] = {
            "help": one.help or None,
            "pinned": one.key == pinned or None,
            "width": widths.get(one.key, 115 if widths else None),
        }
        if one.unit is Unit.DATE and one.key in raw:
            options["width"] = 110
            shown[one.label] = st.column_config.DateColumn(format="D MMM YYYY", **options)
        elif one.key not in raw or not one.unit.is_number:
            if one.key == pinned and not widths:
                options["width"] = "medium"
            options["alignment"] = "right" if one.unit.is_number else None
            shown[one.label] = st.column_config.TextColumn(**options)
        else:
            how = format_of(one.unit)
            shown[one.label] = st.column_config.NumberColumn(format=how, **options)
    return shown


def _button(name: str, key: str) -> Any:
    return st.column_config.ButtonColumn(
        name, type="tertiary", alignment="left", pinned=True, key=f"{key}_open"
    )


def _offer(rows: pd.DataFrame | Later, key: str, file_name: str, workbook: str | None) -> None:
    """Show what the rows can be downloaded as."""
    name = file_name.removesuffix(".csv")
    title = workbook or wording.sentence_case(key.replace("_", " "))
    with st.container(horizontal=True):
        table_buttons(rows, title=title, name=name, key=key)


def small_table(
    rows: pd.DataFrame,
    *,
    right: tuple[str, ...] = (),
    raw: tuple[str, ...] = (),
    key: str | None = None,
    file_name: str = "",
    download: pd.DataFrame | None = None,
) -> None:
    """Show a few rows as text, which wraps on a phone and is read aloud as a table.

    ``right`` columns are set to the right, ``raw`` ones are Markdown of our own. With a ``key`` a
    CSV download stands below it.
    """
    st.markdown(markdown_table(rows, right=right, raw=raw))
    if key is not None:
        csv_button(rows if download is None else download, key=key, file_name=file_name)


def markdown_table(
    rows: pd.DataFrame, *, right: tuple[str, ...] = (), raw: tuple[str, ...] = ()
) -> str:
    """Return the rows as a Markdown table; every cell but ``raw`` is shown exactly as it is."""
    lines = [
        [wording.escaped(name) for name in rows.columns],
        ["---:" if name in right else "---" for name in rows.columns],
    ]
    for row in rows.itertuples(index=False):
        cells = dict(zip(rows.columns, row, strict=True))
        shown = {
            name: cell if name in raw else wording.escaped(cell) for name, cell in cells.items()
        }
        # A figure and its unit stay on one line; its range may stand below it.
        lines.append(
            [
                cell.replace(" ", NO_BREAK).replace(f"{NO_BREAK}(", " (")
                if name in right
                else cell.replace(" %", f"{NO_BREAK}%")
                for name, cell in shown.items()
            ]
        )
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def csv_button(rows: pd.DataFrame, *, key: str, file_name: str, label: str = "CSV") -> None:
    """Show a button that downloads the rows, made when it is clicked."""
    file_button(
        label,
        lambda: formula_safe_csv(rows),
        file_name=file_name,
        mime="text/csv",
        key=key,
        type="tertiary",
        hint=f"Download {len(rows):,} rows as {file_name}",
    )


def formula_safe_csv(rows: pd.DataFrame) -> bytes:
    """CSV (UTF-8 with signature) in which no text can start a formula; unknown is empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([formula_safe(str(name)) for name in rows.columns])
    for row in rows.itertuples(index=False):
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return formula_safe(value)
    if isinstance(value, (list, tuple)):
        return formula_safe("; ".join(str(one) for one in value))
    return "" if pd.isna(value) else value


def formula_safe(text: str) -> str:
    """Text that a spreadsheet takes as text: a leading ``=`` and the like get an apostrophe."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def with_words(columns: Sequence[Column], rows: Sequence[Record], words: str) -> list[Record]:
    """Return the rows in which every word is read in one of the columns, whatever its case."""
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if all(any(word in one.text(row).casefold() for one in columns) for word in wanted)
    ]


def matching(rows: pd.DataFrame, words: str, *, within: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows in which every word occurs in one of the columns, whatever its case."""
    kept = pd.Series(True, index=rows.index)
    for word in words.casefold().split():
        found = pd.Series(False, index=rows.index)
        for name in within:
            found |= rows[name].astype(str).str.casefold().str.contains(word, regex=False)
        kept &= found
    return rows[kept]
