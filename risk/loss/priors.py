"""Priors of an option that nobody stated: never zero, never the best case.

Judgement. docs/method.md §4.
"""

from collections.abc import Mapping

from risk.inventory.records import Depth, ExitPlan, Fallback

CRITICALITY: Mapping[int, float] = {2: 0.10, 3: 0.30, 4: 0.40, 5: 0.20}
DEPTH: Mapping[Depth, float] = {
    Depth.GATEWAY: 0.05,
    Depth.RAW_API: 0.25,
    Depth.PROMPTS: 0.35,
    Depth.EMBEDDINGS: 0.10,
    Depth.AGENTS: 0.20,
    Depth.FINE_TUNED: 0.05,
}
FALLBACK: Mapping[Fallback, float] = {
    Fallback.AUTOMATIC: 0.05,
    Fallback.TESTED: 0.10,
    Fallback.UNTESTED: 0.15,
    Fallback.DOCUMENTED: 0.20,
    Fallback.NONE: 0.50,
}
EXIT_PLAN: Mapping[ExitPlan, float] = {
    ExitPlan.TESTED: 0.05,
    ExitPlan.WRITTEN: 0.20,
    ExitPlan.NONE: 0.75,
}
