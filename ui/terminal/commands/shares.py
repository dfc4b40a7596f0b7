"""Commands that make, list and end links for people outside."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ui.terminal.commands.options import Database, Json, opened
from ui.terminal.output import print_json, print_tables, say

app = typer.Typer()
share = typer.Typer(help="Links for people who have no account.", no_args_is_help=True)
app.add_typer(share, name="share")


OneStartup = Annotated[str | None, typer.Option(help="Only this startup of it.")]
Snapshot = Annotated[
    bool, typer.Option("--snapshot", help="Freeze today's data; without, the link is live.")
]
Days = Annotated[
    int | None, typer.Option(metavar="DAYS", help="Days until it expires; 30 if not stated.")
]
WithPasscode = Annotated[
    bool, typer.Option("--passcode", help="Make a passcode of six words for it.")
]
LeftOut = Annotated[
    list[str] | None,
    typer.Option(help="What to leave out: names, providers, expected_loss … (again for more)."),
]


@share.command()
def create(
    portfolio: Annotated[str, typer.Option(help="The portfolio to show.")],
    startup: OneStartup = None,
    snapshot: Snapshot = False,
    expires: Days = None,
    passcode: WithPasscode = False,
    redact: LeftOut = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Make a link and print it once; it cannot be shown again."""
    from db.services.access import LOCAL_OWNER
    from db.services.share_contents import Wanted
    from db.services.shares import ShareKind, create_share
    from db.sharing.redaction import redactions
    from db.sharing.secrets_of_links import new_passcode
    from ui.terminal.shares import new_share_document

    words = new_passcode() if passcode else None
    wanted = Wanted(
        portfolio=portfolio,
        startup=startup,
        left_out=redactions(part for one in redact or () for part in one.split(",")),
        today=datetime.now(UTC).date(),
    )
    kind = ShareKind.SNAPSHOT if snapshot else ShareKind.LIVE
    made = create_share(
        opened(database), LOCAL_OWNER, wanted, kind=kind, days=expires, passcode=words
    )
    if as_json:
        print_json(new_share_document(made, passcode=words))
        return
    typer.echo(made.link)
    if words:
        say(f"Passcode, to be told on another way than the link: {words}")
    say(
        f"Share link {made.share} ({made.kind}) opens until {made.expires_at:%d %B %Y, %H:%M} UTC. "
        "It is shown only now."
    )


@share.command(name="list")
def list_of_shares(as_json: Json = False, database: Database = None) -> None:
    """List the links, newest first, with how often each was opened."""
    from db.services.access import LOCAL_OWNER
    from db.services.share_lists import list_shares
    from ui.terminal.shares import shares_document, shares_tables

    document = shares_document(list_shares(opened(database), LOCAL_OWNER))
    print_json(document) if as_json else print_tables(shares_tables(document))


@share.command()
def revoke(
    number: Annotated[int, typer.Argument(metavar="ID", help="Its number in the list.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """End a link at once, also for whoever has it open."""
    from db.services.access import LOCAL_OWNER
    from db.services.share_lists import revoke_share
    from ui.terminal.shares import shares_document

    ended = revoke_share(opened(database), LOCAL_OWNER, number)
    if as_json:
        print_json(shares_document([ended])[0])
    else:
        say(f"Share link {number} opens nothing any more.")


@share.command(name="maximum")
def longest_life(
    days: Annotated[int, typer.Argument(help="The longest that a link may live.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Set how many days a link may live at most."""
    from db.services.access import LOCAL_OWNER
    from db.services.share_rules import set_longest_share_days

    set_longest_share_days(opened(database), LOCAL_OWNER, days)
    print_json({"days": days}) if as_json else say(f"From now on a link lives {days} days at most.")


@share.command(name="reset-clock")
def reset_clock(as_json: Json = False, database: Database = None) -> None:
    """After this machine's clock was wrong: end all links and start afresh."""
    from db.services.access import LOCAL_OWNER
    from db.services.share_rules import reset_share_clock

    ended = reset_share_clock(opened(database), LOCAL_OWNER)
    print_json({"ended": ended}) if as_json else say(f"{ended} links were ended.")
