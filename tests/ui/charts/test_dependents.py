import numpy as np
import pytest

from risk.portfolio.providers import Dependents
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
UNKNOWN = depend_on("Unknown", None, None)


def test_bars_are_direct_and_indirect_shares_that_add_up() -> None:
    direct, through = charts.dependents_figure((NAMED, HIDDEN), palette=LIGHT).data
    assert list(direct.y) == ["Alpha", "Chips"]
    assert list(direct.x) == [0.5, 0.0]
    # 0.6 - 0.5 and 0.9 - 0
    assert list(through.x) == [pytest.approx(0.1), 0.9]


def test_an_unknown_share_is_not_drawn_as_zero() -> None:
    assert charts.heaviest((NAMED, UNKNOWN)) == [NAMED]


def test_the_chart_says_who_is_named_and_who_is_hidden() -> None:
    assert charts.dependents_alt((NAMED, HIDDEN)) == (
        "50 % of the margin names Alpha; nobody named Chips, yet 90 % depends on it through others."
    )
    assert charts.dependents_alt((NAMED,)) == "50 % of the margin names Alpha."
