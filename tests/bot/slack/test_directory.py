from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import LookupFailed
from bot.domain.estate import Estate
from bot.domain.value import ChannelId, GroupName, MessageTs
from bot.slack.directory import SlackDirectory
from tests.bot.slack.conftest import Api
from tests.fakes.clock import FakeClock
from tests.fakes.reports import BEN, CAT, person

PLATFORM, DBA = GroupName("platform"), GroupName("dba")
ESTATE = Estate.model_validate(
    {
        "version": 1,
        "slack": {"teams": ["T0HOME", "T0SECOND"], "channels": {"deploys": "C1", "incidents": "C2"}},
        "repository": {"url": "x"},
        "groups": {"platform": {"slack_usergroup": "S0PLATFORM"}, "dba": {"members": ["U0CAT"]}},
        "classes": {"standard": {"votes": 1, "of": ["platform"]}},
        "environments": {"prod": {"branch": "main"}},
    }
)


class Desk:
    """A directory, and what it stands on."""

    def __init__(self, api: Api, client: AsyncWebClient) -> None:
        self.api = api
        self.clock = FakeClock()
        self.directory = SlackDirectory(client, ESTATE, self.clock)

    def user(self, **differs: Any) -> None:
        """Let `users.info` tell of Ben."""
        usual = {
            "id": "U0BEN",
            "team_id": "T0HOME",
            "profile": {"email": "Ben@Example.com", "display_name": "ben"},
        }
        self.api.answer("users.info", {"ok": True, "user": {**usual, **differs}})


@pytest.fixture
def desk(api: Api, client: AsyncWebClient) -> Desk:
    return Desk(api, client)


async def test_a_full_member(desk: Desk) -> None:
    """Name and address are read; no flag is set."""
    desk.user()
    profile = await desk.directory.profile(BEN)
    assert profile.person == BEN
    assert (profile.name, profile.email) == ("ben", "ben@example.com")
    assert not any((profile.bot, profile.guest, profile.stranger, profile.deleted))
    assert desk.api.asked == [("users.info", {"user": "U0BEN"})]


@pytest.mark.parametrize(
    ("differs", "flag"),
    [
        pytest.param({"is_bot": True}, "bot", id="bot"),
        pytest.param({"is_workflow_bot": True}, "bot", id="workflow"),
        pytest.param({"is_restricted": True}, "guest", id="multi-channel guest"),
        pytest.param({"is_ultra_restricted": True}, "guest", id="single-channel guest"),
        pytest.param({"is_stranger": True}, "stranger", id="stranger"),
        pytest.param({"team_id": "T0OTHER"}, "stranger", id="another workspace"),
        pytest.param({"deleted": True}, "deleted", id="deactivated"),
    ],
)
async def test_flags(desk: Desk, differs: dict[str, Any], flag: str) -> None:
    """Each kind of account that may not act is known as what it is."""
    desk.user(**differs)
    profile = await desk.directory.profile(BEN)
    flags = {name for name in ("bot", "guest", "stranger", "deleted") if getattr(profile, name)}
    assert flags == {flag}


@pytest.mark.parametrize(
    "differs",
    [
        {"team_id": "T0SECOND"},
        {"team_id": "E0ORG", "enterprise_user": {"enterprise_id": "E0ORG", "teams": ["T0HOME"]}},
    ],
    ids=["second workspace", "organisation"],
)
async def test_at_home(desk: Desk, differs: dict[str, Any]) -> None:
    """Every workspace that the estate names is home."""
    desk.user(**differs)
    assert not (await desk.directory.profile(BEN)).stranger


@pytest.mark.parametrize(
    "body",
    [
        {"ok": False, "error": "user_not_found"},
        {"ok": True},
        {"ok": True, "user": {"id": "U0EVE", "team_id": "T0HOME"}},
        {"ok": True, "user": {"id": "U0BEN"}},
        "nonsense",
    ],
    ids=["refused", "nobody", "somebody else", "no workspace", "no answer"],
)
async def test_profile_fails_closed(desk: Desk, body: object) -> None:
    """Every doubt is a failed look-up that names itself."""
    desk.api.answer("users.info", body)
    with pytest.raises(LookupFailed, match=r"users\.info for U0BEN"):
        await desk.directory.profile(BEN)


async def test_members_of_a_slack_group(desk: Desk) -> None:
    """Ids mean accounts of the home workspace."""
    desk.api.answer("usergroups.users.list", {"ok": True, "users": ["U0BEN", "U0CAT"]})
    assert await desk.directory.members(PLATFORM) == {BEN, CAT}
    assert desk.api.asked == [("usergroups.users.list", {"usergroup": "S0PLATFORM"})]


async def test_members_by_id_need_no_slack(desk: Desk) -> None:
    """The estate itself is the answer."""
    assert await desk.directory.members(DBA) == {CAT}
    assert desk.api.asked == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ok": False, "error": "plan_upgrade_required"}, 200),
        ({"ok": True}, 200),
        ({"ok": True, "users": "U0BEN"}, 200),
        ({"ok": True, "users": [1]}, 200),
        ("", 503),
        ("", 429),
    ],
)
async def test_members_fail_closed(desk: Desk, body: object, status: int) -> None:
    """No group is better than a wrong one."""
    desk.api.answer("usergroups.users.list", body, status)
    with pytest.raises(LookupFailed, match="for the group platform"):
        await desk.directory.members(PLATFORM)


async def test_an_unknown_group(desk: Desk) -> None:
    """Nobody is in a group that does not exist."""
    with pytest.raises(LookupFailed, match="no group board"):
        await desk.directory.members(GroupName("board"))


