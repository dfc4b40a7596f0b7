"""What ends when, for pages; the assessment behind it is quick enough to be made anew."""

from db.services.deadlines import portfolio_deadlines
from risk.portfolio.deadlines import DeadlineCalendar
from ui import cached
from ui.cached import actor, today


def deadline_calendar(portfolio: str, days: int) -> DeadlineCalendar:
    """Return retirements, notices and renewals of a portfolio within ``days`` of today."""
    return portfolio_deadlines(cached.store(), actor(), portfolio, today=today(), days=days)
