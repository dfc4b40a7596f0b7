"""Observed usage by month and supplier, and at list prices: sums worked out by hand."""

from datetime import date
from decimal import Decimal

from risk.catalog.model_history import Change, PriceMove
from risk.catalog.records import Model, Offer
from risk.inventory.usage.dependencies import Seen, Source
from risk.inventory.usage.lines import Kind
from risk.inventory.usage.observations import Observation
from risk.inventory.usage.summary import ListCost, UsageMonth, list_costs, summary_of

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
GATEWAY, OTHER_GATEWAY = Source("litellm", Kind.LOG), Source("helicone", Kind.LOG)
INVOICE = Source("openai", Kind.BILL)
WHOLE = ((OCTOBER, date(2026, 10, 31)),)
TEN_DAYS = ((OCTOBER, date(2026, 10, 10)),)


def used(**said: object) -> Observation:
    known = {
        "first_day": OCTOBER,
        "last_day": OCTOBER,
        "use_case": "search",
        "use_case_from": "team",
        "developer": "OpenAI",
        "host": "OpenAI",
        "cloud": None,
        "issuer": None,
        "gateway": None,
        "model": "gpt-5.4",
        "model_as_billed": "gpt-5.4",
    }
    return Observation(**{**known, **said})  # type: ignore[arg-type]


def seen(
    *observations: Observation,
    source: Source = GATEWAY,
    covered: tuple[tuple[date, date], ...] = WHOLE,
) -> Seen:
    return Seen(source, source.family, covered, observations)


def only_month(*sources: Seen, same_traffic: bool = True) -> UsageMonth:
    (month,) = summary_of(sources, same_traffic=same_traffic).months
    return month


def spend(amount: str | int) -> Decimal:
    return Decimal(amount)


def test_a_month_adds_up_what_is_said_and_keeps_what_is_not_unknown():
    month = only_month(
        seen(
            used(spend_usd=spend("1.5"), requests=4, failed=1, input_tokens=100, output_tokens=7),
            used(spend_usd=spend("2.5"), requests=6, input_tokens=50),
            used(developer="Anthropic", host="Anthropic", model="claude-sonnet-4-6", requests=5),
        )
    )
    figures = month.figures
    assert (figures.spend_usd, figures.requests, figures.tokens) == (spend(4), 15, 157)
    # Of six and five requests nobody says whether they failed.
    assert (figures.failed, figures.tried, figures.failed_share) == (1, 4, 0.25)
    assert figures.cached_tokens is None
    openai, anthropic = month.developers
    assert (openai.name, openai.figures.spend_usd, openai.spend_share) == ("OpenAI", 4, 1.0)
    assert (anthropic.name, anthropic.figures.spend_usd) == ("Anthropic", None)
    assert anthropic.spend_share is None
    assert anthropic.figures.failed_share is None


def test_shares_of_developers_and_hosts_add_up_to_one():
    azure = used(host="Microsoft Azure", spend_usd=spend(3))
    claude = used(developer="Anthropic", host="Amazon Web Services", spend_usd=spend(6))
    month = only_month(seen(used(spend_usd=spend(3)), azure, claude))
    assert {one.name: one.spend_share for one in month.developers} == {
        "Anthropic": 0.5,
        "OpenAI": 0.5,
    }
    assert {one.name: one.spend_share for one in month.hosts} == {
        "Amazon Web Services": 0.5,
        "OpenAI": 0.25,
        "Microsoft Azure": 0.25,
    }


def test_without_any_money_there_is_neither_spend_nor_share():
    month = only_month(seen(used(input_tokens=10, output_tokens=5)))
    assert month.figures.spend_usd is None
    assert [(one.spend_share, one.figures.tokens) for one in month.developers] == [(None, 15)]


def test_a_month_not_seen_to_its_last_day_is_partial_and_names_the_source():
    month = only_month(
        seen(used(spend_usd=spend(1)), covered=TEN_DAYS),
        seen(used(developer="Meta", host="Groq", spend_usd=spend(1)), source=OTHER_GATEWAY),
    )
    assert (month.is_complete, month.partial) == (False, ("litellm",))
    assert {one.name: one.is_complete for one in month.developers} == {
        "OpenAI": False,
        "Meta": True,
    }


