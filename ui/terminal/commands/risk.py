"""Commands that score, stress and compare."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.terminal.commands.options import (
    Database,
    DaysOfFalter,
    Json,
    Kind,
    NoticeDays,
    PortfolioName,
    PriceMultiple,
    Root,
    ScenarioId,
    Severity,
    opened,
    today,
)
from ui.terminal.failures import refuse_if
from ui.terminal.output import print_json, print_tables, progress

if TYPE_CHECKING:
    from risk.portfolio.year_figures import SimulatedYears

app = typer.Typer()

Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Try another assumption, this once."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Let a Dask cluster score parts of it; local: processes of this machine.",
    ),
]


class Engine(StrEnum):
    """How a year's losses are added up."""

    EXACT = "exact"
    SIMULATION = "simulation"


@app.command()
def score(
    portfolio: PortfolioName,
    engine: Annotated[
        Engine, typer.Option(help="How a year's losses are added up.")
    ] = Engine.EXACT,
    years: Annotated[
        int | None, typer.Option(min=1, help="Years to simulate.", show_default="50,000")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same seed draws the same years.")
    ] = None,
    values: Changes = None,
    scheduler: Scheduler = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Score a portfolio: expected loss, tail, concentration, and every startup."""
    from ui.terminal.interactions import interactions_document, interactions_text
    from ui.terminal.scores import score, score_document, score_on_cluster, score_tables

    refuse_if(
        engine is Engine.EXACT and (years, seed) != (None, None),
        "--years and --seed belong to --engine simulation: the exact engine draws nothing.",
    )
    refuse_if(
        scheduler is not None and engine is Engine.SIMULATION,
        "--cluster belongs to the exact engine: years are simulated in one process.",
    )
    simulated, changes, store = _simulated(engine, years, seed), values or [], opened(database)
    with progress("Scoring the portfolio", hidden=as_json) as report:
        inputs: dict[str, Any] = {"changes": changes, "today": today(), "progress": report}
        if scheduler is None:
            result = score(store, portfolio, simulated=simulated, **inputs)
        else:
            result = score_on_cluster(store, portfolio, scheduler, **inputs)
    document, tables = score_document(result), score_tables(result)
    if result.interactions:
        document["simulation"]["interactions"] = interactions_document(result.interactions)
        tables.append(interactions_text(result.interactions))
    print_json(document) if as_json else print_tables(tables)


def _simulated(engine: Engine, years: int | None, seed: int | None) -> "SimulatedYears | None":
    if engine is Engine.EXACT:
        return None
    from risk.portfolio.simulation import DEFAULT_YEARS
    from risk.portfolio.year_figures import SimulatedYears

    return SimulatedYears(years=years or DEFAULT_YEARS, seed=seed or 0)


@app.command()
def stress(
    portfolio: PortfolioName,
    scenario: ScenarioId = None,
    root: Root = None,
    kind: Kind = None,
    days: DaysOfFalter = None,
    severity: Severity = None,
    price_multiple: PriceMultiple = None,
    notice_days: NoticeDays = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say what one falter would cost a portfolio, day by day and by startup."""
    from db.services import scoring
    from db.services.access import LOCAL_OWNER
    from ui.terminal import stresses

    settings = stresses.Settings(
        scenario=scenario,
        root=root,
        kind=kind,
        days=days,
        severity=severity,
        price_multiple=price_multiple,
        notice_days=notice_days,
    )
    store = opened(database)
    chosen = stresses.choose_scenario(settings, scoring.scenarios(store, LOCAL_OWNER))
    with progress("Running the stress test", hidden=as_json):
        result = scoring.stress(store, LOCAL_OWNER, portfolio, chosen, today=today())
    document = stresses.stress_document(result)
    print_json(document) if as_json else print_tables(stresses.stress_tables(result))


@app.command()
def scenarios(as_json: Json = False, database: Database = None) -> None:
    """List the named stresses and where their facts come from."""
    from db.services.access import LOCAL_OWNER
    from db.services.scoring import scenarios as named
    from ui.terminal.stresses import scenarios_document, scenarios_tables

    document = scenarios_document(named(opened(database), LOCAL_OWNER).values())
    print_json(document) if as_json else print_tables(scenarios_tables(document))


@app.command()
def alternatives(
    portfolio: PortfolioName,
    startup: Annotated[str, typer.Option(help="The startup's name.")],
    use_case: Annotated[str | None, typer.Option(help="Only this use case.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Rank what a startup could do instead."""
    from db.services.access import LOCAL_OWNER
    from db.services.scoring import alternatives as rank
    from ui.terminal.options import alternatives_document, alternatives_tables

    with progress("Scoring the alternatives", hidden=as_json):
        options = rank(
            opened(database), LOCAL_OWNER, portfolio, startup, use_case=use_case, today=today()
        )
    if as_json:
        print_json(alternatives_document(options))
    else:
        print_tables(alternatives_tables(startup, options))
