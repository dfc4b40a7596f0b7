"""Commands on tokens, by which programs act for somebody."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import print_json, print_text, say
from ui.terminal.commands.options import Database, Json, caller, opened
from ui.terminal.failures import RefusedCommand

if TYPE_CHECKING:
    from db.services.tokens import TokenScope

app = typer.Typer()
tokens = typer.Typer(help="Tokens by which programs act for you.", no_args_is_help=True)
app.add_typer(tokens, name="tokens")


@tokens.command()
def create(
    name: Annotated[str, typer.Argument(help="What will use it.")],
    scope: Annotated[
        list[str],
        typer.Option(
            help="read, import (write what is in the register, and decide), share, or admin; may "
            "be repeated."
        ),
    ],
    portfolio: Annotated[
        str | None, typer.Option("--portfolio", help="For this portfolio alone.")
    ] = None,
    team: Annotated[
        str | None, typer.Option("--team", help="For what this team sees; default: what you see.")
    ] = None,
    expires: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Days until it expires; 90 if not stated.")
    ] = None,
    requests: Annotated[
        int, typer.Option(help="How many requests it may send within a minute.")
    ] = 600,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Make a token and print it once; it cannot be shown again."""
    from db.services.tokens import create_token

    made = create_token(
        opened(database),
        caller(),
        name,
        [_scope(one) for one in scope],
        portfolio=portfolio,
        team=team,
        days=expires,
        per_minute=requests,
    )
    if as_json:
        print_json({"id": made.token, "token": made.secret, "expires_at": made.expires_at})
        return
    print_text(made.secret)
    say(
        f"Token {made.token} works until {made.expires_at:%d %B %Y, %H:%M} UTC. It is shown only "
        "now."
    )


@tokens.command(name="list")
def list_of_tokens(as_json: Json = False, database: Database = None) -> None:
    """List the tokens, newest first, with when each was last used."""
    from db.services.tokens import list_tokens
    from ui.render.terminal import print_table
    from ui.tables.token import COLUMNS, rows_of

    known = rows_of(list_tokens(opened(database), caller()))
    nothing = "No token was made yet: “downstream tokens create”."
    print_table("Tokens", COLUMNS, known, as_json=as_json, nothing=nothing)


@tokens.command()
def revoke(
    number: Annotated[int, typer.Argument(metavar="ID", help="Its number in the list.")],
    as_json: Json = False,
    database: Database = None,
) -> None:
    """End a token; within two seconds it lets nobody in any more."""
    from db.services.tokens import revoke_token

    revoke_token(opened(database), caller(), number)
    if as_json:
        print_json({"id": number, "state": "revoked"})
    else:
        say(f"Token {number} lets nobody in any more.")


def _scope(text: str) -> "TokenScope":
    """Return the scope of that name; RefusedCommand if there is none."""
    from db.services.tokens import TokenScope

    try:
        return TokenScope(text.strip().casefold())
    except ValueError:
        raise RefusedCommand(f"A scope is one of {', '.join(TokenScope)}.") from None
