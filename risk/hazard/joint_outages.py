"""Outages of several providers at once, for reasons that the map of the supply chain misses.

Of two providers with λ_A and λ_B outages of one level a year, β·min(λ_A, λ_B) take both
(β-factor, Fleming 1975), and every provider keeps its rate. For more than two the one way that
gives every pair this rate and needs no more than it: with λ_1 ≤ … ≤ λ_n, an outage of i, …, n at
once comes β(λ_i - λ_(i-1)) times a year. It is the most cautious of those with these pairs: what
takes a rare falterer takes all who falter more often. docs/method.md §1.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from risk.assumptions import Assumptions
from risk.catalog.falters import SERVICE_KINDS, FalterKind, FalterRate
from risk.catalog.records import Catalog
from risk.hazard.durations import Duration
from risk.hazard.events import SEVERAL, Event
from risk.hazard.rates import duration_of

#: Rows of the rates that are pooled over providers.
POOLED = ("*service", "*cloud", "*edge")
#: Rates that differ by less than this, relatively, count as equal.
SAME_RATE = 1e-9


def with_joint_outages(
    events: Iterable[Event], joint_share: float, shared_length: Callable[[Event], Duration]
) -> list[Event]:
    """Events of single roots with the joint part of their outages taken out and put beside them.

    ``joint_share`` is β; at 0 nothing changes. ``shared_length`` gives the duration law of a joint
    outage from one of the events it is made of: a shared cause has a length of its own. What hits
    one customer or one country alone is left as it is.
    """
    groups: dict[tuple[str, str], list[Event]] = {}
    rest: list[Event] = []
    for one in events:
        limited = one.only_startup is not None or one.only_country is not None
        if one.kind in SERVICE_KINDS and not limited and one.rate_per_year > 0:
            groups.setdefault((one.kind, one.level), []).append(one)
        else:
            rest.append(one)
    for group in groups.values():
        rest.extend(_split(group, joint_share, shared_length))
    return rest


def _split(
    group: list[Event], joint_share: float, shared_length: Callable[[Event], Duration]
) -> Iterable[Event]:
    """Outages of each alone, and of those from each rate on together.

    The last step, which takes the most frequent falterer alone, keeps the shared length too: what
    one provider costs must not depend on which others somebody looks at.
    """
    if joint_share <= 0:
        return group
    ordered = sorted(group, key=lambda one: (one.rate_per_year, one.root))
    found = [replace(one, rate_per_year=one.rate_per_year * (1 - joint_share)) for one in ordered]
    before = 0.0
    for place, first in enumerate(ordered):
        step = first.rate_per_year - before
        if step <= SAME_RATE * first.rate_per_year:
            continue
        before = first.rate_per_year
        members = tuple(sorted((one.root, one.severity) for one in ordered[place:]))
        named = f"{first.level}, {first.root} and all that falter as often"
        found.append(
            replace(
                first,
                root=SEVERAL if len(members) > 1 else first.root,
                level=named if len(members) > 1 else f"{first.level}, shared cause",
                reference_level=first.level,
                rate_per_year=joint_share * step,
                severity=max(severity for _, severity in members),
                duration=shared_length(first),
                rate_shape=None,
                members=members,
            )
        )
    return found


def shared_lengths(catalog: Catalog, assumptions: Assumptions) -> Callable[[Event], Duration]:
    """The length of an outage of several at once: the pooled law of that sort of outage.

    Where no rates are pooled, the mean over all providers of the catalogue, by how often each
    falters: never over those at hand alone, who differ from portfolio to portfolio.
    """
    rows: dict[tuple[FalterKind, str], list[FalterRate]] = {}
    for row in catalog.rates:
        if row.kind in SERVICE_KINDS and row.duration_mu_ln_days is not None:
            rows.setdefault((row.kind, row.level), []).append(row)
    found: dict[tuple[FalterKind, str], Duration] = {}
    for sort, known in rows.items():
        pooled = next((one for one in known if one.node in POOLED), None)
        found[sort] = duration_of(pooled or _mean_row(known), assumptions)
    return lambda event: found.get((event.kind, event.level), event.duration)


def _mean_row(rows: list[FalterRate]) -> FalterRate:
    """A row with the mean of these rows' ln-days and of their spreads, by rate."""
    total = sum(one.rate_per_year for one in rows)
    weights = [one.rate_per_year / total if total > 0 else 1 / len(rows) for one in rows]

    def mean(values: list[float]) -> float:
        return sum(weight * value for weight, value in zip(weights, values, strict=True))

    return replace(
        rows[0],
        duration_mu_ln_days=mean([one.duration_mu_ln_days or 0.0 for one in rows]),
        duration_sigma=mean([one.duration_sigma or 1.0 for one in rows]),
    )
