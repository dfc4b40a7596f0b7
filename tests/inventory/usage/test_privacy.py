"""Privacy of reading usage: what no format reads is in nothing that comes out of a file."""

import csv
import io
import json
from io import BytesIO
from typing import Any

import pytest

from risk.inventory.observed import UsageResult
from risk.inventory.resolution import Resolver
from risk.inventory.usage.adding import usage_format
from tests.inventory.usage.samples import SAMPLES, read, sample

MARK = "DO-NOT-STORE"
#: Keys under which prompts, answers, people and accounts stand in one format or another.
SECRETS = (
    "prompt messages response input output body request user user_id user_email email end_user"
    " api_key key_hash ip session_id trace conversation_id arn principal account_id PrincipalId"
    " RequesterDetails CredentialId gen_ai.input.messages gen_ai.output.messages enduser.id"
).split()
NAMES = sorted(one.name for one in SAMPLES.iterdir() if one.suffix in (".csv", ".json"))
NAMES += sorted(one.name for one in SAMPLES.iterdir() if one.suffix in (".jsonl", ".ndjson"))
READ = [
    name
    for name in NAMES
    # Cost Explorer has a column for each service and no other.
    if name not in ("labelled_lines.csv", "aws_cost_explorer_services.csv")
    and "with_models" not in name
]


def _marked_table(data: bytes) -> bytes:
    """The table with a mark in every cell of a column that is not read, and in new columns."""
    format_ = usage_format(BytesIO(data))
    assert format_ is not None
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    header = list(rows[0])
    listed = format_.columns_of(frozenset(header)) if format_.columns else frozenset(header)
    text = io.StringIO()
    writer = csv.DictWriter(text, [*header, *(name for name in SECRETS if name not in header)])
    writer.writeheader()
    for row in rows:
        secret = {name: f"{MARK}-{name}" for name in (*header, *SECRETS) if name not in listed}
        writer.writerow(row | secret)
    return text.getvalue().encode()


def _marked(value: Any) -> Any:
    """A JSON value with a mark under every secret key of every object in it."""
    if isinstance(value, list):
        marked = [_marked(one) for one in value]
        is_attributes = value and isinstance(value[0], dict) and {"key", "value"} == set(value[0])
        if is_attributes:
            marked += [{"key": key, "value": {"stringValue": MARK}} for key in SECRETS]
        return marked
    if isinstance(value, dict):
        held = {key: _marked(one) for key, one in value.items()}
        # In maps of counts, of models and of an attribute's value, every key is data.
        is_record = any(isinstance(one, str) for one in value.values())
        is_value = set(value) == {"key", "value"} or any(key.endswith("Value") for key in value)
        return dict.fromkeys(SECRETS, MARK) | held if is_record and not is_value else held
    return value


def _marked_json(text: str) -> bytes:
    try:
        return json.dumps(_marked(json.loads(text))).encode()
    except json.JSONDecodeError:
        lines = [json.dumps(_marked(json.loads(line))) for line in text.splitlines()]
        return "\n".join(lines).encode()


@pytest.mark.parametrize("name", READ)
def test_what_no_format_reads_is_in_nothing_that_comes_out(name: str, resolver: Resolver):
    plain = sample(name)
    if name.endswith(".csv"):
        data = _marked_table(plain)
    else:
        data = _marked_json(plain.decode("utf-8-sig"))
    assert MARK.encode() in data
    marked, before = read(data, resolver=resolver), read(plain, resolver=resolver)
    assert MARK not in repr(marked)
    assert MARK not in repr(tuple(marked.rows))
    assert marked.outcome is before.outcome
    if isinstance(marked, UsageResult) and isinstance(before, UsageResult):
        assert marked.usage.dependencies == before.usage.dependencies
