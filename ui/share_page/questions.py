"""Form of questions to a founder: taps and short fields, kept as they are given, sent at the end.

It works without scripts as one plain form; with them every answer is kept when it is given.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from db.services.question_answers import MOST_BYTES, MOST_FILES, AnswerDraft
from db.sharing.question_content import line_cells, line_text
from db.sharing.question_form import (
    CONFIRMED,
    LINE,
    LONGEST_FACT,
    LONGEST_NAME,
    LONGEST_TEXT,
    Form,
    Item,
    Sort,
)
from risk.inventory.records import DEPENDS_ON_NOTHING
from ui import wording
from ui.share_page.page import render, sentence_page
from ui.share_page.words import moment
from ui.words import founder_words as words

_MOST_FIELDS = 500
_LINE_LABELS = {
    "provider": "Which provider?",
    "use_case": "What for?",
    "spend_usd": "How much a month?",
    "criticality": "How much of your product stops without it?",
    "fallback": "What happens when it does not answer?",
}
_LINE_HINTS = {
    "provider": "or another name",
    "use_case": "such as support chat",
    "spend_usd": "such as 2",
}
_LINE_TAPS: dict[str, Mapping[str, str]] = {
    "provider": {name: name for name in words.PROVIDERS},
    "criticality": words.CRITICALITIES,
    "fallback": words.FALLBACKS,
}
#: Units of an amount: what is sent, its words, whether it is chosen.
Units = list[tuple[str, str, bool]]
_WRITTEN = {"provider", "use_case", "spend_usd"}


@dataclass(frozen=True, kw_only=True)
class GivenAnswers:
    """What was sent of a form: answers by place (None: not known), and what is to be done."""

    answers: Mapping[int, str | None] = field(default_factory=dict)
    said_by: str = ""
    send: bool = False


def given_answers(body: bytes, form: Form) -> GivenAnswers:
    """Read a sent form; what was on the page and did not change is left out.

    The same page may be open elsewhere: of each question only what was changed here is written.
    """
    try:
        sent = parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return GivenAnswers()
    texts = {name: values[0] for name, values in sent.items()}
    answers = {}
    for item in form.items:
        text = _given(item, texts)
        if text is not None and text != texts.get(f"w{item.place}"):
            is_unknown = text == words.UNKNOWN and item.sort is not Sort.COMMENT
            answers[item.place] = None if is_unknown else text
    return GivenAnswers(
        answers=answers,
        said_by=texts.get("said_by", "")[: 2 * LONGEST_NAME],
        send=texts.get("do") == "send",
    )


def _given(item: Item, texts: Mapping[str, str]) -> str | None:
    """What was sent for an item; None: it was not on the page."""
    place = item.place
    if item.sort is Sort.USE:
        names = {name: f"{place}.{name}" for name in LINE}
        if not any(f"{kind}{name}" in texts for kind in "ct" for name in names.values()):
            return None
        return line_text({name: _merged(of, texts) for name, of in names.items()})
    if f"c{place}" not in texts and f"t{place}" not in texts:
        return None
    return _merged(str(place), texts)


def _merged(name: str, texts: Mapping[str, str]) -> str:
    """What was written, or else tapped: who writes has not found the tap that fits."""
    text = texts.get(f"t{name}", "").strip()
    unit = texts.get(f"u{name}", "")
    if unit in words.UNITS and text.replace(".", "", 1).replace(",", "", 1).isdigit():
        text += unit
    return text or texts.get(f"c{name}", "").strip()


def as_sent(answer: str | None) -> str:
    """An answer as a form sends it."""
    return words.UNKNOWN if answer is None else answer


def questions_page(
    draft: AnswerDraft,
    *,
    share: int,
    expires_at: datetime,
    given: GivenAnswers | None = None,
    faults: Mapping[int, str] | None = None,
    notice: str = "",
) -> str:
    """Return the form with what was answered so far, or say that it was sent.

    ``given`` is what was just sent, of which ``faults`` says what to write instead; ``notice``
    stands above all.
    """
    if draft.is_sent:
        return sentence_page(
            "Thank you",
            "Your answers have been sent. Whoever asked sees them beside what is known now, and "
            "decides. You can close this page.",
        )
    form, faults = draft.form, faults or {}
    kept = {place: as_sent(one.answer) for place, one in draft.answers.items()}
    shown = {**kept}
    for place in faults:
        if given is not None and place in given.answers:
            shown[place] = as_sent(given.answers[place])
    people = [one.said_by for one in draft.answers.values() if one.said_by]
    return render(
        "questions.html",
        scripts=("watch.js", "questions.js"),
        form=form,
        groups=list(_groups(form, shown, kept, faults)),
        answered=draft.answered,
        due=wording.day(form.due_on),
        minutes=minutes_of(form),
        said_by=(given.said_by if given is not None else "") or (people[-1] if people else ""),
        longest_name=LONGEST_NAME,
        faults=faults,
        notice=notice,
        files=[(one.number, one.file_name, _size(one.size)) for one in draft.files],
        may_attach=len(draft.files) < MOST_FILES,
        most_files=MOST_FILES,
        most_size=_size(MOST_BYTES),
        action=f"/s/answer/{share}",
        file_action=f"/s/answer-file/{share}",
        status=f"/s/status/{share}",
        expires=moment(expires_at.isoformat()),
    )


def minutes_of(form: Form) -> int:
    """Return about how many minutes a form takes: 15 seconds a question, at least one."""
    return max(1, round(sum(one.counts for one in form.items) / 4 + (0 if form.has_uses else 1)))


def _size(size: int) -> str:
    return f"{size / 1024**2:.0f} MB" if size >= 1024**2 else f"{max(1, round(size / 1024))} kB"


def _groups(
    form: Form, shown: Mapping[int, str], kept: Mapping[int, str], faults: Mapping[int, str]
) -> Iterator[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in form.items:
        title = {
            Sort.FACT: words.group_title(item.use_case),
            Sort.USE: "Another AI provider that you use"
            if form.has_uses
            else "AI providers that you use",
            Sort.TEXT: "One more thing",
            Sort.COMMENT: "Anything else",
        }[item.sort]
        first = not form.has_uses and title not in groups
        one = _field(item, shown.get(item.place, ""), may_be_none=first)
        one |= {"was": kept.get(item.place, ""), "fault": faults.get(item.place)}
        known = groups.setdefault(title, [])
        # The first line is open only where it is the question itself.
        one["folded"] = "Add one" if form.has_uses else "Add another one" if known else ""
        known.append(one)
    for title, fields in groups.items():
        yield {"title": title, "fields": fields}


def _field(item: Item, value: str, *, may_be_none: bool) -> dict[str, Any]:
    base: dict[str, Any] = {"place": item.place, "sort": item.sort.value}
    if item.sort is Sort.USE:
        cells = line_cells(value) if value.startswith("{") else {}
        number = f"{item.place}"
        parts = [_part(number, name, cells.get(name, "")) for name in LINE]
        if may_be_none:
            chosen = cells.get("provider") == DEPENDS_ON_NOTHING
            parts[0]["taps"].append((DEPENDS_ON_NOTHING, "We use none", chosen))
            parts[0]["text"] = "" if chosen else parts[0]["text"]
        return base | {"parts": parts}
    if item.sort in (Sort.TEXT, Sort.COMMENT):
        known = value != words.UNKNOWN or item.sort is Sort.COMMENT
        return base | {
            "question": item.text or "Is there anything that we should know?",
            "taps": [(words.UNKNOWN, "I don’t know", not known)] if item.sort is Sort.TEXT else [],
            "text": value if known else "",
            "long": True,
            "longest": LONGEST_TEXT,
        }
    ask = words.ASKS[item.field]
    taps = dict(ask.taps)
    if item.now is not None:
        now = str(item.now)
        taps.pop(now, None)
        said = words.answer_in_words(item.field, item.now)
        taps = {
            CONFIRMED: f"Yes, {said[:1].lower()}{said[1:]}" if ask.taps else f"Yes, {said}"
        } | taps
    taps[words.UNKNOWN] = "I don’t know"
    text = "" if value in taps else value
    units: Units = []
    if ask.unit == "USD":
        text, units = _amount(text)
    return base | {
        "question": words.question_of(item.field, use_case=item.use_case, provider=item.provider),
        "why": ask.why,
        "confirm": item.now is not None,
        "taps": [(tap, said, tap == value) for tap, said in taps.items()],
        "free": ask.free,
        "text": text,
        "unit": "" if ask.unit == "USD" else ask.unit,
        "units": units,
        "mode": ask.mode,
        "hint": ask.hint,
        "longest": LONGEST_FACT,
    }


def _amount(text: str) -> tuple[str, Units]:
    """An amount as a form shows it: its number, and its units as taps."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in ("k", "m") else (text, "")
    if unit and not number.replace(".", "", 1).replace(",", "", 1).isdigit():
        number, unit = text, ""
    return number, [(one, said, one == unit) for one, said in words.UNITS.items()]


def _part(number: str, name: str, value: str) -> dict[str, Any]:
    taps = _LINE_TAPS.get(name, {})
    units: Units = []
    if name == "spend_usd":
        value, units = _amount(value)
    return {
        "name": f"{number}.{name}",
        "label": _LINE_LABELS[name],
        "taps": [(tap, said, tap == value) for tap, said in taps.items()],
        "free": name in _WRITTEN,
        "text": "" if value in taps else value,
        "hint": _LINE_HINTS.get(name, ""),
        "units": units,
        "mode": "decimal" if name == "spend_usd" else "text",
        "longest": LONGEST_FACT,
    }
