"""Commands about the model's numbers: list, change, and what they move."""

from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables
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
table = typer.Typer(invoke_without_command=True)
app.add_typer(table, name="assumptions")

OnePortfolio = Annotated[
    str | None, typer.Option("--portfolio", help="Only this portfolio; default: all there are.")
]


@table.callback()
def assumptions(
    context: typer.Context,
    portfolio: OnePortfolio = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List every number of the model, with its source and who changed it."""
    from ui.render.terminal import print_table
    from ui.tables.assumption import TERMINAL
    from ui.terminal.assumptions import numbers, rows_of, title_of

    if context.invoked_subcommand is not None:
        return
    known = rows_of(numbers(opened(database), portfolio))
    print_table(title_of(known), TERMINAL, known, as_json=as_json)


@table.command("set")
def change(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The number's name.")],
    value: Annotated[str, typer.Argument(help="The new value, or “default”.")],
    reason: Annotated[str, typer.Option(help="Why it changes; others will want to know.")],
    portfolio: OnePortfolio = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Change one number, with the reason."""
    from ui.render.terminal import print_table
    from ui.tables.assumption import TERMINAL
    from ui.terminal import assumptions as words

    # Options may stand before "set" too.
    before = context.parent.params if context.parent else {}
    changed = words.change(
        opened(database or before.get("database")),
        name,
        value,
        reason=reason,
        portfolio=portfolio or before.get("portfolio"),
    )
    as_json = as_json or bool(before.get("as_json"))
    print_table(words.title_of(changed), TERMINAL, changed, as_json=as_json)


@app.command()
def sensitivity(
    portfolio: PortfolioName,
    every: Annotated[
        bool, typer.Option("--all", help="Also every single number and the rate of each provider.")
    ] = False,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say what drives the result: judgements, rates and unknown facts at both their ends."""
    from db.services import scoring
    from ui.terminal.assumptions import sensitivity_document, sensitivity_tables

    found = scoring.sensitivity(
        opened_part(database, portfolio, slices, fund, as_of), caller(), portfolio, today=today()
    )
    if not every:
        found = found.shared()
    print_json(sensitivity_document(found)) if as_json else print_tables(sensitivity_tables(found))
