import re

import numpy as np

from risk.portfolio.providers import Dependents
from risk.portfolio.results import Interval
from ui.charts import dependents as charts
from ui.theme import LIGHT


def depend_on(name: str, direct: float | None, both: float | None) -> Dependents:
    nothing = np.zeros(0, dtype=np.bool_)
    return Dependents(
        provider=name,
        direct=int(bool(direct)),
        through_others=int(not direct),
        direct_margin_share=direct,
        margin_share=both,
        reached=nothing,
        named=nothing,
        maybe=nothing,
        routes=None,  # type: ignore[arg-type] # a chart asks for no startup
    )


NAMED = depend_on("Alpha", 0.5, 0.6)
HIDDEN = depend_on("Chips", 0.0, 0.9)
RANGES = {"Chips": Interval(low=0.8, high=0.95)}
UNKNOWN = depend_on("Unknown", None, None)


def test_bars_are_direct_and_indirect_shares_that_add_up() -> None:
    drawn = charts.dependents_html((NAMED, HIDDEN), portfolio="demo", palette=LIGHT, ranges=RANGES)
    # The largest first: Chips 0.9 - 0, then Alpha 0.5 and 0.6 - 0.5.
    assert re.findall(r"width:([\d.]+)%", drawn) == ["90.00", "50.00", "10.00"]
    assert "provider?portfolio=demo&amp;provider=Chips" in drawn
    assert "80–95 %; nobody directly" in drawn


def test_an_unknown_share_is_not_drawn_as_zero() -> None:
    assert charts.heaviest((NAMED, UNKNOWN)) == [NAMED]


def test_the_chart_says_who_is_named_and_who_is_hidden() -> None:
    assert charts.dependents_alt((NAMED, HIDDEN)) == (
        "50 % of the margin names Alpha; nobody named Chips, yet 90 % depends on it through others."
    )
    assert charts.dependents_alt((NAMED,)) == "50 % of the margin names Alpha."
