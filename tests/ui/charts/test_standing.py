import pytest

from risk.portfolio.standing import Standing, StartupStanding
from ui.charts import standing as charts
from ui.theme import LIGHT


def standing(name: str, direct: float | None, both: float | None) -> Standing:
    startup = StartupStanding(startup="Ash", direct=bool(direct), use_cases=(), paths=())
    return Standing(
        provider=name, startups=(startup,), direct_margin_share=direct, margin_share=both
    )


NAMED = standing("Alpha", 0.5, 0.6)
HIDDEN = standing("Chips", 0.0, 0.9)
UNKNOWN = standing("Unknown", None, None)


def test_bars_are_direct_and_indirect_shares_that_add_up() -> None:
    direct, through = charts.standing_figure((NAMED, HIDDEN), palette=LIGHT).data
    assert list(direct.y) == ["Alpha", "Chips"]
    assert list(direct.x) == [0.5, 0.0]
    # 0.6 - 0.5 and 0.9 - 0
    assert list(through.x) == [pytest.approx(0.1), 0.9]


def test_an_unknown_share_is_not_drawn_as_zero() -> None:
    assert charts.heaviest((NAMED, UNKNOWN)) == [NAMED]


def test_the_chart_says_who_is_named_and_who_is_hidden() -> None:
    assert charts.standing_alt((NAMED, HIDDEN)) == (
        "50 % of the margin names Alpha; nobody named Chips, yet 90 % stands on it through others."
    )
    assert charts.standing_alt((NAMED,)) == "50 % of the margin names Alpha."
