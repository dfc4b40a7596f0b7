"""Bars of observed usage: what is stacked, what is hatched, and what the text says."""

from datetime import date
from decimal import Decimal

from risk.inventory.usage.summary import Figures, Part, UsageMonth
from ui.charts.usage import NOT_WHOLE, OTHERS, usage_alt, usage_figure
from ui.theme import LIGHT


def part(name: str | None, *, is_complete: bool = True, **said: object) -> Part:
    figures = Figures(**said)  # type: ignore[arg-type]
    return Part(name=name, figures=figures, spend_share=None, is_complete=is_complete)


def paid(name: str | None, usd: int, *, is_complete: bool = True) -> Part:
    return part(name, is_complete=is_complete, spend_usd=Decimal(usd))


def month(number: int, *parts: Part, **said: object) -> UsageMonth:
    spends = [one.figures.spend_usd for one in parts if one.figures.spend_usd is not None]
    figures = Figures(**(said or {"spend_usd": sum(spends)}))  # type: ignore[arg-type]
    partial = ("log",) if any(not one.is_complete for one in parts) else ()
    return UsageMonth(
        month=date(2026, number, 1), figures=figures, developers=parts, hosts=(), partial=partial
    )


TWO = (
    month(8, paid("OpenAI", 100), paid("Anthropic", 300)),
    month(10, paid("OpenAI", 50, is_complete=False), paid("Anthropic", 100)),
)


def test_each_developer_is_one_stack_with_the_largest_below():
    bars = [one for one in usage_figure(TWO, palette=LIGHT).data if one.showlegend is False]
    assert [list(one.y) for one in bars] == [[300, 100], [100, 50]]
    assert [list(one.x) for one in bars] == [["Aug 2026", "Oct 2026"]] * 2


def test_only_what_was_not_seen_whole_is_hatched():
    anthropic, openai = [
        one for one in usage_figure(TWO, palette=LIGHT).data if one.showlegend is False
    ]
    assert list(anthropic.marker.pattern.shape) == ["", ""]
    assert list(openai.marker.pattern.shape) == ["", "/"]
    assert openai.customdata[1].endswith(f"({NOT_WHOLE})")
    assert usage_figure(TWO, palette=LIGHT).data[-1].name == NOT_WHOLE
    assert NOT_WHOLE not in {one.name for one in usage_figure(TWO[:1], palette=LIGHT).data}


def test_a_month_between_of_which_nothing_is_known_keeps_its_place():
    axis = usage_figure(TWO, palette=LIGHT).layout.xaxis
    assert list(axis.categoryarray) == ["Aug 2026", "Sep 2026", "Oct 2026"]


def test_developers_below_a_hundredth_are_put_together():
    parts = [paid("OpenAI", 1000), paid("Meta", 4), paid("Google", 3), paid(None, 90)]
    figure = usage_figure([month(8, *parts)], palette=LIGHT)
    named = {one.name: list(one.y) for one in figure.data if one.showlegend is not False}
    assert list(named) == ["OpenAI", "developer not stated", OTHERS]
    (others,) = [one for one in figure.data if list(one.y) == [7]]
    assert others.customdata[0] == "$7"


def test_without_money_the_bars_are_tokens():
    silent = month(8, part("OpenAI", input_tokens=900_000), input_tokens=900_000)
    figure = usage_figure([silent], palette=LIGHT)
    assert figure.layout.yaxis.title.text == "Tokens"
    assert [list(one.y) for one in figure.data if one.showlegend is False] == [[900_000]]
    assert usage_alt([silent]) == "Use by month: Aug 2026 900k tokens."


def test_the_text_says_the_last_months_and_what_was_not_seen_whole():
    assert usage_alt(TWO) == "Spend by month: Aug 2026 $400; Oct 2026 $150 (not seen whole)."


def test_of_two_years_every_bar_stays_and_few_months_are_named():
    many = [
        UsageMonth(
            month=date(2025 + number // 12, number % 12 + 1, 1),
            figures=Figures(spend_usd=Decimal(10)),
            developers=(paid("OpenAI", 10),),
            hosts=(),
            partial=(),
        )
        for number in range(24)
    ]
    axis = usage_figure(many, palette=LIGHT).layout.xaxis
    assert len(axis.categoryarray) == 24
    assert len(axis.tickvals) <= 5
    assert axis.tickvals[0] == "Dec 2026"
