"""Costs of options: weeks, days, once, and every year, in every world. docs/method.md §3, §6.

What an option costs is what it takes: porting prompts, tools, embeddings and fine-tunings to the
second model, by how deeply the dependency is built in; an evaluation set; both providers side by
side; what is still owed to the first. Costs are taken in the same worlds as losses, with the same
judged numbers and the same draws of what nobody stated, so that neither side is kept safer than the
other and both speak of the same startup.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.drawn_likeness import drawn_evidence
from risk.alternatives.results import SECOND_PROVIDER, Candidate, CostPart, OptionClass
from risk.assumptions import DEFAULTS, Assumptions, assumption_rows
from risk.catalog.likeness import PARTS, Relation, distance_factor, level_of, moved
from risk.catalog.records import Model
from risk.inventory.records import Depth, Fallback
from risk.loss import draws, formulas, startups
from risk.loss.columns import DEPTHS
from risk.loss.compiling import compiled
from risk.loss.exposures import Exposures
from risk.loss.facts import DEPTH_OF, ENGINEERS, PLAN_OF, SPEND, fact_at
from risk.loss.formulas import DAYS_PER_MONTH, EFFORT, LEGAL, STRANDED_MONTHS
from risk.loss.judgement import drawn_number
from risk.loss.startups import (
    AI_REVENUE,
    DAILY,
    FINE_TUNED,
    FIRM,
    TEAM,
    World,
    chosen,
    critical_of,
    firm_of,
    place_in_prior,
    plan_left,
    share_of,
)
from risk.loss.valuing import WorldTables

Array = NDArray[np.float64]

CLASSES = tuple(OptionClass)
RELATIONS = tuple(Relation)
HOURS_PER_YEAR = 8760.0
WEEKS_PER_YEAR = 52.0
EMBEDDINGS = DEPTHS.index(Depth.EMBEDDINGS)
#: Facts of a changed dependency by place, all as it is today: engineer weeks to move it to a wholly
#: alike model, the share of them that its exit plan leaves, days of agreements, 1 if it is
#: fine-tuned, USD a month that it spends, USD of margin a day that stop with it, people as good as
#: the startup's (who are fewer the more there are), its engineers, 1 if it is a store of
#: embeddings, days of notice it must give, and days until its contract ends (NaN: not known).
WEEKS, PLAN, LEGAL_DAYS, TUNED, SPENDS, MARGIN, PEOPLE, STAFF, EMBEDS, NOTICE, CONTRACT = range(11)
FACTS = 11


COST_PARTS = tuple(CostPart)
#: The judged numbers that each part rests on, beside how deep, how alike and how dear things are.
RESTS_ON: dict[CostPart, tuple[str, ...]] = {
    CostPart.PORTING: ("engineer_week_usd",),
    CostPart.BUILDING: ("gateway_weeks", "engineer_week_usd"),
    CostPart.EVALUATION: ("evaluation_set_weeks", "evaluation_usd"),
    CostPart.TUNING: ("fine_tune_usd",),
    CostPart.EMBEDDING: ("embedding_months",),
    CostPart.BOTH: ("both_running_days",),
    CostPart.EGRESS: ("moved_data_gb", "egress_usd_per_gb"),
    CostPart.COMMITTED: ("unknown_notice_days", "committed_share"),
    CostPart.WORSE: ("quality_loss", "quality_days"),
    CostPart.NEGOTIATION: ("contract_usd",),
}
#: Judged numbers that no loss reads, and each world has for options alone.
OF_OPTIONS = (
    *("substitutability_same_model", "substitutability_open_weights", "reserved_spend_share"),
    *("contract_usd", "contract_spend_share", "gateway_weeks", "gateway_spend_share"),
    *("gpu_usd_per_hour", "gpu_count", "api_usd_per_month_per_gpu", "self_host_engineer_share"),
    *("evaluation_set_weeks", "upkeep_share", "both_running_days", "embedding_months"),
    *("moved_data_gb", "egress_usd_per_gb", "committed_share"),
)
#: A second provider that was called before needs no porting; one that was tried has a set to try.
PORTED = (Fallback.UNTESTED, Fallback.TESTED, Fallback.AUTOMATIC)
TRIED = (Fallback.TESTED, Fallback.AUTOMATIC)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What options ask for, (options,) each.

    ``kind`` is a place in :data:`CLASSES`, ``ratio`` the price over today's (NaN: not known),
    ``agreements`` how many a contract needs. ``ported`` is True where the second provider is
    today's backup and is called already, ``tried`` where the use case has an evaluation set,
    ``elsewhere`` where data goes to another host, ``same_model`` where none is replaced.
    ``alike`` is how alike the replacement is (0..1) where
    somebody decided, something was evaluated or nothing is replaced; else it is worked out in each
    world, of a ``relation`` (a place in :data:`RELATIONS`, -1: decided) with the ``parts`` of its
    distance and the ``usual`` ones of its kind, (options, parts) each. ``evidence`` is what is
    drawn of it (:data:`risk.alternatives.drawn_likeness.Evidence`); ``measured`` is True where a
    startup's own evaluation says it.
    """

    kind: NDArray[np.int64]
    alike: Array
    ratio: Array
    agreements: Array
    ported: NDArray[np.bool_]
    tried: NDArray[np.bool_]
    elsewhere: NDArray[np.bool_]
    same_model: NDArray[np.bool_]
    relation: NDArray[np.int64]
    parts: Array
    usual: Array
    evidence: NDArray[np.object_]
    measured: NDArray[np.bool_]

    @classmethod
    def of(cls, listed: Sequence[tuple[Candidate, Candidate, float | None]]) -> "Terms":
        """The terms of candidates, each with staying and its price over today's."""
        contract = OptionClass.CONTRACT
        known = [None if one.evaluation else one.likeness for _, one, _ in listed]
        evidence = np.empty(len(listed), dtype=object)
        evidence[:] = [
            one.evaluation or (one.likeness and one.likeness.distance.counted)
            for _, one, _ in listed
        ]
        nothing = (0.0,) * len(PARTS)
        parts = [nothing if one is None else one.distance.parts for one in known]
        usual = [nothing if one is None else one.usual for one in known]

        def flags(of: Any) -> NDArray[np.bool_]:
            return np.array([of(stay, one) for stay, one, _ in listed], dtype=np.bool_)

        return cls(
            kind=np.array(
                [CLASSES.index(one.option_class) for _, one, _ in listed], dtype=np.int64
            ),
            alike=np.array([one.substitutability for _, one, _ in listed]),
            ratio=np.array([np.nan if ratio is None else ratio for *_, ratio in listed]),
            agreements=np.array(
                [
                    (2.0 if one.changed.escrow else 1.0) if one.option_class is contract else 0.0
                    for _, one, _ in listed
                ]
            ),
            ported=flags(_is_ported),
            tried=flags(
                lambda stay, one: stay.changed.fallback in TRIED or one.evaluation is not None
            ),
            elsewhere=flags(_goes_elsewhere),
            same_model=flags(_is_same_model),
            relation=np.array(
                [-1 if one is None else RELATIONS.index(one.relation) for one in known],
                dtype=np.int64,
            ),
            parts=np.array(parts).reshape(-1, len(PARTS)),
            usual=np.array(usual).reshape(-1, len(PARTS)),
            evidence=evidence,
            measured=flags(lambda _, one: one.evaluation is not None),
        )

    def are(self, *kinds: OptionClass) -> NDArray[np.bool_]:
        """Which options are of some kinds."""
        return np.isin(self.kind, [CLASSES.index(one) for one in kinds])

    def taken(self, rows: NDArray[np.int64]) -> "Terms":
        """The terms of some options."""
        return Terms(**{one.name: getattr(self, one.name)[rows] for one in fields(Terms)})

    def in_worlds(self, count: int, *, drawn: bool) -> Iterator["Terms"]:
        """The terms in each world, with preferences and evaluations as they are drawn there."""
        if not drawn:
            yield from [self] * count
            return
        lost, measured = drawn_evidence(self.evidence.tolist(), count)
        for k in range(count):
            parts = self.parts.copy()
            parts[:, 0] = np.where(np.isnan(lost[k]), parts[:, 0], lost[k])
            alike = np.where(np.isnan(measured[k]), self.alike, measured[k])
            yield replace(self, parts=parts, alike=alike)

    def alike_in(self, numbers: Assumptions) -> Array:
        """How alike each replacement is by the numbers of one world, as in scores, (options,)."""
        levels = np.array([level_of(one, numbers) for one in RELATIONS])[self.relation]
        found = moved(levels, distance_factor(self.parts, self.usual, numbers))
        return np.where(self.relation < 0, self.alike, found)


