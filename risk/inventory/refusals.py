"""Findings while a file is read: problems, refusals, warnings, and questions with answers."""

import codecs
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from risk.inventory.intake_results import Problem, Question
from risk.inventory.limits import Limits
from risk.inventory.rejects import Reject
from risk.inventory.shipped import shipped

_CODES = shipped("intake_codes")
#: What is wrong with a record or cell, or what to write instead, by the code of it.
SAID = {row["code"]: row["said"] for row in _CODES if row["said"]}


def _of_kind(kind: str) -> frozenset[str]:
    return frozenset(row["code"] for row in _CODES if row["kind"] == kind)


#: Codes after which a file is not read any further.
FILE_CODES = _of_kind("file")
#: Codes that keep one record out.
RECORD_CODES = _of_kind("record")
#: Codes of cells that could not be read: what they say is unknown, their record is in.
CELL_CODES = _of_kind("cell")
#: Codes of questions that must be answered before a file is imported.
CONFIRM_CODES = _of_kind("question")
#: Codes that are said and change nothing else.
WARNING_CODES = _of_kind("warning")
SHOWN_CHARACTERS = 80
_EVERY_SUGGESTION = "all"


class FileRefused(Exception):
    """The file as a whole cannot be read; ``problem`` says why and what to do."""

    def __init__(self, code: str, message: str, *, line: int = 0, value: str | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(
            code=code, line=line, column=None, value=shortened(value), message=message
        )


def shortened(value: str | None) -> str | None:
    """A cell as it is shown in a problem: one line, at most ``SHOWN_CHARACTERS``, printable."""
    if value is None:
        return None
    line = _printable(value[: SHOWN_CHARACTERS + 1])
    return line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 1] + "…"


def _printable(text: str) -> str:
    """``text`` on one line; a byte that was no character, or a control, is shown as a space."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


class Questions:
    """The answers ``given`` (code → choice, or ``all`` for every suggestion), and open questions.

    While a question is open its suggestion is assumed for the preview.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self.open: list[Question] = []

    def is_answered(self, code: str) -> bool:
        """Whether the reader gave an answer of their own to the question ``code``."""
        return code in self._given

    def answered(self, code: str) -> str:
        """What the reader answered to the question ``code``, as given; empty without an answer."""
        return self._given.get(code, "")

    def ask(
        self, code: str, question: str, choices: Sequence[str], examples: Iterable[str] = ()
    ) -> str:
        """The answer to a question, or its first choice, with the question left open."""
        answer = self._answer(code, choices)
        if answer is not None:
            return answer
        shown = tuple(_printable(example) for example in examples)
        self.open.append(
            Question(code=code, question=question, choices=tuple(choices), examples=shown)
        )
        return choices[0]

    def ask_name(self, code: str, question: str, choices: Sequence[str]) -> str | None:
        """The name that was given as an answer, else None, with the question left open."""
        given = self._given.get(code, "").strip()
        if given:
            return given
        self.open.append(Question(code=code, question=question, choices=tuple(choices), free=True))
        return None

    def ask_once(
        self, code: str, question: str, choices: Sequence[str], examples: Iterable[str] = ()
    ) -> str:
        """As :meth:`ask`, for what is asked of several columns and answered for all of them."""
        if any(one.code == code for one in self.open):
            return choices[0]
        return self.ask(code, question, choices, examples)

    def _answer(self, code: str, choices: Sequence[str]) -> str | None:
        answer = self._given.get(code)
        if answer is None:
            return choices[0] if _EVERY_SUGGESTION in self._given else None
        plain = answer.strip().casefold()
        for choice in choices:
            if plain == choice.casefold() or _is_encoding(plain, choice):
                return choice
        if plain in ("", "yes", "true", _EVERY_SUGGESTION):
            return choices[0]
        return choices[1] if plain in ("no", "false") and len(choices) == 2 else None


def _is_encoding(answer: str, choice: str) -> bool:
    """Whether both name one encoding, as ``Windows-1252`` and ``cp1252`` do."""
    try:
        return codecs.lookup(answer).name == codecs.lookup(choice).name
    except (LookupError, ValueError):
        return False


@dataclass
class Findings:
    """Everything to tell the reader about one file, filled while it is read."""

    refusals: list[Problem] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    _warnings: dict[tuple[str, str | None, str | None], tuple[Problem, int]] = field(
        default_factory=dict
    )

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
        key = code, column, shown
        problem = Problem(code=code, line=line, column=column, value=shown, message=message)
        first, before = self._warnings.get(key, (problem, 0))
        self._warnings[key] = first, before + times

    def reject(self, problems: list[Problem], cells: tuple[str, ...]) -> None:
        """Refuse one record for ``problems``; the first gives its reason."""
        self.refusals.extend(problems)
        first = problems[0]
        self.rejects.append(Reject(first.line, first.code, first.message, cells))

    @property
    def warning_codes(self) -> tuple[str, ...]:
        """The codes of the warnings, each once, in the order met."""
        return tuple(dict.fromkeys(code for code, _, _ in self._warnings))

    def problems(self) -> tuple[Problem, ...]:
        """Refusals and warnings by line; a repeated warning says how often it came."""
        warnings = [
            problem
            if times == 1
            else replace(problem, message=f"{problem.message} ({times - 1} more of the same)")
            for problem, times in self._warnings.values()
        ]
        return tuple(sorted([*self.refusals, *warnings], key=lambda problem: problem.line))


@dataclass(frozen=True)
class Context:
    """What the steps of one reading share: the reader's answers, and what is said to them.

    ``chosen`` is the mapping given by the reader (:mod:`risk.inventory.mapping`).
    """

    chosen: Mapping[str, str | None] | None
    questions: Questions
    findings: Findings
    limits: Limits
