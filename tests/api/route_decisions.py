"""What somebody decided about every route and every kind of token.

A new command gets a line here, and a value in ``VALUES`` for a parameter that is new; until then
``test_routes.py`` fails, because nobody decided who may ask it.
"""

from enum import Enum
from typing import Any

from db.services.access import LOCAL_OWNER, Actor, ActorRole
from db.services.tokens import TokenScope
from tests.db.access_decisions import CRISIS

ALLOWED, REFUSED, HIDDEN, STRANGER = "allowed", "refused", "hidden", "stranger"
READ, IMPORT, SHARE, ADMIN = TokenScope

#: Whoever makes a token, and what it is narrowed to. The portfolio asked about is the team Blue's.
BLUE = Actor("Ann", ActorRole.ANALYST, team="Blue", person=1)
RED = Actor("Rob", ActorRole.ANALYST, team="Red", person=2)
TOKENS: dict[str, tuple[Actor, dict[str, Any]]] = {
    "read": (BLUE, {"scopes": [READ]}),
    "import": (BLUE, {"scopes": [IMPORT]}),
    "share": (BLUE, {"scopes": [SHARE]}),
    "admin": (LOCAL_OWNER, {"scopes": [ADMIN]}),
    "other team": (RED, {"scopes": [IMPORT, SHARE]}),
    "other portfolio": (LOCAL_OWNER, {"scopes": [ADMIN], "portfolio": "Other"}),
}
STRANGERS = ("none", "unknown", "revoked", "expired")


class Sort(Enum):
    """The sorts of routes: what the tokens meet, in the order of :data:`TOKENS`."""

    FACTS = (ALLOWED, ALLOWED, ALLOWED, ALLOWED, ALLOWED, ALLOWED)
    PORTFOLIO = (ALLOWED, ALLOWED, ALLOWED, ALLOWED, HIDDEN, HIDDEN)
    WORK = (REFUSED, ALLOWED, REFUSED, ALLOWED, HIDDEN, HIDDEN)
    WORK_ON_FACTS = (REFUSED, ALLOWED, REFUSED, ALLOWED, ALLOWED, REFUSED)
    FILES_OF_A_TEAM = (REFUSED, ALLOWED, REFUSED, ALLOWED, HIDDEN, REFUSED)
    LISTS_OF_WORK = (REFUSED, ALLOWED, REFUSED, ALLOWED, ALLOWED, ALLOWED)
    SHARING = (REFUSED, REFUSED, ALLOWED, ALLOWED, HIDDEN, HIDDEN)
    LISTS_OF_LINKS = (REFUSED, REFUSED, ALLOWED, ALLOWED, ALLOWED, ALLOWED)
    OWNER = (REFUSED, REFUSED, REFUSED, ALLOWED, REFUSED, REFUSED)
    OWNERS_WORK = (REFUSED, REFUSED, REFUSED, ALLOWED, REFUSED, HIDDEN)

    def verdict(self, token: str) -> str:
        """What a token meets."""
        return dict(zip(TOKENS, self.value, strict=True))[token]


