"""Backups of a stored portfolio by what proves that they work: who never tried, who must again."""

from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from db.engine import Store
from db.records import PortfolioRecord
from db.register.evidence import as_drills, drill_rows
from db.register.stated import read_stated
from db.services.access import Action, Actor, authorize
from db.services.deadlines import stated_of_links
from db.services.kept_answers import latest_answer
from db.services.scoring import score_portfolio
from db.services.valuations import valuation
from db.services.visible import visible_portfolio
from risk.alternatives.backups import MOST_TOLD, BackupEvidence, backups_of
from risk.alternatives.evidence import Drill, DrillKind
from risk.loss.valuation import Valuation
from risk.loss.worlds import LARGE
from risk.portfolio.startups import assessed_of


def backup_evidence(
    store: Store, actor: Actor, portfolio: str, *, today: date, most: int = MOST_TOLD
) -> BackupEvidence:
    """Say what proves the backups of a portfolio, at every size, and which to try first.

    Up to ``most`` are told one by one, of the startups that lose most; all are counted.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: it was changed meanwhile.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    laid_out = valuation(store, actor, portfolio, today=today)
    losses = _losses(laid_out, store, actor, today=today)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        drills = newest_drills(session, found, laid_out)
    told = stated_of_links(laid_out, store, actor, portfolio)
    return backups_of(laid_out, losses, drills, told, most=most)


def _losses(laid_out: Valuation, store: Store, actor: Actor, *, today: date) -> NDArray[np.float64]:
    """Expected losses of startups a year, by which it is chosen whom to tell of.

    Of a large portfolio those that were kept last, though something changed since; without any, how
    much they earn, since nobody waits for an answer about them all here.
    """
    if len(laid_out.members) <= LARGE:
        whole = score_portfolio(store, actor, laid_out.portfolio, today=today)
    else:
        kept = latest_answer(store, actor, laid_out.portfolio, today=today)
        if kept is None:
            return np.nan_to_num(laid_out.columns.startups.revenue.astype(np.float64))
        whole = kept.whole
    table, place = assessed_of(whole).table, laid_out.members.place
    losses = np.zeros(len(laid_out.members))
    for name, mean in zip(table.names, table.answers.mean.tolist(), strict=True):
        if name in place:
            losses[place[name]] = mean
    return losses


def newest_drills(
    session: Session, found: PortfolioRecord, laid_out: Valuation
) -> dict[int, Drill]:
    """Return the newest drill of each fallback, by the place of its dependency."""
    newest: dict[str, Drill] = {}
    # Oldest first: of several the last one stands.
    for one in as_drills(drill_rows(session, found.id), {}):
        if one.kind is DrillKind.FALLBACK:
            newest[one.dependency_key] = one
    keys = laid_out.members.keys
    if keys is not None:
        return {place: newest[key] for place, key in enumerate(keys) if key in newest}
    exposures = laid_out.book.exposures
    first = exposures.link_start[exposures.case_start]
    names = list(dict.fromkeys(one.startup for one in newest.values()))
    places: dict[int, Drill] = {}
    for name, stated in read_stated(session, found.id, names).items():
        row = laid_out.members.place.get(name)
        if row is not None and len(stated) == first[row + 1] - first[row]:
            for number, each in enumerate(stated):
                if each.key in newest:
                    places[int(first[row]) + number] = newest[each.key]
    return places
