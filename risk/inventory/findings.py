"""Collecting what is found in a file: warnings once for each value, refusals for each record."""

from dataclasses import dataclass, field, replace

from risk.inventory.intake_results import Problem
from risk.inventory.refusals import shortened
from risk.inventory.rejects import Reject


@dataclass
class _Warning:
    problem: Problem
    times: int = 1


@dataclass
class Findings:
    """Everything to tell the reader about one file, filled while it is read."""

    refusals: list[Problem] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    _warnings: dict[tuple[str, str | None, str | None], _Warning] = field(default_factory=dict)

    def warn(
        self,
        code: str,
        line: int,
        message: str,
        *,
        column: str | None = None,
        value: str = "",
        times: int = 1,
    ) -> None:
        """Note a warning, met so many ``times``; the same code, column and value is counted."""
        shown = shortened(value) or None
        known = self._warnings.get((code, column, shown))
        if known is not None:
            known.times += times
            return
        problem = Problem(code=code, line=line, column=column, value=shown, message=message)
        self._warnings[code, column, shown] = _Warning(problem, times)

    def reject(self, problems: list[Problem], cells: tuple[str, ...]) -> None:
        """Refuse one record for ``problems``; the first gives its reason."""
        self.refusals.extend(problems)
        first = problems[0]
        self.rejects.append(
            Reject(line=first.line, code=first.code, reason=first.message, cells=cells)
        )

    @property
    def warning_codes(self) -> tuple[str, ...]:
        """The codes of the warnings, each once, in the order met."""
        return tuple(dict.fromkeys(code for code, _, _ in self._warnings))

    def problems(self) -> tuple[Problem, ...]:
        """Refusals and warnings by line; a repeated warning says how often it came."""
        warnings = [
            entry.problem
            if entry.times == 1
            else replace(
                entry.problem,
                message=f"{entry.problem.message} ({entry.times - 1} more of the same)",
            )
            for entry in self._warnings.values()
        ]
        return tuple(sorted([*self.refusals, *warnings], key=lambda problem: problem.line))
