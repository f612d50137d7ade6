"""Slack's way of saying no."""

from collections.abc import Sequence


class Refusal(Exception):
    """`{"ok": false, "error": code}`, with details where Slack gives them."""

    def __init__(self, *, code: str, details: Sequence[str] = ()) -> None:
        """Take Slack's *code*; *details* say what exactly is wrong and where."""
        super().__init__(code, *details)
        self.code = code
        self.details = details
