"""Sentences on observed usage, on figures made by hand."""

from datetime import date
from decimal import Decimal

from db.services.usage import FailureMonth, ObservedFailures, ObservedUsage, UsageFile
from risk.inventory.usage.summary import (
    EarlierCost,
    Figures,
    ListCost,
    Part,
    UsageMonth,
    UsageSummary,
)
from ui.words.usage_words import (
    amount,
    caveats,
    failures_in_words,
    files_in_words,
    headline,
    prices_in_words,
)

LOG = UsageFile(
    shown="A log",
    first_day=date(2026, 9, 1),
    last_day=date(2026, 10, 9),
    imported_on=date(2026, 10, 10),
)


def month(number: int, *, partial: tuple[str, ...] = (), **said: object) -> UsageMonth:
    figures = Figures(**said)  # type: ignore[arg-type]
    shares = {"Anthropic": 0.6, None: 0.4} if figures.spend_usd is not None else {"OpenAI": None}
    developers = tuple(
        Part(name=name, figures=figures, spend_share=share, is_complete=not partial)
        for name, share in shares.items()
    )
    return UsageMonth(
        month=date(2026, number, 1),
        figures=figures,
        developers=developers,
        hosts=(),
        partial=partial,
    )


def usage(*months: UsageMonth, costs: tuple[ListCost, ...] = ()) -> ObservedUsage:
    summary = UsageSummary(rows=(), months=months)
    return ObservedUsage(startup="Acme", summary=summary, at_list_prices=costs, files=(LOG,))


def cost(usd: int, *earlier: int, cached: int | None = None) -> ListCost:
    return ListCost(
        developer="OpenAI",
        host="OpenAI",
        model="GPT-5.4",
        months=(date(2026, 9, 1),),
        is_whole=True,
        input_tokens=1,
        cached_tokens=cached,
        output_tokens=1,
        paid_usd=None,
        usd=Decimal(usd),
        earlier=tuple(EarlierCost(date(2026, 5, 1), Decimal(one)) for one in earlier),
    )


PAID = {"spend_usd": Decimal(640)}


def test_the_headline_is_of_the_last_month_seen_whole():
    whole, part = month(9, **PAID), month(10, partial=("A log",), **PAID)
    shares = "$640, of which Anthropic 60 % and developer not stated 40 %."
    assert headline(usage(whole)) == f"September 2026: {shares}"
    assert headline(usage(whole, part)).startswith("September 2026, the last month seen whole: ")
    assert headline(usage(part)) == f"October 2026, not seen whole: {shares}"


def test_without_money_the_headline_is_of_tokens_else_of_requests():
    assert "1.5M tokens, no money" in headline(usage(month(9, input_tokens=1_500_000)))
    assert "1,200 requests, no money" in headline(usage(month(9, requests=1200)))


def test_caveats_say_what_is_partial_estimated_and_not_stated():
    assert caveats(usage(month(9, **PAID))) == []
    estimated = month(9, spend_is_estimated=True, **PAID)
    partial, estimate, silent = caveats(usage(estimated, month(10, partial=("A log",), requests=5)))
    assert "Oct 2026 (A log)" in partial
    assert estimate.endswith("in Sep 2026.")
    assert silent == "No file states money for Oct 2026."


def test_files_are_counted_and_the_last_is_named():
    assert "A log of 1 Sep 2026 to 9 Oct 2026, imported on 10 Oct 2026" in files_in_words(
        usage(month(9, **PAID))
    )


def test_list_prices_say_what_changed_and_that_a_cache_costs_less():
    said = month(9, **PAID)
    assert prices_in_words(usage(said)) is None
    assert "cost $10; no change" in str(prices_in_words(usage(said, costs=(cost(10),))))
    # $10 + $30 now; $20 + $30 before.
    moved = str(prices_in_words(usage(said, costs=(cost(10, 20, 15), cost(30)))))
    assert "$40" in moved
    assert moved.endswith("of 1 price $50 (+25 %).")
    cached = str(prices_in_words(usage(said, costs=(cost(10, cached=4),))))
    assert "at most $10" in cached


def test_failures_are_of_the_last_month_that_logs_tell_of():
    known = FailureMonth(month=date(2026, 9, 1), startups=2, requests=1000, failed=12, unsaid=0)
    silent = FailureMonth(month=date(2026, 10, 1), startups=1, requests=None, failed=None, unsaid=9)
    both = ObservedFailures(provider="OpenAI", as_host=(known, silent), as_developer=(silent,))
    hosted, developed = failures_in_words(both)
    assert "2 companies, 12 of 1,000 requests served by OpenAI" in hosted
    assert "September 2026 (1.2 %)" in hosted
    assert developed.startswith("Logs do not say")


def test_large_numbers_have_three_figures():
    assert [amount(one) for one in (999, 1_500, 3_840_000, 2e9)] == ["999", "1.5k", "3.84M", "2bn"]
