"""Tasks of a plan: who sees to each, and the last day to begin it."""

from datetime import date

from risk.alternatives.planning.plan import PlanChoice
from risk.alternatives.planning.tasks import Assignment, Contact, begin_by, tasks_of
from risk.alternatives.results import OptionClass
from risk.portfolio.deadlines import Deadline, DeadlineKind
from risk.portfolio.results import Interval

RETIREMENT, NOTICE, RENEWAL = DeadlineKind


def choice(
    startup: str = "Ash", what: OptionClass = OptionClass.OTHER_DEVELOPER, days: float = 40.5
) -> PlanChoice:
    return PlanChoice(
        key=startup,
        startup=startup,
        use_case="assistant",
        provider="Alpha API",
        option="there",
        option_class=what,
        first_year_usd=2.0,
        one_off_usd=1.0,
        cost_usd_per_year=1.0,
        weeks=1.0,
        aal_removed_usd=5.0,
        pool=None,
        removed=Interval(low=1.0, high=9.0),
        first_year=Interval(low=1.0, high=3.0),
        switch_days=days,
    )


def deadline(kind: DeadlineKind, day: date, ends_on: date, begun: bool | None = None) -> Deadline:
    return Deadline(
        kind=kind,
        day=day,
        ends_on=ends_on,
        startup="Ash",
        use_case="assistant",
        dependency_key="Ash",
        provider="Alpha API",
        model="alpha-1",
        developer="Alpha",
        host="Alpha",
        days_left=1,
        days_to_switch=1.0,
        switch_range=Interval(low=1.0, high=1.0),
        slack_days=1.0,
        replacement=None,
        source="test",
        begun=begun,
    )


MARCH, APRIL = date(2027, 3, 31), date(2027, 4, 30)
ENDS = deadline(RETIREMENT, MARCH, MARCH)
#: The contract renews in April; notice is due by 1 February.
CONTRACT = (
    deadline(RENEWAL, APRIL, APRIL),
    deadline(NOTICE, date(2027, 2, 1), APRIL),
)


def test_a_move_begins_so_that_it_works_on_the_last_day_of_the_model() -> None:
    # 31 March less 40.5 days, which need 41 whole ones.
    begin = begin_by(choice(), [ENDS])
    assert begin is not None
    assert (begin.day, begin.because, begin.of) == (date(2027, 2, 18), RETIREMENT, "alpha-1")


def test_of_several_ends_the_first_day_counts_and_notice_is_given_in_time() -> None:
    begin = begin_by(choice(), [ENDS, *CONTRACT])
    assert begin is not None
    assert (begin.day, begin.because, begin.ends_on) == (date(2027, 2, 1), NOTICE, APRIL)
    # Ninety days to move: 30 January, before the last day of notice.
    slow = begin_by(choice(days=90.0), CONTRACT)
    assert slow is not None
    assert (slow.day, slow.because) == (date(2027, 1, 30), RENEWAL)


def test_what_does_not_touch_model_or_contract_has_no_day() -> None:
    gateway = choice(what=OptionClass.GATEWAY)
    assert begin_by(gateway, [ENDS, *CONTRACT]) is None
    # A newer model of the same developer keeps the contract; terms are about it alone.
    newer = begin_by(choice(what=OptionClass.OTHER_MODEL), [ENDS, *CONTRACT])
    terms = begin_by(choice(what=OptionClass.CONTRACT, days=0.0), [ENDS, *CONTRACT])
    assert newer is not None
    assert newer.because is RETIREMENT
    assert terms is not None
    assert terms.because is NOTICE


def test_a_move_off_a_model_that_has_begun_binds_no_longer() -> None:
    assert begin_by(choice(), [deadline(RETIREMENT, MARCH, MARCH, begun=True)]) is None


def test_tasks_are_the_changes_by_day_with_who_took_them_on() -> None:
    stays = choice("Dee", OptionClass.STAY)
    found = tasks_of(
        [choice("Cole"), choice("Ash"), stays],
        contacts={"Ash": Contact(watched_by="Ann", email="cto@ash.example"), "Cole": Contact()},
        assigned={"Ash": Assignment(owner="Bea", due=APRIL)},
        deadlines={"Ash": [ENDS]},
    )
    assert [one.choice.startup for one in found] == ["Ash", "Cole"]
    ash, cole = found
    assert (ash.owner, ash.email, ash.due) == ("Bea", "cto@ash.example", APRIL)
    assert (cole.owner, cole.email, cole.due, cole.begin) == (None, None, None, None)
