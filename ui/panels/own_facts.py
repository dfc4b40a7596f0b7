"""Own providers, their services and whom they rest on: what was added here, and forms for it.

What is own stands apart from what ships, with who stated it, when and from where. Whoever may not
state anything sees the tables alone.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from db.errors import StoreError
from db.services import own_facts as service
from db.services.access import Action
from risk.catalog.failure_kinds import Basis, FailureKind
from risk.catalog.own import OWN_RELATIONS
from risk.catalog.records import (
    Catalog,
    LinkEffect,
    OwnFacts,
    OwnLink,
    OwnProvider,
    OwnService,
    Provider,
    Role,
    Service,
    UpstreamLink,
)
from ui import cached, wording
from ui.cached import may
from ui.clicks import once_a_click
from ui.page import card, open_provider
from ui.render.page import column_table
from ui.tables import own_fact
from ui.tables.provider import ROLE_NAMES

_MESSAGE = "own_fact_message"
#: How often something was stated since the page was opened: forms are empty once it is.
_STATED = "own_facts_stated"
#: A developer of a service that serves models of many.
_MANY = "Many developers"
_NEW = "A new one"


def own_providers(catalog: Catalog, portfolio: str) -> None:
    """Show the providers that were added here, apart from those that ship, and a form for more."""
    own = catalog.own
    _say_what_was_done()
    if own.providers:
        with card(
            "Your own providers", note="Added here, and used like those that ship with the product."
        ):
            column_table(
                own_fact.PROVIDERS,
                [own_fact.provider_row(one) for one in own.providers],
                key="own_providers",
                file_name="own-providers.csv",
                open_row=lambda row: open_provider(row["name"], portfolio),
                alt=f"{len(own.providers)} providers that were added here.",
            )
            _doubts(own)
    if may(Action.STATE_OWN_FACT):
        with st.expander("Add a provider", icon=":material/add:"):
            st.caption(
                "A vendor that is not in the list, such as one that only you use. Its page then "
                "takes its services, the names by which files call them, and whom it runs on."
            )
            _provider_form(None)


def own_facts_of(name: str, catalog: Catalog) -> None:
    """Show what was added of one own provider, and let it be changed; nothing of a shipped one."""
    own = catalog.own
    known = next((one for one in own.providers if one.provider.name == name), None)
    if known is None:
        return
    services = [one for one in own.services if one.service.host == name]
    whose = {name, *(one.service.name for one in services)}
    links = [one for one in own.links if one.link.downstream in whose]
    _say_what_was_done()
    stated = f"Stated by {known.by}"
    if known.at is not None:
        stated += f" on {wording.day(known.at.date())}"
    with card(
        "Your own provider",
        note=f"{stated}, from: {known.provider.source}. It does not ship with the product.",
    ):
        if known.note:
            st.markdown(wording.escaped(known.note))
        _doubts(own)
        _listed("Services", own_fact.SERVICES, [own_fact.service_row(one) for one in services])
        _listed("Whom it depends on", own_fact.LINKS, [own_fact.link_row(one) for one in links])
        if not may(Action.STATE_OWN_FACT):
            st.caption("You may read this and not change it. Ask an analyst or owner.")
            return
        with st.expander("Add or change a service", icon=":material/apps:"):
            _service_form(name, services, catalog)
        with st.expander("Say whom it runs on", icon=":material/account_tree:"):
            _link_form(name, [one.service.name for one in services], links, catalog)
        with st.expander("Change what is said of it", icon=":material/edit:"):
            _provider_form(known)
        with st.expander("Remove", icon=":material/delete:"):
            _removal(name, services, links)


def _doubts(own: OwnFacts) -> None:
    for doubt in own.doubts:
        st.warning(wording.escaped(doubt))


def _listed(title: str, columns: Sequence[Any], rows: list[Any]) -> None:
    if not rows:
        st.caption(f"{title}: nothing is stated yet.")
        return
    st.caption(title)
    key = f"own_{title.split()[0].lower()}"
    column_table(columns, rows, key=key, file_name=f"{key.replace('_', '-')}.csv", alt=title)


# --- Forms --------------------------------------------------------------------------------------


def _provider_form(known: OwnProvider | None) -> None:
    before = known.provider if known else None
    with st.form(_key("provider", before.name if before else ""), border=False):
        name = before.name if before else st.text_input("Name", max_chars=200)
        roles = st.multiselect(
            "What it does",
            list(Role),
            default=sorted(before.roles if before else {Role.DEVELOPER, Role.HOST}),
            format_func=lambda role: ROLE_NAMES[role],
        )
        with st.grid(2, min_column_width=200):
            country = st.text_input(
                "Country (two letters)", value=before.country if before else "", max_chars=2
            )
            website = st.text_input("Website", value=before.website if before else "")
        note = st.text_input("Note", value=known.note if known else "")
        source, as_of = _source(before)
        if st.form_submit_button("Change it" if known else "Add the provider", type="primary"):
            stated = Provider(
                name=name,
                roles=frozenset(roles),
                country=country,
                website=website,
                tier="",
                colour="",
                source=source,
                as_of=as_of,
            )
            _keep(
                service.state_own_provider,
                OwnProvider(provider=stated, note=note),
                f"{name.strip()} is a provider of your own. It counts from now on.",
                change=known is not None,
            )


def _service_form(provider: str, services: Sequence[OwnService], catalog: Catalog) -> None:
    known = {one.service.name: one for one in services}
    chosen = st.selectbox("Which service", [_NEW, *known], key="own_service") if known else _NEW
    before = known.get(chosen)
    developers = [provider, _MANY, *sorted(set(catalog.providers) - {provider})]
    had = (before.service.developer or _MANY) if before else provider
    with st.form(_key("service", chosen), border=False):
        name = before.service.name if before else st.text_input("Name of the service")
        with st.grid(2, min_column_width=200):
            developer = st.selectbox(
                "Whose models it serves",
                developers,
                index=developers.index(had) if had in developers else 0,
                help="Its own name where it is a product of its own: then say below whom it runs "
                "on. Another developer where it hands on that developer's models.",
            )
            form = st.selectbox(
                "For",
                ["api", "app"],
                index=["api", "app"].index(before.service.form if before else "api"),
                format_func={"api": "Programs (API)", "app": "People (app)"}.__getitem__,
            )
        aliases = st.text_input(
            "Other names in files, with commas between them",
            value=", ".join(before.aliases) if before else "",
        )
        source, as_of = _source(before.service if before else None)
        if st.form_submit_button("Change it" if before else "Add the service", type="primary"):
            stated = Service(
                name=name,
                developer=None if developer == _MANY else developer,
                host=provider,
                form=form,
                source=source,
                as_of=as_of,
            )
            _keep(
                service.state_own_service,
                OwnService(service=stated, aliases=tuple(aliases.split(","))),
                f"{name.strip()} is a service of {provider}. Files that name it are read so from "
                "now on; what is stored already, once its file is imported again.",
                change=before is not None,
            )


def _link_form(
    provider: str, services: Sequence[str], links: Sequence[OwnLink], catalog: Catalog
) -> None:
    known = {
        f"{one.link.downstream} on {one.link.upstream} ({one.link.relation})": one.link
        for one in links
    }
    chosen = st.selectbox("Which", [_NEW, *known], key="own_link") if known else _NEW
    before = known.get(chosen)
    upstream: str | None
    with st.form(_key("link", chosen), border=False):
        if before:
            downstream, upstream, relation = before.downstream, before.upstream, before.relation
        else:
            downstream = st.selectbox("Who", [provider, *services])
            upstream = st.selectbox(
                "Runs on",
                sorted({*catalog.providers, *catalog.services} - {provider, *services}),
                index=None,
                placeholder="A provider, or one of its services",
                help="A service, such as Azure OpenAI Service, brings both its developer and its "
                "host.",
            )
            relation = st.selectbox(
                "How", OWN_RELATIONS, format_func=lambda one: own_fact.RELATIONS[one]
            )
        effects = before.effects if before else {}
        kinds = st.multiselect(
            "Which disruptions pass",
            list(FailureKind),
            default=list(effects),
            format_func=wording.disruption,
            placeholder="As links of this sort usually do",
            help="Without a choice it passes on what shipped links of this sort usually do, and "
            "the two numbers below do not count.",
        )
        first = next(iter(effects.values()), LinkEffect(probability=1.0, gain=1.0))
        shown = round(first.probability * 100), round(first.gain * 100)
        with st.grid(2, min_column_width=200):
            chance = st.slider("Chance that they pass", 0, 100, shown[0], format="%d %%")
            lost = st.slider("Service lost when they do", 0, 100, shown[1], format="%d %%")
        is_stated = st.checkbox(
            "The source states these numbers",
            value=before is not None and before.basis is Basis.PUBLISHED,
            help="Otherwise they are judgement, and the range of the answers is wider.",
        )
        note = st.text_input("Note", value=before.note if before else "")
        source, as_of = _source(before)
        if not st.form_submit_button("Change it" if before else "Add the link", type="primary"):
            return
        if upstream is None:
            st.error("Choose whom it runs on.")
            return
        effect = LinkEffect(probability=chance / 100, gain=lost / 100)
        is_moved = (chance, lost) != shown
        if not kinds and (is_moved or is_stated):
            st.error("Choose which disruptions pass with these numbers.")
            return
        stated = UpstreamLink(
            upstream=upstream,
            downstream=downstream,
            relation=relation,
            effects={kind: effect if is_moved else effects.get(kind, effect) for kind in kinds},
            basis=Basis.PUBLISHED if is_stated else Basis.JUDGEMENT,
            note=note,
            source=source,
            as_of=as_of,
        )
        _keep(
            service.state_own_link,
            OwnLink(link=stated),
            f"{downstream} depends on {upstream}; answers count it from now on.",
            change=before is not None,
        )


def _removal(name: str, services: Sequence[OwnService], links: Sequence[OwnLink]) -> None:
    everything = f"{name}, with all of it"
    of_links = {
        f"{one.link.downstream} on {one.link.upstream}": (one.link.downstream, one.link.upstream)
        for one in links
    }
    of_services = {f"The service {one.service.name}": one.service.name for one in services}
    with st.form(_key("removal", name), border=False):
        what = st.selectbox("What", [*of_links, *of_services, everything])
        reason = st.text_input("Why")
        if not st.form_submit_button("Remove it"):
            return
        store, actor = cached.store(), cached.actor()
        work: Callable[[], object]
        if what in of_links:
            work = partial(service.remove_own_link, store, actor, *of_links[what], reason)
        elif what in of_services:
            work = partial(service.remove_own_service, store, actor, of_services[what], reason)
        else:
            work = partial(service.remove_own_provider, store, actor, name, reason)
        # Of a second click the store says that it is gone.
        _done(
            work,
            "Removed. Dependencies that were read as it keep that reading until their file is "
            "imported again.",
        )


def _source(before: Provider | Service | UpstreamLink | None) -> tuple[str, str]:
    """Ask where it is known from and since when; the day as ISO text."""
    with st.grid(2, min_column_width=200):
        source = st.text_input(
            "Where that is known from",
            value=before.source if before else "",
            placeholder="Contract, page, or who said it",
        )
        day = st.date_input(
            "Read or said on",
            value=date.fromisoformat(before.as_of) if before else cached.today(),
            max_value=cached.today(),
            format="YYYY-MM-DD",
        )
    return source, day.isoformat() if isinstance(day, date) else ""


def _key(form: str, what: str) -> str:
    return f"own_{form}_{what}_{st.session_state.get(_STATED, 0)}"


def _keep(work: Callable[..., Any], stated: object, says: str, *, change: bool) -> None:
    store, actor = cached.store(), cached.actor()
    _done(lambda: once_a_click(work, store, actor, stated, change=change), says)


def _done(work: Callable[[], object], says: str) -> None:
    try:
        work()
    except StoreError as problem:
        st.error(wording.escaped(problem))
        return
    st.session_state[_STATED] = st.session_state.get(_STATED, 0) + 1
    st.session_state[_MESSAGE] = says
    st.rerun()


def _say_what_was_done() -> None:
    said = st.session_state.pop(_MESSAGE, None)
    if said:
        st.success(wording.escaped(said))
