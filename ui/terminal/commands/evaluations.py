"""Commands on evaluations that startups ran themselves: note one, list them, take one back."""

from datetime import datetime
from typing import Annotated

import typer

from ui.render.terminal import print_json, say
from ui.terminal.commands.options import Database, Json, PortfolioName, caller, opened, today

app = typer.Typer()
evaluations = typer.Typer(
    help="Two models on the same cases of a use case, which outrank all facts.",
    no_args_is_help=True,
)
app.add_typer(evaluations, name="evaluations")

DAY = ["%Y-%m-%d"]


@evaluations.command()
def add(
    portfolio: PortfolioName,
    startup: Annotated[str, typer.Option(help="The company's name.")],
    other: Annotated[str, typer.Option(help="The model that today's was compared with.")],
    score_today: Annotated[float, typer.Option(min=0, max=1, help="Share passed by today's.")],
    score_other: Annotated[float, typer.Option(min=0, max=1, help="Share passed by the other.")],
    cases: Annotated[int, typer.Option(min=1, help="On how many cases both were run.")],
    name: Annotated[str, typer.Option("--set", help="What the set of cases is called.")],
    by: Annotated[str, typer.Option(help="Who ran it.")],
    source: Annotated[str, typer.Option(help="Where it is written down.")],
    held: Annotated[
        datetime | None, typer.Option(formats=DAY, help="The day; default: today.")
    ] = None,
    use_case: Annotated[str | None, typer.Option(help="Where there are several.")] = None,
    model: Annotated[str | None, typer.Option(help="Today's, where there are several.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Note an evaluation; from then on it says how alike the two models are for this use case."""
    from db.services.evaluations import EvaluationNote, record_evaluation
    from risk.alternatives.evaluations import Evaluation

    noted = EvaluationNote(
        startup=startup,
        other=other,
        evaluation=Evaluation(
            today=score_today,
            other=score_other,
            cases=cases,
            held_on=held.date() if held else today(),
            name=name,
            by=by,
        ),
        source=source,
        use_case=use_case,
        model=model,
    )
    number = record_evaluation(opened(database), caller(), portfolio, noted)
    print_json({"evaluation": number}) if as_json else say(f"Noted as evaluation {number}.")


@evaluations.command(name="list")
def list_of_evaluations(
    portfolio: PortfolioName,
    startup: Annotated[str | None, typer.Option(help="Only this company's.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List the evaluations that count, newest first."""
    from db.services.evaluations import list_evaluations
    from ui.render.terminal import print_table
    from ui.tables.evaluation import COLUMNS, TERMINAL, rows_of

    known = list_evaluations(opened(database), caller(), portfolio, startup)
    rows = rows_of(known, today=today())
    print_table("Evaluations", COLUMNS if as_json else TERMINAL, rows, as_json=as_json)


@evaluations.command()
def undo(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The evaluation's number.")],
    reason: Annotated[str, typer.Option(help="Why it no longer counts.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take an evaluation back; it stays on record and counts no longer."""
    from db.services.evaluations import withdraw_evaluation

    withdraw_evaluation(opened(database), caller(), number, reason=reason)
    if as_json:
        print_json({"evaluation": number, "withdrawn": True})
    else:
        say(f"Evaluation {number} counts no longer.")
