"""Short-lived permissions: to open a dialog, and to answer in somebody's channel."""

import secrets
from collections.abc import Callable

from bot.domain.value import Value
from bot.playground.diary import Diary
from bot.playground.refusal import Refusal

#: Seconds in which a trigger must be used.
TRIGGER_SECONDS = 3.0
#: Triggers that are remembered, to tell used and expired ones from those that never were.
_MOST_TRIGGERS = 1000
#: How long, in seconds, and how often an answering address works.
HOOK_SECONDS = 30 * 60
HOOK_USES = 5


class Triggers:
    """Lets somebody who did something be shown a dialog, once and soon."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Begin with none."""
        self._monotonic = monotonic
        #: Whose each is, when it was given, and whether it was used; oldest first.
        self._given: dict[str, tuple[str, float, bool]] = {}

    def give(self, user: str) -> str:
        """Make one for *user*."""
        now = self._monotonic()
        trigger = f"{int(now * 1000)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._given[trigger] = (user, now, False)
        while len(self._given) > _MOST_TRIGGERS:
            self._given.pop(next(iter(self._given)))
        return trigger

    def use(self, trigger: str) -> str:
        """Whose it is; raises `Refusal`."""
        if trigger not in self._given:
            raise Refusal(code="invalid_trigger_id")
        user, at, used = self._given[trigger]
        if used:
            raise Refusal(code="exchanged_trigger_id")
        if self._monotonic() - at > TRIGGER_SECONDS:
            raise Refusal(code="expired_trigger_id")
        self._given[trigger] = (user, at, True)
        return user


class Hook(Value):
    """A permission to answer."""

    id: str
    user: str
    channel: str
    #: Seconds since 1970.
    given: int
    used: int = 0
    #: The message with the clicked button.
    ts: str | None = None
    thread_ts: str | None = None


class Hooks:
    """Addresses behind which an app may answer a few times; they survive a restart."""

    def __init__(self, diary: Diary) -> None:
        """Know those in the *diary*."""
        self._diary = diary
        self._known: dict[str, Hook] = {}
        for kind, value in diary.entries():
            if kind == "hook":
                hook = Hook.model_validate(value)
                self._known[hook.id] = hook

    def give(
        self, user: str, channel: str, now: int, *, ts: str | None = None, thread_ts: str | None = None
    ) -> str:
        """Make one; returns the end of its address."""
        hook = Hook(
            id=secrets.token_hex(12), user=user, channel=channel, given=now, ts=ts, thread_ts=thread_ts
        )
        self._keep(hook)
        return hook.id

    def use(self, name: str, now: int) -> Hook:
        """Count one use; raises `Refusal`."""
        hook = self._known.get(name)
        if not hook:
            raise Refusal(code="invalid_url")
        if now - hook.given > HOOK_SECONDS:
            raise Refusal(code="expired_url")
        if hook.used >= HOOK_USES:
            raise Refusal(code="used_url")
        self._keep(hook.model_copy(update={"used": hook.used + 1}))
        return hook

    def _keep(self, hook: Hook) -> None:
        self._known[hook.id] = hook
        self._diary.write("hook", hook.model_dump(mode="json"))
