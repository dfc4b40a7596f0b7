"""A startup's answer as columns: labels, units and words of :mod:`risk.portfolio.fields`."""

from collections.abc import Sequence

import numpy as np

from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.fields import records
from risk.portfolio.results import NO_BAND, BeforeAfter, Interval, Source
from risk.portfolio.startups import Assessed
from ui import wording
from ui.tables.column import Column, Record, Unit, before_after, chosen, values
from ui.words import marks

DASH = "–"


def is_exposed(row: Record) -> bool:
    """Whether any dependence was found, is still to be clarified, or nothing is told of it."""
    providers = row["providers"]
    return providers is None or bool(providers) or not _is_told(row)


def _interval(row: Record, low: str, high: str) -> Interval | None:
    if row.get(low) is None or row.get(high) is None:
        return None
    return Interval(low=row[low], high=row[high])


def _is_told(row: Record) -> bool:
    """Whether enough is known for more than between what ends a figure lies."""
    return bool(row["band"] != NO_BAND)


def _loss(row: Record) -> str:
    """The median, or how large it may be where too little is known."""
    if not is_exposed(row):
        return DASH
    if not _is_told(row):
        return wording.at_most(row["aal_high_usd"])
    return wording.money(row["median_usd"])


def _mean(row: Record) -> str:
    return wording.money(row["aal_usd"]) if _is_told(row) else DASH


def _range(row: Record) -> str:
    return wording.money_range(_interval(row, "aal_low_usd", "aal_high_usd"))


def _score(row: Record) -> str:
    if not is_exposed(row):
        return "0"
    low, high = row["score_low"], row["score_high"]
    spread = "" if low is None or high is None else f"{low:.0f}–{high:.0f}"
    if row["score"] is None or not _is_told(row):
        return spread or wording.UNKNOWN
    return f"{row['score']:.0f} ({spread})" if spread else f"{row['score']:.0f}"


def worst(row: Record) -> str:
    """``Wind-down of OpenAI, $1.4M``, or what is told of it; a dash where there is none."""
    if row["worst_kind"] is None:
        return DASH
    what, root, loss = FailureKind(row["worst_kind"]), row["worst_root"], row["worst_loss_usd"]
    said = wording.disruption(what) if root is None else wording.disruption_of(root, what)
    return f"{said}, {wording.money(loss)}" if loss is not None and _is_told(row) else said


def _days(row: Record) -> str:
    if row["days_to_switch"] is None:
        return wording.UNKNOWN
    found = _interval(row, "days_to_switch_low", "days_to_switch_high")
    return wording.with_range(row["days_to_switch"], found)


def _runway(row: Record) -> str:
    if not is_exposed(row):
        return DASH
    found = BeforeAfter(before=row["runway_months_before"], after=row["runway_months_after"])
    return wording.before_after_months(found).replace(" months", "").replace(" month", "")


def _mostly(row: Record) -> str:
    """What most of the doubt comes from."""
    shares = {one: row[f"variance_{one.value}"] or 0.0 for one in Source}
    most = max(Source, key=lambda one: shares[one])
    return most.value if shares[most] > 0 else DASH


def _narrow(row: Record) -> str:
    return marks.narrowed_by(row["narrow_most"][0]) if row["narrow_most"] else ""


def _unknown(row: Record) -> str:
    return ", ".join(wording.field(name) for name in row["unknown"])


def _providers(row: Record) -> str:
    return wording.listed(map(wording.provider, row["providers"])) or "none"


_SCORE, _LOSS = "score_interval", "aal_interval_usd"
_SWITCH, _VARIANCE = "days_to_switch_interval", "variance_shares"

