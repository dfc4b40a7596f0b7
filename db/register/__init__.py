"""The register of a portfolio: its rows, and the model's portfolio made of them."""
