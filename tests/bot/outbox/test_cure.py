import pytest

from bot.outbox import cure


@pytest.mark.parametrize(
    ("code", "helps"),
    [
        ("invalid_blocks", cure.Cure.PLAIN),
        ("msg_too_long", cure.Cure.PLAIN),
        ("msg_blocks_too_long", cure.Cure.PLAIN),
        ("message_not_found", cure.Cure.GONE),
        ("edit_window_closed", cure.Cure.GONE),
        ("invalid_auth", cure.Cure.OPERATOR),
        ("channel_not_found", cure.Cure.PLACE),
        ("internal_error", cure.Cure.WAIT),
        ("no_such_code_yet", cure.Cure.UNKNOWN),
    ],
)
def test_cures(code: str, helps: cure.Cure) -> None:
    """Each code has one cure, and an unknown one is known as unknown."""
    assert cure.of(code) is helps
