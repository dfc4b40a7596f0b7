"""A portfolio in parts: where they are read, and who works on them."""
