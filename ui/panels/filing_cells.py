"""Cells of a register of information in a grid: each row beside what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from db.services.access import Action
from db.services.filing_checks import Checked
from db.services.filings import CellDecision, Filing, add_rows, decide_cells, remove_rows
from risk.dora.completion import Marked, cells_of
from risk.dora.findings import Weight
from risk.dora.schema import COLUMNS, KEYS, LISTS, TABLES, Column, Need
from risk.dora.tables import Row, Table, has_old_numbers
from ui import links, wording
from ui.cached import may
from ui.panels.filing_facts import do
from ui.words.filing_words import column_label, table_label

#: Rows that one grid shows; a browser draws them without a wait.
ROWS = 100
_TO_DO, _ROW = "To do", "Row"
_WEIGHTS = list(Weight)
_NEEDS = {
    Need.KEY: "part of the key",
    Need.WANTED: "wanted",
    Need.NEEDED: "needed",
    Need.ADVISED: "advised",
    Need.OPTIONAL: "optional",
}


def cells(filing: Filing, checked: Checked) -> None:
    """Show a table of the register to be filled in, by all rows or those with something to do."""
    by_table = {one.table: one for one in checked.completion.tables}

    def label(name: str) -> str:
        its = by_table[name]
        left = its.needed - its.filled
        return f"{table_label(name)}" + (f" · {left:,} to fill in" if left else "")

    first = next((one.table for one in by_table.values() if one.needed > one.filled), "B_02.02")
    name = links.select("Table", list(TABLES), name="table", default=first, shown=label)
    table = filing.register.table(name)
    if has_old_numbers(filing.base.table(name)):
        st.info(
            "This table came with the column numbers of December 2024. It is shown, changed and "
            "filed under today's; what came is kept."
        )
    marked = cells_of(filing.as_filed, checked.findings, name)
    only = st.toggle(
        "Only rows with something to do",
        value=bool(marked),
        key=f"filing_only_{name}",
    )
    to_do = {number for number, _ in marked}
    rows = [one for one in table.rows if not only or one.number in to_do]
    if not table.rows:
        st.caption("This table has no row. A filing has its header, and reports it all the same.")
    elif not rows:
        st.success("Nothing to do in this table.")
    if rows:
        _grid(filing, table, _page(rows, name), marked)
    if may(Action.PREPARE_FILING):
        _bulk(filing, name, rows)
        _rows(filing, table)


def _page(rows: Sequence[Row], name: str) -> Sequence[Row]:
    if len(rows) <= ROWS:
        return rows
    pages = -(-len(rows) // ROWS)
    page = st.number_input(
        f"Page of {pages}, {len(rows):,} rows", 1, pages, 1, key=f"filing_page_{name}"
    )
    return rows[(page - 1) * ROWS : page * ROWS]


def _grid(
    filing: Filing, table: Table, rows: Sequence[Row], marked: Mapping[tuple[int, str], Marked]
) -> None:
    columns = _ordered(table.name, rows, marked)
    options = {
        code: _Options(one.list, {table.cell(row, code) for row in rows})
        for code, one in columns.items()
        if one.list
    }
    shown = {
        code: [
            options[code].shown(table.cell(row, code)) if code in options else table.cell(row, code)
            for row in rows
        ]
        for code in columns
    }
    before = pd.DataFrame(
        {_TO_DO: [_to_do(row.number, marked) for row in rows], **shown},
        index=pd.Index([row.number for row in rows], name=_ROW),
    )
    config: dict[str, Any] = {
        _TO_DO: st.column_config.TextColumn(width="large", disabled=True),
        _ROW: st.column_config.NumberColumn(width="small"),
    }
    for code, one in columns.items():
        label = column_label(table.name, code)
        need = _NEEDS.get(one.need) or f"needed {one.condition}"
        if code in options:
            config[code] = st.column_config.SelectboxColumn(
                label, help=need, options=options[code].labels, width="medium"
            )
        else:
            config[code] = st.column_config.TextColumn(label, help=f"{need}; {one.kind}")
    if not may(Action.PREPARE_FILING):
        st.dataframe(before, column_config=config, hide_index=True)
        return
    with st.form(f"filing_cells_{table.name}", border=False):
        after = st.data_editor(
            before,
            column_config=config,
            hide_index=True,
            placeholder="open",
            key=f"filing_grid_{filing.summary.number}_{table.name}_{filing.summary.revision}",
        )
        if not st.form_submit_button("Keep these cells", type="primary"):
            return
    found = []
    for row in rows:
        for code in columns:
            old, new = _text(before.at[row.number, code]), _text(after.at[row.number, code])
            if new != old:
                value = options[code].value(new) if code in options else new
                found.append(
                    CellDecision(table=table.name, row=row.number, column=code, value=value)
                )
    if not found:
        st.info("No cell was changed.")
        return
    do(_changed, decide_cells, filing.summary.number, found)


def _ordered(
    name: str, rows: Sequence[Row], marked: Mapping[tuple[int, str], Marked]
) -> dict[str, Column]:
    """The columns of a table: what names a row, then what has something to do, then the rest."""
    there = {row.number for row in rows}
    to_do = {code for number, code in marked if number in there}

    def place(code: str) -> int:
        return 0 if code in KEYS[name] else 1 if code in to_do else 2

    return {code: COLUMNS[name][code] for code in sorted(COLUMNS[name], key=place)}


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else ""


def _changed(cells: int) -> str:
    return f"{wording.counted(cells, 'cell')} kept: in every table that must say the same."


def _to_do(number: int, marked: Mapping[tuple[int, str], Marked]) -> str:
    """What is wrong with a row, cell by cell, the worst first."""
    its = [(code, found) for (row, code), found in marked.items() if row == number]
    its.sort(key=lambda one: (_WEIGHTS.index(one[1].weight), one[0]))
    return " ".join(
        f"{code or 'Row'} ({found.weight} {found.findings[0].rule}): {found.findings[0].message}"
        for code, found in its
    )


class _Options:
    """The members of a closed list as a reader chooses them, and what else stands in cells."""

    def __init__(self, name: str, there: set[str]) -> None:
        members = LISTS[name]
        self._labels = {
            code: f"{code.rpartition(':')[2]} · {label}" if label else code.rpartition(":")[2]
            for code, label in members.items()
        }
        self._labels |= {value: value for value in there if value and value not in members}
        self._codes = {label: code for code, label in self._labels.items()}

    @property
    def labels(self) -> list[str]:
        return list(self._codes)

    def shown(self, value: str) -> str | None:
        return self._labels[value] if value else None

    def value(self, label: Any) -> str:
        return self._codes.get(str(label), "") if label else ""


def _bulk(filing: Filing, name: str, rows: Sequence[Row]) -> None:
    """Let one value go into every open cell of a column, where that is the answer."""
    with st.expander("Fill all open cells of a column"), st.form("filing_bulk", border=False):
        left, right = st.columns(2)
        column = left.selectbox(
            "Column", list(COLUMNS[name]), format_func=lambda one: column_label(name, one)
        )
        value = right.text_input(
            "Value", max_chars=500, help="As it stands in the file, for instance eba_GA:DE."
        )
        if not st.form_submit_button("Fill them in"):
            return
        table = filing.as_filed.table(name)
        found = [
            CellDecision(table=name, row=row.number, column=column, value=value)
            for row in rows
            if (its := table.row(row.number)) is not None and not table.cell(its, column)
        ]
        if not value.strip() or not found:
            st.info("There is no open cell in this column, or no value is written.")
            return
        do(_changed, decide_cells, filing.summary.number, found)


def _rows(filing: Filing, table: Table) -> None:
    """Let rows be added and taken out."""
    columns = COLUMNS[table.name]
    with st.expander("Add or remove a row"):
        with st.form("filing_add", border=False):
            keys = [code for code, one in columns.items() if one.need is Need.KEY] or ["c0010"]
            with st.grid(len(keys), min_column_width=180):
                given = {
                    code: st.text_input(column_label(table.name, code), key=f"filing_new_{code}")
                    for code in keys
                }
            if st.form_submit_button("Add the row"):
                new = [(table.name, given)]
                do("The row is added.", add_rows, filing.summary.number, new)
        if table.rows:
            with st.form("filing_gone", border=False):
                number = st.selectbox(
                    "Row to take out",
                    [row.number for row in table.rows[:500]],
                    format_func=lambda one: _row_label(table, one),
                )
                if st.form_submit_button("Take it out"):
                    gone = [(table.name, number)]
                    do(
                        "The row is out; the trail has it.",
                        remove_rows,
                        filing.summary.number,
                        gone,
                    )


def _row_label(table: Table, number: int) -> str:
    row = table.row(number)
    return f"{number}: {' · '.join(filter(None, row.cells[:4]))[:90]}" if row else str(number)
