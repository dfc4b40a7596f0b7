"""Commands for other programs: run in this process for one caller, and served as routes."""