COLUMNS = (
    Column(key="startup", label="Company"),
    Column(key="sector", label="Sector"),
    Column(key="band", label="Band", help=wording.BAND_MEANING),
    Column(
        key="median_usd",
        label="Expected loss",
        unit=Unit.USD,
        cell=_loss,
        told=_is_told,
        help="A year, at the median of the worlds. “up to” where too little is known, and what it "
        "could be if each open question is answered by yes.",
    ),
    Column(
        key="range",
        label="10–90 % range",
        unit=Unit.USD,
        cell=_range,
        of=("aal_low_usd", "aal_high_usd"),
        help="Where the expected loss lies in 8 of 10 worlds.",
    ),
    Column(key="aal_low_usd", label="Low (10 %)", unit=Unit.USD, path=(_LOSS, "low")),
    Column(key="aal_high_usd", label="High (90 %)", unit=Unit.USD, path=(_LOSS, "high")),
    Column(key="aal_usd", label="Mean", unit=Unit.USD, cell=_mean, help="A year, for adding up."),
    Column(
        key="score",
        label="Score",
        unit=Unit.SCORE,
        cell=_score,
        told=_is_told,
        help="0 to 100, from the expected loss and the worst 5 % of years against the gross "
        "profit, with its 10–90 % range.",
    ),
    Column(key="score_low", label="Score, low (10 %)", unit=Unit.SCORE, path=(_SCORE, "low")),
    Column(key="score_high", label="Score, high (90 %)", unit=Unit.SCORE, path=(_SCORE, "high")),
    Column(
        key="facts_known", label="Facts known", unit=Unit.SHARE, help=wording.FACTS_KNOWN_MEANING
    ),
    Column(key="facts_stated", label="Facts stated", unit=Unit.SHARE),
    Column(
        key="mostly",
        label="Mostly",
        cell=_mostly,
        of=tuple(f"variance_{one.value}" for one in Source),
        help="What most of the doubt comes from.",
    ),
    *(
        Column(
            key=f"variance_{one.value}",
            label=f"Doubt from {one.value}",
            unit=Unit.SHARE,
            path=(_VARIANCE, one.value),
        )
        for one in (Source.FACTS, Source.RATES, Source.JUDGEMENT)
    ),
    Column(key="judged_factor", label="Judgement moves it by", unit=Unit.FACTOR),
    Column(key="narrow_most", label="Would narrow it most", unit=Unit.LIST, cell=_narrow),
    Column(key="tvar95_usd", label="Its own worst years", unit=Unit.USD),
    Column(key="tvar95_contribution_usd", label="Part of the portfolio's tail", unit=Unit.USD),
    Column(key="gross_profit_usd", label="Gross profit", unit=Unit.USD),
    Column(key="lead_developer", label="Lead developer"),
    Column(key="worst", label="Worst disruption", cell=worst, of=("worst_kind",)),
    Column(key="worst_root", label="Worst disruption: where it begins", path=("worst", "root")),
    Column(key="worst_kind", label="Worst disruption: kind", path=("worst", "kind")),
    Column(
        key="worst_loss_usd",
        label="Worst disruption: loss",
        unit=Unit.USD,
        path=("worst", "loss_usd"),
    ),
    Column(
        key="days_to_switch",
        label="Days to switch",
        unit=Unit.DAYS,
        cell=_days,
        help="Away from the lead developer, with the 10–90 % range.",
    ),
    Column(
        key="days_to_switch_low",
        label="Days to switch, low (10 %)",
        unit=Unit.DAYS,
        path=(_SWITCH, "low"),
    ),
    Column(
        key="days_to_switch_high",
        label="Days to switch, high (90 %)",
        unit=Unit.DAYS,
        path=(_SWITCH, "high"),
    ),
    Column(
        key="runway",
        label="Runway, months",
        unit=Unit.MONTHS,
        cell=_runway,
        of=("runway_months_before", "runway_months_after"),
        help="Today → after a wind-down of the lead developer, without new money.",
    ),
    *before_after("runway_months", Unit.MONTHS, "Runway, months", "Runway after a wind-down"),
    *before_after(
        "cash_out_probability",
        Unit.SHARE,
        "Out of cash within a year",
        "Out of cash after a wind-down",
    ),
    Column(key="unknown", label="Not known", unit=Unit.LIST, cell=_unknown),
    Column(key="open_questions", label="Open questions", unit=Unit.COUNT),
    Column(key="providers", label="Providers", unit=Unit.LIST, cell=_providers),
    Column(key="next_action", label="Next best action"),
)


def columns(keys: str) -> tuple[Column, ...]:
    """Some of the columns, by their keys in one text."""
    return chosen(COLUMNS, keys.split())


#: What each place shows. Files and documents have single values, readers have them together.
PAGE = columns(
    "startup band median_usd range score facts_known worst days_to_switch runway next_action sector"
)
TERMINAL = columns(
    "startup band median_usd range aal_usd score worst days_to_switch runway facts_known mostly"
)
LISTED = columns(
    "startup sector score band median_usd range aal_usd tvar95_contribution_usd facts_known"
)
BOOK = columns(
    "startup sector median_usd aal_usd aal_low_usd aal_high_usd tvar95_usd tvar95_contribution_usd"
    " score score_low score_high band facts_known variance_facts variance_rates variance_judgement"
    " narrow_most days_to_switch days_to_switch_low days_to_switch_high runway_months_before"
    " runway_months_after worst unknown open_questions next_action"
)
#: What readers of links and reports see, unless it is left out.
LINK = columns(
    "startup band median_usd range score worst days_to_switch runway next_action facts_known"
    " providers"
)
#: Single values, as files and documents have them.
VALUES = values(COLUMNS)


def rows_of(assessed: Assessed, places: Sequence[int]) -> list[Record]:
    """The rows of some startups, by their places."""
    return list(records(assessed.table, np.array(places, dtype=np.int64)))
