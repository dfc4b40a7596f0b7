"""Panels of pages: parts that stand on one page or a few."""
