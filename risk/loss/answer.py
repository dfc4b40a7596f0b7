"""The answer about a portfolio and about each of its startups, over all worlds.

Every range covers facts, rates and judgement together; beside it stands how they share its
variance. Medians are for reading, means for adding up. docs/method.md §4, §5, §7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from risk.assumptions import Assumptions
from risk.hazard.events import Event
from risk.loss.books import BookYear, book_year
from risk.loss.dividing import Lines, lines_of
from risk.loss.exposures import Exposures
from risk.loss.hazards import KINDS
from risk.loss.questions import (
    Questions,
    best_of,
    counted,
    explained_by,
    fresh_at,
    freshness_of,
    questions_of,
)
from risk.loss.runway import Leads, leads_of, money_of
from risk.loss.score import LAST_BAND, LIMITED_BANDS, exposure_score
from risk.loss.startup_years import WORLDS, WORLDS_OF_LARGE, startup_years
from risk.loss.tails import TailShares, tail_shares
from risk.loss.uncertainty import (
    HIGH,
    LOW,
    Range,
    error_of_mean,
    mean_over_worlds,
    range_of,
    split_of,
    variance_by_facts,
)
from risk.loss.valuing import (
    CENTS,
    CHUNK,
    DRAWN_FACTS,
    MEAN,
    Kept,
    Summed,
    WorldTables,
    by_chunks,
    chunks,
    nothing_kept,
    value,
)
from risk.loss.worlds import LARGE

Array = NDArray[np.float64]
Cents = NDArray[np.int64]
Arrays = TypeVar("Arrays")

#: Of so many worlds one has its facts exchanged.
EXCHANGED = 4
#: Pairs of worlds from which it is told what facts would matter if none were known.
BLANK_PAIRS = 16
#: Startups of which parts by dependency and disruption are held at once: they stay in fast memory.
DIVIDED_AT_ONCE = 512
BANDS = (*LIMITED_BANDS, LAST_BAND)
#: Stands for no band: less than LEAST_KNOWN of what facts could do to the answer is stated.
WITHHELD, LEAST_KNOWN = -1, 0.25


@dataclass(frozen=True, kw_only=True)
class StartupAnswers:
    """Answers about startups, (startups,) each; USD a year unless said otherwise.

    ``mean`` is the expected loss, for adding up; ``median`` with ``low`` and ``high`` (10 and 90 %)
    is what it may be. ``by_facts``, ``by_rates`` and ``by_judgement`` share the variance of its
    logarithm. ``score`` (0 to 100) has a range of its own. ``tvar95`` and ``var95`` are those of
    the startup's own year, ``worst_event`` the disruption that costs it most if it happens (-1:
    none) and ``worst`` what that costs then. ``by_kind`` (startups, kinds) and ``by_event``
    (startups, events) divide ``mean`` by disruption; the latter has no width for large portfolios
    (:func:`parts_in` tells it of some startups). ``facts_stated`` is the share of what facts could
    do to the answer that is stated, ``facts_known`` what of it is fresh as well, ``judged_factor``
    by how much judgement alone moves it, up or down. ``question`` is the fact whose answer would
    narrow the range most (a place in :data:`risk.loss.facts.NAMES`, -1: none) and ``narrows`` the
    part of the variance that it explains. ``judged`` is the judgement that explains most (a place
    in :data:`risk.loss.judgement.VARIABLES`, -1: none) and ``judged_share`` how much.
    ``main_link`` and ``main_event`` are the dependency and the disruption that together add most
    to the expected loss, ``main_link`` counted from the startup's first one (-1: nothing does).

    ``band`` is a place in :data:`BANDS`, or WITHHELD where too little is known to say; ``lowered``
    is 1 where it is D because of cash. ``lead`` is the developer that carries most margin (a place
    among the leads, -1: none) and ``switch_days`` how long leaving it takes (NaN: none), with a
    range. ``gross_profit`` is its mean. ``months`` of runway and the ``cash_out`` chance within a
    year are those before its wind-down, ``months_after`` and ``cash_out_after`` those after it,
    each a median with a range; NaN where cash or burn is unknown.
    """

    mean: Array
    median: Array
    low: Array
    high: Array
    by_facts: Array
    by_rates: Array
    by_judgement: Array
    score: Array
    score_low: Array
    score_high: Array
    var95: Array
    tvar95: Array
    worst_event: Array
    worst: Array
    by_kind: Array
    by_event: Array
    facts_stated: Array
    facts_known: Array
    judged_factor: Array
    question: Array
    narrows: Array
    judged: Array
    judged_share: Array
    main_link: Array
    main_event: Array
    band: Array
    lowered: Array
    lead: Array
    switch_days: Array
    switch_days_low: Array
    switch_days_high: Array
    gross_profit: Array
    months: Array
    months_after: Array
    months_after_low: Array
    months_after_high: Array
    cash_out: Array
    cash_out_after: Array
    cash_out_after_low: Array
    cash_out_after_high: Array


@dataclass(frozen=True, kw_only=True)
class CashOut:
    """Startups likelier than not to be out of cash within a year of their lead's wind-down.

    Of those ``known``, whose cash and burn are stated, ``anyway`` would be even without it and
    ``newly`` would not; ``newly`` is the median of their number over the worlds, with its range.
    """

    known: int
    anyway: int
    newly: float
    newly_low: float
    newly_high: float


@dataclass(frozen=True, kw_only=True)
class BookAnswer:
    """The answer about a portfolio as a whole, in USD a year.

    ``mean_error`` is the standard error of ``mean`` relative to it, from drawing so many worlds.
    ``by_event`` (events,) divides ``mean``. ``facts_known`` is the startups' share of facts stated
    and fresh, by what they lose.
    ``judged_factor`` is by how much judgement alone moves it, ``drawn`` (worlds, draws) what it is
    in every world under every draw of rates.
    """

    mean: float
    mean_error: float
    median: float
    low: float
    high: float
    by_facts: float
    by_rates: float
    by_judgement: float
    by_event: Array
    facts_known: float
    judged_factor: float
    drawn: Array
    year: BookYear
    tail: TailShares
    cash_out: CashOut


@dataclass(frozen=True, kw_only=True)
class Sums(Summed):
    """What startups come to together, in whole cents, so that it adds up the same in any order.

    ``total`` (worlds, columns) are their losses and ``exchanged`` (pairs, columns) those with other
    facts, ``by_event`` (events,) their expected losses times the worlds, ``newly`` (worlds,) counts
    those out of cash.
    """

    total: Cents
    exchanged: Cents
    by_event: Cents
    newly: Cents
    kept: Kept


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything that one valuation says; rows of ``startups`` are those of the exposures.

    ``events`` are what places of disruptions stand for. ``questions`` are the facts to ask for;
    of a large portfolio they are not kept (:func:`questions_in` tells them of some startups), and
    its startups' figures are in single precision.
    """

    book: BookAnswer
    startups: StartupAnswers
    questions: Questions | None
    leads: Leads
    events: tuple[Event, ...]
    worlds: int
    sums: Sums

    @property
    def kept(self) -> Kept:
        """What all startups deposit in the worlds."""
        return self.sums.kept


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What every part of a portfolio is answered on, in whichever process that is.

    ``few`` counts the worlds of what is told in few of them: startups' own years, what adds most to
    their losses, their shares of the tail. ``in_full`` says whether what divides each startup's
    loss, and what to ask it, is kept. Both hang on the portfolio's size.
    """

    world_tables: WorldTables
    assumptions: Assumptions
    few: int
    in_full: bool

    @cached_property
    def leads(self) -> Leads:
        """The developers that may lead."""
        return leads_of(self.world_tables.routes, self.world_tables.worlds.hazards)

    @property
    def pairs(self) -> int:
        """Of how many worlds the facts are exchanged."""
        return max(1, self.world_tables.count // EXCHANGED)

    def prepare(self) -> None:
        """Make what threads would otherwise ask for at once."""
        self.world_tables.prepare()
        self.world_tables.blank.prepare(min(BLANK_PAIRS, self.pairs))


def setting_of(world_tables: WorldTables, assumptions: Assumptions, startups: int) -> Setting:
    """The setting of a portfolio of so many startups."""
    return Setting(
        world_tables=world_tables,
        assumptions=assumptions,
        few=WORLDS if startups <= LARGE else WORLDS_OF_LARGE,
        in_full=startups <= LARGE,
    )


@dataclass(frozen=True, kw_only=True)
class PartAnswer:
    """The answers about some startups, in their order, and what they come to together.

    ``size`` counts the startups, use cases and dependencies.
    """

    startups: StartupAnswers
    questions: Questions | None
    sums: Sums
    size: tuple[int, int, int]


def answer_on(
    world_tables: WorldTables, exposures: Exposures, assumptions: Assumptions, *, size: int = CHUNK
) -> Answer:
    """The answer about startups on a ground that is known already."""
    setting = setting_of(world_tables, assumptions, len(exposures))
    setting.prepare()

    def work(pieces: list[tuple[int, Exposures]]) -> PartAnswer:
        return _answered([one for _, one in pieces], setting)

    return merged(by_chunks(work, exposures, size), setting)


def part_answer(exposures: Exposures, setting: Setting) -> PartAnswer:
    """The answers about part of a portfolio, chunk by chunk."""
    setting.prepare()
    return _answered([one for _, one in chunks(exposures)], setting)


def merged(parts: Sequence[PartAnswer], setting: Setting) -> Answer:
    """The answer about a portfolio from those of its parts, one at least, in their order."""
    return answer_from(
        reduce(add, (one.sums for one in parts)),
        _joined([one.startups for one in parts]),
        _moved(
            [one.questions for one in parts if one.questions is not None],
            [one.size for one in parts],
        )
        if setting.in_full
        else None,
        setting,
    )


def answer_from(
    sums: Sums, startups: StartupAnswers, questions: Questions | None, setting: Setting
) -> Answer:
    """The answer about a portfolio from what all its startups come to, and theirs."""
    world_tables = setting.world_tables
    return Answer(
        book=_book(
            world_tables,
            sums.kept,
            sums.total / CENTS,
            sums.exchanged / CENTS,
            by_event=sums.by_event / CENTS / world_tables.count,
            facts_known=_known_of_all(startups),
            cash_out=_cash_out(startups, sums.newly, setting.assumptions),
            most_worlds=setting.few,
        ),
        startups=startups,
        questions=questions,
        leads=setting.leads,
        events=world_tables.worlds.hazards.events,
        worlds=world_tables.count,
        sums=sums,
    )


def _answered(pieces: Sequence[Exposures], setting: Setting) -> PartAnswer:
    sums = nothing_summed(setting)
    found = [_chunk(one, setting, sums) for one in pieces]
    sizes = [(len(one), len(one.case_row), len(one.link_row)) for one in pieces]
    startups, cases, links = (sum(counts) for counts in zip(*sizes, strict=True))
    return PartAnswer(
        startups=_joined([one for one, _ in found]),
        questions=_moved([one for _, one in found], sizes) if setting.in_full else None,
        sums=sums,
        size=(startups, cases, links),
    )


def in_single_precision(startups: StartupAnswers) -> StartupAnswers:
    """Answers in single precision, as they are kept."""
    return StartupAnswers(**{name: one.astype(np.float32) for name, one in vars(startups).items()})


def nothing_summed(setting: Setting) -> Sums:
    """What nobody comes to."""
    world_tables, kept = setting.world_tables, nothing_kept(setting.world_tables)
    columns = kept.outages.shape[1]
    return Sums(
        total=np.zeros((world_tables.count, columns), dtype=np.int64),
        exchanged=np.zeros((setting.pairs, columns), dtype=np.int64),
        by_event=np.zeros(len(world_tables.worlds.hazards.events), dtype=np.int64),
        newly=np.zeros(world_tables.count, dtype=np.int64),
        kept=kept,
    )


def _chunk(one: Exposures, setting: Setting, sums: Sums) -> tuple[StartupAnswers, Questions]:
    """The answers about a chunk, and what to ask; adds up what its startups come to on the way."""
    world_tables, assumptions, leads = setting.world_tables, setting.assumptions, setting.leads
    by_event = np.zeros((len(one), len(world_tables.worlds.hazards.events)))
    valued = value(one, world_tables, kept=sums.kept, parts=by_event)
    of_events = np.rint(by_event * CENTS).astype(np.int64).sum(axis=0)
    np.add(sums.by_event, of_events, out=sums.by_event)
    by_event /= world_tables.count
    np.add(sums.total, np.rint(valued.y * CENTS).astype(np.int64).sum(axis=1), out=sums.total)
    facts_stated, facts_open = counted(one)
    other = valued.y[: len(sums.exchanged)].copy()
    _exchange_facts(one, world_tables, np.flatnonzero(facts_open), other)
    more = np.rint(other * CENTS).astype(np.int64).sum(axis=1)
    np.add(sums.exchanged, more, out=sums.exchanged)
    money = money_of(one, world_tables, leads, assumptions)
    np.add(sums.newly, money.newly.sum(axis=1), out=sums.newly)
    drawn = valued.y[:, :, 1:DRAWN_FACTS]
    by_facts = variance_by_facts(drawn[: len(other)], other[:, :, 1:DRAWN_FACTS])
    split = split_of(drawn, by_facts)
    year = startup_years(one, world_tables, worlds=setting.few)
    mean = mean_over_worlds(valued.y[:, :, MEAN])
    # The first worlds tell how much worse a bad year is than the mean, all worlds the mean.
    scale = mean / np.maximum(year.mean, 1e-300)
    worst_event, worst = _worst(by_event, world_tables)
    losses = range_of(drawn)
    weight = (1 + year.tail_ratio)[None, :, None] / 2
    z = weight * drawn / np.maximum(valued.profit, 1e-9)[:, :, None]
    score = range_of(exposure_score(z, assumptions))
    losses_at_rates = valued.y[:, :, DRAWN_FACTS]
    questions = questions_of(one, world_tables.count, losses_at_rates)
    question, narrows = best_of(questions, len(one))
    judged, judged_share = _most_judged(
        explained_by(world_tables.worlds.judgement.z, losses_at_rates)
    )
    main_link, main_event = main_parts(one, world_tables, setting.few)
    told = np.flatnonzero(facts_stated)
    stated, known = _facts_known(
        one, world_tables, drawn, other[:, :, 1:DRAWN_FACTS], told, assumptions
    )
    # Who depends on no developer cannot run out of cash because of one.
    runs_out = np.where(money.lead >= 0, money.chance_after.median, np.nan)
    band, lowered = bands_of(score.median, stated, runs_out, assumptions)
    answers = StartupAnswers(
        mean=mean,
        **{"median": losses.median, "low": losses.low, "high": losses.high},
        **{"by_facts": split.facts, "by_rates": split.rates, "by_judgement": split.judgement},
        **{"score": score.median, "score_low": score.low, "score_high": score.high},
        **{"var95": scale * year.var95, "tvar95": scale * year.tvar95},
        **{"worst_event": worst_event, "worst": worst},
        by_event=by_event if setting.in_full else by_event[:, :0].copy(),
        by_kind=_by_kind(by_event, world_tables.worlds.hazards.kinds),
        **{"facts_stated": stated, "facts_known": known},
        judged_factor=split.judged_factor,
        **{"question": question, "narrows": narrows, "band": band, "lowered": lowered},
        **{"judged": judged, "judged_share": judged_share},
        **{"main_link": main_link, "main_event": main_event},
        **{"lead": money.lead.astype(np.float64), "switch_days": money.days.median},
        **{"switch_days_low": money.days.low, "switch_days_high": money.days.high},
        **{"gross_profit": mean_over_worlds(valued.profit), "months": money.months},
        months_after=money.months_after.median,
        **{
            "months_after_low": money.months_after.low,
            "months_after_high": money.months_after.high,
        },
        **{"cash_out": money.chance, "cash_out_after": money.chance_after.median},
        cash_out_after_low=money.chance_after.low,
        cash_out_after_high=money.chance_after.high,
    )
    return answers if setting.in_full else in_single_precision(answers), questions


def _most_judged(shares: Array) -> tuple[Array, Array]:
    """The judgement that explains most of each startup's variance, from (variables, startups)."""
    place = shares.argmax(axis=0)
    most = shares[place, np.arange(shares.shape[1])]
    return np.where(most > 0, place, -1).astype(np.float64), most


