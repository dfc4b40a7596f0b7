"""Scores of a whole portfolio kept in the store, so that a page asks for as much as it shows."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from db.engine import Store
from db.errors import StoreBusy, StoreError
from db.metrics import SCORING
from db.parts.answers import Banded, Margins, as_text
from db.parts.score_rows import score_rows
from db.parts.sources import PART_SIZE, PortfolioChanged, stored_parts
from db.parts.workers import Workers
from db.records import PortfolioRecord, ScoreRunRecord, StartupScoreRecord, table_of
from db.register.columns import to_cents
from db.register.documents import Row
from db.services.access import Action, Actor, authorize
from db.services.assumptions import assumptions_of
from db.services.audit import record
from db.services.hazard import catalog_for_scores
from db.services.scoring_in_parts import ScoredParts, run_parts
from db.services.visible import visible_portfolio
from risk.exposure.results import StartupAssessment
from risk.portfolio.results import DependenceShare, PortfolioAssessment
from risk.portfolio.shards import ShardScore

RUNS = table_of(ScoreRunRecord)
SCORES = table_of(StartupScoreRecord)


@dataclass(frozen=True, kw_only=True)
class StoredRun:
    """A finished scoring of a portfolio. Losses are a year's, in USD.

    ``current``: the portfolio is still as it was scored.
    """

    run: int
    revision: int
    current: bool
    as_of: date
    finished_at: datetime
    startups: int
    aal_usd: float
    tvar95_usd: float
    confidence: str
    model_version: str
    data_digest: str


def store_scores(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    workers: Workers,
    today: date,
    part_size: int = PART_SIZE,
    progress: Callable[[float], None] | None = None,
) -> StoredRun:
    """Score a portfolio in parts and keep a row for each startup, in place of the last ones.

    Until all rows are written, readers see the last finished run.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        PortfolioChanged: somebody wrote to it meanwhile; nothing of this run is kept.
        ClusterFailed: the workers are out of reach, or died.
        NotAllowed: the actor may only read.
    """
    authorize(actor, Action.STORE_SCORES, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        assumptions = assumptions_of(session, found.id)
        parted = stored_parts(session, store, found, assumptions, size=part_size)
    catalog = catalog_for_scores(store, actor, assumptions, today=today)
    with SCORING.time():
        scored = run_parts(
            parted,
            workers,
            catalog=catalog,
            assumptions=assumptions,
            today=today,
            progress=progress,
            divided=False,
        )
    finished = _keep(store, actor, found, scored, workers, today)
    # What cannot be taken away now is before the next run.
    with suppress(StoreError):
        store.transact(
            lambda session: _remove(session, _useless(session, found.id, until=finished.run))
        )
    return finished


def _keep(
    store: Store,
    actor: Actor,
    found: PortfolioRecord,
    scored: ScoredParts,
    workers: Workers,
    today: date,
) -> StoredRun:
    """Write a run with its rows, or nothing of it."""
    run = store.transact(lambda session: _begin(session, store, actor, found, today))
    try:
        answer = as_text(scored.whole, *_write_parts(store, run, scored, workers))
        finished = store.transact(
            lambda session: _finish(session, store, actor, run, scored.whole, answer)
        )
    except BaseException:
        with suppress(StoreError):
            store.transact(lambda session: _remove(session, [run]))
        raise
    return finished


def latest_run(store: Store, actor: Actor, portfolio: str) -> StoredRun | None:
    """Return the last finished scoring that was kept, None: there is none.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        return run_of(session, visible_portfolio(session, actor, portfolio))


def run_of(session: Session, found: PortfolioRecord) -> StoredRun | None:
    """The same, inside a transaction of another service, which has authorised it."""
    row = session.scalar(
        select(ScoreRunRecord)
        .where(ScoreRunRecord.portfolio_id == found.id, ScoreRunRecord.finished_at.is_not(None))
        .order_by(ScoreRunRecord.id.desc())
        .limit(1)
    )
    if row is None or row.finished_at is None:
        return None
    return StoredRun(
        run=row.id,
        revision=row.revision,
        current=row.revision == found.revision,
        as_of=row.as_of,
        finished_at=row.finished_at,
        startups=row.startups or 0,
        aal_usd=(row.aal_cents or 0) / 100,
        tvar95_usd=(row.tvar95_cents or 0) / 100,
        confidence=row.confidence or "",
        model_version=row.model_version or "",
        data_digest=row.data_digest or "",
    )


