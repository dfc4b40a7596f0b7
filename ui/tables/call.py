"""Columns of a call list: whom to call first at an hour, what to say, and what it hangs on."""

from collections.abc import Iterable, Mapping

from risk.alternatives.planning.tasks import NOBODY_NAMED, Contact
from risk.portfolio.results import Interval
from risk.scenarios.calls import Call, Hour
from ui import wording
from ui.tables import stressed
from ui.tables.column import Column, Record, Unit, chosen, values
from ui.words import incident_words


def rows_of(
    hour: Hour, calls: Iterable[Call], contacts: Mapping[str, Contact] | None = None
) -> list[Record]:
    """The values of some entries of an hour's list; without contacts nobody is named."""
    hazard = hour.hazard
    return [
        {
            **stressed.row_of(one.stake),
            "rank": one.rank,
            "urgency": one.urgency.value,
            "decision": None if one.decision is None else one.decision.value,
            "say": one.say.value,
            "bridge": one.bridge,
            "days_down": one.days_down,
            "sign_with": one.sign_with,
            "other_host": one.other_host,
            "model": one.model,
            "model_ends": one.model_ends,
            "as_of": hour.as_of.isoformat(),
            "probability_low": None if hazard is None else hazard.low,
            "loss_if_wind_down_usd": one.stake.loss_usd,
            "loss_if_wind_down_low_usd": one.stake.loss_low_usd,
            "loss_if_wind_down_high_usd": one.stake.loss_high_usd,
            "expected_loss_usd": one.stake.loss_usd
            * (1.0 if hazard is None else hazard.probability),
            "move_now_usd": one.stake.move_usd,
            "break_even_probability": one.stake.break_even,
            "watched_by": contact.watched_by,
            "contact_email": contact.email,
        }
        for one in calls
        for contact in [(contacts or {}).get(one.stake.startup, NOBODY_NAMED)]
    ]


def _at_stake(row: Record) -> str:
    reach = Interval(low=row["loss_low_usd"], high=row["loss_high_usd"])
    return f"{wording.money(row['loss_median_usd'])} ({wording.money_range(reach)})"


def _pays(row: Record) -> str:
    found = row["break_even_probability"]
    return "never" if found is None else wording.percent(found)


COLUMNS = (
    Column(key="as_of", label="As of"),
    Column(key="rank", label="Rank", unit=Unit.COUNT),
    Column(key="startup", label="Company"),
    Column(key="said", label="Say", cell=incident_words.say, of=("say",)),
    Column(
        key="at_stake",
        label="At stake",
        unit=Unit.USD,
        cell=_at_stake,
        of=("loss_median_usd", "loss_low_usd", "loss_high_usd"),
        help="What it loses if it happens: the median, and where it lies in 8 of 10 worlds.",
    ),
    Column(
        key="runway",
        label="Runway after",
        cell=incident_words.runway,
        of=("runway_months_before", "runway_months_after"),
        help="Months that its cash lasts after it, of those that it lasts today.",
    ),
    Column(
        key="contact",
        label="Contact",
        cell=incident_words.contact,
        of=("watched_by", "contact_email"),
        help="Who sees to the company, and whom to write to there.",
    ),
    Column(
        key="advice",
        label="Advice",
        cell=incident_words.advice,
        of=("decision", "break_even_probability"),
        help=incident_words.ADVICE,
    ),
    Column(key="urgency", label="Tonight"),
    Column(key="decision", label="At this hour"),
    Column(key="say", label="What to say"),
    Column(key="bridge", label="Bridge money", unit=Unit.YES),
    Column(key="days_down", label="Days down", unit=Unit.DAYS),
    Column(key="sign_with", label="Would ask first"),
    Column(key="other_host", label="Copy at"),
    Column(key="model", label="Model that ends"),
    Column(key="model_ends", label="Ends on", unit=Unit.DATE),
    Column(key="loss_if_wind_down_usd", label="Loss if it happens", unit=Unit.USD),
    Column(key="loss_median_usd", label="Median", unit=Unit.USD),
    Column(key="loss_if_wind_down_low_usd", label="Low (10 %)", unit=Unit.USD),
    Column(key="loss_if_wind_down_high_usd", label="High (90 %)", unit=Unit.USD),
    Column(
        key="expected_loss_usd",
        label="Expected loss",
        unit=Unit.USD,
        help="The probability within 90 days times the loss if it happens.",
    ),
    Column(
        key="move_now_usd",
        label="Moving now costs",
        unit=Unit.USD,
        help="The switch, and being worse off for a while: paid whatever happens.",
    ),
    Column(
        key="break_even_probability",
        label="Pays from",
        unit=Unit.SHARE,
        cell=_pays,
        help="The probability from which on moving costs less than waiting.",
    ),
    *(
        one
        for one in stressed.COLUMNS
        if one.key.startswith(("hit_through", "runway_", "cash_out_"))
    ),
    Column(key="watched_by", label="Watched by"),
    Column(key="contact_email", label="Contact e-mail"),
)
PAGE = chosen(COLUMNS, "startup said at_stake runway contact advice".split())
TERMINAL = chosen(COLUMNS, "rank startup said at_stake runway advice".split())
#: What readers of links see, unless it is left out.
LINK = chosen(COLUMNS, "startup said at_stake runway advice".split())
LINK_WITHOUT_MONEY = (
    *chosen(COLUMNS, ("startup",)),
    *chosen(stressed.COLUMNS, ("hit_probability", "hit_through")),
)
FILE = values(COLUMNS)
VALUES = FILE[1:]
