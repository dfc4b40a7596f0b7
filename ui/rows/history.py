"""Rows and sentences about a provider's past: estimates, services, documented falters, signals."""

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from risk.hazard.documented import DocumentedFalter, PublishedReliability
from risk.hazard.incident_statistics import CoOutage
from risk.hazard.incidents.records import Incident
from risk.hazard.provider_history import Estimate, ProviderHistory, Together
from risk.hazard.signals import SignalKind, WindDown
from ui import wording

UNKNOWN = wording.UNKNOWN


def estimate(found: Estimate | None, unit: str) -> tuple[str, str]:
    """Return a mean with its unit, and its 90 % interval or why there is none."""
    if found is None:
        return UNKNOWN, "no length is known" if unit == "h" else "fewer than two incidents"
    shown = f"{found.mean:.3g} {unit}"
    if found.low is None or found.high is None:
        return shown, f"of {found.values} only: too few for an interval"
    return shown, f"{found.low:.3g} to {found.high:.3g} {unit} with 90 % probability"


def incident_table(incidents: Iterable[Incident]) -> pd.DataFrame:
    """Return a row per incident, newest first."""
    rows = sorted(incidents, key=lambda one: one.started_at, reverse=True)
    return pd.DataFrame(
        {
            "Began, UTC": [f"{one.started_at:%Y-%m-%d %H:%M}" for one in rows],
            "Hours": [None if one.hours is None else round(one.hours, 2) for one in rows],
            "Severity": [one.level.value if one.level else None for one in rows],
            "What": [one.title for one in rows],
            "Services": [", ".join(one.services) or None for one in rows],
            "Source": [one.source for one in rows],
            "Id": [one.reference for one in rows],
        }
    )


def incident_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`incident_table`."""
    column = st.column_config
    return {
        "Began, UTC": column.TextColumn(width=140, pinned=True),
        "Hours": column.NumberColumn(
            width=75, help="From the first word to the word that it is over; empty: nobody told."
        ),
        "Severity": column.TextColumn(width=95, help="As its own page stated it."),
        "What": column.TextColumn(width="large"),
        "Services": column.TextColumn(width="medium"),
    }


def documented_table(falters: Iterable[DocumentedFalter]) -> pd.DataFrame:
    """Return a row per documented falter, newest first, with source and doubt."""
    rows = list(falters)
    return pd.DataFrame(
        {
            "Day": [one.began for one in rows],
            "Kind": [wording.falter(one.kind) for one in rows],
            "What": [one.what for one in rows],
            "How long": [_how_long(one) for one in rows],
            "Source": [one.source for one in rows],
            "Doubt": [one.doubt or "none known" for one in rows],
        }
    )


def documented_columns() -> dict[str, object]:
    """Return Streamlit's column configuration for :func:`documented_table`."""
    column = st.column_config
    return {
        "Day": column.DateColumn(format="D MMM YYYY", width=105, pinned=True),
        "Kind": column.TextColumn(width=130),
        "What": column.TextColumn(width=360),
        "How long": column.TextColumn(width=110),
        "Source": column.TextColumn(width="medium"),
        "Doubt": column.TextColumn(width="medium"),
    }


def _how_long(one: DocumentedFalter) -> str:
    if one.hours is not None:
        return wording.days(one.hours / 24)
    if one.ended is not None:
        return wording.days((one.ended - one.began).days)
    return "not stated"


def published_table(rows: Iterable[PublishedReliability]) -> pd.DataFrame:
    """Return what a study published of each service."""
    known = list(rows)
    return pd.DataFrame(
        {
            "Service": [one.service for one in known],
            "Incidents": [f"{one.incidents}" for one in known],
            "Repair, mean": [f"{one.mttr_hours:.2f} h" for one in known],
            "Between starts": [f"{one.mtbf_days:.2f} days" for one in known],
            "Outage days": [f"{100 * one.outage_day_share:.2f} %" for one in known],
            "Availability": [f"{100 * one.availability:.2f} %" for one in known],
        }
    )


def together_sentence(one: Together) -> str:
    """Return how far a pair fails together beyond chance, in a sentence."""
    joint = one.joint
    seen = f"{joint.both_days} of {joint.days:,} days against {joint.expected_days:.1f} by chance"
    basis = "uptime pages" if one.from_uptime else "days with an incident going on"
    if one.chance < 0.05 and one.ratio is not None:
        verdict = f"{one.ratio:.1f} times as often as by chance"
    elif joint.both_days > joint.expected_days:
        verdict = "more often than by chance, yet within what chance can do"
    else:
        verdict = "no more often than by chance"
    return (
        f"{one.other}: {seen} ({basis}), {verdict}; chance alone would give as many or more with "
        f"{wording.percent(one.chance)} probability."
    )


def services_sentence(pair: CoOutage) -> str:
    """Return how often two services of one provider were out together, in a sentence."""
    first, second = pair.first[1], pair.second[1]
    return (
        f"{first} and {second}: {wording.counted(pair.both_days, 'day')} together. With {second} "
        f"out, {first} was too on {wording.percent(pair.first_given_second)} of the days; with "
        f"{first} out, {second} on {wording.percent(pair.second_given_first)}."
    )


def unknown_sentence(history: ProviderHistory) -> str:
    """Return what is left out of the figures."""
    parts = []
    if history.unknown_length:
        parts.append(f"{history.unknown_length:,} of unknown length are in no repair time")
    if history.maintenance:
        parts.append(f"{history.maintenance:,} planned are in no figure")
    whole = f"{wording.counted(len(history.incidents), 'incident')} imported"
    return f"{whole}; {wording.listed(parts)}." if parts else f"{whole}."


def signal_table(after: WindDown, kinds: Iterable[SignalKind]) -> pd.DataFrame:
    """Return a row per signal: its worth when new, what is left of it, where it was heard."""
    known = {one.kind: one for one in kinds}
    rows = [one for one in after.evidence.contributions if one.signal is not None]
    made = []
    for one in rows:
        signal = one.signal
        if signal is None:
            continue
        kind = known[signal.kind]
        age = (after.evidence.as_of - signal.at).total_seconds() / 86_400
        made.append(
            {
                "Heard": signal.at.date(),
                "What": wording.sentence_case(one.label),
                "Times as likely": f"{kind.likelihood_ratio:.3g}",
                "Half-life": wording.days(kind.half_life_days),
                "Left of it": wording.percent(2 ** (-age / kind.half_life_days)),
                "Counted": wording.percent(one.counted),
                "Log odds": round(one.ln_units, 3),
                "Source": signal.source.replace("|", "; "),
            }
        )
    return pd.DataFrame(made)
