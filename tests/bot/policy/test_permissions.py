from collections.abc import Callable

import pytest

from bot.domain.permission import Capability
from bot.domain.person import Person, Profile
from bot.domain.request import Emergency, Wish
from bot.domain.ruling import ReasonCode
from bot.domain.value import ChannelId, GroupName, TeamId, UserId
from bot.policy import permissions
from bot.policy.facts import Standing

HOME = frozenset({TeamId("T0HOME")})
Make = Callable[..., Standing]
EMERGENCY = Wish(emergency=Emergency(ticket="INC-1", reason="fire"))


@pytest.mark.parametrize(
    ("wish", "switch", "expected"),
    [
        pytest.param(Wish(), False, Capability.REQUEST, id="a deploy"),
        pytest.param(Wish(), True, Capability.SWITCH, id="a switch"),
        pytest.param(EMERGENCY, False, Capability.OVERRIDE, id="a deploy in an emergency"),
        pytest.param(EMERGENCY, True, Capability.OVERRIDE, id="a switch in an emergency"),
    ],
)
def test_needed(wish: Wish, switch: bool, expected: Capability) -> None:
    """Who may go past the windows need not be allowed the rest."""
    assert permissions.needed(wish, switch=switch) is expected


@pytest.mark.parametrize(
    ("flags", "codes"),
    [
        pytest.param({}, [], id="a full member"),
        pytest.param({"bot": True}, [ReasonCode.BOT], id="an app"),
        pytest.param({"guest": True}, [ReasonCode.GUEST], id="a guest"),
        pytest.param({"stranger": True}, [ReasonCode.FOREIGN_WORKSPACE], id="a stranger"),
        pytest.param({"deleted": True}, [ReasonCode.DEACTIVATED], id="deactivated"),
        pytest.param(
            {"bot": True, "guest": True, "deleted": True},
            [ReasonCode.DEACTIVATED, ReasonCode.BOT, ReasonCode.GUEST],
            id="all at once",
        ),
    ],
)
def test_membership(standing: Make, flags: dict[str, bool], codes: list[ReasonCode]) -> None:
    """Only a full member of a home workspace may act, and all that stands against it is told."""
    assert [one.code for one in permissions.membership(standing("ben", **flags), HOME)] == codes


def test_another_workspace(standing: Make) -> None:
    """The right user id in another workspace is somebody else."""
    reasons = permissions.membership(standing("ben"), frozenset({TeamId("T0OTHER")}))
    assert [one.code for one in reasons] == [ReasonCode.FOREIGN_WORKSPACE]


@pytest.mark.parametrize(
    ("teams", "codes"),
    [
        pytest.param({"T0HOME"}, [ReasonCode.LOOKUP_FAILED], id="at home"),
        pytest.param({"T0OTHER"}, [ReasonCode.FOREIGN_WORKSPACE, ReasonCode.LOOKUP_FAILED], id="from elsewhere"),
    ],
)  # fmt: skip
def test_nobody_knows_who_it_is(standing: Make, teams: set[TeamId], codes: list[ReasonCode]) -> None:
    """A look-up that failed refuses."""
    who = standing("ben").model_copy(update={"profile": None})
    assert [one.code for one in permissions.membership(who, teams)] == codes


def test_a_profile_of_somebody_else(standing: Make) -> None:
    """The profile of another person proves nothing."""
    other = Profile(person=Person(team=TeamId("T0HOME"), user=UserId("U0EVE")))
    who = standing("ben").model_copy(update={"profile": other})
    assert [one.code for one in permissions.membership(who, HOME)] == [ReasonCode.LOOKUP_FAILED]


@pytest.mark.parametrize(
    ("who", "groups", "codes"),
    [
        pytest.param({"groups": {"dba"}}, ("platform", "dba"), [], id="in one of them"),
        pytest.param({"groups": {"dba"}}, ("platform",), [ReasonCode.NOT_IN_GROUP], id="in another"),
        pytest.param({"groups": {"dba"}}, (), [ReasonCode.NOT_IN_GROUP], id="nobody may"),
        pytest.param({"unknown": {"dba"}}, ("platform", "dba"), [ReasonCode.LOOKUP_FAILED], id="nobody knows"),
        pytest.param({"groups": {"platform"}, "unknown": {"dba"}}, ("platform", "dba"), [], id="one answer is enough"),
        pytest.param({"unknown": {"dba"}}, ("platform",), [ReasonCode.NOT_IN_GROUP], id="failed for another group"),
    ],
)  # fmt: skip
def test_group(
    standing: Make, who: dict[str, set[str]], groups: tuple[GroupName, ...], codes: list[ReasonCode]
) -> None:
    """Membership of one group is enough; where nobody can say, the answer is no."""
    someone = standing("ben").model_copy(update={name: frozenset(value) for name, value in who.items()})
    assert [one.code for one in permissions.group(someone, groups, "vote")] == codes


@pytest.mark.parametrize(
    ("groups", "unknown", "expected"),
    [
        pytest.param({"dba", "platform"}, {"dba", "security"}, "who is in dba, so", id="only those that were asked about"),
        pytest.param({"dba"}, (), "Only members of dba may vote.", id="in another"),
        pytest.param((), {"dba"}, "Nobody may vote.", id="nobody may"),
    ],
)  # fmt: skip
def test_the_refusal_names_the_groups(
    standing: Make, groups: set[GroupName], unknown: set[GroupName], expected: str
) -> None:
    """Whoever is refused reads whom to ask, and which look-up failed."""
    someone = standing("ben").model_copy(update={"unknown": frozenset(unknown)})
    (reason,) = permissions.group(someone, groups, "vote")
    assert expected in reason.text


HERE, ANNOUNCED = ChannelId("C0PROD"), ChannelId("C0DEPLOYS")


@pytest.mark.parametrize(
    ("channels", "shared", "unknown", "expected"),
    [
        pytest.param({HERE}, (), (), {}, id="one of them"),
        pytest.param({ANNOUNCED}, (), (), {ReasonCode.WRONG_CHANNEL: "not one of"}, id="another"),
        pytest.param({HERE}, {HERE}, (), {ReasonCode.SHARED_CHANNEL: "This channel is"}, id="shared"),
        pytest.param({HERE}, {ANNOUNCED}, (), {ReasonCode.SHARED_CHANNEL: "where it would be announced is"}, id="announced to others"),
        pytest.param({HERE}, (), {HERE}, {ReasonCode.LOOKUP_FAILED: "whether this channel is"}, id="nobody knows"),
        pytest.param({HERE}, (), {ANNOUNCED}, {ReasonCode.LOOKUP_FAILED: "whether the channel where"}, id="nobody knows of the other"),
        pytest.param(
            set(), {HERE}, {ANNOUNCED},
            {ReasonCode.WRONG_CHANNEL: "", ReasonCode.SHARED_CHANNEL: "", ReasonCode.LOOKUP_FAILED: ""},
            id="everything at once",
        ),
    ],
)  # fmt: skip
def test_channel(
    channels: set[ChannelId], shared: set[ChannelId], unknown: set[ChannelId], expected: dict[ReasonCode, str]
) -> None:
    """Only the estate's channels have a say, and none that other organisations read."""
    found = permissions.channel(HERE, channels, shared, unknown)
    assert [one.code for one in found] == list(expected)
    assert all(expected[one.code] in one.text for one in found)


def test_unknown_groups() -> None:
    """Each group whose members nobody can name is named, in order."""
    assert permissions.unknown(()) == ()
    (reason,) = permissions.unknown({GroupName("b"), GroupName("a")})
    assert "who is in a or b," in reason.text
