"""The tables of docs/oversight.md, from the criteria that the program asks."""

from docs.markdown import table
from risk.dora.step_one import criteria


def tables() -> dict[str, str]:
    """Every table by its name."""
    known = criteria().values()
    return {
        "criteria": table(
            ("", "article", "what it asks", "threshold", "how the registers are read"),
            [
                (
                    one.id,
                    one.article,
                    one.words,
                    one.least or "none",
                    one.reading,
                )
                for one in known
            ],
        ),
        "criteria in doubt": table(
            ("", "in doubt", "read in"), [(one.id, one.doubt, one.source) for one in known]
        ),
    }