def test_where_log_and_bill_tell_of_the_same_the_bill_is_paid_and_the_log_was_called():
    log = seen(
        used(spend_usd=spend(7), spend_is_estimated=True, requests=10, input_tokens=900),
        used(host="Microsoft Azure", spend_usd=spend(2), spend_is_estimated=True, requests=3),
    )
    bill = seen(used(use_case="project", spend_usd=spend(8), issuer="OpenAI"), source=INVOICE)
    summary = summary_of([log, bill])
    (month,) = summary.months
    # $8 of the bill, and $2 at Azure of which it does not tell.
    assert (month.figures.spend_usd, month.figures.requests) == (spend(10), 13)
    assert month.figures.spend_is_estimated
    counted = {(row.source, row.host): (row.spend_counts, row.calls_count) for row in summary.rows}
    assert counted == {
        ("litellm", "OpenAI"): (False, True),
        ("litellm", "Microsoft Azure"): (True, True),
        ("openai", "OpenAI"): (True, False),
    }


def test_if_the_traffic_is_not_the_same_all_of_it_counts():
    log, bill = seen(used(spend_usd=spend(7))), seen(used(spend_usd=spend(8)), source=INVOICE)
    assert only_month(log, bill, same_traffic=False).figures.spend_usd == 15


def test_a_bill_of_some_days_gives_way_to_a_log_of_the_whole_month_that_shows_more():
    bill = seen(used(spend_usd=spend(3), issuer="OpenAI"), source=INVOICE, covered=TEN_DAYS)
    assert only_month(seen(used(spend_usd=spend(7))), bill).figures.spend_usd == 7
    # The days of the bill alone cost more than the gateway knows of.
    assert only_month(seen(used(spend_usd=spend(2))), bill).figures.spend_usd == 3
    part = seen(used(spend_usd=spend(7)), covered=TEN_DAYS)
    assert only_month(part, bill).figures.spend_usd == 3


def test_of_two_logs_of_one_developer_the_one_that_saw_more_counts():
    few = seen(used(requests=3, spend_usd=spend(9)), source=OTHER_GATEWAY)
    many = seen(used(requests=8, spend_usd=spend(4)))
    month = only_month(few, many)
    assert (month.figures.requests, month.figures.spend_usd) == (8, spend(9))


def test_two_bills_of_one_issuer_are_one_and_of_two_issuers_are_two():
    first = seen(used(spend_usd=spend(5), issuer="OpenAI"), source=INVOICE)
    again = seen(used(spend_usd=spend(5), issuer="OpenAI"), source=Source("focus", Kind.BILL))
    cloud = used(host="Microsoft Azure", spend_usd=spend(4), issuer="Microsoft Azure")
    azure = seen(cloud, source=Source("azure", Kind.BILL))
    assert only_month(first, again).figures.spend_usd == 5
    assert only_month(first, again, azure).figures.spend_usd == 9


def test_a_developer_that_is_not_stated_is_told_apart_by_its_host():
    month = only_month(
        seen(
            used(developer=None, host="Amazon Web Services", model=None, spend_usd=spend(2)),
            used(developer=None, host="Google Cloud", model=None, spend_usd=spend(1)),
        )
    )
    assert [(one.name, one.figures.spend_usd) for one in month.developers] == [(None, 3)]
    assert [one.name for one in month.hosts] == ["Amazon Web Services", "Google Cloud"]


# --- At list prices -------------------------------------------------------------------------------


def model(*offers: tuple[str, float | None, float | None]) -> dict[str, Model]:
    one = Model(
        name="GPT-5.4",
        developer="OpenAI",
        family=None,
        open_weights=None,
        context_tokens=None,
        input_modalities=frozenset(),
        output_modalities=frozenset(),
        tool_call=None,
        structured_output=None,
        released=None,
        source="test",
        offers=tuple(
            Offer(
                model="GPT-5.4",
                host=host,
                input_usd_per_million_tokens=price_in,
                output_usd_per_million_tokens=price_out,
                source="test",
            )
            for host, price_in, price_out in offers
        ),
    )
    return {"GPT-5.4": one}


