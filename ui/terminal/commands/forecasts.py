"""Commands on forecasts, kept, answered and scored, and on losses beside their predictions."""

from datetime import datetime
from typing import Annotated

import typer

from risk.catalog.failure_kinds import FailureKind
from ui.render.terminal import print_json, print_table, print_tables, progress, say
from ui.terminal.commands.options import Database, Json, PortfolioName, caller, opened, today

app = typer.Typer()
forecasts = typer.Typer(
    help="What the model says of providers, kept before the fact and scored.", no_args_is_help=True
)
losses = typer.Typer(
    help="What companies lost by a disruption, beside what was predicted.", no_args_is_help=True
)
app.add_typer(forecasts, name="forecasts")
app.add_typer(losses, name="losses")

DAY = ["%Y-%m-%d"]


@forecasts.command()
def keep(
    portfolio: PortfolioName,
    provider: Annotated[
        str | None, typer.Option(help="Only this one; default: all that the companies call.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Keep what the model says today; a question of the same period is kept once, for good."""
    from db.services.forecasts import keep_forecasts
    from ui.tables.forecast import TERMINAL, rows_of
    from ui.words.forecast_words import kept

    with progress("Asking the model", hidden=as_json):
        made = keep_forecasts(opened(database), caller(), portfolio, provider=provider)
    rows = rows_of(made.new, today())
    if as_json:
        print_json({"kept": rows, "known": made.known})
        return
    if rows:
        print_table("Forecasts kept", TERMINAL, rows, as_json=False)
    say(kept(len(made.new), made.known))


@forecasts.command(name="list")
def list_of_forecasts(
    portfolio: PortfolioName, as_json: Json = False, database: Database = None
) -> None:
    """List every forecast with what came of it, by the day on which its time is over."""
    from db.services.forecasts import list_forecasts
    from ui.tables.forecast import TERMINAL, rows_of

    known = list_forecasts(opened(database), caller(), portfolio)
    print_table(
        "Forecasts",
        TERMINAL,
        rows_of(known, today()),
        as_json=as_json,
        nothing="No forecast was kept yet: “downstream forecasts keep --portfolio P”.",
    )


@forecasts.command()
def settle(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The forecast's number.")],
    source: Annotated[str, typer.Option(help="Where the answer is told.")],
    yes: Annotated[bool, typer.Option("--yes", help="It happened.")] = False,
    no: Annotated[bool, typer.Option("--no", help="It did not, and its time is over.")] = False,
    void: Annotated[bool, typer.Option("--void", help="It cannot be answered.")] = False,
    hours: Annotated[
        float | None, typer.Option(help="How many hours, where that is the question.")
    ] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=DAY, help="The day on which it happened.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say what came of a forecast: one of --yes, --no, --hours or --void."""
    from db.services.forecasts import settle_forecast
    from risk.hazard.forecasts import Answered, Outcome
    from ui.terminal.failures import refuse_if
    from ui.words.forecast_words import came

    chosen = {
        Outcome.YES: yes,
        Outcome.NO: no,
        Outcome.AMOUNT: hours is not None,
        Outcome.VOID: void,
    }
    said = [outcome for outcome, wanted in chosen.items() if wanted]
    refuse_if(len(said) != 1, "Say one of --yes, --no, --hours or --void.")
    day = on.date() if on else None
    answer = Answered(outcome=said[0], hours=hours, day=day, source=source)
    settle_forecast(opened(database), caller(), number, answer)
    if as_json:
        print_json({"forecast": number, "outcome": answer.outcome, "hours": hours, "day": day})
    else:
        say(f"Forecast {number}: {came(answer)}.")


@forecasts.command()
def score(portfolio: PortfolioName, as_json: Json = False, database: Database = None) -> None:
    """Score what is settled, the most surprising first, beside named references."""
    from db.services.forecasts import list_forecasts
    from risk.hazard.forecast_scores import scored
    from ui.terminal.forecasts import score_document, score_tables

    found = scored(list_forecasts(opened(database), caller(), portfolio), today=today())
    if as_json:
        print_json(score_document(found, today()))
    else:
        print_tables(score_tables(found, today()))


@losses.command()
def note(
    portfolio: PortfolioName,
    startup: Annotated[str, typer.Option(help="The company's name.")],
    provider: Annotated[str, typer.Option(help="Whose disruption it was.")],
    kind: Annotated[FailureKind, typer.Option(help="Of which kind.")],
    start: Annotated[
        datetime, typer.Option("--from", formats=DAY, help="The day on which it began.")
    ],
    source: Annotated[str, typer.Option(help="Where the figure comes from.")],
    end: Annotated[
        datetime | None, typer.Option("--to", formats=DAY, help="Its last day, if it is over.")
    ] = None,
    usd: Annotated[
        float | None, typer.Option(help="What was lost, in USD; without it: nobody knows.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Note what a company lost; a newer note about the same company and day counts instead."""
    from db.services.realised_losses import note_loss
    from risk.scenarios.realised import RealisedLoss

    noted = RealisedLoss(
        startup=startup,
        provider=provider,
        kind=kind,
        first_day=start.date(),
        last_day=end.date() if end else None,
        amount_usd=usd,
        source=source,
    )
    number = note_loss(opened(database), caller(), portfolio, noted)
    print_json({"loss": number}) if as_json else say(f"Noted as loss {number}.")


@losses.command()
def undo(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The loss's number.")],
    reason: Annotated[str, typer.Option(help="Why it no longer counts.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take a note back; it stays on record and counts no longer."""
    from db.services.realised_losses import take_back_loss

    take_back_loss(opened(database), caller(), number, reason=reason)
    if as_json:
        print_json({"loss": number, "withdrawn": True})
    else:
        say(f"Loss {number} counts no longer.")


@losses.command(name="list")
def list_of_losses(
    portfolio: PortfolioName, as_json: Json = False, database: Database = None
) -> None:
    """List the losses that were noted beside what was predicted, misses first."""
    from db.services.realised_losses import list_losses
    from risk.scenarios.realised import misses_first
    from ui.tables.realised_loss import TERMINAL, rows_of

    known = misses_first(list_losses(opened(database), caller(), portfolio))
    print_table(
        "Realised losses",
        TERMINAL,
        rows_of(known),
        as_json=as_json,
        nothing="No loss was noted yet: “downstream losses note --help”.",
    )


@losses.command("score")
def score_of_losses(
    portfolio: PortfolioName, as_json: Json = False, database: Database = None
) -> None:
    """Score what was predicted of the losses that are known."""
    from db.services.realised_losses import list_losses
    from risk.scenarios.realised import score_losses
    from ui.render.terminal import text
    from ui.tables.realised_loss import score_of
    from ui.words.forecast_words import losses_words

    found = score_losses(list_losses(opened(database), caller(), portfolio))
    print_json(score_of(found)) if as_json else print_tables([text(losses_words(found))])
