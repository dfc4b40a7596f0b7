"""Commands that score, stress and compare."""

from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables, progress
from ui.terminal.commands.options import (
    AsOf,
    Database,
    DaysOfDisruption,
    Json,
    Kind,
    NoticeDays,
    OfFunds,
    PortfolioName,
    PriceMultiple,
    Root,
    ScenarioId,
    Severity,
    Slices,
    caller,
    opened,
    opened_part,
    today,
)

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


@app.command()
def score(
    portfolio: PortfolioName,
    values: Changes = None,
    scheduler: Scheduler = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Score a portfolio: expected loss, tail, concentration, and every company, with ranges."""
    from ui.terminal.scores import score, score_document, score_on_cluster, score_tables

    store, changes, day = (
        opened_part(database, portfolio, slices, fund, as_of),
        values or [],
        today(),
    )
    with progress("Scoring the portfolio", hidden=as_json) as report:
        if scheduler is None:
            scored = score(store, portfolio, changes=changes, today=day)
        else:
            scored = score_on_cluster(
                store, portfolio, scheduler, changes=changes, today=day, progress=report
            )
    document, tables = {}, []
    if fund:
        from db.services.funds import fund_losses
        from ui.terminal.funds import funds_document, funds_tables

        stand = scored.valuation.assumptions
        held = fund_losses(store, caller(), portfolio, today=day, assumptions=stand)
        if as_json:
            document = {"funds": funds_document(held)["funds"]}
        else:
            tables = funds_tables(held)
    if as_json:
        print_json({**score_document(scored), **document})
    else:
        print_tables([*score_tables(scored), *tables])


@app.command()
def stress(
    portfolio: PortfolioName,
    scenario: ScenarioId = None,
    root: Root = None,
    kind: Kind = None,
    days: DaysOfDisruption = None,
    severity: Severity = None,
    price_multiple: PriceMultiple = None,
    notice_days: NoticeDays = None,
    slices: Slices = None,
    fund: OfFunds = None,
    as_of: AsOf = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say what one disruption would cost a portfolio, day by day and by company."""
    from db.services import scenario_files, scoring
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
    store = opened_part(database, portfolio, slices, fund, as_of)
    chosen = stresses.choose_scenario(settings, scenario_files.scenarios(store, caller()))
    with progress("Running the stress test", hidden=as_json):
        result = scoring.stress(store, caller(), portfolio, chosen, today=today())
    document = stresses.stress_document(result)
    print_json(document) if as_json else print_tables(stresses.stress_tables(result))


@app.command()
def scenarios(as_json: Json = False, database: Database = None) -> None:
    """List the named stresses and where their facts come from."""
    from db.services.scenario_files import scenarios as named
    from ui.render.json import document
    from ui.render.terminal import printed
    from ui.tables import scenario

    rows = scenario.rows_of(named(opened(database), caller()).values())
    if as_json:
        print_json([document(scenario.COLUMNS, one) for one in rows])
    else:
        print_tables([printed("Scenarios", scenario.LISTED, rows)])


@app.command()
def company(
    portfolio: PortfolioName,
    startup: Annotated[str, typer.Option(help="The company's name.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say what the end of its lead developer would do to one company, and what is safer."""
    from ui.terminal.company import company_document, company_of, company_tables

    store = opened(database)
    with progress("Scoring the company", hidden=as_json):
        found = company_of(store, portfolio, startup, today=today())
    if as_json:
        print_json(company_document(found))
    else:
        print_tables(company_tables(found))


@app.command()
def alternatives(
    portfolio: PortfolioName,
    startup: Annotated[str, typer.Option(help="The company's name.")],
    use_case: Annotated[str | None, typer.Option(help="Only this use case.")] = None,
    waiting: Annotated[
        bool,
        typer.Option(
            "--waiting",
            help="Say what waiting is worth for every provider, also without signals about it.",
        ),
    ] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Rank what a company could do instead, and say what waiting is worth in a crisis."""
    from db.services import options as services
    from db.services.scoring import alternatives as rank
    from ui.terminal.alternatives import alternatives_document, alternatives_tables

    store, day = opened(database), today()
    with progress("Scoring the alternatives", hidden=as_json):
        options = rank(store, caller(), portfolio, startup, use_case=use_case, today=day)
        known = services.waiting(
            *(store, caller(), portfolio, startup),
            use_case=use_case,
            all_providers=waiting,
            today=day,
        )
    if as_json:
        print_json(alternatives_document(options, known))
    else:
        print_tables(alternatives_tables(startup, options, known))
