"""The command on observed usage: what logs and bills show of startups."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import Document, print_json, print_tables, text
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    PortfolioName,
    Slices,
    caller,
    opened_part,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from db.services.usage import ObservedUsage

app = typer.Typer()


@app.command()
def observed(
    portfolio: PortfolioName,
    startup: Annotated[str | None, typer.Option(help="Only this company.")] = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List what logs and bills show: spend, tokens and failed requests by month and supplier."""
    from db.services.usage import observed_usage

    store = opened_part(database, portfolio, slices, fund, as_of)
    found = observed_usage(store, caller(), portfolio, startup)
    if as_json:
        print_json({"portfolio": portfolio, "startups": [_document(one) for one in found]})
    else:
        print_tables(_tables(found))


def _document(one: "ObservedUsage") -> Document:
    """Return the rows, the sums of each month, the tokens at list prices, and the files."""
    from ui.render.json import document
    from ui.tables import usage

    return {
        "startup": one.startup,
        "usage": [document(usage.VALUES, row) for row in usage.rows_of(one)],
        "months": [document(usage.MONTH_VALUES, row) for row in usage.months_of(one)],
        "at_list_prices": [document(usage.COST_VALUES, row) for row in usage.costs_of(one)],
        "files": usage.files_of(one.files),
    }


def _tables(found: "Sequence[ObservedUsage]") -> list["RenderableType"]:
    """Return the same for people."""
    from ui.render.terminal import printed
    from ui.tables import usage
    from ui.words import usage_words

    if not found:
        return [text("Nothing was observed yet: import a gateway's log or a supplier's bill.")]
    said = []
    for one in found:
        said.append(text(f"{one.startup}: {usage_words.headline(one)}"))
        sentences = [*usage_words.caveats(one), usage_words.files_in_words(one)]
        said += [text(f"- {each}") for each in sentences]
    rows = [row for one in found for row in usage.rows_of(one)]
    costs = [row for one in found for row in usage.costs_of(one)]
    shown = [*said, printed("Observed usage", usage.TERMINAL, rows)]
    if costs:
        shown.append(printed("The tokens at list prices", usage.COST_TERMINAL, costs))
    return shown
