"""Trouble on purpose: too many requests, broken answers, lost connections."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from bot.domain.value import Value

#: Calls a minute by Slack's tiers, for the methods that have one.
TIERS: Mapping[str, int] = {
    "apps.connections.open": 10,
    "usergroups.list": 20,
    "usergroups.users.list": 20,
    "users.list": 20,
    "conversations.list": 20,
    "conversations.create": 20,
    "chat.update": 50,
    "chat.delete": 50,
    "reactions.add": 50,
    "reactions.get": 50,
    "users.lookupByEmail": 50,
    "conversations.info": 50,
    "views.open": 100,
    "users.info": 100,
    "conversations.members": 100,
    "chat.postEphemeral": 100,
}
#: Messages in one channel that get through at once; then it is one a second.
BURST = 4


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


class Bucket:
    """Lets so many through at once, and then so many a second."""

    def __init__(self, burst: int, rate: float) -> None:
        """Start full."""
        self._burst = burst
        self._rate = rate
        self._level = float(burst)
        self._at: float | None = None

    def wait(self, now: float) -> float:
        """Seconds until one more may come; 0 lets this one through."""
        passed = 0.0 if self._at is None else now - self._at
        self._level = min(float(self._burst), self._level + passed * self._rate)
        self._at = now
        if self._level >= 1:
            self._level -= 1
            return 0.0
        return (1 - self._level) / self._rate


class Throttle:
    """Decides what becomes of a call before it is carried out."""

    def __init__(self, monotonic: Callable[[], float], *, realistic: bool) -> None:
        """Let everything through, or with *realistic* as much as Slack does."""
        self._monotonic = monotonic
        self._realistic = realistic
        self._planned: dict[str, list[Trouble]] = defaultdict(list)
        self._buckets: dict[str, Bucket] = {}

    def plan(self, method: str, trouble: Trouble, times: int) -> None:
        """Let *trouble* befall the next *times* calls of *method* (`*` is any)."""
        self._planned[method] += [trouble] * times

    def judge(self, method: str, channel: str) -> Trouble | None:
        """The trouble that befalls this call, if any."""
        for name in (method, "*"):
            if self._planned[name]:
                return self._planned[name].pop(0)
        if not self._realistic:
            return None
        wait = self._bucket(method, channel).wait(self._monotonic())
        return Trouble(status=429, retry_after=max(1, round(wait))) if wait else None

    def _bucket(self, method: str, channel: str) -> Bucket:
        name = f"{method} {channel}" if method == "chat.postMessage" else method
        if name not in self._buckets:
            if method == "chat.postMessage":
                self._buckets[name] = Bucket(BURST, 1)
            else:
                minute = TIERS.get(method, 100)
                self._buckets[name] = Bucket(minute, minute / 60)
        return self._buckets[name]
