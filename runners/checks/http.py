"""A URL answers with the right status, and says what it should."""

from typing import Annotated

from pydantic import Field

from bot.domain.estate import CheckSettings
from bot.domain.report import Verdict
from runners import reach
from runners.checks import Check


class Http(Check):
    """Asks once; a redirect is an answer like any other."""

    class Settings(CheckSettings):
        """What is asked, and what is the right answer."""

        url: reach.Url
        status: Annotated[int, Field(ge=100, le=599)] = 200
        #: Text that must be in the first 64 KiB of the body.
        contains: str | None = None
        #: Ask even link-local and metadata addresses, where clouds hand out credentials.
        allow_link_local: bool = False

    settings: Settings

    def _about(self) -> str:
        return reach.shown(self.settings.url)

    async def _ask(self) -> tuple[Verdict, str]:
        settings = self.settings
        answer = await reach.get(settings.url, settings.timeout, link_local=settings.allow_link_local)
        if isinstance(answer, reach.Silence):
            return Verdict.UNKNOWN if answer.unasked else Verdict.FAIL, f"{answer.why}."
        if answer.status != settings.status:
            return Verdict.FAIL, f"{answer.status}, wanted {settings.status}."
        if settings.contains and settings.contains not in answer.body.decode("utf-8", "replace"):
            where = "the body" if answer.whole else f"the first {reach.LARGEST // 1024} KiB"
            return Verdict.FAIL, f"{answer.status}, but `{settings.contains}` is not in {where}."
        return Verdict.PASS, f"{answer.status} in {answer.seconds * 1000:.0f} ms."
