"""How a provider falters, and what was heard of it, in the terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from risk.hazard.rate_laws import RateLaw
from risk.hazard.signals import Contribution, WindDown
from ui import wording
from ui.terminal.output import Document, table, text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from db.services.hazard import ProviderHazard
    from db.services.signals import RecordedSignal


def hazard_document(hazard: "ProviderHazard") -> Document:
    """Return the provider's rates with their laws, and its wind-down with the waterfall."""
    return {
        "provider": hazard.provider,
        "as_of": hazard.as_of,
        "rates": [_rate(one) for one in hazard.rates],
        "wind_down_90d": None if hazard.wind_down is None else _wind_down(hazard.wind_down),
    }


def _rate(one: RateLaw) -> Document:
    low, high = one.law.interval(0.9)
    shrunk = one.shrunk
    return {
        "kind": one.row.kind,
        "level": one.row.level,
        "from": one.row.node,
        "basis": one.row.basis,
        "evidence": one.how,
        "rate_per_year": one.row.rate_per_year,
        "low": low,
        "high": high,
        "law": {"shape": one.law.shape, "years": one.law.years},
        "rests_on": one.sentence,
        "towards_market": None
        if shrunk is None
        else {
            "rate_per_year": shrunk.law.mean,
            "prior_weight": shrunk.prior_weight,
            "weights": shrunk.sentence,
        },
    }


def _wind_down(after: WindDown) -> Document:
    return {
        "probability": after.probability,
        "low": after.low,
        "high": after.high,
        "probability_before_signals": after.probability_before,
        "rate_per_year": after.rate_per_year,
        "log_odds_before": after.log_odds_before,
        "log_odds_after": after.log_odds_after,
        "ln_units": after.evidence.ln_units,
        "verbal": after.evidence.verbal,
        "waterfall": [_line(one) for one in after.evidence.contributions],
    }


def _line(one: Contribution) -> Document:
    return {
        "label": one.label,
        "kind": one.signal.kind if one.signal else None,
        "group": one.group,
        "date": one.signal.at.date() if one.signal else None,
        "source": one.signal.source if one.signal else None,
        "weight": one.weight,
        "counted": one.counted,
        "ln_units": one.ln_units,
    }


def hazard_tables(document: Document) -> list["RenderableType"]:
    """Return the rates, the waterfall and one sentence about the wind-down."""
    shown: list[RenderableType] = [_rates_table(document)]
    after = document["wind_down_90d"]
    if after is None:
        return [*shown, text("No rate of a wind-down is known for such a provider.")]
    if after["waterfall"]:
        shown.append(_waterfall_table(after))
    chance = f"{_percent(after['probability'])} ({_percent(after['low'])} to "
    chance += f"{_percent(after['high'])} with 80 % probability)"
    before = _percent(after["probability_before_signals"])
    shown.append(
        text(
            f"Wind-down within 90 days: {chance}; {before} before any signal. "
            f"{wording.sentence_case(after['verbal'])}. "
            "Likelihood ratios are judgement; scores use today's figure unless signals_in_scores "
            "is 0."
        )
    )
    return shown


def _rates_table(document: Document) -> "RenderableType":
    rows = [
        (
            wording.falter(one["kind"]),
            one["level"],
            f"{one['rate_per_year']:.3g}",
            f"{one['low']:.2g} to {one['high']:.2g}",
            one["rests_on"],
            ""
            if one["towards_market"] is None
            else f"{one['towards_market']['rate_per_year']:.3g} "
            f"({one['towards_market']['weights']})",
        )
        for one in document["rates"]
    ]
    title = f"How {document['provider']} falters, events a year"
    columns = ("Falter", "Level", "Rate", "90 % range", "Rests on", "Drawn towards the market")
    return table(title, columns, rows, right=("Rate", "90 % range"))


def _waterfall_table(after: Document) -> "RenderableType":
    rows = [("before any signal", "", "", "", f"{after['log_odds_before']:+.2f}")]
    rows += [
        (
            one["label"],
            one["group"] or "",
            wording.day(one["date"]) if one["date"] else "",
            "" if one["counted"] == 1 else f"× {one['counted']:g}",
            f"{one['ln_units']:+.2f}",
        )
        for one in after["waterfall"]
    ]
    rows.append(("after all signals", "", "", "", f"{after['log_odds_after']:+.2f}"))
    columns = ("What was heard", "Group", "On", "Counted", "Log odds")
    return table("What was heard, in ln units of the odds", columns, rows, right=("Log odds",))


def signals_document(recorded: "Iterable[RecordedSignal]") -> list[Document]:
    """Return every signal with its number and who noted it."""
    return [
        {
            "signal": one.number,
            "provider": one.signal.provider,
            "kind": one.signal.kind,
            "date": one.signal.at.date(),
            "intensity": one.signal.intensity,
            "reliability": one.signal.reliability,
            "source": one.signal.source,
            "by": one.by,
            "at": one.at,
        }
        for one in recorded
    ]


def signals_tables(document: list[Document]) -> list["RenderableType"]:
    """Return the list for people."""
    rows = [
        (
            str(one["signal"]),
            one["provider"],
            wording.choice(one["kind"]),
            wording.day(one["date"]),
            f"{one['intensity']:g}",
            f"{one['reliability']:g}",
            one["source"],
        )
        for one in document
    ]
    columns = ("Signal", "Provider", "Kind", "On", "Intensity", "Reliability", "Source")
    return [table("What was heard of providers", columns, rows)]


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"
