"""The command that plans for a whole portfolio."""

from math import isfinite
from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import print_json, print_tables, progress
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    PortfolioName,
    Slices,
    opened_part,
    today,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store

app = typer.Typer()


@app.command()
def plan(
    portfolio: PortfolioName,
    budget: Annotated[
        float,
        typer.Option(min=0, metavar="USD", help="What all may spend in the first year."),
    ],
    max_share: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="The most of the margin on any one developer, 0 to 1."),
    ] = None,
    pin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OPTION",
            help="An option that must be in the plan, in its own words: “STARTUP / USE CASE / "
            "OPTION”, with PROVIDER before OPTION where a use case has several. May be repeated.",
        ),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PROVIDER",
            help="A developer or host to which nobody shall newly go, as first or second "
            "provider. May be repeated.",
        ),
    ] = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Choose what all startups do together, within a budget and the room that there is."""
    from db.services.access import LOCAL_OWNER
    from db.services.planning import (
        is_planned_by_prices,
        large_prepared_plan,
        prepared_plan,
        wishes_of,
    )
    from risk.alternatives.planning.answer import checked, plan_for
    from risk.alternatives.planning.table import NoPlan, PlanLimits
    from ui.terminal.failures import RefusedCommand, refuse_if
    from ui.terminal.plans import plan_document, plan_tables

    refuse_if(not isfinite(budget), "Write the --budget as an amount in USD, such as 250000.")
    share = 1.0 if max_share is None else max_share
    refuse_if(not isfinite(share), "Write --max-share as a share from 0 to 1, such as 0.4.")
    store = opened_part(database, portfolio, slices, fund, as_of)
    limits = PlanLimits(budget_usd=budget, max_share=max_share)
    wishes = wishes_of(store, LOCAL_OWNER, pins=pin or (), excluded=exclude or ())
    by_prices = is_planned_by_prices(store, LOCAL_OWNER, portfolio)
    try:
        if by_prices:
            prepared = large_prepared_plan(
                store, LOCAL_OWNER, portfolio, today=today(), pins=wishes.pins
            )
        else:
            prepared = prepared_plan(store, LOCAL_OWNER, portfolio, today=today())
        prepared = prepared.under(wishes)
        with progress("Planning", hidden=as_json) as report:
            answer = plan_for(prepared, limits, progress=report)
    except NoPlan as problem:
        raise RefusedCommand(str(problem)) from None
    check = None if by_prices else checked(prepared, answer.plan)
    if as_json:
        print_json(plan_document(answer, check))
    else:
        doubt = _doubt(store, portfolio)
        print_tables([*doubt, *plan_tables(answer, check, placeholder=bool(doubt))])


def _doubt(store: "Store", portfolio: str) -> list["RenderableType"]:
    """That amounts are placeholders, where they are."""
    from db.services.access import LOCAL_OWNER
    from db.services.scoring import score_portfolio
    from ui.render.terminal import text
    from ui.words import headlines

    said = headlines.placeholder(score_portfolio(store, LOCAL_OWNER, portfolio, today=today()))
    return [text(said)] if said else []