LISTED = model(("OpenAI", 2.0, 10.0))
MIX = used(spend_usd=spend(5), input_tokens=1_000_000, cached_tokens=400_000, output_tokens=100_000)


def move(day: date, what: Change = Change.PRICE, **prices: tuple[float, float]) -> PriceMove:
    return PriceMove(
        developer="OpenAI",
        model="GPT-5.4",
        host="OpenAI",
        day=day,
        input_usd=prices.get("input_usd"),
        output_usd=prices.get("output_usd"),
        what=what,
        note="",
    )


def costs(*sources: Seen, moves: tuple[PriceMove, ...] = ()) -> tuple[ListCost, ...]:
    return list_costs(sources, models=LISTED, moves=moves)


def test_a_mix_costs_its_tokens_times_the_price_of_today():
    (cost,) = costs(seen(MIX))
    # One million in at $2 and a tenth of one out at $10.
    assert cost.usd == 3
    assert (cost.paid_usd, cost.cached_tokens, cost.is_whole) == (spend(5), 400_000, True)
    assert (cost.model, cost.host, cost.months) == ("GPT-5.4", "OpenAI", (OCTOBER,))
    assert cost.earlier == ()


def test_earlier_prices_follow_the_moves_back_and_a_side_that_stood_still_stays():
    moves = (
        move(date(2026, 5, 1), output_usd=(20.0, 10.0)),
        move(date(2026, 1, 1), input_usd=(4.0, 2.0)),
        move(date(2026, 3, 1), Change.REPAIR, input_usd=(200.0, 2.0)),
    )
    (cost,) = costs(seen(MIX), moves=moves)
    # Before May 2 + 2; before January 4 + 2. A slip of the catalogue was never a price.
    assert cost.earlier == ((date(2026, 5, 1), 4), (date(2026, 1, 1), 6))


def test_before_a_name_moved_to_another_model_its_price_was_anothers():
    moves = (
        move(date(2026, 5, 1), input_usd=(3.0, 2.0)),
        move(date(2026, 1, 1), Change.REPLACEMENT, input_usd=(9.0, 3.0)),
        move(date(2025, 1, 1), input_usd=(12.0, 9.0)),
    )
    (cost,) = costs(seen(MIX), moves=moves)
    assert cost.earlier == ((date(2026, 5, 1), 4),)


def test_nothing_is_said_of_a_host_without_a_price_or_of_tokens_that_are_unknown():
    assert costs(seen(used(host="Groq", input_tokens=10, output_tokens=1))) == ()
    assert costs(seen(used(host=None, input_tokens=10, output_tokens=1))) == ()
    assert costs(seen(used(model="gpt-99", input_tokens=10, output_tokens=1))) == ()
    assert costs(seen(used(input_tokens=10))) == ()
    assert costs(seen(used(requests=3))) == ()
    unpriced = model(("OpenAI", None, None))
    assert list_costs([seen(MIX)], models=unpriced, moves=()) == ()


def test_tokens_of_whole_months_count_and_those_of_partial_ones_only_without_any():
    earlier = used(first_day=SEPTEMBER, last_day=SEPTEMBER, input_tokens=5_000_000, output_tokens=0)
    covered = ((date(2026, 9, 20), date(2026, 9, 30)), *WHOLE)
    (cost,) = costs(seen(earlier, MIX, covered=covered))
    assert (cost.usd, cost.months, cost.is_whole) == (3, (OCTOBER,), True)
    (cost,) = costs(seen(earlier, MIX, covered=TEN_DAYS))
    assert (cost.usd, cost.months, cost.is_whole) == (13, (SEPTEMBER, OCTOBER), False)


def test_tokens_that_two_sources_tell_of_count_once():
    (cost,) = costs(seen(MIX), seen(MIX, source=OTHER_GATEWAY))
    assert cost.usd == 3
