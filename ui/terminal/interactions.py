"""In the terminal: how much overlaps and insolvency within a year change a simulated answer."""

from typing import TYPE_CHECKING

from ui import wording
from ui.terminal.output import Document, text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from risk.portfolio.interactions import Change, InteractionEffect


def interactions_document(effect: "InteractionEffect") -> Document:
    """Return the changes in USD, each with its standard error."""
    return {
        "aal": effect.aal,
        "var99": effect.var99,
        "tvar99": effect.tvar99,
        "overlaps_usd": effect.overlaps_usd,
        "insolvency_usd": effect.insolvency_usd,
        "insolvencies_per_year": effect.insolvencies_per_year,
        "not_followed": effect.not_followed,
    }


def interactions_text(effect: "InteractionEffect") -> "RenderableType":
    """Return the effect as a sentence, and who could not be followed."""
    return text(
        "Followed startup by startup through the same years, charging days that falters share "
        "once and stopping where the cash ends, the loss a year is "
        f"{_changed(effect.aal)}, the 1-in-100-year loss {_changed(effect.var99)} and the mean "
        f"beyond it {_changed(effect.tvar99)}. {_not_followed(effect.not_followed)}"
    )


def _changed(change: "Change") -> str:
    if change.change_usd == 0:
        return "unchanged"
    way = "more" if change.change_usd > 0 else "less"
    share = f", {wording.percent(abs(change.share))}" if change.share is not None else ""
    error = wording.money(change.standard_error_usd)
    return f"{wording.money(abs(change.change_usd))} {way} (give or take {error}{share})"


def _not_followed(startups: int) -> str:
    if not startups:
        return "Every startup's cash is known and lasts the year as planned."
    named = wording.counted(startups, "startup")
    return f"Cash that is unknown or ends within the year as planned is not followed: {named}."
