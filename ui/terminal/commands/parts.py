"""Commands for portfolios that lie in a folder of Parquet files, a part in each."""

from pathlib import Path
from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables, progress, say
from ui.terminal.commands.options import Database, Json, PortfolioName, caller, opened, today

app = typer.Typer()
parts = typer.Typer(help="Large portfolios as folders of Parquet files.", no_args_is_help=True)
app.add_typer(parts, name="parts")


@parts.command()
def write(
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    portfolio: PortfolioName,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write a portfolio as it is scored, so that machines without the store can read it."""
    from db.services.scoring_in_chunks import write_portfolio_parts

    startups = write_portfolio_parts(opened(database), caller(), portfolio, folder)
    if as_json:
        print_json({"folder": str(folder), "startups": startups})
        return
    say(f"{startups:,} companies written to {folder}.")


@parts.command()
def score(
    folder: Annotated[Path, typer.Argument(help="A folder that “parts write” made.")],
    scheduler: Annotated[
        str,
        typer.Option(
            "--cluster", metavar="ADDRESS", help="A Dask scheduler; local: processes here."
        ),
    ] = "local",
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Score a portfolio from its parts, on the reference facts of the store."""
    from db.services.scoring_in_chunks import cluster, valued_folder
    from risk.portfolio.assessment import assess
    from risk.portfolio.sensitivity import with_narrowing
    from ui.terminal.scores import Scored, score_document, score_tables

    store = opened(database)
    with (
        cluster(scheduler) as workers,
        progress("Scoring the portfolio", hidden=as_json) as report,
    ):
        valuation = valued_folder(
            store, caller(), folder, workers=workers, today=today(), progress=report
        )
    scored = Scored(result=with_narrowing(assess(valuation), valuation), valuation=valuation)
    print_json(score_document(scored)) if as_json else print_tables(score_tables(scored))
