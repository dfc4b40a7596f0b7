"""Documents on standard output are one text, however they are made."""

import json
from typing import Any

import pytest

from ui.render.terminal import print_json


@pytest.mark.parametrize("rows", [[], [{"startup": "two\nlines", "parts": [1, {}]}, None, "é"]])
def test_what_is_written_item_by_item_is_the_same_text_as_all_at_once(
    capsys: pytest.CaptureFixture[str], rows: list[Any]
):
    whole = {"portfolio": {"aal_usd": 1.5, "none": []}, "startups": rows, "learned": ["x"]}
    print_json({**whole, "startups": iter(rows)})
    written = capsys.readouterr().out
    assert written == json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    print_json(whole)
    assert capsys.readouterr().out == written
