"""A rush drawn: where everybody goes, what each alternative takes in, what it has to turn away."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from risk.alternatives.herding import Herd, HerdAlternative, HerdMember
from ui import wording
from ui.charts.axes import money_axis
from ui.charts.style import Figure, finish
from ui.theme import Palette, faded

MOST_SHOWN = 9
MOST_STREAMS = 6
#: First choice of whoever knows no alternative.
NOBODY = "No alternative known"
#: Where a stream ends, by the field of :class:`Stream`.
ENDS = {
    "there": "First choice",
    "elsewhere": "Later choice",
    "nowhere": "No capacity at once",
}
ROW_HEIGHT = 34
#: Thinner streams carry no name in the drawing.
LEAST_NAMED = 0.04


def herd_figure(herd: Herd, *, palette: Palette) -> go.Figure:
    """Two stacked bars an alternative: let in, and turned away to the next choice."""
    shown = _shown(herd.alternatives)[::-1]
    names = [one.alternative for one in shown]
    figure = Figure()
    for title, values, colour in (
        ("Gets capacity", [one.admitted for one in shown], palette.quantity),
        (
            "Turned away",
            [one.displaced - one.admitted for one in shown],
            faded(palette.quantity, 0.35),
        ),
    ):
        figure.add_trace(
            go.Bar(
                orientation="h",
                y=names,
                x=values,
                name=title,
                marker={"color": colour},
                hovertemplate="%{y}<br>" + title + ": $%{x:,.0f} a month<extra></extra>",
            )
        )
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    displaced = (one.displaced for one in shown)
    figure.update_xaxes(rangemode="tozero", **money_axis(displaced, most=5))
    figure.update_xaxes(title_text="Spend a month that asks for capacity")
    figure.update_yaxes(showgrid=False, ticklabelstandoff=6, type="category")
    return finish(figure, palette=palette, height=100 + ROW_HEIGHT * len(shown), legend=True)


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Everybody with the same first choice, in USD of spend a month: where they end up.

    ``there`` got capacity at that choice, ``elsewhere`` at a later one, ``nowhere`` not at once.
    """

    first_choice: str
    there: float
    elsewhere: float
    nowhere: float

    @property
    def total(self) -> float:
        """All that asked there first."""
        return self.there + self.elsewhere + self.nowhere


def streams(herd: Herd) -> tuple[Stream, ...]:
    """Return the largest streams, the rest put together; their totals add up to all displaced."""
    by_choice: dict[str, list[HerdMember]] = defaultdict(list)
    for one in herd.groups:
        by_choice[one.first_choice or NOBODY].append(one)
    found = sorted(
        (_stream(name, members) for name, members in by_choice.items()),
        key=lambda one: (-one.total, one.first_choice),
    )
    if len(found) <= MOST_STREAMS:
        return tuple(found)
    rest = [one for stream in found[MOST_STREAMS - 1 :] for one in by_choice[stream.first_choice]]
    count = len(found) - MOST_STREAMS + 1
    return (*found[: MOST_STREAMS - 1], _stream(f"{count} others", rest))


def _stream(name: str, members: Sequence[HerdMember]) -> Stream:
    return Stream(
        first_choice=name,
        there=sum(one.admitted_first for one in members),
        elsewhere=sum(one.admitted - one.admitted_first for one in members),
        nowhere=sum(max(0.0, one.units - one.admitted) for one in members),
    )


def flow_figure(herd: Herd, root: str, *, palette: Palette) -> go.Figure:
    """From who fails over everybody's first choice to where they get capacity, or none at once."""
    found = streams(herd)
    colours = _end_colours(palette)
    totals = {field: sum(getattr(one, field) for one in found) for field in ENDS}
    ends = [f"{title} {wording.money(totals[field])}" for field, title in ENDS.items()]
    flows = _flows(found, palette)
    figure = Figure(
        go.Sankey(
            arrangement="snap",
            node={
                "label": [f"Leave {root}", *(_named(one, found) for one in found), *ends],
                "customdata": [f"Leave {root}", *(one.first_choice for one in found), *ends],
                "color": [
                    palette.muted,
                    *(palette.provider(one.first_choice) for one in found),
                    *colours.values(),
                ],
                "pad": 14,
                "thickness": 14,
                "line": {"width": 0},
                "hovertemplate": "%{customdata}: $%{value:,.0f} a month<extra></extra>",
            },
            link={
                "source": [source for source, *_ in flows],
                "target": [target for _, target, *_ in flows],
                "value": [value for _, _, value, *_ in flows],
                "color": [faded(colour, 0.35) for *_, colour, _ in flows],
                "customdata": [said for *_, said in flows],
                "hovertemplate": "%{customdata}: $%{value:,.0f} a month<extra></extra>",
            },
            textfont={"color": palette.text, "size": 12, "shadow": "none"},
        )
    )
    return finish(figure, palette=palette, height=max(260, 60 + 44 * len(found)))


def _named(one: Stream, among: Sequence[Stream]) -> str:
    """Its name, unless it is so thin that names would lie on each other; a pointer tells it."""
    whole = sum(other.total for other in among)
    return one.first_choice if one.total >= LEAST_NAMED * whole else ""


def _end_colours(palette: Palette) -> dict[str, str]:
    return dict(zip(ENDS, (palette.parts[4], palette.parts[2], palette.parts[0]), strict=True))


def _flows(found: Sequence[Stream], palette: Palette) -> list[tuple[int, int, float, str, str]]:
    """From, to, USD a month, colour and words; node 0 is who falters, then choices, then ends."""
    colours = _end_colours(palette)
    flows = []
    for place, one in enumerate(found, start=1):
        flows.append((0, place, one.total, palette.muted, f"Ask {one.first_choice} first"))
        for end, (field, title) in enumerate(ENDS.items(), start=1 + len(found)):
            said = f"{one.first_choice}: {title.lower()}"
            flows.append((place, end, getattr(one, field), colours[field], said))
    return [one for one in flows if one[2] > 0]


def flow_alt(herd: Herd) -> str:
    """The finding: how much gets capacity at the first choice, later, and not at once."""
    found = streams(herd)
    there, elsewhere, nowhere = (
        wording.money(sum(getattr(one, field) for one in found))
        for field in ("there", "elsewhere", "nowhere")
    )
    return (
        f"Of the spend that leaves, {there} a month gets capacity at its first choice, {elsewhere} "
        f"at a later one, and {nowhere} gets none at once."
    )


def herd_alt(herd: Herd) -> str:
    """The finding: who is asked most, and how much of it gets capacity."""
    if not herd.alternatives:
        return "Nobody knows an alternative."
    first = herd.alternatives[0]
    return (
        f"{first.alternative} is asked for {wording.money(first.displaced)} a month and has "
        f"capacity for {wording.money(first.admitted)}."
    )


def _shown(alternatives: Sequence[HerdAlternative]) -> list[HerdAlternative]:
    return list(alternatives[:MOST_SHOWN])
