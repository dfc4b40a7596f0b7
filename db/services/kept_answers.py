"""The last answer about each portfolio, kept in the store so that a page reads it at any size."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from db.chunks.answers import (
    STATE,
    answer_from_columns,
    columns_of_answer,
    document_of,
    state_columns,
)
from db.chunks.workers import Workers
from db.engine import Store, view_of
from db.errors import Refused
from db.metrics import SCORING
from db.records import KeptAnswerRecord, PortfolioRecord
from db.register.documents import Row
from db.services.access import Action, Actor, authorize
from db.services.assumptions import assumptions_of
from db.services.audit import record
from db.services.in_memory import AtHand
from db.services.run_history import basis_in, write_run
from db.services.scoring_in_chunks import valued_in_chunks
from db.services.valuations import COLUMNS, KEPT, rests_on, valuation
from db.services.visible import visible_portfolio
from risk.loss.answer import BANDS
from risk.loss.valuation import Valuation
from risk.portfolio.assessment import assess
from risk.portfolio.margin_ranges import MarginRanges
from risk.portfolio.margin_ranges import margin_ranges as ranges_of
from risk.portfolio.results import NO_BAND, Ending, Lever, PortfolioAssessment
from risk.portfolio.sensitivity import narrowing
from risk.portfolio.startups import Assessed, StartupTable
from risk.scenarios.ending import worst_ending as ending_of

#: What comes later than an answer and is kept among its columns: what would narrow its range,
#: whose end would cost most, and the ranges of shares of margin.
LEVERS, ENDING, RANGES = "levers", "ending", "margin_ranges"
_LEVERS: TypeAdapter[tuple[Lever, ...]] = TypeAdapter(tuple[Lever, ...])
_ENDING: TypeAdapter[Ending | None] = TypeAdapter(Ending | None)
_RANGES: TypeAdapter[MarginRanges] = TypeAdapter(MarginRanges)
#: Startups whose answers are kept at hand for each open store.
MOST_STARTUPS = 1_500_000
_at_hand = AtHand[PortfolioAssessment](MOST_STARTUPS, lambda one: len(one.startups))
_rows = AtHand[Mapping[str, int]](MOST_STARTUPS, len)


@dataclass(frozen=True, kw_only=True)
class KeptAnswer:
    """The last answer about a portfolio that was kept.

    ``current``: it is what would be answered now. ``unchanged``: the portfolio is still as it was
    answered, whatever became of the day, the reference facts and the signals.
    """

    number: int
    revision: int
    current: bool
    unchanged: bool
    as_of: date
    finished_at: datetime
    whole: PortfolioAssessment

    @property
    def startups(self) -> int:
        """How many startups it tells of."""
        return len(self.whole.startups)

    @property
    def table(self) -> StartupTable:
        """The answers about its startups in columns."""
        assert isinstance(self.whole.startups, Assessed)  # noqa: S101 - read as such
        return self.whole.startups.table


def keep_answer(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    workers: Workers | None = None,
    progress: Callable[[float], None] | None = None,
) -> KeptAnswer:
    """Answer a portfolio and keep that in place of its last answer, which readers see until then.

    Without ``workers`` it is worked out here. ``progress`` hears 0..1.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        PortfolioChanged: somebody wrote to it while workers read it; the last answer stays.
        ClusterFailed: the workers are out of reach, or died.
        Refused: the store is read through a view.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STORE_SCORES, f"portfolio {portfolio}")
    if not store.view.is_whole:
        raise Refused(
            "The answer about some companies, or about a past day, is not kept: keep that of the "
            "portfolio as it is."
        )
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        stand = _Standing.of(session, store, actor, found)
        basis = basis_in(session, store, actor, found, today=today)
    with SCORING.time():
        if workers is None:
            laid_out = valuation(store, actor, portfolio, today=today)
        else:
            laid_out = valued_in_chunks(
                store, actor, portfolio, workers=workers, today=today, progress=progress
            )
        whole = assess(laid_out)
    kept = {
        "portfolio_id": stand.portfolio_id,
        "revision": stand.revision,
        "as_of": today,
        "rests_on": stand.rests_on,
        "startups": len(whole.startups),
        "answer": document_of(whole),
    }
    columns = {**columns_of_answer(whole), **state_columns(laid_out)}

    def write(session: Session) -> tuple[int, datetime]:
        if basis is not None:
            write_run(basis, whole, store=store, session=session)
        return _write(session, store, actor, kept, columns, whole)

    number, at = store.transact(write)
    if progress is not None:
        progress(1.0)
    return KeptAnswer(
        number=number,
        revision=stand.revision,
        current=True,
        unchanged=True,
        as_of=today,
        finished_at=at,
        whole=_at_hand.get(store, number, lambda: whole),
    )


