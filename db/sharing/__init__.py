"""What links for outsiders are made of: secrets, time that never runs back, limits, contents."""