def main_parts(one: Exposures, world_tables: WorldTables, worlds: int) -> tuple[Array, Array]:
    """The dependency and the disruption that add most to each startup's loss, (startups,) each.

    Dependencies are counted from the startup's first; -1: nothing costs anything. The first worlds
    tell it.
    """
    some = [_main_parts(few, world_tables, worlds) for _, few in chunks(one, DIVIDED_AT_ONCE)]
    link, event = (np.concatenate(parts) for parts in zip(*some, strict=True))
    return link, event


def _main_parts(one: Exposures, world_tables: WorldTables, worlds: int) -> tuple[Array, Array]:
    rows, first = lines_of(one), range(min(worlds, world_tables.count))
    parts = np.zeros((len(rows.link), len(world_tables.worlds.hazards.events)))
    value(one, world_tables, worlds=first, parts=parts, columns=1, lines=rows)
    link, event = np.full(len(one), -1.0), np.full(len(one), -1.0)
    if not parts.size:
        return link, event
    most = parts.max(axis=1)
    order = np.lexsort((-np.arange(len(most)), most, rows.owner))
    last = order[np.append(np.diff(rows.owner[order]) > 0, True)]
    last = last[most[last] > 0]
    owner = rows.owner[last]
    link[owner] = rows.link[last] - one.link_start[one.case_start[owner]]
    event[owner] = parts[last].argmax(axis=1)
    return link, event


