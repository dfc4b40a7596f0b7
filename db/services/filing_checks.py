"""Checks of a register of information before it is filed: findings, and how far the tables are."""

from dataclasses import dataclass
from datetime import date

from db.services.filings import Filing, read_kept
from risk.dora.completion import Completion, completion_of
from risk.dora.findings import Finding, Weight
from risk.dora.lint import lint
from risk.dora.open_cells import explained


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What an authority would find wrong, worst first, and how far each table is."""

    findings: tuple[Finding, ...]
    completion: Completion

    @property
    def ready(self) -> bool:
        """Does nothing stand in the way of filing it?"""
        return self.completion.ready

    @property
    def said(self) -> str:
        """Whether it is ready to be filed, and what stands in the way, in a sentence."""
        if not self.completion.ready:
            return f"Not ready to file: {self.completion.hindrance}."
        notes = sum(one.weight is Weight.WARNING for one in self.findings)
        if notes:
            return f"Ready to file, with {notes:,} warning{'s' if notes > 1 else ''} of the rules."
        return "Ready to file: no rule that is known here finds anything."


def check_filing(filing: Filing, *, today: date) -> Checked:
    """Check a kept register as it would be filed from here."""
    facts = filing.summary.facts
    found = lint(filing.as_filed, facts, today=today, as_package=False)
    # Cells of a drawn register say what they wait for; those of a file say what they say.
    findings = explained(found, filing.register) if filing.summary.drawn else found
    return Checked(findings=findings, completion=completion_of(filing.as_filed, facts, findings))


def check_file(data: bytes, *, file_name: str, today: date) -> Checked:
    """Check the zip of a register by itself: as a package where it is one, else its tables.

    Raises:
        Refused: it is no such zip; the sentence says what it is.
    """
    register = read_kept(data, file_name=file_name)
    facts = register.facts
    findings = lint(register, facts, today=today, as_package=register.is_package)
    return Checked(findings=findings, completion=completion_of(register, facts, findings))
