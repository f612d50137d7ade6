"""Log lines as events with fields: `2026-11-21T10:00:00.123Z INFO runners.saga apply.started run=42`."""

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

#: What every record has; everything else came as `extra` and is a field.
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


#: Libraries that tell much of what only their makers want to know.
_CHATTY = ("aiohttp", "alembic", "apscheduler", "asyncio", "dbos", "slack_bolt", "slack_sdk")


class Redaction(logging.Filter):
    """Blots known secrets out of every record, wherever in it they stand."""

    def __init__(self, scrub: Callable[[str], str]) -> None:
        """Use *scrub*, which knows the secrets of the moment."""
        super().__init__()
        self._scrub = scrub

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record; it is always let through."""
        record.msg = self._scrub(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._scrub(record.exc_text)
        if record.stack_info:
            record.stack_info = self._scrub(record.stack_info)
        for field in vars(record).keys() - _OWN:
            setattr(record, field, self._scrub(str(getattr(record, field))))
        return True


class Fields(logging.Formatter):
    """One line for each event: time in UTC, level, logger, event, fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; a value with spaces or worse is quoted as JSON, so that a line stays a line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = (
            f"{at.removesuffix('+00:00')}Z {record.levelname} {record.name} {_one_line(record.getMessage())}"
        )
        fields = [f"{name}={_quoted(getattr(record, name))}" for name in vars(record) if name not in _OWN]
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        rest = [part for part in (record.exc_text, record.stack_info) if part]
        return "\n".join([" ".join([head, *fields]), *rest])


def install(redaction: Redaction, *, stream: TextIO | None) -> None:
    """Make this the one way in which the program logs; to stderr where no *stream* is given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Fields())
    handler.addFilter(redaction)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _one_line(event: str) -> str:
    return event.replace("\r", "\\r").replace("\n", "\\n")


def _quoted(value: object) -> str:
    written = str(value)
    plain = written.isprintable() and written and not set(' "=') & set(written)
    return written if plain else json.dumps(written, ensure_ascii=True)
