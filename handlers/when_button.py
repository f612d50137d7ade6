"""The *When?* button: when may the run of this card, or anything in that environment, go on."""

from collections.abc import Mapping
from typing import Any

from bot.domain.estate import RuleName
from bot.domain.message import Message
from bot.domain.request import Status as Request
from bot.domain.ruling import Deny
from bot.domain.run import Run
from bot.domain.value import EnvironmentName
from bot.policy import decide, grammar
from bot.render import refusal
from handlers import Gesture, Pointed, outlook


class WhenButton(Gesture):
    """Answers whoever clicks it, and nobody else. Its value begins with a run's number, or is an environment's name."""

    actions = ("when",)

    def read(self, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        """A click on a button that carries a number or a name."""
        if "actions" not in payload:
            return None
        button = payload["actions"][0]
        ts = payload.get("container", {}).get("message_ts")
        return {"what": button["action_id"], "ts": str(ts or ""), "value": str(button.get("value") or "")}

    async def answer(self, pointed: Pointed) -> Message | None:
        """One line for the class of the run, or for each class of the environment."""
        run = await self._run(pointed.value)
        environment = run.environment if run else EnvironmentName(pointed.value)
        ruling = decide.at_the_door(Request(environment=environment), await self.desk.asking(pointed))
        if isinstance(ruling, Deny):
            return refusal.refusal("When?", ruling.reasons)
        named = RuleName.of(run.change_class, run.wish) if run and run.change_class else None
        return await outlook(self.desk, environment, named, run)

    async def _run(self, value: str) -> Run | None:
        # A card's buttons carry the plan behind the run.
        number = grammar.number(value.partition(":")[0])
        return await self.desk.journal.run(number) if number is not None else None
