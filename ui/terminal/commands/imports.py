"""Commands that read inventory files into a portfolio and take them back."""

from pathlib import Path
from typing import Annotated

import typer

from risk.inventory.progress import unheard
from ui.render.terminal import print_json, print_tables, progress, say
from ui.terminal.commands.options import Database, Json, PortfolioName, opened
from ui.terminal.failures import refuse_if

app = typer.Typer()


ImportedFile = Annotated[
    Path, typer.Argument(help="CSV, Excel (.xlsx), a DORA register (zip), CycloneDX (JSON).")
]
MapFile = Annotated[
    Path | None, typer.Option("--map", help='JSON: {"Vendor": "provider", "Owner": null}.')
]
Sheet = Annotated[str | None, typer.Option(help="The sheet of a workbook.")]
Assume = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE=VALUE", help="Answer a question; “all”: as suggested."),
]
SplitProducts = Annotated[
    bool, typer.Option("--split-products", help="One cell may name several products.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing.")]
ShowRecords = Annotated[
    bool, typer.Option("--show-records", help="Show the accepted records as stored.")
]
Rejects = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the rejected records here, to correct and import."),
]


@app.command("import")
def import_file(
    file: ImportedFile,
    portfolio: PortfolioName,
    mapping: MapFile = None,
    sheet: Sheet = None,
    assume: Assume = None,
    split_products: SplitProducts = False,
    dry_run: DryRun = False,
    show_records: ShowRecords = False,
    rejects: Rejects = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Read an inventory file into a portfolio, or say what is wrong with it, line by line."""
    from ui.terminal import imports
    from ui.terminal.import_tables import import_tables

    refuse_if(rejects and rejects.exists(), f"{rejects} exists already: name another file.")
    answers = imports.read_answers(assume or [])
    request = imports.ImportRequest(
        file=file,
        portfolio=portfolio,
        mapping=imports.read_mapping(mapping),
        assume=answers | imports.read_sheet(sheet, file),
        split_products=split_products,
    )
    with progress(f"Importing {file.name}", hidden=as_json) as report:
        answer = imports.run_import(
            opened(database),
            request,
            dry_run=dry_run,
            show_records=show_records,
            progress=report or unheard,
        )
    print_json(answer.document) if as_json else print_tables(import_tables(answer))
    if rejects is not None:
        say(imports.write_rejects(answer.document, rejects))
    raise typer.Exit(imports.exit_status(answer.document))


@app.command()
def batches(
    portfolio: Annotated[str | None, typer.Option(help="Only those of this portfolio.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List what has been imported, newest first."""
    from db.services.access import LOCAL_OWNER
    from db.services.batches import list_batches
    from ui.render.terminal import print_table
    from ui.tables.batch import TERMINAL, rows_of

    known = rows_of(list_batches(opened(database), LOCAL_OWNER, portfolio))
    print_table("Imports", TERMINAL, known, as_json=as_json)


@app.command()
def undo(
    batch: Annotated[int, typer.Argument(help="The number that “batches” shows.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take one import back."""
    from db.services.access import LOCAL_OWNER
    from db.services.imports import undo_batch
    from ui.terminal.import_tables import undo_tables

    result = undo_batch(opened(database), LOCAL_OWNER, batch)
    print_json(result) if as_json else print_tables(undo_tables(result))
