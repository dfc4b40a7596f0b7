"""Likeness of options from evidence: tasks, live speech, and evaluations of a startup's own."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.alternatives.drawn_likeness import drawn_evidence
from risk.alternatives.evaluations import (
    Evaluation,
    NotAnEvaluation,
    checked,
    read_evaluation,
    score_at,
)
from risk.alternatives.judgements import (
    Decided,
    Judgement,
    Judgements,
    Needs,
    Topic,
    UnreadableJudgement,
    judgements_of,
    read_value,
)
from risk.alternatives.options import alternatives_for
from risk.alternatives.results import Alternative, Criterion, OptionClass, Verdict
from risk.alternatives.use_cases import NOTHING, TALKS, work_of
from risk.catalog.likeness import Relation
from risk.catalog.records import KINDS_OF_WORK, LANGUAGES, Catalog, Model, Task
from risk.catalog.tables import shipped_rows
from risk.inventory.records import Depth, Startup
from tests.alternatives.settings import central
from tests.catalog.test_likeness import rating
from tests.oracle.likeness import lost
from tests.small_world import PLAIN, dependency, model, small_catalog, startup

FIXTURES = Path(__file__).parents[2] / "fixtures"
USUAL = dict.fromkeys(Relation, (0.12, 0.0, 0.0, 0.0, 0.0))
#: Alpha's model is the better one overall, as good at legal work, and far better in German.
POINTS = {Task.OVERALL: 1400.0, Task.LEGAL: 1500.0, Task.GERMAN: 1300.0}
RATED = replace(
    small_catalog(),
    usual_distances=USUAL,
    ratings={
        **{("alpha-1", task): rating("alpha-1", 1500.0, 6, task) for task in POINTS},
        **{("beta-1", task): rating("beta-1", at, 8, task) for task, at in POINTS.items()},
    },
)
OWN = Evaluation(
    today=0.9, other=0.81, cases=100, held_on=date(2026, 11, 2), name="golden", by="Ann"
)


def named(case: str, **facts: object) -> Startup:
    held = startup("Hers", dependency("d", "Alpha", "Alpha", model="alpha-1", **facts))
    return replace(held, use_cases=(replace(held.use_cases[0], name=case),))


def moved(
    held: Startup,
    catalog: Catalog = RATED,
    kind: OptionClass = OptionClass.OTHER_DEVELOPER,
    **said: object,
) -> Alternative:
    found = alternatives_for(
        held,
        replace(central(catalog), assumptions=PLAIN),
        judgements=Judgements(**said),  # type: ignore[arg-type]
    )
    return next(one for one in found if one.option_class is kind)


def alike_of(one: Alternative) -> float:
    assert one.comparison is not None
    return one.comparison.alike


def test_voters_count_at_the_task_of_the_use_case() -> None:
    # Overall 100 points: 0.28013 where 0.12 is usual, k = 1.6672 and s = 1 - 0.25 · 1.6672.
    # At legal work both are as good: k = 0.5 and s = 0.875. In German 200 points: P = 0.75975,
    # 0.51949 / 0.12 = 4.3291, k = 2.6645, s = 0.3339.
    assert alike_of(moved(named("assistant"))) == pytest.approx(0.5832, abs=1e-4)
    assert alike_of(moved(named("contract review"))) == 0.875
    assert alike_of(moved(named("German assistant"))) == pytest.approx(0.3339, abs=1e-4)
    # The task comes before the language; where it is not rated, the language counts.
    assert alike_of(moved(named("German contract review"))) == 0.875
    assert alike_of(moved(named("German code review"))) == pytest.approx(0.3339, abs=1e-4)
    assert alike_of(moved(named("code review"))) == pytest.approx(0.5832, abs=1e-4)


def test_what_was_stated_of_the_work_counts_before_its_name() -> None:
    def stated(case: str, **facts: Task) -> float:
        needs = {("Hers", case): Needs(**facts)}
        return alike_of(moved(named(case), needs=needs))

    assert stated("assistant", task=Task.LEGAL) == 0.875
    assert stated("contract review", task=Task.OVERALL) == pytest.approx(0.5832, abs=1e-4)
    assert stated("assistant", language=Task.GERMAN) == pytest.approx(0.3339, abs=1e-4)


def test_the_distance_is_that_of_the_plain_formula_at_every_task() -> None:
    for case in ("assistant", "contract review", "German assistant", "code review"):
        tasks = work_of(case).tasks
        found = moved(named(case)).comparison
        assert found is not None
        assert found.likeness is not None
        today, other = (RATED.models[name] for name in found.models)
        assert found.likeness.distance.parts == pytest.approx(lost(today, other, RATED, tasks))


def test_the_interval_of_votes_is_the_range_of_how_alike_models_are() -> None:
    # 100 points good to 10: 0.2534 to 0.3064, k = 1.5558 to 1.7767, s = 0.6110 to 0.5558.
    found = moved(named("assistant")).comparison
    assert found is not None
    assert found.between == pytest.approx((0.5558, 0.6110), abs=2e-4)


def test_costs_are_taken_in_the_worlds_of_the_votes() -> None:
    # Both are rated the same, but not for sure: in half of the worlds something is lost, and a
    # move costs more on average and at the upper end.
    even = replace(
        RATED,
        ratings={(name, Task.OVERALL): rating(name, 1400.0, 40) for name in ("alpha-1", "beta-1")},
    )
    sure = {key: replace(one, low=1400.0, high=1400.0) for key, one in even.ratings.items()}
    exact, open_ = (
        alternatives_for(
            named("assistant"),
            replace(central(one), drawn=True, count=64, assumptions=PLAIN),
        )
        for one in (replace(even, ratings=sure), even)
    )
    pairs = [
        (before, after)
        for before, after in zip(exact, open_, strict=True)
        if before.option_class is OptionClass.OTHER_DEVELOPER
    ]
    assert pairs
    for before, after in pairs:
        assert after.one_off_usd > before.one_off_usd
        assert after.one_off_high_usd is not None
        assert before.one_off_high_usd is not None
        assert after.one_off_high_usd > before.one_off_high_usd


def talking(name: str, developer: str) -> Model:
    """As most of them are listed: with a price, and nothing said of what they read and write."""
    return replace(
        model(name, developer, developer),
        input_modalities=frozenset(),
        output_modalities=frozenset(),
        released=None,
    )


def with_speech(*models: Model) -> Catalog:
    small = small_catalog()
    return replace(small, models={**small.models, **{one.name: one for one in models}})


SPOKEN = with_speech(talking("alpha-realtime", "Alpha"), talking("beta-live", "Beta"))
CALLS = startup("Hers", dependency("d", "Alpha", "Alpha", model="alpha-realtime"))


def verdict(one: Alternative, criterion: Criterion) -> Verdict:
    return next(each.verdict for each in one.checks if each.criterion is criterion)


def test_who_talks_is_offered_what_talks_and_nothing_else() -> None:
    found = alternatives_for(CALLS, central(SPOKEN))
    by_class = {one.option_class: one for one in found if one.model is not None}
    for kind in (OptionClass.OTHER_DEVELOPER, OptionClass.GATEWAY, OptionClass.RESERVED):
        one = by_class[kind]
        assert verdict(one, Criterion.REALTIME) is Verdict.MET
    assert by_class[OptionClass.OTHER_DEVELOPER].model == "beta-live"
    # No open model talks, so that nobody is offered one to run.
    assert OptionClass.SELF_HOST not in by_class


def test_what_was_stated_rules_out_models_of_text_as_second_provider_too() -> None:
    needs = {("Hers", "assistant"): Needs(realtime=True)}
    text = moved(named("assistant"), small_catalog(), OptionClass.SELF_HOST, needs=needs)
    assert verdict(text, Criterion.REALTIME) is Verdict.UNMET
    assert any("does not talk live" in reason for reason in text.excluded)
    # Models that talk are looked for though today's is one of text.
    for kind in (OptionClass.OTHER_DEVELOPER, OptionClass.GATEWAY, OptionClass.RESERVED):
        found = moved(named("assistant"), SPOKEN, kind, needs=needs)
        assert found.comparison is not None
        assert found.comparison.models == ("alpha-1", "beta-live")
        assert verdict(found, Criterion.REALTIME) is Verdict.MET
    own = moved(named("assistant"), SPOKEN, OptionClass.OTHER_MODEL, needs=needs)
    assert own.model == "alpha-realtime"
    silent = {("Hers", "assistant"): Needs(realtime=False)}
    plain = moved(named("assistant"), SPOKEN, needs=silent)
    assert (plain.model, verdict(plain, Criterion.REALTIME)) == ("beta-1", Verdict.MET)


def test_a_name_that_speaks_of_voice_asks_and_refuses_nothing() -> None:
    held = startup("Hers", dependency("d", "Alpha", "Alpha"))
    held = replace(held, use_cases=(replace(held.use_cases[0], name="voice agent"),))
    found = moved(held, SPOKEN)
    assert verdict(found, Criterion.REALTIME) is Verdict.ASK
    assert any("“voice” in its name" in text for text in found.ask)
    assert not found.excluded
    # Where today's model is one of text, something else listens, and nothing is asked.
    known = moved(named("voice agent"), SPOKEN)
    assert verdict(known, Criterion.REALTIME) is Verdict.MET


def test_what_is_written_counts_like_what_is_read() -> None:
    speaks = {("Hers", "assistant"): Needs(output_modalities=frozenset({"text", "audio"}))}
    found = moved(named("assistant"), needs=speaks)
    assert "does not write audio" in found.excluded


def test_the_latency_of_a_model_is_asked_because_nobody_states_it() -> None:
    assert verdict(moved(named("assistant")), Criterion.LATENCY) is Verdict.ASK


def test_an_evaluation_of_its_own_outranks_analysts_and_voters() -> None:
    # 0.81 of 0.9 is 0.9 alike. Against 0.5832 by votes, 0.3168 of 27 days of 10,000 USD are saved
    # and 0.3168 · 1.5 weeks of 4,000 USD.
    judged = {("alpha-1", "beta-1"): Decided(value=0.95, reason="x", by="Ann")}
    key = ("Hers", "assistant", "alpha-1", "beta-1")
    plain = moved(named("assistant"))
    own = moved(named("assistant"), alike=judged, evaluations={key: OWN})
    assert own.comparison is not None
    assert own.comparison.alike == pytest.approx(0.9)
    assert (own.comparison.evaluation, own.comparison.decided_by) == (OWN, None)
    assert own.comparison.evaluated_days_ago == 21
    unlike = 0.9 - alike_of(plain)
    # Whoever evaluated has an evaluation set: the week that it takes is saved too.
    saved = unlike * (27 * 10_000 + 1.5 * 4_000) + 4_000
    assert plain.one_off_usd - own.one_off_usd == pytest.approx(saved, rel=1e-6)
    # It is about this startup and this use case alone.
    other = moved(named("contract review"), alike=judged, evaluations={key: OWN})
    assert alike_of(other) == 0.95


def test_what_was_tuned_and_measured_is_as_alike_as_measured() -> None:
    tuned = named("assistant", depth=Depth.FINE_TUNED)
    key = ("Hers", "assistant", "alpha-1", "beta-1")
    plain, own = moved(tuned), moved(tuned, evaluations={key: OWN})
    # Without it 0.4, whichever model comes: half of 27 days of 10,000 USD, and of the effort.
    # Whoever evaluated it has an evaluation set, which takes another a week to build.
    assert plain.weeks - own.weeks == pytest.approx(0.5 * 8 + 1, rel=1e-6)


def test_a_score_lies_in_wilsons_interval() -> None:
    # 90 of 100, z²/n = 0.038415: (0.9 + 0.019207 ± 1.96 · √(0.09/100 + 0.038415/400)) / 1.038415 =
    # (0.919207 ± 0.061858) / 1.038415.
    ends = [score_at(0.9, 100, z) for z in (-1.959964, 0.0, 1.959964)]
    assert ends == pytest.approx([0.82563, 0.9, 0.94477], abs=1e-4)
    # Where none passed, or all did, the far end is 3.8415 / 103.8415 away.
    assert score_at(0.0, 100, 1.959964) == pytest.approx(0.03699, abs=1e-4)
    assert score_at(1.0, 100, -1.959964) == pytest.approx(0.96301, abs=1e-4)


def test_an_evaluation_is_drawn_from_its_interval() -> None:
    _, drawn = drawn_evidence([OWN], 4096)
    low, high = OWN.interval
    # 81 of 100 lie above 0.72222, ln(0.81 / 0.72222) = 0.11470; 90 of 100 below 0.94477, ln(0.94477
    # / 0.9) = 0.04854. Together 0.12455: 0.9 · exp(-0.12455). The other end lies above 1.
    assert (low, high) == pytest.approx((0.79459, 1.0), abs=2e-5)
    assert np.quantile(drawn[:, 0], 0.025) == pytest.approx(low, abs=0.01)
    assert np.median(drawn[:, 0]) == pytest.approx(0.9, abs=0.005)
    assert drawn.max() == 1.0
    many = replace(OWN, cases=10_000)
    assert drawn_evidence([many, None, OWN], 64)[1][:, 2] == pytest.approx(drawn[:64, 0])
    assert np.ptp(drawn_evidence([many], 64)[1]) < 0.1 * np.ptp(drawn[:64])


@given(
    st.floats(0.01, 1),
    st.floats(0, 1),
    st.integers(1, 10**6),
)
def test_every_evaluation_is_a_share_between_its_ends_and_reads_as_it_was_written(
    today: float, other: float, cases: int
) -> None:
    one = replace(OWN, today=today, other=other, cases=cases)
    low, high = one.interval
    assert 0 <= low <= one.alike + 1e-12
    assert one.alike <= high + 1e-12 <= 1 + 1e-9
    assert read_evaluation(one.text) == one


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"today": 0.0}, "above 0"),
        ({"other": 1.2}, "from 0 to 1"),
        ({"cases": 0}, "how many cases"),
        ({"name": ""}, "Name the set"),
        ({"by": "x" * 201}, "characters at most"),
    ],
)
def test_an_odd_evaluation_says_what_to_write(facts: dict[str, object], said: str) -> None:
    with pytest.raises(NotAnEvaluation, match=said):
        checked(replace(OWN, **facts))


@pytest.mark.parametrize("text", ["", "0.9", "[]", '{"today": 0.9}', '{"today": "x"}', "null"])
def test_what_is_no_evaluation_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UnreadableJudgement, match="two scores"):
        read_value(Topic.EVALUATION, text)


def test_work_and_evaluations_are_read_from_what_was_said() -> None:
    def said(topic: Topic, value: str, **about: str) -> Judgement:
        return Judgement(
            topic=topic, value=value, reason="r", startup="Hers", use_case="x", **about
        )

    found = judgements_of(
        [
            said(Topic.TASK, "Legal"),
            said(Topic.LANGUAGE, "german"),
            said(Topic.REALTIME, "yes"),
            said(Topic.OUTPUT_MODALITIES, "text, audio"),
            said(Topic.EVALUATION, OWN.text, subject="alpha-1", other="beta-1"),
        ]
    )
    assert found.needs["Hers", "x"] == Needs(
        task=Task.LEGAL,
        language=Task.GERMAN,
        realtime=True,
        output_modalities=frozenset({"text", "audio"}),
    )
    assert found.evaluations == {("Hers", "x", "alpha-1", "beta-1"): OWN}
    with pytest.raises(UnreadableJudgement, match="write one of: overall, coding"):
        read_value(Topic.TASK, "poetry")
    assert read_value(Topic.LANGUAGE, "English") is Task.OVERALL


#: Names of the demo and others, with what they say: kind of work, language, and who talks.
NAMES = {
    "contract review": (Task.LEGAL, None, ""),
    "deed drafting": (Task.LEGAL, None, ""),
    "code generation": (Task.CODING, None, ""),
    "code search": (Task.CODING, None, ""),
    "app builder": (Task.WEB_DEVELOPMENT, None, ""),
    "discharge letters": (Task.MEDICINE, None, ""),
    "coding of claims": (Task.MEDICINE, None, ""),
    "survey coding": (None, None, ""),
    "interview coding": (None, None, ""),
    "invoice extraction": (Task.DOCUMENTS, None, ""),
    "character dialogue": (Task.CREATIVE_WRITING, None, ""),
    "report drafting": (Task.WRITING, None, ""),
    "transaction labelling": (Task.INSTRUCTIONS, None, ""),
    "support assistant": (Task.LONG_CONVERSATIONS, None, ""),
    "ledger assistant": (Task.BUSINESS, None, ""),
    "voice agent": (None, None, "voice"),
    "alert triage": (None, None, ""),
    "summaries": (None, None, ""),
    "trip planner": (None, None, ""),
    "Code assistant": (Task.CODING, None, ""),
    "Kundenservice": (Task.LONG_CONVERSATIONS, Task.GERMAN, ""),
    "Vertragsprüfung": (Task.LEGAL, Task.GERMAN, ""),
    "客服机器人": (Task.LONG_CONVERSATIONS, Task.CHINESE, ""),
    "契約レビュー": (Task.LEGAL, Task.JAPANESE, ""),
    "zip code lookup": (None, None, ""),
    "voice of the customer": (None, None, ""),
    "user stories": (None, None, ""),
    "decoder of barcodes": (None, None, ""),
    "": (None, None, ""),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_says_what_work_it_is(name: str) -> None:
    found = work_of(name)
    assert (found.task, found.language, found.talks_by) == NAMES[name]


def test_most_names_of_the_demo_say_nothing_or_one_thing() -> None:
    with (FIXTURES / "demo_dependencies.csv").open(encoding="utf-8") as file:
        names = {row["use_case"] for row in csv.DictReader(file)}
    assert sum(name in names for name in NAMES) >= 15
    silent = [name for name in names if work_of(name).tasks == (Task.OVERALL,)]
    assert 0.3 < len(silent) / len(names) < 0.7
    assert {name for name in names if work_of(name).talks_by} == {"voice agent"}


def test_every_row_of_the_list_of_words_says_something_that_is_known() -> None:
    known = {TALKS, NOTHING, *(one.value for one in (*KINDS_OF_WORK, *LANGUAGES))}
    rows = list(shipped_rows("use_case_words.csv"))
    assert {row["says"] for row in rows} <= known
    assert all(row["source"] for row in rows)
