"""The Provider page's part about the past: incidents, availability, who fails with it, signals."""

from datetime import date

import streamlit as st

from db.services.provider_history import ProviderPast, ProviderSignals
from risk.hazard.incident_statistics import CoOutage
from risk.hazard.provider_history import Estimate, ProviderHistory, Together
from ui import cached, links, wording
from ui.charts import history as charts
from ui.charts import signals as signal_charts
from ui.page import card, chart, empty_state, metric, palette
from ui.panels.observed_usage import failures_of
from ui.panels.signal_form import note_signal
from ui.render.page import column_table
from ui.tables import incident, signal

TODAY = "today"


def past_of(provider: str) -> None:
    """Show what was imported of the provider, what is published, and what is documented."""
    past = cached.provider_past(provider)
    st.subheader("Incidents and availability", anchor=False)
    if past.history.is_empty:
        nothing_imported(provider, past)
    else:
        figures(past.history)
        timeline(past.history)
        fails_together(past.history)
        services_together(past.history)
    published(past)
    failures_of(provider)
    documented(past)


def nothing_imported(provider: str, past: ProviderPast) -> None:
    """Say that nothing was imported and what to do."""
    more = " Until then the page shows what a study published." if past.published else ""
    empty_state(
        f"No incident history of {provider} was imported.",
        f"Give its status feed below, as a file or by its address.{more}",
    )


def figures(history: ProviderHistory) -> None:
    """Show repair time, time between incidents, availability, each with how sure it is."""
    repair, repair_note = _estimate(history.repair_hours, "h")
    between, between_note = _estimate(history.days_between, "days")
    with st.grid(4, min_column_width=155):
        span = charts.timeline_alt(history).partition(";")[0].partition(" from ")[2]
        metric("Incidents", f"{len(history.incidents):,}", note=span)
        metric(
            "Mean repair (MTTR)",
            repair,
            note=repair_note,
        )
        metric(
            "Mean gap (MTBF)",
            between,
            note=between_note,
            hint="An incident of several services counts once.",
        )
        uptime = history.uptime
        metric(
            "Availability",
            wording.UNKNOWN if uptime is None else f"{100 * uptime.availability:.2f} %",
            note="no uptime page was imported"
            if uptime is None
            else f"{wording.percent(uptime.outage_day_share)} of {uptime.days:,} days with an "
            "outage",
        )
    st.caption(
        wording.escaped(
            f"{_unknown(history)} Intervals take incidents as independent; they come "
            "in clusters, so the truth is less sure. Whoever reports more openly counts more: do "
            "not rank providers on counts."
        )
    )


def timeline(history: ProviderHistory) -> None:
    """Draw incidents and availability by month, with every incident as a table."""
    if history.incidents:
        alt = charts.timeline_alt(history)
        with card("Incidents by month", note=alt):
            chart(charts.timeline_figure(history, palette=palette()), alt=alt, key="timeline")
            with st.expander("Every incident"):
                column_table(
                    incident.COLUMNS,
                    incident.rows_of(history.incidents),
                    widths={"title": "large", "services": "medium"},
                    key="incidents",
                    file_name=f"{history.provider}-incidents.csv",
                    workbook="Incidents",
                    alt=alt,
                )
    if history.uptime is not None:
        alt = charts.availability_alt(history.months)
        with card("Availability by month", note=alt):
            chart(
                charts.availability_figure(history.months, palette=palette()),
                alt=alt,
                key="availability",
            )


def fails_together(history: ProviderHistory) -> None:
    """Show with whom it was out on the same days, beside what chance alone would give."""
    if not history.together:
        return
    alt = charts.together_alt(history.together)
    with card(
        "Who was out on the same days",
        note="Against the days that two independent providers would share. Outages come in "
        "clusters, so chance can do more than the probability says.",
    ):
        chart(charts.together_figure(history.together, palette=palette()), alt=alt, key="together")
        for one in history.together[: charts.MOST_TOGETHER]:
            st.markdown(f"- {wording.escaped(_together(one))}")


def services_together(history: ProviderHistory) -> None:
    """Say how often its own services were out together: another of them is weak protection."""
    if not history.services:
        return
    with card("Its own services, out together", note="Days of its uptime page."):
        for pair in history.services[: charts.MOST_TOGETHER]:
            st.markdown(f"- {wording.escaped(_services(pair))}")


def published(past: ProviderPast) -> None:
    """Show what a study published of its services."""
    if not past.published:
        return
    first = past.published[0]
    with card("What a study published", note=f"{first.source}. No interval was published."):
        column_table(
            incident.PUBLISHED,
            incident.published_of(past.published),
            key="published",
            file_name=f"{first.provider}-published.csv",
            alt="Published repair times, time between incidents and availability by service.",
        )


