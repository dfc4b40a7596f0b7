"""The demo portfolio's figures are what they were when somebody last looked at a change of them.

A change of the model, of the reference facts or of the catalogue packages moves them. If it was
meant, look at the differences, write the new figures down and say in the commit why they moved:

    python -m tests.golden.refresh

If it was not meant, it is a mistake that this test has found.
"""

from tests.golden.scenario import differences, figures, kept


def test_the_demo_portfolio_costs_what_it_did() -> None:
    changed = differences(kept(), figures())
    assert not changed, "\n".join(
        ["Meant? Then run: python -m tests.golden.refresh", *changed],
    )


def test_a_difference_of_more_than_a_millionth_is_named() -> None:
    before = {"a": 1_000_000.0, "b": 5.0, "c": 1.0}
    after = {"a": 1_000_000.5, "b": 6.0, "d": 2.0}
    assert differences(before, after) == [
        "b: 5 → 6 (+20.0000%)",
        "c: gone, was 1",
        "d: new, 2",
    ]
