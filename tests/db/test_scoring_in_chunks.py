"""A stored portfolio scored in parts, here and by other processes, one of which dies."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster

from benchmarks.invented_register import invented_register
from db.chunks import cluster as clusters
from db.chunks.cluster import ClusterFailed, DaskWorkers, cluster
from db.chunks.parquet import NoParts, parquet_parts
from db.chunks.sources import PortfolioChanged, stored_parts
from db.chunks.workers import ThisProcess
from db.engine import Store
from db.errors import PortfolioNotFound
from db.register.evidence import names_by_key
from db.register.portfolios import find_portfolio
from db.services.access import LOCAL_OWNER
from db.services.drills import DrillNote, record_drill
from db.services.portfolios import load_portfolio, save_portfolio
from db.services.scoring import score_portfolio
from db.services.scoring_in_chunks import (
    valued_folder,
    valued_in_chunks,
    write_portfolio_parts,
)
from fixtures.demo import demo_portfolio
from risk.alternatives.evidence import DrillKind
from risk.assumptions import DEFAULTS
from risk.catalog.records import Catalog
from risk.inventory.records import Portfolio
from risk.loss.answer import PartAnswer
from risk.portfolio.assessment import assess
from risk.portfolio.results import PortfolioAssessment

TODAY = date(2026, 11, 23)
#: Invented startups, and how many of them make a part.
MANY, FEW = 120, 15


def stored(store: Store, portfolio: Portfolio) -> PortfolioAssessment:
    """Store a portfolio whose startups' numbers have gaps, and score it as a whole."""
    half = portfolio.startups[: len(portfolio.startups) // 2]
    save_portfolio(store, LOCAL_OWNER, replace(portfolio, startups=half))
    save_portfolio(store, LOCAL_OWNER, replace(invented_register(3, seed=5), name="Other"))
    save_portfolio(store, LOCAL_OWNER, portfolio)
    return score_portfolio(store, LOCAL_OWNER, portfolio.name, today=TODAY)


def in_parts(store: Store, name: str, workers: Any, *, part_size: int) -> PortfolioAssessment:
    return assess(
        valued_in_chunks(
            store, LOCAL_OWNER, name, workers=workers, today=TODAY, part_size=part_size
        )
    )


def everything(answer: PortfolioAssessment) -> PortfolioAssessment:
    """The answer with its startups, in a form that can be compared to the last bit."""
    return replace(answer, startups=tuple(answer.startups), dependence=tuple(answer.dependence))


def test_a_stored_portfolio_in_parts_is_the_whole(store: Store, catalog: Catalog) -> None:
    whole = stored(store, demo_portfolio(catalog))
    heard: list[float] = []
    with ThisProcess() as workers:
        answer = assess(
            valued_in_chunks(
                store,
                LOCAL_OWNER,
                "demo",
                workers=workers,
                today=TODAY,
                part_size=13,
                progress=heard.append,
            )
        )
    assert everything(answer) == everything(whole)
    # 61 startups are five parts of at most 13, each read and then valued.
    assert heard == pytest.approx([step / 10 for step in range(1, 11)])


def test_what_a_drill_showed_counts_in_parts_too(store: Store, catalog: Catalog) -> None:
    portfolio = demo_portfolio(catalog)
    save_portfolio(store, LOCAL_OWNER, portfolio)
    startup, case, tried = next(
        (startup, case, one)
        for startup in portfolio.startups
        for case in startup.use_cases
        for one in case.dependencies
        if one.fallback_developer is not None
    )
    note = DrillNote(
        startup=startup.name,
        use_case=case.name,
        provider=tried.provider_text,
        kind=DrillKind.FALLBACK,
        held_on=TODAY,
        evals_passed=98,
        evals_total=100,
        hours=1.0,
        conducted_by="Ann",
        source="report",
    )
    before = score_portfolio(store, LOCAL_OWNER, "demo", today=TODAY)
    record_drill(store, LOCAL_OWNER, "demo", note)
    whole = score_portfolio(store, LOCAL_OWNER, "demo", today=TODAY)
    assert whole.aal_usd != before.aal_usd
    with ThisProcess() as workers:
        assert everything(in_parts(store, "demo", workers, part_size=20)) == everything(whole)


def test_a_portfolio_that_changes_meanwhile_is_not_scored_half_and_half(
    store: Store, catalog: Catalog
) -> None:
    portfolio = demo_portfolio(catalog)
    save_portfolio(store, LOCAL_OWNER, portfolio)

    class Meddling(ThisProcess):
        def share(self, value: object) -> Any:
            save_portfolio(store, LOCAL_OWNER, portfolio)
            return super().share(value)

    with Meddling() as workers, pytest.raises(PortfolioChanged, match="“demo” was changed"):
        in_parts(store, "demo", workers, part_size=20)


def test_nothing_and_nobody_are_told_in_words(store: Store) -> None:
    save_portfolio(store, LOCAL_OWNER, Portfolio(name="Empty", startups=()))
    with ThisProcess() as workers:
        assert in_parts(store, "Empty", workers, part_size=5).aal_usd == 0
        with pytest.raises(PortfolioNotFound):
            in_parts(store, "Nobody's", workers, part_size=5)


@pytest.fixture(scope="module")
def processes() -> Iterator[tuple[LocalCluster, Client]]:
    """Two worker processes and a client."""
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as made,
        Client(made) as client,
    ):
        yield made, client


