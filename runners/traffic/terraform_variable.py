"""A root variable of Terraform that names the live colour, such as `active_color`.

    traffic: {kind: terraform_variable, variable: active_color, output: active_color, initial: blue}

Nothing is written here: the service moves by a plan, which is voted on, waits for its window and is applied like that of
a deploy. `/switch prod green --service site` walks `SWITCH_BY_PLAN`: PLAN lays out the commit that the last good deploy
brought, looks at the output, and plans that commit with the variable set to the colour; so a switch never brings newer
code, and what else the plan would change is shown, judged and voted on with it. IDLE puts the service's checks to the
idle colour before anybody is asked. VERIFY first reads back whether the output says the new colour. BAKE watches both
colours as after a move of any other switch. A run moves one such service and nothing else, as a plan is approved as a
whole.

Every other plan of the environment keeps the colour that is live (`bot.policy.steering.variables`; `Kit.plan` is the only
way to a plan), so that a deploy never switches by accident; the estate may not set the same variable elsewhere.

Nothing goes back by itself either: after a bad bake the outcome names the command that plans the way back.
"""

from typing import ClassVar

from bot.domain.errors import TrafficRefused
from bot.domain.traffic import Seen, Weights
from bot.domain.variable import VariableSettings
from runners.traffic import Switcher


class TerraformVariable(Switcher):
    """Looks at one output; moved by plans alone."""

    class Settings(VariableSettings):
        """The variable and the output."""

    settings: Settings
    gradual: ClassVar[bool] = False

    @property
    def place(self) -> str:
        """The variable."""
        return f"root variable {self.settings.variable}"

    async def look(self) -> Seen:
        """All traffic goes to the colour that the output says; raises `TrafficRefused` where it says none."""
        colour = self.settings.live(self.context.outputs)
        if colour is None:
            msg = (
                f"Terraform has no output {self.settings.output} that may be read and says blue or green, "
                "so nobody knows which colour is live. Nothing was applied."
            )
            raise TrafficRefused(msg)
        return Seen(weights=Weights.giving(colour, 100))

    async def shift(self, expected: Weights, to: Weights, *, back: bool = False) -> Weights:  # noqa: ARG002 -- the port's signature
        """Refuse: whoever gets here has taken a service that moves by a plan for another."""
        msg = f"The {self.place} moves by a plan alone. Nothing was written."
        raise TrafficRefused(msg)
