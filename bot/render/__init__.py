"""Facts in, Slack blocks out: every word the bot says is written here."""
