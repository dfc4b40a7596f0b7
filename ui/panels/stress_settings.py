"""Settings of a stress test: a named scenario, or one of your own, all in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from db.services.stresses import StressChoices
from risk.assumptions import DEFAULTS
from risk.catalog.failure_kinds import PERMANENT_KINDS, FailureKind
from risk.catalog.records import Catalog, Role
from risk.scenarios.event import DEFAULT_DAYS, DEFAULT_SEVERITY, MOST_USED_MODEL_OF
from risk.scenarios.results import WORST_HIT, Scenario
from ui import links, wording

OWN = "own"
OWN_LABEL = "Build your own"

#: Kinds that begin at those who develop or host models, never at a cable or a chip.
COMPANY_KINDS = frozenset(
    {
        FailureKind.LEADERSHIP_CRISIS,
        FailureKind.ACCESS_CUT,
        FailureKind.ACQUISITION,
        FailureKind.REGIONAL_BLOCK,
    }
)
COMPANY_ROLES = frozenset({Role.DEVELOPER, Role.HOST})
NOTICE_KINDS = PERMANENT_KINDS
#: Kinds that can befall one model wherever it runs.
MODEL_KINDS = frozenset(
    {FailureKind.MODEL_RETIREMENT, FailureKind.REGIONAL_BLOCK, FailureKind.OUTAGE}
)
SETTINGS = ("root", "kind", "days", "severity", "price", "notice")
EVERY_CUSTOMER = "everybody"
CUSTOMER_LABELS = {
    EVERY_CUSTOMER: "Every customer at once",
    WORST_HIT: "Whoever would lose most",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a scenario can be asked for, and what its parameters begin with.

    ``choices`` are whom it can hit and where it can begin; ``prefix`` tells a second scenario on
    the same page from the first.
    """

    choices: StressChoices
    catalog: Catalog
    prefix: str = ""

    def name(self, setting: str) -> str:
        """Return the parameter of a setting in the address."""
        return f"{self.prefix}{setting}"


def ask_scenario(
    scenarios: Mapping[str, Scenario], asked: Asked, *, default: str | None = None
) -> Scenario:
    """Show the choice of a scenario; ``default`` is the one that an empty address means."""
    options = [OWN, *scenarios]
    row = st.container(horizontal=True, vertical_alignment="bottom")
    preset = any(links.read(asked.name(one)) for one in SETTINGS)
    first = OWN if preset or not scenarios else default or next(iter(scenarios))
    with row, st.container(width=420):
        chosen = links.select(
            "Scenario",
            options,
            name=asked.name("scenario"),
            default=first,
            shown=lambda one: OWN_LABEL if one == OWN else scenarios[one].title,
        )
    if chosen == OWN:
        return _own_scenario(asked)
    scenario = scenarios[chosen]
    if scenario.customer is not None:
        scenario = replace(scenario, customer=_ask_customer(asked, every=False))
    row.button(
        "Change its settings",
        on_click=_take_over,
        args=(scenario, asked),
        icon=":material/tune:",
        key=asked.name("take_over"),
    )
    return scenario


def _take_over(scenario: Scenario, asked: Asked) -> None:
    # A link of one relation cannot be built by hand: the whole disruption is.
    settings = {
        "scenario": OWN,
        "root": scenario.root,
        "kind": scenario.kind.value,
        "days": _text(scenario.days),
        "severity": _text(scenario.severity),
        "price": _text(scenario.price_multiple),
        "notice": _text(scenario.notice_days),
        "customer": scenario.customer,
    }
    links.write(**{asked.name(name): value for name, value in settings.items()})


