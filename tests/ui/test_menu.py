"""The menu: how much waits on a page stands beside its name once it is known."""

from datetime import timedelta

import pytest

from tests.ui.conftest import DEMO_DAY, Open
from ui import cached, precomputing


@pytest.mark.usefixtures("part_store")
def test_counts_stand_beside_pages_from_memory_alone(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cached.counted_beside("demo") == {}
    precomputing.warm_the_menu()
    counts = cached.counted_beside("demo")
    asks = cached.question_inbox("demo", cached.assessment("demo"))
    ends = cached.deadline_calendar("demo", cached.USUALLY_AHEAD)
    assert counts == {"questions": len(asks.questions), "calendar": ends.late}
    assert counts["questions"] > 0
    drawn = "".join(one.proto.body for one in open_page().get("html"))
    for address, count in counts.items():
        beside = f'/{address}"]) a span p::after {{ content: "\u00a0·\u00a0{count:,}" }}'
        assert (beside in drawn) == bool(count)
    # What was counted yesterday is not said of today.
    monkeypatch.setattr(cached, "today", lambda: DEMO_DAY + timedelta(days=1))
    assert cached.counted_beside("demo") == {}
