"""People who sign in, and the teams that portfolios belong to, as columns."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ui.tables.column import Column, Record, Unit, attributes

if TYPE_CHECKING:
    from db.services.people import Person
    from db.services.teams import PortfolioTeam


def rows_of(people: Iterable["Person"]) -> list[Record]:
    """Return everybody with what they may do."""
    known = "name email role team issuer subject first_seen last_seen"
    return [{"person": one.number, **attributes(one, known)} for one in people]


def teams_of(portfolios: Iterable["PortfolioTeam"]) -> list[Record]:
    """Return every portfolio with its team."""
    return [attributes(one, "portfolio team") for one in portfolios]


COLUMNS = (
    Column(key="person", label="No.", unit=Unit.COUNT),
    Column(key="name", label="Name", missing=""),
    Column(key="email", label="Address", missing=""),
    Column(key="role", label="Role"),
    Column(key="team", label="Team", missing=""),
    Column(
        key="subject",
        label="Known as",
        cell=lambda row: f"{row['subject']} at {row['issuer']}",
        help="What the identity provider calls them.",
    ),
    Column(key="last_seen", label="Last seen", unit=Unit.DATE),
)
TEAMS = (
    Column(key="portfolio", label="Portfolio"),
    Column(key="team", label="Team", missing="everybody"),
)