def _second(one: Candidate) -> tuple[str | None, str | None]:
    """Who does the work when today's provider does not, by developer and host."""
    changed = one.changed
    if one.option_class is OptionClass.GATEWAY:
        return changed.fallback_developer, changed.fallback_host
    return changed.developer, changed.host


def _is_ported(stay: Candidate, one: Candidate) -> bool:
    today = stay.changed
    backup = today.fallback_developer, today.fallback_host
    return today.fallback in PORTED and backup[0] is not None and _second(one) == backup


def _goes_elsewhere(stay: Candidate, one: Candidate) -> bool:
    return _second(one)[1] != stay.changed.host


def _is_same_model(stay: Candidate, one: Candidate) -> bool:
    if one.option_class is OptionClass.OTHER_HOST:
        return True
    return one.model is not None and one.model.name == stay.changed.model


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What options cost if each is taken alone: weeks, days, USD once and a year to run.

    ``porting`` and ``building`` (worlds, options) are the engineer weeks that several use cases of
    a startup may share, ``own`` those of the use case alone; ``days`` until it works. ``parts``
    (COST_PARTS, worlds, options) are USD once; ``run`` USD a year, NaN where no price is known.
    """

    porting: Array
    building: Array
    own: Array
    days: Array
    parts: Array
    run: Array

    @property
    def shared_parts(self) -> tuple[Array, Array]:
        """USD once of porting, and of what is built or signed once, (worlds, options) each."""
        porting, building, signing = (
            self.parts[COST_PARTS.index(one)]
            for one in (CostPart.PORTING, CostPart.BUILDING, CostPart.NEGOTIATION)
        )
        return porting, building + signing

    def shared(self, porting: Array, building: Array) -> "SharedCosts":
        """The same where so many use cases, (options,) each, share porting and building."""
        parts = self.parts.copy()
        for part, among in (
            *((CostPart.PORTING, porting), (CostPart.BUILDING, building)),
            (CostPart.NEGOTIATION, building),
        ):
            parts[COST_PARTS.index(part)] /= among
        return SharedCosts(
            weeks=self.porting / porting + self.building / building + self.own,
            days=self.days,
            parts=parts,
            once=parts.sum(axis=0),
            run=self.run,
        )


@dataclass(frozen=True, kw_only=True)
class SharedCosts:
    """What options cost once shared, (worlds, options) each: see :class:`Costs`."""

    weeks: Array
    days: Array
    parts: Array
    once: Array
    run: Array


def option_costs(
    terms: Terms, facts: Array, worlds: Sequence[tuple[Assumptions, float]], *, drawn: bool
) -> Costs:
    """Costs of options at today's volume of tokens.

    ``facts`` (worlds, options, facts) are those of :func:`workloads`, ``worlds`` the judged
    numbers and the pace of switching of each. How alike models are is ``drawn`` from what voters
    and evaluations leave open, or at its middle.
    """
    each = zip(terms.in_worlds(len(worlds), drawn=drawn), worlds, strict=True)
    found = [
        _in_world(here, facts[k], numbers, pace) for k, (here, (numbers, pace)) in enumerate(each)
    ]
    return Costs(
        **{
            one.name: np.stack(
                [getattr(each, one.name) for each in found], axis=1 if one.name == "parts" else 0
            )
            for one in fields(Costs)
        }
    )


def _in_world(terms: Terms, facts: Array, numbers: Assumptions, pace: float) -> Costs:
    """The costs in one world, (options,) each."""
    stay, by_day = facts[:, SPENDS] * 12, facts[:, SPENDS] / DAYS_PER_MONTH
    tuned, embeds = facts[:, TUNED] > 0, facts[:, EMBEDS] > 0
    own, host = terms.are(OptionClass.SELF_HOST), terms.are(OptionClass.OTHER_HOST)
    agreed = terms.are(OptionClass.STAY, OptionClass.CONTRACT)
    gateway = terms.are(OptionClass.GATEWAY)
    moved = ~agreed & ~terms.are(OptionClass.GATEWAY, OptionClass.RESERVED)
    # What a second model needs before it can do the work, unless it is called already.
    ported = moved | (gateway & ~terms.ported)
    there = np.where(np.isnan(terms.ratio), 1.0, terms.ratio)
    alike = _alike(terms, tuned, numbers)
    # The same model at another host takes its prompts along: what changes is how it is called.
    effort = np.where(host, np.minimum(facts[:, WEEKS], numbers.effort_raw_api), facts[:, WEEKS])
    whole = effort * (2 - alike) * facts[:, PLAN]
    porting = np.where(ported, whole, 0.0)
    building = np.where(own | gateway, numbers.gateway_weeks, 0.0)
    set_up = np.where(ported & ~host & ~terms.tried, numbers.evaluation_set_weeks, 0.0)
    legal = np.where(terms.are(OptionClass.RESERVED), numbers.legal_days, facts[:, LEGAL_DAYS])
    weeks = porting + building + set_up
    days = pace * (np.maximum(7 * weeks / facts[:, PEOPLE], legal) + numbers.evaluation_days)
    days = np.where(agreed, np.where(terms.are(OptionClass.STAY), 0.0, numbers.legal_days), days)
    anew, left = ported & ~terms.same_model, moved & terms.elsewhere
    store = (tuned | embeds) & ported & terms.elsewhere
    usd = {
        CostPart.PORTING: porting * numbers.engineer_week_usd,
        CostPart.BUILDING: building * numbers.engineer_week_usd,
        CostPart.EVALUATION: set_up * numbers.engineer_week_usd
        + np.where(agreed, 0.0, numbers.evaluation_usd),
        CostPart.TUNING: np.where(tuned & ported, numbers.fine_tune_usd, 0.0),
        CostPart.EMBEDDING: np.where(
            embeds & anew, numbers.embedding_months * facts[:, SPENDS] * there, 0.0
        ),
        CostPart.BOTH: np.where(moved & ~own, numbers.both_running_days * by_day * there, 0.0),
        CostPart.EGRESS: np.where(store, numbers.moved_data_gb * numbers.egress_usd_per_gb, 0.0),
        CostPart.COMMITTED: np.where(left, by_day * _owed_days(facts, days, numbers), 0.0),
        CostPart.WORSE: np.where(
            moved, facts[:, MARGIN] * (1 - alike) * numbers.quality_loss * numbers.quality_days, 0.0
        ),
        CostPart.NEGOTIATION: terms.agreements * numbers.contract_usd,
    }
    run = _running(terms, stay, there, numbers)
    # A second model is kept as current as the first; a second store takes in what the first does.
    kept = whole * numbers.engineer_week_usd * numbers.upkeep_share + np.where(
        embeds, stay * there, 0.0
    )
    run = run + np.where(gateway, kept, 0.0)
    return Costs(
        porting=porting,
        building=building,
        own=set_up,
        days=days,
        parts=np.stack([usd[one] for one in COST_PARTS]),
        run=run,
    )


def _alike(terms: Terms, tuned: NDArray[np.bool_], numbers: Assumptions) -> Array:
    """How alike the models are; another model never replaces a fine-tuned one easily."""
    alike, fine_tuned = terms.alike_in(numbers), numbers.substitutability_fine_tuned
    hard = np.where(terms.relation < 0, np.minimum(alike, fine_tuned), fine_tuned)
    by_hand = tuned & ~terms.are(OptionClass.OTHER_HOST) & ~terms.measured
    return np.where(by_hand, hard, alike)


def _owed_days(facts: Array, days: Array, numbers: Assumptions) -> Array:
    """Days of today's spend that are owed after the work has left.

    Notice is given when the work begins; of what a contract with a known end commits beyond that,
    the committed share.
    """
    notice = np.maximum(0.0, facts[:, NOTICE] - days)
    left = np.nan_to_num(facts[:, CONTRACT] - np.maximum(days, facts[:, NOTICE]))
    return np.asarray(notice + numbers.committed_share * np.maximum(0.0, left))


def _running(terms: Terms, stay: Array, there: Array, numbers: Assumptions) -> Array:
    """USD a year to run, but for what a second model takes beside its share of the traffic."""
    run = stay * terms.ratio
    run = np.where(terms.are(OptionClass.STAY), stay, run)
    more = stay * (1 + numbers.contract_spend_share)
    run = np.where(terms.are(OptionClass.CONTRACT), more, run)
    held = stay * (1 + numbers.reserved_spend_share * there)
    run = np.where(terms.are(OptionClass.RESERVED), held, run)
    warm = stay * (1 + numbers.gateway_spend_share)
    run = np.where(terms.are(OptionClass.GATEWAY), warm, run)
    own = _self_hosting(stay, numbers)
    return np.asarray(np.where(terms.are(OptionClass.SELF_HOST), own, run))


def numbers_of_options(
    world_tables: WorldTables, assumptions: Assumptions, *, drawn: bool
) -> list[tuple[Assumptions, float]]:
    """The judged numbers and the pace of switching of every world, those of options alone too."""
    judged = world_tables.worlds.judgement
    pairs = list(zip(judged.numbers, judged.pace.tolist(), strict=True))
    if not drawn:
        return pairs
    own = {name: drawn_number(assumptions, name, judged.worlds).tolist() for name in OF_OPTIONS}
    return [
        (replace(numbers, **{name: values[k] for name, values in own.items()}), pace)
        for k, (numbers, pace) in enumerate(pairs)
    ]


@cache
def source_of(part: CostPart) -> str:
    """Where the numbers behind a part come from: judgement, or a source of its own."""
    rows = {one.name: one for one in assumption_rows(DEFAULTS)}
    found = dict.fromkeys(rows[name].source for name in RESTS_ON[part])
    return "; ".join(found)


def _self_hosting(api_usd_per_year: Array, numbers: Assumptions) -> Array:
    """Rented GPUs for today's volume, and the share of an engineer who keeps them running."""
    gpus = np.maximum(numbers.gpu_count, api_usd_per_year / 12 / numbers.api_usd_per_month_per_gpu)
    people = numbers.self_host_engineer_share * numbers.engineer_week_usd * WEEKS_PER_YEAR
    return np.asarray(numbers.gpu_usd_per_hour * gpus * HOURS_PER_YEAR + people)


