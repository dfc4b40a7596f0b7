"""Drafts of scenario and crisis files: one to begin with, and one more moment in a text."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches

from risk.hazard.signals import SignalKind
from risk.scenarios.files import Known, mapping_lines, toml_text, toml_time
from risk.scenarios.statements import tables_of

_CRISIS = """\
# A crisis: what became known, and when. A line that begins with # says nothing yet.
title = {title}
provider = {provider}
starts = {starts}
# ends = {later}      once it is over; then outcome = "how it went" as well
summary = "What it is about, in a sentence."
not_modelled = "What the figures leave out."

[[moment]]
time = {now}
headline = "What became known"
# signal = "{signal}"      how it counts; without one it has no weight
# outage_severity = 0.5      the share that is down; with outage_until once it is back
source = "Where it was read"
doubt = "How far the source carries"
"""
_SCENARIO = """\
# A scenario: one disruption, as if it began today. A line that begins with # says nothing yet.
title = {title}
provider = {provider}
# wind_down, outage, degraded, price_shock, access_cut, model_retirement, acquisition, ...
kind = "outage"
days = 2
severity = 1
# notice_days = 14      of what does not come back: how long everybody knows before
# price_multiple = 3      of a price_shock: the new price over the old one
# customer = "whoever would lose most"      of an access_cut: whom alone it hits
# through = "identity"      only over links of this sort
summary = "What happens, in a sentence."
not_modelled = "What the figures leave out."
sources = ["judgement"]
doubt = "How far the sources carry"
"""


def crisis_draft(
    words: str, *, now: datetime, known: Known, kinds: Mapping[str, SignalKind]
) -> str:
    """Return a crisis of fifteen lines to fill in, from words such as ``OpenAI, board``.

    It can be loaded as it is. The signal that the words suggest stands in it as a remark.
    """
    now = now.replace(second=0, microsecond=0)
    provider, topic = _provider(words, known.providers)
    signal = next(
        (name for name, one in kinds.items() if any(word in one.meaning for word in topic)),
        next(iter(kinds)),
    )
    return _CRISIS.format(
        title=toml_text(_title(words)),
        provider=toml_text(provider),
        starts=toml_time(now - timedelta(hours=1)),
        later=toml_time(now + timedelta(days=5)),
        now=toml_time(now),
        signal=signal,
    )


def crisis_of_news(*, title: str, provider: str, at: datetime, moment: Mapping[str, object]) -> str:
    """Return a crisis that begins with one piece of news, an hour before it, and goes on."""
    head = {"title": title, "provider": provider, "starts": at - timedelta(hours=1)}
    return with_moment("\n".join(mapping_lines(head)), at, moment)


def scenario_draft(words: str, *, known: Known) -> str:
    """Return a scenario of fifteen lines to fill in, from words such as ``OpenAI, two days``."""
    provider, _ = _provider(words, known.providers)
    return _SCENARIO.format(title=toml_text(_title(words)), provider=toml_text(provider))


def _title(words: str) -> str:
    return " ".join(words.split())[:200] or "A title"


def _provider(words: str, providers: Collection[str]) -> tuple[str, list[str]]:
    """The provider that words begin with, as it is spelled, and what they say of it."""
    first, _, rest = " ".join(words.split()).partition(",")
    by_key = {one.casefold(): one for one in providers}
    near = get_close_matches(first.casefold().strip(), by_key, n=1, cutoff=0.6)
    topic = [word for word in rest.casefold().split() if len(word) > 3]
    return by_key[near[0]] if near else first.strip()[:200] or "OpenAI", topic


def with_moment(text: str, at: datetime, values: Mapping[str, object]) -> str:
    """Return the text of a crisis with one more moment, in its place among those by time."""
    block = ["[[moment]]", *mapping_lines({"time": at, **values})]
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    for table in tables_of(text)[0][1:]:
        stated = table.values.get("time")
        if stated is not None and _is_after(stated.value, at):
            place = table.line - 1
            while place and lines[place - 1].startswith("#"):
                place -= 1
            return "\n".join([*lines[:place], *block, "", *lines[place:], ""])
    return "\n".join([*lines, "", *block, ""])


def _is_after(stated: object, at: datetime) -> bool:
    if isinstance(stated, str):
        stated = datetime.fromisoformat(stated.strip())
    return isinstance(stated, datetime) and stated > at