def keep_narrowing(store: Store, actor: Actor, portfolio: str, *, today: date) -> bool:
    """Work out what would narrow a kept answer's range and keep it beside that answer.

    Nothing is done where that is kept, or where the answer does not hold. Return whether it was.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STORE_SCORES, f"portfolio {portfolio}")
    return _keep_beside(
        store, actor, portfolio, LEVERS, lambda of: _LEVERS.dump_json(narrowing(of)), today=today
    )


def keep_ending(store: Store, actor: Actor, portfolio: str, *, today: date) -> bool:
    """The same of whose end would cost the portfolio most (:func:`worst_ending`).

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STORE_SCORES, f"portfolio {portfolio}")
    return _keep_beside(
        store, actor, portfolio, ENDING, lambda of: _ENDING.dump_json(ending_of(of)), today=today
    )


def keep_margin_ranges(store: Store, actor: Actor, portfolio: str, *, today: date) -> bool:
    """The same of the ranges of shares of margin (:func:`margin_ranges`).

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STORE_SCORES, f"portfolio {portfolio}")
    return _keep_beside(
        store, actor, portfolio, RANGES, lambda of: _RANGES.dump_json(ranges_of(of)), today=today
    )


def kept_narrowing(
    store: Store, actor: Actor, portfolio: str, *, today: date
) -> tuple[Lever, ...] | None:
    """What was kept of what would narrow the range, None where no answer that holds has it.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    content = _kept_beside(store, actor, portfolio, LEVERS, today=today)
    return None if content is None else _LEVERS.validate_json(content)


def worst_ending(
    store: Store, actor: Actor, portfolio: str, *, today: date, wait: bool = True
) -> Ending | None:
    """Return the developer whose wind-down would cost a portfolio most, with the figures.

    What was kept with the answer is given where that still holds; without it None is returned
    unless one may ``wait``. None as well where nobody would lose anything.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    content = _kept_beside(store, actor, portfolio, ENDING, today=today)
    if content is not None:
        return _ENDING.validate_json(content)
    return ending_of(valuation(store, actor, portfolio, today=today)) if wait else None


def margin_ranges(
    store: Store, actor: Actor, portfolio: str, *, today: date, wait: bool = True
) -> MarginRanges | None:
    """Return the ranges of the shares of margin on each provider, and of the concentration.

    What was kept with the answer is given where that still holds; without it None is returned
    unless one may ``wait``.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    content = _kept_beside(store, actor, portfolio, RANGES, today=today)
    if content is not None:
        return _RANGES.validate_json(content)
    return ranges_of(valuation(store, actor, portfolio, today=today)) if wait else None


def _keep_beside(
    store: Store,
    actor: Actor,
    portfolio: str,
    name: str,
    made: Callable[[Valuation], bytes],
    *,
    today: date,
) -> bool:
    """Keep something beside an answer that holds and has it not; return whether that was done."""
    with store.read() as session:
        kept = visible_portfolio(session, actor, portfolio)
        row = _last(session, kept)
        if row is None or not _is_current(row, _Standing.of(session, store, actor, kept), today):
            return False
        number = row["id"]
        if _beside(session, number, name) is not None:
            return False
    content = made(valuation(store, actor, portfolio, today=today))

    def write(session: Session) -> bool:
        replaced = session.get(KeptAnswerRecord, number) is None
        if replaced or _beside(session, number, name) is not None:
            return False
        session.execute(insert(COLUMNS).values(answer_id=number, name=name, content=content))
        return True

    return store.transact(write)


def _kept_beside(
    store: Store, actor: Actor, portfolio: str, name: str, *, today: date
) -> bytes | None:
    """What is kept beside the answer of a portfolio if that holds."""
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        row = _last(session, found)
        if row is None or not _is_current(row, _Standing.of(session, store, actor, found), today):
            return None
        return _beside(session, row["id"], name)


def _beside(session: Session, number: int, name: str) -> bytes | None:
    query = select(COLUMNS.c.content).where(COLUMNS.c.answer_id == number, COLUMNS.c.name == name)
    return session.scalar(query)


