"""Commands that make, list and end links for people outside."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import print_json, print_text, say
from ui.terminal.commands.options import (
    Database,
    DaysOfDisruption,
    Json,
    Kind,
    LeftOut,
    NoticeDays,
    PriceMultiple,
    Root,
    ScenarioId,
    Severity,
    caller,
    left_out,
    opened,
    today,
)
from ui.terminal.failures import refuse_if

if TYPE_CHECKING:
    from db.engine import Store
    from db.services.share_contents import Wanted
    from risk.scenarios.results import Scenario
    from ui.terminal.stresses import Settings

app = typer.Typer()
share = typer.Typer(help="Links for people who have no account.", no_args_is_help=True)
app.add_typer(share, name="share")


OneStartup = Annotated[str | None, typer.Option(help="Only this company of it.")]
Snapshot = Annotated[
    bool, typer.Option("--snapshot", help="Freeze today's data; without, the link is live.")
]
Days = Annotated[
    int | None, typer.Option(metavar="DAYS", help="Days until it expires; 30 if not stated.")
]
WithPasscode = Annotated[
    bool, typer.Option("--passcode", help="Make a passcode of six words for it.")
]


@share.command()
def create(
    portfolio: Annotated[str, typer.Option(help="The portfolio to show.")],
    startup: OneStartup = None,
    scenario: ScenarioId = None,
    root: Root = None,
    kind: Kind = None,
    days: DaysOfDisruption = None,
    severity: Severity = None,
    price_multiple: PriceMultiple = None,
    notice_days: NoticeDays = None,
    snapshot: Snapshot = False,
    expires: Days = None,
    passcode: WithPasscode = False,
    redact: LeftOut = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Make a link and print it once; it cannot be shown again.

    It shows the portfolio, one company of it, or one stress test: a named scenario, or a provider
    and a kind as in “stress”.
    """
    from db.services.share_contents import Wanted
    from ui.terminal.stresses import Settings

    settings = Settings(
        scenario=scenario,
        root=root,
        kind=kind,
        days=days,
        severity=severity,
        price_multiple=price_multiple,
        notice_days=notice_days,
    )
    store = opened(database)
    wanted = Wanted(
        portfolio=portfolio,
        startup=startup,
        scenario=_tested(store, settings),
        preset=left_out(redact),
        today=today(),
    )
    _create(store, wanted, snapshot, expires, passcode, as_json)


def _create(
    store: "Store",
    wanted: "Wanted",
    snapshot: bool,
    expires: int | None,
    passcode: bool,
    as_json: bool,
) -> None:
    from db.services.shares import ShareKind, create_share
    from db.sharing.secrets_of_links import new_passcode
    from ui.share_page.words import opens_only_here

    refuse_if(wanted.startup and wanted.scenario, "Share a --startup or a stress test, not both.")
    words = new_passcode() if passcode else None
    kind = ShareKind.SNAPSHOT if snapshot else ShareKind.LIVE
    made = create_share(store, caller(), wanted, kind=kind, days=expires, passcode=words)
    only_here = opens_only_here(made.link)
    if as_json:
        document = {
            "id": made.share,
            "kind": made.kind,
            "link": made.link,
            "passcode": words,
            "expires_at": made.expires_at,
            "content_sha256": made.digest,
            "opens_only_here": only_here is not None,
        }
        print_json(document)
        return
    print_text(made.link)
    if words:
        say(f"Passcode, to be told on another way than the link: {words}")
    say(
        f"Share link {made.share} ({made.kind}) opens until {made.expires_at:%d %B %Y, %H:%M} UTC. "
        "It is shown only now."
    )
    if only_here:
        say(f"{only_here} Command: downstream report --html FILE.")


def _tested(store: "Store", settings: "Settings") -> "Scenario | None":
    """Return the stress test that was asked for, or None: no option spoke of one."""
    from db.services.scenario_files import scenarios
    from ui.terminal.stresses import Settings, choose_scenario

    if settings == Settings():
        return None
    return choose_scenario(settings, scenarios(store, caller()))


@share.command(name="list")
def list_of_shares(as_json: Json = False, database: Database = None) -> None:
    """List the links, newest first, with how often each was opened."""
    from db.services.share_lists import list_shares
    from ui.render.terminal import print_table
    from ui.tables.share import TERMINAL, rows_of

    links = rows_of(list_shares(opened(database), caller()))
    print_table("Share links", TERMINAL, links, as_json=as_json)


@share.command()
def revoke(
    number: Annotated[int, typer.Argument(metavar="ID", help="Its number in the list.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """End a link at once, also for whoever has it open."""
    from db.services.share_lists import revoke_share
    from ui.tables.share import row_of

    ended = revoke_share(opened(database), caller(), number)
    if as_json:
        print_json(row_of(ended))
    else:
        say(f"Share link {number} opens nothing any more.")


@share.command(name="maximum")
def longest_life(
    days: Annotated[int, typer.Argument(help="The longest that a link may live.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Set how many days a link may live at most."""
    from db.services.share_rules import set_longest_share_days

    set_longest_share_days(opened(database), caller(), days)
    print_json({"days": days}) if as_json else say(f"From now on a link lives {days} days at most.")
