"""What the reader wants to test: a named scenario, or one put together, all in the address."""

from collections.abc import Mapping, Sequence

import streamlit as st

from risk.assumptions import DEFAULTS
from risk.catalog.falters import PERMANENT_KINDS, FalterKind
from risk.catalog.records import Catalog, Role
from risk.inventory.records import Portfolio
from risk.scenarios.event import DEFAULT_DAYS, DEFAULT_SEVERITY
from risk.scenarios.results import Scenario
from ui import links, wording
from ui.rows import models as model_rows

OWN = "own"
OWN_LABEL = "Put one together"

#: Kinds that begin at those who develop or host models, never at a cable or a chip.
COMPANY_KINDS = frozenset(
    {
        FalterKind.LEADERSHIP_CRISIS,
        FalterKind.ACCESS_CUT,
        FalterKind.ACQUISITION,
        FalterKind.REGIONAL_BLOCK,
    }
)
COMPANY_ROLES = frozenset({Role.DEVELOPER, Role.HOST})
NOTICE_KINDS = PERMANENT_KINDS
SETTINGS = ("root", "kind", "days", "severity", "price", "notice")


def ask_scenario(
    scenarios: Mapping[str, Scenario], portfolio: Portfolio, catalog: Catalog, lead: str | None
) -> Scenario:
    """Show the choice of a scenario; ``lead`` is the root at which one put together starts."""
    options = [OWN, *scenarios]
    preset = any(links.read(name) for name in SETTINGS)
    default = OWN if preset or not scenarios else next(iter(scenarios))
    chosen = links.select(
        "Scenario",
        options,
        name="scenario",
        default=default,
        shown=lambda one: OWN_LABEL if one == OWN else scenarios[one].title,
    )
    if chosen == OWN:
        return _own_scenario(portfolio, catalog, lead)
    scenario = scenarios[chosen]
    st.button("Change its settings", on_click=_take_over, args=(scenario,), icon=":material/tune:")
    return scenario


def _take_over(scenario: Scenario) -> None:
    links.write(
        scenario=OWN,
        root=scenario.root,
        kind=scenario.kind.value,
        days=_text(scenario.days),
        severity=_text(scenario.severity),
        price=_text(scenario.price_multiple),
        notice=_text(scenario.notice_days),
    )


def _text(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"


def _own_scenario(portfolio: Portfolio, catalog: Catalog, lead: str | None) -> Scenario:
    with st.grid(4, min_column_width=170):
        kind = FalterKind(
            links.select(
                "What happens",
                [one.value for one in FalterKind],
                name="kind",
                default=FalterKind.WIND_DOWN.value,
                shown=lambda one: wording.falter(FalterKind(one)),
                what="kind of falter",
            )
        )
        root = _ask_root(kind, portfolio, catalog, lead)
        days = _ask_days(kind)
        severity = _ask_severity(kind)
        multiple = _ask_price(kind)
        notice = _ask_notice(kind)
    return Scenario(
        id=OWN,
        title=wording.falter_of(root, kind),
        root=root,
        kind=kind,
        days=days,
        severity=severity,
        price_multiple=multiple,
        notice_days=notice,
    )


def _ask_root(kind: FalterKind, portfolio: Portfolio, catalog: Catalog, lead: str | None) -> str:
    options = roots_for(kind, portfolio, catalog)
    wanted = links.read("root")
    if wanted is not None and wanted not in options and wanted in _everything(portfolio, catalog):
        st.info(wording.escaped(f"{wording.falter(kind)} does not begin at {wanted}."))
        links.write(root=None)
    default = lead if lead in options else options[0]
    label = "To which model" if kind is FalterKind.MODEL_RETIREMENT else "To whom"
    return links.select(label, options, name="root", default=default, what="provider or model")


def roots_for(kind: FalterKind, portfolio: Portfolio, catalog: Catalog) -> list[str]:
    """Return where a falter of this kind can begin: providers, then services or models."""
    providers = sorted(catalog.providers.values(), key=lambda one: one.name.casefold())
    if kind is FalterKind.MODEL_RETIREMENT:
        used = sorted(model_rows.users_by_model(portfolio), key=str.casefold)
        return used or sorted(catalog.models)[:1] or ["No model is named"]
    if kind in COMPANY_KINDS:
        return [one.name for one in providers if one.roles & COMPANY_ROLES]
    names = [one.name for one in providers]
    return names if kind in PERMANENT_KINDS else names + sorted(catalog.services)


def _everything(portfolio: Portfolio, catalog: Catalog) -> set[str]:
    models = set(model_rows.users_by_model(portfolio))
    return models | set(catalog.providers) | set(catalog.services)


def _ask_days(kind: FalterKind) -> float | None:
    if kind in PERMANENT_KINDS or kind is FalterKind.LEADERSHIP_CRISIS:
        return None
    return links.number(
        "Days it lasts",
        name="days",
        low=0.05,
        high=365.0,
        default=DEFAULT_DAYS.get(kind, 1.0),
        step=0.5,
        shown_as="%g",
    )


def _ask_severity(kind: FalterKind) -> float | None:
    if kind in PERMANENT_KINDS or kind is FalterKind.LEADERSHIP_CRISIS:
        return None
    blocked = kind is FalterKind.REGIONAL_BLOCK
    default = DEFAULTS.region_share if blocked else DEFAULT_SEVERITY.get(kind, 1.0)
    return links.slider(
        "Users inside the region" if blocked else "Service lost",
        name="severity",
        low=0.05,
        high=1.0,
        default=default,
        step=0.05,
        shown_as="percent",
    )


def _ask_price(kind: FalterKind) -> float | None:
    if kind is not FalterKind.PRICE_SHOCK:
        return None
    return links.number(
        "New price ÷ old",
        name="price",
        low=1.0,
        high=20.0,
        default=DEFAULTS.price_multiple,
        step=0.5,
        shown_as="%g",
    )


def _ask_notice(kind: FalterKind) -> float | None:
    if kind not in NOTICE_KINDS:
        return None
    return links.number(
        "Days of notice",
        name="notice",
        low=0.0,
        high=730.0,
        default=DEFAULT_NOTICE.get(kind, 14.0),
        step=1.0,
        shown_as="%g",
        hint="How long everybody knows before it takes effect.",
    )


#: What the reference facts say of each kind's usual notice, in days.
DEFAULT_NOTICE: Mapping[FalterKind, float] = {
    FalterKind.WIND_DOWN: 14.0,
    FalterKind.PRICE_SHOCK: 30.0,
    FalterKind.MODEL_RETIREMENT: 180.0,
    FalterKind.ACCESS_CUT: 5.0,
    FalterKind.ACQUISITION: 90.0,
}


def settings_in_words(scenario: Scenario) -> Sequence[str]:
    """Return what is tested, one setting each: ``15 hours``, ``20 % of the service lost`` ..."""
    words = [wording.falter_of(scenario.root, scenario.kind)]
    if scenario.kind is FalterKind.LEADERSHIP_CRISIS:
        return words  # It stops no service itself, so length and severity would mislead.
    if scenario.days is not None:
        words.append(f"lasts {wording.days(scenario.days)}")
    elif scenario.kind in PERMANENT_KINDS:
        words.append("for good")
    if scenario.severity is not None and scenario.kind not in PERMANENT_KINDS:
        words.append(f"{wording.percent(scenario.severity)} of the service lost")
    if scenario.price_multiple is not None:
        words.append(f"price × {scenario.price_multiple:g}")
    if scenario.notice_days:
        words.append(f"{wording.days(scenario.notice_days)} of notice")
    return words
