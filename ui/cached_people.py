"""People, teams and the audit trail as pages read them: anew each time, so nothing stale shows."""

from db.services import audit, people, teams
from db.services.access import ActorRole
from db.services.audit import AuditCheck, AuditEntry, AuditFilter
from db.services.people import Person
from db.services.teams import PortfolioTeam
from ui import cached
from ui.cached import actor


def everybody() -> tuple[Person, ...]:
    """Everybody who ever signed in, those who wait for a role first."""
    return people.list_people(cached.store(), actor())


def portfolio_teams() -> tuple[PortfolioTeam, ...]:
    """Every portfolio with the team that it belongs to."""
    return teams.list_portfolio_teams(cached.store(), actor())


def set_role(person: int, role: ActorRole, team: str | None) -> None:
    """Give somebody a role and a team."""
    people.set_role(cached.store(), actor(), person, role, team=team)


def assign_team(portfolio: str, team: str | None) -> None:
    """Give a portfolio to a team, or to everybody."""
    teams.assign_team(cached.store(), actor(), portfolio, team)


def trail(wanted: AuditFilter, *, limit: int) -> tuple[AuditEntry, ...]:
    """The newest rows of the audit trail that are wanted."""
    return audit.list_audit(cached.store(), actor(), wanted, limit=limit)


def trail_length(wanted: AuditFilter) -> int:
    """How many rows of the audit trail are wanted."""
    return audit.count_audit(cached.store(), actor(), wanted)


def actors_and_actions() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who ever wrote, and what was ever done."""
    return audit.actors_and_actions(cached.store(), actor())


def verified_trail() -> AuditCheck:
    """Whether the audit trail is whole; reads all of it."""
    return audit.verify_audit(cached.store(), actor())
