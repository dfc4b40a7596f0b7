"""Answers in memory: a score, a stress test, a replayed hour and alternatives of an inventory.

The same model, numbers and words as on pages and in the terminal. Figures are in USD; each stands
with its range of 10 to 90 % over facts, rates and judgement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd

from db.plugins import with_files
from db.services.hazard import SEED
from db.services.reference import FIXTURES
from downstream.inventory import CannotBeRead, Inventory, Source, catalog, read_or_as_it_is
from downstream.learning import History
from risk.alternatives.options import StartupNotFound, alternatives_for
from risk.alternatives.results import Alternative
from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS, Assumptions, override
from risk.catalog.failure_kinds import FailureKind
from risk.catalog.records import Catalog
from risk.hazard.signals import HORIZON_DAYS, load_signal_kinds
from risk.loss.valuation import Valuation, valuation_of
from risk.loss.worlds import worlds_for
from risk.portfolio.assessment import MODEL_VERSION, assess
from risk.portfolio.deadlines import (
    DeadlineCalendar,
    deadline_calendar,
    renewals_of,
    told_by,
)
from risk.portfolio.results import Interval, PortfolioAssessment, StartupAssessment
from risk.portfolio.startups import Assessed, assessed_of
from risk.scenarios.calls import Hour, hour_of
from risk.scenarios.files import known_names, load_crises, load_scenarios
from risk.scenarios.hits import daily_losses
from risk.scenarios.replay import NoWindDownRate, frame_at, open_replay
from risk.scenarios.replay_advice import advice
from risk.scenarios.replays import Replay as Crisis
from risk.scenarios.results import Scenario, StressResult
from risk.scenarios.stress import stress as stress_of
from ui import wording
from ui.charts.drawn import Bar, bars_html, ranged
from ui.render.frames import file_of
from ui.tables import call, option, startup, stressed
from ui.theme import LIGHT
from ui.uncertainty import Spread
from ui.words import headlines, incident_words, marks, option_words, scenario_words

#: Companies that a notebook draws.
DRAWN = 12
#: Columns that hold what only a store knows.
_OF_A_STORE = frozenset({"watched_by", "contact_email"})


@dataclass(frozen=True, kw_only=True)
class Range:
    """A figure in USD: its median, and the 10 and 90 % points over facts, rates and judgement."""

    low: float
    median: float
    high: float

    def __str__(self) -> str:
        return marks.median_and_range(self.median, Interval(low=self.low, high=self.high))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class _Answer:
    """What all answers share: sentences, and a picture of them for notebooks."""

    inventory: Inventory

    def explain(self) -> list[str]:
        """Return the answer in sentences, with its range and where it comes from."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.explain()[0]}>"

    def _bars(self) -> Sequence[Bar]:
        return ()

    def _repr_html_(self) -> str:
        first, *rest = self.explain()
        bars = self._bars()
        drawn = bars_html(bars, palette=LIGHT, alt=first) if bars else ""
        notes = "".join(f"<p>{escape(one)}</p>" for one in rest)
        meaning = next((one.spread.meaning for one in bars if one.spread is not None), "")
        return (
            f'<div style="background:{LIGHT.background};color:{LIGHT.text};padding:12px">'
            f'<p title="{escape(meaning)}"><b>{escape(first)}</b></p>{drawn}{notes}</div>'
        )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Score(_Answer):
    """What a portfolio and its companies may lose in a year, and on whom they depend.

    ``assessment`` is the whole answer, as pages have it.
    """

    assessment: PortfolioAssessment

    @property
    def expected_loss(self) -> Range:
        """The expected loss of all a year."""
        found = self.assessment.aal_interval_usd
        return Range(low=found.low, median=self.assessment.median_usd, high=found.high)

    @property
    def tail_loss(self) -> float:
        """The mean of the worst 5 % of years, in USD."""
        return self.assessment.tvar95_usd

    @property
    def _companies(self) -> Assessed:
        return assessed_of(self.assessment)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row for each company; the keys are those of ``downstream scores list --json``."""
        rows = startup.rows_of(self._companies, range(len(self._companies)))
        return file_of(startup.VALUES, rows)

    def explain(self) -> list[str]:
        """Return what it may lose, how sure that is, on whom it depends, and what rests on what."""
        found = self.assessment
        said = [
            headlines.in_short(found),
            f"Expected loss a year: {marks.loss(found)}, {marks.RANGE_MEANING}; mean "
            f"{wording.money(found.aal_usd)}. One year in twenty costs more than "
            f"{marks.median_and_range(found.var95_usd, found.var95_interval_usd)}.",
            f"{wording.sentence_case(marks.marks(found))}.",
            headlines.placeholder(found) or "",
            *(f"{one}." for one in found.learned),
            f"{marks.provenance(found)}.",
        ]
        return [one for one in said if one]

    def _bars(self) -> Sequence[Bar]:
        table = self._companies.table.answers
        most = headlines.largest(table.mean, DRAWN)
        shown = (self._companies[place] for place in most)
        return [_bar(one) for one in shown if one.aal_interval_usd.high > 0]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Stress(_Answer):
    """What one disruption today would cost, whom, and through whom it reaches them."""

    result: StressResult
    catalogue_date: date

    @property
    def loss(self) -> Range:
        """What all lose together."""
        one = self.result
        return Range(low=one.total_low_usd, median=one.total_median_usd, high=one.total_high_usd)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row for each company that is hit, the largest loss first; keys as in the terminal."""
        return file_of(stressed.VALUES, stressed.rows_of(self.result.startups))

    @property
    def by_day(self) -> pd.DataFrame:
        """What is lost by each day after it begins, in USD, on average."""
        return pd.DataFrame(daily_losses(self.result), columns=["day", "usd"])

    @property
    def unaffected(self) -> tuple[str, ...]:
        """The companies that lose nothing."""
        return tuple(self.result.unaffected)

    def explain(self) -> list[str]:
        """Return who loses how much, through whom, and what the figures rest on."""
        hit = self.result.startups
        said = [
            f"{scenario_words.in_short(self.result, hit)}.",
            f"{scenario_words.who_loses(self.result, hit)}.",
            self.result.note,
            scenario_words.what_else(self.result),
            _provenance(self.catalogue_date),
        ]
        return [one for one in said if one]

    def _bars(self) -> Sequence[Bar]:
        return [
            ranged(
                one.startup,
                Spread(low=one.loss_low_usd, median=one.loss_median_usd, high=one.loss_high_usd),
            )
            for one in self.result.startups[:DRAWN]
        ]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Replay(_Answer):
    """One hour of a past crisis: what was known by then, what it meant, and whom to call first.

    ``advice`` are the sentences for that hour.
    """

    hour: Hour
    advice: tuple[str, ...]
    catalogue_date: date

    @property
    def probability(self) -> tuple[float, float, float]:
        """The probability (0..1) that the provider winds down in 90 days, its 10 and 90 % point."""
        hazard = self.hour.hazard
        if hazard is None:  # pragma: no cover - only of a disruption that has happened
            return 1.0, 1.0, 1.0
        return hazard.probability, hazard.low, hazard.high

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The call list of that hour, the most urgent first; keys as in the terminal."""
        columns = tuple(one for one in call.VALUES if one.key not in _OF_A_STORE)
        return file_of(columns, call.rows_of(self.hour, self.hour.calls))

    def explain(self) -> list[str]:
        """Return how likely the end was, what it would have cost, and what to do."""
        chance, low, high = self.probability
        lost = self.hour.result
        reach = Interval(low=lost.total_low_usd, high=lost.total_high_usd)
        return [
            f"{wording.provider(self.hour.provider)}, {self.hour.as_of:%d %B %Y, %H:%M %Z}: wind-"
            f"down within 90 days {wording.percent(chance)} "
            f"({incident_words.chance_range(low, high)}).",
            "If it ends, all lose together "
            f"{marks.median_and_range(lost.total_median_usd, reach)}.",
            *self.advice,
            _provenance(self.catalogue_date),
        ]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Alternatives(_Answer):
    """What a company could do instead, for each of its dependencies, best first."""

    company: str
    options: tuple[Alternative, ...]
    catalogue_date: date

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row for each option; keys as in ``downstream alternatives --json``."""
        return file_of(option.JSON, option.rows_of(self.options))

    @property
    def recommended(self) -> tuple[Alternative, ...]:
        """The option that is recommended for each dependency that has one."""
        found = (option_words.recommended(one) for one in self._by_dependency())
        return tuple(one for one in found if one is not None)

    def _by_dependency(self) -> list[list[Alternative]]:
        keys = dict.fromkeys((one.use_case, one.dependency_key) for one in self.options)
        return [
            [one for one in self.options if (one.use_case, one.dependency_key) == key]
            for key in keys
        ]

    def explain(self) -> list[str]:
        """Return for each dependency what is best, what it costs and saves, and how surely."""
        said = [f"{self.company}: {wording.counted(len(self.options), 'option')}."]
        for own in self._by_dependency():
            said.append(f"{own[0].use_case}: {option_words.headline(own)}.")
            said += option_words.advice(own)
        return [one for one in [*said, _provenance(self.catalogue_date)] if one]


