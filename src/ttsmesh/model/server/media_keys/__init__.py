"""Media keys: what sounds is a player on the session bus (MPRIS)."""
