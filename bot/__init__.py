"""Words and law, and the edges that talk to people and disk."""
