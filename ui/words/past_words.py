"""Words for the register as of a past day."""

LABEL = "As of"
HINT = (
    "The register as it was known at the end of that day, by today's model and reference facts. "
    "Empty: as it is now."
)