def _bar(one: StartupAssessment) -> Bar:
    """A company's expected loss; of one of which too little is known, how large it may be."""
    bar = ranged(one.startup, headlines.loss_spread(one))
    return bar if marks.is_told(one) else replace(bar, said=marks.loss(one), note="")


def _provenance(catalogue: date) -> str:
    return (
        f"Model {MODEL_VERSION}, catalogue of {wording.day(catalogue)}. Ranges are "
        f"{marks.RANGE_MEANING}."
    )


def score(
    data: Inventory | Source,
    *,
    assumptions: Mapping[str, float] | None = None,
    incidents: History | None = None,
    today: date | None = None,
) -> Score:
    """Score an inventory: expected loss, tail, concentration, and every company, with ranges.

    ``assumptions`` replace numbers of the model by name (docs/assumptions.md), ``incidents`` of
    your own the shipped rates of those providers. ``today`` (default: the day it is, UTC) counts
    for a table; an inventory has the day on which it was read.

    Raises:
        QuestionsOpen: the inventory asks something first.
        CannotBeRead: nothing of it can be used.
        ValueError: there is no such assumption, or its figure is outside its range.
    """
    inventory = read_or_as_it_is(data, today=today)
    laid_out = _laid_out(inventory, _assumptions(assumptions), incidents)
    return Score(inventory=inventory, assessment=assess(laid_out))


