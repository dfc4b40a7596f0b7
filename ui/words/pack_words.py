"""Words for scheduled reports: who gets what, when, and what became of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ui import wording

if TYPE_CHECKING:
    from db.services.scheduled_reports import ScheduledReport

FORMS: Mapping[str, str] = {"pdf": "PDF", "html": "HTML", "xlsx": "Excel workbook"}
EVERY: Mapping[str, str] = {"month": "the first of a month", "week": "Mondays"}


def whom(one: "ScheduledReport") -> str:
    """Return ``5 people (by mail)``; the channel alone where that says whom it reaches."""
    if not one.recipients:
        return one.channel
    return f"{wording.counted(len(one.recipients), 'person', 'people')} (by {one.channel})"


def contents(one: "ScheduledReport") -> str:
    """Return what it comes as, of which companies, and without what."""
    said = [wording.listed([FORMS[form] for form in one.forms])]
    if one.slices:
        said.append(f"only companies with {', '.join(one.slices)}")
    if one.preset.left_out:
        said.append(f"without {wording.listed(one.preset.left_out)}")
    return "; ".join(said)


def told_in_words(one: "ScheduledReport") -> str:
    """Return who is sent what of which portfolio, and on which days."""
    return f"{one.portfolio} on {EVERY[one.every]} to {whom(one)}: {contents(one)}"


def state(one: "ScheduledReport") -> str:
    """Return what became of it: what went out, what waits, and why something did not."""
    said = []
    if one.sent_at is not None:
        said.append(f"Last sent {one.sent_at:%Y-%m-%d %H:%M} UTC.")
    elif not one.problem:
        said.append("Nothing was sent yet.")
    if one.attempts:
        said.append(f"The pack could not be made and is tried again: {one.problem}")
    elif one.problem:
        left = wording.counted(one.waiting, "message waits", "messages wait")
        lost = wording.counted(one.failed, "was", "were")
        said.append(f"Not all went out ({left}, {lost} given up): {one.problem}")
    elif one.waiting:
        said.append(f"{wording.counted(one.waiting, 'message waits', 'messages wait')}.")
    if one.waits_since is not None:
        said.append("A pack is due and waits for the answer of its day.")
    return " ".join(said)


def size(count: int) -> str:
    """Return a number of bytes as ``1.2 MB`` or ``34 kB``."""
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{max(1, round(count / 1e3))} kB"