def _known_of_all(startups: StartupAnswers) -> float:
    """The startups' share of facts that are stated and fresh, weighted by what they lose."""
    counted = np.nan_to_num(startups.facts_known)
    whole = float(startups.mean.sum(dtype=np.float64))
    if whole <= 0:
        return float(counted.mean()) if len(counted) else 1.0
    return float((startups.mean * counted).sum(dtype=np.float64)) / whole


def _moved(asked: Sequence[Questions], sizes: Sequence[tuple[int, int, int]]) -> Questions:
    """Questions of some stretches of a portfolio, one after the other."""
    before = np.cumsum([(0, 0, 0), *sizes], axis=0)[:-1].tolist()
    return _joined([one.moved(*counts) for one, counts in zip(asked, before, strict=True)])


def parts_in(one: Exposures, world_tables: WorldTables, lines: Lines | None = None) -> Array:
    """Expected losses by disruption, (rows, events), of startups or of lines, in all worlds."""
    rows = len(one) if lines is None else len(lines.link)
    found = np.zeros((rows, len(world_tables.worlds.hazards.events)))
    value(one, world_tables, parts=found, lines=lines)
    return found / world_tables.count


def _by_kind(by_event: Array, kinds: NDArray[np.int32]) -> Array:
    """Parts by disruption added up by kind, (startups, kinds)."""
    found = np.zeros((len(by_event), len(KINDS)))
    for event, kind in enumerate(kinds.tolist()):
        found[:, kind] += by_event[:, event]
    return found


