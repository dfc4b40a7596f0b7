"""Tables: searched by the reader, opened by a click on a name, downloaded as CSV or Excel."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from risk.portfolio.fields import cell
from ui import wording
from ui.downloads import Later, table_buttons
from ui.paging import page_of_rows
from ui.render.frames import FORMATS, sortable
from ui.server.downloads import file_button
from ui.tables.column import Column, Record, Unit

#: A cell that starts with one of these is a formula to a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

NO_BREAK = "\N{NO-BREAK SPACE}"


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


def frame(
    columns: Sequence[Column], rows: Iterable[Record], *, raw: Collection[str] = ()
) -> pd.DataFrame:
    """Return rows as a reader sees them, by label; of ``raw`` keys the figures, for bars."""
    known = list(rows)
    return pd.DataFrame(
        {
            one.label: [row[one.key] if one.key in raw else one.text(row) for row in known]
            for one in columns
        }
    )


def configured(
    columns: Sequence[Column], *, pinned: str, widths: Mapping[str, Any]
) -> dict[str, Any]:
    """Return how columns are shown: their help, and some widths by key; all others fit."""
    return {
        one.label: st.column_config.TextColumn(
            help=one.help or None,
            pinned=one.key == pinned or None,
            width=widths.get(one.key, 115),
            alignment="right" if one.unit.is_number else None,
        )
        for one in columns
    }


def column_table(
    columns: Sequence[Column],
    rows: Iterable[Record],
    *,
    pinned: str = "",
    widths: Mapping[str, Any] | None = None,
    **how: Any,
) -> None:
    """Show rows as :func:`sortable` has them; ``how`` goes on to :func:`table`."""
    shown = {
        one.label: _configured(one, one.key == pinned or None, (widths or {}).get(one.key))
        for one in columns
    }
    table(sortable(columns, rows), columns=shown, **how)


def _configured(column: Column, pinned: bool | None, width: Any) -> Any:
    config = st.column_config
    said: dict[str, Any] = {"help": column.help or None, "pinned": pinned, "width": width}
    if column.cell is None and column.unit in FORMATS:
        return config.NumberColumn(format=FORMATS[column.unit], **said)
    if column.cell is None and column.unit is Unit.DAY:
        return config.DateColumn(format="D MMM YYYY", **said)
    return config.TextColumn(alignment="right" if column.unit.is_number else None, **said)


def file_frame(values: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Return columns of plain values, by their keys, as files have them."""
    return pd.DataFrame({key: [cell(one) for one in column] for key, column in values.items()})


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
        # A figure and its unit stay on one line.
        lines.append(
            [
                cell.replace(" ", NO_BREAK) if name in right else cell.replace(" %", f"{NO_BREAK}%")
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


def matching(rows: pd.DataFrame, words: str, *, within: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows in which every word occurs in one of the columns, whatever its case."""
    kept = pd.Series(True, index=rows.index)
    for word in words.casefold().split():
        found = pd.Series(False, index=rows.index)
        for name in within:
            found |= rows[name].astype(str).str.casefold().str.contains(word, regex=False)
        kept &= found
    return rows[kept]
