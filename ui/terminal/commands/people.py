"""Commands on who signs in, what they may do, and which portfolios belong to which team."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui.render.terminal import print_json, say
from ui.terminal.commands.options import Database, Json, PortfolioName, caller, opened
from ui.terminal.failures import RefusedCommand

if TYPE_CHECKING:
    from db.services.access import ActorRole

app = typer.Typer()
people = typer.Typer(help="Who signs in, and what they may do.", no_args_is_help=True)
teams = typer.Typer(help="Which portfolios belong to which team.", no_args_is_help=True)
app.add_typer(people, name="people")
app.add_typer(teams, name="teams")

Team = Annotated[str | None, typer.Option("--team", help="The team; without it: none.")]


@people.command(name="list")
def list_of_people(as_json: Json = False, database: Database = None) -> None:
    """List everybody who ever signed in, those who wait for a role first."""
    from db.services.people import list_people
    from ui.render.terminal import print_table
    from ui.tables.person import COLUMNS, rows_of

    known = rows_of(list_people(opened(database), caller()))
    print_table("Who signs in", COLUMNS, known, as_json=as_json)


@people.command(name="set")
def set_one(
    person: Annotated[int, typer.Argument(help="The number in “people list”.")],
    role: Annotated[str, typer.Option(help="owner, analyst, viewer or none.")],
    team: Team = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Give somebody a role and a team, or take them away; it counts from their next click."""
    from db.services.people import set_role

    set_role(opened(database), caller(), person, _role(role), team=team)
    if as_json:
        print_json({"person": person, "role": role, "team": team})
    else:
        say(f"Person {person} is {role} now{f', in team {team}' if team else ''}.")


@teams.command(name="list")
def list_of_teams(as_json: Json = False, database: Database = None) -> None:
    """List every portfolio with the team that sees it."""
    from db.services.teams import list_portfolio_teams
    from ui.render.terminal import print_table
    from ui.tables.person import TEAMS, teams_of

    known = teams_of(list_portfolio_teams(opened(database), caller()))
    print_table("Which team sees a portfolio", TEAMS, known, as_json=as_json)


@teams.command()
def assign(
    portfolio: PortfolioName, team: Team = None, as_json: Json = False, database: Database = None
) -> None:
    """Let a portfolio belong to a team, so that only it and owners see it."""
    from db.services.teams import assign_team

    assign_team(opened(database), caller(), portfolio, team)
    if as_json:
        print_json({"portfolio": portfolio, "team": team})
    else:
        whose = f"team {team} and owners" if team else "everybody who may read"
        say(f"“{portfolio}” is seen by {whose}.")


def _role(role: str) -> "ActorRole":
    """Return the role of that name; RefusedCommand if there is none."""
    from db.services.access import ActorRole

    try:
        return ActorRole(role.strip().casefold())
    except ValueError:
        raise RefusedCommand("A role is one of owner, analyst, viewer and none.") from None