class Killing(DaskWorkers):
    """Ends one worker as soon as the first part's answers have come in."""

    killed: int | None = None

    def value(self, handle: Any) -> Any:
        found = super().value(handle)
        if self.killed is None and isinstance(found, PartAnswer):
            victim = sorted(self._client.run(os.getpid).values())[0]
            os.kill(victim, signal.SIGKILL)
            self.killed = victim
        return found


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite"])
def test_other_processes_give_the_same_though_one_is_killed(
    store: Store, processes: tuple[LocalCluster, Client]
) -> None:
    whole = stored(store, invented_register(MANY))
    workers = Killing(processes[1])
    answer = in_parts(store, "invented", workers, part_size=FEW)
    assert everything(answer) == everything(whole)
    assert workers.killed is not None


@pytest.mark.slow
def test_a_refusal_comes_back_from_a_worker_as_a_sentence(
    store: Store, catalog: Catalog, processes: tuple[LocalCluster, Client]
) -> None:
    portfolio = demo_portfolio(catalog)
    save_portfolio(store, LOCAL_OWNER, portfolio)

    class Meddling(DaskWorkers):
        def share(self, value: object) -> Any:
            save_portfolio(store, LOCAL_OWNER, portfolio)
            return super().share(value)

    with pytest.raises(PortfolioChanged, match="“demo” was changed"):
        in_parts(store, "demo", Meddling(processes[1]), part_size=20)


@pytest.mark.slow
def test_the_address_of_a_scheduler_is_enough(processes: tuple[LocalCluster, Client]) -> None:
    with cluster(processes[0].scheduler_address) as workers:
        handles = workers.each(names_by_key, [Portfolio(name="one", startups=())])
        assert [workers.value(one) for one in handles] == [{}]


def test_a_scheduler_that_does_not_answer_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clusters, "_SECONDS_TO_CONNECT", "1s")
    with (
        pytest.raises(ClusterFailed, match="No Dask scheduler answers at tcp:"),
        cluster("tcp://127.0.0.1:9"),
    ):
        pass


def test_a_missing_package_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ClusterFailed, match="needs Dask"), cluster("tcp://127.0.0.1:9"):
        pass


def test_a_folder_of_parquet_files_is_the_portfolio(
    store: Store, catalog: Catalog, tmp_path: Path
) -> None:
    whole = stored(store, demo_portfolio(catalog))
    folder = tmp_path / "parts"
    assert write_portfolio_parts(store, LOCAL_OWNER, "demo", folder, part_size=30) == 61
    assert len(list(folder.glob("part-*.parquet"))) == 3
    held = load_portfolio(store, LOCAL_OWNER, "demo").startups
    parts = parquet_parts(folder).parts
    assert tuple(startup for part in parts for startup in part.records()) == held
    with ThisProcess() as workers:
        answer = assess(valued_folder(store, LOCAL_OWNER, folder, workers=workers, today=TODAY))
    # Its rows are in another order, in which sums are rounded otherwise.
    assert answer.aal_usd == pytest.approx(whole.aal_usd, rel=1e-12)
    assert answer.tvar95_usd == pytest.approx(whole.tvar95_usd, rel=1e-6)
    ours = {one.startup: (one.score, one.aal_interval_usd) for one in answer.startups}
    assert ours == {one.startup: (one.score, one.aal_interval_usd) for one in whole.startups}


def test_a_folder_without_a_whole_portfolio_is_told_in_words(
    store: Store, catalog: Catalog, tmp_path: Path
) -> None:
    with pytest.raises(NoParts, match="holds no whole portfolio in parts"):
        parquet_parts(tmp_path)
    save_portfolio(store, LOCAL_OWNER, demo_portfolio(catalog))
    (tmp_path / "mine.txt").write_text("notes")
    with pytest.raises(NoParts, match="is not empty"):
        write_portfolio_parts(store, LOCAL_OWNER, "demo", tmp_path)
    folder = tmp_path / "parts"
    write_portfolio_parts(store, LOCAL_OWNER, "demo", folder)
    (folder / "part-00000.parquet").write_bytes(b"PAR1 and then nothing")
    with ThisProcess() as workers, pytest.raises(NoParts, match=r"part-00000\.parquet cannot"):
        valued_folder(store, LOCAL_OWNER, folder, workers=workers, today=TODAY)


def test_the_address_of_the_store_is_not_shown_with_a_part(store: Store, catalog: Catalog) -> None:
    save_portfolio(store, LOCAL_OWNER, demo_portfolio(catalog))
    with store.read() as session:
        found = find_portfolio(session, "demo")
        assert found is not None
        parted = stored_parts(session, store, found, DEFAULTS, size=30)
    assert len(parted.parts) == 3
    assert store.address not in repr(parted)