def documented(past: ProviderPast) -> None:
    """Show its well-documented disruptions, with sources and doubts."""
    if not past.documented:
        return
    with card(
        "Well-documented disruptions",
        note="Chosen because they were remarkable: no rate or length is taken from them.",
    ):
        column_table(
            incident.DOCUMENTED,
            incident.documented_of(past.documented),
            widths={"what": 360, "source": "medium", "doubt": "medium"},
            key="documented",
            file_name="documented.csv",
            alt=f"{len(past.documented)} documented disruptions with sources and doubts.",
        )


def signals_of(provider: str, portfolio: str) -> None:
    """Show signals about it as a waterfall in log odds, and what time makes of it."""
    latest = cached.provider_signals(portfolio, provider, cached.today())
    if latest is None:
        return
    with card(
        "Signals about it",
        note="Each signal moves the log odds of a wind-down within 90 days, and fades. How many "
        "times as likely it makes one is judgement.",
    ):
        heard = _on_which_day(portfolio, provider, latest)
        after = heard.wind_down
        st.markdown(f"**{wording.escaped(signal_charts.headline(after))}**")
        st.caption(
            wording.escaped(
                f"80 % interval {wording.percent(after.low)} to {wording.percent(after.high)}; "
                f"{after.evidence.verbal}."
            )
        )
        if after.evidence.contributions:
            figure = signal_charts.waterfall_figure(after, palette=palette())
            chart(figure, alt=signal_charts.waterfall_alt(after), key="waterfall")
            _decay(heard, portfolio)
        else:
            st.caption("Nothing was heard that counts on this day.")
        note_signal(portfolio, provider)


def _on_which_day(portfolio: str, provider: str, latest: ProviderSignals) -> ProviderSignals:
    """Ask as of which day; days in the past count the documented signals of the replays too."""
    days = [one.isoformat() for one in latest.days if one < cached.today()]
    if not days:
        return latest
    with st.container(width=260):
        chosen = links.select(
            "As of the end of",
            [TODAY, *days],
            name="heard",
            default=TODAY,
            shown=lambda one: "Today" if one == TODAY else wording.day(one),
        )
    if chosen == TODAY:
        return latest
    return cached.provider_signals(portfolio, provider, date.fromisoformat(chosen)) or latest


def _decay(heard: ProviderSignals, portfolio: str) -> None:
    """List the signals with what is left of them, and the chance if nothing more is heard."""
    left = wording.listed(
        [f"{wording.percent(chance)} in {days} days" for days, chance in heard.decay]
    )
    st.markdown(wording.escaped(f"If nothing more is heard, the chance falls back: {left}."))
    kinds = {one.kind: one for one in cached.signal_kinds(portfolio)}
    column_table(
        signal.PAGE,
        signal.lines_of(heard.wind_down, kinds),
        key="signals",
        file_name="signals.csv",
        alt="Every signal with its half-life, what is left of it, and its log odds.",
    )


def _estimate(found: Estimate | None, unit: str) -> tuple[str, str]:
    """Return a mean with its unit, and its 90 % interval or why there is none."""
    if found is None:
        return wording.UNKNOWN, "no length is known" if unit == "h" else "fewer than two incidents"
    shown = f"{found.mean:.3g} {unit}"
    if found.low is None or found.high is None:
        return shown, f"of {found.values} only: too few for an interval"
    return shown, f"{found.low:.3g} to {found.high:.3g} {unit} with 90 % probability"


def _together(one: Together) -> str:
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


def _services(pair: CoOutage) -> str:
    """Return how often two services of one provider were out together, in a sentence."""
    first, second = pair.first[1], pair.second[1]
    return (
        f"{first} and {second}: {wording.counted(pair.both_days, 'day')} together. With {second} "
        f"out, {first} was too on {wording.percent(pair.first_given_second)} of the days; with "
        f"{first} out, {second} on {wording.percent(pair.second_given_first)}."
    )


def _unknown(history: ProviderHistory) -> str:
    """Return what is left out of the figures."""
    parts = []
    if history.unknown_length:
        parts.append(f"{history.unknown_length:,} of unknown length are in no repair time")
    if history.maintenance:
        parts.append(f"{history.maintenance:,} planned are in no figure")
    whole = f"{wording.counted(len(history.incidents), 'incident')} imported"
    return f"{whole}; {wording.listed(parts)}." if parts else f"{whole}."
