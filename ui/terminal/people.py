"""People and teams in the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ui import wording
from ui.terminal.failures import RefusedCommand
from ui.terminal.output import Document, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.services.access import ActorRole
    from db.services.people import Person
    from db.services.teams import PortfolioTeam


def named_role(role: str) -> "ActorRole":
    """Return the role of that name; RefusedCommand if there is none."""
    from db.services.access import ActorRole

    try:
        return ActorRole(role.strip().casefold())
    except ValueError:
        raise RefusedCommand("A role is one of owner, analyst, viewer and none.") from None


def people_document(people: "Iterable[Person]") -> list[Document]:
    """Return everybody with what they may do."""
    return [
        {
            "person": one.number,
            "name": one.name,
            "email": one.email,
            "role": one.role,
            "team": one.team,
            "issuer": one.issuer,
            "subject": one.subject,
            "first_seen": one.first_seen,
            "last_seen": one.last_seen,
        }
        for one in people
    ]


def people_tables(document: list[Document]) -> list["RenderableType"]:
    """Return the list for people."""
    rows = [
        (
            str(one["person"]),
            one["name"],
            one["email"],
            str(one["role"]),
            one["team"] or "",
            f"{one['subject']} at {one['issuer']}",
            wording.day(one["last_seen"].date()),
        )
        for one in document
    ]
    columns = ("No.", "Name", "Address", "Role", "Team", "Known as", "Last seen")
    return [table("Who signs in", columns, rows, right=("No.",))]


def teams_document(portfolios: "Iterable[PortfolioTeam]") -> list[Document]:
    """Return every portfolio with its team."""
    return [{"portfolio": one.portfolio, "team": one.team} for one in portfolios]


def teams_tables(document: list[Document]) -> list["RenderableType"]:
    """Return the list for people."""
    rows = [(one["portfolio"], one["team"] or "everybody") for one in document]
    return [table("Which team sees a portfolio", ("Portfolio", "Team"), rows)]
