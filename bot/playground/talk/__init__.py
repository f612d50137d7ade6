"""The workspace in a terminal: a chat for people, and the same chat played from a script."""
