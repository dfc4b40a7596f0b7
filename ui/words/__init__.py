"""Words of a noun: sentences that pages, terminal and documents share."""