def _begin(
    session: Session, store: Store, actor: Actor, found: PortfolioRecord, today: date
) -> int:
    """Add a run without rows. Whatever a killed one left goes first."""
    _remove(session, _useless(session, found.id))
    made = ScoreRunRecord(
        portfolio_id=found.id,
        revision=found.revision,
        as_of=today,
        started_at=store.now(),
        started_by=actor.name,
    )
    session.add(made)
    session.flush()
    return made.id


def _write_parts(
    store: Store, run: int, scored: ScoredParts, workers: Workers
) -> tuple[Margins, Banded]:
    """Part by part, each in a short transaction, so that others can write in between.

    Returns on whom the margin of all parts stands, and the counts of all their startups.
    """
    margins: dict[tuple[str, str], float] = defaultdict(float)
    bands: Counter[str] = Counter()
    runway_known = 0
    answers = workers.each(_answers, scored.scores)
    workers.forget(scored.scores)
    for answer, shares in zip(answers, scored.shares, strict=True):
        startups, dependence = workers.value(answer)
        for one in dependence:
            margins[one.developer, one.host] += one.margin_usd_per_year
        rows = score_rows(run, startups, workers.value(shares))
        bands.update(str(row["band"]) for row in rows)
        runway_known += sum(row["runway_months"] is not None for row in rows)
        store.transact(partial(_insert, run=run, rows=rows))
        workers.forget([answer, shares])
    return margins, Banded(by_band=dict(sorted(bands.items())), runway_known=runway_known)


def _answers(
    score: ShardScore,
) -> tuple[tuple[StartupAssessment, ...], tuple[DependenceShare, ...]]:
    """Of what a part left, what rows are made of: a seventh of it."""
    return score.startups, score.dependence


def _insert(session: Session, *, run: int, rows: Sequence[Row]) -> None:
    if session.get(ScoreRunRecord, run) is None:
        raise StoreBusy(
            "Somebody else began to score this portfolio meanwhile. Theirs is kept; nothing of "
            "yours is."
        )
    session.execute(insert(SCORES), rows)


def _finish(
    session: Session,
    store: Store,
    actor: Actor,
    run: int,
    whole: PortfolioAssessment,
    answer: str,
) -> StoredRun:
    kept = session.get_one(ScoreRunRecord, run)
    found = session.get_one(PortfolioRecord, kept.portfolio_id)
    if found.revision != kept.revision:
        raise PortfolioChanged(found.name)
    counted = select(func.count()).select_from(SCORES).where(SCORES.c.run_id == run)
    startups = session.scalar(counted) or 0
    session.execute(
        update(RUNS)
        .where(RUNS.c.id == run)
        .values(
            finished_at=store.now(),
            startups=startups,
            answer=answer,
            **_columns(whole),
        )
    )
    record(
        store,
        session,
        actor,
        Action.STORE_SCORES,
        object_kind="portfolio",
        object_name=found.name,
        after={"startups": startups, "revision": kept.revision, "digest": whole.data_digest},
    )
    session.refresh(kept)
    finished = run_of(session, found)
    assert finished is not None  # noqa: S101 - it was finished above
    return finished


def _columns(whole: PortfolioAssessment) -> Row:
    """The portfolio's losses by column, and what they stand on."""
    figures = {
        "aal_cents": whole.aal_usd,
        "aal_low_cents": whole.aal_interval_usd.low,
        "aal_high_cents": whole.aal_interval_usd.high,
        "var95_cents": whole.var95_usd,
        "tvar95_cents": whole.tvar95_usd,
        "var99_cents": whole.var99_usd,
        "tvar99_cents": whole.tvar99_usd,
    }
    return {
        "confidence": str(whole.confidence),
        "model_version": whole.model_version,
        "catalogue_date": whole.catalogue_date,
        "data_digest": whole.data_digest,
        **{name: to_cents(usd) for name, usd in figures.items()},
    }


def _useless(session: Session, portfolio_id: int, *, until: int | None = None) -> list[int]:
    """Runs of a portfolio, up to one of them, of which nobody reads any but the last finished."""
    own = select(RUNS.c.id).where(RUNS.c.portfolio_id == portfolio_id)
    if until is not None:
        own = own.where(RUNS.c.id <= until)
    read = own.where(RUNS.c.finished_at.is_not(None)).order_by(RUNS.c.id.desc()).limit(1)
    kept = session.scalar(read)
    return [one for one in session.scalars(own) if one != kept]


def _remove(session: Session, runs: Sequence[int]) -> None:
    session.execute(delete(SCORES).where(SCORES.c.run_id.in_(runs)))
    session.execute(delete(RUNS).where(RUNS.c.id.in_(runs)))
