"""Rows of the tables that show the register: facts as stated, with what nobody stated marked."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from risk.catalog.records import Answer
from risk.inventory.records import Dependency, Startup, UseCase
from ui import wording

#: The facts of a startup in the order of the screen, with how each is written.
FACTS: dict[str, Callable[[Any], str]] = {
    "sector": str,
    "country": str,
    "website": str,
    "annual_revenue_usd": wording.stated_money,
    "gross_margin": wording.percent,
    "ai_revenue_share": wording.percent,
    "cash_usd": wording.stated_money,
    "monthly_burn_usd": wording.stated_money,
    "engineers": wording.number,
    "invested_usd": wording.stated_money,
}
USE_CASE_FACTS = ("criticality", "revenue_share", "buffer_hours")
DEPENDENCY_FACTS = (
    "model",
    "region",
    "data_residency",
    "share",
    "spend_usd_per_month",
    "depth",
    "fallback",
    "exit_plan",
    "notice_days",
    "renewal",
)


def dependencies_of(startup: Startup) -> list[tuple[UseCase, Dependency]]:
    """Return every dependency with its use case, in the order of the register."""
    return [(case, one) for case in startup.use_cases for one in case.dependencies]


def unknown_facts(startup: Startup) -> int:
    """Count the facts of a startup, its use cases and its dependencies that nobody stated."""
    return sum(
        getattr(record, name) is None
        for record, names in (
            (startup, tuple(FACTS)),
            *((case, USE_CASE_FACTS) for case in startup.use_cases),
            *(
                (one, DEPENDENCY_FACTS)
                for _, one in dependencies_of(startup)
                if one.answer is Answer.YES
            ),
        )
        for name in names
    )


def open_questions(startup: Startup) -> list[tuple[UseCase, Dependency]]:
    """Return the dependencies whose text may or may not stand for a language model."""
    return [pair for pair in dependencies_of(startup) if pair[1].answer is Answer.ASK]


def register_table(startups: Sequence[Startup]) -> pd.DataFrame:
    """Return the plain list of startups; figures stay numbers and unknown stays empty."""
    return pd.DataFrame(
        {
            "Startup": [one.name for one in startups],
            "Sector": [one.sector for one in startups],
            "Country": [one.country for one in startups],
            "Depends on": [_depends_on(one) for one in startups],
            "Annual revenue": [one.annual_revenue_usd for one in startups],
            "Gross margin": [_per_cent(one.gross_margin) for one in startups],
            "Revenue needing AI": [_per_cent(one.ai_revenue_share) for one in startups],
            "Cash": [one.cash_usd for one in startups],
            "Burn a month": [one.monthly_burn_usd for one in startups],
            "Engineers": [one.engineers for one in startups],
            "Unknown facts": [unknown_facts(one) for one in startups],
            "Open questions": [len(open_questions(one)) for one in startups],
            "Data of": [one.as_of for one in startups],
        }
    )


def _depends_on(startup: Startup) -> str:
    names = {
        wording.provider(one.developer)
        for _, one in dependencies_of(startup)
        if one.answer is Answer.YES
    }
    return ", ".join(sorted(names)) or "–"


def _per_cent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def register_columns() -> dict[str, object]:
    """Return how the table of :func:`register_table` is shown."""
    column = st.column_config
    return {
        "Startup": column.TextColumn(pinned=True, width="medium"),
        "Depends on": column.TextColumn(width=200, help="Developers of the models it uses."),
        "Annual revenue": column.NumberColumn(format="$%,d", width=130),
        "Gross margin": column.NumberColumn(format="%.0f %%", width=110),
        "Revenue needing AI": column.NumberColumn(format="%.0f %%", width=140),
        "Cash": column.NumberColumn(format="$%,d", width=120),
        "Burn a month": column.NumberColumn(format="$%,d", width=120),
        "Engineers": column.NumberColumn(format="%,d", width=90),
        "Unknown facts": column.NumberColumn(
            width=120, help="Facts of the startup, its use cases and dependencies nobody stated."
        ),
        "Open questions": column.NumberColumn(
            width=120, help="Texts that may or may not stand for a language model."
        ),
        "Data of": column.DateColumn(format="D MMM YYYY", width=110),
    }


def question_table(startups: Sequence[Startup]) -> pd.DataFrame:
    """Return what somebody must clarify, one row a text that could not be read surely."""
    rows = [
        (one.name, case.name, dependency)
        for one in startups
        for case, dependency in open_questions(one)
    ]
    return pd.DataFrame(
        {
            "Startup": [name for name, _, _ in rows],
            "Use case": [case for _, case, _ in rows],
            "Text in the file": [one.provider_text for _, _, one in rows],
            "Question": [
                f"Does “{one.provider_text}” use a language model, and whose?" for _, _, one in rows
            ],
            "Source": [one.source for _, _, one in rows],
        }
    )


def fact_table(startup: Startup) -> pd.DataFrame:
    """Return the facts of one startup with where each was read; "unknown" where nobody said."""
    values = {name: getattr(startup, name) for name in FACTS}
    return pd.DataFrame(
        {
            "Fact": [wording.field(name) for name in values],
            "Value": [
                wording.UNKNOWN if value is None else FACTS[name](value)
                for name, value in values.items()
            ],
            "Source": [_source(startup, name) for name in values],
        }
    )


def _source(startup: Startup, name: str) -> str:
    if getattr(startup, name) is None:
        return "nobody has stated it"
    return startup.sources.get(name) or startup.sources.get("*") or "register"


def dependency_table(startup: Startup) -> pd.DataFrame:
    """Return each text with what it was read as, how surely it is meant, and its facts."""
    rows = dependencies_of(startup)
    return pd.DataFrame(
        {
            "Use case": [case.name for case, _ in rows],
            "Text in the file": [one.provider_text for _, one in rows],
            "Language model?": [_ANSWERS[one.answer] for _, one in rows],
            "Developer": [_read_as(one, one.developer) for _, one in rows],
            "Host": [_read_as(one, one.host) for _, one in rows],
            "Product": [one.product for _, one in rows],
            "Model": [one.model for _, one in rows],
            "Share": [_per_cent(one.share) for _, one in rows],
            "Spend a month": [one.spend_usd_per_month for _, one in rows],
            "Integration": [wording.choice(one.depth) for _, one in rows],
            "Fallback": [_fallback(one) for _, one in rows],
            "Exit plan": [wording.choice(one.exit_plan) for _, one in rows],
            "Move begun": [wording.choice(one.switch_begun) for _, one in rows],
            "Region": [one.region for _, one in rows],
            "Notice, days": [one.notice_days for _, one in rows],
            "Renewal": [one.renewal for _, one in rows],
            "Source": [one.source for _, one in rows],
            "Data of": [one.as_of for _, one in rows],
        }
    )


def dependency_columns() -> dict[str, object]:
    """Return how the table of :func:`dependency_table` is shown."""
    column = st.column_config
    return {
        "Use case": column.TextColumn(pinned=True, width=150),
        "Text in the file": column.TextColumn(width=170),
        "Language model?": column.TextColumn(
            width=120, help="yes, no, or ask: nobody can tell from the text."
        ),
        "Share": column.NumberColumn(format="%.0f %%", width=80),
        "Spend a month": column.NumberColumn(format="$%,d", width=110),
        "Notice, days": column.NumberColumn(format="%,.0f", width=100),
        "Renewal": column.DateColumn(format="D MMM YYYY", width=110),
        "Data of": column.DateColumn(format="D MMM YYYY", width=110),
    }


_ANSWERS = {Answer.YES: "yes", Answer.NO: "no", Answer.ASK: "ask"}


def _read_as(one: Dependency, name: str | None) -> str:
    return "–" if one.answer is Answer.NO else wording.provider(name)


def _fallback(one: Dependency) -> str:
    state = wording.choice(one.fallback)
    if one.fallback_developer is None:
        return state
    to = wording.provider(one.fallback_developer)
    if one.fallback_host not in (None, one.fallback_developer):
        to = f"{to} at {wording.provider(one.fallback_host)}"
    tested = f", tested {wording.day(one.fallback_tested_on)}" if one.fallback_tested_on else ""
    return f"{state}: {to}{tested}"
