"""Parts of the page Import: what it remembers, asks, shows and publishes."""
