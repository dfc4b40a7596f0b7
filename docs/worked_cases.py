"""Worked cases of advice: ten use cases on the facts that ship, on one day.

Each is one startup of the same size. docs/cases.md asks the questions and defends the advice; its
tables are made here, and tests hold each advice and its sums.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from risk.alternatives.options import alternatives_for
from risk.alternatives.ranking import objective
from risk.alternatives.results import Alternative, OptionClass
from risk.alternatives.variants import Setting
from risk.assumptions import DEFAULTS
from risk.catalog.loading import load_catalog
from risk.inventory.records import (
    Answer,
    Dependency,
    Depth,
    ExitPlan,
    Fallback,
    Startup,
    UseCase,
)

FIXTURES = Path(__file__).parent.parent / "fixtures"
TODAY = date(2026, 11, 28)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One question: a use case and what it depends on; ``advice`` is what is recommended.

    ``more`` are further use cases of the startup that depend on the same.
    """

    name: str
    use_case: str
    facts: Mapping[str, Any]
    advice: OptionClass
    criticality: int = 4
    buffer_hours: float = 0.0
    more: tuple[str, ...] = ()


def dependency(key: str, **facts: Any) -> Dependency:
    """A dependency of which everything is stated; no backup and no exit plan unless said."""
    known: dict[str, Any] = {
        "spend_usd_per_month": 5_000.0,
        "share": 1.0,
        "fallback": Fallback.NONE,
        "exit_plan": ExitPlan.NONE,
        "notice_days": 30.0,
    }
    return Dependency(
        key=key,
        provider_text=str(facts.get("developer")),
        answer=Answer.YES,
        **{**known, **facts},
    )


def startup(case: Case) -> Startup:
    """USD 4 million of revenue, half of it on AI at a gross margin of 70 %; 20 engineers."""
    names = (case.use_case, *case.more)
    cases = tuple(
        UseCase(
            name=name,
            criticality=case.criticality,
            buffer_hours=case.buffer_hours,
            revenue_share=1 / len(names),
            dependencies=(dependency(name, **case.facts),),
        )
        for name in names
    )
    return Startup(
        name="Any",
        use_cases=cases,
        annual_revenue_usd=4_000_000.0,
        gross_margin=0.7,
        ai_revenue_share=0.5,
        engineers=20.0,
        cash_usd=3_000_000.0,
        monthly_burn_usd=150_000.0,
    )


@cache
def setting() -> Setting:
    """The facts that ship, on the day of the cases."""
    return Setting(catalog=load_catalog(FIXTURES), assumptions=DEFAULTS, today=TODAY)


@cache
def options_of(name: str) -> tuple[Alternative, ...]:
    """All options of the first use case of a case."""
    case = next(one for one in CASES if one.name == name)
    return alternatives_for(startup(case), setting(), use_case=case.use_case)


COLUMNS = ("", "once", "more a year", "loss a year", "worst 5 %", "together")


def tables() -> Mapping[str, str]:
    """What each case comes to, by its name."""
    return {case.name: _table(case) for case in CASES}


def _table(case: Case) -> str:
    """What is recommended, the runner-up and staying, and what the first takes once by part."""
    options = options_of(case.name)
    stay, best = options[0], next(one for one in options if one.recommended)
    shown = [best, *(one for one in options if one.runner_up)]
    shown += [] if stay in shown else [stay]
    lines = [
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
        *(_row(one, stay) for one in shown),
        "",
        _takes(best),
    ]
    return "\n".join(lines)


def _row(one: Alternative, stay: Alternative) -> str:
    run, today = one.run_usd_per_year or 0.0, stay.run_usd_per_year or 0.0
    figures = (
        *(one.one_off_usd, max(0.0, run - today), one.residual_aal_usd, one.residual_tvar95_usd),
        objective(one, stay, DEFAULTS),
    )
    return f"| {one.option} | " + " | ".join(f"{each:,.0f}" for each in figures) + " |"


def _takes(best: Alternative) -> str:
    """What the advice costs once, part by part, with whom it is shared."""
    if not best.once:
        return "It costs nothing once."
    parts = ", ".join(
        f"{each.part.value} {each.mean_usd:,.0f} ({each.low_usd:,.0f} to {each.high_usd:,.0f})"
        for each in best.once
    )
    shared = f", shared by {best.shared_by} use cases" if best.shared_by > 1 else ""
    return f"Once, in USD (10 to 90 %){shared}: {parts}."


OPENAI = {"developer": "OpenAI", "host": "OpenAI", "model": "GPT-5.5"}
CASES = (
    Case(
        name="a voice agent",
        use_case="voice agent on the phone",
        facts={
            **{"developer": "OpenAI", "host": "OpenAI", "model": "gpt-realtime-2"},
            "depth": Depth.AGENTS,
        },
        criticality=5,
        advice=OptionClass.GATEWAY,
    ),
    Case(
        name="a store of embeddings",
        use_case="semantic search",
        facts={
            **{"developer": "OpenAI", "host": "OpenAI", "model": "text-embedding-3-large"},
            "depth": Depth.EMBEDDINGS,
        },
        advice=OptionClass.RESERVED,
    ),
    Case(
        name="a fine tuned model",
        use_case="claims triage",
        facts={**OPENAI, "depth": Depth.FINE_TUNED},
        advice=OptionClass.GATEWAY,
    ),
    Case(
        name="data in the eu",
        use_case="contract review",
        facts={
            **{"developer": "OpenAI", "host": "Microsoft Azure", "model": "GPT-5.5"},
            **{"depth": Depth.PROMPTS, "data_residency": "EU", "region": "eu"},
        },
        advice=OptionClass.OTHER_HOST,
    ),
    Case(
        name="labelling in batches",
        use_case="batch labelling",
        facts={**OPENAI, "depth": Depth.RAW_API},
        criticality=1,
        buffer_hours=168.0,
        advice=OptionClass.STAY,
    ),
    Case(
        name="a model that ends",
        use_case="support assistant",
        facts={
            **{"developer": "OpenAI", "host": "OpenAI", "model": "GPT-4.1"},
            "depth": Depth.PROMPTS,
        },
        advice=OptionClass.OTHER_DEVELOPER,
    ),
    Case(
        name="one cloud",
        use_case="code review",
        facts={
            **{"developer": "Anthropic", "host": "Amazon Web Services"},
            **{"model": "Claude Sonnet 5", "depth": Depth.PROMPTS, "fallback": Fallback.TESTED},
            **{"fallback_developer": "Meta", "fallback_host": "Amazon Web Services"},
            "fallback_tested_on": date(2026, 11, 1),
        },
        advice=OptionClass.STAY,
    ),
    Case(
        name="a backup that was tried",
        use_case="drafting agent",
        facts={
            **{**OPENAI, "depth": Depth.AGENTS, "fallback": Fallback.TESTED},
            **{"fallback_developer": "Anthropic", "fallback_host": "Anthropic"},
            "fallback_tested_on": date(2026, 11, 1),
        },
        criticality=5,
        advice=OptionClass.GATEWAY,
    ),
    Case(
        name="a contract",
        use_case="underwriting notes",
        facts={
            **{**OPENAI, "depth": Depth.AGENTS, "contract_end": date(2027, 11, 30)},
            "spend_usd_per_month": 40_000.0,
        },
        advice=OptionClass.GATEWAY,
    ),
    Case(
        name="one gateway",
        use_case="support",
        more=("sales", "search"),
        facts={**OPENAI, "depth": Depth.PROMPTS},
        advice=OptionClass.GATEWAY,
    ),
)
