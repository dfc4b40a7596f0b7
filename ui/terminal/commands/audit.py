"""Commands on the audit trail: reading it, and checking that it is whole."""

from datetime import date
from typing import Annotated

import typer

from ui.terminal.commands.options import Database, Json, opened
from ui.terminal.failures import ERROR_OF_OURS
from ui.terminal.output import print_json, print_tables, say

app = typer.Typer()
audit = typer.Typer(help="Who did what, and whether the record is whole.", no_args_is_help=True)
app.add_typer(audit, name="audit")


@audit.command()
def verify(
    noted: Annotated[
        str | None,
        typer.Option("--noted", metavar="ROW:HASH", help="What an earlier check said."),
    ] = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Follow the chain of hashes and compare every snapshot; status 1 where somebody tampered."""
    from db.services.access import LOCAL_OWNER
    from db.services.audit import verify_audit
    from ui.terminal.audit import check_document, check_sentence, noted_row

    check = verify_audit(opened(database), LOCAL_OWNER, noted=noted_row(noted))
    print_json(check_document(check)) if as_json else say(check_sentence(check))
    if not check.is_whole:
        raise typer.Exit(ERROR_OF_OURS)


@audit.command(name="list")
def list_of_entries(
    who: Annotated[str | None, typer.Option(help="Only what this person did.")] = None,
    what: Annotated[str | None, typer.Option(help="Only this action, such as import.")] = None,
    search: Annotated[str, typer.Option(help="Words in object or reason.")] = "",
    since: Annotated[str | None, typer.Option(metavar="DATE", help="From this day, UTC.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="To this day, UTC.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 100,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """List what was written, newest first."""
    from db.services.access import LOCAL_OWNER
    from db.services.audit import AuditFilter, list_audit
    from ui.terminal.audit import entries_document, entries_tables

    wanted = AuditFilter(
        actors=(who,) if who else (),
        actions=(what,) if what else (),
        words=search,
        since=_day(since),
        until=_day(until),
    )
    entries = list_audit(opened(database), LOCAL_OWNER, wanted, limit=limit)
    print_json(entries_document(entries)) if as_json else print_tables(entries_tables(entries))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"Write a date such as 2026-11-25, not “{text}”.") from None
