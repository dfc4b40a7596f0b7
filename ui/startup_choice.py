"""The choice of one startup of a portfolio: from a list, by its name among too many."""

from db.services.portfolios import CHOSEN_FROM_A_LIST
from risk.portfolio.results import PortfolioAssessment
from risk.portfolio.startups import assessed_of
from ui import links, menu


def ask_startup(answer: PortfolioAssessment, *, first: str | None = None) -> str:
    """Ask which startup; without a choice ``first``, the one opened last, or the largest loss.

    A name that was typed need not be one of the portfolio.
    """
    table = assessed_of(answer).table
    last = menu.opened("startup")
    worst = first or (last if last in table.names else None)
    worst = worst or table.names[int(table.answers.median.argmax())]
    if len(table.names) > CHOSEN_FROM_A_LIST:
        return links.search("Company", name="startup", placeholder="Its whole name") or worst
    names = sorted(table.names, key=str.casefold)
    return links.select("Company", names, name="startup", default=worst)
