"""Ways to be safer as columns: what to do, for which use case, its price and what it leaves."""

from collections.abc import Sequence

from risk.alternatives.ways import Way
from ui import wording
from ui.tables.column import Column, Record, Unit, chosen, texts
from ui.words import company_words, option_words


def rows_of(ways: Sequence[Way]) -> list[Record]:
    """The values of ways, the best first."""
    return [_row(one) for one in ways]


def _row(one: Way) -> Record:
    option, left = one.option, one.option.left
    return {
        "way": option_words.as_action(option),
        "option": option.option,
        "class": option.option_class.value,
        "use_case": option.use_case,
        "must": one.must,
        "one_off_usd": option.one_off_usd,
        "one_off_range_usd": (
            None
            if option.one_off_low_usd is None
            else [option.one_off_low_usd, option.one_off_high_usd]
        ),
        "extra_run_usd": one.extra_run_usd,
        "gain_usd": one.gain_usd,
        "loss_today_usd": one.stay.usual_loss_usd,
        "loss_left_usd": option.usual_loss_usd,
        "loss_left_range_usd": left and [left.low_usd, left.high_usd],
        "once": company_words.once(option),
        "loss": company_words.before_after(one.stay, option),
        "after": company_words.after_range(option) or wording.UNKNOWN,
        "run": company_words.a_year_more(one.extra_run_usd),
    }


COLUMNS = (
    *texts(way="What to do", option="Option"),
    Column(key="class", label="Kind of change"),
    *texts(use_case="Use case", must="Staying ends"),
    *texts(once="One-off cost, 10 to 90 %", run="A year", loss="Loss a year", after="After"),
    Column(key="one_off_usd", label="One-off cost", unit=Unit.USD),
    Column(key="one_off_range_usd", label="One-off cost, range", unit=Unit.LIST),
    Column(key="extra_run_usd", label="Running cost beyond today", unit=Unit.USD),
    Column(key="gain_usd", label="Saves a year, cost and loss together", unit=Unit.USD),
    Column(key="loss_today_usd", label="Loss a year today", unit=Unit.USD),
    Column(key="loss_left_usd", label="Loss a year after", unit=Unit.USD),
    Column(key="loss_left_range_usd", label="Loss a year after, range", unit=Unit.LIST),
)
TERMINAL = chosen(COLUMNS, "way use_case once run loss after".split())
VALUES = chosen(
    COLUMNS,
    "option class use_case must one_off_usd one_off_range_usd extra_run_usd gain_usd"
    " loss_today_usd loss_left_usd loss_left_range_usd".split(),
)
