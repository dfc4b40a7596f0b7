"""The answer for a whole portfolio as text, without its startups, which have rows of their own."""

from collections.abc import Mapping
from dataclasses import replace

from pydantic import TypeAdapter

from risk.portfolio.results import DependenceShare, PortfolioAssessment

_ANSWER = TypeAdapter(PortfolioAssessment)
#: Margin in USD a year by developer and host.
Margins = Mapping[tuple[str, str], float]


def as_text(whole: PortfolioAssessment, margins: Margins) -> str:
    """The answer as JSON; ``margins`` stand in place of its dependence startup by startup."""
    shares = tuple(
        DependenceShare(developer=developer, host=host, startup="", margin_usd_per_year=margin)
        for (developer, host), margin in sorted(margins.items())
    )
    return _ANSWER.dump_json(replace(whole, startups=(), dependence=shares)).decode()


def from_text(text: str) -> PortfolioAssessment:
    """The answer that :func:`as_text` wrote."""
    return _ANSWER.validate_json(text)
