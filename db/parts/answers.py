"""The answer for a whole portfolio as text, without its startups, which have rows of their own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from risk.portfolio.results import DependenceShare, PortfolioAssessment

_ANSWER = TypeAdapter(PortfolioAssessment)
#: Margin in USD a year by developer and host.
Margins = Mapping[tuple[str, str], float]
#: Names of what stands beside the answer in its text.
_BANDS, _RUNWAYS = "bands", "runway_known"


@dataclass(frozen=True, kw_only=True)
class Banded:
    """Startups of a finished run of scores: by band, and those whose runway is known."""

    by_band: Mapping[str, int]
    runway_known: int


def as_text(whole: PortfolioAssessment, margins: Margins, counted: Banded) -> str:
    """The answer as JSON; ``margins`` stand in place of its dependence startup by startup."""
    shares = tuple(
        DependenceShare(developer=developer, host=host, startup="", margin_usd_per_year=margin)
        for (developer, host), margin in sorted(margins.items())
    )
    content = _ANSWER.dump_python(replace(whole, startups=(), dependence=shares), mode="json")
    beside = {_BANDS: dict(counted.by_band), _RUNWAYS: counted.runway_known}
    return json.dumps({**content, **beside})


def from_text(text: str) -> PortfolioAssessment:
    """The answer that :func:`as_text` wrote."""
    return _ANSWER.validate_json(text)


def counts_in(text: str) -> Banded | None:
    """The counts that :func:`as_text` wrote beside it; None: kept when none were written."""
    content = json.loads(text)
    if _BANDS not in content:
        return None
    return Banded(by_band=content[_BANDS], runway_known=content[_RUNWAYS])
