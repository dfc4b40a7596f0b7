"""Commands on the audit trail: reading it, and checking that it is whole."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import Document, print_json, say
from ui.terminal.commands.options import Database, Json, caller, opened
from ui.terminal.failures import ERROR_OF_OURS, RefusedCommand

if TYPE_CHECKING:
    from db.services.audit import AuditCheck

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
    from db.services.audit import verify_audit
    from ui.tables.audit import verdict

    check = verify_audit(opened(database), caller(), noted=_noted_row(noted))
    print_json(check_document(check)) if as_json else say(verdict(check))
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
    from db.services.audit import AuditFilter, list_audit
    from ui.render.terminal import print_table
    from ui.tables.audit import TERMINAL, rows_of

    wanted = AuditFilter(
        actors=(who,) if who else (),
        actions=(what,) if what else (),
        words=search,
        since=_day(since),
        until=_day(until),
    )
    entries = rows_of(list_audit(opened(database), caller(), wanted, limit=limit))
    print_table("What was written, newest first", TERMINAL, entries, as_json=as_json)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"Write a date such as 2026-11-25, not “{text}”.") from None


def _noted_row(text: str | None) -> tuple[int, str] | None:
    """Return row and hash as an earlier check printed them; RefusedCommand if they are not."""
    if text is None:
        return None
    number, _, row_hash = text.partition(":")
    if not number.isdecimal() or len(row_hash) != 64:
        raise RefusedCommand(
            "Write what “audit verify” printed as “noted”: the row, “:”, its hash."
        )
    return int(number), row_hash


def check_document(check: "AuditCheck") -> Document:
    """Return whether the trail is whole, and what to note of it elsewhere."""
    return {
        "whole": check.is_whole,
        "rows": check.rows,
        "broken_at": check.broken_at,
        "because": check.because,
        "snapshots": list(check.snapshots),
        "noted": f"{check.rows}:{check.last_hash}",
    }
