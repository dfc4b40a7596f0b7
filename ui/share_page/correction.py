"""Form for corrections: the reader of a one-startup snapshot says what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from db.sharing.proposals import Correctable, correctable
from ui.share_page.page import SharePage, render
from ui.tables.correction import DAYS, MONEY, SHARES, fact, label

RECEIVED = (
    "Thank you",
    "Your proposal has been sent. Whoever shared this page sees it beside what is there now, and "
    "decides. The page you read stays as it was frozen.",
)
_MOST_FIELDS = 2000
_HINTS = {
    **dict.fromkeys(MONEY, "in USD, such as 45k or 1.2M"),
    **dict.fromkeys(SHARES, "such as 60% or 0.6"),
    **dict.fromkeys(DAYS, "days, such as 90"),
    "promised_availability": "such as 99.9%",
    "buffer_hours": "hours, such as 4",
    "criticality": "1 to 5",
    "governing_law": "a country, such as DE",
    "engineers": "such as 12",
    **dict.fromkeys(
        ("fallback_tested_on", "contract_start", "contract_end", "renewal"), "year-month-day"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was filled in, by the place of each field."""

    values: Mapping[int, str] = field(default_factory=dict)
    message: str = ""
    proposed_by: str = ""


def given_in(body: bytes) -> Given:
    """Read a sent form; fields that are none of ours are left out."""
    try:
        sent = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return Given()
    values = {
        int(name[1:]): texts[0]
        for name, texts in sent.items()
        if name.startswith("f") and name[1:].isascii() and name[1:].isdigit() and len(name) < 8
    }
    return Given(
        values=values,
        message=sent.get("message", [""])[0],
        proposed_by=sent.get("proposed_by", [""])[0],
    )


def correction_page(
    page: SharePage, given: Given, *, faults: Mapping[int, str] | None = None, sent: bool = False
) -> str:
    """Return the form, with what was filled in and what to write instead of it."""
    faults = faults or {}
    return render(
        "correction.html",
        script="watch.js",
        startup=page.content["startup"],
        groups=list(_groups(page, given, faults)),
        message=given.message,
        proposed_by=given.proposed_by,
        faults=list(faults),
        empty=sent and not faults,
        action=f"/s/correct/{page.share}",
        back=f"/s/view/{page.share}",
        status=f"/s/status/{page.share}",
    )


def _groups(page: SharePage, given: Given, faults: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    groups: dict[int | None, list[dict[str, Any]]] = {}
    for place, one in enumerate(correctable(page.content)):
        groups.setdefault(one.dependency, []).append(_field(place, one, given, faults))
    for number, fields in groups.items():
        title = "The company"
        if number is not None:
            dependency = page.content["dependencies"][number]
            title = f"{dependency['use_case']}: {dependency['provider_text']}"
        yield {"title": title, "fields": fields}


def _field(place: int, one: Correctable, given: Given, faults: Mapping[int, str]) -> dict[str, Any]:
    return {
        "place": place,
        "label": label(one.field),
        "now": fact(one.field, one.now),
        "choices": one.choices,
        "given": given.values.get(place, ""),
        "hint": _HINTS.get(one.field, ""),
        "fault": faults.get(place),
    }
