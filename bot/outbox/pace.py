"""Slack's limits as arithmetic: when may the next message go out? No clock, no I/O."""

from datetime import datetime, timedelta


class Bucket:
    """Lets *burst* through at once, and then one every so many seconds."""

    def __init__(self, every: float, burst: int) -> None:
        """Start full; *every* is in seconds, and 0 lets everything through."""
        self._every = timedelta(seconds=every)
        self._burst = burst
        #: The moment at which the bucket would be full; the past means it is.
        self._full_at: datetime | None = None

    def ready_at(self, now: datetime, keep: int = 0) -> datetime:
        """When one may go that leaves *keep* for others."""
        if self._full_at is None:
            return now
        return max(now, self._full_at - self._every * (self._burst - 1 - keep))

    def take(self, now: datetime) -> None:
        """One has gone."""
        start = now if self._full_at is None else max(now, self._full_at)
        self._full_at = start + self._every


class Pace:
    """All waiting times at once; *factor* stretches or shrinks them, and 0 means no waiting."""

    #: Between two progress edits of one message, in seconds.
    EDIT_GAP = 3.0
    #: Between two messages in one channel, in seconds.
    CHANNEL_GAP = 1.0
    CHANNEL_BURST = 3
    #: Between two edits in the whole workspace, in seconds: Slack lets through 50 a minute.
    WORKSPACE_GAP = 1.2
    WORKSPACE_BURST = 10
    #: Edits that progress leaves over for decisions and alerts.
    WORKSPACE_RESERVE = 4

    def __init__(self, factor: float) -> None:
        """Begin with nothing sent."""
        self._factor = factor
        self._channels: dict[str, Bucket] = {}
        self._workspace = Bucket(self.WORKSPACE_GAP * factor, self.WORKSPACE_BURST)
        self._said: dict[str, datetime] = {}

    def post_at(self, channel: str, now: datetime) -> datetime:
        """When a new message may go to *channel*."""
        return self._channel(channel).ready_at(now)

    def edit_at(self, channel: str, key: str, now: datetime, *, jumps: bool) -> datetime:
        """When the message *key* may be edited; what *jumps* waits for no gap and takes from the reserve."""
        workspace = self._workspace.ready_at(now, keep=0 if jumps else self.WORKSPACE_RESERVE)
        ready = max(workspace, self._channel(channel).ready_at(now))
        last = self._said.get(key)
        if jumps or last is None:
            return ready
        return max(ready, last + timedelta(seconds=self.EDIT_GAP * self._factor))

    def posted(self, channel: str, key: str, now: datetime) -> None:
        """A new message has gone."""
        self._channel(channel).take(now)
        self._remember(key, now)

    def edited(self, channel: str, key: str, now: datetime) -> None:
        """An edit has gone."""
        self._workspace.take(now)
        self.posted(channel, key, now)

    def _channel(self, channel: str) -> Bucket:
        if channel not in self._channels:
            self._channels[channel] = Bucket(self.CHANNEL_GAP * self._factor, self.CHANNEL_BURST)
        return self._channels[channel]

    def _remember(self, key: str, now: datetime) -> None:
        gap = timedelta(seconds=self.EDIT_GAP * self._factor)
        if len(self._said) > 1_000:
            self._said = {each: at for each, at in self._said.items() if at + gap > now}
        self._said[key] = now
