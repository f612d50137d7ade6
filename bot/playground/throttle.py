"""Trouble on purpose: too many requests, broken answers, lost connections."""

from collections import defaultdict

from bot.domain.value import Value


class Trouble(Value):
    """What happens to a call instead of its answer."""

    #: The HTTP status; 0 cuts the connection.
    status: int
    #: Seconds, for 429.
    retry_after: int = 0
    #: Slack's code for a refusal with status 200.
    error: str = ""
    #: The call is carried out before its answer is lost.
    after: bool = False


class Throttle:
    """Decides what becomes of a call before it is carried out."""

    def __init__(self) -> None:
        """Let everything through that no trouble is planned for."""
        self._planned: dict[str, list[Trouble]] = defaultdict(list)

    def plan(self, method: str, trouble: Trouble, times: int) -> None:
        """Let *trouble* befall the next *times* calls of *method* (`*` is any)."""
        self._planned[method] += [trouble] * times

    def judge(self, method: str) -> Trouble | None:
        """The trouble that befalls this call, if any."""
        for name in (method, "*"):
            if self._planned[name]:
                return self._planned[name].pop(0)
        return None
