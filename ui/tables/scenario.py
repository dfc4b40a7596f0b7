"""Scenarios as columns: those with a name, the paths of one, past events like it, two compared."""

from collections.abc import Iterable, Mapping, Sequence

from risk.scenarios import hits
from risk.scenarios.library import PastEvent
from risk.scenarios.results import Scenario, StressedStartup, StressResult
from ui import wording
from ui.tables import stressed
from ui.tables.column import Column, Record, Unit, chosen, texts

#: As many startups as a page lists.
SHOWN = 1_000


def _kind(row: Record) -> str:
    return wording.disruption(row["kind"])


def _lasts(row: Record) -> str:
    return "" if row["days"] is None else wording.days(row["days"])


COLUMNS = (
    *texts(id="Id", title="Title", root="Provider"),
    Column(key="kind", label="Disruption", cell=_kind),
    Column(key="days", label="Lasts", cell=_lasts),
    Column(key="severity", label="Service lost", unit=Unit.SHARE),
    Column(key="price_multiple", label="Price, times today's", unit=Unit.FACTOR),
    Column(key="notice_days", label="Notice", unit=Unit.DAYS),
    *texts(customer="Customer", through="Through", summary="Summary", not_modelled="Not modelled"),
    Column(key="sources", label="Sources", unit=Unit.LIST),
    Column(key="doubt", label="Doubt"),
)
LISTED = chosen(COLUMNS, ("id", "title", "root", "kind", "days"))


def rows_of(scenarios: Iterable[Scenario]) -> list[Record]:
    """The settings and sources of some scenarios."""
    return [vars(one) for one in scenarios]


PATH = (
    Column(key="path", label="Path"),
    Column(key="chances", label="Arrives", help="How likely the disruption passes on this path."),
    Column(key="names", label="Companies"),
    Column(key="startups", label="How many", unit=Unit.COUNT),
    Column(
        key="loss_usd",
        label="Their loss",
        unit=Unit.USD,
        help="A company hit on several paths counts in each of them.",
    ),
)


def path_rows(startups: Sequence[StressedStartup]) -> list[Record]:
    """Return a row per path on which the disruption arrives: who is hit there and how likely.

    A startup that is hit on several paths stands in each of them, with its whole loss.
    """
    return [
        {
            "path": one.nodes,
            "chances": " or ".join(one.chances),
            "names": _named(one),
            "startups": one.startups,
            "loss_usd": one.loss_usd,
        }
        for one in hits.paths(startups)
    ]


def _named(path: hits.Path) -> str:
    more = path.startups - len(path.names)
    return ", ".join(path.names) + (f" and {more:,} more" if more else "")


PAST = (
    Column(key="day", label="Date", unit=Unit.DATE),
    *texts(
        provider="Provider", what="What happened", size="How large", source="Source", doubt="Doubt"
    ),
)


def past_rows(events: Iterable[PastEvent]) -> list[Record]:
    """Return a row per disruption that happened, with its source and its doubt."""
    return [vars(one) for one in events]


COMPARED = (
    Column(key="startup", label="Company"),
    Column(key="first_usd", label="First", unit=Unit.USD, help="Mean loss in the first scenario."),
    Column(
        key="second_usd", label="Second", unit=Unit.USD, help="Mean loss in the second scenario."
    ),
    Column(key="difference_usd", label="Difference", unit=Unit.USD),
    Column(key="first_switched", label="First, switched on"),
    Column(key="second_switched", label="Second, switched on"),
)


def compared_rows(first: StressResult, second: StressResult) -> list[Record]:
    """Return a row per startup that either scenario hits: both losses and their difference.

    Of very many startups those that lose most.
    """
    worst = {one.startup for result in (first, second) for one in result.startups[:SHOWN]}
    left, right = (hits.named(result.startups, worst) for result in (first, second))
    names = sorted(worst, key=lambda name: (-max(_loss(name, left), _loss(name, right)), name))
    return [
        {
            "startup": name,
            "first_usd": _loss(name, left),
            "second_usd": _loss(name, right),
            "difference_usd": _loss(name, right) - _loss(name, left),
            "first_switched": _switched(name, left),
            "second_switched": _switched(name, right),
        }
        for name in names[:SHOWN]
    ]


def _loss(name: str, known: Mapping[str, StressedStartup]) -> float:
    return known[name].loss_usd if name in known else 0.0


def _switched(name: str, known: Mapping[str, StressedStartup]) -> str:
    return stressed.switched(stressed.row_of(known[name])) if name in known else "Not hit"
