"""Unfinished imports: kept for one person, for a time, and within a bound."""

from datetime import UTC, datetime

from ui.imports.unfinished import Keeper, Unfinished


def left(name: str, size: int = 10) -> Unfinished:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    data = b"x" * size
    return Unfinished(data=data, file_name=name, digest=name, settings=None, portfolio=None, at=at)


def test_each_person_finds_the_newest_file_of_their_own_for_an_hour():
    now = [0.0]
    keeper = Keeper(seconds=3600, clock=lambda: now[0])
    keeper.keep("Ann", left("a.csv"))
    keeper.keep("Ann", left("b.csv"))
    keeper.keep("Bo", left("c.csv"))
    found = keeper.found("Ann")
    assert found is not None
    assert found.file_name == "b.csv"
    assert keeper.found("Cy") is None
    now[0] = 3599.0
    assert keeper.found("Bo") is not None
    now[0] = 3600.0
    assert keeper.found("Bo") is None


def test_no_more_is_held_than_the_bound_and_the_oldest_gives_way():
    keeper = Keeper(most_bytes=25)
    for person in ("Ann", "Bo", "Cy"):  # 10 + 10 fit into 25, three times 10 do not
        keeper.keep(person, left(f"{person}.csv"))
    assert keeper.found("Ann") is None
    assert keeper.found("Bo") is not None
    assert keeper.found("Cy") is not None
    keeper.keep("Dee", left("large.csv", size=26))
    assert keeper.found("Dee") is None
    assert keeper.found("Bo") is not None


def test_settings_and_the_end_are_of_one_file_alone():
    keeper = Keeper()
    keeper.keep("Ann", left("a.csv"))
    keeper.change("Ann", "other.csv", portfolio="Fund")
    keeper.change("Ann", "a.csv", settings="as chosen")
    keeper.drop("Ann", "other.csv")
    found = keeper.found("Ann")
    assert found is not None
    assert (found.portfolio, found.settings) == (None, "as chosen")
    keeper.drop("Ann", "a.csv")
    assert keeper.found("Ann") is None
