"""Backups of a portfolio by what proves that they work: failed, never tried, worn out, fresh.

States come from columns, so that a million rows take seconds. Told one by one are those of which a
drill would take most off the expected loss: each is valued as it counts today, without it, and as
if it had passed a drill today, on the same worlds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.evidence import Drill
from risk.alternatives.readiness import Proof, Tried, proof_of
from risk.alternatives.results import Removed
from risk.alternatives.variants import CHANGED, Changes, Setting, variants_of, world_tables_for
from risk.hazard.supply_chain import Endpoint
from risk.inventory.records import Fallback
from risk.loss.columns import FALLBACKS
from risk.loss.uncertainty import HIGH, LOW, mean_over_worlds
from risk.loss.valuation import Valuation
from risk.loss.valuing import DRAWN_FACTS, MEAN, chunks, value
from risk.portfolio.deadlines import Stated

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

#: Backups that are told one by one; of more the rest is counted.
MOST_TOLD = 400
ORDER = tuple(Tried)
_FALLBACK = CHANGED.index("fallback")
_NONE = FALLBACKS.index(Fallback.NONE)
_TESTED, _AUTOMATIC = FALLBACKS.index(Fallback.TESTED), FALLBACKS.index(Fallback.AUTOMATIC)


@dataclass(frozen=True, kw_only=True)
class TriedBackup:
    """One backup: of whom, where to, what proves it, and what hangs on it.

    ``loss_usd`` is the expected loss a year of its use case, ``rests_usd`` what would be added if
    the backup did not work at all (means, for adding up), ``removes`` what a drill passed today
    would take off, with its range. ``backup`` None: nobody named where one would go.
    """

    startup: str
    use_case: str
    dependency_key: str
    provider: str
    backup: str | None
    state: Fallback
    proof: Proof
    loss_usd: float
    rests_usd: float
    removes: Removed


@dataclass(frozen=True, kw_only=True)
class BackupEvidence:
    """What proves the backups of a portfolio as of a day.

    ``counts`` are backups by how far they were tried, ``startups`` the startups that have such.
    Of all ``dependencies`` on language models ``without`` are known to have no backup, of
    ``unknown`` nobody said. ``told`` are those worth a drill first, ``more`` counts the others.
    """

    portfolio: str
    as_of: date
    dependencies: int
    without: int
    unknown: int
    counts: Mapping[Tried, int]
    startups: Mapping[Tried, int]
    told: tuple[TriedBackup, ...]
    more: int

    @property
    def backups(self) -> int:
        """How many backups there are."""
        return sum(self.counts.values())

    @property
    def unproven_usd(self) -> float:
        """What would be added to the expected loss a year if no backup worked that nothing proves.

        Of those that are told, each by itself.
        """
        return sum(one.rests_usd for one in self.told if one.proof.worth == 0)


def backups_of(
    valuation: Valuation,
    losses: Array,
    drills: Mapping[int, Drill],
    told: Callable[[Sequence[int]], Sequence[Stated]],
    *,
    most: int = MOST_TOLD,
) -> BackupEvidence:
    """The backups of a portfolio.

    ``losses`` (startups,) are expected losses a year, ``drills`` the newest one of the fallback by
    the place of its dependency. ``told`` says what the register has of some dependencies.
    """
    links = valuation.columns.dependencies
    owner = _owners(valuation)
    proofs, proof = _proofs(valuation, drills)
    tried = np.array([ORDER.index(one.tried) for one in proofs], dtype=np.int64)
    has = np.flatnonzero(proof >= 0)
    states = tried[proof[has]]
    chosen = _worth_telling(has, states, losses[owner[has]], most)
    rows = _told(valuation, chosen, owner, [proofs[proof[one]] for one in chosen.tolist()], told)
    return BackupEvidence(
        portfolio=valuation.portfolio,
        as_of=valuation.today,
        dependencies=len(links.fallback),
        without=int((links.fallback == _NONE).sum()),
        unknown=int((links.fallback < 0).sum()),
        counts={one: int((states == place).sum()) for place, one in enumerate(ORDER)},
        startups={
            one: len(np.unique(owner[has][states == place])) for place, one in enumerate(ORDER)
        },
        told=rows,
        more=len(has) - len(rows),
    )


def _owners(valuation: Valuation) -> Codes:
    """The startup of every dependency, (dependencies,)."""
    columns = valuation.columns
    owner: Codes = columns.cases.startup[columns.dependencies.case].astype(np.int64)
    return owner


def _proofs(valuation: Valuation, drills: Mapping[int, Drill]) -> tuple[list[Proof], Codes]:
    """The distinct proofs, and which each dependency has (-1: it has no backup).

    Dependencies of one state, tested on one day, are proven alike; those with a drill one by one.
    """
    links, today = valuation.columns.dependencies, valuation.today
    age = np.where(np.isnan(links.fallback_age), -1, links.fallback_age).astype(np.int64)
    known, place = np.unique(np.column_stack([links.fallback, age]), axis=0, return_inverse=True)
    place = place.ravel()
    found: list[Proof] = []
    of: list[int] = []

    def proven(code: int, days: int, drill: Drill | None) -> int:
        one = proof_of(
            None if code < 0 else FALLBACKS[code],
            None if days < 0 else today - timedelta(days=days),
            drill,
            assumptions=valuation.assumptions,
            today=today,
        )
        if one is None:
            return -1
        found.append(one)
        return len(found) - 1

    of = [proven(code, days, None) for code, days in known.tolist()]
    proof = np.array(of, dtype=np.int64)[place] if len(place) else np.zeros(0, dtype=np.int64)
    for link, drill in drills.items():
        proof[link] = proven(int(links.fallback[link]), int(age[link]), drill)
    return found, proof


def _worth_telling(links: Codes, states: Codes, losses: Array, most: int) -> Codes:
    """Those of the startups that lose most, what is not fresh first, in the register's order."""
    fresh = states == ORDER.index(Tried.FRESH)
    order = np.lexsort((links, -losses, fresh))
    return np.sort(links[order[:most]])


