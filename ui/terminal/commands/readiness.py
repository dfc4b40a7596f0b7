"""Commands on exit readiness: how ready, drills held, and what analysts know beside the facts."""

from datetime import datetime
from typing import Annotated

import typer

from risk.alternatives.evidence import DrillKind
from risk.alternatives.judgements import Judgement, Topic
from ui.render.terminal import print_json, say
from ui.terminal.commands.options import Database, Json, PortfolioName, opened, today

app = typer.Typer()
drills = typer.Typer(help="Fallbacks and exits that were tried.", no_args_is_help=True)
app.add_typer(drills, name="drills")

DAY = ["%Y-%m-%d"]
StartupName = Annotated[str, typer.Option(help="The startup's name.")]


@app.command()
def readiness(
    portfolio: PortfolioName,
    startup: StartupName,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Say how ready a startup is to leave each provider: DORA's class, drills, contract dates."""
    from db.services.access import LOCAL_OWNER
    from db.services.options import readiness as ready
    from ui.render.terminal import print_table
    from ui.tables.readiness import COLUMNS, row_of

    found = ready(opened(database), LOCAL_OWNER, portfolio, startup, today=today())
    title = f"How ready {startup} is to leave"
    print_table(title, COLUMNS, [row_of(one) for one in found], as_json=as_json)


@drills.command()
def add(
    portfolio: PortfolioName,
    startup: StartupName,
    kind: Annotated[DrillKind, typer.Option(help="What was tried.")],
    passed: Annotated[int, typer.Option(min=0, help="Evaluations that passed.")],
    total: Annotated[int, typer.Option(min=1, help="Evaluations that were run.")],
    by: Annotated[str, typer.Option(help="Who held the drill.")],
    source: Annotated[str, typer.Option(help="Where it is written down.")],
    held: Annotated[
        datetime | None, typer.Option(formats=DAY, help="The day; default: today.")
    ] = None,
    hours: Annotated[float | None, typer.Option(min=0, help="How long it took.")] = None,
    use_case: Annotated[str | None, typer.Option(help="Where there are several.")] = None,
    provider: Annotated[str | None, typer.Option(help="Where there are several.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Note a drill; the score counts with it from then on."""
    from db.services.access import LOCAL_OWNER
    from db.services.drills import DrillNote, record_drill

    note = DrillNote(
        startup=startup,
        kind=kind,
        held_on=held.date() if held else today(),
        evals_passed=passed,
        evals_total=total,
        conducted_by=by,
        source=source,
        hours=hours,
        use_case=use_case,
        provider=provider,
    )
    number = record_drill(opened(database), LOCAL_OWNER, portfolio, note)
    print_json({"drill": number}) if as_json else say(f"Noted as drill {number}.")


@drills.command(name="list")
def list_of_drills(
    portfolio: PortfolioName,
    startup: Annotated[str | None, typer.Option(help="Only this startup's.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List drills, newest first."""
    from db.services.access import LOCAL_OWNER
    from db.services.drills import list_drills
    from ui.render.terminal import print_table
    from ui.tables.readiness import TERMINAL_DRILLS, drills_of

    known = drills_of(list_drills(opened(database), LOCAL_OWNER, portfolio, startup))
    print_table("Drills", TERMINAL_DRILLS, known, as_json=as_json)


@drills.command()
def undo(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The drill's number.")],
    reason: Annotated[str, typer.Option(help="Why it no longer counts.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take a drill back; it stays on record and counts no longer."""
    from db.services.access import LOCAL_OWNER
    from db.services.drills import withdraw_drill

    withdraw_drill(opened(database), LOCAL_OWNER, number, reason=reason)
    if as_json:
        print_json({"drill": number, "withdrawn": True})
    else:
        say(f"Drill {number} counts no longer.")


@app.command()
def judge(
    portfolio: PortfolioName,
    topic: Annotated[Topic, typer.Option(help="What it is about.")],
    reason: Annotated[str, typer.Option(help="What it rests on.")],
    value: Annotated[str | None, typer.Option(help="What holds; a wrong one lists them.")] = None,
    startup: Annotated[str, typer.Option(help="The startup; none for “alike”.")] = "",
    use_case: Annotated[str, typer.Option(help="Where there are several.")] = "",
    provider: Annotated[str, typer.Option(help="Where there are several.")] = "",
    subject: Annotated[str, typer.Option(help="“MODEL at HOST”; for “alike” today's model.")] = "",
    other: Annotated[str, typer.Option(help="The criterion; for “alike” the other model.")] = "",
    take_back: Annotated[bool, typer.Option("--take-back", help="Undo what was stated.")] = False,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """State a need, answer a question about an option, or judge what the facts do not say."""
    from db.services import judgements
    from db.services.access import LOCAL_OWNER
    from ui.terminal.failures import refuse_if

    refuse_if(value is None and not take_back, "Give a --value, or --take-back what was stated.")
    said = Judgement(
        topic=topic,
        value=value or "",
        reason=reason,
        startup=startup,
        use_case=use_case,
        dependency_key=provider,
        subject=subject,
        other=other,
    )
    work = judgements.take_back_judgement if take_back else judgements.judge
    work(opened(database), LOCAL_OWNER, portfolio, said)
    if as_json:
        print_json({"topic": topic, "value": None if take_back else value})
    else:
        say("Taken back." if take_back else "Kept.")
