"""Words of a replay: times on its clock, what was known, what came later, how it went."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from risk.scenarios.replay import ReplayFrame
from risk.scenarios.replays import Moment, Replay
from ui import wording
from ui.words import incident_words

#: How the sentences of the advice begin; what is to be done stands out.
LEADS = ("Start moving", "Prepare", "Move nobody", "Call", "Speak about bridge money", "No news")


def on_the_clock(at: datetime, replay: Replay) -> datetime:
    """Return a moment on the replay's own clock."""
    return at.astimezone(replay.starts.tzinfo)


def time_of(at: datetime, replay: Replay) -> str:
    """``Sun 19 Nov, 23:53`` on the replay's clock."""
    shown = on_the_clock(at, replay)
    return f"{shown:%a} {shown.day} {shown:%b, %H:%M}"


def long_time(at: datetime, replay: Replay) -> str:
    """``Sunday 19 November 2023, 23:53`` on the replay's clock."""
    shown = on_the_clock(at, replay)
    return f"{shown:%A} {shown.day} {shown:%B %Y, %H:%M}"


def title(frame: ReplayFrame, provider: str, replay: Replay) -> str:
    """The answer of an hour as a title: the day, and how likely the end was then."""
    day = wording.day(on_the_clock(frame.as_of, replay).date().isoformat())
    return f"{day}: {incident_words.how_likely(provider, frame.hazard)}"


def news_markdown(
    moments: Iterable[Moment], replay: Replay, frame: ReplayFrame, *, brief: bool = False
) -> str:
    """Return what was known, newest first, with what it weighs; sources and doubt unless brief."""
    weights = {
        one.signal.kind: one.ln_units
        for one in frame.hazard.evidence.contributions
        if one.signal is not None
    }
    counted = {(one.kind, one.at) for one in frame.signals}
    items = []
    for one in sorted(moments, key=lambda each: each.at, reverse=True):
        headline = (
            f"**{wording.escaped(time_of(one.at, replay))} · {wording.escaped(one.headline)}**"
            f"{_weight(one, weights, counted)}"
        )
        if brief:
            items.append(headline)
            continue
        said = f"{wording.with_links('; '.join(one.sources))}. {wording.escaped(one.doubt)}".strip()
        lines = (headline, wording.escaped(one.what), f":gray[:small[{said}]]")
        items.append("  \n".join(line for line in lines if line))
    return "\n\n".join(items)


def _weight(one: Moment, weights: Mapping[str, float], counted: set[tuple[str, datetime]]) -> str:
    if one.outage is not None:
        return f" :orange-badge[{wording.percent(one.outage.severity)} of the service lost]"
    if one.signal is None:
        return " :gray-badge[no number]"
    if (one.signal.kind, one.at) not in counted:
        return " :gray-badge[replaced by newer]"
    units = weights[one.signal.kind]
    colour = "red" if units > 0 else "green"
    return f" :{colour}-badge[{units:+.1f}]".replace("-badge[-", "-badge[−")


def with_lead(sentence: str) -> str:
    """Return an advice as Markdown, what is to be done in bold."""
    lead = next((one for one in LEADS if sentence.startswith(one)), "")
    rest = wording.escaped(sentence.removeprefix(lead))
    return f"**{lead}**{rest}" if lead else rest


def not_yet_known(replay: Replay, as_of: datetime) -> tuple[Moment, ...]:
    """Return what became known later. Nothing that is calculated sees it."""
    return tuple(one for one in replay.moments if one.at > as_of)


def called(replay: Replay) -> str:
    """What a crisis is called in a list."""
    return f"{replay.title} · goes on" if replay.is_open else replay.title


def how_it_ended(replay: Replay) -> str:
    """Say how it ended, or that nobody knows yet."""
    if replay.is_open:
        return "It goes on: nobody knows yet how it ends."
    return f"How it ended: {replay.outcome}"


def about(replay: Replay, provider: str) -> str:
    """What the page is about: the crisis, and on whom it falls if not where it happened."""
    return replay.title if provider == replay.provider else f"{replay.title}, as if at {provider}"


def how_it_went(replay: Replay, before: float, highest: float) -> str:
    """Return a crisis as Markdown: P before any news, its highest P, and how it ended."""
    set_when = "The ratios were set knowing it." if replay.chosen_on else "Not used for the ratios."
    said = (
        f": {wording.percent(before)} before any news, {wording.percent(highest)} at the highest. "
        f"{replay.outcome} {set_when}"
    )
    return f"- **{wording.escaped(replay.title)}**{wording.escaped(said)}"
