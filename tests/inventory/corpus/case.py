"""What one case of the corpus is, and short ways to write one down."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from risk.inventory.intake_results import Outcome

Counts = tuple[int, int, int, int]
HEAD = "startup,provider\n"
GOOD = "Acme,OpenAI\n"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A file and what must come of it.

    ``counts`` are records, accepted, rejected, duplicate; None for a refused file. ``error`` is
    the refusing code, or that of the first rejected record. ``codes`` are all codes of problems,
    warnings and questions. ``stored`` are cells of the first accepted record.
    """

    name: str
    data: bytes
    outcome: Outcome
    counts: Counts | None
    error: str | None
    codes: frozenset[str]
    stored: Mapping[str, object] = field(default_factory=dict)


def case(
    name: str,
    data: str | bytes,
    outcome: Outcome,
    counts: Counts | None,
    *codes: str,
    error: str | None = None,
    **stored: object,
) -> Case:
    """A case of any kind; a text is a file in UTF-8."""
    raw = data.encode() if isinstance(data, str) else data
    return Case(
        name=name,
        data=raw,
        outcome=outcome,
        counts=counts,
        error=error,
        codes=frozenset(codes),
        stored=stored,
    )


def accepted(name: str, data: str | bytes, *warnings: str, records: int = 1, **stored: object):
    """A file whose every record is in."""
    return case(name, data, Outcome.ACCEPT, (records, records, 0, 0), *warnings, **stored)


def rejected(name: str, data: str | bytes, error: str, *others: str):
    """A file of one record, which is refused."""
    return case(name, data, Outcome.PARTIAL, (1, 0, 1, 0), error, *others, error=error)


def unread(name: str, data: str | bytes, code: str, *others: str, records: int = 1, **stored):
    """A file whose every record is in, and a cell that could not be read: it is unknown."""
    return accepted(name, data, code, *others, records=records, **stored)


def partial(name: str, data: str | bytes, counts: Counts, error: str, *others: str, **stored):
    """A file of which some records are in; ``error`` is the code of the first that is not."""
    return case(name, data, Outcome.PARTIAL, counts, error, *others, error=error, **stored)


def asked(name: str, data: str | bytes, *codes: str, records: int = 1, **stored: object):
    """A file that is in once its questions are answered; the counts hold for the suggestions."""
    return case(name, data, Outcome.CONFIRM, (records, records, 0, 0), *codes, **stored)


def refused(name: str, data: str | bytes, error: str, *others: str):
    """A file that is not read."""
    return case(name, data, Outcome.REJECT_FILE, None, error, *others, error=error)
