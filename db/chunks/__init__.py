"""Chunks of a portfolio: where they are read, and who works on them."""
