"""Commands for the DORA Register of Information: read one, check ours, write ours."""

from pathlib import Path
from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables, say
from ui.terminal.commands.imports import Addition, Complete, FileDay, WithBareComplete
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    PortfolioName,
    Slices,
    opened,
    opened_part,
    today,
)

app = typer.Typer()
dora = typer.Typer(help="The DORA Register of Information.", no_args_is_help=True)
app.add_typer(dora, name="dora")

Identifiers = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="CSV with name, code, type (LEI, EUID, …) of every firm."),
]


@dora.command("import", cls=WithBareComplete)
def import_register(
    path: Annotated[Path, typer.Argument(help="The zip, or the folder of b_xx.yy.csv files.")],
    portfolio: PortfolioName,
    complete: Complete = None,
    addition: Addition = False,
    as_of: FileDay = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing.")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Read a register into a portfolio: its functions and who serves them, subcontractors too."""
    from ui.terminal import imports
    from ui.terminal.dora import as_archive
    from ui.terminal.import_tables import import_tables

    with as_archive(path) as file:
        request = imports.ImportRequest(
            file=file,
            portfolio=portfolio,
            assume=imports.read_scope(complete, addition=addition),
            day=None if as_of is None else as_of.date(),
        )
        answer = imports.run_import(opened(database), request, dry_run=dry_run, show_records=False)
    print_json(answer.document) if as_json else print_tables(import_tables(answer))
    raise typer.Exit(imports.exit_status(answer.document))


@dora.command()
def lint(
    portfolio: PortfolioName,
    identifiers: Identifiers = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say what an authority would find wrong with the register, before it is filed."""
    from db.services.access import LOCAL_OWNER
    from db.services.dora import lint_dora
    from ui.terminal.dora import findings_document, findings_tables, known_identifiers

    findings = lint_dora(
        opened_part(database, portfolio, slices, fund, as_of),
        LOCAL_OWNER,
        portfolio,
        identifiers=known_identifiers(identifiers),
        today=today(),
    )
    document = findings_document(findings)
    print_json(document) if as_json else print_tables(findings_tables(document))


@dora.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.")],
    portfolio: PortfolioName,
    identifiers: Identifiers = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write the six tables and the filing indicators, and say what is still missing in them."""
    from db.services.access import LOCAL_OWNER
    from db.services.dora import export_dora
    from ui.terminal.dora import findings_document, findings_tables, known_identifiers, write_files

    files, findings = export_dora(
        opened_part(database, portfolio, slices, fund, as_of),
        LOCAL_OWNER,
        portfolio,
        identifiers=known_identifiers(identifiers),
        today=today(),
    )
    written = write_files(files, folder, replace=force)
    document = {"folder": str(folder), "files": written, **findings_document(findings)}
    if as_json:
        print_json(document)
        return
    print_tables(findings_tables(document))
    say(f"{len(written)} files written to {folder}.")
