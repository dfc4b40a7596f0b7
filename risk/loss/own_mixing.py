"""Laws of a startup's year in several worlds, mixed on one grid. docs/method.md §4."""

from typing import Any

#: Cells on which the laws of several worlds are mixed.
MIXED = 1_024


def mix_years(laws: Any, figures: Any, level: float, grid: Any, found: Any) -> None:
    """Mix the laws of several worlds: mean, value at risk, tail value at risk, worst event, loss.

    ``laws`` (worlds, startups, cells), ``figures`` (worlds, startups, 3), ``found`` (startups, 5);
    ``grid`` (MIXED,) is room.
    """
    worlds, startups, cells = laws.shape
    for i in range(startups):
        grid[:] = 0.0
        step = 1e-9
        for k in range(worlds):
            step = max(step, figures[k, i, 0] * (cells - 1) / (MIXED - 1.0))
        for k in range(worlds):
            for cell in range(cells):
                at = min(cell * figures[k, i, 0] / step, MIXED - 1.000001)
                upper = (at - int(at)) * laws[k, i, cell] / worlds
                grid[int(at)] += laws[k, i, cell] / worlds - upper
                grid[int(at) + 1] += upper
        mean, above, tail, risk = 0.0, 0.0, 0.0, 0
        for place in range(MIXED - 1, -1, -1):
            mean += grid[place] * place
            taken = min(grid[place], max(0.0, 1.0 - level - above))
            tail += taken * place
            above += grid[place]
            if above <= 1.0 - level:
                risk = place
        found[i, 0], found[i, 1] = mean * step, max(0, risk - 1) * step
        found[i, 2] = tail * step / (1.0 - level)
        worst_event(figures[:, i], found[i])


def worst_event(figures: Any, found: Any) -> None:
    """The event that costs most over the worlds, and its loss where it does."""
    best = 0.0
    found[3], found[4] = -1.0, 0.0
    for k in range(len(figures)):
        total, times = 0.0, 0
        for other in range(len(figures)):
            if figures[other, 1] == figures[k, 1]:
                total += figures[other, 2]
                times += 1
        if total > best:
            best, found[3], found[4] = total, figures[k, 1], total / times
