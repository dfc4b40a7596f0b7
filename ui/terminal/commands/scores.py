"""Commands for scores that are kept in the store, to be read without being worked out."""

from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables, progress, say
from ui.terminal.commands.options import Database, Json, PortfolioName, opened, today

app = typer.Typer()
scores = typer.Typer(
    help="The last scores of each portfolio, kept in the store.", no_args_is_help=True
)
app.add_typer(scores, name="scores")


@scores.command()
def keep(
    portfolio: PortfolioName,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="A Dask scheduler; local: processes here; without it: this process.",
        ),
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Score a portfolio and keep its answer, in place of the last one."""
    from ui.terminal.kept_scores import keep_scores, run_document

    with progress("Scoring the portfolio", hidden=as_json) as report:
        run = keep_scores(opened(database), portfolio, scheduler, today=today(), progress=report)
    if as_json:
        print_json(run_document(run))
        return
    say(f"{run.startups:,} companies were scored as of {run.as_of}; their scores are kept.")


@scores.command("list")
def list_scores(
    portfolio: PortfolioName,
    words: Annotated[str, typer.Option(help="Name, notes or a provider.")] = "",
    order: Annotated[
        str, typer.Option(help="name, annual revenue, score, expected loss, share of the tail")
    ] = "expected loss",
    offset: Annotated[int, typer.Option(min=0, help="How many to pass over.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many to show.")] = 50,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List companies with their kept scores, the largest figures first."""
    from ui.terminal.kept_scores import listed, listed_document, listed_tables

    found = listed(
        opened(database),
        portfolio,
        words=words,
        order=order,
        offset=offset,
        limit=limit,
        today=today(),
    )
    if as_json:
        print_json(listed_document(found))
        return
    print_tables(listed_tables(found, offset=offset))
