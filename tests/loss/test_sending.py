"""A chunk can be valued anywhere: in another order, from a copy that was sent, elsewhere."""

import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from benchmarks.invented_columns import invented_columns
from benchmarks.synthetic import reference_catalog
from risk.catalog.failure_kinds import FailureKind
from risk.loss import draws, formulas
from risk.loss.compiling import fingerprint
from risk.loss.exposures import Book, Exposures, book_of
from risk.loss.valuing import Kept, UnknownSignature, WorldTables, nothing_kept, value
from tests.loss import small
from tests.small_world import TODAY

CATALOG = reference_catalog()


@pytest.fixture(scope="module")
def laid_out() -> tuple[Book, WorldTables]:
    held = book_of(invented_columns(300, catalog=CATALOG))
    return held, small.world_tables(held, CATALOG, count=4, drawn=True, today=TODAY)


def valued(sent: tuple[Exposures, WorldTables]) -> tuple[np.ndarray, Kept]:
    exposures, world_tables = sent
    kept = nothing_kept(world_tables)
    return value(exposures, world_tables, kept=kept).y, kept


def test_chunks_in_any_order_add_up_to_the_same_to_the_last_bit(laid_out):
    held, world_tables = laid_out
    whole, kept = valued((held.exposures, world_tables))
    cuts = [(0, 1), (1, 140), (140, 300)]
    parts = {cut: valued((held.exposures.stretch(*cut), world_tables)) for cut in cuts[::-1]}
    added = nothing_kept(world_tables)
    for cut in (cuts[1], cuts[2], cuts[0]):
        added += parts[cut][1]
    same(added, kept)
    np.testing.assert_array_equal(np.concatenate([parts[cut][0] for cut in cuts], axis=1), whole)


def test_another_process_finds_the_same_to_the_last_bit(laid_out):
    held, world_tables = laid_out
    whole, kept = valued((held.exposures, world_tables))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there, kept_there = pool.submit(valued, (held.exposures, world_tables)).result()
    np.testing.assert_array_equal(there, whole)
    same(kept_there, kept)


def test_what_is_sent_leaves_out_what_can_be_made(laid_out):
    held, world_tables = laid_out
    before = len(pickle.dumps(world_tables))
    world_tables.prepare()
    _ = world_tables.pieces, world_tables.blank
    assert len(pickle.dumps(world_tables)) == before
    # A startup of 4.5 dependencies takes about 500 bytes, whatever the portfolio's size.
    one = pickle.dumps(held.exposures.stretch(0, 150))
    assert len(one) < 150 * 700 + 5_000


def test_taking_startups_in_any_order_leaves_each_as_it_was(laid_out):
    held, world_tables = laid_out
    whole, _ = valued((held.exposures, world_tables))
    places = np.array([299, 0, 17, 17, 120])
    some, _ = valued((held.exposures.taken(places), world_tables))
    np.testing.assert_array_equal(some, whole[:, places])


def test_a_ground_refuses_a_fallback_that_it_has_no_tables_for():
    columns = invented_columns(2, catalog=CATALOG)
    bare = replace(
        columns,
        dependencies=replace(
            columns.dependencies, fallback=np.zeros_like(columns.dependencies.fallback)
        ),
    )
    held = book_of(bare)
    world_tables = small.world_tables(held, CATALOG, today=TODAY)
    automatic = replace(held.exposures, fallback=np.full_like(held.exposures.fallback, 4))
    with pytest.raises(UnknownSignature, match="Lay out a book"):
        value(automatic, world_tables)


def test_old_tests_of_fallbacks_share_their_tables():
    # 300 startups with tests of up to 800 days: in whole weeks those from 13 to 26 differ, all
    # others count in full or as none; three buffers make at most 3 · (14 + 2) delays that matter.
    held = book_of(invented_columns(300, catalog=CATALOG))
    world_tables = small.world_tables(held, CATALOG, today=TODAY)
    tested = world_tables.signatures.profile % 5 == 3
    assert len(set(world_tables.signatures.profile[tested].tolist())) <= 3 * 16
    assert len(held.delays) <= 1 + 3 * (1 + 800 // 7 + 1)


def same(one: Kept, other: Kept) -> None:
    for name, values in one.__dict__.items():
        np.testing.assert_array_equal(values, getattr(other, name), err_msg=name)


def test_machine_code_is_filed_by_what_it_does():
    def other(stay: float, move: float) -> float:
        return max(stay, move)

    steps = (*draws.STEPS, *formulas.STEPS)
    known = fingerprint(steps)
    assert fingerprint(steps) == known
    assert fingerprint((*steps[:-1], other)) != known
    ahead = dict(vars(formulas), HORIZON=formulas.HORIZON + 1)
    moved = type(other)(formulas.business_days.__code__, ahead, "business_days")
    swapped = tuple(moved if one is formulas.business_days else one for one in steps)
    assert fingerprint(swapped) != known


def test_what_is_not_down_in_some_world_costs_nothing_there(laid_out):
    # A share of customers in the blocked region that is drawn as 0 leaves a combination up. The
    # column of means is right on average over worlds alone.
    held, _ = laid_out
    world_tables = small.world_tables(held, CATALOG, count=64, drawn=True, today=TODAY)
    blocks = world_tables.worlds.hazards.are(FailureKind.REGIONAL_BLOCK)
    rates = np.where(blocks, world_tables.worlds.rates, 0.0)
    y = value(
        held.exposures, replace(world_tables, worlds=replace(world_tables.worlds, rates=rates))
    ).y
    assert (y[:, :, 1:] >= 0).all()
    assert (y[:, :, 1:] > 0).any()