async def test_answers_live_for_a_minute(desk: Desk) -> None:
    """Asked again within a minute, Slack is left alone; then it is asked again."""
    desk.user()
    desk.api.answer("usergroups.users.list", {"ok": True, "users": ["U0BEN"]})
    for _ in range(3):
        await desk.directory.profile(BEN)
        await desk.directory.members(PLATFORM)
        await desk.clock.advance(19)
    assert len(desk.api.asked) == 2
    await desk.clock.advance(4)
    await desk.directory.profile(BEN)
    await desk.directory.members(PLATFORM)
    assert len(desk.api.asked) == 4


async def test_fresh_asks_anew(desk: Desk) -> None:
    """Right before an act nothing is remembered."""
    desk.user()
    await desk.directory.profile(BEN)
    desk.user(deleted=True)
    assert not (await desk.directory.profile(BEN)).deleted
    assert (await desk.directory.fresh().profile(BEN)).deleted


async def test_a_failed_fresh_look_up_is_no_yes(desk: Desk) -> None:
    """What was remembered does not stand in for what could not be asked."""
    desk.api.answer("usergroups.users.list", {"ok": True, "users": ["U0BEN"]})
    await desk.directory.members(PLATFORM)
    desk.api.answer("usergroups.users.list", {"ok": False, "error": "fatal_error"})
    with pytest.raises(LookupFailed):
        await desk.directory.fresh().members(PLATFORM)


async def test_slackbot_is_a_bot(desk: Desk) -> None:
    """Slack does not say so of its own."""
    desk.user(id="USLACKBOT")
    assert (await desk.directory.profile(person("USLACKBOT"))).bot


CHANNEL = ChannelId("C0DEPLOYS")


@pytest.mark.parametrize(
    ("flags", "shared"),
    [
        pytest.param({}, False, id="of the workspace alone"),
        pytest.param({"is_org_shared": True, "is_shared": True}, False, id="shared inside the organisation"),
        pytest.param({"is_ext_shared": True}, True, id="with another organisation"),
        pytest.param({"is_pending_ext_shared": True}, True, id="another organisation is asked in"),
    ],
)
async def test_shared_channels(desk: Desk, flags: dict[str, bool], *, shared: bool) -> None:
    """People of other organisations are in it, or will be; the answer is remembered, but not by a fresh directory."""
    desk.api.answer("conversations.info", {"ok": True, "channel": {"id": CHANNEL, **flags}})
    assert await desk.directory.shared(CHANNEL) is shared
    desk.api.answer(
        "conversations.info", {"ok": True, "channel": {"id": CHANNEL, "is_ext_shared": not shared}}
    )
    assert await desk.directory.shared(CHANNEL) is shared
    assert await desk.directory.fresh().shared(CHANNEL) is not shared


@pytest.mark.parametrize(
    "body",
    [
        {"ok": False, "error": "channel_not_found"},
        {"ok": False, "error": "unknown_method"},
        {"ok": True},
        {"ok": True, "channel": {"id": "C0OTHER"}},
    ],
    ids=["unknown", "cannot be asked", "no channel", "another channel"],
)
async def test_shared_fails_closed(desk: Desk, body: object) -> None:
    """Every doubt is a failed look-up that names itself."""
    desk.api.answer("conversations.info", body)
    with pytest.raises(LookupFailed, match=r"conversations\.info for C0DEPLOYS"):
        await desk.directory.shared(CHANNEL)


CARD = MessageTs("1.000001")


async def test_who_set_which_emoji(desk: Desk) -> None:
    """By one name each, whatever the tone of the skin; everybody is asked for, and nothing is remembered."""
    told = [
        {"name": "white_check_mark", "users": ["U0BEN"], "count": 1},
        {"name": "+1::skin-tone-2", "users": ["U0BEN"], "count": 1},
        {"name": "thumbsup", "users": ["U0CAT"], "count": 1},
    ]
    desk.api.answer("reactions.get", {"ok": True, "message": {"ts": CARD, "reactions": told}})
    assert await desk.directory.reactions(CHANNEL, CARD) == {
        "white_check_mark": {"U0BEN"},
        "+1": {"U0BEN", "U0CAT"},
    }
    assert desk.api.asked == [("reactions.get", {"channel": CHANNEL, "timestamp": CARD, "full": "1"})]
    desk.api.answer("reactions.get", {"ok": True, "message": {"ts": CARD}})
    assert await desk.directory.reactions(CHANNEL, CARD) == {}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"ok": False, "error": "message_not_found"}, id="the message is gone"),
        pytest.param({"ok": False, "error": "missing_scope"}, id="it may not be asked"),
        pytest.param({"ok": True}, id="no message"),
        pytest.param({"ok": True, "message": {"ts": "1.000002"}}, id="another message"),
        pytest.param({"ok": True, "message": {"ts": CARD, "reactions": {}}}, id="no list"),
        pytest.param({"ok": True, "message": {"ts": CARD, "reactions": ["x"]}}, id="no emoji"),
        pytest.param({"ok": True, "message": {"ts": CARD, "reactions": [{"name": "x"}]}}, id="no people"),
        pytest.param(
            {
                "ok": True,
                "message": {"ts": CARD, "reactions": [{"name": "x", "users": ["U0BEN"], "count": 2}]},
            },
            id="not everybody",
        ),
    ],
)
async def test_emoji_fail_closed(desk: Desk, body: object) -> None:
    """Every doubt is a failed look-up that names itself."""
    desk.api.answer("reactions.get", body)
    with pytest.raises(LookupFailed, match=r"reactions\.get for 1\.000001 in C0DEPLOYS"):
        await desk.directory.reactions(CHANNEL, CARD)