def price_ratio(
    candidate: Candidate, incumbent: Model | None, host: str | None, mix: float
) -> float | None:
    """New price ÷ today's at its ``host``, at a mix of so many input tokens for each output token.

    Moving the same model counts its price there as today's where the catalogue lists none.
    """
    same_model = candidate.option_class is OptionClass.OTHER_HOST
    if same_model and incumbent is None:
        return 1.0
    second = candidate.option_class in SECOND_PROVIDER
    there = candidate.changed.fallback_host if second else candidate.changed.host
    new = _blended(candidate.model, there, mix)
    old = _blended(incumbent, host, mix)
    if same_model:
        return new / old if new and old else 1.0
    return new / old if new and old else None


def _blended(model: Model | None, host: str | None, mix: float) -> float | None:
    """USD per million tokens at this host, else at its developer's, else where it is cheapest."""
    if model is None:
        return None
    prices = {
        offer.host: (mix * offer.input_usd_per_million_tokens + offer.output_usd_per_million_tokens)
        / (mix + 1)
        for offer in model.offers
        if offer.input_usd_per_million_tokens is not None
        and offer.output_usd_per_million_tokens is not None
    }
    if not prices:
        return None
    usual = prices.get(model.developer, min(prices.values()))
    return prices.get(host or "", usual) or None


