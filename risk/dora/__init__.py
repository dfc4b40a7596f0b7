"""DORA registers of information: their tables, packages, rules, and what can be proposed for them.

Regulation (EU) 2022/2554, implementing standard (EU) 2024/2956; tables, lists and references as in
the EBA's taxonomy 4.0. The tables of ``fixtures/filing_*.csv`` are the place to correct them.
"""
