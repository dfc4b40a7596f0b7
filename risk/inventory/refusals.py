"""How a problem, a refused file and an answered question are expressed while a file is read."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, replace

from risk.inventory.intake_results import Problem, Question

#: Codes after which a file is not read any further.
FILE_CODES = frozenset(
    "empty_file no_records not_text nul_bytes not_csv unsupported_type missing_columns"
    " duplicate_header unnamed_column too_many_columns too_many_records file_too_large"
    " unterminated_quote encrypted_or_legacy_excel archive_too_large unsafe_archive"
    " corrupt_archive unsafe_xml".split()
)
#: Codes that keep one record out.
RECORD_CODES = frozenset(
    "bad_encoding control_character bidi_control invisible_text bad_quoting field_count"
    " field_too_long name_too_long missing_startup missing_provider repeated_header bad_number"
    " negative_amount amount_too_large currency_mismatch share_out_of_range not_in_list bad_date"
    " conflict error_cell formula_without_value".split()
)
#: Codes of questions that must be answered before a file is imported.
CONFIRM_CODES = frozenset(
    "encoding_guessed preamble_skipped header_rows decimal_comma decimal_or_thousands"
    " date_order_dmy date_order_unknown two_digit_year excel_serial_date choose_sheet".split()
)
#: Codes that are said and change nothing else.
WARNING_CODES = frozenset(
    "double_bom looks_like_mojibake space_before_quote empty_column_dropped header_cleaned"
    " unknown_column_ignored blank_records duplicate_records rounded_to_cents digits_normalised"
    " null_amount shares_exceed_one date_implausible confusable_names invisible_removed"
    " replacement_character unknown_provider formula_values_used hidden_sheet_ignored".split()
)
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


@dataclass(frozen=True)
class Answers:
    """What the reader answered to earlier questions: code → choice, or ``all`` for suggestions."""

    given: Mapping[str, str]

    def to(self, question: Question) -> str | None:
        """The answered choice of ``question``, or None while it is open."""
        answer = self.given.get(question.code)
        if answer is None:
            return question.choices[0] if _EVERY_SUGGESTION in self.given else None
        plain = answer.strip().casefold()
        for choice in question.choices:
            if plain == choice.casefold() or _is_encoding(plain, choice):
                return choice
        if plain in ("", "yes", "true", _EVERY_SUGGESTION):
            return question.choices[0]
        if plain in ("no", "false") and len(question.choices) == 2:
            return question.choices[1]
        return None


def _is_encoding(answer: str, choice: str) -> bool:
    """Whether both name one encoding, as ``Windows-1252`` and ``cp1252`` do."""
    try:
        return codecs.lookup(answer).name == codecs.lookup(choice).name
    except (LookupError, ValueError):
        return False


class Questions:
    """Collects the open questions; while one is open its suggestion is assumed for the preview."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.open: list[Question] = []

    def is_answered(self, code: str) -> bool:
        """Whether the reader gave an answer of their own to the question ``code``."""
        return code in self._answers.given

    def answered(self, code: str) -> str:
        """What the reader answered to the question ``code``, as given; empty without an answer."""
        return self._answers.given.get(code, "")

    def ask(self, question: Question) -> str:
        """The answer to ``question``, or its suggestion, with the question left open."""
        answer = self._answers.to(question)
        if answer is not None:
            return answer
        examples = tuple(_printable(example) for example in question.examples)
        self.open.append(replace(question, examples=examples))
        return question.choices[0]