def _worst(by_event: Array, world_tables: WorldTables) -> tuple[Array, Array]:
    """The disruption that costs each startup most if it happens, and how much, (startups,) each.

    The mean column has the same rates in every world, so that a part divided by its rate is what it
    costs on average over worlds and ways of being hit.
    """
    if not by_event.size:
        return np.full(len(by_event), -1.0), np.zeros(len(by_event))
    if_it_happens = by_event / np.maximum(world_tables.worlds.rates[0, 0], 1e-300)
    place = if_it_happens.argmax(axis=1)
    worst = if_it_happens[np.arange(len(by_event)), place]
    return np.where(worst > 0, place, -1).astype(np.float64), worst


def bands_of(
    score: Array, known: Array, cash_out: Array, assumptions: Assumptions
) -> tuple[Array, Array]:
    """Bands of startups by their scores, and 1 for those that cash lowered to D, (startups,) each.

    Below LEAST_KNOWN of what facts could do none is given: a letter would say more than anybody
    knows. ``cash_out`` is the chance after the lead developer's wind-down (NaN: unknown).
    """
    limits = [getattr(assumptions, f"band_{one.lower()}_below") for one in LIMITED_BANDS]
    band = np.searchsorted(limits, score, side="right")
    worst = BANDS.index("D")
    lowered = (cash_out > assumptions.cash_out_limit) & (band < worst)
    band = np.where(lowered, worst, band)
    withheld = known < LEAST_KNOWN
    told = np.where(withheld, WITHHELD, band)
    return told.astype(np.float64), (lowered & ~withheld).astype(np.float64)


