"""What is left out of a link has no field in it, and equal contents have one text and one hash."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from db.sharing.canonical import canonical_json, content_digest
from db.sharing.content import Provenance, Showing, portfolio_content
from db.sharing.naming import Names, labels_beside
from db.sharing.presets import Preset
from risk.portfolio.margin_ranges import MarginRanges
from risk.portfolio.results import Action, Interval, PortfolioAssessment
from risk.portfolio.startups import Assessed, assessed_of
from tests.ui import sample
from ui.share_page.page import report_page
from ui.wording import money, money_range
from ui.words import headlines

WHERE = Provenance(
    frozen_at="2026-11-25T12:00:00+00:00",
    batch=7,
    parameters={"rate_multiple": 2.0, "engineer_week_usd": 9000.0},
)
ACTION = Action(
    startup="Acme Notes",
    use_case="Summaries",
    what="Gateway",
    aal_removed_usd=10_000.0,
    one_off_usd=500.0,
)
RANGES = MarginRanges(
    developers={"OpenAI": Interval(low=0.41234, high=0.56789)},
    providers={},
    equal_ones=Interval(low=1.51234, high=2.56789),
)
#: For what each preset leaves out, the fields that would tell it.
TOLD_BY = {
    Preset.NAMES: ("sector", "next_action", "data_digest", "data_batch"),
    Preset.MONEY: (
        *(
            "score",
            "aal_usd",
            "tvar95_contribution_usd",
            "margin_share",
            "exceedance",
            "actions",
            "developers",
            "developer_ranges",
            "equal_providers_low",
        ),
        *("runway_months_before", "cash_out_probability_after", "engineer_week_usd"),
        *(
            "median_usd",
            "score_low",
            "tvar95_contribution_usd",
            "variance_facts",
            "judged_factor",
            "narrow_most",
        ),
        "cash_out_newly",
    ),
    Preset.OUTLINE: (
        *("providers", "lead_developer", "worst_root", "single_points", "score"),
        *("sector", "next_action", "aal_usd", "actions", "listed_providers"),
    ),
}


def showing(preset: Preset, **provenance: Any) -> Showing:
    names = Names() if preset.has_names else labels_beside(sample.CATALOG)
    return Showing(preset=preset, names=names, provenance=replace(WHERE, **provenance))


def content(
    preset: Preset, *, assessment: PortfolioAssessment = sample.ASSESSMENT, **provenance: Any
) -> dict[str, Any]:
    told = showing(preset, **provenance)
    return portfolio_content(assessment, [ACTION], told, ranges=RANGES)


def names_in(value: Any) -> set[str]:
    """Every name of a field anywhere in a content."""
    if isinstance(value, dict):
        return set(value).union(*(names_in(one) for one in value.values()))
    return set().union(*(names_in(one) for one in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("preset", TOLD_BY)
def test_what_is_left_out_has_no_field_anywhere(preset: Preset):
    told = set(TOLD_BY[preset])
    assert told <= names_in(content(Preset.EVERYTHING))
    assert not told & names_in(content(preset))


def turned(assessment: PortfolioAssessment) -> PortfolioAssessment:
    """The same answer with its startups in the other order."""
    table = assessed_of(assessment).table
    rows = np.arange(len(table))[::-1]
    answers = {one.name: getattr(table.answers, one.name)[rows] for one in fields(table.answers)}
    providers = [
        table.providers[table.provider_start[row] : table.provider_start[row + 1]]
        for row in rows.tolist()
    ]
    ends = np.cumsum([0, *(len(one) for one in providers)])
    of_startups = (
        *("names", "sectors", "questions", "tail", "profit_known", "asked_high", "asked_score"),
        *("main_service", "main_fallback", "main_plan", "main_case", "unknown"),
    )
    other = replace(
        table,
        **{name: _turned(getattr(table, name)) for name in of_startups},
        answers=replace(table.answers, **answers),
        provider_start=ends.astype(np.int32),
        providers=np.concatenate(providers),
    )
    return replace(assessment, startups=Assessed(other))


def _turned(column: Any) -> Any:
    return column[::-1]


def test_rows_come_in_an_order_that_their_cells_alone_decide():
    other = turned(sample.ASSESSMENT)
    assert other.startups[0].startup == "Cedar Pumps"
    for preset in Preset:
        known = canonical_json({"rows": content(preset)["startups"]})
        assert canonical_json({"rows": content(preset, assessment=other)["startups"]}) == known
    names = [row["startup"] for row in content(Preset.MONEY)["startups"]]
    assert names == sorted(names, key=str.casefold)


def test_developers_are_counted_by_startups_where_margins_are_hidden():
    users = [name for one in sample.ASSESSMENT.startups for name in one.providers]
    counted = content(Preset.MONEY)["startups_by_developer"]
    assert counted == [[name, users.count(name)] for name, _ in counted]
    assert sum(count for _, count in counted) == len(users)
    assert all(isinstance(count, int) for _, count in counted)


def test_of_more_startups_than_a_link_lists_the_others_are_counted_and_summed():
    listed = portfolio_content(sample.ASSESSMENT, [], showing(Preset.EVERYTHING), most=1)
    assert [row["startup"] for row in listed["startups"]] == ["Acme Notes"]
    # 120,000 of the portfolio less the 90,000 of Acme Notes.
    assert listed["others"] == {"startups": 2, "aal_usd": 30_000.0}
    assert listed["startups_in_portfolio"] == 3
    assert listed["startups_by_band"] == [["?", 1], ["A", 1], ["D", 1]]
    assert listed["startups_by_worst_kind"] == [["wind_down", 2]]


def test_which_startups_are_listed_tells_nothing_that_is_hidden():
    # Bolt loses more than Cedar, which loses nothing; by name and by band it is decided otherwise.
    by_name = portfolio_content(sample.ASSESSMENT, [], showing(Preset.MONEY), most=2)
    assert [row["startup"] for row in by_name["startups"]] == ["Acme Notes", "Bolt $ [Legal]"]
    assert "others" not in by_name
    by_band = portfolio_content(sample.ASSESSMENT, [], showing(Preset.OUTLINE), most=2)
    assert [row["band"] for row in by_band["startups"]] == ["D", "A"]


def test_what_would_narrow_a_range_names_no_startup():
    for preset in (Preset.EVERYTHING, Preset.NAMES):
        told = content(preset)["narrow_most"]
        assert told[1] == {
            **{"what": "annual_revenue_usd", "kind": "facts", "startups": 1},
            **{"low": 0.9, "high": 1.3},
        }


def test_a_part_of_a_portfolio_says_by_what_it_was_chosen_where_names_are_shown():
    part = {"filters": ("sector Health",), "is_whole": False}
    assert content(Preset.EVERYTHING, **part)["filters"] == ["sector Health"]
    assert content(Preset.NAMES, **part)["filters"] == ["chosen by whoever shared this"]
    # The last import is of the whole portfolio.
    assert "data_batch" not in content(Preset.EVERYTHING, **part)


def test_one_content_has_one_text_and_one_hash():
    text = canonical_json({"b": 1, "a": "ä"})
    assert text == '{"a":"ä","b":1}'
    # printf '{"a":"ä","b":1}' | sha256sum
    assert content_digest(text) == (
        "507aab815f2bdfce1c740c0b1ae7b1c874f56b9aa5b9ab109a07b57365148233"
    )
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": float("nan")})


RATE = {
    "currency": "EUR",
    "currency_per_eur": "1",
    "usd_per_eur": "2",
    "day": "2024-03-28",
    "source": "ECB reference rate",
}


def test_a_link_in_another_currency_holds_its_rate_beside_amounts_in_usd() -> None:
    before, after = content(Preset.EVERYTHING), content(Preset.EVERYTHING, money=RATE)
    assert after.pop("money") == RATE
    assert after == before
    assert "money" not in content(Preset.MONEY, money=RATE)


def test_a_page_of_a_link_is_written_in_the_currency_of_its_content() -> None:
    plain = report_page(content(Preset.EVERYTHING), digest="0" * 64)
    euros = report_page(content(Preset.EVERYTHING, money=RATE), digest="0" * 64)
    mean = sample.ASSESSMENT.aal_usd
    assert (money(mean) in plain, "€" in plain) == (True, False)
    # Half as many, for a euro is two dollars here.
    assert money(mean / 2).replace("$", "€") in euros
    assert ">$" not in euros
    assert "in EUR, 1 EUR = 2 USD on 2024-03-28 (ECB reference rate)" in euros


def test_placeholder_amounts_are_their_range_alone() -> None:
    stated, unstated = (content(Preset.EVERYTHING) for _ in range(2))
    stated["figures"]["money_known"], unstated["figures"]["money_known"] = 0.9, 0.1
    median = f"<dd>{money(sample.ASSESSMENT.median_usd)}</dd>"
    reach = f"<dd>{money_range(sample.ASSESSMENT.aal_interval_usd)}</dd>"
    plain, doubtful = (report_page(one, digest="0" * 64) for one in (stated, unstated))
    assert (median in plain, reach in plain) == (True, False)
    assert (median in doubtful, reach in doubtful) == (False, True)
    assert headlines.PLACEHOLDER in doubtful
    assert headlines.PLACEHOLDER not in plain


def test_the_concentration_has_its_range_where_the_content_tells_one():
    known = content(Preset.EVERYTHING)
    page = report_page(known, digest="0" * 64)
    assert "(1.5–2.6) equal ones" in page
    assert "OpenAI 41–57 %" in page
    older = {**known, "figures": dict(known["figures"])}
    del older["developer_ranges"], older["figures"]["equal_providers_low"]
    page = report_page(older, digest="0" * 64)
    assert "equal ones" in page
    assert "(1.5–2.6)" not in page


def test_ranges_have_two_digits_where_names_are_left_out():
    known = content(Preset.NAMES)
    assert known["developer_ranges"] == {"OpenAI": [0.41, 0.57]}
    assert known["figures"]["equal_providers_high"] == 2.6
