"""Stores for the tests of what other programs ask: the terminal's own."""

from tests.terminal.conftest import demo_url, url

__all__ = ["demo_url", "url"]