def _cash_out(startups: StartupAnswers, newly: Cents, assumptions: Assumptions) -> CashOut:
    """The portfolio's count of startups out of cash, from ``newly`` (worlds,) of them."""
    low, median, high = np.quantile(newly, [LOW, 0.5, HIGH])
    return CashOut(
        known=int((~np.isnan(startups.cash_out)).sum()),
        anyway=int((startups.cash_out > assumptions.cash_out_limit).sum()),
        newly=float(median),
        newly_low=float(low),
        newly_high=float(high),
    )


def _exchange_facts(
    one: Exposures, world_tables: WorldTables, places: NDArray[np.int64], found: Array
) -> None:
    """The first worlds with the facts of worlds half of them further on, (pairs, startups, …).

    Neighbouring worlds lie in opposite halves of every fact's law, which would overstate what
    facts do; worlds half of all apart are as good as independent. Only startups at ``places`` have
    facts to exchange.
    """
    apart = max(1, world_tables.count // 2)
    if len(places):
        found[:, places] = value(
            one.taken(places),
            world_tables,
            worlds=range(len(found)),
            facts=lambda k: (k + apart) % world_tables.count,
        ).y


def _facts_known(
    one: Exposures,
    world_tables: WorldTables,
    drawn: Array,
    other: Array,
    places: NDArray[np.int64],
    assumptions: Assumptions,
) -> tuple[Array, Array]:
    """The share of what facts could do to the answer, were none known, that is stated; and fresh.

    Both are taken in the same pairs of worlds, so that a bare name knows exactly nothing; only
    startups at ``places`` state anything. Whoever depends on no language model as far as anybody
    knows states that, or leaves it open; of others the share of lines counts that say whom they
    depend on.
    """
    pairs = min(BLANK_PAIRS, len(other))
    by_facts = variance_by_facts(drawn[:pairs], other[:pairs])
    whole, fresh = by_facts.copy(), np.ones(len(one))
    if len(places):
        some = one.taken(places)
        whole[places], fresh[places] = _if_blank(some, world_tables, pairs, assumptions)
    known = 1 - by_facts / np.maximum(whole, 1e-12)
    stated = np.where(whole > 1e-9, np.clip(known, 0.0, 1.0), 1.0)
    without = np.diff(one.case_start) == 0
    # What lines that are open or could not be read may add is no less unknown than a fact.
    stated = np.where(without, one.answered == 1, stated * one.answered)
    age = one.answered_age.astype(np.float64)
    fresh = np.where(without, fresh_at(age, False, assumptions), fresh)
    return stated, stated * fresh


def _if_blank(
    one: Exposures, world_tables: WorldTables, pairs: int, assumptions: Assumptions
) -> tuple[Array, Array]:
    """What facts could do to the answer, were none known, and how fresh those stated are."""
    blank, apart = one.blank(), max(1, world_tables.count // 2)
    here = value(blank, world_tables.blank, worlds=range(pairs)).y
    there = value(
        blank,
        world_tables.blank,
        worlds=range(pairs),
        facts=lambda k: (k + apart) % world_tables.count,
    ).y
    whole = variance_by_facts(here[:, :, 1:DRAWN_FACTS], there[:, :, 1:DRAWN_FACTS])
    losses = np.concatenate([here[:, :, DRAWN_FACTS], there[:, :, DRAWN_FACTS]])
    return whole, freshness_of(one, losses, (0, apart % world_tables.count), assumptions)


def _joined(parts: Sequence[Arrays]) -> Arrays:
    """The arrays of several, one after the other."""
    return type(parts[0])(
        **{name: np.concatenate([getattr(one, name) for one in parts]) for name in vars(parts[0])}
    )


def _book(
    world_tables: WorldTables,
    kept: Kept,
    total: Array,
    exchanged: Array,
    *,
    by_event: Array,
    facts_known: float,
    cash_out: CashOut,
    most_worlds: int,
) -> BookAnswer:
    """The portfolio's answer from its sums in every world, (worlds, columns) USD."""
    drawn = total[:, None, 1:DRAWN_FACTS]
    by_facts = variance_by_facts(drawn[: len(exchanged)], exchanged[:, None, 1:DRAWN_FACTS])
    split = split_of(drawn, by_facts)
    losses: Range = range_of(drawn)
    year = book_year(world_tables, kept)
    return BookAnswer(
        mean=float(total[:, MEAN].mean()),
        mean_error=float(error_of_mean(total[:, MEAN])),
        median=float(losses.median[0]),
        low=float(losses.low[0]),
        high=float(losses.high[0]),
        by_facts=float(split.facts[0]),
        by_rates=float(split.rates[0]),
        by_judgement=float(split.judgement[0]),
        by_event=by_event,
        facts_known=facts_known,
        judged_factor=float(split.judged_factor[0]),
        drawn=total[:, 1:DRAWN_FACTS],
        year=year,
        tail=tail_shares(world_tables, kept, year, most_worlds=most_worlds),
        cash_out=cash_out,
    )
