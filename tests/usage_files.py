"""Small logs and bills, made by hand: a gateway's log of requests, and a cloud's costs by month."""

import csv
import io
from datetime import date
from typing import NamedTuple

from db.engine import Store
from db.services.access import LOCAL_OWNER, Actor
from db.services.imports import PublishedBatch, publish_import


class Request(NamedTuple):
    """One logged request; money in USD."""

    day: str
    model: str = "gpt-5.4"
    host: str = "openai"
    spend: str = "1"
    tokens_in: int = 1000
    tokens_out: int = 100
    team: str = "search"
    failed: bool = False


def log(*requests: Request, first: str | None = None, last: str | None = None) -> bytes:
    """A log of LiteLLM; it reaches from ``first`` to ``last`` by requests that cost nothing."""
    edges = [Request(day, spend="0", tokens_in=0, tokens_out=0) for day in (first, last) if day]
    columns = (
        *("request_id", "call_type", "spend", "startTime", "model", "custom_llm_provider"),
        *("prompt_tokens", "completion_tokens", "team_id", "status"),
    )
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    for number, one in enumerate((*requests, *edges)):
        writer.writerow(
            {
                "request_id": f"{one.day}-{number}",
                "call_type": "acompletion",
                "spend": one.spend,
                "startTime": f"{one.day} 12:00:00",
                "model": one.model,
                "custom_llm_provider": one.host,
                "prompt_tokens": one.tokens_in,
                "completion_tokens": one.tokens_out,
                "team_id": one.team,
                "status": "failure" if one.failed else "success",
            }
        )
    return text.getvalue().encode()


def bill(**months: str) -> bytes:
    """Costs of Claude Sonnet 4.6 at Amazon by month: ``bill(oct="320")`` is October 2026."""
    numbers = {"aug": 8, "sep": 9, "oct": 10, "nov": 11}
    name = "Claude Sonnet 4.6 (Amazon Bedrock Edition)($)"
    total = sum(float(money) for money in months.values())
    lines = [f"Service,{name},Total costs($)", f"Service total,{total},{total}"]
    lines += [f"{date(2026, numbers[month], 1)},{money},{money}" for month, money in months.items()]
    return ("\n".join(lines) + "\n").encode()


def publish(
    store: Store,
    data: bytes,
    startup: str = "Acme",
    *,
    portfolio: str = "Fund",
    actor: Actor = LOCAL_OWNER,
    day: date | None = None,
) -> PublishedBatch:
    """Import a log or a bill, every question answered as suggested."""
    return publish_import(
        store,
        actor,
        data=data,
        file_name="usage.csv",
        portfolio=portfolio,
        assume={"usage_startup": startup, "all": ""},
        day=day,
    )
