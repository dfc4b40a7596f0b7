"""Whole stores as files: what is in a store, a copy of it, and the way back."""