def stress(
    data: Inventory | Source,
    scenario: str | Scenario | None = None,
    *,
    root: str | None = None,
    kind: str | None = None,
    days: float | None = None,
    severity: float | None = None,
    price_multiple: float | None = None,
    notice_days: float | None = None,
    assumptions: Mapping[str, float] | None = None,
    incidents: History | None = None,
    today: date | None = None,
) -> Stress:
    """Say what one disruption would cost: a named ``scenario``, or a provider and a kind of it.

    ``days`` it lasts, ``severity`` (0..1) is the part of the service that is lost,
    ``price_multiple`` what prices are multiplied by, ``notice_days`` how long it is known before.

    Raises:
        CannotBeRead: there is no such scenario or kind, neither or both were named, or nothing of
            the inventory can be used.
        risk.scenarios.event.UnknownRoot: nobody knows the provider.
    """
    inventory = read_or_as_it_is(data, today=today)
    laid_out = _laid_out(inventory, _assumptions(assumptions), incidents)
    chosen = _scenario(scenario, root, kind, laid_out.catalog)
    figures: dict[str, Any] = {
        name: getattr(chosen, name) if stated is None else stated
        for name, stated in (
            ("days", days),
            ("severity", severity),
            ("price_multiple", price_multiple),
            ("notice_days", notice_days),
        )
    }
    result = stress_of(laid_out, replace(chosen, **figures))
    return Stress(
        inventory=inventory, result=result, catalogue_date=laid_out.catalog.catalogue_date
    )


def _scenario(
    scenario: str | Scenario | None, root: str | None, kind: str | None, facts: Catalog
) -> Scenario:
    if (scenario is None) == (root is None and kind is None):
        raise CannotBeRead("Name a scenario, or a root and a kind of disruption.")
    if isinstance(scenario, Scenario):
        return scenario
    if scenario is not None:
        names = known_names(facts, ())
        known = with_files(load_scenarios(FIXTURES, names), Scenario, names)
        if scenario not in known:
            raise CannotBeRead(f"There is no scenario “{scenario}”. Known: {', '.join(known)}.")
        return known[scenario]
    if root is None or kind not in set(FailureKind):
        kinds = ", ".join(FailureKind)
        raise CannotBeRead(f"Name a root such as OpenAI, and a kind out of {kinds}.")
    failure = FailureKind(kind)
    return Scenario(
        id="custom", title=wording.disruption_of(root, failure), root=root, kind=failure
    )


