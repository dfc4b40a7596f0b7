"""The page of one hour of an incident: three figures, what was known, and whom to call first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from risk.catalog.failure_kinds import FailureKind
from risk.portfolio.results import Interval
from risk.scenarios.calls import NextNews
from ui import wording
from ui.share_page.drawings import range_bar
from ui.share_page.words import Content, Figure, table_of
from ui.tables import call
from ui.uncertainty import Spread
from ui.words import incident_words as words

#: What stands for a provider that is left out.
_SOME_PROVIDER = "a provider"


def hour_view(content: Content) -> dict[str, Any]:
    """Return what the template of an hour shows."""
    has_money = "loss_usd" in content["figures"]
    columns = call.LINK if has_money else call.LINK_WITHOUT_MONEY
    return {
        "when": _when(content),
        "headline": _headline(content),
        "source": content.get("source", ""),
        "figures": list(_figures(content)),
        "news": [
            {
                "at": _moment(one["at"], content),
                "headline": wording.sentence_case(one["headline"]),
                "sources": "; ".join(one["sources"]),
            }
            for one in content.get("news", [])
        ],
        "table": table_of(columns, content["startups"], call.COLUMNS),
        "how_sure": _how_sure(content),
    }


def provider_of(content: Content) -> str:
    """Return whom the incident is about."""
    return str(content.get("provider", _SOME_PROVIDER))


def _when(content: Content) -> str:
    return _moment(content["at"], content) if "at" in content else ""


def _headline(content: Content) -> str:
    """The newest news, or what has failed."""
    if content["happened"] is not None:
        return words.FAILED[FailureKind(content["happened"])]
    news = content.get("news") or [{"headline": ""}]
    return wording.sentence_case(news[0]["headline"])


def _moment(text: str, content: Content) -> str:
    at = datetime.fromisoformat(text)
    zone = datetime.fromisoformat(content["at"]).tzinfo
    return words.moment(at, zone, content["clock"]) if zone else words.moment(at)


def _figures(content: Content) -> Iterator[Figure]:
    chance, known = content["chance"], content["figures"]
    if chance is None:
        happened = words.failed(FailureKind(content["happened"]), content["days"])
        yield Figure(label="It has happened", value=happened)
    else:
        said = words.chance(chance["probability"], chance["before"])
        reach = words.chance_range(chance["low"], chance["high"])
        yield Figure(
            label=words.chance_label(provider_of(content), chance["horizon_days"]),
            value=said,
            note=reach,
            picture=range_bar(
                Spread(low=chance["low"], median=chance["probability"], high=chance["high"]),
                alt=f"{said}, {reach}",
            ),
        )
    hit = known["hit_startups"]
    if "loss_usd" not in known:
        yield Figure(
            label="Companies hit", value=f"{hit:,} of {content['startups_in_portfolio']:,}"
        )
        return
    low, high = known["loss_low_usd"], known["loss_high_usd"]
    reach = words.loss_range(low, high)
    # Links of before, and those that leave providers out, do not say it.
    whom = words.whom_it_hits(hit, known["newly_out_of_cash"], known.get("through_others"))
    yield Figure(
        label="If it does" if chance is not None else "What it costs",
        value=wording.money(known["loss_median_usd"]),
        note=f"{reach}; {whom}",
        picture=range_bar(
            Spread(low=low, median=known["loss_median_usd"], high=high),
            alt=f"loss {wording.money_range(Interval(low=low, high=high))}",
        ),
    )
    yield Figure(
        label="Do tonight",
        value=words.first_tonight(known["call"], known["prepare"]),
        note=f"{words.watched(known['watch'])}. {words.move_all(known['move_all_usd'])}",
    )


def _how_sure(content: Content) -> str:
    if content["chance"] is None:
        return words.how_sure_of_failure()
    coming = [NextNews(kind="", meaning=said, probability=p) for said, p in content["coming"]]
    return words.how_sure(coming)
