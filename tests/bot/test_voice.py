"""The one way out for words: no known secret passes."""

from datetime import UTC, datetime

from bot.domain.heard import Heard, HeardKind
from bot.domain.message import Attachment, Message, Saying, Urgency
from bot.domain.value import ChannelId, RunId
from bot.store import Store
from bot.voice import Secrets, Voice


class NoonClock:
    """It is always noon."""

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        """Not at all."""


async def test_secrets_never_become_rows(store: Store) -> None:
    """The bot's own tokens and what a plan holds are blotted out before anything is kept, files included."""
    woken: list[bool] = []
    secrets = Secrets(frozenset({"xoxb-token"}))
    secrets.learn(RunId(1), frozenset({"hunter2"}))
    voice = Voice(store, NoonClock(), secrets, lambda: woken.append(True))
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "password hunter2"}}
    file = Attachment(name="a.diff", title="a", content="+ token = xoxb-token")
    message = Message(text="hunter2 and xoxb-token", blocks=(block,), attachments=(file,))
    await voice.say(Saying(key="k", channel=ChannelId("C1"), message=message, urgency=Urgency.DECISION))
    (kept,) = await store.unsent(10)
    written = kept.model_dump_json()
    assert "hunter2" not in written
    assert "xoxb-token" not in written
    assert woken == [True]


async def test_an_answer_is_scrubbed_and_strikes_off_what_it_answers(store: Store) -> None:
    """It goes the way of all words, and what it answers does not come up again."""
    woken: list[bool] = []
    voice = Voice(store, NoonClock(), Secrets(frozenset({"xoxb-token"})), lambda: woken.append(True))
    await store.hear(Heard(key="Ev1", kind=HeardKind.COMMAND, payload={}, at=NoonClock().now()))
    words = Message(text="xoxb-token")
    await voice.answer(
        Saying(key="answer:Ev1", channel=ChannelId("C1"), message=words, urgency=Urgency.ANSWER), "Ev1"
    )
    (kept,) = await store.unsent(10)
    assert kept.saying.message.text == "•••"
    assert not await store.unheeded()
    assert woken == [True]


def test_a_run_takes_its_secrets_along() -> None:
    """After the end of a run its secrets need not be looked for any more; the bot's own stay."""
    secrets = Secrets(frozenset({"xoxb-token"}))
    secrets.learn(RunId(1), frozenset({"hunter2"}))
    assert secrets.scrub("hunter2 xoxb-token") == "••• •••"
    secrets.forget(RunId(1))
    assert secrets.scrub("hunter2 xoxb-token") == "hunter2 •••"


def test_a_fresh_plan_does_not_uncover_the_old_one() -> None:
    """A run that was planned again keeps the secrets of both plans: words about the first may still be said."""
    secrets = Secrets(frozenset())
    secrets.learn(RunId(1), frozenset({"hunter2"}))
    secrets.learn(RunId(1), frozenset({"swordfish"}))
    assert secrets.scrub("hunter2 swordfish") == "••• •••"
    secrets.forget(RunId(1))
    assert secrets.scrub("hunter2 swordfish") == "hunter2 swordfish"
