"""Commands on who signs in, what they may do, and which portfolios belong to which team."""

from typing import Annotated

import typer

from ui.terminal.commands.options import Database, Json, PortfolioName, opened
from ui.terminal.output import print_json, print_tables, say

app = typer.Typer()
people = typer.Typer(help="Who signs in, and what they may do.", no_args_is_help=True)
teams = typer.Typer(help="Which portfolios belong to which team.", no_args_is_help=True)
app.add_typer(people, name="people")
app.add_typer(teams, name="teams")

Team = Annotated[str | None, typer.Option("--team", help="The team; without it: none.")]


@people.command(name="list")
def list_of_people(as_json: Json = False, database: Database = None) -> None:
    """List everybody who ever signed in, those who wait for a role first."""
    from db.services.access import LOCAL_OWNER
    from db.services.people import list_people
    from ui.terminal.people import people_document, people_tables

    document = people_document(list_people(opened(database), LOCAL_OWNER))
    print_json(document) if as_json else print_tables(people_tables(document))


@people.command(name="set")
def set_one(
    person: Annotated[int, typer.Argument(help="The number in “people list”.")],
    role: Annotated[str, typer.Option(help="owner, analyst, viewer or none.")],
    team: Team = None,
    as_json: Json = False,
    database: Database = None,
) -> None:
    """Give somebody a role and a team, or take them away; it counts from their next click."""
    from db.services.access import LOCAL_OWNER
    from db.services.people import set_role
    from ui.terminal.people import named_role

    set_role(opened(database), LOCAL_OWNER, person, named_role(role), team=team)
    if as_json:
        print_json({"person": person, "role": role, "team": team})
    else:
        say(f"Person {person} is {role} now{f', in team {team}' if team else ''}.")


@teams.command(name="list")
def list_of_teams(as_json: Json = False, database: Database = None) -> None:
    """List every portfolio with the team that sees it."""
    from db.services.access import LOCAL_OWNER
    from db.services.teams import list_portfolio_teams
    from ui.terminal.people import teams_document, teams_tables

    document = teams_document(list_portfolio_teams(opened(database), LOCAL_OWNER))
    print_json(document) if as_json else print_tables(teams_tables(document))


@teams.command()
def assign(
    portfolio: PortfolioName, team: Team = None, as_json: Json = False, database: Database = None
) -> None:
    """Let a portfolio belong to a team, so that only it and owners see it."""
    from db.services.access import LOCAL_OWNER
    from db.services.teams import assign_team

    assign_team(opened(database), LOCAL_OWNER, portfolio, team)
    if as_json:
        print_json({"portfolio": portfolio, "team": team})
    else:
        whose = f"team {team} and owners" if team else "everybody who may read"
        say(f"“{portfolio}” is seen by {whose}.")
