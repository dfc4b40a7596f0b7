"""What links show: built from today's data, or read back as it was frozen."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from db.engine import Store
from db.errors import StoreError, TooLarge
from db.records import ShareLinkRecord, SnapshotRecord
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.hazard import catalog_for_scores
from db.services.imports import list_batches
from db.services.judgements import load_judgements
from db.services.portfolios import LARGE, is_large, load_portfolio
from db.services.reference import load_catalog
from db.services.scoring import alternatives, score_portfolio, score_startup, stress
from db.sharing.canonical import canonical_json, content_digest
from db.sharing.content import Content, Provenance, portfolio_content
from db.sharing.redaction import Redaction
from db.sharing.scenario_content import scenario_content
from db.sharing.startup_content import Answered, startup_content
from risk.alternatives.actions import do_first
from risk.alternatives.evidence import judgements_of
from risk.alternatives.options import StartupNotFound
from risk.assumptions import assumption_rows
from risk.inventory.records import Portfolio
from risk.portfolio.results import PortfolioAssessment
from risk.scenarios.results import Scenario


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a link is to show, as of ``today``: one startup, one stress test, or the portfolio."""

    portfolio: str
    startup: str | None = None
    scenario: Scenario | None = None
    left_out: frozenset[Redaction] = frozenset()
    today: date


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """Which startups are listed, and by which filters, in words."""

    startups: frozenset[str]
    filters: tuple[str, ...]


#: Which startups of an assessment are listed; None: all.
Narrow = Callable[[PortfolioAssessment], Narrowed | None]


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A content as text with its SHA-256, and the register's keys of what it lists."""

    portfolio: str
    startup: str | None
    text: str
    digest: str
    places: tuple[str, ...]

    @property
    def content(self) -> Content:
        """The content as values."""
        loaded: Content = json.loads(self.text)
        return loaded


def frozen_content(
    store: Store, actor: Actor, wanted: Wanted, *, narrow: Narrow | None = None, live: bool = False
) -> Frozen:
    """Return what a link shows of today's data, with the moment unless it is ``live``.

    Raises:
        PortfolioNotFound, StartupNotFound: there is none of that name.
        risk.scenarios.roots.UnknownRoot: nobody knows where the stress test begins.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {wanted.portfolio}")
    portfolio, assessment = _scored(store, actor, wanted)
    at = store.now().isoformat(timespec="seconds") if not live else None
    provenance = provenance_of(store, actor, wanted, frozen_at=at)
    name, places = None, list[str]()
    if wanted.scenario is not None:
        result = stress(store, actor, wanted.portfolio, wanted.scenario, today=wanted.today)
        content = scenario_content(
            result,
            assessment,
            left_out=wanted.left_out,
            provenance=provenance,
            known=_known(store, actor, wanted),
        )
    elif wanted.startup is None:
        narrowed = narrow(assessment) if narrow is not None else None
        content = _of_portfolio(
            store, actor, wanted, portfolio, assessment, provenance, narrowed=narrowed
        )
    else:
        answered = _answered(store, actor, wanted, portfolio, assessment)
        content, places = startup_content(
            answered,
            left_out=wanted.left_out,
            provenance=provenance,
            known=_known(store, actor, wanted),
        )
        name = answered.startup.name
    text = canonical_json(content)
    return Frozen(
        portfolio=portfolio.name,
        startup=name,
        text=text,
        digest=content_digest(text),
        places=tuple(places),
    )


def _scored(store: Store, actor: Actor, wanted: Wanted) -> tuple[Portfolio, PortfolioAssessment]:
    """The portfolio and its answer; one startup of a large portfolio stands alone."""
    name = wanted.portfolio
    if is_large(store, actor, name):
        if wanted.startup is None:
            raise TooLarge(name, LARGE, limit_of="a link can list")
        return score_startup(store, actor, name, wanted.startup, today=wanted.today)
    whole = load_portfolio(store, actor, name)
    return whole, score_portfolio(store, actor, name, today=wanted.today)


def snapshot_of(store: Store, share: int) -> Frozen:
    """Return what a snapshot shows, for a visit that stands (:mod:`db.services.share_visits`).

    Raises:
        StoreError: the content is not what was frozen.
    """
    with store.read() as session:
        found = session.get_one(SnapshotRecord, share)
        link = session.get_one(ShareLinkRecord, share)
    if content_digest(found.content) != found.digest:
        raise StoreError("This snapshot is not as it was frozen, so it is not shown.")
    return Frozen(
        portfolio=link.portfolio,
        startup=link.startup,
        text=found.content,
        digest=found.digest,
        places=tuple(found.places),
    )


def _of_portfolio(
    store: Store,
    actor: Actor,
    wanted: Wanted,
    portfolio: Portfolio,
    assessment: PortfolioAssessment,
    provenance: Provenance,
    *,
    narrowed: Narrowed | None,
) -> Content:
    assumptions = load_assumptions(store, actor, wanted.portfolio)
    actions = (
        do_first(
            portfolio,
            assessment,
            catalog=catalog_for_scores(store, actor, assumptions, today=wanted.today),
            assumptions=assumptions,
            today=wanted.today,
            judgements=judgements_of(load_judgements(store, actor, wanted.portfolio)),
        )
        if portfolio.startups
        else ()
    )
    return portfolio_content(
        assessment,
        actions,
        shown=narrowed.startups if narrowed else None,
        left_out=wanted.left_out,
        provenance=replace(provenance, filters=_told(narrowed, wanted)),
        known=_known(store, actor, wanted),
    )


def _known(store: Store, actor: Actor, wanted: Wanted) -> tuple[str, ...]:
    """Return the names of the catalogue, where names of startups are looked for in texts."""
    if Redaction.NAMES not in wanted.left_out:
        return ()
    catalog = load_catalog(store, actor)
    return (*catalog.providers, *catalog.services, *catalog.models)


def _told(narrowed: Narrowed | None, wanted: Wanted) -> tuple[str, ...]:
    """Say what was filtered by, unless that could tell something that is left out."""
    if narrowed is None:
        return ()
    return narrowed.filters if not wanted.left_out else ("chosen by whoever shared this",)


def _answered(
    store: Store,
    actor: Actor,
    wanted: Wanted,
    portfolio: Portfolio,
    assessment: PortfolioAssessment,
) -> Answered:
    name = (wanted.startup or "").strip().casefold()
    startup = next((one for one in portfolio.startups if one.name.casefold() == name), None)
    if startup is None:
        raise StartupNotFound(f"There is no startup called “{wanted.startup}” in {portfolio.name}.")
    return Answered(
        startup=startup,
        assessment=next(one for one in assessment.startups if one.startup == startup.name),
        options=alternatives(store, actor, portfolio.name, startup.name, today=wanted.today),
        whole=assessment,
    )


def provenance_of(
    store: Store, actor: Actor, wanted: Wanted, *, frozen_at: str | None = None
) -> Provenance:
    """Return what the figures of a portfolio stand on: its last import and the changed numbers."""
    authorize(actor, Action.READ, f"portfolio {wanted.portfolio}")
    batches = list_batches(store, actor, wanted.portfolio)
    assumptions = load_assumptions(store, actor, wanted.portfolio)
    return Provenance(
        frozen_at=frozen_at,
        batch=next((one.batch for one in batches if not one.undone), None),
        parameters={row.name: row.value for row in assumption_rows(assumptions) if row.changed},
    )
