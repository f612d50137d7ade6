from bot.slack.client import connected
from tests.bot.slack.conftest import Api


async def test_the_address_is_a_setting(api: Api) -> None:
    """Any server that speaks like Slack will do; one session is shared and closed."""
    async with connected("xoxb-test", api.url) as client:
        assert (await client.auth_test()).status_code == 200
        session = client.session
        assert session is not None
        assert client.retry_handlers == []
    assert session.closed
    assert api.asked[0][0] == "auth.test"
