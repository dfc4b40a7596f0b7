"""A portfolio's expected loss and tail under one changed assumption after another, quickly.

While the portfolio is scored once, it is written down which assumptions each startup and the
supply chain read. A change of one that a startup never read cannot move its losses, so they are
kept; where only rates, durations or probabilities of an event change, the loss curves are kept
too. The numbers are those of :func:`risk.portfolio.assessment.assess_portfolio`.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions, override
from risk.catalog.falters import FalterKind
from risk.catalog.records import Catalog
from risk.exposure.event_losses import distinct_rows, event_losses
from risk.hazard.durations import DURATION_GRID, Permanent, grid_weights
from risk.hazard.events import Event
from risk.hazard.patterns import EventPatterns
from risk.inventory.records import Portfolio
from risk.measures import compound_poisson, tail_value_at_risk
from risk.portfolio.book import Member, Progress, chain_behind, member_of
from risk.portfolio.tail import CELLS

Array = NDArray[np.float64]
NAMES = frozenset(one.name for one in fields(Assumptions))
TAIL_LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class _Recorded(Assumptions):
    """The same numbers; remembers which of them were read."""

    read: set[str] = field(default_factory=set)

    def __getattribute__(self, name: str) -> Any:
        if name in NAMES:
            object.__getattribute__(self, "read").add(name)
        return object.__getattribute__(self, name)


@dataclass(frozen=True, kw_only=True)
class LossFigures:
    """A portfolio's average annual loss and tail value at risk at 95 %, USD a year.

    They equal those of the assessment within a millionth: it leaves out masses rarer than once in
    a billion years from startups' expected losses.
    """

    aal_usd: float
    tvar95_usd: float


@dataclass(frozen=True)
class _Curves:
    """One startup in one event: losses (states + 1, durations), the last row for no hit.

    ``state`` (patterns,) is the row of each of the event's patterns; ``event`` is the same event
    with one pattern for each row but the last.
    """

    loss: Array
    state: NDArray[np.int64]
    event: EventPatterns | None = None


#: Loss curves of one startup by what an event does (:func:`_form`).
_ByForm = Mapping[Hashable, _Curves]


@dataclass(frozen=True, kw_only=True)
class _Catalogue:
    """The events, what each of them does, and the distinct ways in which it hits the book."""

    events: tuple[EventPatterns, ...]
    forms: tuple[Hashable, ...]
    joint: dict[Hashable, tuple[NDArray[np.int64], NDArray[np.int64]]]


@dataclass(frozen=True, kw_only=True)
class ScoredBook:
    """A portfolio scored once, ready to be scored again under other assumptions."""

    portfolio: Portfolio
    catalog: Catalog
    assumptions: Assumptions
    today: date
    members: tuple[Member, ...]
    catalogue: _Catalogue
    curves: tuple[_ByForm, ...]
    read_by_member: tuple[frozenset[str], ...]
    read_by_chain: frozenset[str]
    figures: LossFigures

    @property
    def read(self) -> frozenset[str]:
        """The assumptions that any part of the calculation reads; no other can move it."""
        return self.read_by_chain.union(*self.read_by_member)


def score_once(
    portfolio: Portfolio,
    *,
    catalog: Catalog,
    assumptions: Assumptions,
    today: date,
    progress: Progress | None = None,
) -> ScoredBook:
    """Score the portfolio and note who reads which assumption. ``progress`` hears 0 to 1."""
    startups = sorted(portfolio.startups, key=lambda one: one.name)
    recorders = [_recorder(assumptions) for _ in startups]
    members = tuple(
        member_of(one, catalog=catalog, assumptions=recorder, today=today)
        for one, recorder in zip(startups, recorders, strict=True)
    )
    of_chain = _recorder(assumptions)
    _, events = chain_behind(members, catalog=catalog, assumptions=of_chain, today=today)
    listed = _Catalogue(events=events, forms=tuple(_form(one) for one in events), joint={})
    curves = []
    for done, (member, recorder) in enumerate(zip(members, recorders, strict=True), start=1):
        curves.append(_curves(member, listed, recorder, {}))
        if progress:
            progress(done / len(members))
    return ScoredBook(
        portfolio=portfolio,
        catalog=catalog,
        assumptions=assumptions,
        today=today,
        members=members,
        catalogue=listed,
        curves=tuple(curves),
        read_by_member=tuple(frozenset(one.read) for one in recorders),
        read_by_chain=frozenset(of_chain.read),
        figures=_figures(listed, curves),
    )


def score_again(book: ScoredBook, changes: Mapping[str, float]) -> LossFigures:
    """The figures under other values of some assumptions, everything else as it was.

    Raises:
        ValueError: a name is unknown or a value lies outside its bounds.
    """
    assumptions = override(book.assumptions, changes)
    changed = {name for name in changes if changes[name] != getattr(book.assumptions, name)}
    if not changed & book.read:
        return book.figures
    listed = book.catalogue
    if changed & book.read_by_chain:
        _, events = chain_behind(
            book.members, catalog=book.catalog, assumptions=assumptions, today=book.today
        )
        # How patterns fall together depends on the form alone: what is known of one stays true.
        forms = tuple(_form(one) for one in events)
        listed = _Catalogue(events=events, forms=forms, joint=listed.joint)
    curves = []
    for member, known, read in zip(book.members, book.curves, book.read_by_member, strict=True):
        if changed & read:
            member = member_of(
                member.startup, catalog=book.catalog, assumptions=assumptions, today=book.today
            )
            known = _recalculated(member, known, assumptions)
        curves.append(_curves(member, listed, assumptions, known))
    return _figures(listed, curves)


def _recorder(assumptions: Assumptions) -> _Recorded:
    return _Recorded(**{name: getattr(assumptions, name) for name in NAMES})


def _form(one: EventPatterns) -> Hashable:
    """What an event does to whoever it reaches: equal forms cost equally, whatever their rates."""
    event = one.event
    return (
        event.kind,
        event.only_startup,
        event.only_country,
        event.notice_days,
        event.price_multiple if event.kind is FalterKind.PRICE_SHOCK else None,
        tuple(sorted((node, values.tobytes()) for node, values in one.severity.items())),
    )


def _curves(
    member: Member, listed: _Catalogue, assumptions: Assumptions, known: _ByForm
) -> _ByForm:
    """Loss curves of every event, those already ``known`` by their form kept."""
    missing = {
        form: one
        for form, one in zip(listed.forms, listed.events, strict=True)
        if form not in known
    }
    if not missing:
        return known
    by_event = {id(one.event): form for form, one in missing.items()}
    found = {**known, **dict.fromkeys(missing, _UNTOUCHED)}
    places = member.placed.places
    for loss in event_losses(member.numbers, missing.values(), places, assumptions):
        mean = loss.loss.total.mean(axis=1)
        padded = np.concatenate([mean, np.zeros((1, mean.shape[1]))])
        form = by_event[id(loss.event)]
        found[form] = _Curves(
            padded, loss.pattern_state, _shortened(missing[form], loss.pattern_state)
        )
    return found


def _shortened(one: EventPatterns, state: NDArray[np.int64]) -> EventPatterns:
    """The event with the first pattern of each state that is a hit, in the order of states."""
    states, first = np.unique(state, return_index=True)
    kept = first[states >= 0]
    severity = {node: values[kept] for node, values in one.severity.items()}
    return EventPatterns(event=one.event, probability=one.probability[kept], severity=severity)


def _recalculated(member: Member, known: _ByForm, assumptions: Assumptions) -> _ByForm:
    """The same events' curves for a startup whose numbers changed; the states stay as they are."""
    events = {id(one.event.event): (form, one.event) for form, one in known.items() if one.event}
    found = dict(known)
    shortened = [event for _, event in events.values()]
    for loss in event_losses(member.numbers, shortened, member.placed.places, assumptions):
        form, _ = events[id(loss.event)]
        mean = loss.loss.total.mean(axis=1)[loss.pattern_state]
        padded = np.concatenate([mean, np.zeros((1, mean.shape[1]))])
        found[form] = replace(known[form], loss=padded)
    return found