def replay(
    data: Inventory | Source,
    crisis: str,
    *,
    at: str | datetime | None = None,
    provider: str | None = None,
    assumptions: Mapping[str, float] | None = None,
    today: date | None = None,
) -> Replay:
    """Say what could be known at one hour of a past crisis, and whom to call first.

    ``at`` without a time zone is on the crisis's own clock; None is its end. ``provider`` lets the
    news fall on another developer.

    Raises:
        CannotBeRead: there is no such crisis, ``at`` is no time, or nothing is known of how often
            the provider ends.
    """
    inventory = read_or_as_it_is(data, today=today)
    stand = _assumptions(assumptions)
    laid_out, kinds = _laid_out(inventory, stand, None), load_signal_kinds(FIXTURES, stand)
    names = known_names(laid_out.catalog, kinds)
    known = with_files(load_crises(FIXTURES, names), Crisis, names)
    if crisis not in known:
        raise CannotBeRead(f"There is no crisis “{crisis}”. Known: {', '.join(known)}.")
    chosen = known[crisis]
    try:
        asked = datetime.fromisoformat(at) if isinstance(at, str) else at or chosen.ends
        moment = asked if asked.tzinfo else asked.replace(tzinfo=chosen.starts.tzinfo)
        setting = open_replay(
            laid_out,
            provider or chosen.provider,
            catalog=laid_out.catalog,
            kinds=kinds,
            seed=SEED,
            endings=_endings(inventory, laid_out).of_models(provider or chosen.provider),
        )
    except NoWindDownRate as error:
        raise CannotBeRead(str(error)) from None
    except ValueError:
        raise CannotBeRead(
            f"“{at}” is no time: write one such as 2023-11-19T23:00, on the clock of the crisis "
            f"({chosen.clock}), or with its zone."
        ) from None
    frame = frame_at(setting, chosen, moment)
    return Replay(
        inventory=inventory,
        hour=hour_of(setting, frame),
        advice=advice(frame),
        catalogue_date=laid_out.catalog.catalogue_date,
    )


def _endings(inventory: Inventory, laid_out: Valuation) -> DeadlineCalendar:
    """The last days within the horizon of a wind-down's chance."""
    held = inventory.portfolio
    return deadline_calendar(laid_out, renewals_of(held), told_by(held), days=int(HORIZON_DAYS))


def alternatives(
    data: Inventory | Source,
    company: str,
    *,
    use_case: str | None = None,
    assumptions: Mapping[str, float] | None = None,
    today: date | None = None,
) -> Alternatives:
    """Rank what a company could do instead, in the worlds of the whole portfolio.

    Raises:
        StartupNotFound: the inventory has no such company, or the company no such use case.
    """
    inventory = read_or_as_it_is(data, today=today)
    companies = {one.name: one for one in inventory.portfolio.startups}
    if company not in companies:
        raise StartupNotFound(f"There is no company called '{company}' in {inventory.name}.")
    facts = catalog()
    setting = Setting(
        catalog=facts,
        assumptions=_assumptions(assumptions),
        today=inventory.day,
        count=worlds_for(len(companies)),
    )
    return Alternatives(
        inventory=inventory,
        company=company,
        options=alternatives_for(companies[company], setting, use_case=use_case),
        catalogue_date=facts.catalogue_date,
    )


def _assumptions(values: Mapping[str, float] | None) -> Assumptions:
    return override(DEFAULTS, dict(values)) if values else DEFAULTS


def _laid_out(
    inventory: Inventory, assumptions: Assumptions, incidents: History | None
) -> Valuation:
    """The inventory ready to be valued, laid out once for the same numbers and facts."""
    key = assumptions, id(incidents)
    kept = inventory.kept
    if key not in kept:
        facts: Catalog = catalog() if incidents is None else incidents.taught()
        laid_out = valuation_of(
            inventory.portfolio, catalog=facts, assumptions=assumptions, today=inventory.day
        )
        kept[key] = laid_out, incidents
    return kept[key][0]
