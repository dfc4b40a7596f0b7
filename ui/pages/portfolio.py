"""The portfolio page."""

from ui.page import chosen_portfolio, page_header

portfolio = chosen_portfolio()
page_header("Portfolio", portfolio)
