"""Anything that tells and takes its weights as JSON: `{"blue": 90, "green": 10}`.

`GET` answers with the document, and `PUT` takes it back with other weights and everything else as it was. With an `ETag` the
write is only done where that version still stands (`If-Match`, else 412). Two more keys are understood: `sticky`, the
seconds for which a client stays with its colour, and `targets`, `{"blue": {"healthy": 2, "total": 3}, …}`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from pydantic import NonNegativeInt, ValidationError

from bot.domain.colour import Colour
from bot.domain.duration import Duration
from bot.domain.errors import Broken, Refused, TrafficBroken
from bot.domain.estate import SwitcherSettings
from bot.domain.traffic import Health, Weights
from bot.domain.value import Value
from runners import reach
from runners.traffic import Careful, Standing, Write

#: Statuses that say "not now" rather than "no".
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
#: Statuses that say that somebody else was faster.
_STALE = frozenset({HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED})


class _Document(Value):
    """What is understood of the document."""

    blue: NonNegativeInt
    green: NonNegativeInt
    sticky: NonNegativeInt = 0
    targets: Mapping[Colour, Health] = {}


class Http(Careful):
    """One JSON document under one URL."""

    class Settings(SwitcherSettings):
        """Where the document is."""

        url: reach.Url
        #: Longest time of one question.
        timeout: Duration = timedelta(seconds=10)

    settings: Settings

    @property
    def place(self) -> str:
        """The address without what may be secret in it."""
        return reach.shown(self.settings.url)

    async def _find(self) -> Standing:
        answer = _heard(await reach.get(self.settings.url, self.settings.timeout))
        try:
            said = json.loads(answer.body) if answer.whole else None
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            self._refuse("it answers with no JSON object")
        try:
            known = {key: value for key, value in said.items() if key in _Document.model_fields}
            document = _Document.model_validate_json(json.dumps(known), strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key = ".".join(map(str, first["loc"]))
            self._refuse(f"`{key}` of its document is not what it should be: {first['msg']}")
        targets = (document.targets.get(Colour.BLUE), document.targets.get(Colour.GREEN))
        weights = Weights(blue=document.blue, green=document.green)
        if not weights.blue and not weights.green:
            self._refuse("both colours weigh 0, so nobody can say where traffic goes")
        return Standing(
            parts={self.place: weights}, raw=(said, answer.etag), sticky=document.sticky, targets=targets
        )

    def _writes(self, found: Standing, to: Weights) -> Sequence[Write]:
        said, etag = found.raw
        document = json.dumps({**said, "blue": to.blue, "green": to.green})
        return [partial(self._write, document.encode(), etag)]

    async def _write(self, document: bytes, etag: str) -> str:
        _heard(await reach.put(self.settings.url, self.settings.timeout, document, etag))
        return ""


def _heard(answer: reach.Answer | reach.Silence) -> reach.Answer:
    """Tell a yes from a no, and both from what nobody can say."""
    if isinstance(answer, reach.Silence):
        raise (Broken if answer.sent else TrafficBroken)(answer.why)
    msg = f"it answers {answer.status}"
    if answer.status in _STALE:
        msg = f"{msg}: somebody else has written meanwhile"
        raise Broken(msg)
    if answer.status in _LATER or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Broken(msg)
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        raise Refused(msg)
    return answer
