"""Commands on corrections that came back through share links."""

from typing import Annotated

import typer

from ui.render.terminal import print_json, print_tables, say, text
from ui.terminal.commands.options import Database, Json, caller, opened

app = typer.Typer()
correction = typer.Typer(
    help="Corrections that readers of share links proposed.", no_args_is_help=True
)
app.add_typer(correction, name="correction")

Number = Annotated[int, typer.Argument(metavar="ID", help="Its number in the list.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the audit trail.")]


@correction.command(name="list")
def list_of_corrections(as_json: Json = False, database: Database = None) -> None:
    """List the corrections, newest first, each with its changes."""
    from db.services.corrections import list_corrections
    from ui.render.terminal import printed
    from ui.tables import correction as table

    known = [table.row_of(one) for one in list_corrections(opened(database), caller())]
    if as_json:
        print_json(known)
        return
    shown = [printed(table.title(one), table.CHANGES, one["changes"]) for one in known]
    print_tables(shown or [text("No correction came back yet.")])


@correction.command()
def accept(
    number: Number,
    only: Annotated[
        list[int] | None, typer.Option(help="Accept this change alone (again for more).")
    ] = None,
    reason: Reason = "",
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Write what a correction proposes into the register, as a batch that can be undone."""
    from db.services.correction_acceptance import accept_correction

    done = accept_correction(opened(database), caller(), number, only=only, reason=reason)
    if as_json:
        print_json({"id": number, "decision": "accepted", "batch": done.batch})
        return
    where = f" as batch {done.batch}" if done.batch is not None else "; it only had a message"
    say(f"Correction {number} is accepted{where}.")


@correction.command()
def decline(
    number: Number, reason: Reason = "", as_json: Json = False, database: Database = None
) -> None:
    """Decide that a correction changes nothing."""
    from db.services.corrections import decline_correction

    decline_correction(opened(database), caller(), number, reason=reason)
    if as_json:
        print_json({"id": number, "decision": "declined", "batch": None})
    else:
        say(f"Correction {number} is declined; nothing changed.")
