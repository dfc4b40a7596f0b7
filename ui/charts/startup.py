"""Charts of the Startup page: what it depends on, where the score comes from, its costs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from textwrap import wrap

import plotly.graph_objects as go

from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Answer, Catalog
from risk.inventory.records import Dependency, Startup, UseCase
from risk.loss.places import endpoint_for
from risk.portfolio.results import EventPart, StartupAssessment
from ui import wording
from ui.charts.style import Figure, finish, horizontal_bars
from ui.theme import Palette, faded

SHOWN_PARTS = 7


def dependency_map(startup: Startup, *, catalog: Catalog, palette: Palette) -> go.Figure:
    """Flow from use case to service to the developer of the model and the host it runs at.

    Widths are shares of AI revenue where they are stated, otherwise equal.
    """
    flows, labels, colours = _routes(startup, catalog, palette)
    names = list(labels)
    place = {name: position for position, name in enumerate(names)}
    figure = Figure(
        go.Sankey(
            node={
                "label": [labels[name] for name in names],
                "color": [colours[name] for name in names],
                "pad": 18,
                "thickness": 14,
                "line": {"width": 0},
                "hovertemplate": "%{label}<extra></extra>",
            },
            link={
                "source": [place[start] for start, _ in flows],
                "target": [place[end] for _, end in flows],
                "value": list(flows.values()),
                "color": [faded(colours[end], 0.35) for _, end in flows],
                "hovertemplate": "%{source.label} → %{target.label}<extra></extra>",
            },
            textfont={"color": palette.text, "size": 13, "shadow": "none"},
        )
    )
    return finish(figure, palette=palette, height=max(240, 46 * len(names)))


def _routes(
    startup: Startup, catalog: Catalog, palette: Palette
) -> tuple[dict[tuple[str, str], float], dict[str, str], dict[str, str]]:
    """Widths by (start, end), and the label and colour of each node."""
    flows: dict[tuple[str, str], float] = defaultdict(float)
    colours: dict[str, str] = {}
    labels: dict[str, str] = {}
    for case, dependency, weight in _weighted(startup):
        service = endpoint_for(dependency, catalog).service
        developer, host = service.developer or dependency.developer or "unspecified", service.host
        nodes = {
            f"use {case.name}": _in_lines(wording.brief(case.name, 34)),
            f"service {service.name}": _in_lines(service.name),
        }
        ends = _ends(developer, host)
        labels |= nodes | {f"end {name}": text for name, text in ends.items()}
        use, called = nodes
        colours[use] = palette.muted
        colours[called] = palette.provider(developer)
        flows[use, called] += weight
        for name in ends:
            colours[f"end {name}"] = palette.provider(name)
            flows[called, f"end {name}"] += weight / len(ends)
    return flows, labels, colours


def _ends(developer: str, host: str) -> dict[str, str]:
    if developer == host:
        return {developer: wording.provider(developer)}
    return {
        developer: f"{wording.provider(developer)}<br>developer",
        host: f"{wording.provider(host)}<br>host",
    }


def _in_lines(text: str) -> str:
    # Labels of neighbouring columns must not meet on a phone.
    return "<br>".join(wrap(text, width=16))


def _weighted(startup: Startup) -> list[tuple[UseCase, Dependency, float]]:
    cases = [
        (case, [one for one in case.dependencies if one.answer is Answer.YES])
        for case in startup.use_cases
    ]
    cases = [(case, found) for case, found in cases if found]
    rows = []
    for case, found in cases:
        whole = 1 / len(cases) if case.revenue_share is None else case.revenue_share
        for one in found:
            share = 1 / len(found) if one.share is None else one.share
            rows.append((case, one, max(whole * share, 0.01)))
    return rows


def dependency_map_alt(startup: Startup, *, catalog: Catalog) -> str:
    """Say each route in words."""
    routes = {
        f"{wording.brief(case.name)} calls {endpoint_for(one, catalog).service.name}"
        for case, one, _ in _weighted(startup)
    }
    return f"Map of dependence: {'; '.join(sorted(routes)) or 'no language model found'}."


def score_waterfall(assessment: StartupAssessment, *, palette: Palette) -> go.Figure:
    """Score points by what is disrupted, adding up to the score."""
    steps = score_steps(assessment)
    figure = Figure()
    start = 0.0
    for label, points, root in steps:
        add_step(figure, label, start, points, palette.provider(root) if root else palette.muted)
        start += points
    band = palette.bands.get(assessment.band, palette.muted)
    add_step(figure, "Score", 0.0, assessment.score, band)
    figure.update_traces(textfont={"color": palette.text})
    figure.update_xaxes(range=[0, max(assessment.score * 1.15, 1)], title={"text": "Score points"})
    figure.update_yaxes(autorange="reversed", ticksuffix=" ", showgrid=False)
    return finish(figure, palette=palette, height=max(240, 38 * (len(steps) + 1) + 60))


def add_step(figure: go.Figure, label: str, start: float, points: float, colour: str) -> None:
    """Draw one bar of a waterfall of score points, from ``start`` on."""
    figure.add_bar(
        orientation="h",
        y=[label],
        x=[points],
        base=[start],
        marker={"color": colour},
        text=[f"{points:.1f}"],
        textposition="outside",
        cliponaxis=False,
        hovertemplate=f"%{{y}}: {points:.1f} points<extra></extra>",
    )


def score_steps(assessment: StartupAssessment) -> list[tuple[str, float, str | None]]:
    """Return (label, score points, root) by root and kind, largest first, the rest in one.

    The score is divided as the expected loss is.
    """
    each = assessment.score / assessment.aal_usd if assessment.aal_usd > 0 else 0.0
    points = {(part.root, part.kind): part.aal_usd * each for part in assessment.kinds}
    ranked = sorted(points.items(), key=lambda row: -row[1])
    steps: list[tuple[str, float, str | None]] = [
        ("<br>".join(wrap(wording.disruption_of(root, kind), width=30)), value, root)
        for (root, kind), value in ranked[:SHOWN_PARTS]
    ]
    rest = ranked[SHOWN_PARTS:]
    if rest:
        label = wording.counted(len(rest), "smaller part")
        steps.append((label, sum(value for _, value in rest), None))
    return steps


def score_waterfall_alt(assessment: StartupAssessment) -> str:
    """Say the score and its two largest parts."""
    steps = score_steps(assessment)
    if not steps:
        return f"Score {assessment.score:.0f}: no dependence on a language model was found."
    named = [(label.replace("<br>", " "), points) for label, points, _ in steps[:2]]
    largest = [f"{label[0].lower()}{label[1:]} ({points:.0f})" for label, points in named]
    return f"Largest parts of the {assessment.score:.0f} points: {wording.listed(largest)}."


def losses_by_kind(parts: Sequence[EventPart]) -> Mapping[FailureKind, float]:
    """Return expected loss in USD a year by kind of disruption, largest first."""
    totals: dict[FailureKind, float] = defaultdict(float)
    for part in parts:
        totals[part.kind] += part.aal_usd
    return dict(sorted(totals.items(), key=lambda row: -row[1]))


def kind_bars(assessment: StartupAssessment, *, palette: Palette) -> go.Figure:
    """Expected loss a year by kind of disruption."""
    bars = [
        (wording.disruption(kind), loss, palette.quantity)
        for kind, loss in losses_by_kind(assessment.kinds).items()
    ]
    return horizontal_bars(bars, palette=palette, height=max(160, 40 * len(bars) + 20))


def kind_bars_alt(assessment: StartupAssessment) -> str:
    """Say which kind of disruption costs most."""
    losses = losses_by_kind(assessment.kinds)
    if not losses:
        return "No kind of disruption causes any loss."
    kind, loss = next(iter(losses.items()))
    return (
        f"The costliest kind is {wording.disruption(kind).lower()}: "
        f"{wording.money(loss)} of {wording.money(assessment.aal_usd)} a year."
    )


def runway_bars(assessment: StartupAssessment, *, palette: Palette) -> go.Figure | None:
    """Months of runway today and after the lead developer's wind-down; None if not known."""
    runway = assessment.runway_months
    if runway.before is None or runway.after is None:
        return None
    low = runway.after if runway.after_low is None else runway.after_low
    high = runway.after if runway.after_high is None else runway.after_high
    bars = [
        ("Today", runway.before, palette.accent),
        (
            f"After {wording.provider(assessment.lead_developer)}<br>winds down",
            runway.after,
            palette.loss,
        ),
    ]
    figure = horizontal_bars(bars, palette=palette, height=160, shown=wording.months)
    figure.data[0].update(
        error_x={  # From below: the bar after the wind-down comes first.
            "type": "data",
            "symmetric": False,
            "array": [high - runway.after, None],
            "arrayminus": [runway.after - low, None],
            "color": palette.muted,
            "thickness": 1.5,
            "width": 3,
        }
    )
    # Written in the bar, where the line of the range does not cross it.
    figure.data[0].update(textposition="inside", insidetextanchor="start", textfont=None)
    figure.update_xaxes(range=[0, 1.1 * max(runway.before, high)])
    return figure


def runway_bars_alt(assessment: StartupAssessment) -> str:
    """Say the runway before and after, and how likely it is to run out within a year."""
    if assessment.runway_months.before is None:
        return "The runway is unknown, because cash or burn is."
    before = wording.percent(assessment.cash_out_probability.before)
    after = wording.percent(assessment.cash_out_probability.after)
    change = f"stays {after}" if before == after else f"goes from {before} to {after}"
    return (
        f"Runway {wording.before_after_months(assessment.runway_months)} if "
        f"{wording.provider(assessment.lead_developer)} winds down, without new money; the chance "
        f"of running out of cash within 12 months {change}."
    )
