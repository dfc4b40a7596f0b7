"""Words that readers see."""
