"""Names as they were read, as columns: language model or not, whose, hosted where, how surely."""

from risk.catalog.records import Answer
from risk.inventory.records import Resolution
from ui import wording
from ui.tables.column import Column, Record, Unit, attributes


def row_of(one: Resolution) -> Record:
    """Return what a text was read as."""
    return attributes(one, "text answer developer host product confidence reason")


def _part(row: Record, name: str) -> str:
    return "–" if row["answer"] is Answer.NO else wording.provider(row[name])


COLUMNS = (
    Column(key="text", label="Text in the file"),
    Column(
        key="answer",
        label="Language model?",
        help="yes, no, or ask: nobody can tell from the text.",
    ),
    Column(key="developer", label="Developer", cell=lambda row: _part(row, "developer")),
    Column(key="host", label="Host", cell=lambda row: _part(row, "host")),
    Column(key="product", label="Product", missing="–"),
    Column(key="confidence", label="Confidence", unit=Unit.SHARE),
    Column(key="reason", label="Why"),
)
#: With how many records of a file have the text, and what is paid for it.
COUNTED = (
    *COLUMNS[:5],
    Column(key="records", label="Records", unit=Unit.COUNT),
    Column(key="spend_usd", label="Spend per month", unit=Unit.USD, missing="–"),
    *COLUMNS[5:],
)
