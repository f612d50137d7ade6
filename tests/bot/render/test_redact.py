import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.message import Attachment, Picture
from bot.render import blocks, redact, text
from tests.fakes.limits import breaches

SECRET = "p&ss<w*rd>/+é_`x"
SECRETS = frozenset({SECRET})


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(SECRET, id="as it is"),
        pytest.param(quote(SECRET), id="URL"),
        pytest.param(quote(SECRET, safe="").lower(), id="URL in lower case"),
        pytest.param(quote_plus(SECRET), id="form"),
        pytest.param(json.dumps({"a": SECRET}), id="JSON"),
        pytest.param(text.inline(SECRET), id="our own inline text"),
        pytest.param(text.code(SECRET), id="our own code"),
        pytest.param(text.fence(SECRET), id="our own fence"),
        pytest.param(base64.b64encode(SECRET.encode()).decode(), id="base64"),
        pytest.param(base64.b64encode(f"user:{SECRET}".encode()).decode(), id="base64 behind five"),
        pytest.param(base64.b64encode(f"user1:{SECRET}!".encode()).decode(), id="base64 behind six"),
        pytest.param(base64.urlsafe_b64encode(f"usr:{SECRET}".encode()).decode(), id="base64 for URLs"),
    ],
)
def test_every_way_to_write_it(written: str) -> None:
    """No form of a secret is left."""
    scrubbed = redact.scrub(f"before {written} after", SECRETS)
    assert redact.BLOT in scrubbed
    assert scrubbed.startswith("before ")
    assert scrubbed.endswith(" after")
    assert SECRET not in scrubbed
    assert written not in scrubbed


def test_lines_of_a_key() -> None:
    """A secret of many lines is found behind the signs of a diff."""
    key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----"
    shown = "\n".join(f"+ {line}" for line in key.splitlines())
    assert redact.scrub(shown, frozenset({key})) == "\n".join(["+ •••"] * 4)


def test_what_is_no_secret() -> None:
    """Nothing and next to nothing is not looked for."""
    assert redact.scrub("a 1 yes", frozenset({"", "1", "yes"})) == "a 1 yes"


def test_longer_secrets_go_first() -> None:
    """A secret inside another leaves no remainder of it."""
    assert redact.scrub("hunter2-extended", frozenset({"hunter2", "hunter2-extended"})) == "•••"


def test_a_whole_message() -> None:
    """Text, blocks and files are redacted; what makes a block a block is not."""
    message = blocks.compose(
        "section here",
        [
            blocks.section("section"),
            blocks.actions("section", blocks.button("section", "section", "section")),
        ],
        attachments=(
            Attachment(name="section.txt", title="section", content="a section"),
            Picture(name="section.png", title="section", content="a section", png=b"section"),
        ),
    )
    redacted = redact.redact(message, frozenset({"section"}))
    assert redacted.text == "••• here"
    assert redacted.blocks[0] == {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "•••", "verbatim": True},
    }
    assert redacted.blocks[1]["elements"][0]["action_id"] == "section"
    assert redacted.blocks[1]["elements"][0]["text"]["text"] == "•••"
    assert redacted.attachments == (
        Attachment(name="•••.txt", title="•••", content="a •••"),
        Picture(name="•••.png", title="•••", content="a •••", png=b"section"),
    )
    assert redact.redact(message, frozenset()) is message


@given(st.text(min_size=4, max_size=40), st.text(max_size=20))
def test_no_message_outgrows_its_limits(secret: str, around: str) -> None:
    """The blot is shorter than any secret, and the secret is gone."""
    message = blocks.compose("x", [blocks.section(text.fence((around + secret) * 100))])
    redacted = redact.redact(message, frozenset({secret}))
    assert breaches(redacted) == []
    assert secret not in redact.scrub(around + secret + around, frozenset({secret})) or secret in "•••"
