"""Material of links for outsiders: secrets, time that never runs back, limits, contents."""