ROUTES: dict[str, Sort] = {
    **dict.fromkeys(("crisis check", "crisis list", "crisis new", "crisis show"), Sort.FACTS),
    "watch channels": Sort.FACTS,
    **dict.fromkeys(
        ("forecasts list", "forecasts score", "losses list", "losses score"), Sort.PORTFOLIO
    ),
    **dict.fromkeys(
        ("aliases list", "assumptions", "batches", "dora oversee", "funds", "glossary", "hazard"),
        Sort.FACTS,
    ),
    **dict.fromkeys(
        ("incidents calibration", "incidents feeds", "incidents stats", "portfolios"), Sort.FACTS
    ),
    **dict.fromkeys(
        ("providers", "providers list", "replay", "resolve", "scenarios", "signals list"),
        Sort.FACTS,
    ),
    **dict.fromkeys(
        ("alternatives", "calendar", "company", "contracts export", "contracts list"),
        Sort.PORTFOLIO,
    ),
    **dict.fromkeys(
        ("contracts show", "decisions list", "depends", "dora lint", "dora list"), Sort.PORTFOLIO
    ),
    **dict.fromkeys(
        ("drills list", "drills overdue", "evaluations list", "export", "funds holdings"),
        Sort.PORTFOLIO,
    ),
    **dict.fromkeys(
        ("history", "incident", "matrix", "observed", "overview", "plan", "questions choose"),
        Sort.PORTFOLIO,
    ),
    **dict.fromkeys(
        ("questions inbox", "readiness", "report", "score", "scores list", "sensitivity"),
        Sort.PORTFOLIO,
    ),
    **dict.fromkeys(("startups", "stress", "validate", "watch", "watch limits"), Sort.PORTFOLIO),
    **dict.fromkeys(("contracts apply", "contracts check", "contracts import"), Sort.WORK),
    **dict.fromkeys(("contracts remove", "contracts set", "decide", "dora draw"), Sort.WORK),
    **dict.fromkeys(("dora import", "drills add", "drills import", "end", "exit"), Sort.WORK),
    **dict.fromkeys(("evaluations add", "funds import", "funds set", "funds undo"), Sort.WORK),
    **dict.fromkeys(("import", "judge", "merge", "portfolios archive"), Sort.WORK),
    **dict.fromkeys(
        ("portfolios currency", "portfolios rename", "portfolios unarchive", "questions answer"),
        Sort.WORK,
    ),
    **dict.fromkeys(("rename", "scores keep", "state", "undo", "usage"), Sort.WORK),
    **dict.fromkeys(("assumptions set", "watch remove", "watch set"), Sort.WORK),
    **dict.fromkeys(("decisions done", "decisions reopen", "decisions undo"), Sort.WORK),
    **dict.fromkeys(("drills undo", "drills undo-import", "evaluations undo"), Sort.WORK),
    **dict.fromkeys(("dora accept", "dora add-row", "dora export", "dora fill"), Sort.WORK),
    **dict.fromkeys(
        ("dora remove", "dora remove-row", "dora set", "dora state", "dora undo"), Sort.WORK
    ),
    **dict.fromkeys(("dora proposals", "dora show"), Sort.PORTFOLIO),
    **dict.fromkeys(("correction accept", "correction decline"), Sort.WORK),
    **dict.fromkeys(("aliases add", "aliases remove", "incidents import"), Sort.WORK_ON_FACTS),
    **dict.fromkeys(
        ("providers add", "providers link", "providers remove", "providers service"),
        Sort.WORK_ON_FACTS,
    ),
    **dict.fromkeys(("incidents poll", "signals add"), Sort.WORK_ON_FACTS),
    **dict.fromkeys(("crisis add", "crisis note", "crisis remove"), Sort.FILES_OF_A_TEAM),
    **dict.fromkeys(("watch end", "watch subscriptions", "watch tell"), Sort.WORK_ON_FACTS),
    "watch test": Sort.WORK_ON_FACTS,
    **dict.fromkeys(("reports end", "reports list", "reports test"), Sort.WORK_ON_FACTS),
    "reports tell": Sort.FILES_OF_A_TEAM,
    **dict.fromkeys(("forecasts keep", "forecasts settle", "losses note"), Sort.WORK),
    "losses undo": Sort.WORK,
    **dict.fromkeys(("correction list", "portfolios archived"), Sort.LISTS_OF_WORK),
    **dict.fromkeys(("questions list", "share list"), Sort.LISTS_OF_LINKS),
    **dict.fromkeys(("questions remind", "questions revoke", "questions show"), Sort.SHARING),
    **dict.fromkeys(("questions send", "share create", "share revoke"), Sort.SHARING),
    **dict.fromkeys(("audit list", "audit verify", "people list", "people set"), Sort.OWNER),
    **dict.fromkeys(("share maximum", "teams assign", "teams list"), Sort.OWNER),
    "portfolios delete": Sort.OWNERS_WORK,
    **dict.fromkeys(("tokens list", "tokens revoke"), Sort.OWNER),
}

