"""What to do: one option decided for one company, and a plan for all of them as tasks."""

import csv
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Clicks, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_CLICKS = 4


def test_a_company_decides_and_the_decision_is_seen_through(visit: Callable[..., Visitor]):
    visitor = visit()
    page = visitor.open("startup?startup=Quillhaven%20Briefs")
    page.get_by_role("link", name="All options").click()
    page.wait_for_url("**/alternatives?**")
    visitor.settle(page)
    page.get_by_role("button", name="Decide", exact=True).first.click()
    page.get_by_role("textbox", name="Owner", exact=True).fill("Ann Lindqvist")
    page.get_by_role("button", name="Accept this option").click()
    expect(page.get_by_text("Ann Lindqvist sees to it by")).to_be_visible()
    visitor.settle(page)
    # A decision stands for the whole dependency: no other option of it can be decided now.
    expect(page.get_by_role("button", name="Decide", exact=True)).to_have_count(0)

    startup = visitor.open("startup?startup=Quillhaven%20Briefs&section=exit")
    expect(startup.get_by_text("Ann Lindqvist; due")).to_be_visible()

    page = visitor.open("decisions")
    expect(page.get_by_text("0 of 1 decision carried out")).to_be_visible()
    page.get_by_role("button", name="Mark done").click()
    expect(page.get_by_text("Marked as done.")).to_be_visible()
    visitor.settle(page)
    expect(page.get_by_text("1 of 1 decision carried out")).to_be_visible()


def test_a_plan_for_a_budget_is_a_file_of_tasks_in_four_clicks(visit: Callable[..., Visitor]):
    visitor, clicks = visit(), Clicks()
    page = visitor.open()
    clicks.on(page.get_by_role("link", name="Plan", exact=True))
    page.wait_for_url("**/plan*")
    visitor.settle(page)
    budget = page.get_by_role("textbox", name="Budget for the first year, USD")
    clicks.on(budget)
    budget.fill("300k")
    budget.press("Enter")
    page.wait_for_url("**usd=300*")
    visitor.settle(page)
    expect(page.get_by_text("of $300k allowed")).to_be_visible()
    with page.expect_download() as download:
        clicks.on(page.get_by_role("link", name=re.compile(r"Tasks for Jira or Linear")))
    saved = Path(download.value.path()).read_text(encoding="utf-8-sig")
    tasks = list(csv.DictReader(StringIO(saved, newline="")))
    print(f"plan for $300k: {clicks.count} clicks, {len(tasks)} tasks")
    assert tasks
    assert clicks.count <= MOST_CLICKS
