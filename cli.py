"""The terminal's door: every page's answer as a command, for scripts and for people.

``python cli.py …`` in the checkout and ``downstream …`` once installed are the same program.
Commands import what they need when they run, so that light ones start fast.
"""

import os
from typing import Annotated

import typer

from ui.terminal.commands.every import PARTS
from ui.terminal.failures import Door

app = typer.Typer(
    cls=Door,
    help="Who goes down when your LLM provider does?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for part in PARTS:
    app.add_typer(part.app)


@app.callback()
def everything(
    debug: Annotated[bool, typer.Option("--debug", help="Show the details of an error.")] = False,
    database: Annotated[
        str | None,
        typer.Option("--database", help="The store of the command, as its own --database."),
    ] = None,
) -> None:
    """Who goes down when your LLM provider does?"""
    if database is not None:
        os.environ["DOWNSTREAM_DATABASE_URL"] = database


def main() -> None:
    """Run the program named on the command line."""
    app(prog_name="downstream")


if __name__ == "__main__":
    main()
