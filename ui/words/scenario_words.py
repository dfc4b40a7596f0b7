"""A scenario in words, as pages, reports and commands write it."""

from collections.abc import Sequence

from risk.alternatives.herding import Herd
from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.catalog.records import Catalog
from risk.portfolio.providers import Dependents
from risk.portfolio.results import Interval
from risk.scenarios import hits
from risk.scenarios.results import Scenario, StressedStartup, StressResult
from ui import wording
from ui.words.dependence_words import divided

#: The parts of a loss in the order in which they are stacked, with their screen names.
PART_NAMES = {
    "interruption": "Interruption",
    "churn": "Churn",
    "quality": "Quality",
    "switching": "Switching",
    "price": "Price",
}


#: Companies that the finding of a stress test names.
MOST_NAMED = 3


def settings_in_words(scenario: Scenario) -> Sequence[str]:
    """Return what is tested, one setting each: ``15 hours``, ``20 % of the service lost`` ..."""
    words = [wording.disruption_of(scenario.root, scenario.kind)]
    if scenario.customer is not None:
        words.append(f"for {scenario.customer} alone")
    if scenario.kind is FailureKind.LEADERSHIP_CRISIS:
        return words  # It stops no service itself, so length and severity would mislead.
    if scenario.days is not None:
        words.append(f"lasts {wording.days(scenario.days)}")
    elif scenario.kind in PERMANENT_KINDS:
        words.append("for good")
    if scenario.severity is not None and scenario.kind not in PERMANENT_KINDS:
        words.append(f"{wording.percent(scenario.severity)} of the service lost")
    if scenario.price_multiple is not None:
        words.append(f"price × {scenario.price_multiple:g}")
    if scenario.notice_days:
        words.append(f"{wording.days(scenario.notice_days)} of notice")
    return words


def stated_notice(scenario: Scenario) -> str:
    """Say that a scenario states its notice, which other figures of the same end do not."""
    if scenario.notice_days is None:
        return ""
    return (
        f"The notice of {wording.days(scenario.notice_days)} is this scenario's own; where none is "
        "stated, as on Overview, it is drawn anew in each world, and the same disruption costs "
        "another amount."
    )


def in_short(result: StressResult, hit: Sequence[StressedStartup]) -> str:
    """Say what is lost by how many in which range, as the title of a stress test.

    It begins with what happens; whom it does not reach is said too.
    """
    title = result.scenario.title
    if result.scenario.kind is FailureKind.LEADERSHIP_CRISIS:
        return f"{title}: the service keeps running, an end gets likelier"
    if not hit:
        return f"{title}: no company here loses anything"
    total = len(hit) + hits.spared_count(result)
    lose = "loses" if len(hit) == 1 else "lose"
    together = "" if len(hit) == 1 else " together"
    reach = Interval(low=result.total_low_usd, high=result.total_high_usd)
    return (
        f"{title}: {len(hit):,} of {wording.counted(total, 'company', 'companies')} {lose} "
        f"{wording.money(result.total_median_usd)}{together} ({wording.money_range(reach)})"
    )


def who_loses(result: StressResult, hit: Sequence[StressedStartup]) -> str:
    """Say how much of the loss the first few carry."""
    few = min(len(hit), MOST_NAMED)
    if result.total_usd <= 0:
        return "Nobody loses anything"
    share = sum(one.loss_usd for one in hit[:few]) / result.total_usd
    if few == 1:
        much = "all" if len(result.startups) == 1 else wording.percent(share)
        return f"{hit[0].startup} carries {much} of the loss"
    names = wording.listed(one.startup for one in hit[:few])
    return f"{names} carry {wording.percent(share)} of the loss"


def out_of_cash(count: int | None) -> tuple[str, str]:
    """How many newly run out of cash, and what is said below it."""
    if count is None:
        return wording.UNKNOWN, "nobody hit has stated cash and burn"
    return wording.counted(count, "company", "companies"), "that would not be otherwise"


def what_else(result: StressResult) -> str:
    """Say which kinds of disruption of the same root reach somebody where this one does not."""
    if not result.instead:
        return ""
    kinds = ", ".join(wording.disruption(kind).lower() for kind in result.instead)
    return f"From {result.scenario.root}, what does reach this portfolio: {kinds}."


def hit_in_words(
    result: StressResult, hit: Sequence[StressedStartup], catalog: Catalog, found: Dependents | None
) -> str:
    """Return ``31 directly, none through someone else; 1 more depends on it without loss: …``.

    ``found`` is who depends on the root, None where it is no provider.
    """
    through = hits.only_through_others(hit, result.scenario.root, catalog)
    said = divided(len(hit) - through, through)
    if found is None or result.scenario.customer is not None:
        return said
    spared = hits.unharmed(result, found)
    if not len(spared):
        return said
    reasons = (
        (spared.suffices, "another provider does the same work"),
        (spared.bridged, "buffers or backups bridge it"),
        (spared.beyond, "it does not reach what they use"),
    )
    known = [(count, why) for count, why in reasons if count]
    whys = ", ".join(why if len(known) == 1 else f"{count:,} because {why}" for count, why in known)
    depend = "depends" if len(spared) == 1 else "depend"
    return f"{said}; {len(spared):,} more {depend} on it without loss: {whys}"


def rush(result: StressResult, herd: Herd) -> str:
    """Say in words who gets capacity, what the queue costs, and for whom it is worst."""
    wanted, found = herd.displaced_usd_per_month, herd.admitted_usd_per_month
    size = wording.percent(herd.market_share)
    start = (
        f"{result.scenario.root} sets {size} of the whole market in motion. "
        f"Of the {wording.money(wanted)} a month that looks for another provider from this "
        f"portfolio in the first week, {wording.money(found)} gets capacity at once."
    )
    longest = herd.longest_wait_days
    if longest <= 0:
        return f"{start} Nobody has to wait."
    return (
        f"{start} The rest waits up to {wording.days(longest)}, which adds "
        f"{wording.money(result.queue_usd)} to the loss. For {herd.turned_away:,} of "
        f"{wording.counted(herd.askers, 'company', 'companies')} the second choice is full as well."
    )
