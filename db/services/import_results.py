"""Answers of importing, listing and undoing, and reasons why an import is refused."""

from dataclasses import dataclass

from db.errors import Refused
from db.importing.changes import Changes, FieldChange, RowChange, Status, Value
from db.importing.covering import COMPLETE_FOR, Covers
from db.importing.reading import Reading
from risk.inventory.intake_results import IntakeResult, Problem

__all__ = [
    "COMPLETE_FOR",
    "Changes",
    "Covers",
    "FieldChange",
    "ImportNeedsAnswers",
    "ImportPreview",
    "ImportRefused",
    "NamesDecided",
    "PortfolioChanged",
    "PublishedBatch",
    "RowChange",
    "Status",
    "UndoResult",
    "Value",
]


class ImportRefused(Refused):
    """No record of the file can be imported; ``intake`` says why, line by line."""

    def __init__(self, intake: IntakeResult) -> None:
        first = intake.problems[0].message if intake.problems else "It holds no records."
        super().__init__(f"Nothing of the file can be imported. {first}")
        self.intake = intake


class ImportNeedsAnswers(Refused):
    """The file can be imported once the questions in ``intake.confirm`` are answered."""

    def __init__(self, intake: IntakeResult) -> None:
        questions = " ".join(question.question for question in intake.confirm)
        super().__init__(f"Before the file can be imported: {questions}")
        self.intake = intake


class PortfolioChanged(Refused):
    """Somebody wrote to the portfolio after the preview was made."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The portfolio “{name}” has changed since this preview was made. Look at the "
            "changes again, then import."
        )


class NamesDecided(PortfolioChanged):
    """A name in the file reads otherwise than when the preview was made."""

    def __init__(self) -> None:
        Refused.__init__(
            self,
            "What a name in this file stands for was decided since this preview was made. Look at "
            "the changes again, then import.",
        )


@dataclass(frozen=True, kw_only=True)
class ImportPreview:
    """What a file says and would change. Nothing was written.

    ``already_batch`` is the batch that published this very reading. ``disagreements`` are facts
    about a startup on which rows of the file differ; they would be left as they are.
    ``revision`` is that of the portfolio compared with; None: it does not exist yet.
    """

    reading: Reading
    changes: Changes
    already_batch: int | None
    disagreements: tuple[Problem, ...] = ()
    revision: int | None = None

    @property
    def intake(self) -> IntakeResult:
        """What the file says."""
        return self.reading.intake


@dataclass(frozen=True, kw_only=True)
class PublishedBatch:
    """What was written. ``already``: this very reading was in force, so nothing was."""

    batch: int
    changes: Changes
    already: bool
    intake: IntakeResult
    disagreements: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UndoResult:
    """What taking a batch back did.

    ``removed`` counts records that the batch had added, ``restored`` startups, use cases and
    records put back to what they said before, ``kept`` rows that somebody touched since and that
    stay as they are; ``kept_rows`` names these, and ``kept_because`` says why each was kept.
    """

    batch: int
    removed: int
    restored: int
    kept: int
    kept_rows: tuple[str, ...] = ()
    kept_because: tuple[str, ...] = ()
