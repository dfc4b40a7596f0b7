"""From a stressed startup to an accepted decision, and to the portfolio that follows it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_stressed_startup_decides_and_the_portfolio_follows_it(visit: Callable[..., Visitor]):
    visitor = visit()
    page = visitor.open("stress?scenario=own&root=OpenAI&kind=wind_down")
    expect(page.get_by_text("Quillhaven Briefs").first).to_be_attached()

    page = visitor.open("startup?startup=Quillhaven%20Briefs")
    page.get_by_role("link", name="All alternatives").click()
    expect(page.get_by_role("heading", name="Alternatives", exact=True)).to_be_visible()
    visitor.settle(page)
    expect(page.get_by_text("Recommended: ").first).to_be_visible()

    page.get_by_role("textbox", name="Owner", exact=True).fill("Ann Lindqvist")
    page.get_by_role("button", name="Accept this option").click()
    expect(page.get_by_text("Ann Lindqvist sees to it by")).to_be_visible()
    visitor.settle(page)
    expect(page.get_by_role("button", name="Accept this option")).to_have_count(0)

    startup = visitor.open("startup?startup=Quillhaven%20Briefs&section=exit")
    expect(startup.get_by_text("Ann Lindqvist; due")).to_be_visible()

    portfolio = visitor.open("?section=decisions")
    card = portfolio.get_by_text("0 of 1 decision carried out")
    expect(card).to_be_visible()
    startup.get_by_role("button", name="Mark done").click()
    expect(startup.get_by_text("Marked as done.")).to_be_visible()
    visitor.settle(startup)
    portfolio.reload()
    visitor.settle(portfolio)
    expect(portfolio.get_by_text("1 of 1 decision carried out")).to_be_visible()