def latest_answer(store: Store, actor: Actor, portfolio: str, *, today: date) -> KeptAnswer | None:
    """Return the last answer that was kept, None where there is none.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        return answer_of(session, store, actor, found, today=today)


def answer_of(
    session: Session, store: Store, actor: Actor, found: PortfolioRecord, *, today: date
) -> KeptAnswer | None:
    """The same, inside a transaction of another service, which has authorised it."""
    row = _last(session, found)
    if row is None:
        return None

    def read() -> PortfolioAssessment:
        texts = session.scalar(select(KEPT.c.answer).where(KEPT.c.id == row["id"]))
        query = select(COLUMNS.c.name, COLUMNS.c.content).where(
            COLUMNS.c.answer_id == row["id"],
            COLUMNS.c.name.not_like(f"{STATE}%"),
            COLUMNS.c.name.not_in((LEVERS, ENDING, RANGES)),
        )
        contents: dict[str, bytes] = dict(session.execute(query).all())
        return answer_from_columns(texts or "", contents)

    return KeptAnswer(
        number=row["id"],
        revision=row["revision"],
        current=_is_current(row, _Standing.of(session, store, actor, found), today),
        unchanged=row["revision"] == found.revision,
        as_of=row["as_of"],
        finished_at=row["finished_at"],
        whole=_at_hand.get(store, row["id"], read),
    )


def is_stale(store: Store, actor: Actor, portfolio: str, *, today: date) -> bool:
    """Whether no answer is kept, or another would be given now.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        row = _last(session, found)
        stand = _Standing.of(session, store, actor, found)
        return row is None or not _is_current(row, stand, today)


def bands_of(whole: PortfolioAssessment) -> Mapping[str, int]:
    """How many startups each band has, NO_BAND included.

    Raises:
        TypeError: the startups of the answer are not columns.
    """
    if not isinstance(whole.startups, Assessed):
        raise TypeError("Bands are counted in columns.")
    counted = Counter(whole.startups.table.bands.tolist())
    ordered = sorted(counted.items())
    return {NO_BAND if band < 0 else BANDS[band]: number for band, number in ordered}


def rows_of(store: Store, kept: KeptAnswer) -> Mapping[str, int]:
    """The row of each startup of an answer by its name."""
    names = kept.table.names
    return _rows.get(store, kept.number, lambda: {name: row for row, name in enumerate(names)})


@dataclass(frozen=True, kw_only=True)
class _Standing:
    """What an answer would rest on now, but for the day."""

    portfolio_id: int
    revision: int
    rests_on: str

    @classmethod
    def of(
        cls, session: Session, store: Store, actor: Actor, found: PortfolioRecord
    ) -> "_Standing":
        return cls(
            portfolio_id=found.id,
            revision=found.revision,
            rests_on=rests_on(session, store, actor, assumptions_of(session, found.id)),
        )


def _last(session: Session, found: PortfolioRecord) -> Row | None:
    """What was kept, without the answer itself; of some startups or a past day nothing is."""
    if not view_of(session).is_whole:
        return None
    columns = [one for one in KEPT.c if one.name != "answer"]
    query = select(*columns).where(KEPT.c.portfolio_id == found.id)
    row = session.execute(query).mappings().one_or_none()
    return None if row is None else dict(row)


def _is_current(row: Row, stand: _Standing, today: date) -> bool:
    kept = (row["revision"], row["rests_on"], row["as_of"])
    return kept == (stand.revision, stand.rests_on, today)


def _write(
    session: Session,
    store: Store,
    actor: Actor,
    kept: Row,
    columns: Mapping[str, bytes],
    whole: PortfolioAssessment,
) -> tuple[int, datetime]:
    """Put an answer in place of the last one; return its number and when it was done."""
    portfolio = session.get_one(PortfolioRecord, kept["portfolio_id"])
    last = select(KEPT.c.id).where(KEPT.c.portfolio_id == portfolio.id)
    session.execute(delete(COLUMNS).where(COLUMNS.c.answer_id.in_(last)))
    session.execute(delete(KEPT).where(KEPT.c.portfolio_id == portfolio.id))
    made = KeptAnswerRecord(**kept, finished_at=store.now(), kept_by=actor.name)
    session.add(made)
    session.flush()
    rows = [{"answer_id": made.id, "name": name, "content": one} for name, one in columns.items()]
    session.execute(insert(COLUMNS), rows)
    record(
        store,
        session,
        actor,
        Action.STORE_SCORES,
        object_kind="portfolio",
        object_name=portfolio.name,
        after={
            "startups": kept["startups"],
            "revision": kept["revision"],
            "digest": whole.data_digest,
        },
    )
    return made.id, made.finished_at