def _told(
    valuation: Valuation,
    links: Codes,
    owner: Codes,
    proofs: Sequence[Proof],
    told: Callable[[Sequence[int]], Sequence[Stated]],
) -> tuple[TriedBackup, ...]:
    """Some backups with their names and what hangs on them, what a drill helps most first."""
    if not len(links):
        return ()
    valued = _valued(valuation, links, owner)
    routes, fallback = valuation.book.routes, valuation.columns.dependencies.fallback
    names = valuation.members.names
    found = []
    for place, (link, stated) in enumerate(zip(links.tolist(), told(links.tolist()), strict=True)):
        backup = routes[valuation.book.exposures.route[link]].backup
        found.append(
            TriedBackup(
                startup=names[owner[link]],
                use_case=stated.use_case,
                dependency_key=stated.key,
                provider=stated.provider,
                backup=None if backup is None else backup.service.name,
                state=FALLBACKS[fallback[link]],
                proof=proofs[place],
                loss_usd=float(valued.loss[place]),
                rests_usd=float(valued.rests[place]),
                removes=Removed(
                    mean_usd=float(valued.removes[place]),
                    median_usd=float(valued.range[1, place]),
                    low_usd=float(valued.range[0, place]),
                    high_usd=float(valued.range[2, place]),
                ),
            )
        )
    return tuple(
        sorted(found, key=lambda one: (-one.removes.mean_usd, -one.rests_usd, one.startup))
    )


@dataclass(frozen=True)
class _Valued:
    """Of backups (n,): the loss of the use case, what rests on it, and what a drill removes.

    ``range`` (3, n) is the latter's 10 %, median and 90 %.
    """

    loss: Array
    rests: Array
    removes: Array
    range: Array


def _valued(valuation: Valuation, links: Codes, owner: Codes) -> _Valued:
    """Use cases valued as they are, without the backup, and as if it passed a drill today."""
    rows = np.unique(owner[links])
    part = valuation.part(rows)
    whole, own = valuation.book.exposures, part.book.exposures
    first = whole.link_start[whole.case_start[owner[links]]]
    place = np.searchsorted(rows, owner[links])
    at = own.link_start[own.case_start[place]] + links - first
    count = len(at)
    ends: dict[Endpoint, int] = {}
    called = [valuation.book.routes[route] for route in own.route[at].tolist()]
    endpoint = [ends.setdefault(one.endpoint, len(ends)) for one in called]
    backup = [
        -1 if one.backup is None else ends.setdefault(one.backup, len(ends)) for one in called
    ]
    codes = np.column_stack([getattr(own, name)[at] for name in CHANGED]).astype(np.float64)
    without, tried = codes.copy(), codes.copy()
    without[:, _FALLBACK] = _NONE
    # Failover that works by itself stays that, whatever a drill shows.
    tried[:, _FALLBACK] = np.where(codes[:, _FALLBACK] == _AUTOMATIC, _AUTOMATIC, _TESTED)
    changes = Changes(
        link=np.tile(at, 3).astype(np.int64),
        endpoint=np.tile(endpoint, 3).astype(np.int64),
        backup=np.concatenate([backup, np.full(count, -1), backup]).astype(np.int64),
        codes=np.concatenate([codes, without, tried]),
        untried=np.zeros(3 * count, dtype=np.bool_),
        tried_today=np.repeat([False, False, True], count),
        endpoints=tuple(ends),
    )
    variants = variants_of(part.book, changes)
    setting = Setting(
        catalog=valuation.catalog,
        assumptions=valuation.assumptions,
        today=valuation.today,
        before_signals=valuation.before_signals,
        count=valuation.worlds.count,
        drawn=not valuation.middle,
    )
    world_tables = world_tables_for(variants.book, setting)
    world_tables.prepare()
    one, _ = variants.taken(np.arange(3 * count))
    y = np.concatenate([value(some, world_tables).y for _, some in chunks(one)], axis=1)
    today, bare, proven = mean_over_worlds(y[:, :, MEAN]).reshape(3, count)
    drawn = y[:, :, 1:DRAWN_FACTS]
    removed = drawn[:, :count] - drawn[:, 2 * count :]
    flat = np.moveaxis(removed, 1, 0).reshape(count, -1)
    return _Valued(
        loss=today,
        rests=bare - today,
        removes=today - proven,
        range=np.quantile(flat, [LOW, 0.5, HIGH], axis=1),
    )
