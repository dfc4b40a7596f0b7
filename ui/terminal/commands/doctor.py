"""Command that looks at the installation itself."""

from typing import Annotated

import typer

from ui.render.terminal import print_table
from ui.terminal.commands.options import Database, Json
from ui.terminal.failures import REFUSED

app = typer.Typer()


@app.command()
def doctor(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it shall listen.")] = 8501,
    address: Annotated[str, typer.Option(help="127.0.0.1 is this machine only.")] = "127.0.0.1",
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say what is wrong with this installation and what to do; status 2 if anything must be."""
    from ui.tables import check
    from ui.terminal.doctor import Patient, examine

    rows = examine(Patient(database=database, address=address, port=port))
    print_table("Installation", check.COLUMNS, rows, as_json=as_json)
    raise typer.Exit(REFUSED if check.must_be_done(rows) else 0)