def read_workloads(chunk: Any, at: Any, before: Any, world: World, firm: Any, found: Any) -> None:
    """The facts of the changed dependency ``at`` (startups,) of each startup, (startups, FACTS).

    ``before`` (startups,) is how deeply it is built in today: behind a gateway it is less so, but
    only once that is built.
    """
    numbers = world.numbers
    for i in range(len(chunk.row)):
        firm_of(chunk, i, world, firm)
        case, link = chunk.case_start[i], at[i]
        critical, _ = critical_of(chunk, case, world)
        part = chunk.weight[case] * chunk.share[link]
        depth = chosen(before[i], chunk.drawn[DEPTH_OF][link], 1, world)
        plan = chosen(chunk.plan[link], chunk.drawn[PLAN_OF][link], 2, world)
        found[i, WEEKS] = numbers[EFFORT + depth]
        found[i, PLAN] = plan_left(plan, chunk, link, numbers)
        found[i, LEGAL_DAYS] = numbers[LEGAL + chunk.legal[link]]
        found[i, TUNED] = 1.0 if depth == FINE_TUNED else 0.0
        found[i, EMBEDS] = 1.0 if depth == EMBEDDINGS else 0.0
        spend = chunk.spend[link]
        if np.isnan(spend):
            share = share_of(spend, chunk.drawn[SPEND][link], SPEND, world)
            spend = share * firm[AI_REVENUE] * part / 12.0
        found[i, SPENDS] = spend
        found[i, MARGIN] = firm[DAILY] * critical * part
        found[i, PEOPLE] = firm[TEAM]
        staff = chunk.engineers[i]
        if np.isnan(staff):
            z = place_in_prior(chunk.drawn[ENGINEERS][i], ENGINEERS, world)
            staff = np.exp(fact_at(z, ENGINEERS, world.points))
        found[i, STAFF] = staff
        notice = chunk.notice[link]
        if np.isnan(notice):
            notice = numbers[STRANDED_MONTHS] * DAYS_PER_MONTH
        found[i, NOTICE], found[i, CONTRACT] = notice, chunk.contract_left[link]


@cache
def _fast() -> Any:
    return compiled(read_workloads, *draws.STEPS, *formulas.STEPS, *startups.STEPS)


def workloads(
    one: Exposures, at: NDArray[np.int64], before: NDArray[np.int32], world_tables: WorldTables
) -> Array:
    """The facts of each startup's dependency ``at``, (worlds, startups, FACTS).

    ``before`` are codes of how deeply it is built in today.
    """
    found = np.zeros((world_tables.count, len(one), FACTS))
    loop, firm = _fast(), np.zeros(FIRM)
    for k in range(world_tables.count):
        loop(one.chunk(k), at, before, world_tables.worlds.at(k), firm, found[k])
    return found
