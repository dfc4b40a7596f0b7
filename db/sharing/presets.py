"""Presets of a link: everything, without names, without money, or an outline.

What a preset leaves out is never put in, and neither is what would determine it: nothing hidden is
in the frozen data.
"""

from collections.abc import Iterable
from enum import StrEnum

from db.errors import Refused


class Preset(StrEnum):
    """What a link shows.

    ``NAMES`` leaves out names and every free text, and gives figures in two digits. ``MONEY``
    leaves out every amount and whatever is calculated from one, but for the band. ``OUTLINE``
    leaves out names, money, providers and facts.
    """

    EVERYTHING = "everything"
    NAMES = "names"
    MONEY = "money"
    OUTLINE = "outline"

    @property
    def left_out(self) -> tuple[str, ...]:
        """What it leaves out, as links keep it."""
        return _LEFT_OUT[self]

    @property
    def has_names(self) -> bool:
        """Whether startups, use cases and texts are as the register has them."""
        return "names" not in self.left_out

    @property
    def has_money(self) -> bool:
        """Whether amounts are shown, exactly or in two digits."""
        return "money" not in self.left_out

    @property
    def has_providers(self) -> bool:
        """Whether it is told on whom startups depend."""
        return "providers" not in self.left_out

    def figure(self, value: float | None) -> float | None:
        """Return a figure as it is shown: without names in two digits, by which nobody is found."""
        if value is None or self.has_names:
            return value
        return float(f"{value:.2g}")


_LEFT_OUT = {
    Preset.EVERYTHING: (),
    Preset.NAMES: ("names",),
    Preset.MONEY: ("money",),
    Preset.OUTLINE: ("money", "names", "providers"),
}
#: Of the words that the first edition knew, those whose facts each preset leaves out. Its words
#: score (with the band), worst_disruption, days_to_switch and confidence are left out by none.
_COVERED = {
    Preset.EVERYTHING: frozenset[str](),
    Preset.NAMES: frozenset({"names", "sector"}),
    Preset.MONEY: frozenset({"money", "expected_loss", "worst_years", "runway"}),
    Preset.OUTLINE: frozenset(
        (
            "outline names sector money expected_loss worst_years runway"
            " providers next_action facts"
        ).split()
    ),
}


def preset_of(words: Iterable[str]) -> Preset:
    """Return the preset that leaves out all of this, and the least beyond.

    Raises:
        Refused: none does.
    """
    wanted = {one.strip().casefold().replace("-", "_").replace(" ", "_") for one in words}
    found = next((one for one, covered in _COVERED.items() if wanted <= covered), None)
    if found is None:
        told = ", ".join(sorted(wanted - _COVERED[Preset.OUTLINE]))
        raise Refused(
            f"“{told}” cannot be left out of a link by itself. What can be: names; money, and with "
            "it the score but for its band; or outline, which is names, money and providers."
        )
    return found