_UNTOUCHED = _Curves(np.zeros((1, 1)), np.zeros(0, dtype=np.int64))


def _figures(listed: _Catalogue, curves: list[_ByForm]) -> LossFigures:
    """Add up the startups' losses within each event, then the events within a year."""
    losses, rates = [np.zeros(1)], [np.zeros(1)]
    for form, one in zip(listed.forms, listed.events, strict=True):
        hit = [known[form] for known in curves if known[form] is not _UNTOUCHED]
        if hit:
            if form not in listed.joint:
                table = np.column_stack([each.state for each in hit]).astype(np.float64)
                listed.joint[form] = distinct_rows(table)
            loss, rate = _event_masses(one, hit, *listed.joint[form])
            losses.append(loss)
            rates.append(rate)
    loss, rate = np.concatenate(losses), np.concatenate(rates)
    law = compound_poisson(loss[None, :], rate, cells=CELLS)
    return LossFigures(
        aal_usd=float(loss @ rate), tvar95_usd=float(tail_value_at_risk(law, TAIL_LEVEL)[0])
    )


def _event_masses(
    one: EventPatterns,
    hit: list[_Curves],
    first: NDArray[np.int64],
    where: NDArray[np.int64],
) -> tuple[Array, Array]:
    """Total losses and rates (masses,) of one event's distinct joint states and durations.

    ``first`` (states,) is a pattern of each joint state, ``where`` (patterns,) its joint state.
    """
    chance = np.bincount(where, weights=one.probability, minlength=len(first))
    total = sum((each.loss[each.state[first]] for each in hit), start=np.zeros(1))
    rate = one.event.rate_per_year * np.outer(chance, _weights(one.event, total.shape[1]))
    kept = rate.ravel() > 0
    return total.ravel()[kept], rate.ravel()[kept]


def _weights(event: Event, durations: int) -> Array:
    if isinstance(event.duration, Permanent):
        return np.asarray(np.eye(durations)[-1])
    return grid_weights(event.duration, DURATION_GRID)
