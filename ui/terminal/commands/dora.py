"""Commands for registers of information: read, draw up, check, fill in, file."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables, say
from ui.terminal.commands import oversight
from ui.terminal.commands.imports import Addition, Complete, FileDay, WithBareComplete
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    PortfolioName,
    Slices,
    caller,
    opened,
    opened_part,
    today,
)

app = typer.Typer()
dora = typer.Typer(help="The DORA register of information.", no_args_is_help=True)
app.add_typer(dora, name="dora")
dora.add_typer(oversight.app)


class Form(StrEnum):
    """What an export writes."""

    FILING = "filing"
    CSV = "csv"
    KEPT = "kept"


Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The register's number.")]
WhichOne = Annotated[
    int | None,
    typer.Option("--register", metavar="NUMBER", help="Default: the portfolio's newest."),
]
OfPortfolio = Annotated[
    str | None, typer.Option("--portfolio", help="Whose newest register is meant.")
]
Identifiers = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="CSV with name, code, type (LEI, EUID, …) of every firm."),
]
Lei = Annotated[str | None, typer.Option(help="The LEI of whoever files.")]
Scope = Annotated[
    str | None, typer.Option(help="CON: consolidated; IND: one entity alone.", metavar="CON|IND")
]
Country = Annotated[
    str | None, typer.Option(metavar="CC", help="The country of the authority, two letters.")
]
Currency = Annotated[
    str | None, typer.Option(metavar="CODE", help="In which all amounts are filed.")
]
Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The reference date: 31 December."),
]
RowName = Annotated[
    str, typer.Argument(metavar="ROW", help="Its number, as “dora show” prints it.")
]
TableName = Annotated[str, typer.Argument(metavar="TABLE", help="For instance b_02.02.")]


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
    """Read a register into a portfolio, and keep it whole: it can be filled in and filed."""
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
def draw(
    portfolio: PortfolioName,
    day: Day,
    lei: Lei = None,
    scope: Scope = None,
    country: Country = None,
    currency: Currency = None,
    identifiers: Identifiers = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Draw up a register from what a portfolio states; what nobody stated stays open."""
    from db.services.filings import draw_register, stated_facts
    from risk.dora.packages import FilingFacts
    from ui.terminal.dora import known_identifiers

    facts = stated_facts(
        FilingFacts(),
        lei=lei,
        scope=scope,
        country=country,
        currency=currency,
        day=day.date() if day else None,
    )
    number = draw_register(
        opened_part(database, portfolio, slices, fund, as_of),
        caller(),
        portfolio,
        facts=facts,
        identifiers=known_identifiers(identifiers),
    )
    if as_json:
        print_json({"register": number})
    else:
        say(f"Kept as register {number}: “dora lint --register {number}” says what is open.")


@dora.command(name="list")
def list_registers(
    portfolio: PortfolioName, as_json: Json = False, database: Database = None
) -> None:
    """List the registers of information that are kept of a portfolio, newest first."""
    from db.services.filings import list_filings
    from ui.render.terminal import print_table
    from ui.tables.filings import KEPT, KEPT_TERMINAL, kept_rows

    rows = kept_rows(list_filings(opened(database), caller(), portfolio))
    columns = KEPT if as_json else KEPT_TERMINAL
    print_table("Registers of information", columns, rows, as_json=as_json)


