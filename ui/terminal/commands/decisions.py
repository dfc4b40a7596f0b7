"""Commands on what was decided: choose an option, list, mark done, open again, take back."""

from datetime import datetime
from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables, say
from ui.terminal.commands.options import Database, Json, PortfolioName, caller, opened, today

app = typer.Typer()
decisions = typer.Typer(help="What companies decided to do.", no_args_is_help=True)
app.add_typer(decisions, name="decisions")

DAY = ["%Y-%m-%d"]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The decision's number.")]


@app.command()
def decide(
    portfolio: PortfolioName,
    startup: Annotated[str, typer.Option(help="The company's name.")],
    option: Annotated[
        str, typer.Option(help="The option as “alternatives” lists it, or “recommended”.")
    ],
    owner: Annotated[str, typer.Option(help="Who sees to it.")],
    use_case: Annotated[
        str | None, typer.Option(help="The use case, where the company has several.")
    ] = None,
    due: Annotated[datetime | None, typer.Option(formats=DAY, help="The day it is due.")] = None,
    note: Annotated[str | None, typer.Option(help="What else to keep with it.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Accept an option for a use case, with who sees to it and by when."""
    from ui.terminal.decisions import Choice, decide_for

    choice = Choice(
        portfolio=portfolio,
        startup=startup,
        use_case=use_case,
        option=option,
        owner=owner,
        due=due.date() if due else None,
        note=note,
    )
    number, accepted = decide_for(opened(database), choice, today=today())
    if as_json:
        print_json({"decision": number, "use_case": accepted.use_case, "option": accepted.option})
    else:
        say(f"Decided: {accepted.option}, as decision {number}.")


@decisions.command(name="list")
def list_of_decisions(
    portfolio: PortfolioName,
    startup: Annotated[str | None, typer.Option(help="Only this company's.")] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List what was decided, and what of the promised risk is removed."""
    from db.services.decisions import list_decisions
    from ui.terminal.decisions import decisions_document, decisions_tables

    found = list_decisions(opened(database), caller(), portfolio, startup)
    if as_json:
        print_json(decisions_document(found, today=today()))
    else:
        print_tables(decisions_tables(found, today=today()))


@decisions.command()
def done(
    number: Number,
    on: Annotated[
        datetime | None, typer.Option(formats=DAY, help="The day it was done; default: today.")
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Note that a decision was carried out."""
    from db.services.decisions import finish_decision
    from ui.terminal.failures import refuse_if

    day = on.date() if on else today()
    refuse_if(day > today(), f"{day} is still to come: note it once the work is done.")
    finish_decision(opened(database), caller(), number, done=day)
    print_json({"decision": number, "done": day}) if as_json else say(f"Decision {number} is done.")


@decisions.command()
def reopen(number: Number, as_json: Json = False, database: Database = None) -> None:
    """Undo “done”: the decision is to be carried out again."""
    from db.services.decisions import reopen_decision

    reopen_decision(opened(database), caller(), number)
    if as_json:
        print_json({"decision": number, "done": None})
    else:
        say(f"Decision {number} is to be done again.")


@decisions.command()
def undo(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Take a decision back; it stays on record."""
    from db.services.decisions import withdraw_decision

    withdraw_decision(opened(database), caller(), number, reason=reason)
    if as_json:
        print_json({"decision": number, "withdrawn": True})
    else:
        say(f"Decision {number} is taken back.")
