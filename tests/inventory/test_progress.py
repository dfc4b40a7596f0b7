"""Whoever waits for a file hears how far it has come, and can end the reading."""

import pytest

from risk.inventory.progress import each, part
from tests.inventory.reading import read


def test_progress_only_grows_and_ends_with_all_of_the_work():
    heard: list[float] = []
    rows = "".join(f"Company {number},OpenAI\n" for number in range(500))
    read(f"startup,provider\n{rows}", progress=heard.append)
    assert heard == sorted(heard)
    assert len(set(heard)) > 3
    assert heard[-1] == 1.0


def test_what_progress_raises_ends_the_reading():
    def give_up(share: float) -> None:
        raise InterruptedError(f"at {share}")

    with pytest.raises(InterruptedError):
        read("startup,provider\nAsh,OpenAI\n", progress=give_up)


def test_a_stretch_of_the_work_is_a_part_of_the_whole():
    heard: list[float] = []
    list(each("abcd", part(heard.append, 0.5, 0.9)))
    # A quarter of the letters moves the whole by a quarter of 0.4.
    assert heard == pytest.approx([0.5, 0.6, 0.7, 0.8, 0.9])
