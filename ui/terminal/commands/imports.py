"""Commands that read inventory files into a portfolio and take them back."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperCommand

from risk.inventory.progress import unheard
from ui.render.terminal import print_json, print_tables, progress, say
from ui.terminal.commands.options import Database, Json, PortfolioName, caller, opened
from ui.terminal.failures import refuse_if

if TYPE_CHECKING:
    from ui.render.terminal import Document
    from ui.terminal.imports import ImportRequest

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


SCOPES = ("portfolio", "startup", "source")
Complete = Annotated[
    str | None,
    typer.Option(
        metavar=f"[{'|'.join(SCOPES)}]",
        help="It is complete: what it leaves out there has ended. Alone: for the portfolio.",
    ),
]
Addition = Annotated[bool, typer.Option("--addition", help="It only adds; nothing ends.")]
FileDay = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day that the file is of; else today."),
]


UsageFiles = Annotated[
    list[Path],
    typer.Argument(help="CSV, JSON, JSON lines or Parquet, also gzip; several parts are one."),
]
UsageStartup = Annotated[str | None, typer.Option("--startup", help="Whose usage it is.")]
UseCaseColumn = Annotated[
    str | None,
    typer.Option(
        "--use-case", metavar="COLUMN", help="What names the use case: team, tag:feature."
    ),
]


class WithBareComplete(TyperCommand):
    """A command whose ``--complete`` may stand alone, which means the portfolio."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # its own copy of click
        """Say the scope where none is said."""
        said = []
        for place, one in enumerate(args):
            said.append(one)
            if one == "--complete" and not set(args[place + 1 : place + 2]) & set(SCOPES):
                said.append(SCOPES[0])
        return super().parse_args(ctx, said)


@app.command("import", cls=WithBareComplete)
def import_file(
    file: ImportedFile,
    portfolio: PortfolioName,
    mapping: MapFile = None,
    sheet: Sheet = None,
    assume: Assume = None,
    split_products: SplitProducts = False,
    complete: Complete = None,
    addition: Addition = False,
    as_of: FileDay = None,
    dry_run: DryRun = False,
    show_records: ShowRecords = False,
    rejects: Rejects = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Read an inventory file into a portfolio, or say what is wrong with it, line by line."""
    from ui.terminal import imports

    refuse_if(rejects and rejects.exists(), f"{rejects} exists already: name another file.")
    answers = imports.read_answers(assume or [])
    request = imports.ImportRequest(
        file=file,
        portfolio=portfolio,
        mapping=imports.read_mapping(mapping),
        assume=answers
        | imports.read_sheet(sheet, file)
        | imports.read_scope(complete, addition=addition),
        split_products=split_products,
        day=None if as_of is None else as_of.date(),
    )
    document = _run(request, database, show_records=show_records, dry_run=dry_run, as_json=as_json)
    if rejects is not None:
        say(imports.write_rejects(document, rejects))
    raise typer.Exit(imports.exit_status(document))


def _run(
    request: "ImportRequest",
    database: str | None,
    *,
    show_records: bool,
    dry_run: bool,
    as_json: bool,
) -> "Document":
    """Read and publish what is requested, print what it says, and return that."""
    from ui.terminal.import_tables import import_tables
    from ui.terminal.imports import run_import

    with progress(f"Reading {request.file.name}", hidden=as_json) as report:
        answer = run_import(
            opened(database),
            request,
            dry_run=dry_run,
            show_records=show_records,
            progress=report or unheard,
        )
    print_json(answer.document) if as_json else print_tables(import_tables(answer))
    return answer.document


@app.command()
def usage(
    files: UsageFiles,
    portfolio: PortfolioName,
    startup: UsageStartup = None,
    use_case: UseCaseColumn = None,
    assume: Assume = None,
    as_of: FileDay = None,
    dry_run: DryRun = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Read a gateway's log or a bill of one company into its dependencies, to the cent."""
    from ui.terminal import imports

    answers = imports.read_answers(assume or [])
    answers |= {"usage_startup": startup} if startup else {}
    answers |= {"use_case_column": use_case} if use_case else {}
    request = imports.ImportRequest(
        file=files[0],
        files=imports.readable(files),
        portfolio=portfolio,
        assume=answers,
        day=None if as_of is None else as_of.date(),
    )
    document = _run(request, database, show_records=False, dry_run=dry_run, as_json=as_json)
    raise typer.Exit(imports.exit_status(document))


@app.command()
def batches(
    portfolio: Annotated[str | None, typer.Option(help="Only those of this portfolio.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List what has been imported, newest first."""
    from db.services.batches import list_batches
    from ui.render.terminal import print_table
    from ui.tables.batch import TERMINAL, rows_of

    known = rows_of(list_batches(opened(database), caller(), portfolio))
    print_table("Imports", TERMINAL, known, as_json=as_json)


@app.command()
def undo(
    batch: Annotated[int, typer.Argument(help="The number that “batches” shows.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take one import back."""
    from db.services.imports import undo_batch
    from ui.terminal.import_tables import undo_tables

    result = undo_batch(opened(database), caller(), batch)
    print_json(result) if as_json else print_tables(undo_tables(result))
