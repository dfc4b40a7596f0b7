"""Scenarios and crises of one's own as columns: what a file states, by whom, and what is wrong."""

from db.services.scenario_files import OwnFile
from risk.scenarios.replays import Replay
from risk.scenarios.results import Scenario
from ui import wording
from ui.tables.column import Column, Record, Unit, texts

#: Where a file is from that nobody stated in the store.
FOLDER = "the folder"


def _states(row: Record) -> str:
    if row["sort"] is None:
        return wording.counted(len(row["problems"]), "line") + " to correct"
    if row["sort"] == "scenario":
        return "A scenario"
    moments = wording.counted(row["moments"], "moment")
    return f"A crisis of {moments}{', which goes on' if row['goes_on'] else ''}"


def _by(row: Record) -> str:
    return str(row["by"] or FOLDER)


COLUMNS = (
    *texts(id="Id", title="Title"),
    Column(key="sort", label="What it is", cell=_states),
    Column(key="provider", label="Where it begins", missing="–"),
    Column(key="by", label="Stated by", cell=_by),
    Column(key="at", label="Stated at (UTC)", unit=Unit.MOMENT, missing="–"),
    Column(key="goes_on", label="Goes on", unit=Unit.YES),
    Column(key="moments", label="Moments", unit=Unit.COUNT, missing="–"),
    Column(key="problems", label="To correct", unit=Unit.LIST),
)
LISTED = COLUMNS[:6]


def file_row(one: OwnFile) -> Record:
    """Return a file with what it states; None where it cannot be read."""
    content = one.content
    provider = content.provider if isinstance(content, Replay) else None
    if isinstance(content, Scenario):
        provider = content.root
    return {
        "id": one.id,
        "title": one.title,
        "sort": one.sort and one.sort.value,
        "provider": provider,
        "by": one.by,
        "at": one.at,
        "goes_on": one.is_open,
        "moments": len(content.moments) if isinstance(content, Replay) else None,
        "problems": [str(problem) for problem in one.problems],
    }
