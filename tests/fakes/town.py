"""A small estate with its people, and a desk behind the door to deal with what they say."""

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.domain.errors import LookupFailed
from bot.domain.estate import Estate
from bot.domain.message import Dialog, Saying
from bot.domain.person import Person, Profile
from bot.domain.value import ChannelId, EnvironmentName, GroupName, MessageTs, RunId, TeamId, UserId
from bot.domain.window import Freeze
from bot.journal import Journal
from bot.ports import Directory
from handlers import Desk, Spoken

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOME = TeamId("T0HOME")
DEPLOYS, INCIDENTS = ChannelId("C0DEPLOYS"), ChannelId("C0INCIDENTS")

ESTATE = Estate.model_validate(
    {
        "version": 1,
        "slack": {"teams": ["T0HOME"], "channels": {"deploys": DEPLOYS, "incidents": INCIDENTS}},
        "repository": {"url": "repository"},
        "groups": {"platform": {"slack_usergroup": "S0PLATFORM"}, "dba": {"members": ["U0DANA"]}},
        "classes": {
            "standard": {"votes": 1, "of": ["platform"]},
            "significant": {"votes": 1, "of": ["platform"]},
            "high-risk": {"votes": 2, "of": ["platform", "dba"]},
        },
        "environments": {
            "staging": {"branch": "main", "permissions": {"request": ["platform"]}},
            "prod": {"branch": "main", "permissions": {"request": ["platform"]}},
        },
    }
)


def person(name: str) -> Person:
    """`ana` is T0HOME/U0ANA; `sam` comes from elsewhere."""
    return Person(team=TeamId("T0OTHER") if name == "sam" else HOME, user=UserId(f"U0{name.upper()}"))


class Book:
    """A `Directory`: ana, ben and cleo are of platform, dana is the dba, gus a guest, sam a stranger."""

    def __init__(self) -> None:
        self.platform = {person(name) for name in ("ana", "ben", "cleo")}
        self.answers = True
        self.shared_channels: set[ChannelId] = set()
        self.shows_cards = True
        #: Emoji that are on no card any more, and whose they were.
        self.taken: set[tuple[str, UserId]] = set()

    async def profile(self, asked: Person) -> Profile:
        if not self.answers:
            raise LookupFailed
        name = asked.user.removeprefix("U0").lower()
        return Profile(
            person=asked,
            name=name,
            email=f"{name}@example.com",
            guest=name == "gus",
            stranger=name == "sam",
            bot=name == "robot",
            deleted=name == "gone",
        )

    async def members(self, group: GroupName) -> frozenset[Person]:
        if not self.answers:
            raise LookupFailed
        return frozenset(self.platform) if group == "platform" else frozenset({person("dana")})

    async def shared(self, channel: ChannelId) -> bool:
        if not self.answers:
            raise LookupFailed
        return channel in self.shared_channels

    async def reactions(self, channel: ChannelId, ts: MessageTs) -> Mapping[str, frozenset[UserId]]:
        """Everybody's, but those that were taken away."""
        if not self.answers or not self.shows_cards:
            raise LookupFailed
        everybody = {who.user for who in (*self.platform, person("dana"))}
        return {
            name: frozenset(everybody - {user for emoji, user in self.taken if emoji == name})
            for name in ("white_check_mark", "+1", "x", "-1")
        }

    def fresh(self) -> Directory:
        return self


class Desktop:
    """`Dialogs` that are kept, or refused."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, Dialog]] = []
        self.refusal: Exception | None = None

    async def show(self, trigger: str, dialog: Dialog) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.shown.append((trigger, dialog))


class Bells:
    """An `Engine` that writes down what it is asked."""

    def __init__(self) -> None:
        self.started: list[RunId] = []
        self.rings: list[RunId] = []

    async def start(self, run: RunId) -> None:
        self.started.append(run)

    def ring(self, run: RunId) -> None:
        self.rings.append(run)

    async def rung(self, run: RunId, seconds: float) -> None:
        """Nobody waits here."""

    def forget(self, run: RunId) -> None:
        """Nobody waited."""


class Wall:
    """`Calendars` on the wall, which hold what a test hangs there."""

    def __init__(self, *freezes: Freeze) -> None:
        self.hung = freezes
        #: Why they cannot be read; empty where they can.
        self.broken = ""

    async def freezes(self) -> tuple[Freeze, ...]:
        if self.broken:
            raise LookupFailed(self.broken)
        return self.hung


class Said:
    """A `Voice` whose words stay in the room."""

    def __init__(self) -> None:
        self.sayings: list[Saying] = []

    async def say(self, saying: Saying) -> None:
        self.sayings.append(saying)


class Line:
    """A `Turns` that writes down what it is asked."""

    def __init__(self) -> None:
        self.moves: list[EnvironmentName] = []
        self.nags = 0

    async def moved(self, environment: EnvironmentName) -> None:
        self.moves.append(environment)

    async def nag(self) -> None:
        self.nags += 1


class NoonClock:
    """It is always noon."""

    def now(self) -> datetime:
        return NOON

    async def sleep(self, seconds: float) -> None:
        """Not at all."""


class Town:
    """A desk with everything behind it in reach."""

    def __init__(self, journal: Journal, estate: Estate = ESTATE) -> None:
        self.journal = journal
        self.book, self.bells, self.line = Book(), Bells(), Line()
        self.wall, self.said, self.desktop = Wall(), Said(), Desktop()
        self.desk = Desk(
            estate=estate,
            journal=journal,
            clock=NoonClock(),
            engine=self.bells,
            directory=self.book,
            dialogs=self.desktop,
            calendars=self.wall,
            voice=self.said,
            turns=self.line,
            nag=self.line.nag,
        )
        self._count = 0

    def spoken(
        self,
        said: str,
        by: str = "ana",
        channel: str = DEPLOYS,
        *,
        run: RunId | None = None,
        key: str | None = None,
    ) -> Spoken:
        """What *by* said; each time something new, unless a *key* is given."""
        self._count += 1
        words = said.split()
        return Spoken(
            by=person(by),
            channel=ChannelId(channel),
            at=NOON,
            key=key or f"command:{self._count}",
            said=said,
            words=tuple(words[2:] if words and words[0] == "/interlock" else words[1:]),
            run=run,
        )
