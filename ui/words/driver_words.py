"""Words for what drives a result: its name, and the values at either end."""

from risk.catalog.model_history import MODEL_NODES
from risk.portfolio.sensitivity import A_YEAR, TIMES, Driver
from ui import wording


def driver_name(driver: Driver) -> str:
    """Return the screen name of what is moved: ``Wind-down of OpenAI, closure``."""
    if driver.rate is None:
        return wording.assumption(driver.name)
    root, kind, level = driver.rate
    return wording.disruption_of(MODEL_NODES.get(root, root), kind) + (
        f", {level}" if level else ""
    )


def within_a_sentence(name: str) -> str:
    """Return a name with a small first letter, unless it begins with an abbreviation."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def end_in_words(driver: Driver, end: int) -> str:
    """Return the values at one end (0 low, 1 high), each with its name where there are several."""
    values = driver.high if end else driver.low
    if not values:
        return "90 % point" if end else "10 % point"
    if len(values) > 1:
        return ", ".join(
            f"{wording.assumption(name)} {wording.figure(value)}" for name, value in values.items()
        )
    ((name, value),) = values.items()
    return f"{wording.figure(value)} {name}" if name in (TIMES, A_YEAR) else wording.figure(value)


def end_in_brief(driver: Driver, end: int) -> str:
    """Return the same beside a bar: what moves several numbers is low or high."""
    values = driver.high if end else driver.low
    if len(values) == 1:
        # Beside a bar three digits are enough; the table below has all.
        return wording.figure(float(f"{next(iter(values.values())):.3g}"))
    return "high" if end else "low"
