"""The catalogue of reference facts in the store: writing it as a whole, and reading it."""
