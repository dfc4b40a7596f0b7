"""Commands on who depends on whom."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.render.terminal import print_json, print_tables, say
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    PortfolioName,
    Slices,
    opened_part,
    today,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.tables.column import Column, Record

app = typer.Typer()

Csv = Annotated[Path | None, typer.Option("--csv", help="Also write every row to this CSV file.")]
On = Annotated[str, typer.Option("--on", metavar="PROVIDER", help="The provider's name.")]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--provider",
        metavar="NAME",
        help="A column of the matrix; may be repeated. Default: the eight on whom most depends.",
    ),
]


@app.command()
def depends(
    portfolio: PortfolioName,
    on: On,
    csv: Csv = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List who depends on a provider: directly, through someone else, or to be asked."""
    from ui.tables.dependence import DEPENDENT, dependent_rows
    from ui.terminal.dependence import asked_provider, depends_document, depends_tables

    store = opened_part(database, portfolio, slices, fund, as_of)
    found = asked_provider(store, portfolio, on, today=today())
    if csv is not None:
        _write(csv, DEPENDENT, dependent_rows(found, None))
    if as_json:
        print_json(depends_document(found, portfolio=portfolio, today=today()))
    else:
        print_tables(depends_tables(found))


@app.command()
def matrix(
    portfolio: PortfolioName,
    provider: With = None,
    csv: Csv = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Show companies by the providers they depend on; of one inventory its vendors."""
    from ui.terminal.dependence import matrix_of

    store = opened_part(database, portfolio, slices, fund, as_of)
    made = matrix_of(store, portfolio, provider or [], today=today())
    if csv is not None:
        _write(csv, made.file_columns, made.rows())
    if as_json:
        print_json(made.document())
    else:
        print_tables(made.tables())


def _write(path: Path, columns: "Sequence[Column]", rows: "Sequence[Record]") -> None:
    from db.services.exports import FileKind, rows_file
    from ui.tables.column import values
    from ui.terminal.files import write_bytes

    keys = [one.key for one in values(columns)]
    cells = [[_cell(row[key]) for key in keys] for row in rows]
    write_bytes(path, rows_file("Dependence", keys, cells, kind=FileKind.CSV).data)
    say(f"Wrote {len(rows):,} rows to {path}.")


def _cell(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list) else value
