"""Content of a link that asks a startup questions, and how its answers are read.

A form holds the facts that are asked for, lines for what else the startup uses, questions in the
analyst's own words, and a place for anything else. It says nothing of other startups and of this
one no more than the facts that it asks about: no score, no loss, no reason in money.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from db.sharing.formats import FORMAT, Content
from db.sharing.proposals import Proposal, column_of_fact, read_fact
from db.sharing.question_form import (
    CONFIRMED,
    LINE,
    LINES_OF_EMPTY,
    LINES_OF_OTHERS,
    LONGEST_FACT,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_OWN,
    LONGEST_TEXT,
    MOST_OWN,
    USE,
    Asking,
    Form,
    Item,
    Sort,
)
from db.sharing.startup_content import plain
from risk.inventory.columns import COLUMNS, Kind
from risk.portfolio.asked import MOST

#: The scope of such a content, beside those of other links.
SCOPE = "questions"
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]+)?")


def refusal(asking: Asking, *, today: date, expires_on: date, has_uses: bool) -> str | None:
    """Say what is wrong with a form that is to be made, or None."""
    counted = len(asking.questions) + len(asking.own)
    if counted > MOST:
        return f"A form has {MOST} questions at most: it takes three minutes on a phone."
    if has_uses and not counted:
        return "Choose at least one question, or write one of your own."
    if len(asking.own) > MOST_OWN or any(len(one) > LONGEST_OWN for one in asking.own):
        return f"Write at most {MOST_OWN} questions of your own, of {LONGEST_OWN} letters each."
    if len(asking.note) > LONGEST_NOTE or len(asking.asked_by) > LONGEST_NAME:
        return f"The note has at most {LONGEST_NOTE} letters, your name at most {LONGEST_NAME}."
    if not today <= asking.due_on <= expires_on:
        return (
            f"Answers are due on a day from today until the link expires on "
            f"{expires_on:%d %B %Y}; choose another day or let the link live longer."
        )
    return None


def question_content(
    startup: str, asking: Asking, *, has_uses: bool, at: str
) -> tuple[Content, list[str]]:
    """Return what a form shows, and the keys of the dependencies that it asks about."""
    keys = list(dict.fromkeys(one.dependency for one in asking.questions if one.dependency))
    items: list[Content] = [
        {
            "sort": Sort.FACT,
            "field": one.field,
            "dependency": keys.index(one.dependency) if one.dependency else None,
            "use_case": one.use_case,
            "provider": one.provider,
            "now": plain(one.now),
            "reason": one.reason.value,
        }
        for one in asking.questions
    ]
    lines = LINES_OF_OTHERS if has_uses else LINES_OF_EMPTY
    uses: list[Content] = [{"sort": Sort.USE}] * lines
    own: list[Content] = [{"sort": Sort.TEXT, "text": one} for one in asking.own]
    # Who uses nothing that is known says first what it uses; the company's figures come after.
    ordered = [*items, *own, *uses] if has_uses else [*uses, *items, *own]
    content: Content = {
        "format": FORMAT,
        "scope": SCOPE,
        "startup": startup,
        "note": asking.note,
        "asked_by": asking.asked_by,
        "due_on": asking.due_on.isoformat(),
        "frozen_at": at,
        "has_uses": has_uses,
        "redacted": [],
        "items": [*ordered, {"sort": Sort.COMMENT}],
    }
    return content, keys


def line_text(cells: Mapping[str, str]) -> str:
    """A line of what is used as one answer: its cells that say something; empty for none."""
    filled = {name: text for name in LINE if (text := readable(cells.get(name, "")).strip())}
    return json.dumps(filled, ensure_ascii=False, sort_keys=True) if filled else ""


def readable(text: str) -> str:
    """A text without characters that nobody can see and no store keeps, but with its lines."""
    return "".join(one for one in text if one in "\n\t" or one.isprintable())


def line_cells(text: str) -> dict[str, str]:
    """The cells of a line that was kept."""
    return {name: str(value) for name, value in json.loads(text).items()} if text else {}


def written(field: str, text: str) -> str:
    """An answer as an inventory writes it: a share that is a plain number above 1 is in percent."""
    is_share = COLUMNS[column_of_fact(field)].kind in (Kind.FRACTION, Kind.MARGIN)
    if is_share and _NUMBER.fullmatch(text.strip()) and float(text) > 1:
        return f"{text.strip()}%"
    return text


def _ambiguous(field: str, text: str) -> str | None:
    """Ask for the sign where nobody can tell whether a small number is a share or percent."""
    is_share = COLUMNS[column_of_fact(field)].kind in (Kind.FRACTION, Kind.MARGIN)
    if is_share and _NUMBER.fullmatch(text.strip()) and 0 < float(text) <= 1:
        of_all = f"{100 * float(text):.0f} %"
        return f"Is it {text.strip()} % or {of_all}? Write it with the sign, such as 60 %."
    return None


def fault_of(item: Item, text: str) -> str | None:
    """Say what to write instead of an answer that cannot be read; None where it can."""
    if item.sort in (Sort.TEXT, Sort.COMMENT):
        over = len(text) - LONGEST_TEXT
        return f"This is {over:,} letters too long: {LONGEST_TEXT:,} fit." if over > 0 else None
    if item.sort is Sort.USE:
        return _fault_of_line(line_cells(text))
    if len(text) > LONGEST_FACT:
        return f"An answer has at most {LONGEST_FACT} letters."
    if text == CONFIRMED:
        return None if item.now is not None else "There is nothing to confirm: write the answer."
    return _ambiguous(item.field, text) or read_fact(item.field, written(item.field, text))[1]


def _fault_of_line(cells: Mapping[str, str]) -> str | None:
    for name, text in cells.items():
        if len(text) > LONGEST_FACT:
            return f"Each part of a line has at most {LONGEST_FACT} letters."
        if fault := read_fact(name, text)[1]:
            return fault
    if cells and "provider" not in cells:
        return "Say whose service it is: choose a provider or write its name."
    return None


def proposals_of(form: Form, answers: Mapping[int, str]) -> list[Proposal]:
    """What answers propose for the register; ``answers`` can be read and are by place.

    A fact that is confirmed is proposed as it is, so that its day and evidence follow.
    """
    return list(_proposals(form.items, answers))


def _proposals(items: Sequence[Item], answers: Mapping[int, str]) -> Iterator[Proposal]:
    for item in items:
        text = answers.get(item.place, "")
        if not text:
            continue
        if item.sort is Sort.FACT:
            value = (
                item.now
                if text == CONFIRMED
                else read_fact(item.field, written(item.field, text))[0]
            )
            if value is not None:
                yield Proposal(
                    dependency=item.dependency, field=item.field, before=item.now, proposed=value
                )
        elif item.sort is Sort.USE:
            read = {name: read_fact(name, cell)[0] for name, cell in line_cells(text).items()}
            line = {name: value for name, value in read.items() if value is not None}
            if "provider" in line:
                yield Proposal(dependency=None, field=USE, before=None, proposed=line)


def is_not_known(item: Item, text: str) -> bool:
    """Does an answer in words say that it is not known, as ``n/a`` does?"""
    if item.sort is not Sort.FACT or not text or text == CONFIRMED:
        return False
    value, fault = read_fact(item.field, written(item.field, text))
    return value is None and fault is None