def _text(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"


def _own_scenario(asked: Asked) -> Scenario:
    with st.grid(4, min_column_width=170):
        kind = FailureKind(
            links.select(
                "What happens",
                [one.value for one in FailureKind],
                name=asked.name("kind"),
                default=FailureKind.WIND_DOWN.value,
                shown=lambda one: wording.disruption(FailureKind(one)),
                what="kind of failure",
            )
        )
        root = _ask_root(kind, asked)
        days = _ask_days(kind, asked)
        severity = _ask_severity(kind, asked)
        multiple = _ask_price(kind, asked)
        notice = _ask_notice(kind, asked)
        cut = kind is FailureKind.ACCESS_CUT
        customer = _ask_customer(asked, every=True) if cut else None
    return Scenario(
        id=OWN,
        title=wording.disruption_of(root, kind),
        root=root,
        kind=kind,
        days=days,
        severity=severity,
        price_multiple=multiple,
        notice_days=notice,
        customer=customer,
    )


def _ask_customer(asked: Asked, *, every: bool) -> str | None:
    """Ask whom an access cut hits; ``every`` also offers all customers at once, as None."""
    wanted = links.read(asked.name("customer"))
    names = asked.choices.startups or ((wanted,) if wanted else ())
    first = [EVERY_CUSTOMER] if every else []
    chosen = links.select(
        "Which customer",
        list(dict.fromkeys([*first, WORST_HIT, *names])),
        name=asked.name("customer"),
        default=EVERY_CUSTOMER if every else WORST_HIT,
        shown=lambda one: CUSTOMER_LABELS.get(one, one),
        what="company",
    )
    return None if chosen == EVERY_CUSTOMER else chosen


def _ask_root(kind: FailureKind, asked: Asked) -> str:
    options = roots_for(kind, asked.choices.models, asked.catalog)
    name = asked.name("root")
    wanted = links.read(name)
    rule = wanted is not None and wanted.casefold().startswith(MOST_USED_MODEL_OF)
    if wanted is not None and rule and kind in MODEL_KINDS:
        options = [wanted, *options]
    elif wanted not in (None, *options) and wanted in _everything(asked):
        st.info(wording.escaped(f"{wording.disruption(kind)} does not begin at {wanted}."))
        links.write(**{name: None})
    lead = asked.choices.lead
    default = lead if lead in options else options[0]
    label = "To which model" if kind is FailureKind.MODEL_RETIREMENT else "To whom"
    return links.select(
        label,
        options,
        name=name,
        default=default,
        what="provider or model",
        shown=wording.sentence_case,
    )


def roots_for(kind: FailureKind, used: Sequence[str], catalog: Catalog) -> list[str]:
    """Return where a disruption of this kind can begin: providers, services, models in use."""
    providers = sorted(catalog.providers.values(), key=lambda one: one.name.casefold())
    if kind is FailureKind.MODEL_RETIREMENT:
        return list(used) or sorted(catalog.models)[:1] or ["No model is named"]
    models = list(used) if kind in MODEL_KINDS else []
    if kind in COMPANY_KINDS:
        return [one.name for one in providers if one.roles & COMPANY_ROLES] + models
    names = [one.name for one in providers]
    return names if kind in PERMANENT_KINDS else names + sorted(catalog.services) + models


def _everything(asked: Asked) -> set[str]:
    return {*asked.choices.models, *asked.catalog.providers, *asked.catalog.services}


def _ask_days(kind: FailureKind, asked: Asked) -> float | None:
    if kind in PERMANENT_KINDS or kind is FailureKind.LEADERSHIP_CRISIS:
        return None
    return links.number(
        "Days it lasts",
        name=asked.name("days"),
        low=0.05,
        high=365.0,
        default=DEFAULT_DAYS.get(kind, 1.0),
        step=0.5,
        shown_as="%g",
    )


def _ask_severity(kind: FailureKind, asked: Asked) -> float | None:
    if kind in PERMANENT_KINDS or kind is FailureKind.LEADERSHIP_CRISIS:
        return None
    blocked = kind is FailureKind.REGIONAL_BLOCK
    default = DEFAULTS.region_share if blocked else DEFAULT_SEVERITY.get(kind, 1.0)
    return links.share(
        "Users inside the region" if blocked else "Service lost",
        name=asked.name("severity"),
        low=0.05,
        default=default,
        step=0.05,
    )


def _ask_price(kind: FailureKind, asked: Asked) -> float | None:
    if kind is not FailureKind.PRICE_SHOCK:
        return None
    return links.number(
        "New price ÷ old",
        name=asked.name("price"),
        low=1.0,
        high=20.0,
        default=DEFAULTS.price_multiple,
        step=0.5,
        shown_as="%g",
    )


def _ask_notice(kind: FailureKind, asked: Asked) -> float | None:
    if kind not in NOTICE_KINDS:
        return None
    usual = DEFAULT_NOTICE.get(kind, 14.0)
    # Empty it is as uncertain as in every other answer, so that their figures are the same.
    return links.optional_number(
        "Days of notice",
        name=asked.name("notice"),
        low=0.0,
        high=730.0,
        step=1.0,
        placeholder=f"Unknown, about {usual:g}",
        shown_as="%g",
        hint="How long everybody knows before it takes effect. Empty: as uncertain as it is, "
        f"around {usual:g} days, as in every other answer.",
    )


#: What the reference facts say of each kind's usual notice, in days.
DEFAULT_NOTICE: Mapping[FailureKind, float] = {
    FailureKind.WIND_DOWN: 14.0,
    FailureKind.PRICE_SHOCK: 30.0,
    FailureKind.MODEL_RETIREMENT: 180.0,
    FailureKind.ACCESS_CUT: 5.0,
    FailureKind.ACQUISITION: 90.0,
}
