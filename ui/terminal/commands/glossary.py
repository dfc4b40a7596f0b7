"""Command that explains a word of the answers."""

from typing import Annotated

import typer

from ui.render.terminal import print_table
from ui.terminal.commands.options import Database, Json
from ui.terminal.failures import RefusedCommand

app = typer.Typer()


@app.command()
def glossary(
    term: Annotated[
        str | None, typer.Argument(metavar="TERM", help="A word, or a part of one; default: all.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say what the words of the answers mean, each with an example."""
    del database  # Taken as by every command; words are the same in every store.
    from ui.tables.glossary import COLUMNS, rows_of
    from ui.words.glossary import found, like

    terms = found(term or "")
    if not terms:
        near = like(term or "")
        hint = f" Did you mean “{near}”?" if near else " “downstream glossary” lists all."
        raise RefusedCommand(f"No word like “{term}” is explained.{hint}")
    print_table("Glossary", COLUMNS, rows_of(terms), as_json=as_json)
