"""The command that plans for a whole portfolio."""

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import print_json, print_tables, progress, say
from ui.terminal.commands.options import (
    AsOf,
    Database,
    Json,
    OfFunds,
    PortfolioName,
    Slices,
    caller,
    opened_part,
    today,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.engine import Store
    from risk.alternatives.planning.plan import Plan
    from ui.task_files import TaskFile

app = typer.Typer()


@app.command()
def plan(
    portfolio: PortfolioName,
    budget: Annotated[
        str | None,
        typer.Option(
            metavar="USD",
            help="What all may spend in the first year, such as 250000 or 300k; default: half of "
            "all that is worth spending.",
        ),
    ] = None,
    max_share: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="The most of the margin on any one developer, 0 to 1."),
    ] = None,
    max_margin: Annotated[
        float | None,
        typer.Option(min=0, metavar="USD", help="The same in USD of margin a year."),
    ] = None,
    pin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OPTION",
            help="An option that must be in the plan, in its own words: “STARTUP / USE CASE / "
            "OPTION”, with PROVIDER before OPTION where a use case has several. May be repeated.",
        ),
    ] = None,
    keep_decisions: Annotated[
        bool,
        typer.Option("--keep-decisions", help="Pin every decision that stands (“decisions list”)."),
    ] = False,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PROVIDER",
            help="A developer or host to which nobody shall newly go, as first or second "
            "provider. May be repeated.",
        ),
    ] = None,
    tasks: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also write the changes as a list of tasks: .csv, .xlsx, or .ics with the days to "
            "begin.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file of tasks if it is there.")
    ] = False,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Choose what all companies do together, within a budget and the capacity that there is."""
    from db.services.planning import decisions_to_keep, prepared_plan, wishes_of
    from risk.alternatives.planning.answer import checked, plan_for
    from risk.alternatives.planning.table import NoPlan, PlanLimits
    from risk.alternatives.planning.wishes import decisions_kept
    from risk.inventory.amounts import typed_usd
    from ui.terminal.failures import RefusedCommand, refuse_if
    from ui.terminal.plans import plan_document, plan_tables
    from ui.words.plan_words import kept_words

    for name, amount, like in (
        ("max-share", max_share, "a share from 0 to 1, such as 0.4"),
        ("max-margin", max_margin, "an amount in USD, such as 5000000"),
    ):
        refuse_if(amount is not None and not isfinite(amount), f"Write --{name} as {like}.")
    refuse_if(
        max_share is not None and max_margin is not None,
        "Name one limit on a developer: --max-share or --max-margin.",
    )
    spend = None if budget is None else typed_usd(budget)
    refuse_if(
        budget is not None and spend is None,
        "Write --budget as an amount in USD, such as 250000 or 300k.",
    )
    kind = None if tasks is None else _kind_of(tasks, replace=force)
    store = opened_part(database, portfolio, slices, fund, as_of)
    wishes = wishes_of(store, caller(), pins=pin or (), excluded=exclude or ())
    try:
        prepared = prepared_plan(store, caller(), portfolio, wishes.pins, today=today())
        if keep_decisions:
            kept = decisions_kept(prepared.table, decisions_to_keep(store, caller(), portfolio))
            wishes = wishes.with_pins(kept.pins)
            say(kept_words(kept))
        if max_margin is not None:
            max_share = prepared.share_of_margin(max_margin)
        prepared = prepared.under(wishes)
        limits = PlanLimits(budget_usd=spend, max_share=max_share)
        with progress("Planning", hidden=as_json) as report:
            answer = plan_for(prepared, limits, progress=report)
    except NoPlan as problem:
        raise RefusedCommand(str(problem)) from None
    if tasks is not None and kind is not None:
        _write_tasks(store, portfolio, answer.plan, tasks, kind, replace=force)
    check = checked(prepared, answer.plan) if prepared.is_whole else None
    if as_json:
        print_json(plan_document(answer, check, wishes))
    else:
        doubt = _doubt(store, portfolio)
        print_tables([*doubt, *plan_tables(answer, check, placeholder=bool(doubt))])


def _kind_of(path: Path, *, replace: bool) -> "TaskFile":
    """As what a file of tasks is written, known before anything is planned."""
    from ui.task_files import TaskFile
    from ui.terminal.failures import RefusedCommand
    from ui.terminal.files import may_write

    ending = path.suffix.lower().lstrip(".")
    if ending not in list(TaskFile):
        raise RefusedCommand(f"--tasks {path}: name a file that ends in .csv, .xlsx or .ics.")
    may_write(path, replace=replace)
    return TaskFile(ending)


def _write_tasks(
    store: "Store", portfolio: str, chosen: "Plan", path: Path, kind: "TaskFile", *, replace: bool
) -> None:
    from db.services.planning import plan_tasks
    from ui.task_files import task_file
    from ui.terminal.files import write_new

    found = plan_tasks(store, caller(), portfolio, chosen.changed, today=today())
    data = task_file(found, kind=kind, portfolio=portfolio, as_of=today())
    write_new(path, data, replace=replace)
    say(f"Wrote {len(found):,} tasks to {path}.")


def _doubt(store: "Store", portfolio: str) -> list["RenderableType"]:
    """That amounts are placeholders, where they are."""
    from db.services.scoring import score_portfolio
    from ui.render.terminal import text
    from ui.words import headlines

    said = headlines.placeholder(score_portfolio(store, caller(), portfolio, today=today()))
    return [text(said)] if said else []