#: A value for every parameter that must be stated, and for some that say whose it is.
VALUES: dict[str, Any] = {
    "portfolio": "Fund",
    "startup": "Acme",
    "use_case": "Chat",
    "provider": "OpenAI",
    "on": "OpenAI",
    "name": "rate_multiple",
    "number": 1,
    "batch": 1,
    "person": 1,
    "role": "viewer",
    "reason": "a test",
    "source": "a test",
    "to": "Another name",
    "other": "Acme Two",
    "reference": "C-1",
    "provision": "28(7)",
    "state": "agreed",
    "code": "EUR",
    "value": "1.5",
    "measure": "expected_loss_usd",
    "topic": "context_tokens",
    "kind": "exit",
    "passed": 1,
    "total": 2,
    "by": "Ann",
    "score_today": 0.9,
    "score_other": 0.8,
    "cases": 10,
    "set": ["cash_usd=1"],
    "option": "Stay as today",
    "owner": "Ann",
    "question": "engineers",
    "answer": "no",
    "text": "Notion",
    "fund": "Two",
    "day": "2025-12-31",
    "words": "OpenAI, board",
    "from": "2026-10-01",
    "date": "2026-11-01",
    "days": 30,
    "table": "b_02.02",
    "row": "0",
    "column": "c0010",
    "cells": ["c0010=CA-1"],
    "texts": ["OpenAI"],
}
#: What is sent as a file where not just any table will do.
FILES: dict[str, bytes] = {
    "dora fill": b"table,row,column,value\nb_02.02,0,c0010,CA-1\n",
    "crisis add": CRISIS.encode(),
    "crisis check": CRISIS.encode(),
}
#: Where a command means something else by the same word.
OWN_VALUES: dict[str, dict[str, Any]] = {
    "assumptions": {},
    "aliases add": {"answer": "no"},
    "batches": {},
    "crisis add": {"change": True},
    "crisis note": {"name": "board", "headline": "More news", "source": "a test"},
    "crisis remove": {"name": "board"},
    "crisis show": {"name": "openai-crisis-2023"},
    "decisions list": {"portfolio": "Fund"},
    "incidents poll": {"address": "https://status.example.com/feed", "every": 15},
    "watch tell": {"channel": "none"},
    "reports tell": {"channel": "none", "portfolio": "Fund"},
    "forecasts keep": {"portfolio": "Fund", "provider": "OpenAI"},
    "forecasts settle": {"number": 1, "void": True},
    "losses note": {"kind": "outage"},
    "dora accept": {"all": True},
    "dora export": {"register": 1},
    "exit": {"portfolio": "Fund", "startup": "Acme", "dry_run": True},
    "evaluations add": {"set": "our own", "other": "GPT-4.1"},
    "funds": {},
    "judge": {"value": "100000"},
    "hazard": {"provider": "OpenAI"},
    "incident": {"provider": "OpenAI", "news": "chief_executive_dismissed"},
    "portfolios delete": {"portfolio": "Fund", "yes_delete": "Fund"},
    "portfolios rename": {"portfolio": "Fund", "to": "Fund"},
    "portfolios unarchive": {"portfolio": "Put away"},
    "providers add": {"name": "Helpdesk AI GmbH"},
    "providers link": {"name": "Helpdesk AI GmbH"},
    "providers remove": {"name": "Helpdesk AI GmbH"},
    "providers service": {"name": "Helpdesk AI", "provider": "Helpdesk AI GmbH"},
    "questions answer": {"answer": "12", "startup": ["Acme"]},
    "questions remind": {"number": 3},
    "questions revoke": {"number": 3},
    "questions show": {"number": 3},
    "questions send": {"startup": ["Acme"]},
    "replay": {},
    "share maximum": {"days": 60},
    "signals add": {"kind": "status_degraded"},
    "stress": {"root": "OpenAI", "kind": "outage", "days": 1},
    "people set": {"person": 1, "role": "analyst", "team": "Blue"},
    "teams assign": {"portfolio": "Fund", "team": "Blue"},
    "tokens revoke": {"number": 1},
    "watch": {"portfolio": "Fund", "remember": False},
}
