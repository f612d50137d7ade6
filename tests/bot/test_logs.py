import io
import logging
from collections.abc import Iterator

import pytest

from bot import logs
from bot.render.redact import scrub


@pytest.fixture
def lines() -> Iterator[tuple[logs.Redaction, io.StringIO]]:
    """The program's logging, into a string, and put back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    stream, redaction = (
        io.StringIO(),
        logs.Redaction(lambda text: scrub(text, frozenset({"hunter2", "s3cr3t"}))),
    )
    logs.install(redaction, stream=stream)
    yield redaction, stream
    root.handlers = before
    root.setLevel(level)


def test_an_event_with_fields(lines: tuple[logs.Redaction, io.StringIO]) -> None:
    """Time, level, logger, event, fields; a value with spaces is quoted, so that a line stays a line."""
    logging.getLogger("runners.saga").info("apply.started", extra={"run": 42, "why": 'a "b"\nc', "none": ""})
    time, _, rest = lines[1].getvalue().partition(" ")
    assert time.endswith("Z")
    assert "T" in time
    assert rest == 'INFO runners.saga apply.started run=42 why="a \\"b\\"\\nc" none=""\n'


def test_secrets_leave_nowhere(lines: tuple[logs.Redaction, io.StringIO]) -> None:
    """Neither by message, argument, field nor traceback."""
    _, stream = lines
    log = logging.getLogger("x")
    try:
        int("hunter2")
    except ValueError:
        log.exception("s3cr3t %s", "hunter2", extra={"token": "s3cr3t"}, stack_info=True)
    written = stream.getvalue()
    assert "hunter2" not in written
    assert "s3cr3t" not in written
    assert "ValueError: invalid literal for int() with base 10: '•••'" in written
