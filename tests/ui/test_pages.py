"""Every page of this file on hand-made answers; see tests/ui/test_demo.py for the real ones."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui import sample
from tests.ui.conftest import Open, texts
from ui import cached
from ui.words import headlines
from ui.words.week_words import EMPTY

pytestmark = pytest.mark.usefixtures("answers")


def metrics(app: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


def test_the_overview_answers_in_its_title_and_three_figures(open_page: Open) -> None:
    app = open_page("portfolio.py")
    assert not app.exception
    assert app.title[0].value.replace("\\", "") == (
        "If OpenAI ended tomorrow, 2 of your 3 companies would lose $1.7M together."
    )
    assert metrics(app) == {
        "Loss in a typical year": "$100k",
        "One year in twenty": "$500k or more",
        "Concentration": "3 providers",
    }
    shown = texts(app)
    assert "$900k–4.0M in 8 of 10 worlds" in shown
    # 120,000 of 7,400,000: 1.6 %.
    assert "$80k–200k in 8 of 10 worlds · 1.6 % of gross profit" in shown
    assert "as concentrated as 1.4 (1.2–1.7) equal ones" in shown
    years = texts(open_page("portfolio.py", section="years"))
    assert "0–1 in 8 of 10 worlds; cash known of 1" in years


def test_where_ranges_of_shares_are_still_to_come_the_concentration_says_so(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "margin_ranges", lambda name: None)
    app = open_page("portfolio.py")
    assert "as concentrated as 1.4 equal ones" in texts(app)
    (hint,) = [one.help for one in app.metric if one.label == "Concentration"]
    said = hint.replace("\\", "")
    assert "are not worked out yet: unknown facts count at their mean." in said


def test_the_overview_says_what_it_shows_and_how_sure_it_is(open_page: Open) -> None:
    shown = texts(open_page("portfolio.py"))
    assert "INVENTED DATA" in shown
    assert "facts known 80 %" in shown
    assert "model: mostly judgement" in shown
    assert "data of 20 Nov 2026 · assessed 23 Nov 2026" in shown


def test_each_thing_of_the_week_has_its_words_its_amount_and_one_button(open_page: Open) -> None:
    app = open_page("portfolio.py")
    shown = texts(app).replace("\u00a0", " ")
    assert "**Acme Notes**: replace gpt-4o now: it ends on 10 Dec 2026" in shown
    assert "**$60k at stake**" in shown
    assert "**Bolt $ [Legal]**: Claude at Anthropic, $4.0k ($2.0k–9.0k) once" in shown
    assert "**Bolt $ [Legal]**: ask for its annual revenue" in shown
    assert "**OpenAI**: the chair resigns (21 Nov 2026)" in shown
    assert "Since 31 Oct 2026: news and incidents +$9.0k" in shown
    buttons = [one.label for one in app.button if str(one.key).startswith("week_open")]
    assert buttons == ["Decide", "Decide", "Ask", "See", "Why"]


def test_an_empty_week_says_so(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "week", lambda name: ())
    assert EMPTY in texts(open_page("portfolio.py"))


def test_without_an_end_to_tell_the_title_says_what_is_known_at_once(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "ending", lambda name: None)
    app = open_page("portfolio.py")
    assert app.title[0].value.replace("\\", "") == headlines.in_short(sample.ASSESSMENT)


def test_those_who_carry_a_bad_year_are_named_and_lead_to_their_page(open_page: Open) -> None:
    app = open_page("portfolio.py")
    # 700,000 and 200,000 of 900,000: two carry all of it.
    assert "Two companies carry 100 % of a bad year" in [one.value for one in app.subheader]
    labels = [one.proto.label.replace("\\", "") for one in app.get("page_link")]
    assert {"Acme Notes", "Bolt $ [Legal]"} <= set(labels)


def test_one_company_alone_is_no_ten_companies(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = replace(sample.many(1, tail=5.0), diversification=None)
    monkeypatch.setattr(cached, "assessment", lambda name: alone)
    monkeypatch.setattr(cached, "ending", lambda name: replace(sample.ENDING, startups=1))
    app = open_page("portfolio.py")
    assert app.title[0].value.replace("\\", "") == "If OpenAI ended tomorrow, S0 would lose $1.7M."
    assert not [one.value for one in app.subheader if "bad year" in one.value]
    margin = open_page("portfolio.py", section="margin")
    assert "diversification ratio" not in texts(margin)


def test_links_with_filters_of_before_lead_to_all_companies(open_page: Open) -> None:
    app = open_page("portfolio.py", band="D", provider="OpenAI")
    assert list(app.dataframe[0].value["Company"]) == ["Acme Notes"]


def test_portfolio_shows_its_charts(open_page: Open) -> None:
    assert not open_page("portfolio.py").get("plotly_chart")
    charts = {one.key for one in open_page("portfolio.py", section="years").get("plotly_chart")}
    assert charts == {"exceedance", "tail_by_startup"}
    charts = {one.key for one in open_page("portfolio.py", section="margin").get("plotly_chart")}
    assert charts == {"treemap"}
    charts = {one.key for one in open_page("portfolio.py", section="loss").get("plotly_chart")}
    assert charts == {"expected_by_provider", "bands"}


@pytest.mark.parametrize("by", ["startup", "provider", "root", "kind"])
def test_the_worst_years_are_divided_as_the_address_asks(open_page: Open, by: str) -> None:
    app = open_page("portfolio.py", tail=by)
    assert not app.exception
    assert "The parts add up to $900k, the mean of the worst 5 % of years." in texts(app)


def test_the_expected_loss_is_divided_by_startup_on_request(open_page: Open) -> None:
    assert "All companies that lose anything" in texts(
        open_page("portfolio.py", expected="startup")
    )


def test_portfolio_says_what_its_figures_stand_on_and_what_stops_it(open_page: Open) -> None:
    shown = texts(open_page("portfolio.py", section="margin"))
    assert "Model test, catalogue of 1 Nov 2026" in shown
    assert "The diversification ratio is 60 %" in shown
    shown = texts(open_page("portfolio.py", section="stops"))
    assert "| OpenAI: outage, wind-down |" in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert "| Anthropic and OpenAI |" in shown


def test_every_company_is_listed_largest_loss_first(open_page: Open) -> None:
    rows = open_page("startups.py").dataframe[0].value
    assert list(rows["Company"]) == ["Acme Notes", "Bolt $ [Legal]", "Cedar Pumps"]
    assert list(rows["Expected loss"]) == ["$80k", "up to $80k", "–"]
    assert list(rows["10–90 % range"]) == ["$60k–140k", "$5.0k–80k", "$0"]
    assert list(rows["Band"]) == ["D", "?", "A"]
    assert list(rows["Score"]) == ["62 (55–70)", "10–60", "0"]
    assert list(rows["Facts known"]) == ["88 %", "30 %", "100 %"]
    assert list(rows["Worst disruption"])[2] == "–"
    assert next(iter(rows["Days to switch"])) == "24 (10–50)"
    assert list(rows["Days to switch"])[1:] == ["unknown", "unknown"]
    assert all(one.startswith("data:image/svg+xml") for one in rows["Range"])
    assert list(rows["Runway, months"]) == ["12 → 7", "unknown", "–"]


def test_a_filter_in_the_address_is_applied(open_page: Open) -> None:
    app = open_page("startups.py", band="D", provider="OpenAI")
    assert list(app.dataframe[0].value["Company"]) == ["Acme Notes"]


def test_two_values_of_a_filter_are_separated_by_a_tilde(open_page: Open) -> None:
    app = open_page("startups.py", band="D~A")
    # The button in front of the filters says that one of them is set.
    assert "Filters (1)" in [one.proto.popover.label for one in app.get("popover")]
    assert list(app.dataframe[0].value["Company"]) == ["Acme Notes", "Cedar Pumps"]


def test_a_chosen_filter_is_written_into_the_address_and_the_copied_link(open_page: Open) -> None:
    app = open_page("startups.py")
    next(one for one in app.multiselect if one.label == "Band").set_value(["?"]).run()
    assert app.query_params["band"] == "?"
    assert list(app.dataframe[0].value["Company"]) == ["Bolt $ [Legal]"]
    assert app.code[0].value.endswith("?portfolio=demo&band=%3F")


def test_a_search_finds_names_and_providers(open_page: Open) -> None:
    app = open_page("startups.py", search="legal openai")
    assert list(app.dataframe[0].value["Company"]) == ["Bolt $ [Legal]"]


def test_a_filter_that_matches_nothing_says_what_to_do(open_page: Open) -> None:
    app = open_page("startups.py", search="no such company")
    assert not app.dataframe
    assert "Remove a filter or change the search." in texts(app)


@pytest.mark.parametrize(
    ("page", "parameters", "said"),
    [
        ("startups.py", {"band": "Z"}, "the band “Z”"),
        ("portfolio.py", {"tail": "moon"}, "the division of the worst years “moon”"),
        ("portfolio.py", {"expected": "moon"}, "the division of the expected loss “moon”"),
        ("portfolio.py", {"portfolio": "nobody's"}, "the portfolio “nobody's”"),
        ("startup.py", {"startup": "Gone $1"}, "the company “Gone $1”"),
    ],
)
def test_what_a_link_asks_for_and_does_not_exist_is_named(
    open_page: Open, page: str, parameters: dict[str, str], said: str
) -> None:
    app = open_page(page, **parameters)
    assert not app.exception
    assert any(said in one.value.replace("\\", "") for one in app.warning)
    assert app.metric or app.dataframe or app.subheader


def test_a_portfolio_without_startups_says_the_next_step(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tuple(replace(one, startups=0) for one in cached.portfolios())
    monkeypatch.setattr(cached, "portfolios", lambda: empty)
    for page in ("portfolio.py", "startups.py"):
        app = open_page(page)
        assert not app.exception
        assert "Import a table with one line per company and provider." in texts(app)


def test_without_any_portfolio_the_page_says_the_next_step(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "portfolios", lambda: ())
    app = open_page("startups.py")
    assert not app.exception
    assert "There is no portfolio yet." in texts(app)


def test_facts_mark_what_is_unknown_and_lead_to_the_questions(open_page: Open) -> None:
    app = open_page("startups.py", view="facts")
    assert not app.exception
    register = app.dataframe[0].value
    assert register["Annual revenue"].isna().tolist() == [False, True, False]
    assert list(register["Open questions"]) == [0, 1, 0]
    labels = [one.proto.label for one in app.get("page_link")]
    assert "Questions to 1 of these" in labels


@pytest.mark.parametrize("view", ["answers", "facts"])
@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        ("open questions", ["Bolt $ [Legal]"]),
        ("unknown revenue", ["Bolt $ [Legal]"]),
        # Months of runway are NaN of Bolt and Cedar.
        ("unknown cash or burn", ["Bolt $ [Legal]", "Cedar Pumps"]),
        ("no dependency listed", ["Cedar Pumps"]),
    ],
)
def test_answers_and_facts_have_the_same_filters(
    open_page: Open, view: str, gap: str, expected: list[str]
) -> None:
    app = open_page("startups.py", gaps=gap, view=view)
    assert list(app.dataframe[0].value["Company"]) == expected


def test_the_title_of_the_list_counts_the_worst_bands(open_page: Open) -> None:
    title = open_page("startups.py").title[0].value
    assert title == "1 of 3 companies is in band D or E; for 1 too little is known"


def test_startup_shows_the_one_that_the_address_names(open_page: Open) -> None:
    first = open_page("startup.py", startup="Acme Notes")
    assert not first.exception
    assert first.title[0].value == "Acme Notes"
    assert [one.value for one in first.subheader] == [
        "What it depends on",
        "Ways to be safer",
        "What would narrow the range",
        "Why the risk is what it is",
    ]
    app = open_page("startup.py", startup="Acme Notes", section="cost")
    assert metrics(app)["Exposure score"] == "62 · band D"
    assert metrics(app)["Expected loss a year"] == "$80k"
    assert metrics(app)["Runway, months"] == "12 → 7"


@pytest.mark.parametrize(
    ("section", "charts"),
    [
        ("", set()),
        ("why", {"waterfall", "why_high"}),
        ("cost", {"kinds", "runway"}),
        ("days", {"falter_course"}),
        ("map", {"map"}),
        ("exit", set()),
        ("facts", set()),
    ],
)
def test_startup_shows_the_section_that_the_address_names(
    open_page: Open, section: str, charts: set[str]
) -> None:
    app = open_page("startup.py", startup="Acme Notes", section=section)
    assert not app.exception
    assert {one.key for one in app.get("plotly_chart")} == charts


def test_startup_says_why_the_score_is_high_beside_where_it_comes_from(open_page: Open) -> None:
    most = "No automatic backup adds most (20 points), then hard to replace (14)."
    assert most in texts(open_page("startup.py", startup="Acme Notes"))
    app = open_page("startup.py", startup="Acme Notes", section="why")
    assert "Why it is high" in [one.value for one in app.subheader]
    assert most in texts(app)
    assert "Best practice: an automatic backup with another upstream" in texts(app)


def test_startup_without_a_name_in_the_address_is_the_one_with_most_to_lose(
    open_page: Open,
) -> None:
    app = open_page("startup.py")
    assert app.title[0].value == "Acme Notes"
    assert "startup=Acme+Notes" in app.code[0].value


def test_what_nobody_stated_is_unknown_on_the_startup_page(open_page: Open) -> None:
    app = open_page("startup.py", startup="Bolt $ [Legal]", section="facts")
    assert not app.exception
    facts = app.dataframe[2].value.set_index("Fact")
    assert facts.loc["Annual revenue", "Value"] == "unknown"
    assert facts.loc["Annual revenue", "Source"] == "nobody has stated it"
    asked = "One question that would narrow the range by up to $30k a year"
    assert asked in [one.value.replace("\\", "") for one in app.subheader]
    costs = open_page("startup.py", startup="Bolt $ [Legal]", section="cost")
    assert metrics(costs)["Time to switch"] == "unknown"
    assert metrics(costs)["Runway, months"] == "unknown"
    assert metrics(costs)["Exposure score"] == "10–60"


def test_each_text_is_shown_with_what_it_was_read_as(open_page: Open) -> None:
    rows = open_page("startup.py", startup="Acme Notes", section="facts").dataframe[0].value
    first = rows.iloc[0]
    assert first["Text in the file"] == "GPT-4o via Azure"
    assert (first["Developer"], first["Host"], first["Model"]) == (
        "OpenAI",
        "Microsoft Azure",
        "gpt-4o",
    )
    unread = open_page("startup.py", startup="Bolt $ [Legal]", section="facts").dataframe[0]
    unread = unread.value.iloc[1]
    assert unread["Language model?"] == "ask"


def test_a_startup_of_which_only_questions_are_known_has_no_score(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = sample.answered(
        questions=np.array([0, 1, 2], dtype=np.int32),
        asked_high=np.array([0.0, 0.0, 70_000.0]),
        asked_score=np.array([0.0, 0.0, 44.0]),
    )
    monkeypatch.setattr(cached, "assessment", lambda name: asked)
    rows = open_page("startups.py").dataframe[0].value.set_index("Company")
    assert rows.loc["Cedar Pumps", "Band"] == "?"
    assert rows.loc["Cedar Pumps", "Score"] == "0–44"
    assert rows.loc["Cedar Pumps", "Expected loss"] == "up to $70k"
    assert rows.loc["Cedar Pumps", "10–90 % range"] == "$0–70k"
    page = open_page("startup.py", startup="Cedar Pumps")
    assert metrics(page)["Expected loss a year"] == "up to $70k"
    assert "answer 2 questions" in texts(page)
    assert "could reach $70k a year and the score 44" in page.info[0].value.replace("\\", "")


def test_without_unknown_facts_the_range_is_said_to_be_the_models(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = sample.answered(unknown=((), (), ()))
    monkeypatch.setattr(cached, "assessment", lambda name: known)
    assert "No unknown facts. The range is model uncertainty" in texts(
        open_page("startup.py", startup="Acme Notes")
    )


def test_where_revenue_is_mostly_unstated_amounts_are_placeholders_and_shares_come_first(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody stated Acme's revenue either: of 120,000 of expected loss nothing is known.
    unstated = sample.answered(profit_known=np.array([False, False, True]))
    monkeypatch.setattr(cached, "assessment", lambda name: unstated)
    app = open_page("portfolio.py")
    shown = metrics(app)
    assert next(iter(shown)) == "Concentration"
    assert shown["Loss in a typical year"] == "$80k–200k"
    assert "2 of your 3 companies would be hit" in app.title[0].value
    assert "Revenue and margin are stated for 0 % of the expected loss." in texts(app)
    assert "in a typical year" not in texts(app)


def test_a_fact_that_would_narrow_the_range_leads_to_its_startup(open_page: Open) -> None:
    app = open_page("portfolio.py", section="range")
    assert "Recapture (judgement): −25 % to +50 %" in texts(app).replace("\u00a0", " ")
    assert "Ask 1 company for annual revenue: " in texts(app)
    labels = [one.proto.label.replace("\\", "") for one in app.get("page_link")]
    assert "Bolt $ [Legal]: Annual revenue" in labels


@pytest.mark.parametrize(("margin", "said"), [(-0.05, "-5 %"), (0.0, "0 %"), (0.005, "0.5 %")])
def test_a_margin_that_counts_as_the_least_one_is_flagged(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, margin: float, said: str
) -> None:
    thin = replace(sample.PORTFOLIO.startups[0], gross_margin=margin)
    book = replace(sample.PORTFOLIO, startups=(thin, *sample.PORTFOLIO.startups[1:]))
    assert not open_page("startup.py", startup="Acme Notes").warning
    monkeypatch.setattr(sample, "PORTFOLIO", book)
    (warning,) = open_page("startup.py", startup="Acme Notes").warning
    said = f"The stated gross margin of {said} counts as 10 %"
    assert said in warning.value.replace("\\", "")


def test_a_startup_without_dependence_says_so(open_page: Open) -> None:
    app = open_page("startup.py", startup="Cedar Pumps")
    assert not app.exception
    assert "No language-model dependence found." in app.success[0].value
    assert not app.get("plotly_chart")


def test_hovering_over_a_figure_says_what_it_stands_on(open_page: Open) -> None:
    for page, section in {"portfolio.py": {}, "startup.py": {"section": "cost"}}.items():
        app = open_page(page, **section)
        hovered = [one.help for one in app.metric] + [one.proto.help for one in app.caption]
        assert sum(bool(one) for one in hovered) >= len(app.metric) > 0
    app = open_page("portfolio.py")
    hovered = [one.help for one in app.metric] + [one.proto.help for one in app.caption]
    assert sum("Model test, catalogue of 1 Nov 2026" in one for one in hovered) == 3


def test_every_page_says_of_which_day_it_is(open_page: Open) -> None:
    for page in ("startups.py", "calendar.py"):
        assert "assessed 23 Nov 2026" in texts(open_page(page))
