"""A local Slack-like workspace: one server on this machine that speaks Slack's wire and knows nothing of the bot.

`server` holds people, channels and messages and can be talked to by any Slack SDK through its base URL;
`talk` is a chat in the terminal over the same workspace; `example` is an estate to try things on.
"""