@dora.command()
def state(
    number: Number,
    lei: Lei = None,
    scope: Scope = None,
    country: Country = None,
    currency: Currency = None,
    day: Day = None,
    entry_point: Annotated[
        str | None, typer.Option(metavar="URL", help="Of the taxonomy; default: 4.0.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """State who files a register, for which day, in which currency."""
    from db.services.filings import load_filing, state_filing, stated_facts

    store = opened(database)
    facts = stated_facts(
        load_filing(store, caller(), number).summary.facts,
        lei=lei,
        scope=scope,
        country=country,
        currency=currency,
        day=day.date() if day else None,
        entry_point=entry_point,
    )
    state_filing(store, caller(), number, facts)
    missing = facts.missing
    if as_json:
        print_json({"register": number, "missing": missing})
    else:
        say(f"Kept. Still to state: {', '.join(missing)}." if missing else "Kept.")


@dora.command()
def lint(
    path: Annotated[
        Path | None,
        typer.Argument(help="A zip or folder to check by itself, without a store."),
    ] = None,
    register: WhichOne = None,
    portfolio: OfPortfolio = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say what an authority would find wrong with a register, and whether it is ready to file."""
    from db.services.filing_checks import check_file, check_filing
    from ui.terminal.dora import as_archive, filing_of, findings_document, findings_tables
    from ui.terminal.files import read_bytes

    if path is not None:
        with as_archive(path) as file:
            checked = check_file(read_bytes(file), file_name=file.name, today=today())
    else:
        filing = filing_of(opened(database), register, portfolio)
        checked = check_filing(filing, today=today())
    document = findings_document(checked)
    if as_json:
        print_json(document)
    else:
        print_tables(findings_tables(document, checked.findings))


@dora.command()
def show(
    number: Number, table: TableName, as_json: Json = False, database: Database = None
) -> None:
    """Print a table of a register with the number of each row."""
    from db.services.filings import load_filing
    from risk.dora.schema import COLUMNS
    from ui.render.terminal import print_table
    from ui.tables.column import Column
    from ui.terminal.dora import row_text, table_name

    name = table_name(table)
    found = load_filing(opened(database), caller(), number).register.table(name)
    columns = (
        Column(key="row", label="Row"),
        *(Column(key=code, label=f"{code} {one.meaning}") for code, one in COLUMNS[name].items()),
    )
    rows = [
        {"row": row_text(row.number), **{code: found.cell(row, code) for code in COLUMNS[name]}}
        for row in found.rows
    ]
    print_table(name, columns, rows, as_json=as_json)


@dora.command(name="set")
def set_cell(
    number: Number,
    table: TableName,
    row: RowName,
    column: Annotated[str, typer.Argument(metavar="COLUMN", help="For instance c0050.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The new text.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Fill in or change one cell, and every cell that must say the same."""
    from db.services.filings import CellDecision, decide_cells
    from ui.terminal.dora import row_number, table_name

    wanted = CellDecision(
        table=table_name(table), row=row_number(row), column=column.lower(), value=value
    )
    _told(decide_cells(opened(database), caller(), number, [wanted]), as_json=as_json)


@dora.command()
def fill(
    number: Number,
    path: Annotated[Path, typer.Argument(help="CSV with table, row, column, value.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Fill in many cells from a file, all or none of them."""
    from db.services.filings import decide_cells
    from ui.terminal.dora import cells_in

    cells = cells_in(path)
    _told(decide_cells(opened(database), caller(), number, cells), as_json=as_json)


@dora.command()
def undo(
    number: Number,
    table: TableName,
    row: RowName,
    column: Annotated[str, typer.Argument(metavar="COLUMN", help="Left out: the row itself.")] = "",
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Let a cell, or a row, be again as it came."""
    from db.services.filings import CellDecision, take_back
    from ui.terminal.dora import row_number, table_name

    wanted = CellDecision(
        table=table_name(table), row=row_number(row), column=column.lower(), value=None
    )
    _told(take_back(opened(database), caller(), number, [wanted]), as_json=as_json)


@dora.command(name="add-row")
def add_row(
    number: Number,
    table: TableName,
    cells: Annotated[list[str], typer.Argument(metavar="COLUMN=VALUE…", help="Its cells.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Add a row to a table."""
    from db.services.filings import add_rows
    from ui.terminal.dora import row_text, table_name
    from ui.terminal.failures import refuse_if

    refuse_if(any("=" not in one for one in cells), "Write each cell as c0010=text.")
    row = {code.lower(): value for code, _, value in (one.partition("=") for one in cells)}
    (made,) = add_rows(opened(database), caller(), number, [(table_name(table), row)])
    shown = row_text(made)
    print_json({"row": shown}) if as_json else say(f"Added as row {shown}.")


@dora.command(name="remove-row")
def remove_row(
    number: Number,
    table: TableName,
    row: RowName,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take a row out of a table; “dora undo” brings it back."""
    from db.services.filings import remove_rows
    from ui.terminal.dora import row_number, table_name

    gone = [(table_name(table), row_number(row))]
    remove_rows(opened(database), caller(), number, gone)
    print_json({"removed": row}) if as_json else say(f"Row {row} is out of {table_name(table)}.")


@dora.command()
def proposals(number: Number, as_json: Json = False, database: Database = None) -> None:
    """Print what can be proposed for open cells and missing rows, each with its reasoning."""
    from db.services.filing_proposals import propose_cells
    from db.services.filings import load_filing
    from ui.render.terminal import print_table
    from ui.tables.filings import PROPOSALS, PROPOSALS_TERMINAL, proposal_rows

    store = opened(database)
    filing = load_filing(store, caller(), number)
    rows = proposal_rows(propose_cells(store, caller(), filing, today=today()))
    columns = PROPOSALS if as_json else PROPOSALS_TERMINAL
    print_table("Proposals", columns, rows, as_json=as_json)


@dora.command()
def accept(
    number: Number,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="PROPOSAL…", help="Which ones; or --table.")
    ] = None,
    table: Annotated[str | None, typer.Option(metavar="TABLE", help="All of a table.")] = None,
    column: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="All of a column of that table.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that there are.")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take proposals over; whoever does so answers for them."""
    from db.services.filing_proposals import propose_cells
    from db.services.filings import accept_proposals, load_filing
    from ui.terminal.dora import table_name
    from ui.terminal.failures import refuse_if

    refuse_if(not (ids or table or every), "Name proposals, a --table, or --all.")
    store, name = opened(database), table_name(table) if table else None
    filing = load_filing(store, caller(), number)
    found = propose_cells(store, caller(), filing, today=today())
    unknown = set(ids or ()) - {one.id for one in found}
    refuse_if(unknown, f"There is no proposal {', '.join(sorted(unknown))} (any more).")
    chosen = [
        one
        for one in found
        if every or one.id in (ids or ()) or (one.table == name and column in (None, one.column))
    ]
    _told(accept_proposals(store, caller(), number, chosen), as_json=as_json)


@dora.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.")],
    register: WhichOne = None,
    portfolio: OfPortfolio = None,
    form: Annotated[
        Form,
        typer.Option(
            "--as",
            help="filing: the zip that is filed; csv: the fifteen tables; kept: every file as it "
            "came, with what was decided.",
        ),
    ] = Form.FILING,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write a register: the package to file, plain tables, or everything as it came."""
    from db.services.filing_checks import check_filing
    from db.services.filings import files_as_kept, pack_filing, tables_of
    from ui.terminal.dora import filing_of, findings_document, write_files

    store = opened(database)
    filing = filing_of(store, register, portfolio)
    left_out: tuple[str, ...] = ()
    if form is Form.FILING:
        packed = pack_filing(store, caller(), filing.summary.number)
        files, left_out = {f"{packed.name}.zip": packed.zipped()}, packed.left_out
    else:
        files = tables_of(filing) if form is Form.CSV else files_as_kept(filing)
    written = write_files(files, folder, replace=force)
    checked = findings_document(check_filing(filing, today=today()))
    if as_json:
        document = {"folder": str(folder), "files": written, "left_out": left_out, **checked}
        print_json(document)
        return
    for sentence in (*left_out, checked["said"]):
        say(sentence)
    say(f"Written to {folder}: {', '.join(written)}.")


@dora.command()
def remove(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Put a register away: it is in no list any more."""
    from db.services.filings import remove_filing

    remove_filing(opened(database), caller(), number, reason=reason)
    print_json({"removed": number}) if as_json else say(f"Register {number} is put away.")


def _told(changed: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"changed": changed})
    else:
        say("Nothing changed." if not changed else f"Cells changed: {changed}.")
